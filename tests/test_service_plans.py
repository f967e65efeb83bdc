"""The interface for programs: plans, routes, visit records, links, notices, events and webhooks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.access import Role
from api.settings import Settings
from api.store import users
from api.store.tables.people import CollectorRow
from scheduler.documents import write_plan, write_problem, write_texts
from scheduler.planning import plan_by_hand
from tests.builders import ZONE
from tests.databases import sqlite_settings
from tests.test_store_units import a_tenant
from tests.visiting import CARRIED, CREWS, PERSONAL, PUBLISHED_AT, TEXTS, a_day, at_the_door
from tests.visiting_service import VisitingService, a_visiting_service


@pytest.fixture
def service(tmp_path: Path) -> Iterator[VisitingService]:
    settings = sqlite_settings(
        tmp_path, hotline="400-000-0000", issuer="示例银行", public_url="https://visits.example.org"
    )
    with a_visiting_service(settings) as made:
        yield made


def documents(*codes: str) -> dict[str, Any]:
    """A Problem, a lawful Plan of it that visits all, and texts."""
    problem = a_day(*codes)
    plan = plan_by_hand(problem, {"s1": [(code, f"{code}-home") for code in codes]})
    return {
        "problem": write_problem(problem),
        "plan": write_plan(plan, ZONE),
        "texts": write_texts(TEXTS),
    }


def etag(client: FlaskClient, plan_id: str) -> dict[str, str]:
    return {"If-Match": client.get(f"/api/v1/plans/{plan_id}").headers["ETag"]}


def body(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_a_plan_goes_its_whole_way_by_the_interface(database_settings: Settings) -> None:
    with a_visiting_service(database_settings) as service:
        client = service.client(Role.DISPATCHER)
        draft = body(client.post("/api/v1/plans", json=documents("c1", "c2")), 201)
        assert (draft["state"], draft["visits"]) == ("draft", 2)
        path = f"/api/v1/plans/{draft['id']}"
        edit = {"edits": [{"kind": "place", "visit_id": "c2", "shift_id": "s1", "position": 1}]}
        edited = body(client.post(f"{path}/edits", json=edit, headers=etag(client, draft["id"])), 201)
        assert edited["plan"]["based_on"] == draft["id"]
        assert {change["visit_id"]: change["kind"] for change in edited["difference"]["changes"]} == {
            "c1": "retimed",
            "c2": "retimed",
        }
        path = f"/api/v1/plans/{edited['plan']['id']}"
        same = body(client.get(f"{path}/difference?against={draft['id']}"))
        assert same == edited["difference"]
        checked = body(client.post(f"{path}/check", headers=etag(client, edited["plan"]["id"])))
        assert checked["state"] == "checked"
        match = etag(client, edited["plan"]["id"])
        published = body(client.post(f"{path}/publish", json={}, headers=match))
        assert published["state"] == "published"
        assert body(client.post(f"{path}/publish", json={}, headers=match)) == published
        old = body(client.get("/api/v1/plans?state=closed"))["plans"]
        assert [(one["id"], one["replaced_by"]) for one in old] == [(service.plan_id, published["id"])]
        assert body(client.get(f"{path}/certificate"))["scope"] == "all rules"
        closed = body(client.post(f"{path}/close", headers=etag(client, published["id"])))
        assert closed["state"] == "closed"


def test_who_did_not_see_the_newest_state_is_told_who_changed_it(service: VisitingService) -> None:
    client = service.client(Role.DISPATCHER)
    draft = body(client.post("/api/v1/plans", json=documents("c1", "c2")), 201)
    path, seen = f"/api/v1/plans/{draft['id']}", etag(client, draft["id"])
    assert client.post(f"{path}/check").status_code == 428
    first = {"edits": [{"kind": "exclude", "visit_id": "c2"}]}
    second = {"edits": [{"kind": "exclude", "visit_id": "c1"}]}
    assert client.post(f"{path}/edits", json=first, headers=seen).status_code == 201
    lost = service.client(Role.DISPATCHER).post(f"{path}/edits", json=second, headers=seen)
    assert lost.status_code == 412
    assert body(lost, 412)["current"]["action"] == "plan.edited"
    assert len(body(client.get("/api/v1/plans?state=draft"))["plans"]) == 2


def test_an_unlawful_change_is_refused_with_every_rule_that_it_breaks(service: VisitingService) -> None:
    client = service.client(Role.DISPATCHER)
    draft = body(client.post("/api/v1/plans", json=documents("c1")), 201)
    late = {"kind": "place", "visit_id": "c1", "shift_id": "s1", "service_start_time": "2026-12-04T21:00:00+08:00"}
    answer = client.post(
        f"/api/v1/plans/{draft['id']}/edits", json={"edits": [late]}, headers=etag(client, draft["id"])
    )
    errors = body(answer, 422)["errors"]
    assert "CN-HRS-3" in {error.get("rule_id") for error in errors}
    assert all(error["detail_zh"] for error in errors if error.get("rule_id"))
    assert len(body(client.get("/api/v1/plans"))["plans"]) == 2


def test_documents_are_checked_without_being_kept(service: VisitingService) -> None:
    client = service.client(Role.PLANNER)
    pair = documents("c1")
    del pair["texts"]
    assert body(client.post("/api/v1/plans:check", json=pair)) == {"lawful": True, "violations": []}
    pair["plan"]["routes"][0]["stops"][1]["service_start_time"] = "2026-12-04T07:00:00+08:00"
    verdict = body(client.post("/api/v1/plans:check", json=pair))
    assert not verdict["lawful"]
    assert "plan_changed" in {one["code"] for one in verdict["violations"]}
    assert len(body(client.get("/api/v1/plans"))["plans"]) == 1


def test_faults_of_both_documents_come_at_once_with_their_places(service: VisitingService) -> None:
    answer = service.client(Role.PLANNER).post("/api/v1/plans", json={"problem": {"a": 1}, "plan": {"b": 2}})
    places = {error["pointer"].split("/")[1] for error in body(answer, 422)["errors"]}
    assert places == {"problem", "plan"}


def test_the_list_comes_in_pages_and_a_strange_cursor_is_refused(service: VisitingService) -> None:
    client = service.client(Role.DISPATCHER)
    for codes in (("c1",), ("c2",), ("c1", "c2")):
        body(client.post("/api/v1/plans", json=documents(*codes)), 201)
    seen: list[str] = []
    cursor = ""
    for _ in range(4):
        page = body(client.get(f"/api/v1/plans?limit=1{cursor}"))
        seen += [one["id"] for one in page["plans"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert page["next_cursor"] is None
    assert len(set(seen)) == 4
    for word in ("x", "W10", "é", "WyIyMDI2LTEzLTAxIiwgIjEiXQ"):
        assert client.get(f"/api/v1/plans?cursor={word}").status_code == 422


@pytest.mark.parametrize(
    ("form", "beginning", "has_names"),
    [
        ("csv", b"\xef\xbb\xbf", True),
        ("gpx", b"<?xml", False),
        ("ics", b"BEGIN:VCALENDAR", False),
        ("xlsx", b"PK", True),
    ],
)
def test_routes_are_exported_and_who_took_them_is_written_down(
    service: VisitingService, form: str, beginning: bytes, *, has_names: bool
) -> None:
    client = service.client(Role.DISPATCHER)
    answer = client.get(f"/api/v1/plans/{service.plan_id}/export?format={form}&shift_id=s1")
    assert answer.data.startswith(beginning)
    if form != "xlsx":
        assert ("李借1" in answer.text) == has_names
        assert "李借3" not in answer.text
    assert service.client(Role.PLANNER).get(f"/api/v1/plans/{service.plan_id}/export?format=csv").status_code == 403


def test_map_data_and_every_list_tell_no_name_and_no_address(service: VisitingService) -> None:
    client = service.client(Role.DISPATCHER)
    for path in ("", "/map-data", "/routes", "/routes/s1", "/notices", "/links", "/visit-records", "/certificate"):
        answer = client.get(f"/api/v1/plans/{service.plan_id}{path}")
        assert answer.status_code == 200
        assert not any(word in answer.text for word in PERSONAL), path


def test_letters_are_printed_with_the_numbers_that_the_verification_page_knows(service: VisitingService) -> None:
    pytest.importorskip("fpdf")
    from tests.pdf_text import pages_of

    client = service.client(Role.DISPATCHER)
    answer = client.get(f"/api/v1/plans/{service.plan_id}/papers?kind=letter&visit_id=c1&language=en")
    assert answer.status_code == 200, answer.text
    from api.store import letters

    with service.database.reading(service.scope, service.now) as unit:
        letter = letters.of_visit(unit, service.plan_id, "c1")
    assert letter is not None
    assert letter.number in "".join(pages_of(answer.data))
    assert client.get(f"/api/v1/plans/{service.plan_id}/papers?kind=letter&visit_id=c9").status_code == 404


def test_a_visit_begins_and_ends_by_the_interface(service: VisitingService) -> None:
    service.now = at_the_door("10:00")
    client = service.client(Role.DISPATCHER)
    asked = {"plan_id": service.plan_id, "visit_id": "c1", "present": list(CREWS["s1"]), "carried": list(CARRIED)}
    alone = body(client.post("/api/v1/visit-records", json=asked | {"present": ["s1-a"]}), 422)
    assert {error.get("rule_id") for error in alone["errors"]} >= {"CN-CREW-1"}
    begun = body(client.post("/api/v1/visit-records", json=asked), 201)
    assert body(client.post("/api/v1/visit-records", json=asked), 201) == begun
    path = f"/api/v1/visit-records/{begun['id']}"
    assert client.post(f"{path}/outcome", json={"outcome": "PTP"}).status_code == 422
    report = {"outcome": "PTP", "until": "2026-12-20", "note": "将于二十日还款"}
    ended = body(client.post(f"{path}/outcome", json=report))
    assert (ended["next_step"], ended["record"]["outcome"]) == ("check_promise", "PTP")
    assert body(client.post(f"{path}/outcome", json=report))["record"] == ended["record"]
    assert client.post(f"{path}/outcome", json={"outcome": "NOT_HOME"}).status_code == 409
    assert "将于" not in client.get(path).text
    kinds = [event["kind"] for event in body(client.get("/api/v1/events?after=0"))["events"]]
    assert kinds[-3:] == ["visit.started", "visit.ended", "followup.due"]


def test_a_collector_sees_and_begins_the_own_visits_alone(service: VisitingService) -> None:
    with service.database.writing(service.scope, service.now) as unit:
        from datetime import timedelta

        from sqlalchemy import select

        person = unit.session.scalars(select(CollectorRow.id).where(CollectorRow.code == "s2-a")).one()
        user_id = users.add(
            unit,
            login="bo",
            role=Role.COLLECTOR,
            name="x",
            branch_id=service.scope.branch_id,
            collector_id=person,
        )
        token = users.add_token(unit, user_id, name="t", life=timedelta(days=30))
    client = service.client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    service.now = at_the_door("10:00")
    routes = body(client.get(f"/api/v1/plans/{service.plan_id}/routes"))["routes"]
    assert [one["shift_id"] for one in routes] == ["s2"]
    assert client.get(f"/api/v1/plans/{service.plan_id}/routes/s1").status_code == 404
    asked = {"plan_id": service.plan_id, "present": list(CREWS["s1"]), "carried": list(CARRIED)}
    assert client.post("/api/v1/visit-records", json=asked | {"visit_id": "c1"}).status_code == 404
    own = asked | {"visit_id": "c3", "present": list(CREWS["s2"])}
    assert client.post("/api/v1/visit-records", json=own).status_code == 201
    assert client.get(f"/api/v1/plans/{service.plan_id}").status_code == 403


def test_a_receipt_of_the_future_is_refused_and_the_first_one_counts(service: VisitingService) -> None:
    client = service.client(Role.ADMINISTRATOR)
    (first, *_) = body(client.get(f"/api/v1/plans/{service.plan_id}/notices"))["notices"]
    path = f"/api/v1/notices/{first['id']}/receipt"
    assert client.post(path, json={"delivered_at": "2027-01-01T00:00:00Z"}).status_code == 422
    again = body(client.post(path, json={"delivered_at": "2026-11-26T00:00:00Z"}))
    assert again["delivered_at"] == first["delivered_at"]
    assert client.post("/api/v1/notices/none/receipt", json={"delivered_at": "2026-11-26T00:00:00Z"}).status_code == 404


def test_webhooks_are_added_changed_by_who_saw_them_and_never_shown_with_their_secret(service: VisitingService) -> None:
    client = service.client(Role.ADMINISTRATOR)
    made = body(client.post("/api/v1/webhooks", json={"url": "https://lender.example/visits"}), 201)
    path = f"/api/v1/webhooks/{made['webhook']['id']}"
    shown = client.get(path)
    assert made["secret"] not in shown.text
    assert client.patch(path, json={"enabled": False}).status_code == 428
    match = {"If-Match": shown.headers["ETag"]}
    assert body(client.patch(path, json={"enabled": False}, headers=match))["disabled_at"] is not None
    assert client.patch(path, json={"enabled": True}, headers=match).status_code == 412
    for url in ("http://lender.example/", "https://127.0.0.1/", "https://169.254.169.254/", "file:///x"):
        assert client.post("/api/v1/webhooks", json={"url": url}).status_code == 422
    assert service.client(Role.DISPATCHER).get("/api/v1/webhooks").status_code == 403


def test_another_lender_finds_nothing_of_this_one(service: VisitingService) -> None:
    (elsewhere,) = a_tenant(service.database, "north")
    from datetime import timedelta

    with service.database.writing(elsewhere, PUBLISHED_AT) as unit:
        user_id = users.add(unit, login="eve", role=Role.DISPATCHER, name="x", branch_id=elsewhere.branch_id)
        token = users.add_token(unit, user_id, name="t", life=timedelta(days=30))
    client = service.client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    path = f"/api/v1/plans/{service.plan_id}"
    for one in ("", "/certificate", "/map-data", "/routes", "/routes/s1", "/notices", "/links", "/export?format=csv"):
        assert client.get(f"{path}{one}").status_code == 404, one
    bodies: dict[str, Any] = {
        "/edits": {"edits": [{"kind": "exclude", "visit_id": "c1"}]},
        "/links": {"shift_id": "s1"},
    }
    for one in ("/check", "/edits", "/publish", "/close", "/links"):
        sent = bodies.get(one, {})
        assert client.post(f"{path}{one}", json=sent, headers={"If-Match": '"r1"'}).status_code == 404, one
    assert body(client.get("/api/v1/plans"))["plans"] == []
    assert body(client.get("/api/v1/events"))["events"] == []


def test_who_sees_all_branches_acts_in_the_branch_of_the_plan(database_settings: Settings) -> None:
    with a_visiting_service(database_settings) as service:
        client = service.client_of_all_branches(Role.DISPATCHER)
        path = f"/api/v1/plans/{service.plan_id}"
        edit = {"edits": [{"kind": "exclude", "visit_id": "c2"}]}
        edited = body(client.post(f"{path}/edits", json=edit, headers=etag(client, service.plan_id)), 201)["plan"]
        path = f"/api/v1/plans/{edited['id']}"
        assert client.post(f"{path}/check", headers=etag(client, edited["id"])).status_code == 200
        published = client.post(f"{path}/publish", json={}, headers=etag(client, edited["id"]))
        assert body(published)["state"] == "published"
        assert client.post(f"{path}/links", json={"shift_id": "s1"}).status_code == 201
        service.now = at_the_door("10:00")
        asked = {"plan_id": edited["id"], "visit_id": "c1", "present": list(CREWS["s1"]), "carried": list(CARRIED)}
        begun = body(client.post("/api/v1/visit-records", json=asked), 201)
        ended = client.post(f"/api/v1/visit-records/{begun['id']}/outcome", json={"outcome": "CEASE_REQ"})
        assert body(ended)["next_step"] == "letter_only"
        assert client.post("/api/v1/plans", json=documents("c1")).status_code == 422


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/api/v1/plans/%00", None),
        ("/api/v1/plans/x%00y/routes/s1", None),
        ("/api/v1/plans?cursor=" + "WyIyMDI2LTEyLTA0IiwgIjk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5Il0", None),
        ("/api/v1/notices/x/receipt", {"delivered_at": "0001-01-01T00:00:00+14:00"}),
        ("/api/v1/notices/x/receipt", {"delivered_at": "9999-12-31T23:59:59-14:00"}),
        ("/api/v1/visit-records/x/outcome", {"outcome": "PTP", "until": "9999-12-31"}),
        ("/api/v1/visit-records/x/outcome", {"outcome": "PTP", "recording": "a\u0000b"}),
        ("/api/v1/verifications/by-number", {"number": "\u0000'\"${x}"}),
        ("/api/v1/verifications/by-code", {"code": "\u0000١٢٣"}),
        ("/api/v1/events?after=4611686018427387904", None),
    ],
)
def test_nothing_that_callers_send_makes_the_service_stumble(
    database_settings: Settings, path: str, sent: dict[str, Any] | None
) -> None:
    with a_visiting_service(database_settings, {"s1": ["c1"]}) as service:
        client = service.client(Role.DISPATCHER)
        answer = client.get(path) if sent is None else client.post(path, json=sent)
        assert answer.status_code < 500


def test_a_promise_of_the_far_future_is_refused(service: VisitingService) -> None:
    service.now = at_the_door("10:00")
    client = service.client(Role.DISPATCHER)
    asked = {"plan_id": service.plan_id, "visit_id": "c1", "present": list(CREWS["s1"]), "carried": list(CARRIED)}
    begun = body(client.post("/api/v1/visit-records", json=asked), 201)
    path = f"/api/v1/visit-records/{begun['id']}/outcome"
    answer = client.post(path, json={"outcome": "PTP", "until": "9999-12-31"})
    assert [error["code"] for error in body(answer, 422)["errors"]] == ["date_far"]
