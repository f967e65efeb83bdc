"""What the checker judges of a day that has begun: the rest, from where and when each crew can go on.

The days went by hand until some time of the day; the rest is laid out by the same orders, by code that the checker
does not share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.domain.crew_progress import CrewProgress
from scheduler.domain.errors import RulesBroken
from scheduler.domain.plan import Plan, StopType
from scheduler.domain.problem import History, MatrixTravel, Objective, Problem
from scheduler.domain.violation import Violation
from scheduler.domain.visit import Pin
from scheduler.planning import plan_by_hand
from tests.builders import (
    MINUTE,
    a_break,
    a_collector,
    a_problem,
    a_shift,
    a_visit,
    line_travel,
    locations,
    time,
    window,
)
from tests.days_begun import behind_until, late_by, what_it_breaks
from tests.plans import REST, a_plan, change_route, change_stop, later

EARLY = a_visit("early", 5, window("09:00", "10:00"))
SECOND = a_visit("second", 10, window("10:00", "11:00"))
THIRD = a_visit("third", 20, window("13:00", "15:00"))
VISITS = [EARLY, SECOND, THIRD]
ORDER = ["early", "second", "third"]


def begun(problem: Problem, orders: Mapping[str, Sequence[str]], clock: str) -> Problem:
    """The problem at a time of a day on which everything went by these orders."""
    return replace(problem, progress=behind_until(a_plan(problem, orders), clock))


def by(problem: Problem, orders: Mapping[str, Sequence[str]]) -> Plan:
    """The plan with these orders of visits; the checker has looked at it."""
    return plan_by_hand(
        problem,
        {shift: [(name, f"{name}-home") for name in order if name != REST] for shift, order in orders.items()},
    )


def found(problem: Problem, plan: Plan, code: str) -> Violation:
    """The one violation of a code."""
    (violation,) = [violation for violation in what_it_breaks(problem, plan) if violation.code == code]
    return violation


def test_the_rest_begins_at_the_last_of_many_stops() -> None:
    problem = begun(a_problem(VISITS), {"s1": ORDER}, "10:20")
    assert problem.progress[0].visit_ids == ("early", "second")
    assert what_it_breaks(problem, by(problem, {"s1": ORDER})) == ()


def test_the_way_home_begins_at_the_last_of_many_stops() -> None:
    problem = begun(a_problem(VISITS[:2]), {"s1": ORDER[:2]}, "10:20")
    plan = by(problem, {"s1": ORDER[:2]})
    assert what_it_breaks(problem, plan) == ()
    assert plan.routes[0].stops[-1].travel == 10 * MINUTE


def test_a_crew_that_is_held_up_goes_on_when_it_is_free() -> None:
    problem = begun(a_problem(VISITS), {"s1": ORDER}, "10:20")
    late = replace(problem, progress=late_by(problem.progress, "s1", 180))
    plan = by(late, {"s1": ORDER})
    assert what_it_breaks(late, plan) == ()
    assert plan.routes[0].stops[3].arrival_time == late.progress[0].free_at + 10 * MINUTE


def test_what_a_crew_waited_behind_is_not_waited_again() -> None:
    problem = begun(a_problem(VISITS), {"s1": ORDER}, "09:10")
    (progress,) = problem.progress
    start, visit = progress.stops
    waited = replace(visit, arrival_time=visit.service_start_time - 5 * MINUTE, waiting=5 * MINUTE)
    stops = (replace(start, departure_time=start.departure_time - 5 * MINUTE), waited)
    waiting = replace(problem, progress=(replace(progress, stops=stops),))
    assert what_it_breaks(waiting, by(waiting, {"s1": ORDER})) == ()


def test_breaks_are_taken_once_whether_behind_or_ahead() -> None:
    shift = a_shift("s1", breaks=(a_break("09:40", "10:20", 15), a_break("15:30", "16:30")))
    orders = {"s1": ["early", REST, "second", "third", REST]}
    problem = begun(a_problem(VISITS, [shift]), orders, "10:50")
    assert problem.progress[0].breaks_taken == 1
    plan = by(problem, orders)
    assert what_it_breaks(problem, plan) == ()
    stops = plan.routes[0].stops
    last_break = max(number for number, stop in enumerate(stops) if stop.type is StopType.BREAK)
    without = change_route(plan, stops=(*stops[:last_break], *stops[last_break + 1 :]))
    assert found(problem, without, "missing_break").shift_id == "s1"


def test_a_crew_that_has_not_left_is_bound_by_its_shift_too() -> None:
    free = (CrewProgress(shift_id="s1", free_at=time("08:00")),)
    problem = a_problem(VISITS)
    plan = a_plan(problem, {"s1": ORDER})
    early = change_stop(plan, 0, **later(plan.routes[0].stops[0], -30 * MINUTE))
    assert found(replace(problem, progress=free), early, "leaves_before_shift").shift_id == "s1"


def test_a_crew_that_left_before_its_shift_goes_on_from_where_it_is() -> None:
    visits = [a_visit("early", 5, window("08:00", "10:00")), THIRD]
    orders = {"s1": ["early", "third"]}
    early = begun(a_problem(visits, [a_shift("s1", start="08:00")]), orders, "08:10")
    problem = replace(early, shifts=(a_shift("s1", start="10:00"),))
    assert problem.progress[0].free_at < problem.shifts[0].earliest_start
    plan = a_plan(early, orders)
    codes = {violation.code for violation in what_it_breaks(problem, plan)}
    assert "leaves_before_shift" not in codes


def test_shifts_of_which_nothing_is_told_are_judged_whole() -> None:
    orders = {"s1": ["early"], "s2": ["second", "third"]}
    problem = begun(a_problem(VISITS, [a_shift("s1"), a_shift("s2")]), orders, "09:10")
    problem = replace(problem, progress=tuple(one for one in problem.progress if one.shift_id == "s1"))
    assert what_it_breaks(problem, by(problem, orders)) == ()


def test_a_crew_that_never_left_and_makes_no_more_visits_is_told_once() -> None:
    over = (CrewProgress(shift_id="s1", free_at=time("08:00"), is_over=True),)
    problem = a_problem(VISITS)
    broken = what_it_breaks(replace(problem, progress=over), a_plan(problem, {"s1": ORDER}))
    assert {violation.code for violation in broken} == {"goes_on_when_over", "wrong_travel_cost"}


def test_each_crew_whose_past_is_forgotten_is_named() -> None:
    orders = {"s1": ["early"], "s2": ["second"]}
    problem = begun(a_problem(VISITS, [a_shift("s1"), a_shift("s2")]), orders, "10:20")
    plan = replace(a_plan(problem, orders), routes=())
    told = [one for one in what_it_breaks(problem, plan) if one.code == "history_changed"]
    assert [(one.shift_id, one.message) for one in told] == [
        ("s1", "s1 has visits behind it, and no route"),
        ("s2", "s2 has visits behind it, and no route"),
    ]


def test_a_past_that_is_told_otherwise_is_named_with_its_crew() -> None:
    problem = begun(a_problem(VISITS), {"s1": ORDER}, "10:20")
    other = a_plan(problem, {"s1": ["second", "third"]})
    told = found(problem, other, "history_changed")
    assert (told.shift_id, told.message) == ("s1", "the route of s1 does not begin with what is behind its crew")


def test_a_crew_that_makes_no_more_visits_goes_home_and_no_further() -> None:
    day = begun(a_problem(VISITS), {"s1": ORDER}, "09:10")
    problem = replace(day, progress=(replace(day.progress[0], is_over=True),))
    home = a_plan(day, {"s1": ["early"]})
    assert {one.code for one in what_it_breaks(problem, home)} == {"wrong_travel_cost"}  # of the whole day
    on = found(problem, a_plan(day, {"s1": ORDER}), "goes_on_when_over")
    assert on.message == "s1 makes no more visits, its route does"


def test_a_way_home_on_a_shift_that_is_not_known_is_refused_like_any_other() -> None:
    day = begun(a_problem(VISITS), {"s1": ["early"]}, "09:10")
    problem = replace(day, shifts=())
    assert found(problem, a_plan(day, {"s1": ["early"]}), "not_only_home").shift_id == "s1"


def test_ways_of_which_no_length_is_known_have_none() -> None:
    durations = line_travel().duration_seconds
    problem = replace(a_problem(VISITS), travel=MatrixTravel(duration_seconds=durations))
    first = a_plan(problem, {"s1": ORDER}, with_meters=False)
    problem = replace(problem, progress=behind_until(first, "09:10"))
    assert what_it_breaks(problem, by(problem, {"s1": ORDER})) == ()


def test_a_crew_whose_last_visit_was_at_its_office_is_at_home_at_once() -> None:
    visit = a_visit("early", 0, window("09:00", "10:00"))
    problem = begun(a_problem([visit]), {"s1": ["early"]}, "09:10")
    plan = by(problem, {"s1": ["early"]})
    assert what_it_breaks(problem, plan) == ()
    assert plan.routes[0].stops[-1].travel == timedelta()


def test_a_wrong_way_home_is_seen_where_there_is_no_other_place() -> None:
    town = replace(a_problem([a_visit("early", 1)]), travel=line_travel(2), locations=locations(2))
    problem = begun(town, {"s1": ["early"]}, "09:10")
    plan = by(problem, {"s1": ["early"]})
    told = found(problem, change_stop(plan, -1, travel=2 * MINUTE), "wrong_travel")
    assert told.message == "the way home says 0:02:00, it takes 0:01:00"
    end = plan.routes[0].stops[-1]
    late = change_stop(plan, -1, departure_time=end.departure_time + MINUTE)
    assert found(problem, late, "wrong_arrival").message == "the crew is not at the end of its way home then"


def test_a_route_with_nothing_left_that_does_not_end_is_refused() -> None:
    problem = begun(a_problem([EARLY]), {"s1": ["early"]}, "09:10")
    plan = change_stop(by(problem, {"s1": ["early"]}), -1, type=StopType.BREAK)
    told = found(problem, plan, "not_only_home")
    assert told.message == "s1 has no visits left, its route more than its end"


@pytest.mark.parametrize("pin", [Pin(shift_id="s1"), Pin(shift_id="s1", position=2), Pin(shift_id="s2", position=1)])
def test_a_pin_holds_on_a_day_that_has_begun(pin: Pin) -> None:
    visits = [EARLY, replace(SECOND, pinned=pin), THIRD]
    problem = begun(a_problem(visits, [a_shift("s1"), a_shift("s2")]), {"s1": ["early"]}, "09:10")
    orders = {"s1": ["early"], "s2": ["third"]}
    orders[pin.shift_id].insert(1 if pin.shift_id == "s1" else 0, "second")
    assert what_it_breaks(problem, by(problem, orders)) == ()


def test_a_pinned_place_in_the_order_counts_what_is_behind() -> None:
    visits = [EARLY, replace(SECOND, pinned=Pin(shift_id="s1", position=3)), a_visit("third", 20)]
    problem = begun(a_problem(visits), {"s1": ["early"]}, "09:10")
    with pytest.raises(RulesBroken) as refused:
        by(problem, {"s1": ["early", "second", "third"]})
    assert {violation.code for violation in refused.value.violations} == {"pinned_to_other_position"}


PEOPLE = ("ann", "bo", "cy", "di")
LATE_MORNING = {"s-ann": ORDER, "s-bo": ["fourth"]}


def a_morning(objective: Objective, history: History | None) -> Problem:
    """Ann and bo are under way, cy waits, and nothing is told of di."""
    visits = [*VISITS, a_visit("fourth", 3, window("12:00", "13:00"))]
    shifts = [a_shift(f"s-{name}", name) for name in reversed(PEOPLE)]
    people = [a_collector(name) for name in PEOPLE]
    day = begun(a_problem(visits, shifts, people, objective=objective, history=history), LATE_MORNING, "10:20")
    return replace(day, progress=(*day.progress, CrewProgress(shift_id="s-cy", free_at=time("10:00"))))


@pytest.mark.parametrize("worked", [{}, {"ann": 100 * MINUTE}, {"bo": 300 * MINUTE, "cy": 30 * MINUTE}])
@pytest.mark.parametrize("is_told", [True, False])
def test_working_time_counts_what_is_behind(worked: dict[str, timedelta], is_told: bool) -> None:
    history = History(working=worked) if worked or is_told else None
    problem = a_morning(Objective(unfairness_weight=1.0), history)
    plan = by(problem, LATE_MORNING)
    assert what_it_breaks(problem, plan) == ()
    working = dict.fromkeys(PEOPLE, timedelta()) | worked
    for route in plan.routes:
        name = route.shift_id.removeprefix("s-")
        working[name] += route.stops[-1].arrival_time - route.stops[0].departure_time
    mean = sum(working.values(), timedelta()) / len(PEOPLE)
    above = sum((max(timedelta(), time - mean) for time in working.values()), timedelta())
    assert plan.cost.unfairness_penalty_seconds == pytest.approx(above.total_seconds(), abs=len(PEOPLE))


def test_who_went_there_last_is_asked_on_a_day_that_has_begun() -> None:
    history = History(last_collectors={"third": frozenset({"bo"})})
    problem = a_morning(Objective(change_of_collector=10 * MINUTE), history)
    plan = by(problem, LATE_MORNING)
    assert what_it_breaks(problem, plan) == ()
    assert plan.cost.change_of_collector_seconds == 600
