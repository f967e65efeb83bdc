"""What people tell of a running day, and what follows from it at once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from api.access import Role
from api.store import events, letters, notices, records
from api.store.tables.cases import CaseRow
from api.store.tables.service import JobRow
from api.visiting.cancelling import call_off_all_unlawful
from tests.databases import sqlite_settings
from tests.day_model import LivedDay
from tests.phone_days import EVERYTHING, a_phone, record_of
from tests.visiting import (
    CARRIED,
    CREWS,
    PERSONAL,
    PUBLISHED_AT,
    a_case_with_a_point,
    a_received_notice,
    at_the_door,
)
from tests.visiting_service import VisitingService, a_visiting_service


@pytest.fixture
def service(tmp_path: Path) -> Iterator[VisitingService]:
    with a_visiting_service(sqlite_settings(tmp_path), now=at_the_door("09:02")) as made:
        yield made


@pytest.fixture
def office(service: VisitingService) -> FlaskClient:
    return service.client(Role.DISPATCHER)


def told(service: VisitingService, office: FlaskClient, status: int = 201, **event: Any) -> Any:
    key = event.pop("key", None)
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = office.post(f"/api/v1/plans/{service.plan_id}/day-events", json=event, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json


def day(service: VisitingService, office: FlaskClient) -> Any:
    answer = office.get(f"/api/v1/plans/{service.plan_id}/day-state")
    assert answer.status_code == 200, answer.text
    return answer.json


def states(service: VisitingService, office: FlaskClient) -> dict[str, str]:
    return {one["visit_id"]: one["state"] for one in day(service, office)["stops"]}


def at_door(
    service: VisitingService, office: FlaskClient, visit: str = "c1", *, key: str | None = None, **changes: Any
) -> Any:
    sent = {
        "plan_id": service.plan_id,
        "visit_id": visit,
        "present": list(CREWS["s1"]),
        "carried": list(CARRIED),
        **changes,
    }
    return office.post("/api/v1/visit-records", json=sent, headers={} if key is None else {"Idempotency-Key": key})


def test_a_day_as_planned_is_open_and_a_crew_that_is_away_from_its_plan_comes_late(
    service: VisitingService, office: FlaskClient
) -> None:
    assert set(states(service, office).values()) == {"open"}
    planned = day(service, office)["stops"][0]["planned_start"]

    service.now = at_the_door("11:00")

    first, second, other = day(service, office)["stops"]
    assert (first["state"], second["state"], other["state"]) == ("late", "late", "late")
    assert planned < "2026-12-04T03:00:00Z" == first["expected_start"]
    assert second["expected_start"] > "2026-12-04T03:30:00Z"


def test_a_late_crew_moves_its_visits_until_it_begins_another_one(
    service: VisitingService, office: FlaskClient
) -> None:
    answer = told(service, office, kind="late", shift_id="s1", delay_minutes=60)
    assert (answer["late"], answer["at_risk"]) == (["c1", "c2"], [])
    again = told(service, office, kind="late", shift_id="s1", delay_minutes=60)
    assert again["sequence"] == answer["sequence"]

    service.now = at_the_door("09:03")
    assert at_door(service, office).status_code == 201

    assert states(service, office) == {"c1": "running", "c2": "open", "c3": "open"}


def test_a_visit_that_can_no_longer_end_lawfully_is_at_risk(service: VisitingService, office: FlaskClient) -> None:
    answer = told(service, office, kind="late", shift_id="s1", delay_minutes=630)
    assert answer["at_risk"] == ["c1", "c2"]
    stop = day(service, office)["stops"][0]
    assert stop["risk"] == "cannot_end_lawfully"
    assert stop["expected_start"] > stop["latest_start"]


def test_who_cannot_go_on_is_nobody_at_a_door_until_back(service: VisitingService, office: FlaskClient) -> None:
    out = told(service, office, kind="collector_out", collector_id="s1-a")
    assert out["at_risk"] == ["c1", "c2"]
    assert told(service, office, kind="collector_out", collector_id="s1-a")["sequence"] == out["sequence"]
    assert day(service, office)["out"] == ["s1-a"]

    refused = at_door(service, office)
    assert refused.status_code == 422
    assert "collector_out" in refused.text

    told(service, office, kind="collector_back", collector_id="s1-a")
    assert told(service, office, kind="collector_back", collector_id="s1-a")["sequence"] is None
    assert at_door(service, office).status_code == 201


def test_the_phone_of_a_crew_that_is_short_says_so(service: VisitingService, office: FlaskClient) -> None:
    phone = a_phone(service)
    told(service, office, kind="collector_out", collector_id="s1-b")
    assert "该人员今天无法继续外访" in phone.get("/crew").text


def test_a_crew_without_a_vehicle_is_at_risk_until_it_has_one(service: VisitingService, office: FlaskClient) -> None:
    assert told(service, office, kind="vehicle_out", shift_id="s2")["at_risk"] == ["c3"]
    assert day(service, office)["stranded"] == ["s2"]
    assert told(service, office, kind="vehicle_back", shift_id="s2")["at_risk"] == []
    assert told(service, office, kind="vehicle_back", shift_id="s2")["sequence"] is None


def test_an_appointment_that_the_borrower_moved_is_called_off_at_once(
    service: VisitingService, office: FlaskClient
) -> None:
    answer = told(service, office, kind="appointment_moved", visit_id="c1")
    assert answer["cancelled"] == ["c1"]
    assert at_door(service, office).status_code == 409
    assert told(service, office, kind="appointment_moved", visit_id="c1")["sequence"] is None


def test_a_crew_that_left_a_door_is_free_before_it_has_written_down_what_happened(
    service: VisitingService, office: FlaskClient
) -> None:
    told(service, office, 409, kind="left", visit_id="c1")
    assert at_door(service, office).status_code == 201
    service.now = at_the_door("09:40")
    told(service, office, kind="left", visit_id="c1")
    assert told(service, office, kind="left", visit_id="c1")["sequence"] is None
    record = record_of(service)
    assert record is not None
    assert record.left_at == at_the_door("09:40")
    assert states(service, office)["c1"] == "running"


def test_an_alarm_that_the_office_takes_by_telephone_is_one_alarm_a_key(
    service: VisitingService, office: FlaskClient
) -> None:
    first = told(service, office, kind="alarm", shift_id="s1", visit_id="c1", key="k1")
    assert told(service, office, kind="alarm", shift_id="s1", visit_id="c1", key="k1") == first
    other = told(service, office, kind="alarm", shift_id="s1", visit_id="c1", key="k2")
    assert other["sequence"] > first["sequence"]


def test_nothing_is_so_urgent_that_a_rule_gives_way(service: VisitingService, office: FlaskClient) -> None:
    with service.database.writing(service.scope, PUBLISHED_AT) as unit:
        ids = {code: a_case_with_a_point(unit, code) for code in ("c4", "c5")}
        unit.session.add(a_received_notice(ids["c5"]))

    refused = told(service, office, 422, kind="urgent_visit", case_id=ids["c4"])
    assert {one["rule_id"] for one in refused["errors"]} == {"CN-NOTE-2"}
    first = told(service, office, kind="urgent_visit", case_id=ids["c5"])
    assert told(service, office, kind="urgent_visit", case_id=ids["c5"]) == first
    assert day(service, office)["urgent"] == ["c5"]


def test_what_is_on_the_plan_or_nowhere_is_not_urgent(service: VisitingService, office: FlaskClient) -> None:
    listed = office.get("/api/v1/cases").json
    assert listed is not None
    on_plan = next(one["id"] for one in listed["cases"] if one["case_id"] == "c1")
    told(service, office, 409, kind="urgent_visit", case_id=on_plan)
    told(service, office, 404, kind="urgent_visit", case_id="nothing")


def test_a_refused_check_in_stays_on_record_with_its_rules_once_a_sending(
    service: VisitingService, office: FlaskClient
) -> None:
    service.now = at_the_door("08:30")
    for _ in range(2):
        assert at_door(service, office, key="one").status_code == 422
    assert at_door(service, office, key="two", present=["s1-a"]).status_code == 422

    first, second = day(service, office)["refusals"]
    assert (first["visit_id"], set(first["rules"])) == ("c1", {"CN-HRS-3", "outside_time_window"})
    assert "CN-CREW-1" in second["rules"]
    with service.database.reading(service.scope, service.now) as unit:
        assert records.of_plan(unit, service.plan_id) == ()


def test_a_refusal_on_the_phone_stays_on_record_too(service: VisitingService, office: FlaskClient) -> None:
    phone = a_phone(service, "08:30")
    assert phone.post("/crew/visits/c1/check-in", data=EVERYTHING | {"key": "k"}).status_code == 422
    assert [one["visit_id"] for one in day(service, office)["refusals"]] == ["c1"]
    listed = office.get(f"/api/v1/plans/{service.plan_id}/day-events").json
    assert listed is not None
    assert [one["kind"] for one in listed["events"]] == ["link.opened", "visit.refused"]
    assert not any(word in str(listed) for word in PERSONAL)


def place_of(service: VisitingService, office: FlaskClient, visit: str = "c1") -> dict[str, float]:
    drawn = office.get(f"/api/v1/plans/{service.plan_id}/map-data").json
    assert drawn is not None
    stop = next(one for route in drawn["routes"] for one in route["stops"] if one["visit_id"] == visit)
    return {name: stop[name] for name in FAR}


FAR = {"latitude_degrees": 10.0, "longitude_degrees": 10.0}


@pytest.mark.parametrize(
    ("accuracy", "status", "near"), [(20.0, 422, None), (5000.0, 201, None)], ids=["far", "nobody-can-say"]
)
def test_a_phone_that_is_far_from_the_place_is_refused_and_one_that_cannot_say_is_not(
    service: VisitingService, office: FlaskClient, accuracy: float, status: int, near: bool | None
) -> None:
    answer = at_door(service, office, position=FAR | {"accuracy_meters": accuracy})
    assert answer.status_code == status
    assert ("not_near" in answer.text) == (status == 422)
    if status == 201:
        assert answer.json is not None
        assert answer.json["near"] is near


@pytest.mark.parametrize(("meters", "status"), [(300, 422), (1000, 201)], ids=["as-usual", "a-wide-place"])
def test_an_operator_says_how_far_from_the_place_a_phone_may_be(tmp_path: Path, meters: int, status: int) -> None:
    settings = sqlite_settings(tmp_path, check_in_meters=meters)
    with a_visiting_service(settings, now=at_the_door("09:02")) as service:
        client = service.client(Role.DISPATCHER)
        here = place_of(service, client)
        beside = here | {"latitude_degrees": here["latitude_degrees"] + 0.005, "accuracy_meters": 20.0}

        answer = at_door(service, client, position=beside)

        assert answer.status_code == status
        assert "latitude" not in str(day(service, client))


def test_of_a_phone_at_the_place_only_yes_and_how_exact_is_kept(service: VisitingService, office: FlaskClient) -> None:
    answer = at_door(service, office, position=place_of(service, office) | {"accuracy_meters": 35.4})
    assert answer.json is not None
    assert (answer.json["near"], answer.json["accuracy_meters"]) == (True, 35)


def test_a_position_from_the_phone_is_compared_and_one_from_nowhere_is_passed_over(service: VisitingService) -> None:
    phone = a_phone(service)
    far = {"latitude": "10", "longitude": "10", "accuracy": "9"}
    assert phone.post("/crew/visits/c1/check-in", data=EVERYTHING | far).status_code == 422
    nowhere = {"latitude": "nan", "longitude": "1e9", "accuracy": "-1"}
    assert phone.post("/crew/visits/c1/check-in", data=EVERYTHING | nowhere).status_code == 303


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ({"kind": "late", "shift_id": "s1"}, 422),
        ({"kind": "late", "shift_id": "s9", "delay_minutes": 5}, 404),
        ({"kind": "collector_out"}, 422),
        ({"kind": "collector_out", "collector_id": "nobody"}, 404),
        ({"kind": "appointment_moved", "visit_id": "c9"}, 404),
        ({"kind": "rain"}, 422),
    ],
    ids=["no-delay", "no-such-crew", "nobody-named", "no-such-person", "no-such-visit", "no-such-kind"],
)
def test_an_event_about_nothing_that_is_there_is_refused(
    service: VisitingService, office: FlaskClient, event: dict[str, Any], status: int
) -> None:
    told(service, office, status, **event)
    with service.database.reading(service.scope, service.now) as unit:
        assert not [one for one in events.after(unit, 0, 500) if one.kind.startswith("crew.")]


def test_of_a_day_that_is_over_nothing_is_told(service: VisitingService, office: FlaskClient) -> None:
    entry = office.get(f"/api/v1/plans/{service.plan_id}")
    closed = office.post(f"/api/v1/plans/{service.plan_id}/close", headers={"If-Match": entry.headers["ETag"]})
    assert closed.status_code == 200, closed.text
    told(service, office, 409, kind="vehicle_out", shift_id="s1")


def test_a_recording_is_known_again_by_its_hash_and_length(service: VisitingService, office: FlaskClient) -> None:
    record = at_door(service, office).json["id"]
    service.now += timedelta(minutes=20)
    path = f"/api/v1/visit-records/{record}/outcome"
    assert office.post(path, json={"outcome": "NOT_HOME", "recording_seconds": 60}).status_code == 422
    sent = {"outcome": "NOT_HOME", "recording": "r-1", "recording_sha256": "ab" * 32, "recording_seconds": 1140}
    answer = office.post(path, json=sent).json
    assert answer is not None
    kept = answer["record"]
    assert (kept["recording"], kept["recording_sha256"], kept["recording_seconds"]) == ("r-1", "ab" * 32, 1140)


@pytest.mark.parametrize("what", ["closed", "disputed", "cease_request"])
def test_a_payment_or_an_objection_calls_the_visit_off_before_it_is_answered_and_without_any_job(
    service: VisitingService, what: str
) -> None:
    lived = LivedDay(service, CREWS, {"s1": ["c1", "c2"], "s2": ["c3"]})
    lived.hear("c1", what)
    lived.agrees()
    with service.database.reading(service.scope, service.now) as unit:
        of_visit = {one.visit_code: one.revoked_at is not None for one in letters.of_plan(unit, service.plan_id)}
        assert of_visit == {"c1": True, "c2": False, "c3": False}
        (notice,) = [one for one in notices.of_plan(unit, service.plan_id) if one.case_code == "c1"]
        assert notice.withdrawn_at is not None
        assert not unit.session.scalars(select(JobRow)).all()
    lived.arrive("c1")
    assert "已取消" in a_phone(service, "09:05").get("/crew").text


def test_what_an_import_says_of_a_case_calls_its_visit_off_too(service: VisitingService) -> None:
    with service.database.writing(service.scope, service.now) as unit:
        case = unit.session.scalars(select(CaseRow).where(CaseRow.code == "c3")).one()
        case.closed_at = unit.now  # as the writer of an import does
        assert call_off_all_unlawful(unit) == ("c3",)
        assert call_off_all_unlawful(unit) == ()
    assert states(service, service.client(Role.DISPATCHER))["c3"] == "cancelled"
