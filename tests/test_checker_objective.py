"""The optional terms of the cost are derived again, and the lower bound may not contradict the cost."""

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest

from scheduler.checker import violations
from scheduler.domain.expected_contacts import ExpectedContacts
from scheduler.domain.plan import Plan, PlanStatus
from scheduler.domain.problem import History, Objective, Problem
from scheduler.domain.visit import PlaceKind, Visit
from scheduler.rules.load import load_rule_set
from tests.builders import MINUTE, a_break, a_place, a_problem, a_shift, a_visit, time, window
from tests.plans import REST, a_plan, change_route, change_stop, later, line_matrix

SECOND = timedelta(seconds=1)


def codes(problem: Problem, plan: Plan, **cost: int) -> list[str]:
    """The kinds of violations when the plan says so much of these parts of its cost."""
    plan = replace(plan, cost=replace(plan.cost, **cost))
    found = violations(problem, plan, travel=line_matrix(), rules=load_rule_set(()))
    return list(dict.fromkeys(violation.code for violation in found))


def assert_costs(problem: Problem, plan: Plan, code: str, **part: int) -> None:
    """The plan is sound with just this cost, and refused with a second more or less."""
    ((name, seconds),) = part.items()
    assert codes(problem, plan, **part) == []
    assert codes(problem, plan, **{name: seconds + 1}) == [code]
    assert codes(problem, plan, **{name: seconds - 1}) == [code]


def a_long_visit(seconds: int) -> Visit:
    """A visit a minute away that ends so many seconds before or after 17:59."""
    visit = a_visit("v1", 1, window("09:00", "22:00"), minutes=9 * 60 - 2)
    return replace(visit, service_duration=visit.service_duration + seconds * SECOND)


def until_six_and(seconds: int, **objective: Any) -> tuple[Problem, Plan]:
    """A route from nine until so many seconds after the shift's end at six."""
    problem = a_problem([a_long_visit(seconds)], [a_shift("s1")], objective=Objective(**objective))
    return problem, a_plan(problem, {"s1": ["v1"]})


def test_without_overtime_a_route_ends_at_the_last_second_of_its_shift_and_no_later() -> None:
    assert codes(*until_six_and(0)) == []
    assert codes(*until_six_and(1)) == ["ends_after_shift"]


def test_with_overtime_a_route_ends_at_its_last_second_and_no_later() -> None:
    assert codes(*until_six_and(1800, max_overtime=30 * MINUTE)) == []
    assert codes(*until_six_and(1801, max_overtime=30 * MINUTE)) == ["ends_after_shift"]


def test_a_weight_alone_allows_no_overtime() -> None:
    assert codes(*until_six_and(1, overtime_weight=1.0), overtime_penalty_seconds=1) == ["ends_after_shift"]


def test_overtime_costs_its_weight_from_the_first_second_on() -> None:
    for seconds, cost in ((0, 0), (1, 1), (2, 3), (601, 901)):
        problem, plan = until_six_and(seconds, max_overtime=30 * MINUTE, overtime_weight=1.5)
        assert_costs(problem, plan, "wrong_overtime_cost", overtime_penalty_seconds=cost)


def test_a_route_that_ends_early_earns_no_overtime_for_another() -> None:
    visits = [a_long_visit(60), a_visit("v2")]
    objective = Objective(overtime_weight=2.0, max_overtime=10 * MINUTE)
    problem = a_problem(visits, [a_shift("s1"), a_shift("s2")], objective=objective)
    plan = a_plan(problem, {"s1": ["v1"], "s2": ["v2"]})
    assert_costs(problem, plan, "wrong_overtime_cost", overtime_penalty_seconds=120)


def test_weights_count_in_whole_thousandths() -> None:
    problem, plan = until_six_and(1000, max_overtime=30 * MINUTE, overtime_weight=0.0014)
    assert_costs(problem, plan, "wrong_overtime_cost", overtime_penalty_seconds=1)
    problem, plan = until_six_and(1000, max_overtime=30 * MINUTE, overtime_weight=0.0016)
    assert_costs(problem, plan, "wrong_overtime_cost", overtime_penalty_seconds=2)


