"""Two routes exchange their tails exactly where both can be made then, at the cost that they have then."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import permutations, product
from random import Random

import pytest

from scheduler.solver.instance import Instance
from scheduler.solver.kernels import annealing, flatten_near, tails
from scheduler.solver.kernels.arrays import ProblemArrays, RouteArrays, SearchArrays
from scheduler.solver.kernels.compiled import entry
from scheduler.solver.routes import total_cost
from scheduler.solver.ruin_recreate import COLDEST, HOTTEST, Budget, Searches
from tests.random_instances import STEPS, Compiled, a_random_instance, all_labels, can_be_made, random_orders

SHIFTS = 3
VISITS = 9
TURNS = 30
HEAVY = 12
# What routes tell beside their labels.
KEPT = ("cost", "load", "used", "where")
WHATEVER_IT_COSTS = 1e9

type Orders = list[list[int]]

# Kernels are compiled without a door for Python; these are it.


@entry
def cost_of_exchange(
    problem: ProblemArrays, routes: RouteArrays, shift: int, stop: int, there: int, first: int
) -> int | None:
    """None where it cannot be."""
    if not tails.can_exchange(problem, routes, shift, stop, there, first):
        return None
    return tails.cost_of_exchange(problem, routes, shift, stop, there, first)


@entry
def exchange(
    problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, shift: int, stop: int, there: int, first: int
) -> None:
    search.touched[:] = 0
    tails.exchange(problem, routes, search, shift, stop, there, first)


@entry
def exchange_some(problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, below: float) -> int:
    search.touched[:] = 0
    return tails.exchange_some(problem, routes, search, below, search.found)


def alike(random: Random, *, loads: bool) -> Instance:
    """A random instance, all shifts of which are like the first one."""
    instance = a_random_instance(random, visits=VISITS, shifts=SHIFTS, timed=False)
    return replace(
        instance,
        frames=(instance.frames[0],) * SHIFTS,
        most_visits=(instance.most_visits[0],) * SHIFTS,
        allowed_shifts=(frozenset(range(SHIFTS)),) * len(instance.options),
        shift_penalties=({},) * VISITS,
        loads=tuple(random.randrange(1, 6) for _ in range(VISITS)) if loads else (),
        capacities=(HEAVY,) * SHIFTS if loads else (),
    )


def instances(count: int) -> Iterator[tuple[Random, Instance]]:
    for number in range(count):
        random = Random(number)
        yield random, alike(random, loads=number % 3 == 0)


def begun(count: int, change: Callable[[Instance], Instance] = lambda one: one) -> Iterator[tuple[Instance, Orders]]:
    """Instances with orders of some visits; those whose loads are too heavy are passed over."""
    for random, instance in instances(count):
        changed = change(instance)
        orders, _ = random_orders(random, changed)
        if are_made(changed, orders):
            yield changed, orders


def with_a_longer_shift(instance: Instance) -> Instance:
    """All but the first shift are shorter: what they can make the first one can, but not the other way round."""
    first = instance.frames[0]
    short = first._replace(latest_end=first.latest_end - (first.latest_end - first.earliest_start) // 4)
    return replace(instance, frames=(first, *(short,) * (SHIFTS - 1)))


def are_made(instance: Instance, orders: Sequence[Sequence[int]]) -> bool:
    loads = instance.loads or (0,) * VISITS
    carried = [sum(loads[instance.options[option].visit] for option in order) for order in orders]
    return max(carried) <= HEAVY and all(can_be_made(instance, shift, order) for shift, order in enumerate(orders))


def exchanged(orders: Sequence[Sequence[int]], shift: int, stop: int, there: int, first: int) -> list[list[int]]:
    made = [list(order) for order in orders]
    made[shift] = [*orders[shift][:stop], *orders[there][first - 1 :]]
    made[there] = [*orders[there][: first - 1], *orders[shift][stop:]]
    return made


def exchanges(orders: Sequence[Sequence[int]]) -> Iterator[tuple[int, int, int, int]]:
    """Each stop with a visit, and each visit of another route that may follow it."""
    for shift, there in permutations(range(len(orders)), 2):
        for stop, first in product(range(1, len(orders[shift]) + 1), range(1, len(orders[there]) + 1)):
            yield shift, stop, there, first


def test_tails_are_exchanged_where_both_routes_can_be_made_then_at_what_they_cost_then() -> None:
    possible = impossible = 0
    for instance, orders in begun(300):
        compiled = Compiled(instance, orders)
        for at in exchanges(orders):
            made = exchanged(orders, *at)
            expected = total_cost(instance, made) - total_cost(instance, orders) if are_made(instance, made) else None
            assert cost_of_exchange(compiled.problem, compiled.routes, *at) == expected
            possible += expected is not None
            impossible += expected is None
    assert possible > 500
    assert impossible > 500


def test_routes_are_as_if_written_anew_after_an_exchange() -> None:
    for instance, orders in begun(100):
        for at in exchanges(orders):
            if are_made(instance, made := exchanged(orders, *at)):
                compiled, anew = Compiled(instance, orders), Compiled(instance, made)
                exchange(compiled.problem, compiled.routes, compiled.search, *at)
                assert compiled.orders() == made
                assert all_labels(instance, compiled.routes) == all_labels(instance, anew.routes)
                for one, other in ((getattr(one, name) for one in (compiled.routes, anew.routes)) for name in KEPT):
                    assert one.tolist() == other.tolist()
                where = compiled.routes.where >= 0
                assert compiled.routes.stop_of[where].tolist() == anew.routes.stop_of[where].tolist()


@pytest.fixture
def near_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places have neighbours in small instances, too."""
    monkeypatch.setattr(flatten_near, "TRIED_EVERYWHERE", 0)


