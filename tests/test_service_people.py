"""Collectors, offices and shifts by the interface."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.current import close
from api.desk.collectors import MOST_PHOTO_BYTES
from api.settings import Settings
from tests.lender import a_lenders_client, send, sources_of
from tests.sheets import SECRETS, sheets

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
SHIFT = {
    "id": "B9",
    "collector_ids": ["K1"],
    "date": "2026-12-02",
    "start": "09:00",
    "end": "18:00",
    "start_office": "W1",
    "end_office": "W1",
    "breaks": [{"hours": "12:00-13:30", "minutes": 45}],
}


@pytest.fixture
def client(database_settings: Settings) -> Iterator[FlaskClient]:
    """Two collectors, one shift, one office."""
    made = a_lenders_client(database_settings)
    assert send(made, sources_of(sheets())).status_code == 201
    yield made
    close(made.application)


def first_of(client: FlaskClient, what: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/v1/{what}").get_json()[what][0]
    return found


def match(rev: int) -> dict[str, str]:
    return {"If-Match": f'"{rev}"'}


def codes(answer: Any) -> list[tuple[str, str]]:
    return [(one["pointer"], one["code"]) for one in answer.get_json()["errors"]]


def test_a_collector_is_added_changed_and_leaves(client: FlaskClient) -> None:
    given = {
        "id": "K3",
        "name": "穆怀瑾",
        "qualifications": [{"code": "pre-job-training", "valid_until": "2027-06-30"}],
    }
    added = client.post("/api/v1/collectors", json=given | {"badge_number": "N-1"})
    path = f"/api/v1/collectors/{added.get_json()['id']}"

    changed = client.patch(path, json={"skills": ["dialect"]}, headers=match(added.get_json()["rev"]))
    left = client.patch(path, json={"state": "left"}, headers=match(changed.get_json()["rev"]))

    assert (added.status_code, changed.status_code, left.status_code) == (201, 200, 200)
    body = left.get_json()
    assert (body["name"], body["badge_number"], body["skills"], body["state"]) == ("穆*", "N-1", ["dialect"], "left")
    assert body["qualifications"] == given["qualifications"]
    assert [one["collector_id"] for one in client.get("/api/v1/collectors?state=left").get_json()["collectors"]] == [
        "K3"
    ]
    assert not [secret for secret in SECRETS if secret in added.text + left.text]


def test_a_photo_is_what_its_first_bytes_say(client: FlaskClient) -> None:
    collector = first_of(client, "collectors")
    path = f"/api/v1/collectors/{collector['id']}/photo"

    refused = client.put(path, data=b"<svg/>", content_type="image/png", headers=match(collector["rev"]))
    large = client.put(
        path, data=PNG + b"0" * MOST_PHOTO_BYTES, content_type="image/png", headers=match(collector["rev"])
    )
    nothing = client.get(path)
    kept = client.put(path, data=PNG, content_type="image/png", headers=match(collector["rev"]))
    shown = client.get(path)

    assert [answer.status_code for answer in (refused, large, nothing, kept)] == [415, 413, 404, 204]
    assert (shown.data, shown.mimetype) == (PNG, "image/png")
    assert first_of(client, "collectors")["has_photo"] is True


def test_a_shift_is_added_moved_and_taken_back(client: FlaskClient) -> None:
    added = client.post("/api/v1/shifts", json=SHIFT)
    path = f"/api/v1/shifts/{added.get_json()['id']}"

    moved = client.patch(path, json={"start": "10:00"}, headers=match(added.get_json()["rev"]))
    stale = client.delete(path, headers=match(added.get_json()["rev"]))
    gone = client.delete(path, headers=match(moved.get_json()["rev"]))

    assert added.get_json()["breaks"] == SHIFT["breaks"]
    assert (moved.get_json()["start"], moved.get_json()["end"]) == ("10:00", "18:00")
    assert (added.status_code, stale.status_code, gone.status_code) == (201, 412, 204)
    assert client.get(path).status_code == 404


def test_nobody_works_in_two_shifts_at_a_time_nor_on_a_day_that_is_over(client: FlaskClient) -> None:
    at_once = client.post("/api/v1/shifts", json=SHIFT | {"date": "2026-12-01"})
    over = client.post("/api/v1/shifts", json=SHIFT | {"date": "2026-11-01"})

    assert codes(at_once) == [("/collector_ids", "shift_overlap")]
    assert codes(over) == [("/date", "date_past")]


def test_shifts_are_listed_by_day(client: FlaskClient) -> None:
    client.post("/api/v1/shifts", json=SHIFT)

    def of(day: str) -> list[str]:
        return [one["shift_id"] for one in client.get(f"/api/v1/shifts?day={day}").get_json()["shifts"]]

    assert (of("2026-12-01"), of("2026-12-02"), of("2026-12-03")) == (["B1"], ["B9"], [])
    assert client.get("/api/v1/shifts?day=2026-02-30").status_code == 422


def test_people_on_duty_are_no_shift_to_be_changed(client: FlaskClient) -> None:
    duty = sheets()["shifts"][0] | {"班次": "", "日期": "2026-12-03"}
    send(client, sources_of({"shifts": [duty]}))
    (found,) = client.get("/api/v1/shifts?day=2026-12-03").get_json()["shifts"]

    answer = client.patch(f"/api/v1/shifts/{found['id']}", json={"max_visits": 3}, headers=match(found["rev"]))

    assert answer.status_code == 409


def test_an_office_is_moved_with_the_datum_of_its_point(client: FlaskClient) -> None:
    office = first_of(client, "offices")
    path = f"/api/v1/offices/{office['id']}"

    named = client.patch(path, json={"name": "望川"}, headers=match(office["rev"]))
    half = client.patch(path, json={"latitude": 31.3001}, headers=match(named.get_json()["rev"]))

    assert (named.get_json()["name"], named.get_json()["latitude"]) == ("望川", 31.2)
    assert ("/longitude", "coord_incomplete") in codes(half)
    assert ("/datum", "coord_sys_missing") in codes(half)


def test_an_empty_table_is_handed_out_in_both_languages(client: FlaskClient) -> None:
    chinese = client.get("/api/v1/imports/templates/cases.csv")
    english = client.get("/api/v1/imports/templates/cases.xlsx?language=en")

    assert "案件编号" in chinese.text
    assert english.data.startswith(b"PK")
    assert client.get("/api/v1/imports/templates/people.csv").status_code == 404
