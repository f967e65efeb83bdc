"""On small problems the planner finds the optimum."""

from random import Random

from scheduler.planning import SearchLimits, plan_visits
from scheduler.travel import travel_matrix
from tests.exact import optimum
from tests.random_problems import a_random_problem

PROBLEMS = 30
LEAST_OPTIMAL = 29


def test_at_eight_visits_and_two_shifts_the_plan_costs_the_optimum() -> None:
    missed = []
    for seed in range(PROBLEMS):
        problem = a_random_problem(Random(seed), visits=8, shifts=2)
        plan = plan_visits(problem, limits=SearchLimits(seconds=None, iterations=300))
        best = optimum(problem, travel_matrix(problem))
        assert plan.cost.total_seconds >= best, f"seed {seed}: cheaper than the optimum: one of the two breaks a rule"
        if plan.cost.total_seconds > best:
            missed.append(seed)
    assert len(missed) <= PROBLEMS - LEAST_OPTIMAL, f"missed the optimum at seeds {missed}"
