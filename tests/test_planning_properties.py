"""What holds for every plan of every problem."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler import documents
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.planning import SearchLimits, check_plan, plan_visits
from tests.random_problems import a_random_problem


@settings(max_examples=500)
@given(
    seed=st.integers(0, 2**32),
    visits=st.integers(0, 7),
    shifts=st.integers(1, 3),
    rule_packs=st.sampled_from([(), ("cn-base",), ("cn-base", "cn-house")]),
    engine=st.sampled_from(["auto", "ortools"]),
)
def test_every_plan_is_lawful_complete_and_the_same_again(
    seed: int, visits: int, shifts: int, rule_packs: tuple[str, ...], engine: str
) -> None:
    problem = a_random_problem(Random(seed), visits=visits, shifts=shifts, rule_packs=rule_packs)
    limits = SearchLimits(seconds=None, iterations=15, seed=seed % 3)
    plan = plan_visits(problem, limits=limits, engine=engine)

    assert check_plan(problem, plan) == ()
    placed = [visit_id for route in plan.routes for visit_id in route.visit_ids]
    left_out = [left.visit_id for left in plan.unassigned]
    assert sorted(placed + left_out) == sorted(visit.id for visit in problem.visits)
    assert all(left.reasons for left in plan.unassigned)

    again = plan_visits(problem, limits=limits, engine=engine)
    assert _bytes(again, problem) == _bytes(plan, problem)


def _bytes(plan: Plan, problem: Problem) -> bytes:
    return documents.to_bytes(documents.write_plan(plan, problem.time_zone))
