"""Large problems are divided among searches: each has routes of its own for a round, so that all cores do new work.

Searches of the same whole problem mostly find the same things; at a thousand visits half the routes keep one search
busy. The border between them is drawn anew each round. Only costs that are sums over routes can be divided.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.solver.instance import Instance
from scheduler.solver.kernels.arrays import NO_WAY, Ints, ProblemArrays, RouteArrays

# With fewer visits for each search, the border is too near everywhere, and too few visits that are left out could take
# the place of one another (measured: at 300 visits in two parts 1.5 % worse, at 1,000 better by half a percent).
LEAST_VISITS_EACH = 250

type Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """Who has what for a round.

    Attributes:
        of_shift: The search that each shift belongs to.
        of_visit: The search that may put a visit in that is left out.
    """

    of_shift: Ints
    of_visit: Ints


def is_worth_dividing(instance: Instance, parts: int) -> bool:
    """Whether an instance can be divided into so many parts, and is large enough to gain by it."""
    is_large = parts > 1 and len(instance.visit_ids) >= parts * LEAST_VISITS_EACH
    return is_large and not instance.terms.unfairness


class Divider:
    """Draws borders through the routes of one instance."""

    def __init__(self, instance: Instance, problem: ProblemArrays, *, parts: int, seed: Sequence[int]) -> None:
        """Make ready for so many parts; the seed decides on the borders."""
        self._parts = parts
        self._random = np.random.default_rng(list(seed))
        self._bundle_of_shift = _bundles(instance)
        travel = problem.travel_back.T
        longest = travel.max(where=travel < NO_WAY, initial=0)
        # A row is where a stop of a route is, as its crew travels from there.
        self._travel = np.ascontiguousarray(np.minimum(travel, longest).astype(np.float32))

    def divide(self, routes: RouteArrays) -> Division:
        """Divide so that each part has about as many visits, near each other."""
        bundles = int(self._bundle_of_shift.max()) + 1
        visits = np.bincount(self._bundle_of_shift, weights=routes.length, minlength=bundles)
        of_bundle = np.arange(bundles, dtype=np.int32) % self._parts
        busy = np.flatnonzero(visits)
        if len(busy):
            self._bisect(busy, visits, self._middles(routes, bundles, visits), 0, self._parts, of_bundle)
        return Division(
            of_shift=of_bundle[self._bundle_of_shift],
            of_visit=self._random.integers(self._parts, size=len(routes.where), dtype=np.int32),
        )

    def _middles(self, routes: RouteArrays, bundles: int, visits: Floats) -> Floats:
        """[location, bundle] mean travel from a location to the visits of a bundle."""
        sums = np.zeros((bundles, self._travel.shape[1]), dtype=np.float32)
        for shift in np.flatnonzero(routes.length):
            stops = routes.locations[shift, 1 : routes.length[shift] + 1]
            sums[self._bundle_of_shift[shift]] += self._travel[stops].sum(axis=0)
        return (sums / np.maximum(visits, 1.0)[:, None]).T

    def _bisect(
        self, own: npt.NDArray[np.int64], visits: Floats, middles: Floats, first: int, parts: int, of_bundle: Ints
    ) -> None:
        """Give bundles to so many parts from the first: halve them between two that lie far apart, and go on."""
        if parts == 1:
            of_bundle[own] = first
            return
        here = middles[self._random.integers(len(middles)), own]
        far = own[here.argmax()]
        there = middles[middles[:, far].argmin(), own]
        order = own[np.argsort(here - there, kind="stable")]
        less = parts // 2
        share = np.cumsum(visits[order]) - visits[order] / 2
        is_first = share < visits[own].sum() * less / parts
        self._bisect(order[is_first], visits, middles, first, less, of_bundle)
        self._bisect(order[~is_first], visits, middles, first + less, parts - less, of_bundle)


def _bundles(instance: Instance) -> Ints:
    """A number for each shift, equal where a limit counts visits of several of them: those stay together."""
    bundles = list(range(len(instance.frames)))

    def first_of(shift: int) -> int:
        while bundles[shift] != shift:
            shift = bundles[shift]
        return shift

    for limit in instance.limits:
        for shift in limit.shifts[1:]:
            one, other = first_of(limit.shifts[0]), first_of(shift)
            bundles[max(one, other)] = min(one, other)
    firsts = [first_of(shift) for shift in range(len(bundles))]
    numbers = {first: number for number, first in enumerate(dict.fromkeys(firsts))}
    return np.array([numbers[first] for first in firsts], dtype=np.int32)
