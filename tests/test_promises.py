"""What a notice told a borrower is kept when the rest of a day is planned anew, or the visit is left out."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import event

from api.store import Database, Scope, notices
from api.store.tables.cases import CaseRow
from api.visiting import offering, publishing, replanning, visits
from api.visiting.replanning import Wanted
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Visit
from scheduler.replanning import Promise
from tests.builders import window
from tests.days_begun import start_of
from tests.stored import a_case
from tests.test_day_course import followed, planned_quickly, replanned_draft
from tests.visiting import (
    CARRIED,
    CREWS,
    DAY,
    PUBLISHED_AT,
    RECEIVED_AT,
    a_branch,
    a_case_with_a_point,
    a_day,
    a_published_plan,
    a_received_notice,
    at_the_door,
    keep_a_shift,
    no_roads,
    received,
)

CODES = ("c1", "c2", "c3")
MORNING, AFTERNOON = window("09:00", "12:00", DAY), window("14:00", "20:00", DAY)


def open_twice(problem: Problem, code: str) -> Problem:
    """One visit can be made in the morning and in the afternoon, not between."""

    def changed(visit: Visit) -> Visit:
        places = tuple(replace(place, time_windows=(MORNING, AFTERNOON)) for place in visit.places)
        return replace(visit, places=places) if visit.id == code else visit

    return replace(problem, visits=tuple(map(changed, problem.visits)))


def a_day_told(
    database: Database,
    *,
    routes: dict[str, Sequence[str]] | None = None,
    packs: Sequence[str] = ("cn-base", "cn-house"),
    is_sent: bool = True,
) -> tuple[Scope, str]:
    """The day's plan; c3 is at home in the morning and in the afternoon, and was told of the morning."""
    scope = a_branch(database)
    routes = routes or {"s1": CODES}
    problem = open_twice(a_day(*sorted(code for order in routes.values() for code in order), packs=packs), "c3")
    plan_id = a_published_plan(database, scope, routes, problem)
    if is_sent:
        received(database, scope, plan_id)
    return scope, plan_id


def promises(
    database: Database, scope: Scope, plan_id: str, clock: str = "08:00", **said: tuple[str, ...]
) -> dict[str, Promise]:
    with database.reading(scope, at_the_door(clock)) as unit:
        asked = replanning.as_it_is(unit, plan_id, Wanted(crews=said))
    return {one.visit_id: one for one in asked.situation.promises}


def hours_of(database: Database, scope: Scope, plan_id: str, code: str) -> TimeWindow | None:
    with database.reading(scope, at_the_door("12:00")) as unit:
        return next(one.hours for one in notices.of_plan(unit, plan_id) if one.case_code == code)


def test_a_notice_promises_the_place_the_hours_and_the_crew_that_it_names(database: Database) -> None:
    scope, plan_id = a_day_told(database)
    found = promises(database, scope, plan_id)
    assert set(found) == set(CODES)
    assert found["c3"] == Promise(visit_id="c3", place_id="c3-home", window=MORNING, shift_id="s1")
    assert found["c2"].window is not None
    assert found["c2"].window.holds(window("09:30", "19:30", DAY))


def test_a_notice_that_nobody_sent_or_that_was_called_back_promises_nothing(database: Database) -> None:
    scope, plan_id = a_day_told(database, is_sent=False)
    assert promises(database, scope, plan_id) == {}
    with database.writing(scope, RECEIVED_AT) as unit:
        first, second, _ = notices.of_plan(unit, plan_id)
        for notice in (first, second):
            notices.receive(unit, notice.id, RECEIVED_AT, None)
        notices.withdraw(unit, first, "mistake")
    assert set(promises(database, scope, plan_id)) == {second.case_code}


def test_a_visit_that_was_begun_is_no_promise_any_more(database: Database) -> None:
    scope, plan_id = a_day_told(database)
    with database.writing(scope, at_the_door("09:10")) as unit:
        visits.check_in(unit, plan_id, "c1", by="s1-a", present=CREWS["s1"], carried=CARRIED)
    assert set(promises(database, scope, plan_id, "09:15")) == {"c2", "c3"}


@pytest.mark.parametrize(
    ("people", "shift_id"), [(("s1-a",), "s1"), (("s1-a", "s2-b"), None)], ids=["fewer of them", "a stranger"]
)
def test_a_crew_is_promised_while_everybody_in_it_is_named(
    database: Database, people: tuple[str, ...], shift_id: str | None
) -> None:
    scope, plan_id = a_day_told(database)
    assert promises(database, scope, plan_id, s1=people)["c2"].shift_id == shift_id


