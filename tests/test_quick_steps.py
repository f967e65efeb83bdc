"""Steps of the quick search look at fewer places: what they find there is right, and the plan is soon a good one."""

from random import Random

import pytest

from scheduler.solver.instance import Instance
from scheduler.solver.kernels import flatten_near
from scheduler.solver.kernels.arrays import LOCATION, PENALTY, VISIT, ProblemArrays, RouteArrays, SearchArrays
from scheduler.solver.kernels.compiled import entry
from scheduler.solver.kernels.insertion import cheapest, note_empty, note_torn
from scheduler.solver.routes import route_cost, total_cost
from scheduler.solver.ruin_recreate import COLDEST, HOTTEST, Budget, Searches
from scheduler.solver.solution import timed_cost
from tests.random_instances import LEFT_OUT, NO_BLINKS, Compiled, a_random_instance, can_be_made, places, random_orders

VISITS, SHIFTS = 9, 4
NEVER_EVERYWHERE = NO_BLINKS._replace(everywhere_share=0.0)
NEXT_TO_NONE, NEXT_TO_ONE = NEVER_EVERYWHERE._replace(neighbours=0), NEVER_EVERYWHERE._replace(neighbours=1)

type Place = tuple[int, int, int]


@entry
def cheapest_beside_none(problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, visit: int) -> int:
    note_torn(search)
    note_empty(problem, routes, search)
    return cheapest(problem, routes, search, visit, problem.visits[visit, PENALTY], NEXT_TO_NONE, False, search.found)


@entry
def cheapest_beside_one(problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, visit: int) -> int:
    note_torn(search)
    note_empty(problem, routes, search)
    return cheapest(problem, routes, search, visit, problem.visits[visit, PENALTY], NEXT_TO_ONE, False, search.found)


def costs_of(instance: Instance, orders: list[list[int]], visit: int) -> dict[Place, int]:
    return {
        (option, shift, stop): route_cost(instance, shift, order) - route_cost(instance, shift, orders[shift])
        for option, shift, stop, order in places(instance, orders, visit)
    }


def is_beside_the_nearest(compiled: Compiled, orders: list[list[int]], place: Place) -> bool:
    option, shift, stop = place
    rows = compiled.problem.options
    first = max(first for first in range(option + 1) if compiled.problem.near_options[first, 0] >= 0)
    nearest = rows[compiled.problem.near_options[first, 0]]
    around = orders[shift][max(0, stop - 1) : stop + 1]
    return any(rows[other, VISIT] == nearest[VISIT] and rows[other, LOCATION] == nearest[LOCATION] for other in around)


@pytest.mark.parametrize("is_torn", [True, False])
def test_a_visit_that_is_spared_the_rest_goes_on_a_torn_route_or_an_empty_one_and_anywhere_when_none_is_torn(
    monkeypatch: pytest.MonkeyPatch, is_torn: bool
) -> None:
    monkeypatch.setattr(flatten_near, "TRIED_EVERYWHERE", 0)
    dearer = 0
    for seed in range(400):
        random = Random(seed)
        instance = a_random_instance(random, visits=VISITS, shifts=SHIFTS, timed=False)
        orders, left = random_orders(random, instance)
        compiled = Compiled(instance, orders)
        compiled.search.touched[:] = 0
        compiled.search.touched[0] = is_torn
        for visit in left[:2]:
            costs = costs_of(instance, orders, visit)
            open_to_it = [
                cost for (_, shift, _), cost in costs.items() if not is_torn or shift == 0 or not orders[shift]
            ]
            least = min(open_to_it, default=LEFT_OUT)
            found = cheapest_beside_none(compiled.problem, compiled.routes, compiled.search, visit)
            assert found == min(least, LEFT_OUT)
            dearer += found > min(costs.values(), default=found)
    assert (dearer > 20) == is_torn


def test_a_visit_goes_beside_one_of_so_many_nearest_places_where_it_can() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flatten_near, "TRIED_EVERYWHERE", 0)
        beside = 0
        for seed in range(400):
            random = Random(seed)
            instance = a_random_instance(random, visits=VISITS, shifts=SHIFTS, timed=False)
            orders, left = random_orders(random, instance)
            compiled = Compiled(instance, orders)
            compiled.search.touched[:] = 0
            compiled.search.touched[0] = 1
            for visit in left[:2]:
                costs = costs_of(instance, orders, visit)
                near = [cost for place, cost in costs.items() if is_beside_the_nearest(compiled, orders, place)]
                if near and min(near) < LEFT_OUT:
                    empty = [cost for (_, shift, _), cost in costs.items() if not orders[shift]]
                    found = cheapest_beside_one(compiled.problem, compiled.routes, compiled.search, visit)
                    assert found == min(near + empty)
                    beside += found > min(costs.values())
        assert beside > 20


def test_a_quick_search_finds_routes_that_can_be_made_at_half_the_cost_of_leaving_all_out() -> None:
    for seed in range(6):
        instance = a_random_instance(Random(seed), visits=12, shifts=4, timed=bool(seed % 2))
        searches = Searches(instance, [[] for _ in instance.frames], seeds=[(seed, 0), (seed, 1)])
        budget = Budget(elapsed_seconds=lambda: 0.0, seconds=None, iterations=2_000, is_over=lambda: False)
        searches.anneal(budget, threads=2, shares=(HOTTEST, COLDEST), is_quick=True, on_look=lambda: None)
        orders = searches.best_orders
        assert all(can_be_made(instance, shift, order) for shift, order in enumerate(orders))
        assert searches.best_cost == total_cost(instance, orders) + timed_cost(instance, orders)
        assert searches.best_cost < 12 * LEFT_OUT / 2
