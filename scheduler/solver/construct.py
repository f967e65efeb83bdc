"""A first solution at every size: the visit that would lose most by waiting goes in next, where it is cheapest.

Regret insertion (Potvin and Rousseau 1993, doi 10.1016/0377-2217(93)90221-8) over shifts, with leaving the visit out as
the last resort that every visit has. OR-Tools' own first-solution strategies need half a minute at 300 visits with
alternatives; this needs a second or two there, because an insertion is judged from its two neighbours (see `timing`).
"""

from collections.abc import Callable, Iterable
from heapq import nsmallest
from random import Random

from scheduler.solver.instance import Instance
from scheduler.solver.routes import Insertion, Routes
from scheduler.solver.timing import NEVER

# The best places compared: with two, whole districts are left for last; more than three changed little in trials.
COMPARED = 3


def construct(
    instance: Instance, *, seed: int, should_hurry: Callable[[], bool], should_stop: Callable[[], bool]
) -> Routes:
    """Insert visits while an insertion costs less than leaving the visit out.

    Args:
        instance: The problem.
        seed: Breaks ties between equal visits.
        should_hurry: Asked between visits; once it says yes, the rest goes in by falling penalty.
        should_stop: Asked between visits; once it says yes, the rest stays out.
    """
    routes = Routes(instance)
    visits = list(range(len(instance.visit_ids)))
    Random(seed).shuffle(visits)
    pinned = sorted(
        (visit for visit in visits if instance.positions[visit]), key=lambda visit: instance.positions[visit] or 0
    )
    insert_while_it_pays(routes, pinned, should_stop=should_hurry)
    waiting = _Waiting(routes, [visit for visit in visits if visit not in routes.assigned], should_hurry)
    while not should_hurry() and waiting.insert_next():
        pass
    left = sorted(set(visits) - routes.assigned, key=lambda visit: -instance.penalties[visit])
    insert_while_it_pays(routes, left, should_stop=should_stop)
    return routes


def insert_while_it_pays(routes: Routes, visits: Iterable[int], *, should_stop: Callable[[], bool]) -> None:
    """Insert visits in the order given, again and again until no insertion is cheaper than its penalty."""
    waiting = list(visits)
    while waiting:
        left: list[int] = []
        for visit in waiting:
            found = None if should_stop() else routes.cheapest(visit, below=routes.instance.penalties[visit])
            if found is None:
                left.append(visit)
            else:
                routes.insert(found)
        # An insertion can open a pinned position further down a route, so those left out are tried again.
        if len(left) == len(waiting) or should_stop():
            return
        waiting = left


class _Waiting:
    """The visits not yet placed, each with its cheapest insertion per shift and its regret."""

    def __init__(self, routes: Routes, visits: list[int], should_hurry: Callable[[], bool]) -> None:
        self._routes = routes
        self._best: dict[int, dict[int, Insertion]] = {}
        self._regret: dict[int, int] = {}
        for visit in visits:
            if should_hurry():
                return
            shifts = {shift for option in self._options(visit) for shift in routes.instance.allowed_shifts[option]}
            found = ((shift, self._cheapest_on(visit, shift)) for shift in sorted(shifts))
            self._best[visit] = {shift: insertion for shift, insertion in found if insertion is not None}
            self._rate(visit)

    def insert_next(self) -> bool:
        """Place the visit of the largest regret; False when no insertion is left that pays."""
        if not self._regret:
            return False
        visit = max(self._regret, key=self._regret.__getitem__)
        chosen = min(self._best.pop(visit).values())
        del self._regret[visit]
        self._routes.insert(chosen)
        limits = self._routes.instance.limits_of_shift[chosen.shift]
        for shift in sorted({chosen.shift}.union(*(limit.shifts for limit in limits))):
            for other, best in self._best.items():
                # A route that had no room for a visit has none after another went in.
                if shift in best:
                    self._update(other, shift)
        return True

    def _update(self, visit: int, shift: int) -> None:
        best = self._best[visit]
        found = self._cheapest_on(visit, shift)
        if found is None:
            del best[shift]
        elif found == best[shift]:
            return
        else:
            best[shift] = found
        self._rate(visit)

    def _rate(self, visit: int) -> None:
        penalty = self._routes.instance.penalties[visit]
        costs = nsmallest(COMPARED, (insertion.cost for insertion in self._best[visit].values()))
        self._regret.pop(visit, None)
        if costs and costs[0] < penalty:
            worse = [min(cost, penalty) for cost in costs[1:]] + [penalty] * (COMPARED - len(costs))
            self._regret[visit] = sum(worse) - (COMPARED - 1) * costs[0]

    def _cheapest_on(self, visit: int, shift: int) -> Insertion | None:
        return self._routes.cheapest(visit, below=NEVER, shifts=(shift,))

    def _options(self, visit: int) -> tuple[int, ...]:
        return self._routes.instance.options_of[visit]