def test_waiting_costs_its_weight_and_each_route_is_rounded_down_alone() -> None:
    opens = window("09:30", "22:00")
    visits = [a_visit("v1", 1, opens), a_visit("v2", 2, opens), a_visit("v3", 3, window("10:35", "22:00"))]
    shifts = [a_shift("s1"), a_shift("s2"), a_shift("s3")]
    problem = a_problem(visits, shifts, objective=Objective(waiting_weight=0.4999))
    apart = a_plan(problem, {"s1": ["v1"], "s2": ["v2"]})
    # Waits of 1,740 s and 1,680 s; 0.4999 is read as 500 thousandths.
    assert_costs(problem, apart, "wrong_waiting_cost", waiting_penalty_seconds=870 + 840)
    # 1,740 s at v1 until 09:30, then 33 minutes at v3 from 10:02 on.
    together = a_plan(problem, {"s1": ["v1", "v3"]})
    assert_costs(problem, together, "wrong_waiting_cost", waiting_penalty_seconds=(1740 + 33 * 60) // 2)


def test_half_seconds_of_waiting_on_two_routes_do_not_make_a_whole_one() -> None:
    opens = window("09:02", "22:00")
    problem = a_problem(
        [a_visit("v1", 1, opens), a_visit("v2", 1, opens)],
        [a_shift("s1"), a_shift("s2")],
        objective=Objective(waiting_weight=0.009),
    )
    # 60 s each at 9 thousandths are 0.54 s.
    plan = a_plan(problem, {"s1": ["v1"], "s2": ["v2"]})
    assert codes(problem, plan, waiting_penalty_seconds=1) == ["wrong_waiting_cost"]
    assert codes(problem, plan) == []


def test_a_break_taken_at_the_door_is_no_waiting() -> None:
    shift = a_shift("s1", breaks=(a_break("12:00", "13:00"),))
    problem = a_problem([a_visit("v1"), a_visit("v2", 2)], [shift], objective=Objective(waiting_weight=1.0))
    plan = a_plan(problem, {"s1": ["v1", REST, "v2"]})
    assert plan.routes[0].stops[3].arrival_time == time("12:45")
    assert_costs(problem, plan, "wrong_waiting_cost", waiting_penalty_seconds=0)


def two_crews(weight: float, history: dict[str, timedelta] | None = None) -> tuple[Problem, Plan]:
    """a and b are out for an hour, c for half an hour, d has a shift without a route, e has no shift."""
    problem = a_problem(
        [a_visit("v1", 15, minutes=30), a_visit("v2", 10, minutes=10)],
        [a_shift("s1", "a", "b"), a_shift("s2", "c"), a_shift("s3", "d")],
        [replace(a_problem().collectors[0], id="e")],
        objective=Objective(unfairness_weight=weight),
        history=None if history is None else History(working=history),
    )
    return problem, a_plan(problem, {"s1": ["v1"], "s2": ["v2"]})


def test_working_time_above_the_mean_of_all_with_a_shift_costs_its_weight() -> None:
    # 3,600 + 3,600 + 1,800 + 0 by four are 2,250.
    assert_costs(*two_crews(1.0), "wrong_unfairness_cost", unfairness_penalty_seconds=2 * 1350)
    assert_costs(*two_crews(0.5), "wrong_unfairness_cost", unfairness_penalty_seconds=2 * 675)


def test_history_counts_as_working_time_and_who_has_no_shift_does_not_count() -> None:
    history = {"d": timedelta(seconds=3600), "e": timedelta(hours=100)}
    # 3,600 + 3,600 + 1,800 + 3,600 by four are 3,150.
    assert_costs(*two_crews(1.0, history), "wrong_unfairness_cost", unfairness_penalty_seconds=3 * 450)


@pytest.mark.parametrize(("extra", "cost"), [(0, 2 * 1350), (1, 2 * 1350), (3, 2 * 1350), (4, 2 * 1349)])
def test_the_mean_is_rounded_down_to_whole_seconds(extra: int, cost: int) -> None:
    history = {"d": extra * SECOND}
    assert_costs(*two_crews(1.0, history), "wrong_unfairness_cost", unfairness_penalty_seconds=cost)


def test_each_collector_is_rounded_down_alone() -> None:
    # 1,350 s above the mean at 1 thousandth are 1.35 s for a and for b.
    assert_costs(*two_crews(0.001), "wrong_unfairness_cost", unfairness_penalty_seconds=2)


def test_two_routes_of_one_person_add_up() -> None:
    shifts = [a_shift("s1", "a", end="12:00"), a_shift("s2", "a", start="12:00"), a_shift("s3", "b")]
    problem = a_problem([a_visit("v1", 15), a_visit("v2", 15)], shifts, objective=Objective(unfairness_weight=1.0))
    plan = a_plan(problem, {"s1": ["v1"], "s2": ["v2"]})
    assert_costs(problem, plan, "wrong_unfairness_cost", unfairness_penalty_seconds=3600)


def test_without_shifts_nobody_is_treated_unfairly() -> None:
    problem = a_problem([a_visit("v1")], [], objective=Objective(unfairness_weight=1.0))
    assert codes(problem, a_plan(problem, {})) == []


@pytest.mark.parametrize(
    ("last", "cost"),
    [
        ({}, 0),
        ({"v1": frozenset()}, 0),
        ({"v1": frozenset({"s1-b", "who-left"})}, 0),
        ({"v1": frozenset({"who-left"})}, 600),
        ({"v1": frozenset({"s2-a"}), "v2": frozenset({"s1-b"}), "v3": frozenset({"s2-a"})}, 1200),
    ],
    ids=["nobody known", "nobody", "one stays", "all left", "crews exchanged, a third visit left out"],
)
def test_a_visit_with_none_of_its_last_collectors_costs_once(last: dict[str, frozenset[str]], cost: int) -> None:
    problem = a_problem(
        [a_visit("v1"), a_visit("v2"), a_visit("v3")],
        [a_shift("s1"), a_shift("s2")],
        objective=Objective(change_of_collector=10 * MINUTE),
        history=History(last_collectors=last),
    )
    plan = a_plan(problem, {"s1": ["v1"], "s2": ["v2"]})
    assert_costs(problem, plan, "wrong_change_of_collector_cost", change_of_collector_seconds=cost)


@pytest.mark.parametrize(("cost", "is_right"), [(600, True), (0, False)])
def test_nobody_of_an_unknown_shift_was_there_last(cost: int, is_right: bool) -> None:
    problem = a_problem(
        [a_visit("v1")],
        objective=Objective(change_of_collector=10 * MINUTE),
        history=History(last_collectors={"v1": frozenset({"s1-a"})}),
    )
    plan = change_route(a_plan(problem, {"s1": ["v1"]}), shift_id="s9")
    found = codes(problem, plan, change_of_collector_seconds=cost)
    assert ("wrong_change_of_collector_cost" not in found) is is_right


def published(**changes: Any) -> Problem:
    """v1 is published on s1 at 09:01 with changes, v2 on s2, v4 is not known any more, v3 is new."""
    problem = a_problem(
        [a_visit("v1"), a_visit("v2"), a_visit("v3", 2)],
        [a_shift("s1"), a_shift("s2")],
        objective=Objective(change_of_plan=20 * MINUTE),
    )
    before = replace(problem, visits=(*problem.visits[:2], a_visit("v4")))
    plan = a_plan(before, {"s1": ["v1"], "s2": ["v2", "v4"]})
    if changes:
        plan = change_stop(plan, 1, **changes)
    return replace(problem, published_plan=plan)


@pytest.mark.parametrize(
    ("by", "cost"),
    [
        (15 * MINUTE, 0),
        (-15 * MINUTE, 0),
        (15 * MINUTE + SECOND, 1200),
        (-15 * MINUTE - SECOND, 1200),
        (timedelta(days=1), 1200),
    ],
    ids=str,
)
def test_a_visit_counts_as_moved_by_more_than_15_minutes_only(by: timedelta, cost: int) -> None:
    problem = published()
    assert problem.published_plan is not None
    stop = problem.published_plan.routes[0].stops[1]
    problem = published(**later(stop, by))
    plan = a_plan(problem, {"s1": ["v1", "v3"], "s2": ["v2"]})
    assert_costs(problem, plan, "wrong_change_of_plan_cost", change_of_plan_seconds=cost)


def test_a_visit_on_another_shift_at_the_same_time_counts_as_moved() -> None:
    problem = published()
    plan = a_plan(problem, {"s1": ["v2"], "s2": ["v1"]})
    assert_costs(problem, plan, "wrong_change_of_plan_cost", change_of_plan_seconds=2 * 1200)


def test_visits_that_are_new_or_left_out_now_do_not_count_as_moved() -> None:
    problem = published()
    plan = a_plan(problem, {"s2": ["v3"]})
    assert_costs(problem, plan, "wrong_change_of_plan_cost", change_of_plan_seconds=0)


def test_without_a_published_plan_nothing_is_moved() -> None:
    problem = replace(published(), published_plan=None)
    plan = a_plan(problem, {"s1": ["v2"]})
    assert_costs(problem, plan, "wrong_change_of_plan_cost", change_of_plan_seconds=0)


def test_the_hour_of_a_published_visit_is_elapsed_time_and_not_the_clock_of_its_offset() -> None:
    problem = published()
    assert problem.published_plan is not None
    stop = problem.published_plan.routes[0].stops[1]
    names = ("arrival_time", "service_start_time", "departure_time")
    problem = published(**{name: getattr(stop, name).astimezone(UTC) for name in names})
    plan = a_plan(problem, {"s1": ["v1"], "s2": ["v2"]})
    assert_costs(problem, plan, "wrong_change_of_plan_cost", change_of_plan_seconds=0)


@pytest.mark.parametrize(
    ("status", "bound", "found"),
    [
        (PlanStatus.OPTIMAL, 0, []),
        (PlanStatus.OPTIMAL, -1, ["unproven_optimum"]),
        (PlanStatus.OPTIMAL, None, ["unproven_optimum"]),
        (PlanStatus.OPTIMAL, 1, ["bound_above_cost"]),
        (PlanStatus.FEASIBLE, 0, []),
        (PlanStatus.FEASIBLE, -1, []),
        (PlanStatus.FEASIBLE, None, []),
        (PlanStatus.FEASIBLE, 1, ["bound_above_cost"]),
    ],
)
def test_a_lower_bound_is_no_more_than_the_cost_and_an_optimum_has_one_that_equals_it(
    status: PlanStatus, bound: int | None, found: list[str]
) -> None:
    problem = a_problem([a_visit("v1", 3)])
    plan = a_plan(problem, {"s1": ["v1"]})
    proven = None if bound is None else plan.cost.total_seconds + bound
    plan = replace(plan, status=status, engine=replace(plan.engine, lower_bound_seconds=proven))
    assert codes(problem, plan) == found


def test_every_part_counts_in_the_cost_that_a_bound_is_held_against() -> None:
    problem, plan = until_six_and(60, max_overtime=MINUTE, overtime_weight=1.0)
    plan = replace(
        plan,
        status=PlanStatus.OPTIMAL,
        engine=replace(plan.engine, lower_bound_seconds=plan.cost.travel_seconds + 60),
    )
    assert codes(problem, plan, overtime_penalty_seconds=60) == []


def test_terms_that_the_objective_leaves_out_cost_nothing() -> None:
    problem = replace(published(), objective=Objective(), history=History(last_collectors={"v1": frozenset({"x"})}))
    plan = a_plan(problem, {"s2": ["v1"]})
    assert codes(problem, plan) == []


def rates(first: int) -> tuple[tuple[int, ...], ...]:
    """A week in which no two hours of a day meet people equally often."""
    return tuple(tuple((first + 3 * day + hour) % 101 for hour in range(24)) for day in range(7))


def test_each_visit_costs_its_chance_to_meet_nobody_at_its_hour_and_kind_of_place() -> None:
    expected = ExpectedContacts(
        missed_contact=timedelta(seconds=601.9), home=rates(10), workplace=rates(40), other=rates(70)
    )
    office = a_place("work", 3, window("14:00", "15:00"), kind=PlaceKind.WORKPLACE)
    visits = [a_visit("v1", 2, window("10:00", "11:00")), a_visit("v2", places=(office,))]
    problem = a_problem(visits, [a_shift("s1")], objective=Objective(expected_contacts=expected))
    plan = a_plan(problem, {"s1": ["v1", "v2"]})
    # On a Tuesday, at ten and at two: 23 and 57 of a hundred are met. Seconds and visits are rounded down, each.
    assert_costs(problem, plan, "wrong_missed_contact_cost", missed_contact_seconds=601 * 77 // 100 + 601 * 43 // 100)
