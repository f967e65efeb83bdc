"""Cases by the interface: lists without names, what the rules say, changes of the revision that was read."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.access import Role
from api.current import close, kept_by
from api.settings import Settings
from tests.lender import NOW, a_lenders_client, send, sources_of
from tests.service import a_token
from tests.sheets import DAY, SECRETS, a_case_row, a_place_row, sheets


@pytest.fixture
def client(database_settings: Settings) -> Iterator[FlaskClient]:
    """Two cases, two collectors, one shift, one office."""
    made = a_lenders_client(database_settings)
    answer = send(made, sources_of(sheets(places=[a_place_row("C1"), a_place_row("C2", 地点类型="单位")])))
    assert answer.status_code == 201, answer.text
    yield made
    close(made.application)


def the_case(client: FlaskClient, code: str = "C1", day: str = "2026-12-01") -> tuple[dict[str, Any], str]:
    """A case and its ETag."""
    listed = client.get("/api/v1/cases").json
    assert listed is not None
    (case_id,) = [one["id"] for one in listed["cases"] if one["case_id"] == code]
    answer = client.get(f"/api/v1/cases/{case_id}?day={day}")
    assert answer.status_code == 200, answer.text
    return answer.get_json(), answer.headers["ETag"]


def test_lists_show_no_name_no_address_and_no_note(client: FlaskClient) -> None:
    text = "".join(client.get(f"/api/v1/{path}").text for path in ("cases", "collectors", "shifts", "imports"))

    assert "沈*" in text
    assert not [secret for secret in SECRETS if secret in text]


def test_pages_follow_one_another_and_end(client: FlaskClient) -> None:
    first = client.get("/api/v1/cases?limit=1").get_json()
    second = client.get(f"/api/v1/cases?limit=1&cursor={first['next_cursor']}").get_json()

    assert [one["case_id"] for page in (first, second) for one in page["cases"]] == ["C1", "C2"]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    "cursor", ["x", "W10", "WyJhIl0", "٣", "WzEsMl0", "WyI5OTk5OTk5OTk5IiwgIngiXQ", "WyIxIiwgIlx1MDAwMCJd"]
)
def test_a_cursor_that_no_page_gave_is_refused(client: FlaskClient, cursor: str) -> None:
    assert client.get(f"/api/v1/cases?cursor={cursor}").status_code == 422


def test_a_case_is_found_by_number_and_whole_name_and_by_nothing_less(client: FlaskClient) -> None:
    def found(words: str) -> list[str]:
        answer = client.post("/api/v1/cases:search", json={"words": words})
        return [one["case_id"] for one in answer.get_json()["cases"]]

    assert found("C1") == ["C1"]
    assert found("陆晚晴") == ["C2"]
    assert found("陆") == []


def test_no_address_finds_a_case_by_what_says_something_about_a_person(client: FlaskClient) -> None:
    def found(words: str) -> list[str]:
        return [one["case_id"] for one in client.get(f"/api/v1/cases?q={words}").get_json()["cases"]]

    assert found("C1") == ["C1"]
    assert found("陆晚晴") == []


def test_every_rule_that_was_asked_says_yes_or_no_in_both_languages(client: FlaskClient) -> None:
    case, _ = the_case(client)

    (place,) = case["decisions"]
    denying = {rule["rule_id"]: rule["reasons"] for rule in place["rules"] if rule["says_no"]}
    assert case["may_be_visited"] is False
    assert denying
    assert all(reason["en"] and reason["zh"] for reasons in denying.values() for reason in reasons)
    assert [rule for rule in place["rules"] if not rule["says_no"]]
    assert case["days_past_due"] == 60


def test_a_block_forbids_at_once_and_a_lifted_one_to_the_end_of_its_day(client: FlaskClient) -> None:
    case, etag = the_case(client)
    path = f"/api/v1/cases/{case['id']}/blocks"

    added = client.post(path, json={"code": "deceased"}, headers={"If-Match": etag})
    (block,) = added.get_json()["circumstances"]
    lifted = client.delete(f"{path}/{block['id']}", headers={"If-Match": added.headers["ETag"]})

    def rules_that_say_no(answer: dict[str, Any]) -> set[str]:
        return {rule["rule_id"] for rule in answer["decisions"][0]["rules"] if rule["says_no"]}

    assert (added.status_code, lifted.status_code) == (201, 200)
    assert rules_that_say_no(added.get_json()) == rules_that_say_no(lifted.get_json())
    later = client.get(f"/api/v1/cases/{case['id']}?day={DAY + timedelta(days=1)}").get_json()
    assert rules_that_say_no(added.get_json()) - rules_that_say_no(later) >= {"CN-BLK-1"}
    assert lifted.get_json()["circumstances"][0]["lifted_at"] is not None


def test_a_block_that_no_rule_knows_is_refused(client: FlaskClient) -> None:
    case, etag = the_case(client)

    answer = client.post(f"/api/v1/cases/{case['id']}/blocks", json={"code": "angry"}, headers={"If-Match": etag})

    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.get_json()["errors"]] == [("/blocks", "unknown_choice")]


def test_a_change_names_the_revision_that_it_changes(client: FlaskClient) -> None:
    case, etag = the_case(client)
    path = f"/api/v1/cases/{case['id']}"

    without = client.patch(path, json={"priority": 9})
    first = client.patch(path, json={"priority": 9}, headers={"If-Match": etag})
    second = client.patch(path, json={"priority": 8}, headers={"If-Match": etag})

    assert (without.status_code, first.status_code, second.status_code) == (428, 200, 412)
    assert second.get_json()["current"]["priority"] == 9
    assert second.headers["ETag"] == first.headers["ETag"] != etag


def test_new_places_alone_make_a_new_revision(client: FlaskClient) -> None:
    case, etag = the_case(client)
    place = {"kind": "home", "address": "云浔市", "latitude": 31.2012, "longitude": 112.8011, "datum": "wgs84"}

    answer = client.patch(f"/api/v1/cases/{case['id']}", json={"places": [place]}, headers={"If-Match": etag})

    assert answer.status_code == 200
    assert answer.headers["ETag"] != etag
    assert [one["place_id"] for one in answer.get_json()["places"]] == ["C1-home"]


def test_a_case_that_is_closed_is_no_longer_listed_among_the_open_ones(client: FlaskClient) -> None:
    case, etag = the_case(client)

    client.patch(f"/api/v1/cases/{case['id']}", json={"state": "closed"}, headers={"If-Match": etag})

    assert [one["case_id"] for one in client.get("/api/v1/cases?state=open").get_json()["cases"]] == ["C2"]


def test_a_new_case_is_checked_as_a_row_of_a_table_is(client: FlaskClient) -> None:
    place = {"kind": "home", "address": "云浔市", "latitude": 112.801, "longitude": 31.201, "datum": "wgs84"}
    sound = place | {"latitude": 31.201, "longitude": 112.801}
    case = {"id": "C3", "name": "沈知行", "subject": "debtor", "service_minutes": 30}

    swapped = client.post("/api/v1/cases", json=case | {"places": [place]})
    added = client.post("/api/v1/cases", json=case | {"places": [sound]})
    twice = client.post("/api/v1/cases", json=case | {"places": [sound]})

    assert [(one["pointer"], one["code"]) for one in swapped.get_json()["errors"]] == [
        ("/places/0/latitude", "coord_swapped")
    ]
    assert (swapped.status_code, added.status_code, twice.status_code) == (422, 201, 409)
    assert [one["code"] for one in twice.get_json()["errors"]] == ["id_exists"]


def test_what_is_not_there_and_what_is_not_ones_own_look_alike(client: FlaskClient) -> None:
    answer = client.get("/api/v1/cases/" + "0" * 32)

    assert (answer.status_code, answer.get_json()["detail"]) == (404, "There is no case of this id.")


def test_collectors_may_not_read_cases(client: FlaskClient) -> None:
    token = a_token(kept_by(client.application).plans, Role.COLLECTOR, lambda: NOW)
    collector = client.application.test_client()
    collector.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"

    assert [collector.get(f"/api/v1/{path}").status_code for path in ("cases", "collectors", "shifts")] == [403] * 3


def test_an_update_changes_what_its_columns_say_and_nothing_else(client: FlaskClient) -> None:
    rows = [a_case_row("C1", 优先级="77", 备注="")]
    without_note = [{key: row[key] for key in row if key != "备注"} for row in rows]
    answer = send(client, sources_of({"cases": without_note}), "update")

    assert answer.get_json()["counts"] == {"cases": {"changed": 1, "created": 0}}
    assert the_case(client)[0]["priority"] == 77


@pytest.mark.parametrize(
    ("number", "cells", "contacts", "rule"),
    [
        (96, {"联系对象": "联系人"}, [], "CN-3P-1"),
        (97, {"冻结原因": "deceased"}, [], "CN-BLK-1"),
        (98, {}, ["2026-11-20 10:00", "2026-11-27 10:00"], "CN-VIS-CAP"),
    ],
)
def test_whom_nobody_may_visit_is_kept_and_judged(
    client: FlaskClient, number: int, cells: dict[str, str], contacts: list[str], rule: str
) -> None:
    visits = [
        {"案件编号": "C5", "渠道": "外访", "时间": at, "是否联系上": "是", "地点类型": "住宅"} for at in contacts
    ] or sheets()["contacts"][:0]
    tables = {"cases": [a_case_row("C5", **cells)], "places": [a_place_row("C5")]}
    answer = send(client, sources_of(tables | ({"contacts": visits} if visits else {})))

    case, _ = the_case(client, "C5")

    assert answer.status_code == 201, (number, answer.text)
    assert case["may_be_visited"] is False
    assert rule in {one["rule_id"] for one in case["decisions"][0]["rules"] if one["says_no"]}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("cases?q=%00", 422),
        ("cases?branch=%00", 422),
        ("cases/%00", 404),
        ("collectors/%00/photo", 404),
        ("shifts/%00", 404),
        ("cases/" + "9" * 30, 404),
        ("cases/\u0663", 404),
        ("cases/..%2f..", 404),
        ("cases?limit=0", 422),
        ("cases?limit=1000000000", 422),
        ("cases?order=name", 422),
    ],
)
def test_an_odd_address_is_refused_on_both_databases(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(f"/api/v1/{path}").status_code == status


def test_a_text_that_no_database_holds_is_refused(client: FlaskClient) -> None:
    collector = client.get("/api/v1/collectors").get_json()["collectors"][0]

    answer = client.patch(
        f"/api/v1/collectors/{collector['id']}", json={"employer": "a\0"}, headers={"If-Match": f'"{collector["rev"]}"'}
    )

    assert answer.status_code == 422
