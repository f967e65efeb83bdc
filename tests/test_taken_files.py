"""Files with what concerns people: so many a day, and the compliance officers hear of the last one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.access import Role
from api.settings import Settings
from api.store.tables.cases import CaseRow
from tests.visiting import at_the_door
from tests.visiting_service import VisitingService, a_visiting_service


@pytest.fixture
def service(database_settings: Settings) -> Iterator[VisitingService]:
    with a_visiting_service(
        replace(database_settings, exports_a_day=1, papers_a_day=2), now=at_the_door("10:00")
    ) as made:
        yield made


@pytest.fixture
def office(service: VisitingService) -> FlaskClient:
    return service.client_of_all_branches(Role.DISPATCHER)


def file(service: VisitingService, client: FlaskClient, asked: str) -> TestResponse:
    return client.get(f"/api/v1/plans/{service.plan_id}/{asked}")


def told(service: VisitingService) -> list[tuple[str, int]]:
    answer = service.client(Role.COMPLIANCE).get("/api/v1/events?after=0").json
    found = [one for one in (answer or {})["events"] if one["kind"] == "export.limited"]
    assert all(one["subject"].startswith("user:") for one in found)
    return [(one["facts"]["limit"], one["facts"]["files"]) for one in found]


def case_ids(service: VisitingService) -> list[str]:
    with service.database.reading(service.scope, service.now) as unit:
        return [row.id for row in unit.session.query(CaseRow).order_by(CaseRow.code)]


def test_after_so_many_papers_a_user_gets_no_more_until_the_next_day(
    service: VisitingService, office: FlaskClient
) -> None:
    assert file(service, office, "export?format=csv&shift_id=s1").status_code == 200
    assert told(service) == []
    assert file(service, office, "export?format=ics").status_code == 200
    assert told(service) == [("paper_limit", 2)]

    refused = file(service, office, "papers?kind=card")

    assert (refused.status_code, (refused.json or {})["code"]) == (429, "paper_limit")
    assert "Retry-After" in refused.headers
    assert told(service) == [("paper_limit", 2)]
    assert file(service, service.client(Role.DISPATCHER), "export?format=ics").status_code == 200
    service.now += timedelta(hours=14)
    assert file(service, office, "export?format=csv&shift_id=s2").status_code == 200


def test_tables_of_a_whole_day_have_a_limit_of_their_own(service: VisitingService, office: FlaskClient) -> None:
    assert file(service, office, "export?format=xlsx").status_code == 200
    assert told(service) == [("export_limit", 1)]
    assert file(service, office, "export?format=csv&shift_id=s1").status_code == 200
    assert told(service) == [("export_limit", 1)]


def test_what_somebody_has_already_does_not_count_in_any_format(service: VisitingService, office: FlaskClient) -> None:
    for file_format in ("csv", "xlsx", "csv"):
        assert file(service, office, f"export?format={file_format}").status_code == 200
    for _ in range(3):
        assert file(service, office, "export?format=csv&shift_id=s1").status_code == 200
    assert file(service, office, "export?format=csv&shift_id=s2").status_code == 200


def test_records_of_cases_and_the_audit_trail_are_exports_together(service: VisitingService) -> None:
    officer = service.client(Role.COMPLIANCE)
    first, second, _ = (f"/api/v1/cases/{case_id}/visit-record-export" for case_id in case_ids(service))
    assert officer.get(first).status_code == 200
    assert officer.get(first).status_code == 200

    refused = officer.get(second)
    table = officer.post("/audit/rows.csv?lang=en")

    assert (refused.status_code, (refused.json or {})["code"]) == (429, "export_limit")
    (reason,) = (refused.json or {})["errors"]
    assert "1" in reason["detail_zh"]
    assert reason["detail"] == "1 exports with what concerns people are given out a day to one user."
    assert table.status_code == 429
    assert "No more new files" in table.text
    assert table.mimetype == "text/html"


def test_a_crews_route_that_is_taken_from_its_page_counts_among_papers(
    service: VisitingService, office: FlaskClient
) -> None:
    crews = f"/plans/{service.plan_id}/crews"
    assert [office.get(f"{crews}/{crew}.csv").status_code for crew in ("s1", "s2", "s1")] == [200, 200, 200]
    refused = file(service, office, "papers?kind=card")
    assert (refused.json or {})["code"] == "paper_limit"
    page = office.get(f"{crews}/s1.ics")
    assert page.status_code == 200


def test_an_operator_may_have_nothing_exported(database_settings: Settings) -> None:
    with a_visiting_service(replace(database_settings, exports_a_day=0), now=at_the_door("10:00")) as none:
        assert file(none, none.client(Role.DISPATCHER), "export?format=csv").status_code == 429
        assert told(none) == []
