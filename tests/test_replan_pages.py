"""A dispatcher says what happened on a running day, sees what would change, and only then lets people follow it."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.access import Role
from api.jobs.attempts import perform
from api.store import plans
from tests.databases import sqlite_settings
from tests.job_runs import surroundings_of
from tests.screens import DESK, PHONE, a_screen_on, faults_of_access
from tests.visiting import DAY, at_the_door
from tests.visiting_service import VisitingService, a_visiting_service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VisitingService]:
    with a_visiting_service(sqlite_settings(tmp_path_factory.mktemp("replan")), now=at_the_door("08:00")) as made:
        yield made


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_is_open_to_everybodys_eyes_and_hands(
    service: VisitingService, browser: Any, viewport: dict[str, int]
) -> None:
    with a_screen_on(service.app, browser, service.session(Role.DISPATCHER), viewport) as screen:
        assert faults_of_access(screen, f"/plans/{service.plan_id}/replan") == []


@pytest.mark.parametrize(
    "fields",
    [{}, {"act": "replan", "late-s1": "soon"}, {"act": "replan", "late-s1": "601"}],
    ids=["nothing", "a word", "too much"],
)
def test_what_the_form_never_says_is_refused(service: VisitingService, fields: dict[str, str]) -> None:
    assert service.client(Role.DISPATCHER).post(f"/plans/{service.plan_id}/replan", data=fields).status_code == 422


def test_only_a_dispatcher_re_plans(service: VisitingService) -> None:
    for role in (Role.PLANNER, Role.COMPLIANCE, Role.ADMINISTRATOR):
        assert service.client(role).get(f"/plans/{service.plan_id}/replan").status_code == 403


def test_changes_are_seen_before_they_are_accepted(service: VisitingService, browser: Any) -> None:
    with a_screen_on(service.app, browser, service.session(Role.DISPATCHER)) as screen:
        page = screen.page
        screen.open(f"/plans/{service.plan_id}/board?lang=en")
        page.get_by_role("button", name="Re-plan the rest of the day").click()
        page.get_by_label("Minutes for which s1 is held up").fill("120")
        page.get_by_label("s2 makes no more visits today").check()
        page.get_by_role("button", name="Plan the rest").click()
        page.get_by_text("Re-planning has begun").wait_for()
        perform(surroundings_of(service.client(Role.DISPATCHER)), page.url.rsplit("/", 1)[-1].partition("?")[0])
        page.get_by_role("button", name="See what would change").click()
        page.get_by_text("Visits disturbed: 3").wait_for()
        with service.database.reading(service.scope, service.now) as unit:
            entry = plans.in_force(unit, DAY)
        assert entry is not None
        assert entry.id == service.plan_id
        difference = page.url.removeprefix(screen.origin).partition("&lang")[0]
        page.get_by_role("button", name="Accept and publish").click()
        page.get_by_role("heading", level=1).wait_for()
        assert faults_of_access(screen, difference) == []


def test_a_plan_that_nobody_follows_is_not_re_planned(service: VisitingService) -> None:
    with service.database.reading(service.scope, service.now) as unit:
        drafts = [entry for entry in plans.listed(unit) if entry.based_on == service.plan_id]
    client = service.client(Role.DISPATCHER)
    assert client.get(f"/plans/{drafts[0].id}/replan").status_code == 409
    assert client.get("/plans/nothing/replan").status_code == 404
