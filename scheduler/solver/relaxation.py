"""What no plan can gain: the linear relaxation of choosing routes, by column generation.

Each visit, and each limit of a person's day, has a price; a visit is worth its penalty to a crew, less its price and
what it costs that crew. At any prices no plan gains more than all prices and the worth of the best route of each
shift, so every exact round of pricing gives a bound in whole numbers. The prices come from the relaxation over the
routes found so far, drawn towards those of the best bound, which calms them (Wentges 1997,
doi 10.1111/1475-3995.d01-30).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.linear_solver import pywraplp

from scheduler.solver.instance import Instance
from scheduler.solver.kernels.arrays import Floats, Longs
from scheduler.solver.kernels.completions import LOOKS, MOST_LOOKS, PARTS
from scheduler.solver.kinds import Kind
from scheduler.solver.pool import PooledRoute
from scheduler.solver.pricing import Pricer

# How far prices are drawn towards those of the best bound.
CALM = 0.5
# Of the effort, for rounds that find routes soon and give no bound.
EXACT_AFTER = 0.2
# The bound and the relaxation have met when they are so near; seconds.
NEAR_ENOUGH = 0.5
# What each route costs the linear solver, measured, in labels that could be looked at meanwhile.
LOOKS_OF_ROUTE = 500
# A route enters the relaxation when it promises more than this; seconds.
LEAST_PROMISE = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """No plan gains more than `parts` parts of a second over one that leaves out every visit.

    Attributes:
        parts: The bound.
        worths: By kind and option, at the prices of this bound.
        best: By kind, what its best route is worth at these prices.
    """

    parts: int
    worths: Sequence[Longs]
    best: Sequence[int]


class Relaxation:
    """The relaxation of one instance, and the best bound so far.

    Attributes:
        bound: None before the first exact round of pricing.
        routes: By kind and order, all that entered it; some come twice to a visit or break a pinned position.
    """

    def __init__(self, instance: Instance, pricer: Pricer, known: Iterable[PooledRoute]) -> None:
        """Begin with known routes.

        Args:
            instance: The problem.
            pricer: Of the same.
            known: The routes of the best plan.
        """
        self.bound: Bound | None = None
        self.routes: dict[tuple[int, tuple[int, ...]], PooledRoute] = {}
        self._pricer = pricer
        self._master = _Master(instance, pricer.kinds)
        self._center: Floats | None = None
        self._is_exact = False
        self._calm = 0.0
        self._add(known)

    def tighten(self, target: int, until: int, effort: Longs, should_stop: Callable[[], bool]) -> bool:
        """Price in rounds; the first exact round is waited for.

        Args:
            target: A bound below it is of no more use than one at it, in parts of a second.
            until: No later round begins with more labels looked at.
            effort: Is added to.
            should_stop: The caller's wish to stop.

        Returns:
            Whether there is no use in going on.
        """
        while self.bound is None or effort[LOOKS] <= until:
            effort[LOOKS] += LOOKS_OF_ROUTE * len(self.routes)
            relaxed = None if should_stop() else self._master.solve()
            found = None if relaxed is None else self._price(self._calmed(relaxed.prices), effort)
            if relaxed is None or found is None:
                return True
            is_better = self._add(
                route for route in found if self._master.promise(route, relaxed.prices) > LEAST_PROMISE
            )
            if self._is_exact and (self._has_met(relaxed.gain, target) or not (is_better or self._calm)):
                return True
            self._is_exact = self._is_exact or not is_better or effort[LOOKS] > EXACT_AFTER * effort[MOST_LOOKS]
            self._calm = CALM if is_better else 0.0
        return False

    def _add(self, routes: Iterable[PooledRoute]) -> bool:
        """Whether any of them is new."""
        before = len(self.routes)
        for route in routes:
            if (route.kind, route.order) not in self.routes:
                self.routes[route.kind, route.order] = route
                self._master.add(route)
        return len(self.routes) > before

    def _calmed(self, prices: Floats) -> Floats:
        return prices if self._center is None else self._calm * self._center + (1.0 - self._calm) * prices

    def _has_met(self, gain: float, target: int) -> bool:
        near = max(target, int((gain + NEAR_ENOUGH) * PARTS))
        return self.bound is not None and self.bound.parts < near

    def _price(self, prices: Floats, effort: Longs) -> list[PooledRoute] | None:
        """Good routes at these prices, and in an exact round a bound; None when there is too much to look at."""
        whole = np.rint(prices * PARTS).astype(np.int64)
        worths = [self._master.worths(kind, whole) for kind in self._pricer.kinds]
        price = self._pricer.best if self._is_exact else self._pricer.some
        routes: list[PooledRoute] = []
        best: list[int] = []
        for kind, worth in zip(self._pricer.kinds, worths, strict=True):
            priced = price(kind, worth, effort)
            if priced is None:
                return None
            best.append(priced.best)
            routes.extend(priced.routes)
        if self._is_exact:
            parts = self._master.total(whole) + sum(
                len(kind.shifts) * most for kind, most in zip(self._pricer.kinds, best, strict=True)
            )
            if self.bound is None or parts < self.bound.parts:
                self.bound = Bound(parts=parts, worths=worths, best=best)
                self._center = prices
        return routes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Relaxed:
    """The best mix of routes: what it gains, and the price of each row of the relaxation."""

    gain: float
    prices: Floats


class _Master:
    """The relaxation over the routes found so far; its rows are the visits, the kinds and the limits."""

    def __init__(self, instance: Instance, kinds: Sequence[Kind]) -> None:
        self._instance = instance
        self._kinds = kinds
        self._visits = len(instance.visit_ids)
        self._mosts = np.array(
            [1] * self._visits + [len(kind.shifts) for kind in kinds] + [limit.most for limit in instance.limits],
            dtype=np.int64,
        )
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        self._rows = [self._solver.Constraint(-self._solver.infinity(), float(most)) for most in self._mosts]
        self._solver.Objective().SetMaximization()

    def add(self, route: PooledRoute) -> None:
        """Add a route."""
        variable = self._solver.NumVar(0.0, self._solver.infinity(), "")
        self._solver.Objective().SetCoefficient(variable, float(self._gain(route)))
        for row, weight in self._weights(route).items():
            self._rows[row].SetCoefficient(variable, float(weight))

    def solve(self) -> _Relaxed | None:
        """The best mix; None when the linear solver fails."""
        if self._solver.Solve() != pywraplp.Solver.OPTIMAL:
            return None
        prices = np.array([row.dual_value() for row in self._rows], dtype=np.float64)
        return _Relaxed(gain=self._solver.Objective().Value(), prices=np.maximum(prices, 0.0))

    def promise(self, route: PooledRoute, prices: Floats) -> float:
        """What a route gains above the prices of what it takes."""
        return self._gain(route) - float(sum(prices[row] * weight for row, weight in self._weights(route).items()))

    def worths(self, kind: Kind, prices: Longs) -> Longs:
        """By option, what it is worth to a kind of shift at these prices, all in parts of a second."""
        visits = np.array([option.visit for option in self._instance.options], dtype=np.int64)
        of_limits = int(sum(prices[self._first_limit + limit] for limit in kind.limits))
        return kind.worths * PARTS - prices[visits] - of_limits

    def total(self, prices: Longs) -> int:
        """All that visits and limits can pay at these prices; shifts pay by their best routes."""
        paid = prices * self._mosts
        return int(paid[: self._visits].sum() + paid[self._first_limit :].sum())

    @property
    def _first_limit(self) -> int:
        return self._visits + len(self._kinds)

    def _gain(self, route: PooledRoute) -> int:
        instance = self._instance
        return sum(instance.penalties[instance.options[option].visit] for option in route.order) - route.cost

    def _weights(self, route: PooledRoute) -> Counter[int]:
        weights = Counter(self._instance.options[option].visit for option in route.order)
        weights[self._visits + route.kind] = 1
        for limit in self._kinds[route.kind].limits:
            weights[self._first_limit + limit] = len(route.order)
        return weights