@pytest.mark.usefixtures("near_to_all")
def test_only_shifts_that_are_alike_exchange_tails() -> None:
    many = 0
    for mixed, orders in begun(100, with_a_longer_shift):
        compiled = Compiled(mixed, orders)
        for _ in range(TURNS):
            before = compiled.orders()
            change = exchange_some(compiled.problem, compiled.routes, compiled.search, WHATEVER_IT_COSTS)
            after = compiled.orders()
            assert after[0] == before[0]
            assert are_made(mixed, after)
            assert total_cost(mixed, after) - total_cost(mixed, before) == change
            many += after != before
    assert many > 200


@pytest.mark.usefixtures("near_to_all")
def test_an_exchange_costs_less_than_it_may_and_leaves_routes_of_other_searches_alone() -> None:
    for instance, orders in begun(60):
        compiled = Compiled(instance, orders)
        compiled.search.closed[0] = 1
        for _ in range(TURNS):
            assert exchange_some(compiled.problem, compiled.routes, compiled.search, 1.0) <= 0
        assert compiled.orders()[0] == orders[0]
        assert total_cost(instance, compiled.orders()) <= total_cost(instance, orders)


@pytest.mark.usefixtures("near_to_all")
def test_a_search_with_exchanges_keeps_account_of_what_its_routes_cost() -> None:
    for _, instance in instances(8):
        compiled = Compiled(instance, [[] for _ in instance.frames])
        settings = STEPS._replace(average_removed=4.0, longest_string=4.0, exchanges=2)
        annealing.anneal(compiled.problem, compiled.routes, compiled.search, 2_000, 3_000.0, 30.0, settings, 1.01)
        current, best = (int(compiled.search.costs[which]) for which in (annealing.CURRENT, annealing.BEST))
        for cost, orders in ((current, compiled.orders()), (best, compiled.best_orders())):
            assert are_made(instance, orders)
            assert cost == total_cost(instance, orders)


@pytest.mark.usefixtures("near_to_all")
@pytest.mark.parametrize("seed", range(4))
def test_searches_exchange_tails_only_where_two_legs_tell_what_that_costs(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    instance = alike(Random(seed), loads=False)
    pinned = replace(instance, positions=(1, *instance.positions[1:]))
    other = replace(instance, most_visits=(3, 4, 5))
    timed = a_random_instance(Random(seed), visits=VISITS, shifts=SHIFTS, timed=True)
    given = []
    monkeypatch.setattr(annealing, "anneal", lambda *arguments: given.append(arguments[-2].exchanges))
    budget = Budget(elapsed_seconds=lambda: 0.0, seconds=None, iterations=1, is_over=lambda: False)
    for one in (instance, pinned, other, replace(timed, frames=(timed.frames[0],) * SHIFTS)):
        searches = Searches(one, [[] for _ in one.frames], seeds=[(seed,)])
        searches.anneal(budget, threads=1, shares=(HOTTEST, COLDEST), on_look=lambda: None)
    assert given[0] > 0
    assert given[1:] == [0, 0, 0]
