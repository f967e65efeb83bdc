"""The compiled kernels say the same as `timing` and `schedule`, on random routes with breaks, windows and hours."""

from collections.abc import Iterator, Sequence
from random import Random

import pytest

from scheduler.solver.instance import Instance
from scheduler.solver.kernels import annealing, flatten_near
from scheduler.solver.kernels.arrays import NEVER, PENALTY, ProblemArrays, RouteArrays, SearchArrays
from scheduler.solver.kernels.compiled import entry
from scheduler.solver.kernels.insertion import cheapest, note_empty
from scheduler.solver.kernels.times import cheapest_timed
from scheduler.solver.routes import route_cost, total_cost
from scheduler.solver.schedule import order_of
from scheduler.solver.solution import timed_cost
from scheduler.solver.timing import departures, latest_starts
from tests.random_instances import (
    LEFT_OUT,
    NO_BLINKS,
    STEPS,
    Compiled,
    a_random_instance,
    all_labels,
    places,
    random_orders,
)


@entry
def cheapest_insertion(problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, visit: int) -> int:
    most = problem.visits[visit, PENALTY]
    note_empty(problem, routes, search)
    cost = cheapest(problem, routes, search, visit, most, NO_BLINKS, False, search.found)
    if problem.is_timed:
        cost = cheapest_timed(problem, routes, search, cost, search.found)
    return cost


def instances(
    count: int, *, visits: int = 8, shifts: int = 2, timed: Sequence[bool]
) -> Iterator[tuple[Random, Instance]]:
    for number in range(count):
        random = Random(number)
        is_timed, is_mixed = timed[number % len(timed)], number % 4 > 1
        yield random, a_random_instance(random, visits=visits, shifts=shifts, timed=is_timed, mixed=is_mixed)


def cost_of(instance: Instance, shift: int, order: Sequence[int]) -> int:
    """Of a route, times and all."""
    best = order_of(instance, shift, order).best() if order else None
    return route_cost(instance, shift, order) + (0 if best is None else best.cost)


def cost_of_all(instance: Instance, orders: Sequence[Sequence[int]]) -> int:
    return total_cost(instance, orders) + timed_cost(instance, orders)


def test_labels_are_those_of_timing() -> None:
    for random, instance in instances(400, timed=(False, True)):
        orders, _ = random_orders(random, instance)
        routes = Compiled(instance, orders).routes
        for shift, order in enumerate(orders):
            if not order:
                continue
            frame, labels = instance.frames[shift], len(instance.frames[shift].breaks) + 1
            calls = [instance.options[option].call for option in order]
            earliest = departures(frame, calls, *instance.ways_of(shift))
            latest = latest_starts(frame, calls, *instance.ways_of(shift))
            made = routes.departures[shift, : len(order) + 1, :labels].tolist()
            assert made == [[min(label, NEVER) for label in stop] for stop in earliest]
            made = routes.latest[shift, : len(order) + 2, :labels].tolist()
            assert made == [[max(label, -NEVER) for label in stop] for stop in latest]


@pytest.mark.parametrize("tried_everywhere", [0, 7], ids=["next to its neighbours", "everywhere"])
@pytest.mark.parametrize("timed", [False, True])
def test_a_visit_goes_where_the_order_can_be_made_at_the_least_cost_and_nowhere_when_no_order_can(
    monkeypatch: pytest.MonkeyPatch, timed: bool, tried_everywhere: int
) -> None:
    monkeypatch.setattr(flatten_near, "TRIED_EVERYWHERE", tried_everywhere)
    tried = 0
    for random, instance in instances(250 if timed else 1000, visits=7, timed=(timed,)):
        orders, left = random_orders(random, instance)
        compiled = Compiled(instance, orders)
        for visit in left[:2]:
            cost = cheapest_insertion(compiled.problem, compiled.routes, compiled.search, visit)
            costs = {
                (option, shift, stop): cost_of(instance, shift, order) - cost_of(instance, shift, orders[shift])
                for option, shift, stop, order in places(instance, orders, visit)
            }
            least = min(costs.values(), default=LEFT_OUT)
            assert cost == min(least, LEFT_OUT)
            found = tuple(compiled.search.found[:3].tolist())
            assert found[0] == -1 if least >= LEFT_OUT else costs[found] == least
            tried += 1
    assert tried > 400


def test_a_route_costs_what_its_best_schedule_costs() -> None:
    for random, instance in instances(200, timed=(True,)):
        orders, _ = random_orders(random, instance)
        compiled = Compiled(instance, orders)
        expected = [cost_of(instance, shift, order) for shift, order in enumerate(orders)]
        assert compiled.routes.cost.tolist() == expected
        assert compiled.search.costs[annealing.CURRENT] == cost_of_all(instance, orders)


def searched(instance: Instance) -> Compiled:
    """After some thousand steps, warm to the end, so that many are taken back."""
    compiled = Compiled(instance, [[] for _ in instance.frames])
    annealing.anneal(compiled.problem, compiled.routes, compiled.search, 2_000, 3_000.0, 30.0, STEPS, 1.01)
    return compiled


def test_labels_that_follow_each_change_are_those_that_are_worked_out_anew() -> None:
    for _, instance in instances(40, visits=14, shifts=4, timed=(False, True)):
        compiled = searched(instance)
        followed = all_labels(instance, compiled.routes)
        compiled.adopt(instance, compiled.orders())
        assert followed == all_labels(instance, compiled.routes)


@pytest.mark.parametrize(
    ("count", "visits", "shifts"), [(24, 14, 4), (6, 8 * annealing.MOST_TRIED_AGAIN, 2)], ids=["few", "far too many"]
)
def test_the_search_keeps_account_of_what_its_routes_cost(count: int, visits: int, shifts: int) -> None:
    for _, instance in instances(count, visits=visits, shifts=shifts, timed=(True, True, False)):
        compiled = searched(instance)
        current, best = (int(compiled.search.costs[which]) for which in (annealing.CURRENT, annealing.BEST))
        assert best == cost_of_all(instance, compiled.best_orders())
        assert current == cost_of_all(instance, compiled.orders())
        compiled.adopt(instance, compiled.orders())
        assert compiled.search.costs[annealing.CURRENT] == current
