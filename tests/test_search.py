"""Limits, stopping and progress of the search."""

from collections.abc import Callable
from random import Random
from threading import Event

import pytest
from ortools.sat.python import cp_model

from scheduler.domain.errors import InvalidInput
from scheduler.eligibility import decide
from scheduler.planning import Progress, SearchLimits, check_plan, plan_visits
from scheduler.rules.load import load_rule_set
from scheduler.solver import exact, recombine, search
from scheduler.solver.construct import construct
from scheduler.solver.exact import Proof
from scheduler.solver.first_orders import orders_of
from scheduler.solver.instance import Instance, build_instance
from scheduler.solver.recombine import PackingLimits
from scheduler.solver.routes import total_cost
from scheduler.solver.routing_model import RoutingLimits, improve
from scheduler.solver.ruin_recreate import COLDEST, HOTTEST, ROUNDS, Budget, Searches
from scheduler.travel import travel_matrix
from tests.builders import a_problem, a_shift, a_visit
from tests.random_problems import a_random_problem

PATIENCE_SECONDS = 60


def an_instance(seed: int = 1, visits: int = 14, shifts: int = 3) -> Instance:
    problem = a_random_problem(Random(seed), visits=visits, shifts=shifts)
    return build_instance(problem, decide(problem, load_rule_set(())), travel_matrix(problem))


def first_orders(instance: Instance) -> list[list[int]]:
    return construct(instance, seed=0, should_hurry=lambda: False, should_stop=lambda: False).orders


def no_routes(instance: Instance) -> list[list[int]]:
    return [[] for _ in instance.frames]


def annealed(
    instance: Instance,
    orders: list[list[int]],
    iterations: int,
    on_round: Callable[[Searches, float], None] = lambda *_: None,
) -> Searches:
    searches = Searches(instance, orders, seeds=[(0, 0), (0, 1)])
    searches.anneal(
        Budget(elapsed_seconds=lambda: 0.0, seconds=None, iterations=iterations, is_over=lambda: False),
        threads=2,
        shares=(HOTTEST, COLDEST),
        on_look=lambda: None,
        on_round=lambda share: on_round(searches, share),
    )
    return searches


@pytest.mark.parametrize("iterations", [1, 7, 25])
def test_the_routing_model_accepts_exactly_as_many_solutions_as_iterations_were_asked_for(iterations: int) -> None:
    instance = an_instance()
    told: list[int] = []
    improve(
        instance,
        first_orders(instance),
        limits=RoutingLimits(remaining=None, iterations=iterations, seed=0),
        should_stop=lambda: False,
        on_solution=lambda cost, _: told.append(cost),
    )
    first, *accepted = told
    assert first == total_cost(instance, first_orders(instance))
    assert len(accepted) == iterations


@pytest.mark.parametrize("iterations", [0, 1, 25, 1003])
def test_each_search_does_exactly_as_many_steps_as_iterations_were_asked_for(iterations: int) -> None:
    instance = an_instance()
    assert annealed(instance, first_orders(instance), iterations).iterations == 2 * iterations


def test_orders_adopted_after_a_round_are_what_the_search_goes_on_from() -> None:
    instance = an_instance(visits=20)
    better = annealed(instance, no_routes(instance), 2_000).best_orders
    shares: list[float] = []

    def adopt_at_last(searches: Searches, share: float) -> None:
        shares.append(share)
        if len(shares) == ROUNDS - 1:
            searches.adopt(better)

    searches = annealed(instance, no_routes(instance), ROUNDS, on_round=adopt_at_last)
    assert shares == [number / ROUNDS for number in range(1, ROUNDS)]
    assert searches.best_cost <= total_cost(instance, better)


@pytest.mark.parametrize(("shifts", "early"), [(9, 2), (1, 0)], ids=["shifts unused", "none unused"])
def test_where_shifts_stay_unused_routes_are_recombined_early_until_it_pays_no_more(
    monkeypatch: pytest.MonkeyPatch, shifts: int, early: int
) -> None:
    problem = a_random_problem(Random(1), visits=20, shifts=shifts)
    better = plan_visits(problem, limits=SearchLimits(seconds=None, iterations=500))
    assert better.unassigned
    steps: list[str] = []

    def once_better(instance: Instance, _: object, orders: list[list[int]], __: object) -> list[list[int]]:
        steps.append("recombination")
        return orders_of(instance, better) if len(steps) == 1 else orders

    def no_proof(instance: Instance, orders: list[list[int]], **_: object) -> Proof:
        steps.append("proof")
        return Proof(orders=orders, lower_bound=None)

    monkeypatch.setattr(search, "recombine", once_better)
    monkeypatch.setattr(exact, "prove", no_proof)
    plan = plan_visits(problem, limits=SearchLimits(seconds=None, iterations=2))
    assert steps == [*(early * ["recombination"]), "proof", "recombination"]
    assert plan.cost.total_seconds <= better.cost.total_seconds


