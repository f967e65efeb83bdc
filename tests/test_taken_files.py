"""Files with what concerns people: so many a day, and the compliance officers hear of the last one."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from api.access import Role
from api.rest import given_files
from api.settings import Settings
from tests.visiting import at_the_door
from tests.visiting_service import VisitingService, a_visiting_service


@pytest.fixture
def service(database_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[VisitingService]:
    monkeypatch.setattr(given_files, "FILES_A_DAY", 2)
    with a_visiting_service(database_settings, now=at_the_door("10:00")) as made:
        yield made


def told(service: VisitingService) -> list[str]:
    answer = service.client(Role.COMPLIANCE).get("/api/v1/events?after=0").json
    return [one["subject"] for one in (answer or {})["events"] if one["kind"] == "export.limited"]


def test_after_so_many_files_a_user_gets_no_more_until_the_next_day(service: VisitingService) -> None:
    path = f"/api/v1/plans/{service.plan_id}"
    client, colleague = service.client_of_all_branches(Role.DISPATCHER), service.client(Role.DISPATCHER)
    assert client.get(f"{path}/export?format=csv").status_code == 200
    assert told(service) == []
    assert client.get(f"{path}/export?format=ics").status_code == 200
    (subject,) = told(service)

    refused = client.get(f"{path}/export?format=csv")
    papers = client.get(f"{path}/papers?kind=letter")

    assert subject.startswith("user:")
    assert (refused.status_code, papers.status_code) == (429, 429)
    assert "Retry-After" in refused.headers
    assert told(service) == [subject]
    assert colleague.get(f"{path}/export?format=csv").status_code == 200
    service.now += timedelta(hours=14)
    assert client.get(f"{path}/export?format=csv").status_code == 200
