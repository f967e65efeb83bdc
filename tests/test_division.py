"""A large problem is divided among the searches, and what they find apart fits together."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from scheduler import documents
from scheduler.domain.problem import Problem
from scheduler.planning import SearchLimits, check_plan, plan_visits
from scheduler.solver import division
from scheduler.solver.division import Divider, is_worth_dividing
from scheduler.solver.instance import CollectorLimit, Instance, Terms
from scheduler.solver.kernels import annealing
from scheduler.solver.routes import total_cost
from scheduler.solver.ruin_recreate import Budget, Searches
from tests.random_instances import STEPS, Compiled, a_random_instance, random_orders
from tests.random_problems import a_random_problem

VISITS, SHIFTS = 40, 9
SHARES = (0.0, 1.0)


@pytest.fixture(autouse=True)
def _small_problems_are_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(division, "LEAST_VISITS_EACH", 5)


def an_instance(seed: int) -> tuple[Instance, list[list[int]]]:
    random = Random(seed)
    instance = a_random_instance(random, visits=VISITS, shifts=SHIFTS, timed=False, mixed=seed % 2 == 1)
    return instance, random_orders(random, instance)[0]


def divided(instance: Instance, orders: Sequence[Sequence[int]], *, parts: int, seed: int = 0) -> division.Division:
    compiled = Compiled(instance, orders)
    return Divider(instance, compiled.problem, parts=parts, seed=(seed,)).divide(compiled.routes)


@pytest.mark.parametrize("parts", [2, 3, 4])
def test_every_part_has_about_as_many_visits(parts: int) -> None:
    for seed in range(30):
        instance, orders = an_instance(seed)
        of_shift = divided(instance, orders, parts=parts).of_shift
        assert set(of_shift.tolist()) <= set(range(parts))
        visits = [sum(len(orders[shift]) for shift in np.flatnonzero(of_shift == part)) for part in range(parts)]
        assert max(visits) - min(visits) <= 2 * max(len(order) for order in orders)


def test_borders_move_from_round_to_round() -> None:
    instance, orders = an_instance(1)
    compiled = Compiled(instance, orders)
    divider = Divider(instance, compiled.problem, parts=2, seed=(0,))
    assert len({tuple(divider.divide(compiled.routes).of_shift.tolist()) for _ in range(20)}) > 2


def test_shifts_that_share_a_persons_limit_stay_together() -> None:
    instance, orders = an_instance(2)
    limits = (
        CollectorLimit(collector_id="ann", most=9, shifts=(0, 8)),
        CollectorLimit(collector_id="bob", most=9, shifts=(3, 8, 5)),
    )
    for seed in range(20):
        of_shift = divided(replace(instance, limits=limits), orders, parts=3, seed=seed).of_shift
        assert len({int(of_shift[shift]) for shift in (0, 3, 5, 8)}) == 1


def test_nothing_small_or_shared_by_all_is_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    instance, _ = an_instance(3)
    assert is_worth_dividing(instance, 2)
    assert not is_worth_dividing(instance, 1)
    assert not is_worth_dividing(replace(instance, terms=Terms(unfairness=1)), 2)
    monkeypatch.setattr(division, "LEAST_VISITS_EACH", 21)
    assert not is_worth_dividing(instance, 2)


def test_a_search_leaves_closed_routes_and_reserved_visits_as_they_are() -> None:
    for seed in range(20):
        instance, orders = an_instance(seed)
        compiled = Compiled(instance, orders)
        search, where = compiled.search, compiled.routes.where.copy()
        search.closed[::2] = 1
        left_out = np.flatnonzero(where < 0)
        search.reserved[left_out[::3]] = 1
        annealing.anneal(compiled.problem, compiled.routes, search, 2_000, 3_000.0, 30.0, STEPS, 1.01)
        made = compiled.orders()
        assert made[::2] == orders[::2]
        assert made[1::2] != orders[1::2]
        assert (compiled.routes.where[left_out[::3]] < 0).all()
        assert search.costs[annealing.CURRENT] == total_cost(instance, made)


@pytest.mark.parametrize("parts", [2, 3])
def test_searches_put_together_what_they_found_apart(parts: int) -> None:
    for seed in range(10):
        instance, orders = an_instance(seed)
        searches = Searches(instance, orders, seeds=[(seed, number) for number in range(parts)])
        budget = Budget(elapsed_seconds=lambda: 0.0, seconds=None, iterations=3_000, is_over=lambda: False)
        searches.anneal(budget, threads=2, shares=SHARES, on_look=lambda: None)
        assert searches.best_cost == total_cost(instance, searches.best_orders)
        assert searches.best_cost < total_cost(instance, orders)
        assert searches.best_left_out == VISITS - sum(len(order) for order in searches.best_orders)
        placed = [instance.options[option].visit for order in searches.best_orders for option in order]
        assert len(placed) == len(set(placed))


def test_a_search_that_is_stopped_at_once_keeps_what_it_began_with() -> None:
    instance, orders = an_instance(5)
    searches = Searches(instance, orders, seeds=[(0, 0), (0, 1)])
    budget = Budget(elapsed_seconds=lambda: 0.0, seconds=60.0, iterations=None, is_over=lambda: True)
    searches.anneal(budget, threads=2, shares=SHARES, on_look=lambda: None)
    assert searches.best_cost == total_cost(instance, searches.best_orders) <= total_cost(instance, orders)


def planned(problem: Problem, *, threads: int) -> bytes:
    limits = SearchLimits(seconds=None, iterations=400, seed=7, searches=3, threads=threads)
    plan = plan_visits(problem, limits=limits)
    assert check_plan(problem, plan) == ()
    return documents.to_bytes(documents.write_plan(plan, problem.time_zone))


def test_divided_searches_make_lawful_plans_that_do_not_depend_on_threads() -> None:
    problem = a_random_problem(Random(40), visits=VISITS, shifts=6)
    assert planned(problem, threads=1) == planned(problem, threads=2)