def test_a_visit_is_not_moved_out_of_the_hours_that_its_notice_names(database: Database) -> None:
    scope, plan_id = a_day_told(database)
    late = Wanted(free_at={"s1": at_the_door("12:30")})
    draft_id = replanned_draft(database, scope, plan_id, "09:30", late)
    with database.reading(scope, at_the_door("09:30")) as unit:
        plan = publishing.opened(unit, draft_id).plan
    assert [one.visit_id for one in plan.unassigned] == ["c3"]
    assert start_of(plan, "c2") >= at_the_door("12:30")


@pytest.mark.parametrize(("is_sent", "crew"), [(True, "s1"), (False, "s2")], ids=["told", "not told yet"])
def test_who_was_told_of_a_crew_gets_no_other_though_the_rules_name_none(
    database: Database, is_sent: bool, crew: str
) -> None:
    scope, plan_id = a_day_told(
        database, routes={"s1": ("c1", "c2"), "s2": ("c4",)}, packs=("cn-base",), is_sent=is_sent
    )
    late = Wanted(free_at={"s1": at_the_door("15:00")})
    draft_id = replanned_draft(database, scope, plan_id, "08:50", late)
    with database.reading(scope, at_the_door("08:50")) as unit:
        plan = publishing.opened(unit, draft_id).plan
    assert {route.shift_id for route in plan.routes for code in route.visit_ids if code == "c2"} == {crew}


def test_whoever_asks_for_another_time_is_not_held_to_the_announced_one_and_to_the_new_one_after(
    database: Database,
) -> None:
    scope, plan_id = a_day_told(database)
    with database.reading(scope, at_the_door("08:30")) as unit:
        found = offering.laid_out(unit, plan_id)
    slot = next(
        one for one in offering.offered(found, "c3", no_roads()) if one.window.earliest_start == at_the_door("15:00")
    )
    made = offering.booked(found, "c3", slot.window, no_roads(), shift_id="s1", place_id=slot.place_id)
    with database.writing(scope, at_the_door("08:31")) as unit:
        entry = offering.follow(unit, found, made, no_roads())
    assert hours_of(database, scope, entry.id, "c3") == slot.window
    draft_id = replanned_draft(database, scope, entry.id, "08:40")
    with database.reading(scope, at_the_door("08:40")) as unit:
        assert slot.window.earliest_start <= start_of(publishing.opened(unit, draft_id).plan, "c3")


def test_a_notice_says_the_same_hours_while_the_visit_stays_in_them(database: Database) -> None:
    scope, plan_id = a_day_told(database)
    before = hours_of(database, scope, plan_id, "c3")
    draft_id = replanned_draft(database, scope, plan_id, "08:30", Wanted(free_at={"s1": at_the_door("09:30")}))
    followed(database, scope, draft_id, "08:31")
    assert hours_of(database, scope, draft_id, "c3") == before == MORNING


def test_a_crew_that_makes_no_more_visits_makes_none_after_the_next_plan_either(database: Database) -> None:
    scope, plan_id = a_day_told(database)
    with database.writing(scope, at_the_door("09:10")) as unit:
        record = visits.check_in(unit, plan_id, "c1", by="s1-a", present=CREWS["s1"], carried=CARRIED)
    with database.writing(scope, at_the_door("09:20")) as unit:
        visits.end(unit, record.id, outcome="NOT_HOME", until=None)
    draft_id = replanned_draft(database, scope, plan_id, "09:30", Wanted(crews={"s1": ()}))
    followed(database, scope, draft_id, "09:31")
    with database.reading(scope, at_the_door("09:40")) as unit:
        asked = replanning.as_it_is(unit, draft_id, Wanted())
    found = replanning.planned_anew(asked, lambda left: planned_quickly(left, asked.stored.plan))
    assert {one.visit_id for one in found.plan.unassigned} >= {"c2", "c3"}


def test_of_the_cases_only_those_that_are_named_are_read_for_an_urgent_visit(database: Database) -> None:
    scope, plan_id = a_day_told(database)
    with database.writing(scope, PUBLISHED_AT) as unit:
        unit.session.add(a_received_notice(a_case_with_a_point(unit, "c7")))
        keep_a_shift(unit)
        for number in range(20):
            a_case(unit, f"other-{number}")
    read: set[str] = set()

    def note(row: CaseRow, _context: object) -> None:
        read.add(row.code)

    event.listen(CaseRow, "load", note)
    try:
        with database.reading(scope, at_the_door("08:30")) as unit:
            asked = replanning.as_it_is(unit, plan_id, Wanted(added=("c7",)))
    finally:
        event.remove(CaseRow, "load", note)
    assert [visit.id for visit in asked.situation.new_visits] == ["c7"]
    assert read == {*CODES, "c7"}