class UntilStopped(cp_model.CpSolver):
    """A solver that has no answer before it is stopped."""

    def __init__(self) -> None:
        super().__init__()
        self._stopped = Event()

    def solve(
        self, model: cp_model.CpModel, solution_callback: cp_model.CpSolverSolutionCallback | None = None
    ) -> cp_model.CpSolverStatus:
        assert self._stopped.wait(timeout=PATIENCE_SECONDS)
        return super().solve(model, solution_callback)

    def stop_search(self) -> None:
        self._stopped.set()
        super().stop_search()


def test_a_choice_of_routes_hears_the_wish_to_stop_and_is_never_worse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cp_model, "CpSolver", UntilStopped)
    instance = an_instance()
    searches = annealed(instance, no_routes(instance), 200)
    asked: list[bool] = []

    def should_stop() -> bool:
        asked.append(True)
        return True

    limits = PackingLimits(seconds=60.0, effort=None, seed=0, threads=1, should_stop=should_stop)
    found = recombine.recombine(instance, searches.pool, searches.best_orders, limits)
    assert asked
    assert total_cost(instance, found) <= searches.best_cost


def test_no_step_makes_the_plan_worse() -> None:
    for seed in range(5):
        instance = an_instance(seed)
        first = first_orders(instance)
        second = annealed(instance, first, 300).best_orders
        third = improve(
            instance,
            second,
            limits=RoutingLimits(remaining=None, iterations=10, seed=0),
            should_stop=lambda: False,
            on_solution=lambda *_: None,
        )
        costs = [total_cost(instance, orders) for orders in (first, second, third.orders)]
        assert costs == sorted(costs, reverse=True)
        assert not third.failed


def test_progress_never_gets_worse_and_ends_at_the_plans_cost() -> None:
    problem = a_random_problem(Random(1), visits=14, shifts=3)
    told: list[Progress] = []
    plan = plan_visits(problem, limits=SearchLimits(seconds=None, iterations=30), on_progress=told.append)
    costs = [progress.cost_seconds for progress in told]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == plan.cost.total_seconds
    assert told[-1].unassigned == len(plan.unassigned)


def test_a_stop_keeps_the_best_plan_so_far_and_it_is_lawful() -> None:
    problem = a_random_problem(Random(1), visits=14, shifts=3)
    told: list[Progress] = []
    plan = plan_visits(
        problem,
        limits=SearchLimits(seconds=3600.0),
        on_progress=told.append,
        should_stop=lambda: len(told) >= 1,
    )
    assert check_plan(problem, plan) == ()
    assert plan.cost.total_seconds <= told[0].cost_seconds


def test_seeds_lead_to_different_searches_with_lawful_plans() -> None:
    problem = a_random_problem(Random(3), visits=20, shifts=3)
    for seed in range(3):
        plan = plan_visits(problem, limits=SearchLimits(seconds=None, iterations=3, seed=seed))
        assert check_plan(problem, plan) == ()
        assert plan.engine.seed == seed


@pytest.mark.parametrize(("seconds", "iterations"), [(None, None), (1.0, 1), (-1.0, None), (None, -1)])
def test_a_search_has_exactly_one_limit_and_no_negative_one(seconds: float | None, iterations: int | None) -> None:
    with pytest.raises(ValueError, match=r"limit|seconds"):
        SearchLimits(seconds=seconds, iterations=iterations)


def test_an_unknown_engine_and_an_unknown_shift_are_refused_together() -> None:
    with pytest.raises(InvalidInput) as refused:
        plan_visits(a_problem([a_visit("v")]), engine="magic", without_shifts=frozenset({"s9"}))
    assert [fault.code for fault in refused.value.faults] == ["unknown_id", "unknown_choice"]


def test_a_shift_kept_out_gets_no_route_and_the_plan_still_belongs_to_the_problem() -> None:
    problem = a_problem([a_visit("v"), a_visit("w")], [a_shift("s1"), a_shift("s2")])
    plan = plan_visits(problem, limits=SearchLimits(seconds=None, iterations=5), without_shifts=frozenset({"s1"}))
    assert [route.shift_id for route in plan.routes] == ["s2"]
    assert check_plan(problem, plan) == ()


def test_a_problem_without_visits_says_so() -> None:
    assert plan_visits(a_problem([]), limits=SearchLimits(seconds=1.0)).status == "no_visits"


def test_a_search_alone_leaves_proof_and_routing_model_out_and_its_plan_is_lawful_and_repeatable() -> None:
    problem = a_random_problem(Random(4), visits=12, shifts=3)
    limits = SearchLimits(seconds=None, iterations=40, search_only=True)
    steps: set[str] = set()
    plan = plan_visits(problem, limits=limits, on_progress=lambda progress: steps.add(progress.step))

    assert steps <= {"first solution", "search"}
    assert plan.engine.note == "search alone, as was asked"
    assert check_plan(problem, plan) == ()
    assert plan_visits(problem, limits=limits) == plan
