"""Ruin and recreate: tear strings of neighbouring visits out of some routes, put them back greedily, keep what pays.

After Christiaens and Vanden Berghe 2020, "Slack induction by string removals", doi 10.1287/trsc.2019.0914: strings near
one seed visit are removed, and reinserted in one of several orders with simulated annealing deciding what is kept.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from scheduler.solver.instance import Instance
from scheduler.solver.routes import Routes, route_cost, total_cost

AVERAGE_REMOVED = 10
LONGEST_STRING = 10
HOTTEST_SECONDS = 1_000.0
COLDEST_SECONDS = 10.0

Orders = list[list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How far the search is, and who is told.

    Attributes:
        progress: The share of the budget used, 0 to 1; at 1 or above the search ends.
        on_better: Told the cost in whole seconds of each better solution, and the visits left out of it.
    """

    progress: Callable[[int], float]
    on_better: Callable[[int, int], None]


def ruin_and_recreate(instance: Instance, orders: Sequence[Sequence[int]], *, seed: int, search: Search) -> Orders:
    """Improve feasible orders until the budget is used.

    Args:
        instance: The problem.
        orders: By shift, options in order; feasible.
        seed: Of all randomness.
        search: The budget, asked once an iteration.
    """
    state = _State(instance, orders, Random(seed))
    iteration = 0
    while (share := search.progress(iteration)) < 1.0:
        before = state.best_cost
        state.step(HOTTEST_SECONDS * (COLDEST_SECONDS / HOTTEST_SECONDS) ** share)
        if state.best_cost < before:
            search.on_better(state.best_cost, len(state.left_out))
        iteration += 1
    return state.best


class _State:
    """The current and the best orders; a step changes few routes, so only those are copied and costed."""

    def __init__(self, instance: Instance, orders: Sequence[Sequence[int]], random: Random) -> None:
        self.instance = instance
        self.random = random
        self.routes = Routes(instance, orders)
        self.cost = total_cost(instance, orders)
        self.best = [list(order) for order in orders]
        self.best_cost = self.cost
        self.left_out = set(range(len(instance.visit_ids))) - self.routes.assigned
        self._near = _Neighbourhoods(instance)

    def step(self, temperature: float) -> None:
        """Ruin, recreate, and keep the result when annealing at `temperature` says so."""
        places = self._places()
        if not places:
            return
        removed = self._ruined(places)
        old = {shift: self.routes.orders[shift] for shift in removed}
        left_out_before = set(self.left_out)
        change = -sum(self._route_costs(old))
        for shift, visits in removed.items():
            self.routes.replace(shift, [option for option in old[shift] if self._visit(option) not in visits])
        touched = set(removed)
        freed = set().union(*removed.values())
        for visit in self._ordered(freed | self.left_out):
            shifts = None if visit in freed else sorted(touched)
            found = self.routes.cheapest(visit, below=self.instance.penalties[visit], shifts=shifts)
            if found is None:
                self.left_out.add(visit)
                continue
            if found.shift not in old:
                old[found.shift] = list(self.routes.orders[found.shift])
                change -= route_cost(self.instance, found.shift, old[found.shift])
            self.left_out.discard(visit)
            self.routes.insert(found)
        change += sum(route_cost(self.instance, shift, self.routes.orders[shift]) for shift in old)
        change += sum(self.instance.penalties[visit] for visit in self.left_out - left_out_before)
        change -= sum(self.instance.penalties[visit] for visit in left_out_before - self.left_out)
        if change < -temperature * math.log(1.0 - self.random.random()):
            self._keep(change)
        else:
            self.left_out = left_out_before
            for shift, order in old.items():
                self.routes.replace(shift, order)

    def _keep(self, change: int) -> None:
        self.cost += change
        if self.cost < self.best_cost:
            self.best_cost = self.cost
            self.best = [list(order) for order in self.routes.orders]

    def _route_costs(self, orders: dict[int, list[int]]) -> list[int]:
        return [route_cost(self.instance, shift, order) for shift, order in orders.items()]

    def _visit(self, option: int) -> int:
        return self.instance.options[option].visit

    def _places(self) -> dict[int, tuple[int, int]]:
        """Where each visit stands: its shift and index."""
        return {
            self._visit(option): (shift, index)
            for shift, order in enumerate(self.routes.orders)
            for index, option in enumerate(order)
        }

    def _is_numbered(self, order: list[int]) -> bool:
        instance = self.instance
        return instance.has_positions and any(instance.positions[self._visit(option)] is not None for option in order)

    def _ruined(self, places: dict[int, tuple[int, int]]) -> dict[int, set[int]]:
        """Strings of visits to take out, by shift, around one random visit."""
        random = self.random
        longest = min(LONGEST_STRING, len(places) / max(1, len({shift for shift, _ in places.values()})))
        strings = math.floor(random.uniform(1.0, 4 * AVERAGE_REMOVED / (1 + max(1.0, longest)))) or 1
        seed = random.randrange(len(self.instance.visit_ids))
        removed: dict[int, set[int]] = {}
        for visit in self._near.of(seed):
            if len(removed) >= strings:
                break
            if visit not in places or places[visit][0] in removed:
                continue
            shift, index = places[visit]
            removed[shift] = self._string(self.routes.orders[shift], index, longest)
        return removed

    def _string(self, order: list[int], index: int, longest: float) -> set[int]:
        if self._is_numbered(order):
            # A gap would move a visit off its pinned position: all or nothing.
            return {self._visit(option) for option in order}
        length = math.floor(self.random.uniform(1.0, min(len(order), longest) + 1.0))
        length = min(max(1, length), len(order))
        first = self.random.randint(max(0, index - length + 1), min(index, len(order) - length))
        return {self._visit(option) for option in order[first : first + length]}

    def _ordered(self, visits: set[int]) -> list[int]:
        """The visits in one of three orders: any, most expensive to leave out first, or farthest first."""
        order = sorted(visits)
        self.random.shuffle(order)
        rule = self.random.random()
        if rule < 0.5:
            order.sort(key=lambda visit: -self.instance.penalties[visit])
        elif rule < 0.7:
            order.sort(key=self._near.farness, reverse=True)
        return order


class _Neighbourhoods:
    """The visits in order of travel from a visit's first option, worked out when first asked for."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._located = [
            (visit, instance.options[options[0]].call.location)
            for visit, options in enumerate(instance.options_of)
            if options
        ]
        self._location = dict(self._located)
        self._known: dict[int, list[int]] = {}

    def of(self, visit: int) -> list[int]:
        """All visits that have an option, the nearest first; none for a visit without an option."""
        if visit not in self._location:
            return []
        if visit not in self._known:
            row = self._instance.travel[self._location[visit]]
            self._known[visit] = [other for _, other in sorted((row[there], other) for other, there in self._located)]
        return self._known[visit]

    def farness(self, visit: int) -> int:
        """Travel from the first shift's start."""
        if visit not in self._location:
            return 0
        return self._instance.travel[self._instance.frames[0].start_location][self._location[visit]]
