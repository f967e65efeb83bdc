"""A dispatcher says what happened on a running day, sees what would change, and only then lets people follow it."""

import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.access import Role
from api.jobs.attempts import perform
from api.jobs.replan_wire import ReplanWire
from api.store import jobs, plans
from api.visiting import day_events
from api.visiting.day_events import DayEvent, DayEventKind
from tests.databases import sqlite_settings
from tests.job_runs import surroundings_of
from tests.screens import DESK, PHONE, a_screen_on, faults_of_access
from tests.visiting import CREWS, DAY, at_the_door, keep_a_shift
from tests.visiting_service import VisitingService, a_visiting_service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VisitingService]:
    with a_visiting_service(sqlite_settings(tmp_path_factory.mktemp("replan")), now=at_the_door("08:00")) as made:
        with made.database.writing(made.scope, made.now) as unit:
            keep_a_shift(unit)
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


WHOLE: dict[str, Any] = {"act": "replan", "who-s1": list(CREWS["s1"]), "who-s2": list(CREWS["s2"])}


def job_of(service: VisitingService, fields: dict[str, Any]) -> ReplanWire:
    """What the job that the form asks for is told."""
    answer = service.client(Role.DISPATCHER).post(f"/plans/{service.plan_id}/replan", data=WHOLE | fields)
    assert answer.status_code == 303, answer.text
    job_id = answer.headers["Location"].rsplit("/", 1)[-1].partition("?")[0]
    with service.database.reading(service.scope, service.now) as unit:
        return ReplanWire.model_validate_json(jobs.input_document(unit, job_id) or b"")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, {}),
        ({"who-s1": ["s1-a"]}, {"crews": [{"shift_id": "s1", "collector_ids": ["s1-a"]}]}),
        (
            {"who-s1": ["s1-a"], "plus-s1": "s2-b", "out-s2": "1"},
            {
                "crews": [
                    {"shift_id": "s1", "collector_ids": ["s1-a", "s2-b"]},
                    {"shift_id": "s2", "collector_ids": []},
                ]
            },
        ),
        ({"off": ["c2"]}, {"cancelled": ["c2"]}),
    ],
    ids=["nothing new", "one goes home", "a substitute of a crew that ends", "a visit called off"],
)
def test_the_form_says_who_goes_on_and_what_is_called_off(
    service: VisitingService, fields: dict[str, Any], said: dict[str, Any]
) -> None:
    assert job_of(service, fields) == ReplanWire.model_validate(said)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"who-s1": []}, "s1: say who goes with it"),
        ({"plus-s1": "nobody-9"}, "nobody-9"),
        ({"plus-s1": "s2-b"}, "is on s1 and s2 at the same time"),
        ({"added": "c2 c99", "late-s2": "25"}, "no open case"),
    ],
    ids=["nobody", "a stranger", "in two crews", "no such case"],
)
def test_what_cannot_be_is_told_and_what_was_typed_stays(
    service: VisitingService, fields: dict[str, Any], told: str
) -> None:
    client = service.client(Role.DISPATCHER)
    answer = client.post(f"/plans/{service.plan_id}/replan?lang=en", data=WHOLE | fields)
    assert answer.status_code == 422
    assert told in html.unescape(answer.text)
    for name, value in fields.items():
        assert not isinstance(value, str) or f'name="{name}" value="{value}"' in answer.text or value in answer.text


def test_a_visit_that_is_not_ahead_cannot_be_called_off(service: VisitingService) -> None:
    client = service.client(Role.DISPATCHER)
    assert client.post(f"/plans/{service.plan_id}/replan", data=WHOLE | {"off": ["c9"]}).status_code == 422


def test_the_form_knows_what_was_told_of_the_day(tmp_path: Path) -> None:
    with a_visiting_service(sqlite_settings(tmp_path), now=at_the_door("08:00")) as service:
        with service.database.writing(service.scope, service.now) as unit:
            day_events.tell(unit, service.plan_id, DayEvent(kind=DayEventKind.COLLECTOR_OUT, collector_id="s1-a"))
            day_events.tell(unit, service.plan_id, DayEvent(kind=DayEventKind.VEHICLE_OUT, shift_id="s2"))
        shown = service.client(Role.DISPATCHER).get(f"/plans/{service.plan_id}/replan").text
        assert 'name="who-s1" value="s1-a">' in shown
        assert 'name="who-s1" value="s1-b" checked>' in shown
        assert 'name="out-s2" value="1" checked' in shown
        assert 'name="out-s1" value="1" checked' not in shown
        back = job_of(service, {})
        assert {one.shift_id: one.collector_ids for one in back.crews} == {
            "s1": list(CREWS["s1"]),
            "s2": list(CREWS["s2"]),
        }


def test_changes_are_seen_before_they_are_accepted(service: VisitingService, browser: Any) -> None:
    with a_screen_on(service.app, browser, service.session(Role.DISPATCHER)) as screen:
        page = screen.page
        screen.open(f"/plans/{service.plan_id}/board?lang=en")
        page.get_by_role("button", name="Re-plan the rest of the day").click()
        page.get_by_label("Minutes for which s1 is held up").fill("120")
        page.get_by_label("s2 makes no more visits today").check()
        page.get_by_text("Call visits off").first.click()
        page.get_by_label("Numbers of substitutes for s1").fill("s2-a")
        page.get_by_label("Numbers of substitutes for s1").fill("")
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
