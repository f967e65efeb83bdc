"""The page of a running day says who left a door, whether the outcome is written down, and how much is ahead."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.access import Role
from tests.phone_days import a_day_at_doors, a_phone, begun, record_of
from tests.test_service_pages import words_of
from tests.visiting import at_the_door
from tests.visiting_service import VisitingService


@pytest.fixture
def service(tmp_path: Path) -> Iterator[VisitingService]:
    with a_day_at_doors(tmp_path) as made:
        yield made


def shown(service: VisitingService) -> str:
    return words_of(service.client(Role.DISPATCHER).get(f"/plans/{service.plan_id}/running/now?lang=en").text)


def tell(service: VisitingService, **fields: str) -> int:
    return service.client(Role.DISPATCHER).post(f"/plans/{service.plan_id}/running?lang=en", data=fields).status_code


def test_a_crew_that_left_is_not_at_the_door_though_its_outcome_is_missing(service: VisitingService) -> None:
    begun(service, a_phone(service, "09:10"))
    assert "0 of 2 1 ahead 李借1" in shown(service)
    service.now = at_the_door("09:31")
    assert tell(service, kind="left", visit_id="c1") == 303
    record = record_of(service)
    assert record is not None
    assert record.left_at == at_the_door("09:31")
    assert "0 of 2 1 ahead left 李借1 at 09:31 outcome not written down yet" in shown(service)


def test_an_outcome_ends_a_visit_at_the_latest(service: VisitingService) -> None:
    phone = a_phone(service, "09:10")
    record_id = begun(service, phone)
    service.now = at_the_door("09:25")
    answer = phone.post(f"/crew/records/{record_id}/outcome", data={"outcome": "NOT_HOME"})
    assert answer.status_code == 303, answer.text
    assert "1 of 2 1 ahead left 李借1 at 09:25 " in shown(service)
    assert "outcome not written down yet" not in shown(service)


def test_nobody_can_leave_a_door_at_which_nobody_is(service: VisitingService) -> None:
    service.now = at_the_door("09:10")
    assert tell(service, kind="left", visit_id="c1") == 409
    assert tell(service, kind="left", visit_id="") == 422
