"""Recombination: the best choice among remembered routes that visits nobody twice, by set packing.

Each route is a column: it gains what its visits would cost when left out, less its own cost. The linear relaxation
gives every column a reduced cost; one whose reduced cost exceeds the gap between the best plan known and the
relaxation is in no better plan of these columns, so most columns go before CP-SAT starts.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import NamedTuple

from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from scheduler.solver.instance import Instance
from scheduler.solver.limits import SECONDS_BETWEEN_LOOKS
from scheduler.solver.pool import PooledRoute, RoutePool
from scheduler.solver.routes import route_cost, total_cost

Orders = list[list[int]]

# More columns than this are not worth the time that the relaxation takes (measured: seconds), nor those that it
# leaves the time that CP-SAT then needs: the most promising ones stay.
MOST_RELAXED = 3_000
MOST_COLUMNS = 3_000
# Of the seconds of a packing.
RELAXATION_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class PackingLimits:
    """When to stop: `seconds`, or `effort` in CP-SAT's deterministic time, which no clock can change.

    Attributes:
        seconds: None with `effort`.
        effort: None with `seconds`.
        seed: Of the solver's randomness.
        threads: At most so many.
        should_stop: The caller's wish to stop, asked on the calling thread about ten times a second.
    """

    seconds: float | None
    effort: float | None
    seed: int
    threads: int
    should_stop: Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """The best plan found among routes.

    Attributes:
        orders: By shift.
        least_cost: No plan made of these routes costs less; None when that is not known.
    """

    orders: Orders
    least_cost: int | None


def recombine(instance: Instance, pool: RoutePool, orders: Sequence[Sequence[int]], limits: PackingLimits) -> Orders:
    """The best plan made of routes of the pool and of `orders`; `orders` again when there is none better.

    Args:
        instance: The problem.
        pool: Routes of good plans; each is feasible.
        orders: The best plan so far, by shift.
        limits: When to stop.
    """
    return pack(instance, pool, orders, limits).orders


def pack(instance: Instance, pool: RoutePool, orders: Sequence[Sequence[int]], limits: PackingLimits) -> Packed:
    """As `recombine`, with what no choice among these routes undercuts."""
    known = [list(order) for order in orders]
    known_cost = total_cost(instance, known)
    packing = _Packing(instance, pool, known)
    choice = packing.solve(packing.promising(limits), limits)
    if choice is None:
        return Packed(orders=known, least_cost=None)
    found = packing.orders(choice.numbers)
    least_cost = min(known_cost, sum(instance.penalties) - choice.most_gain) if packing.is_whole else None
    return Packed(orders=found if total_cost(instance, found) < known_cost else known, least_cost=least_cost)


class _Choice(NamedTuple):
    """A choice of columns; no choice gains more than `most_gain`."""

    numbers: list[int]
    most_gain: int


class _Packing:
    """The columns: first the routes of the plan known, then those of the pool.

    Attributes:
        is_whole: Whether no column that can be in a better plan was passed over.
    """

    def __init__(self, instance: Instance, pool: RoutePool, orders: Orders) -> None:
        self._instance = instance
        self._shifts_of_kind = pool.shifts_of_kind
        known = list(known_routes(instance, pool, orders))
        self._known = len(known)
        self._columns = [*known, *_likeliest(instance, pool, known)]
        self._visits = [[instance.options[option].visit for option in column.order] for column in self._columns]
        self._gains = [
            sum(instance.penalties[visit] for visit in visits) - column.cost
            for column, visits in zip(self._columns, self._visits, strict=True)
        ]
        self.is_whole = len(pool.routes) <= MOST_RELAXED
        self._rows = [*self._rows_of_visits(), *self._rows_of_kinds(), *self._rows_of_limits()]

    def promising(self, limits: PackingLimits) -> list[int]:
        """The columns that can be in a better plan, at most `MOST_COLUMNS` besides the known ones; ascending."""
        solver = pywraplp.Solver.CreateSolver("GLOP")
        variables = [solver.NumVar(0.0, solver.infinity(), "") for _ in self._columns]
        for most, taken in self._rows:
            row = solver.Constraint(-solver.infinity(), float(most))
            for number, weight in taken.items():
                row.SetCoefficient(variables[number], float(weight))
        objective = solver.Objective()
        for variable, gain in zip(variables, self._gains, strict=True):
            objective.SetCoefficient(variable, float(gain))
        objective.SetMaximization()
        if limits.seconds is not None:
            solver.SetTimeLimit(int(1000 * RELAXATION_SHARE * limits.seconds))
        if solver.Solve() != pywraplp.Solver.OPTIMAL:
            self.is_whole = False
            return list(range(self._known))
        gap = objective.Value() - sum(self._gains[: self._known])
        losses = sorted(
            (-variables[number].reduced_cost(), number) for number in range(self._known, len(self._columns))
        )
        # Gains are whole numbers, so a better plan gains one more: far more than the errors of the linear solver.
        kept = [number for loss, number in losses if loss <= gap]
        self.is_whole = self.is_whole and len(kept) <= MOST_COLUMNS
        return [*range(self._known), *sorted(kept[:MOST_COLUMNS])]

    def solve(self, promising: Sequence[int], limits: PackingLimits) -> _Choice | None:
        """The best choice found among these columns; None when time was too short for any."""
        model = cp_model.CpModel()
        chosen = {number: model.new_bool_var("") for number in promising}
        for number, variable in chosen.items():
            model.add_hint(variable, number < self._known)
        for most, taken in self._rows:
            row = [(chosen[number], weight) for number, weight in taken.items() if number in chosen]
            if sum(weight for _, weight in row) > most:
                model.add(sum(weight * variable for variable, weight in row) <= most)
        model.maximize(sum(self._gains[number] * variable for number, variable in chosen.items()))
        solver = cp_model.CpSolver()
        solver.parameters.random_seed = limits.seed
        solver.parameters.num_workers = limits.threads if limits.effort is None else 1
        # Measured: presolve and probing take longer than they save here, and the linear relaxation is nearly whole.
        solver.parameters.cp_model_presolve = False
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.linearization_level = 2
        # A signal is this program's to handle: the wish to stop is asked for.
        solver.parameters.catch_sigint_signal = False
        if limits.seconds is not None:
            solver.parameters.max_time_in_seconds = limits.seconds
        if limits.effort is not None:
            solver.parameters.max_deterministic_time = limits.effort
        if _solved(solver, model, limits.should_stop) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            # Its bound may be no more than the zero that it begins with.
            return None
        numbers = [number for number, variable in chosen.items() if solver.boolean_value(variable)]
        return _Choice(numbers=numbers, most_gain=math.floor(solver.best_objective_bound))

    def orders(self, chosen: Sequence[int]) -> Orders:
        """The chosen routes by shift."""
        orders: Orders = [[] for _ in self._instance.frames]
        free = [list(shifts) for shifts in self._shifts_of_kind]
        for number in chosen:
            column = self._columns[number]
            orders[free[column.kind].pop(0)] = list(column.order)
        return orders

    def _rows_of_visits(self) -> Iterator[tuple[int, dict[int, int]]]:
        """Nobody is visited twice."""
        columns_of: dict[int, dict[int, int]] = {}
        for number, visits in enumerate(self._visits):
            for visit in visits:
                columns_of.setdefault(visit, {})[number] = 1
        yield from ((1, columns) for columns in columns_of.values())

    def _rows_of_kinds(self) -> Iterator[tuple[int, dict[int, int]]]:
        """No more routes of a kind than shifts."""
        for kind, shifts in enumerate(self._shifts_of_kind):
            yield len(shifts), {number: 1 for number, column in enumerate(self._columns) if column.kind == kind}

    def _rows_of_limits(self) -> Iterator[tuple[int, dict[int, int]]]:
        """No more visits on a person's day than it may have; such shifts are each of a kind of their own."""
        for limit in self._instance.limits:
            own = {kind for kind, shifts in enumerate(self._shifts_of_kind) if set(shifts) <= set(limit.shifts)}
            yield (
                limit.most,
                {number: len(column.order) for number, column in enumerate(self._columns) if column.kind in own},
            )


