"""All routes of a kind of shift that are worth enough: the cheapest one for each set of visits."""

from collections.abc import Iterator

import numpy as np

from scheduler.solver.instance import Instance
from scheduler.solver.kernels.arrays import Ints, Longs
from scheduler.solver.kernels.completions import NO_LABEL
from scheduler.solver.kernels.enumerate import Beginnings, FoundRoutes, enumerate_routes
from scheduler.solver.kinds import Kind
from scheduler.solver.pool import PooledRoute
from scheduler.solver.pricing import Pricer
from scheduler.solver.routes import route_cost

# Room for labels and routes of one kind; powers of two.
MOST_LABELS = 1 << 20
MOST_ROUTES = 1 << 12


class Enumeration:
    """Lists routes of an instance."""

    def __init__(self, instance: Instance, pricer: Pricer) -> None:
        """Make room for labels; the pricer is the instance's own."""
        self._instance = instance
        self._pricer = pricer
        self._labels = Beginnings(
            done=_longs(MOST_LABELS),
            worth=_longs(MOST_LABELS),
            departs=_ints(MOST_LABELS),
            option=_ints(MOST_LABELS),
            taken=_ints(MOST_LABELS),
            before=_ints(MOST_LABELS),
            following=_ints(MOST_LABELS),
            # Tables at most half full are quick.
            chains=_ints(2 * MOST_LABELS),
        )
        self._found = FoundRoutes(label=_ints(MOST_ROUTES), worth=_longs(MOST_ROUTES), slots=_ints(2 * MOST_ROUTES))

    def routes(self, kind: Kind, worths: Longs, need: int, effort: Longs) -> list[PooledRoute] | None:
        """All routes that are worth `need`, the cheapest one for each set of visits.

        Args:
            kind: Of shift.
            worths: By option, in parts of a second, legs left out.
            need: In parts of a second.
            effort: Is added to.

        Returns:
            None when there is too much to look at.
        """
        pricer = self._pricer
        if not pricer.find_ways(kind, worths, need, effort):
            return None
        count = enumerate_routes(
            pricer.problem, kind.arrays, worths, pricer.ways, need, self._labels, self._found, effort
        )
        return None if count < 0 else list(self._pooled(kind, self._found.label[:count]))

    def _pooled(self, kind: Kind, last: Ints) -> Iterator[PooledRoute]:
        stops: list[Ints] = []
        while np.any(last):
            # Label 0 is the start, where a shorter route waits for the longer ones.
            stops.append(self._labels.option[last])
            last = np.where(last > 0, self._labels.before[last], 0)
        for row in np.array(stops[::-1], dtype=np.int32).T.tolist():
            order = tuple(option for option in row if option != NO_LABEL)
            yield PooledRoute(kind=kind.number, cost=route_cost(self._instance, kind.shifts[0], order), order=order)


def _ints(size: int) -> Ints:
    return np.empty(size, dtype=np.int32)


def _longs(size: int) -> Longs:
    return np.empty(size, dtype=np.int64)
