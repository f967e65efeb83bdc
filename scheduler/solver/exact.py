"""A proof of optimality for small problems.

1. `relaxation` bounds what any plan can gain. Where that is not a second more than the known plan gains, this plan is
   optimal.
2. Otherwise, at the prices of the bound, a route that is worth too little is in no better plan. All other routes are
   enumerated, the cheapest one for each set of visits.
3. The best choice among them (`recombine`) is the best of all plans.

The bound and the enumeration take turns, for a weak bound may do where few routes are possible at all.

After Baldacci, Christofides and Mingozzi 2008, doi 10.1007/s10107-007-0178-5.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.solver.enumeration import Enumeration
from scheduler.solver.instance import Instance
from scheduler.solver.kernels.completions import LOOKS, MOST_LOOKS, PARTS
from scheduler.solver.kinds import has_few_visits
from scheduler.solver.pool import PooledRoute, RoutePool
from scheduler.solver.pricing import Pricer
from scheduler.solver.recombine import MOST_RELAXED, Packed, PackingLimits, known_routes, pack
from scheduler.solver.relaxation import Bound, Relaxation
from scheduler.solver.routes import total_cost

Orders = list[list[int]]

# Larger penalties could leave 64 bits when routes are worth parts of a second.
MOST_PENALTIES = 1 << 50
# Of CP-SAT's effort, for a first choice among the routes of the relaxation.
FIRST_CHOICE_SHARE = 0.2
# In labels; each turn is twice as long as the last.
FIRST_TURN = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofLimits:
    """When to give up; no clock acts.

    Attributes:
        labels: How many may be looked at, made or met; measured, up to 100 million a second.
        effort: Of CP-SAT, in its deterministic time.
        seed: Of CP-SAT's randomness.
        threads: Of CP-SAT; one gives equal proofs for equal problems.
    """

    labels: int = 50_000_000
    effort: float = 0.4
    seed: int = 0
    threads: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The best orders found, and what no plan undercuts.

    Attributes:
        orders: By shift; those given unless better ones were found.
        lower_bound: No plan of the instance costs less; None when nothing was proven. The orders are optimal when they
            cost no more.
    """

    orders: Orders
    lower_bound: int | None


def prove(
    instance: Instance, orders: Sequence[Sequence[int]], *, limits: ProofLimits, should_stop: Callable[[], bool]
) -> Proof:
    """Find out how little a plan can cost, and the plan that does.

    Args:
        instance: The problem; declined when costs depend on times, shifts have capacities, or a crew may make more
            than 62 visits.
        orders: The best plan known, by shift; the better it is, the larger problems are proven.
        limits: When to give up.
        should_stop: The caller's wish to stop, asked between steps of a fraction of a second.
    """
    known = [list(order) for order in orders]
    is_too_rich = sum(instance.penalties) >= MOST_PENALTIES
    if instance.is_timed or instance.capacities or is_too_rich or not has_few_visits(instance):
        return Proof(orders=known, lower_bound=None)
    return _Prover(instance, limits, should_stop).prove(known)


def compile_proof(instance: Instance) -> None:
    """Compile all that a proof may need, with an instance as small as can be."""
    _Prover(instance, ProofLimits(), lambda: False).take_every_step()


class _Prover:
    def __init__(self, instance: Instance, limits: ProofLimits, should_stop: Callable[[], bool]) -> None:
        self._instance = instance
        self._limits = limits
        self._should_stop = should_stop
        self._pricer = Pricer(instance)
        self._enumeration = Enumeration(instance, self._pricer)
        self._effort = np.array([0, limits.labels], dtype=np.int64)
        self._all_penalties = sum(instance.penalties)

    def prove(self, orders: Orders) -> Proof:
        known = known_routes(self._instance, self._pool([]), orders)
        relaxation = Relaxation(self._instance, self._pricer, known)
        turn, least_cost = FIRST_TURN, 0
        while True:
            until = int(self._effort[LOOKS]) + turn
            is_last = relaxation.tighten(self._better(orders), until, self._effort, self._should_stop)
            bound = relaxation.bound
            if bound is None:
                return Proof(orders=orders, lower_bound=None)
            if turn == FIRST_TURN and not self._is_met(bound, orders):
                routes = filter(self._can_be_made, relaxation.routes.values())
                orders = self._packed(routes, orders, FIRST_CHOICE_SHARE).orders
            if self._is_met(bound, orders):
                break
            packed = self._best_choice(bound, orders, self._limits.labels if is_last else turn)
            if packed is not None:
                orders, least_cost = packed.orders, packed.least_cost or 0
            if packed is not None or is_last:
                break
            turn *= 2
        least_cost = max(least_cost, self._all_penalties - bound.parts // PARTS)
        return Proof(orders=orders, lower_bound=min(least_cost, total_cost(self._instance, orders)))

    def take_every_step(self) -> None:
        """Enumerate routes even where the relaxation alone proves the plan without visits wrong."""
        orders: Orders = [[] for _ in self._instance.frames]
        relaxation = Relaxation(self._instance, self._pricer, [])
        relaxation.tighten(self._better(orders), self._limits.labels, self._effort, self._should_stop)
        if relaxation.bound is not None:
            self._best_choice(relaxation.bound, orders, self._limits.labels)

    def _best_choice(self, bound: Bound, orders: Orders, labels: int) -> Packed | None:
        """The best plan of all, and what no plan undercuts; None when so many labels do not suffice."""
        self._effort[MOST_LOOKS] = min(self._limits.labels, self._effort[LOOKS] + labels)
        routes = self._promising(bound, orders)
        self._effort[MOST_LOOKS] = self._limits.labels
        return None if routes is None else self._packed(routes, orders, 1.0 - FIRST_CHOICE_SHARE)

    def _promising(self, bound: Bound, orders: Orders) -> list[PooledRoute] | None:
        """All routes that can be in a better plan; None when they are too many."""
        routes: list[PooledRoute] = []
        for kind, worths, best in zip(self._pricer.kinds, bound.worths, bound.best, strict=True):
            # A plan gains less than the bound by what its route is worth less than the best one of this kind.
            need = self._better(orders) - bound.parts + best
            found = None if self._should_stop() else self._enumeration.routes(kind, worths, need, self._effort)
            if found is None or len(routes) + len(found) > MOST_RELAXED:
                return None
            routes.extend(found)
        return routes

    def _packed(self, routes: Iterable[PooledRoute], orders: Orders, share: float) -> Packed:
        limits = self._limits
        packing = PackingLimits(
            seconds=None,
            effort=share * limits.effort,
            seed=limits.seed,
            threads=limits.threads,
            should_stop=self._should_stop,
        )
        return pack(self._instance, self._pool(routes), orders, packing)

    def _pool(self, routes: Iterable[PooledRoute]) -> RoutePool:
        return RoutePool(routes=list(routes), shifts_of_kind=[kind.shifts for kind in self._pricer.kinds])

    def _can_be_made(self, route: PooledRoute) -> bool:
        """Whether a route of the relaxation visits nobody twice and keeps pinned positions."""
        visits = [self._instance.options[option].visit for option in route.order]
        positions = [self._instance.positions[visit] for visit in visits]
        return len(set(visits)) == len(visits) and all(
            position in {None, number} for number, position in enumerate(positions, start=1)
        )

    def _better(self, orders: Orders) -> int:
        """What a plan better than these orders gains at least, in parts of a second."""
        return (self._all_penalties - total_cost(self._instance, orders) + 1) * PARTS

    def _is_met(self, bound: Bound, orders: Orders) -> bool:
        return bound.parts < self._better(orders)