def _solved(
    solver: cp_model.CpSolver, model: cp_model.CpModel, should_stop: Callable[[], bool]
) -> cp_model.CpSolverStatus:
    """The status of a model, once it is solved or was stopped; meanwhile the caller hears how the time goes by."""
    with ThreadPoolExecutor(max_workers=1) as executor:
        solving = executor.submit(solver.solve, model)
        try:
            while wait([solving], timeout=SECONDS_BETWEEN_LOOKS).not_done:
                if should_stop():
                    solver.stop_search()
        finally:
            solver.stop_search()
        return solving.result()


def _likeliest(instance: Instance, pool: RoutePool, known: Sequence[PooledRoute]) -> Sequence[PooledRoute]:
    """The routes that cost least beside what the known plan pays for their visits, at most `MOST_RELAXED`."""
    if len(pool.routes) <= MOST_RELAXED:
        return pool.routes
    prices = [float(penalty) for penalty in instance.penalties]
    for route in known:
        for option in route.order:
            prices[instance.options[option].visit] = route.cost / len(route.order)
    surplus = [
        route.cost - sum(prices[instance.options[option].visit] for option in route.order) for route in pool.routes
    ]
    chosen = sorted(range(len(surplus)), key=surplus.__getitem__)[:MOST_RELAXED]
    return [pool.routes[number] for number in sorted(chosen)]


def known_routes(instance: Instance, pool: RoutePool, orders: Orders) -> Iterator[PooledRoute]:
    """The routes of a plan."""
    kind_of = {shift: kind for kind, shifts in enumerate(pool.shifts_of_kind) for shift in shifts}
    for shift, order in enumerate(orders):
        if order:
            cost = route_cost(instance, shift, order)
            yield PooledRoute(kind=kind_of[shift], cost=cost, order=tuple(order))
