"""One search from nothing to the best orders that the limits allow."""

from collections.abc import Callable
from dataclasses import dataclass

from scheduler.solver.construct import construct, insert_while_it_pays
from scheduler.solver.instance import Instance
from scheduler.solver.limits import Clock, Progress, SearchLimits, Teller
from scheduler.solver.recombine import PackingLimits, recombine
from scheduler.solver.routes import Routes, total_cost
from scheduler.solver.routing_model import RoutingLimits, improve

Orders = list[list[int]]

FIRST_SOLUTION_SHARE = 0.3
# Shares of the seconds left: a quick descent for a plan to show, the search itself, then recombination; what is left
# belongs to the routing model.
DESCENT_SHARE = 0.05
SEARCH_SHARE = 0.85
PACKING_SHARE = 0.04
# Recombination is tried with at most so many seconds, or so much of CP-SAT's deterministic time per iteration.
LONGEST_PACKING_SECONDS = 10.0
PACKING_EFFORT_PER_ITERATION = 1e-3
# The routing model accepts at most so many solutions where iterations are the limit.
MOST_ROUTING_SOLUTIONS = 100
# Building the model and reading routes into it, measured: 4 s at 1,640 nodes on one core.
MODEL_SECONDS_PER_NODE_SQUARED = 2.5e-6
# Time goes to the routing model only where it then searches for longer than it is built.
WORTH_MODELLING = 2
LEAST_MODEL_SECONDS = 0.3
# Reasons, certificate and check after the search, measured: 0.4 s at 1,000 visits and 90 shifts.
FINISH_SECONDS_PER_PAIR = 5e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best orders, by shift; `note` says what a reader of the plan must know about the search."""

    orders: Orders
    note: str | None = None


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
        engine: `auto` runs ruin and recreate, recombination and then the routing model; `ortools` the routing model
            alone, from a first solution by insertion.
        on_progress: Told of each better plan, and at least about once a second.
        should_stop: The caller's wish to stop with the best so far.
    """
    pairs = len(instance.visit_ids) * len(instance.shift_ids)
    teller = Teller(began, on_progress)
    clock = Clock(limits, should_stop, began=began, reserved_seconds=FINISH_SECONDS_PER_PAIR * pairs, teller=teller)
    if not any(instance.options_of):
        orders: Orders = [[] for _ in instance.frames]
        teller.tell(total_cost(instance, orders), len(instance.visit_ids))
        return Found(orders=orders)
    orders = (_searched if engine == "auto" else _constructed)(instance, limits, clock, teller)
    orders, note = _improved(instance, orders, limits, clock, teller)
    finished = Routes(instance, orders)
    visits = sorted(range(len(instance.visit_ids)), key=lambda visit: -instance.penalties[visit])
    left = [visit for visit in visits if visit not in finished.assigned]
    insert_while_it_pays(finished, left, should_stop=clock.is_over)
    _tell(instance, finished.orders, teller)
    return Found(orders=finished.orders, note=note)


def _tell(instance: Instance, orders: Orders, teller: Teller) -> None:
    left_out = len(instance.visit_ids) - sum(len(order) for order in orders)
    teller.tell(total_cost(instance, orders), left_out)


def _constructed(instance: Instance, limits: SearchLimits, clock: Clock, teller: Teller) -> Orders:
    orders = construct(
        instance,
        seed=limits.seed,
        should_hurry=lambda: clock.is_past(FIRST_SOLUTION_SHARE),
        should_stop=clock.is_over,
    ).orders
    _tell(instance, orders, teller)
    return orders


def _searched(instance: Instance, limits: SearchLimits, clock: Clock, teller: Teller) -> Orders:
    # Compiled kernels take half a second to load, which `visits check` and others can do without.
    from scheduler.solver.ruin_recreate import COLDEST, HOTTEST, Budget, Searches

    searches = Searches(
        instance,
        [[] for _ in instance.frames],
        seeds=[(limits.seed, number) for number in range(limits.search_count)],
    )
    whole, begin = clock.remaining(), clock.elapsed

    def anneal(share: float, shares: tuple[float, float]) -> None:
        now = clock.elapsed
        until = begin + share * whole
        budget = Budget(
            elapsed_seconds=lambda: clock.elapsed - now,
            seconds=None if limits.iterations is not None else max(0.0, until - now),
            iterations=limits.iterations,
            is_over=clock.is_over,
        )
        searches.anneal(budget, threads=limits.thread_count, shares=shares, on_look=tell)

    def tell() -> None:
        teller.iterations = searches.iterations
        teller.tell(searches.best_cost, searches.best_left_out)

    if limits.iterations is None:
        anneal(DESCENT_SHARE, (COLDEST, COLDEST))
    share = SEARCH_SHARE if _is_worth_modelling(instance, whole) else 1.0 - PACKING_SHARE
    anneal(share, (HOTTEST, COLDEST))
    orders = searches.best_orders
    if not clock.is_over():
        orders = recombine(instance, searches.pool, orders, _packing_limits(limits, clock, whole))
        _tell(instance, orders, teller)
    return orders


def _packing_limits(limits: SearchLimits, clock: Clock, whole: float) -> PackingLimits:
    seconds = min(PACKING_SHARE * whole, LONGEST_PACKING_SECONDS, clock.remaining())
    iterations = limits.iterations
    return PackingLimits(
        seconds=None if iterations is not None else seconds,
        effort=None if iterations is None else PACKING_EFFORT_PER_ITERATION * iterations,
        seed=limits.seed,
        threads=limits.thread_count,
    )


def _is_worth_modelling(instance: Instance, seconds: float) -> bool:
    left = 1.0 - SEARCH_SHARE - PACKING_SHARE
    return left * seconds >= WORTH_MODELLING * _model_seconds(instance)


def _model_seconds(instance: Instance) -> float:
    nodes = len(instance.options)
    return LEAST_MODEL_SECONDS + MODEL_SECONDS_PER_NODE_SQUARED * nodes * nodes


def _improved(
    instance: Instance, orders: Orders, limits: SearchLimits, clock: Clock, teller: Teller
) -> tuple[Orders, str | None]:
    if clock.is_stopped() or limits.iterations == 0 or clock.remaining() < _model_seconds(instance):
        return orders, "routing model not run: no time for it"
    iterations = limits.iterations
    improvement = improve(
        instance,
        orders,
        limits=RoutingLimits(
            remaining=None if iterations is not None else clock.remaining,
            iterations=None if iterations is None else min(iterations, MOST_ROUTING_SOLUTIONS),
            seed=limits.seed,
        ),
        should_stop=clock.is_stopped if iterations is not None else clock.is_over,
        on_solution=teller.tell,
    )
    note = "routing model found no assignment; the first search's routes stand" if improvement.failed else None
    return improvement.orders, note
