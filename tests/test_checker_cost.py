"""Every part of a plan's cost is added up again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.checker import violations
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Objective, Problem
from scheduler.rules.load import load_rule_set
from tests.builders import a_place, a_problem, a_shift, a_visit
from tests.plans import a_plan, line_matrix

PROBLEM = a_problem(
    [
        a_visit("v1", places=(a_place("v1-home", 3, preference_minutes=2),)),
        a_visit("v2", 5, preferred={"s1-a", "s9-a"}),
        a_visit("v3", 7, preferred={"s9-a"}),
        a_visit("v4", penalty_minutes=10),
        a_visit("v5", mandatory=True),
        a_visit("v6", priority=100),
    ],
    [a_shift("s1"), a_shift("s2")],
    objective=Objective(non_preferred_collector=timedelta(seconds=90)),
)


def a_sound_plan() -> Plan:
    """Out to 7 and back to 5 and home, one dear place, one wish not met, three visits left out."""
    plan = a_plan(PROBLEM, {"s1": ["v1", "v3", "v2"]})
    return replace(plan, cost=replace(plan.cost, non_preferred_collector_seconds=90))


def codes(plan: Plan, problem: Problem = PROBLEM) -> list[str]:
    """The kinds of violations in the order in which they are found."""
    return [found.code for found in violations(problem, plan, travel=line_matrix(), rules=load_rule_set(()))]


def test_a_cost_is_what_the_routes_and_gaps_amount_to() -> None:
    cost = a_sound_plan().cost
    assert cost.travel_seconds == 14 * 60
    assert cost.preference_penalty_seconds == 120
    assert cost.unassigned_penalty_seconds == 600 + 144_000 + 39_600
    assert codes(a_sound_plan()) == []


@pytest.mark.parametrize("by", [-1, 1])
@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("travel_seconds", "wrong_travel_cost"),
        ("preference_penalty_seconds", "wrong_preference_cost"),
        ("unassigned_penalty_seconds", "wrong_unassigned_cost"),
        ("non_preferred_collector_seconds", "wrong_collector_cost"),
    ],
)
def test_a_part_of_the_cost_that_is_one_second_off_is_refused(part: str, code: str, by: int) -> None:
    plan = a_sound_plan()
    cost = replace(plan.cost, **{part: getattr(plan.cost, part) + by})
    assert codes(replace(plan, cost=cost)) == [code]


def test_parts_that_are_wrong_but_add_up_are_refused() -> None:
    plan = a_sound_plan()
    cost = replace(plan.cost, travel_seconds=0, preference_penalty_seconds=120 + 14 * 60)
    assert codes(replace(plan, cost=cost)) == ["wrong_travel_cost", "wrong_preference_cost"]


def test_a_wish_for_a_collector_costs_nothing_unless_the_objective_says_so() -> None:
    plan = a_plan(PROBLEM, {"s1": ["v3"]})
    assert codes(plan, replace(PROBLEM, objective=Objective())) == []
    assert codes(plan) == ["wrong_collector_cost"]
