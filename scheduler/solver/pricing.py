"""The best routes of a kind of shift when visits have prices, by labels from both ends of the shift."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scheduler.solver.instance import Instance
from scheduler.solver.kernels.arrays import Ints, Longs
from scheduler.solver.kernels.completions import NO_LABEL, NO_NEED, Completions, best_closings, complete
from scheduler.solver.kernels.flatten import problem_arrays
from scheduler.solver.kinds import Kind, kinds_of, mirrored
from scheduler.solver.pool import PooledRoute
from scheduler.solver.routes import route_cost

MOST_LABELS = 1 << 18
ALL_BITS = -1
NO_BITS = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """Good routes, and what the best of all routes is worth; that is at least 0, for a shift need not be used."""

    best: int
    routes: list[PooledRoute]


class Pricer:
    """Finds the best routes of a kind at any worths of the options, given in parts of a second.

    Attributes:
        problem: The instance, flat.
        kinds: Of its shifts.
        ways: To finish a route, of the kind asked for last.
    """

    def __init__(self, instance: Instance) -> None:
        """Get ready for an instance."""
        mirror = mirrored(instance)
        self.problem = problem_arrays(instance)
        self._backwards = problem_arrays(mirror)
        self.kinds = kinds_of(instance, self.problem, mirror, self._backwards)
        self.ways = _room(instance)
        self._ways_back = _room(instance)
        self._instance = instance

    def some(self, kind: Kind, worths: Longs, effort: Longs) -> Priced | None:
        """Good routes, soon found, and the best of these; None when there is too much to look at."""
        made = complete(self.problem, kind.arrays, worths, NO_BITS, NO_NEED, self.ways, self.ways, effort)
        return None if made < 0 else self._closed(kind)

    def best(self, kind: Kind, worths: Longs, effort: Longs) -> Priced | None:
        """Good routes, and the best of all; None when there is too much to look at."""
        some = self.some(kind, worths, effort)
        if some is None or not self.find_ways(kind, worths, some.best, effort):
            return None
        found = self._closed(kind)
        return Priced(best=max(some.best, found.best), routes=some.routes + found.routes)

    def find_ways(self, kind: Kind, worths: Longs, need: int, effort: Longs) -> bool:
        """Fill `ways` with all that can end a route worth `need`; False when there is too much to look at."""
        back = self._ways_back
        if complete(self._backwards, kind.mirrored, worths, ALL_BITS, NO_NEED, back, back, effort) < 0:
            return False
        return complete(self.problem, kind.arrays, worths, ALL_BITS, need, back, self.ways, effort) >= 0

    def _closed(self, kind: Kind) -> Priced:
        first = np.empty(len(self._instance.options), dtype=np.int32)
        best = best_closings(self.problem, kind.arrays, self.ways, first)
        return Priced(best=best, routes=list(self._routes(kind, first)))

    def _routes(self, kind: Kind, first: Ints) -> Iterator[PooledRoute]:
        options, after = self.ways.option, self.ways.after
        for label in first[first != NO_LABEL].tolist():
            order: list[int] = []
            while label != NO_LABEL:
                order.append(int(options[label]))
                label = after[label]
            cost = route_cost(self._instance, kind.shifts[0], order)
            yield PooledRoute(kind=kind.number, cost=cost, order=tuple(order))


def _room(instance: Instance) -> Completions:
    def ints() -> Ints:
        return np.empty(MOST_LABELS, dtype=np.int32)

    def longs() -> Longs:
        return np.empty(MOST_LABELS, dtype=np.int64)

    return Completions(
        head=np.empty(len(instance.options), dtype=np.int32),
        following=ints(),
        worth=longs(),
        latest=ints(),
        memory=longs(),
        option=ints(),
        taken=ints(),
        length=ints(),
        after=ints(),
    )
