"""On a day that has begun the checker judges what lies ahead, and that what is behind stands in the plan as it was."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scheduler.domain.collector import Shift
from scheduler.domain.crew_progress import CrewProgress
from scheduler.domain.errors import RulesBroken
from scheduler.domain.plan import Plan, Route, StopType
from scheduler.domain.problem import Problem
from scheduler.domain.visit import Pin
from scheduler.planning import explain_visit, plan_by_hand
from scheduler.replanning import Situation
from tests.builders import MINUTE, a_collector, a_problem, a_shift, a_visit, time, window
from tests.days_begun import behind_until, planned, replanned, what_it_breaks
from tests.plans import a_plan, change_route, change_stop, later

EARLY = a_visit("early", 5, window("09:00", "10:00"))
NEXT = a_visit("next", 10, window("11:00", "12:00"))
PROBLEM = a_problem([EARLY, NEXT], [a_shift("s1"), a_shift("s2", "s2-a")])
FIRST = a_plan(PROBLEM, {"s1": ["early", "next"]})


def a_day(**changes: object) -> tuple[Problem, Plan]:
    """At ten past nine, with crew s1 at the early visit since 09:05."""
    situation = Situation(now=time("09:10"), progress=behind_until(FIRST, "09:10"), **changes)  # type: ignore[arg-type]
    again = replanned(PROBLEM, FIRST, situation)
    return again.problem, again.plan


def codes(problem: Problem, plan: Plan) -> set[str]:
    return {found.code for found in what_it_breaks(problem, plan)}


def test_what_is_behind_is_a_fact_that_breaks_no_rule() -> None:
    problem, plan = a_day()
    assert codes(problem, plan) == set()
    (progress,) = [one for one in problem.progress if one.stops]
    # The visit ended after its hours, the crew had no way to be there, and the shift had not begun.
    odd = tuple(replace(stop, location_id="l5" if stop.visit_id else "l0") for stop in progress.stops)
    odd = (replace(odd[0], departure_time=time("03:00")), replace(odd[1], departure_time=time("10:30")))
    behind = replace(progress, stops=odd, free_at=time("10:30"))
    others = tuple(one for one in problem.progress if not one.stops)
    late = replace(problem, progress=(behind, *others))
    assert codes(late, plan_by_hand(late, {"s1": [("early", "early-home"), ("next", "next-home")]})) == set()


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        (0, {"departure_time": time("08:00")}),
        (1, {"service_start_time": time("09:06")}),
        (1, {"departure_time": time("09:36")}),
        (1, {"travel": timedelta(minutes=4)}),
    ],
)
def test_a_plan_that_tells_the_past_otherwise_is_refused(number: int, changes: dict[str, Any]) -> None:
    problem, plan = a_day()
    assert "history_changed" in codes(problem, change_stop(plan, number, **changes))


def test_a_plan_that_forgets_the_past_is_refused() -> None:
    problem, plan = a_day()
    assert "history_changed" in codes(problem, replace(plan, routes=()))


def test_what_lies_ahead_begins_where_and_when_the_crew_can_go_on() -> None:
    problem, plan = a_day()
    assert codes(problem, change_stop(plan, 2, arrival_time=time("09:41"), waiting=79 * MINUTE)) == {"wrong_arrival"}
    assert "wrong_travel" in codes(problem, change_stop(plan, 2, travel=10 * MINUTE))
    assert "outside_time_window" in codes(
        problem, change_stop(plan, 2, service_start_time=time("11:31"), departure_time=time("12:01"))
    )


def test_a_crew_that_makes_no_more_visits_makes_none() -> None:
    problem, plan = a_day()
    over = tuple(replace(one, is_over=one.shift_id == "s1") for one in problem.progress)
    assert "goes_on_when_over" in codes(replace(problem, progress=over), plan)


def test_a_crew_with_nothing_left_goes_home() -> None:
    problem, plan = a_day(cancelled=frozenset({"next"}))
    assert codes(problem, plan) == set()
    end = plan.routes[0].stops[-1]
    assert (end.type, end.arrival_time) == (StopType.END, time("09:40"))
    assert codes(problem, change_stop(plan, -1, **later(end, MINUTE))) == {"wrong_arrival"}
    assert codes(problem, change_stop(plan, -1, travel=MINUTE)) == {"wrong_travel"}
    *before, last = plan.routes[0].stops
    twice = change_route(plan, stops=(*before, replace(before[0], type=StopType.BREAK), last))
    assert "not_only_home" in codes(problem, twice)


def test_limits_of_visits_count_what_is_behind() -> None:
    shifts = [a_shift("s1", "ann", max_visits=2), a_shift("s2", "bo")]
    people = [a_collector("ann", max_visits=2), a_collector("bo")]
    problem = a_problem([EARLY, NEXT, a_visit("third", 3)], shifts, people)
    plan = a_plan(problem, {"s1": ["early", "next"]})
    again = replanned(problem, plan, Situation(now=time("09:10"), progress=behind_until(plan, "09:10")))
    assert len(again.plan.routes[0].visit_ids) == 2
    with pytest.raises(RulesBroken) as refused:
        plan_by_hand(
            again.problem,
            {"s1": [("early", "early-home"), ("next", "next-home"), ("third", "third-home")]},
        )
    assert {found.code for found in refused.value.violations} == {"shift_visit_limit", "collector_visit_limit"}


def test_a_pinned_position_counts_what_is_behind() -> None:
    second = replace(NEXT, pinned=Pin(shift_id="s1", position=2))
    problem, _ = a_day()
    visits = tuple(second if visit.id == "next" else visit for visit in problem.visits)
    plan = planned(replace(problem, visits=visits))
    assert plan.routes[0].visit_ids == ("early", "next")
    third = tuple(replace(NEXT, pinned=Pin(shift_id="s1", position=1)) if one.id == "next" else one for one in visits)
    assert [one.visit_id for one in planned(replace(problem, visits=third)).unassigned] == ["next"]


def test_a_made_visit_is_explained_by_where_it_was() -> None:
    problem, plan = a_day()
    told = explain_visit(problem, "early", plan)
    assert (told.assigned_shift_id, told.reasons, told.places) == ("s1", (), ())


def test_a_crew_that_has_not_left_leaves_no_earlier_than_it_can() -> None:
    late = replace(PROBLEM, progress=(CrewProgress(shift_id="s1", free_at=time("10:00")),))
    plan = a_plan(PROBLEM, {"s1": ["next"]})
    assert "leaves_before_shift" in codes(late, plan)


def test_the_shifts_of_the_others_are_as_they_were() -> None:
    shift: Shift = PROBLEM.shifts[1]
    problem, plan = a_day()
    route: Route = a_plan(PROBLEM, {"s2": ["next"]}).routes[0]
    assert route.shift_id == shift.id
    assert problem.shifts[1].collector_ids == shift.collector_ids
    assert plan.route_of("s2") is None
