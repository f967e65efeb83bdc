"""Whatever the route: a plan laid out by hand passes, and no second and no order may be changed in it."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.checker import violations
from scheduler.domain.plan import Plan, StopType
from scheduler.domain.problem import Problem
from scheduler.rules.load import load_rule_set
from tests.builders import a_break, a_problem, a_shift, a_visit, window
from tests.plans import REST, a_plan, change_route, change_stop, later, line_matrix

NO_LAW = load_rule_set(())
TRAVEL = line_matrix()
OPENINGS = (
    (window("09:00", "22:00"),),
    (window("10:00", "22:00"),),
    (window("09:00", "09:10"), window("11:00", "22:00")),
)


def is_refused(problem: Problem, plan: Plan) -> bool:
    """Whether the checker finds anything."""
    return violations(problem, plan, travel=TRAVEL, rules=NO_LAW) != ()


@st.composite
def sound_plans(draw: st.DrawFn) -> tuple[Problem, Plan]:
    """Up to five visits and two breaks on one route, in any order, some visits left out."""
    count = draw(st.integers(1, 5))
    visits = [
        a_visit(f"v{i}", draw(st.integers(0, 30)), *draw(st.sampled_from(OPENINGS)), minutes=draw(st.integers(1, 60)))
        for i in range(count)
    ]
    breaks = tuple(a_break("09:00", "22:00", draw(st.integers(1, 45))) for _ in range(draw(st.integers(0, 2))))
    problem = a_problem(visits, [a_shift("s1", end="22:00", breaks=breaks)])
    chosen = draw(st.lists(st.sampled_from([visit.id for visit in visits]), min_size=1, unique=True))
    order = draw(st.permutations([*chosen, *[REST] * len(breaks)]))
    return problem, a_plan(problem, {"s1": order})


@settings(max_examples=100, deadline=None)
@given(sound_plans())
def test_a_plan_laid_out_by_hand_is_accepted(made: tuple[Problem, Plan]) -> None:
    assert not is_refused(*made)


@settings(max_examples=150, deadline=None)
@given(sound_plans(), st.data(), st.sampled_from([-1, 1]))
def test_one_time_of_a_stop_that_is_a_second_off_is_refused(
    made: tuple[Problem, Plan], data: st.DataObject, seconds: int
) -> None:
    problem, plan = made
    index = data.draw(st.integers(0, len(plan.routes[0].stops) - 1))
    name = data.draw(st.sampled_from(["arrival_time", "service_start_time", "departure_time", "waiting", "travel"]))
    old = getattr(plan.routes[0].stops[index], name)
    assert is_refused(problem, change_stop(plan, index, **{name: old + timedelta(seconds=seconds)}))


@settings(max_examples=150, deadline=None)
@given(sound_plans(), st.data(), st.sampled_from([-1, 1]))
def test_a_stop_that_is_a_second_off_as_a_whole_is_refused(
    made: tuple[Problem, Plan], data: st.DataObject, seconds: int
) -> None:
    """A break has room to move when the travel around it has; every other stop has none."""
    problem, plan = made
    stops = plan.routes[0].stops
    fixed = [index for index, stop in enumerate(stops) if stop.type is not StopType.BREAK]
    index = data.draw(st.sampled_from(fixed))
    assert is_refused(problem, change_stop(plan, index, **later(stops[index], timedelta(seconds=seconds))))


@settings(max_examples=150, deadline=None)
@given(sound_plans(), st.data())
def test_two_stops_in_each_others_place_are_refused(made: tuple[Problem, Plan], data: st.DataObject) -> None:
    problem, plan = made
    stops = list(plan.routes[0].stops)
    one, other = sorted(data.draw(st.lists(st.integers(0, len(stops) - 1), min_size=2, max_size=2, unique=True)))
    stops[one], stops[other] = stops[other], stops[one]
    assert is_refused(problem, change_route(plan, stops=tuple(stops)))


@settings(max_examples=50, deadline=None)
@given(sound_plans(), st.data())
def test_a_stop_that_is_dropped_or_doubled_is_refused(made: tuple[Problem, Plan], data: st.DataObject) -> None:
    problem, plan = made
    stops = plan.routes[0].stops
    index = data.draw(st.integers(0, len(stops) - 1))
    assert is_refused(problem, change_route(plan, stops=stops[:index] + stops[index + 1 :]))
    assert is_refused(problem, change_route(plan, stops=(*stops[: index + 1], *stops[index:])))


@settings(max_examples=50, deadline=None)
@given(sound_plans())
def test_the_same_plan_for_a_problem_with_one_more_visit_is_refused(made: tuple[Problem, Plan]) -> None:
    problem, plan = made
    assert is_refused(replace(problem, visits=(*problem.visits, a_visit("one-more"))), plan)
