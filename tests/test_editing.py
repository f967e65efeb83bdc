"""Changes by hand: the planner's own times, the checker's own verdict, and nothing else moves."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.errors import InvalidInput, RulesBroken
from scheduler.domain.plan import Plan, ReasonCode
from scheduler.domain.plan_difference import ChangeKind, plan_difference
from scheduler.domain.problem import MatrixTravel, Problem
from scheduler.editing import Edit, Exclude, PinVisit, Place, edited_plan
from scheduler.planning import SearchLimits, check_plan, plan_by_hand, plan_visits
from tests.builders import a_break, a_problem, a_shift, a_visit, time, window
from tests.random_problems import a_random_problem, a_random_timed_problem


def orders_of(plan: Plan) -> dict[str, list[tuple[str, str]]]:
    return {
        route.shift_id: [(stop.visit_id, stop.place_id or "") for stop in route.stops if stop.visit_id is not None]
        for route in plan.routes
    }


def a_day() -> Problem:
    visits = [a_visit("v1", 3), a_visit("v2", 9, window("11:00", "12:00")), a_visit("v3", 14), a_visit("v4", 20)]
    return a_problem(visits, [a_shift("s1", breaks=(a_break("12:00", "14:00"),)), a_shift("s2", end="10:00")])


def its_plan() -> Plan:
    return plan_by_hand(a_day(), {"s1": [("v1", "v1-home"), ("v2", "v2-home"), ("v3", "v3-home")]})


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), visits=st.integers(1, 7), shifts=st.integers(1, 3), timed=st.booleans())
def test_the_planners_orders_get_the_planners_times_and_cost(seed: int, visits: int, shifts: int, timed: bool) -> None:
    make = a_random_timed_problem if timed else a_random_problem
    problem = make(Random(seed), visits=visits, shifts=shifts, rule_packs=("cn-base",))
    # A hand's orders are not timed by what hours cost.
    problem = replace(problem, objective=replace(problem.objective, expected_contacts=None))
    plan = plan_visits(problem, limits=SearchLimits(seconds=None, iterations=15))

    by_hand = plan_by_hand(problem, orders_of(plan))

    assert (by_hand.routes, by_hand.cost, by_hand.unassigned) == (plan.routes, plan.cost, plan.unassigned)
    assert check_plan(problem, by_hand) == ()


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), data=st.data())
def test_a_change_gives_a_lawful_plan_or_says_what_it_breaks(seed: int, data: st.DataObject) -> None:
    problem = a_random_problem(Random(seed), visits=5, shifts=2, rule_packs=("cn-base", "cn-house"))
    plan = plan_visits(problem, limits=SearchLimits(seconds=None, iterations=15))
    visit = data.draw(st.sampled_from(problem.visits))
    shift = data.draw(st.sampled_from(problem.shifts))
    place = data.draw(st.sampled_from(visit.places))
    edits: list[Edit] = [
        Place(visit_id=visit.id, shift_id=shift.id, place_id=place.id),
        Place(visit_id=visit.id, shift_id=shift.id, place_id=place.id, position=1),
        Exclude(visit_id=visit.id),
    ]
    edit = data.draw(st.sampled_from(edits))
    try:
        made = edited_plan(problem, plan, [edit])
    except RulesBroken:
        return
    assert check_plan(made.problem, made.plan) == ()
    on_routes = {visit_id for route in made.plan.routes for visit_id in route.visit_ids}
    assert (visit.id in on_routes) == isinstance(edit, Place)
    assert made.difference == plan_difference(plan, made.plan)
    assert {one.visit_id for one in made.difference.changes if one.kind is ChangeKind.ADDED} <= {visit.id}


def test_a_visit_that_is_taken_out_says_so_and_stays_out_until_it_is_put_back() -> None:
    without = edited_plan(a_day(), its_plan(), [Exclude(visit_id="v1")])
    (reason,) = next(one.reasons for one in without.plan.unassigned if one.visit_id == "v1")
    assert reason.code is ReasonCode.LEFT_OUT_BY_HAND
    other = edited_plan(without.problem, without.plan, [Place(visit_id="v2", shift_id="s1", position=1)])
    assert [one.visit_id for one in other.plan.unassigned] == ["v1", "v4"]
    assert other.plan.unassigned[0].reasons == (reason,)
    back = edited_plan(other.problem, other.plan, [Place(visit_id="v1", shift_id="s1", position=1)])
    assert back.plan.routes[0].visit_ids == ("v1", "v2", "v3")


def test_a_time_that_is_asked_for_is_pinned_and_a_pin_is_kept_by_later_changes() -> None:
    asked = Place(visit_id="v3", shift_id="s1", service_start_time=time("15:00"))
    made = edited_plan(a_day(), its_plan(), [asked])
    later = edited_plan(made.problem, made.plan, [Exclude(visit_id="v1")])
    stop = next(stop for stop in later.plan.routes[0].stops if stop.visit_id == "v3")
    assert stop.service_start_time == time("15:00")
    free = edited_plan(later.problem, later.plan, [PinVisit(visit_id="v3", pinned=False)])
    assert free.problem.visits[2].pinned is None


@pytest.mark.parametrize(
    ("edit", "codes"),
    [
        (Place(visit_id="v2", shift_id="s2"), {"ends_after_shift"}),
        (Place(visit_id="v1", shift_id="s1", position=1, service_start_time=time("12:30")), {"outside_time_window"}),
    ],
)
def test_an_order_that_cannot_be_made_is_refused_with_what_stands_against_it(edit: Edit, codes: set[str]) -> None:
    with pytest.raises(RulesBroken) as refused:
        edited_plan(a_day(), its_plan(), [edit])
    assert codes & {found.code for found in refused.value.violations}


def test_a_place_without_a_way_is_refused() -> None:
    problem = a_day()
    assert isinstance(problem.travel, MatrixTravel)
    rows = [list(row) for row in problem.travel.duration_seconds]
    for row in rows:
        row[14] = None
    rows[14][14] = 0
    closed = replace(problem, travel=replace(problem.travel, duration_seconds=tuple(tuple(row) for row in rows)))
    with pytest.raises(RulesBroken) as refused:
        plan_by_hand(closed, {"s1": [("v3", "v3-home")]})
    assert [found.code for found in refused.value.violations] == ["unreachable_leg"]


@pytest.mark.parametrize(
    "edit",
    [
        Exclude(visit_id="nothing"),
        Place(visit_id="v1", shift_id="nothing"),
        Place(visit_id="v1", shift_id="s1", place_id="v2-home"),
        Place(visit_id="v1", shift_id="s1", position=4),
        PinVisit(visit_id="v4"),
    ],
)
def test_a_change_that_names_what_is_not_there_is_refused(edit: Edit) -> None:
    with pytest.raises(InvalidInput) as refused:
        edited_plan(a_day(), its_plan(), [edit])
    assert refused.value.faults[0].where.startswith("/edits/0/")
