"""One search from nothing to the best orders that the limits allow."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheduler.solver.construct import construct, insert_while_it_pays
from scheduler.solver.instance import Instance
from scheduler.solver.limits import Clock, Progress, SearchLimits, Teller
from scheduler.solver.recombine import PackingLimits, recombine
from scheduler.solver.routes import Routes, total_cost
from scheduler.solver.routing_model import RoutingLimits, improve

if TYPE_CHECKING:
    from scheduler.solver.ruin_recreate import Searches

Orders = list[list[int]]

FIRST_SOLUTION_SHARE = 0.3
# Shares of the seconds left: a quick search for a plan to show, the search itself, then recombination; what is left
# belongs to the routing model.
QUICK_SHARE = 0.055
SEARCH_SHARE = 0.85
PACKING_SHARE = 0.04
# Recombination is tried with at most so many seconds, or so much of CP-SAT's deterministic time per iteration.
LONGEST_PACKING_SECONDS = 10.0
PACKING_EFFORT_PER_ITERATION = 1e-3
# Where visits are left out while shifts stay unused, routes are also recombined when so much of a search is over, each
# time with at most so much of the seconds, as long as that pays; the search goes on from what was chosen. Measured on
# prize-collecting instances with routes of ten visits, 40 s: 0.08 % above the best known; 0.26 % without. Long routes
# never gained.
RECOMBINED_AFTER = (0.65, 0.75, 0.85, 0.95)
EARLY_PACKING_SHARE = 0.02
# The routing model accepts at most so many solutions where iterations are the limit.
MOST_ROUTING_SOLUTIONS = 100
# Building the model and reading routes into it, measured: 4 s at 1,640 nodes on one core.
MODEL_SECONDS_PER_NODE_SQUARED = 2.5e-6
# Time goes to the routing model only where it then searches for longer than it is built.
WORTH_MODELLING = 2
# Between two looks at its time limit the routing model may try a whole neighbourhood, which on routes of fifty visits
# took up to eighteen seconds (measured); it gets none that are longer on average.
MOST_VISITS_A_ROUTE = 25
LEAST_MODEL_SECONDS = 0.3
# Certificate and check after the search, measured: 0.4 s at 1,000 visits and 90 shifts; and for each visit left out and
# each shift the reason why, measured: 8 s at 1,652 visits and 90 shifts.
FINISH_SECONDS_PER_PAIR = 5e-6
REASON_SECONDS_PER_PAIR = 6e-5
SEARCH_ONLY_NOTE = "search alone, as was asked"
TIMED_NOTE = "routing model not run: it cannot express hour factors or costs that depend on times"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found.

    Attributes:
        orders: By shift, options in order.
        note: What a reader of the plan must know about the search.
        lower_bound: No orders of the instance cost less; None when nothing was proven.
    """

    orders: Orders
    note: str | None = None
    lower_bound: int | None = None


