"""With iterations as the limit a plan is the same byte for byte, however many threads made it."""

from random import Random

import pytest

from scheduler import documents
from scheduler.domain.problem import Problem
from scheduler.planning import SearchLimits, plan_visits
from tests.random_problems import a_random_problem


def planned(problem: Problem, *, threads: int, searches: int) -> bytes:
    limits = SearchLimits(seconds=None, iterations=400, seed=7, searches=searches, threads=threads)
    return documents.to_bytes(documents.write_plan(plan_visits(problem, limits=limits), problem.time_zone))


@pytest.mark.parametrize(("visits", "shifts", "searches"), [(9, 2, 2), (18, 3, 3), (40, 6, 2)])
def test_one_thread_and_two_make_the_same_plan_and_make_it_again(visits: int, shifts: int, searches: int) -> None:
    problem = a_random_problem(Random(visits), visits=visits, shifts=shifts)
    alone = planned(problem, threads=1, searches=searches)
    assert planned(problem, threads=2, searches=searches) == alone
    assert planned(problem, threads=2, searches=searches) == alone
    assert planned(problem, threads=1, searches=searches) == alone
