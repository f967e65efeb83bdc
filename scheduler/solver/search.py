"""One search from nothing to the best orders that the limits allow."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from scheduler.solver.construct import construct, insert_while_it_pays
from scheduler.solver.instance import Instance
from scheduler.solver.routes import Routes, total_cost
from scheduler.solver.routing_model import RoutingLimits, improve
from scheduler.solver.ruin_recreate import Search, ruin_and_recreate

Orders = list[list[int]]

FIRST_SOLUTION_SHARE = 0.3
RUIN_AND_RECREATE_SHARE = 0.75
# Building the model and reading routes into it, measured: 4 s at 1,640 nodes on one core.
MODEL_SECONDS_PER_NODE_SQUARED = 2.5e-6
# A quarter of the time goes to the routing model only where it then searches for longer than it is built.
WORTH_MODELLING = 2
LEAST_MODEL_SECONDS = 0.3
# Reasons, certificate and check after the search, measured: 0.4 s at 1,000 visits and 90 shifts.
FINISH_SECONDS_PER_PAIR = 5e-6
SECONDS_BETWEEN_LOOKS = 0.1
SECONDS_BETWEEN_REMINDERS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLimits:
    """When to stop: exactly one of `seconds` and `iterations` is given.

    Attributes:
        seconds: Wall-clock seconds from the call, kept to one second.
        iterations: Of ruin and recreate, and accepted solutions of the routing model; no clock acts then, and equal
            seeds give equal plans.
        seed: Of all randomness.
    """

    seconds: float | None = 30.0
    iterations: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse no limit, both limits and negative limits."""
        if (self.seconds is None) == (self.iterations is None):
            raise ValueError("give either seconds or iterations")
        if min(self.seconds or 0.0, self.iterations or 0) < 0:
            raise ValueError("a limit cannot be negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a search is: seconds since it began, cost of the best plan so far, visits left out of it."""

    seconds: float
    cost_seconds: int
    unassigned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best orders, by shift; `note` says what a reader of the plan must know about the search."""

    orders: Orders
    note: str | None = None


class _Clock:
    """The limits against the machine's monotonic clock and the caller's wish to stop."""

    def __init__(
        self,
        limits: SearchLimits,
        should_stop: Callable[[], bool],
        *,
        began: float,
        reserved_seconds: float,
        on_look: Callable[[], None],
    ) -> None:
        self._seconds = None if limits.seconds is None else max(0.0, limits.seconds - reserved_seconds)
        self._on_look = on_look
        self._should_stop = should_stop
        self._begin = began
        self._looked = self._begin
        self._stopped = False

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._begin

    def remaining(self) -> float:
        return float("inf") if self._seconds is None else max(0.0, self._seconds - self.elapsed)

    def is_past(self, share: float) -> bool:
        """Whether the caller wants to stop or this share of the seconds is used; asking often is cheap."""
        if self.is_stopped():
            return True
        return self._seconds is not None and self.elapsed >= share * self._seconds

    def is_stopped(self) -> bool:
        now = time.monotonic()
        if not self._stopped and now - self._looked >= SECONDS_BETWEEN_LOOKS:
            self._looked = now
            self._stopped = self._should_stop()
            self._on_look()
        return self._stopped

    def is_over(self) -> bool:
        return self.is_past(1.0)


class _Teller:
    """Tells the caller of each better plan, and of the best so far when nothing better came for a second."""

    def __init__(self, began: float, on_progress: Callable[[Progress], None]) -> None:
        self._began = began
        self._on_progress = on_progress
        self._best: Progress | None = None

    def tell(self, cost: int, left_out: int) -> None:
        if self._best is None or cost < self._best.cost_seconds:
            self._send(cost, left_out)

    def remind(self) -> None:
        best = self._best
        if best is not None and time.monotonic() - self._began - best.seconds >= SECONDS_BETWEEN_REMINDERS:
            self._send(best.cost_seconds, best.unassigned)

    def _send(self, cost: int, left_out: int) -> None:
        self._best = Progress(seconds=time.monotonic() - self._began, cost_seconds=cost, unassigned=left_out)
        self._on_progress(self._best)


def search(
    instance: Instance,
    *,
    limits: SearchLimits,
    engine: str,
    began: float,
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
) -> Found:
    """Find good orders of visits for every shift.

    Args:
        instance: The problem.
        limits: When to stop.
        began: The monotonic time from which the seconds count.
        engine: `auto` runs ruin and recreate and then the routing model, `ortools` the routing model alone; both
            start from the same first solution.
        on_progress: Told of each better plan, and at least about once a second.
        should_stop: The caller's wish to stop with the best so far.
    """
    pairs = len(instance.visit_ids) * len(instance.shift_ids)
    teller = _Teller(began, on_progress)
    clock = _Clock(
        limits,
        should_stop,
        began=began,
        reserved_seconds=FINISH_SECONDS_PER_PAIR * pairs,
        on_look=teller.remind,
    )

    routes = construct(
        instance,
        seed=limits.seed,
        should_hurry=lambda: clock.is_past(FIRST_SOLUTION_SHARE),
        should_stop=clock.is_over,
    )
    orders = routes.orders
    teller.tell(total_cost(instance, orders), _left_out(instance, orders))
    if not any(instance.options_of):
        return Found(orders=orders)
    if engine == "auto":
        orders = _ruined_and_recreated(instance, orders, limits, clock, teller)
    orders, note = _improved(instance, orders, limits, clock, teller)
    finished = Routes(instance, orders)
    visits = sorted(range(len(instance.visit_ids)), key=lambda visit: -instance.penalties[visit])
    left = [visit for visit in visits if visit not in finished.assigned]
    insert_while_it_pays(finished, left, should_stop=clock.is_over)
    teller.tell(total_cost(instance, finished.orders), _left_out(instance, finished.orders))
    return Found(orders=finished.orders, note=note)


def _left_out(instance: Instance, orders: Orders) -> int:
    return len(instance.visit_ids) - sum(len(order) for order in orders)


def _ruined_and_recreated(
    instance: Instance, orders: Orders, limits: SearchLimits, clock: _Clock, teller: _Teller
) -> Orders:
    begin = clock.elapsed
    routing_share = 1.0 - RUIN_AND_RECREATE_SHARE
    is_worth_it = routing_share * clock.remaining() >= WORTH_MODELLING * _model_seconds(instance)
    budget = clock.remaining() * (RUIN_AND_RECREATE_SHARE if is_worth_it else 1.0)

    def share(iteration: int) -> float:
        if clock.is_stopped():
            return 1.0
        if limits.iterations is not None:
            return iteration / limits.iterations if limits.iterations else 1.0
        return (clock.elapsed - begin) / budget if budget > 0 else 1.0

    return ruin_and_recreate(instance, orders, seed=limits.seed, search=Search(progress=share, on_better=teller.tell))


def _model_seconds(instance: Instance) -> float:
    nodes = len(instance.options)
    return LEAST_MODEL_SECONDS + MODEL_SECONDS_PER_NODE_SQUARED * nodes * nodes


def _improved(
    instance: Instance, orders: Orders, limits: SearchLimits, clock: _Clock, teller: _Teller
) -> tuple[Orders, str | None]:
    if clock.is_stopped() or limits.iterations == 0 or clock.remaining() < _model_seconds(instance):
        return orders, "routing model not run: no time for it"
    improvement = improve(
        instance,
        orders,
        limits=RoutingLimits(
            remaining=None if limits.iterations is not None else clock.remaining,
            iterations=limits.iterations,
            seed=limits.seed,
        ),
        should_stop=clock.is_stopped if limits.iterations is not None else clock.is_over,
        on_solution=teller.tell,
    )
    note = "routing model found no assignment; the first search's routes stand" if improvement.failed else None
    return improvement.orders, note
