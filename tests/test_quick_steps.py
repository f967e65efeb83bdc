"""Steps of the quick search look at fewer places: what they find there is right, and the plan is soon a good one."""

from random import Random

import pytest

from scheduler.solver.kernels import flatten_near
from scheduler.solver.kernels.arrays import (
    LOCATION,
    PENALTY,
    VISIT,
    ProblemArrays,
    RouteArrays,
    SearchArrays,
    StepSettings,
)
from scheduler.solver.kernels.compiled import entry
from scheduler.solver.kernels.insertion import cheapest, note_empty, note_torn
from scheduler.solver.routes import route_cost, total_cost
from scheduler.solver.ruin_recreate import COLDEST, HOTTEST, Budget, Searches
from scheduler.solver.solution import timed_cost
from tests.random_instances import LEFT_OUT, NO_BLINKS, Compiled, a_random_instance, can_be_made, places, random_orders

VISITS, SHIFTS = 9, 4
BESIDE_NONE = NO_BLINKS._replace(everywhere_share=0.0, neighbours=0)
BESIDE_ONE = BESIDE_NONE._replace(neighbours=1)

type Place = tuple[int, int, int]


@entry
def cheapest_place(
    problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, settings: StepSettings, visit: int
) -> int:
    note_torn(search)
    note_empty(problem, routes, search)
    return cheapest(problem, routes, search, visit, problem.visits[visit, PENALTY], settings, False, search.found)


class Torn:
    """Random orders of which the first route counts as torn or none does, and visits that are on none."""

    def __init__(self, seed: int, *, is_torn: bool = True) -> None:
        random = Random(seed)
        self._instance = a_random_instance(random, visits=VISITS, shifts=SHIFTS, timed=False)
        self.orders, left = random_orders(random, self._instance)
        self.left = left[:2]
        self._compiled = Compiled(self._instance, self.orders)
        self._compiled.search.touched[:] = 0
        self._compiled.search.touched[0] = is_torn

    def cheapest(self, visit: int, settings: StepSettings) -> int:
        compiled = self._compiled
        return cheapest_place(compiled.problem, compiled.routes, compiled.search, settings, visit)

    def costs(self, visit: int) -> dict[Place, int]:
        """Of all places where a visit can go, by trying each."""
        instance, orders = self._instance, self.orders
        return {
            (option, shift, stop): route_cost(instance, shift, order) - route_cost(instance, shift, orders[shift])
            for option, shift, stop, order in places(instance, orders, visit)
        }

    def is_beside_the_nearest(self, place: Place) -> bool:
        option, shift, stop = place
        rows, near = self._compiled.problem.options, self._compiled.problem.near_options
        first = max(first for first in range(option + 1) if near[first, 0] >= 0)
        nearest = rows[near[first, 0]]
        around = self.orders[shift][max(0, stop - 1) : stop + 1]
        return any(
            rows[other, VISIT] == nearest[VISIT] and rows[other, LOCATION] == nearest[LOCATION] for other in around
        )


@pytest.fixture(autouse=True)
def places_that_are_near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flatten_near, "TRIED_EVERYWHERE", 0)


@pytest.mark.parametrize("is_torn", [True, False])
def test_a_visit_that_is_spared_the_rest_goes_on_a_torn_route_or_an_empty_one_and_anywhere_when_none_is_torn(
    is_torn: bool,
) -> None:
    dearer = 0
    for seed in range(400):
        torn = Torn(seed, is_torn=is_torn)
        for visit in torn.left:
            costs = torn.costs(visit)
            open_to_it = [
                cost for (_, shift, _), cost in costs.items() if not is_torn or shift == 0 or not torn.orders[shift]
            ]
            least = min(open_to_it, default=LEFT_OUT)
            found = torn.cheapest(visit, BESIDE_NONE)
            assert found == min(least, LEFT_OUT)
            dearer += found > min(costs.values(), default=found)
    assert (dearer > 20) == is_torn


def test_a_visit_goes_beside_one_of_so_many_nearest_places_where_it_can() -> None:
    beside = 0
    for seed in range(400):
        torn = Torn(seed)
        for visit in torn.left:
            costs = torn.costs(visit)
            near = [cost for place, cost in costs.items() if torn.is_beside_the_nearest(place)]
            if near and min(near) < LEFT_OUT:
                empty = [cost for (_, shift, _), cost in costs.items() if not torn.orders[shift]]
                found = torn.cheapest(visit, BESIDE_ONE)
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