def search(
    instance: Instance,
    *,
    limits: SearchLimits,
    engine: str,
    began: float,
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    first_orders: Orders | None = None,
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
        first_orders: Where `auto` begins; feasible. None begins with nothing.
    """
    teller = Teller(began, on_progress)
    clock = Clock(limits, should_stop, began=began, reserved_seconds=_finish_seconds(instance, 0), teller=teller)
    if not any(instance.options_of):
        orders: Orders = [[] for _ in instance.frames]
        teller.tell(total_cost(instance, orders), len(instance.visit_ids))
        return Found(orders=orders)
    run = _Run(instance, limits, clock, teller, first_orders)
    return run.search() if engine == "auto" else run.model_alone()


class _Run:
    """One search: its steps share the clock, and each goes on from the best orders of those before."""

    def __init__(
        self, instance: Instance, limits: SearchLimits, clock: Clock, teller: Teller, first: Orders | None
    ) -> None:
        self._instance = instance
        self._first = first
        self._limits = limits
        self._clock = clock
        self._teller = teller
        self._begin = clock.elapsed
        self._whole = clock.remaining()
        self._lower_bound: int | None = None

    def search(self) -> Found:
        """Ruin and recreate, recombination, the routing model; and proofs where the problem is small."""
        # Compiled kernels take half a second to load, which `visits check` and others can do without.
        from scheduler.solver.ruin_recreate import COLDEST, HALFWAY, HOTTEST, Searches

        limits = self._limits
        seeds = [(limits.seed, number) for number in range(limits.search_count)]
        is_warm = self._first is not None
        orders = self._first or [[] for _ in self._instance.frames]
        searches = Searches(self._instance, orders, seeds=seeds, are_good=is_warm)
        hottest = HALFWAY if is_warm else HOTTEST
        self._begin, self._whole = self._clock.elapsed, self._clock.remaining()
        if limits.search_only:
            self._anneal(searches, 1.0, (hottest, COLDEST))
            return self._found(searches.best_orders, SEARCH_ONLY_NOTE)
        if limits.iterations is None:
            if self._first is None:
                self._anneal(searches, QUICK_SHARE, (HOTTEST, COLDEST), is_quick=True)
            self._clock.reserve(_finish_seconds(self._instance, searches.best_left_out))
            self._whole = self._clock.remaining() + self._clock.elapsed - self._begin
            self._prove(searches)
        if not self._is_proven(searches):
            share = SEARCH_SHARE if self._is_worth_modelling(searches.best_orders) else 1.0 - PACKING_SHARE
            self._anneal(searches, share, (hottest, COLDEST), on_round=self._early_recombination(searches))
            self._prove(searches)
        if self._instance.is_timed:
            return self._found(searches.best_orders, f"{TIMED_NOTE}; the first search's routes stand")
        orders = searches.best_orders
        if self._is_proven(searches):
            return self._found(orders, None)
        if not self._clock.is_over():
            orders = self._recombined(searches, PACKING_SHARE)
        return self._modelled(orders)

    def _recombined(self, searches: "Searches", share: float) -> Orders:
        """The best orders, or better ones made of routes that the searches remember, in so much of the seconds."""
        self._teller.step = "recombination"
        orders = recombine(self._instance, searches.pool, searches.best_orders, self._packing_limits(share))
        self._tell(orders)
        return orders

    def model_alone(self) -> Found:
        """A first solution by insertion, then the routing model."""
        orders = construct(
            self._instance,
            seed=self._limits.seed,
            should_hurry=lambda: self._clock.is_past(FIRST_SOLUTION_SHARE),
            should_stop=self._clock.is_over,
        ).orders
        self._tell(orders)
        return self._modelled(orders)

    def _anneal(
        self,
        searches: "Searches",
        share: float,
        shares: tuple[float, float],
        *,
        is_quick: bool = False,
        on_round: Callable[[float], None] = lambda _: None,
    ) -> None:
        """Search until so much of the seconds is used, or for all iterations."""
        from scheduler.solver.ruin_recreate import Budget

        limits, clock, teller = self._limits, self._clock, self._teller
        now = clock.elapsed
        until = self._begin + share * self._whole if limits.iterations is None else 0.0

        def tell() -> None:
            teller.iterations = searches.iterations
            teller.tell(searches.best_cost, searches.best_left_out)

        budget = Budget(
            elapsed_seconds=lambda: clock.elapsed - now,
            seconds=None if limits.iterations is not None else max(0.0, until - now),
            iterations=limits.iterations,
            is_over=clock.is_over,
        )
        teller.step = "search"
        searches.anneal(
            budget,
            threads=limits.thread_count,
            shares=shares,
            is_quick=is_quick,
            on_look=tell,
            on_round=on_round,
        )

    def _early_recombination(self, searches: "Searches") -> Callable[[float], None]:
        """What recombines routes at `RECOMBINED_AFTER` of a search, until it pays no more."""
        due = [] if self._instance.is_timed else list(RECOMBINED_AFTER)

        def recombine_if_due(share: float) -> None:
            if due and share >= due[0]:
                due.pop(0)
                if not self._goes_on_recombined(searches):
                    due.clear()

        return recombine_if_due

    def _goes_on_recombined(self, searches: "Searches") -> bool:
        """Let searches go on from recombined routes where shifts stay unused; whether these are better."""
        if not searches.has_unused_shifts or _are_long(searches.best_orders):
            return False
        orders = self._recombined(searches, EARLY_PACKING_SHARE)
        self._teller.step = "search"
        is_better = total_cost(self._instance, orders) < searches.best_cost
        if is_better:
            searches.adopt(orders)
        return is_better

    def _prove(self, searches: "Searches") -> None:
        """Try to prove the best orders optimal, or to find those that are."""
        from scheduler.solver.exact import ProofLimits, prove

        if self._clock.is_over() or self._limits.iterations == 0 or self._instance.is_timed:
            return
        self._teller.step = "proof"
        proof = prove(
            self._instance,
            searches.best_orders,
            limits=ProofLimits(seed=self._limits.seed),
            should_stop=self._clock.is_over,
        )
        if proof.lower_bound is None:
            return
        self._lower_bound = max(proof.lower_bound, self._lower_bound or 0)
        if total_cost(self._instance, proof.orders) < searches.best_cost:
            searches.adopt(proof.orders)
            self._tell(proof.orders)

    def _is_proven(self, searches: "Searches") -> bool:
        return self._lower_bound is not None and searches.best_cost <= self._lower_bound

    def _modelled(self, orders: Orders) -> Found:
        """Let the routing model improve orders, and put in what then still fits."""
        self._teller.step = "routing model"
        orders, note = self._improved(orders)
        finished = Routes(self._instance, orders)
        visits = sorted(range(len(self._instance.visit_ids)), key=lambda visit: -self._instance.penalties[visit])
        left = [visit for visit in visits if visit not in finished.assigned]
        insert_while_it_pays(finished, left, should_stop=self._clock.is_over)
        self._tell(finished.orders)
        return self._found(finished.orders, note)

    def _improved(self, orders: Orders) -> tuple[Orders, str | None]:
        limits, clock = self._limits, self._clock
        iterations = limits.iterations
        if self._instance.is_timed:
            return orders, f"{TIMED_NOTE}; the first solution stands"
        if clock.is_stopped() or iterations == 0 or clock.remaining() < self._model_seconds():
            return orders, "routing model not run: no time for it"
        if iterations is None and _are_long(orders):
            return orders, "routing model not run: it could not keep to the seconds on routes this long"
        improvement = improve(
            self._instance,
            orders,
            limits=RoutingLimits(
                remaining=None if iterations is not None else clock.remaining,
                iterations=None if iterations is None else min(iterations, MOST_ROUTING_SOLUTIONS),
                seed=limits.seed,
            ),
            should_stop=clock.is_stopped if iterations is not None else clock.is_over,
            on_solution=self._teller.tell,
        )
        note = "routing model found no assignment; the first search's routes stand" if improvement.failed else None
        return improvement.orders, note

    def _packing_limits(self, share: float) -> PackingLimits:
        limits = self._limits
        seconds = min(share * self._whole, LONGEST_PACKING_SECONDS, self._clock.remaining())
        iterations = limits.iterations
        return PackingLimits(
            seconds=None if iterations is not None else seconds,
            effort=None if iterations is None else PACKING_EFFORT_PER_ITERATION * iterations,
            seed=limits.seed,
            threads=limits.thread_count,
            should_stop=self._clock.is_over,
        )

    def _is_worth_modelling(self, orders: Orders) -> bool:
        left = 1.0 - SEARCH_SHARE - PACKING_SHARE
        if self._limits.iterations is None and _are_long(orders):
            return False
        return not self._instance.is_timed and left * self._whole >= WORTH_MODELLING * self._model_seconds()

    def _model_seconds(self) -> float:
        nodes = len(self._instance.options)
        return LEAST_MODEL_SECONDS + MODEL_SECONDS_PER_NODE_SQUARED * nodes * nodes

    def _tell(self, orders: Orders) -> None:
        """Tell what a step has led to; what times cost, only the search itself knows."""
        if not self._instance.is_timed:
            left_out = len(self._instance.visit_ids) - sum(len(order) for order in orders)
            self._teller.tell(total_cost(self._instance, orders), left_out)

    def _found(self, orders: Orders, note: str | None) -> Found:
        return Found(orders=orders, note=note, lower_bound=self._lower_bound)


def _finish_seconds(instance: Instance, left_out: int) -> float:
    """What follows a search, when so many visits are left out of its plan."""
    impossible = sum(not options for options in instance.options_of)
    without_reason = max(0, left_out - impossible)
    seconds = FINISH_SECONDS_PER_PAIR * len(instance.visit_ids) + REASON_SECONDS_PER_PAIR * without_reason
    return seconds * len(instance.shift_ids)


def _are_long(orders: Orders) -> bool:
    """Whether the routes that are used have more than `MOST_VISITS_A_ROUTE` visits on average."""
    lengths = [len(order) for order in orders if order]
    return sum(lengths) > MOST_VISITS_A_ROUTE * len(lengths)
