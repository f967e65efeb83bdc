"""What a day came to, and what is given out about it: the report, and the records of a case."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.access import Role
from api.store.tables.service import AuditRow
from tests.databases import sqlite_settings
from tests.pdf_text import pages_of
from tests.phone_days import a_phone
from tests.test_day_events import at_door, told
from tests.visiting import DAY, at_the_door
from tests.visiting_service import VisitingService, a_visiting_service


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[VisitingService]:
    """c1 was begun 28 minutes late after a refusal and ended, c2 was given up, c3 was called off."""
    with a_visiting_service(sqlite_settings(tmp_path), now=at_the_door("09:02")) as service:
        office = service.client(Role.DISPATCHER)
        assert at_door(service, office, present=["s1-a"]).status_code == 422
        service.now = at_the_door("09:30")
        record = at_door(service, office).json["id"]
        service.now = at_the_door("09:50")
        sent = {
            "outcome": "PTP",
            "until": "2026-12-20",
            "note": "月底前",
            "recording": "r-1",
            "recording_sha256": "ab" * 32,
            "recording_seconds": 1200,
        }
        assert office.post(f"/api/v1/visit-records/{record}/outcome", json=sent).status_code == 200
        given_up = {"outcome": "ABORT_OPS", "reason": "weather"}
        path = f"/api/v1/plans/{service.plan_id}/visits/c2/not-begun"
        assert office.post(path, json=given_up).status_code == 201
        told(service, office, kind="appointment_moved", visit_id="c3")
        yield service


def case_id(service: VisitingService, code: str = "c1") -> str:
    listed = service.client(Role.DISPATCHER).get("/api/v1/cases").json
    assert listed is not None
    return str(next(one["id"] for one in listed["cases"] if one["case_id"] == code))


def test_the_report_counts_what_was_planned_attempted_and_why_not(lived: VisitingService) -> None:
    answer = lived.client(Role.COMPLIANCE).get(f"/api/v1/day-reports/{DAY}")
    assert answer.status_code == 200, answer.text
    report: Any = answer.json
    (branch,) = report["branches"]
    whole, first = branch["figures"], branch["crews"][0]["figures"]
    assert (whole["planned"], whole["attempted"], whole["contacted"], whole["refused"]) == (3, 1, 1, 1)
    assert whole["outcomes"] == {"PTP": 1}
    assert whole["not_attempted"] == {"borrower_asked_another_time": 1, "weather": 1}
    assert (first["late"], first["mean_lateness_seconds"], first["most_lateness_seconds"]) == (1, 28 * 60, 28 * 60)
    # The place closes at 20:00, and the law at that hour too.
    assert first["least_margin_seconds"] == (10 * 60 + 10) * 60
    assert not branch["is_closed"]


def test_working_time_of_four_weeks_is_told_with_its_distance_from_the_mean(lived: VisitingService) -> None:
    report: Any = lived.client(Role.DISPATCHER).get(f"/api/v1/day-reports/{DAY}").json
    assert report["first_day"] == "2026-11-07"
    told_times = {one["collector_id"]: (one["days"], one["seconds"]) for one in report["working_times"]}
    assert told_times == {"s1-a": (1, 1200), "s1-b": (1, 1200)}
    assert [one["above_mean_seconds"] for one in report["working_times"]] == [0, 0]
    empty: Any = lived.client(Role.DISPATCHER).get("/api/v1/day-reports/2026-01-05").json
    assert (empty["branches"], empty["working_times"], empty["mean_working_seconds"]) == ([], [], None)


@pytest.mark.parametrize(("language", "words"), [("en", "weather or roads"), ("zh-CN", "天气或道路")])
def test_the_report_is_a_page_too(lived: VisitingService, language: str, words: str) -> None:
    page = lived.client(Role.DISPATCHER).get(f"/days/{DAY}/report?lang={language}")
    assert page.status_code == 200
    assert words in page.text
    assert "员s1-a" in page.text
    assert lived.client(Role.DISPATCHER).get("/days/no-day/report").status_code == 404


def test_a_regulator_gets_all_that_is_on_record_about_a_case(lived: VisitingService) -> None:
    officer, wanted = lived.client(Role.COMPLIANCE), case_id(lived)
    answer = officer.get(f"/api/v1/cases/{wanted}/visit-record-export")
    assert answer.status_code == 200, answer.text
    document: Any = answer.json
    (visit,) = document["visits"]
    record = visit["record"]
    assert (document["case"], document["subject"]) == ("c1", "debtor")
    assert (record["outcome"], record["until"], record["content"]) == ("PTP", "2026-12-20", "月底前")
    assert record["recording"] == {"reference": "r-1", "sha256": "ab" * 32, "seconds": 1200}
    assert [one["id"] for one in record["present"]] == ["s1-a", "s1-b"]
    assert record["checked_in_at"] == "2026-12-04T09:30:00+08:00"
    (refused,) = document["refused_check_ins"]
    assert "CN-CREW-1" in refused["rules"]
    with lived.database.reading(lived.scope, lived.now) as unit:
        row = unit.session.scalars(select(AuditRow).where(AuditRow.action == "case.exported")).one()
        assert row.facts == {"format": "json", "sha256": sha256(answer.data).hexdigest()}


def test_a_visit_that_was_called_off_or_given_up_is_on_record_too(lived: VisitingService) -> None:
    officer = lived.client(Role.COMPLIANCE)
    gone: Any = officer.get(f"/api/v1/cases/{case_id(lived, 'c3')}/visit-record-export").json
    assert (gone["visits"][0]["called_off_for"], gone["visits"][0]["record"]) == ("borrower_asked_another_time", None)
    given_up: Any = officer.get(f"/api/v1/cases/{case_id(lived, 'c2')}/visit-record-export").json
    assert given_up["visits"][0]["record"]["not_begun_because"] == "weather"


@pytest.mark.parametrize(("language", "words"), [("en", "Check-ins that were refused"), ("zh-CN", "被拒绝的报到")])
def test_the_records_of_a_case_are_printed_in_both_languages(lived: VisitingService, language: str, words: str) -> None:
    path = f"/api/v1/cases/{case_id(lived)}/visit-record-export?format=pdf&language={language}"
    answer = lived.client(Role.COMPLIANCE).get(path)
    assert answer.status_code == 200, answer.text
    printed = " ".join(pages_of(answer.data))
    assert words in printed
    assert "月底前" in printed


def test_only_compliance_officers_take_records_along(lived: VisitingService) -> None:
    path = f"/api/v1/cases/{case_id(lived)}/visit-record-export"
    assert lived.client(Role.DISPATCHER).get(path).status_code == 403
    assert lived.client(Role.COMPLIANCE).get("/api/v1/cases/nothing/visit-record-export").status_code == 404


def test_a_crew_tells_on_its_phone_what_it_does_not_begin_and_that_it_is_late(tmp_path: Path) -> None:
    with a_visiting_service(sqlite_settings(tmp_path), now=at_the_door("09:02")) as service:
        phone = a_phone(service, "09:02")
        assert phone.post("/crew/visits/c1/not-begun", data={"reason": "tired"}).status_code == 422
        assert phone.post("/crew/visits/c3/not-begun", data={"reason": "weather"}).status_code == 404
        assert phone.post("/crew/visits/c1/not-begun", data={"reason": "weather"}).status_code == 303
        assert phone.post("/crew/late", data={"minutes": "7"}).status_code == 422
        assert phone.post("/crew/late", data={"minutes": "60"}).status_code == 303
        state: Any = service.client(Role.DISPATCHER).get(f"/api/v1/plans/{service.plan_id}/day-state").json
        assert [one["state"] for one in state["stops"]] == ["not_begun", "late", "open"]
