"""Recombination: the best choice among remembered routes that visits nobody twice, by set packing.

Each route is a column: it gains what its visits would cost when left out, less its own cost. The linear relaxation
gives every column a reduced cost; one whose reduced cost exceeds the gap between the best plan known and the
relaxation is in no better plan of these columns, so most columns go before CP-SAT starts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from scheduler.solver.instance import Instance
from scheduler.solver.pool import PooledRoute, RoutePool
from scheduler.solver.routes import route_cost, total_cost

Orders = list[list[int]]

# More columns than this are not worth the time that CP-SAT then needs: the most promising ones stay.
MOST_COLUMNS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PackingLimits:
    """When to stop: `seconds`, or `effort` in CP-SAT's deterministic time, which no clock can change.

    Attributes:
        seconds: None with `effort`.
        effort: None with `seconds`.
        seed: Of the solver's randomness.
        threads: At most so many.
    """

    seconds: float | None
    effort: float | None
    seed: int
    threads: int


def recombine(instance: Instance, pool: RoutePool, orders: Sequence[Sequence[int]], limits: PackingLimits) -> Orders:
    """The best plan made of routes of the pool and of `orders`; `orders` again when there is none better.

    Args:
        instance: The problem.
        pool: Routes of good plans; each is feasible.
        orders: The best plan so far, by shift.
        limits: When to stop.
    """
    known = [list(order) for order in orders]
    packing = _Packing(instance, pool, known)
    chosen = packing.solve(packing.promising(), limits)
    if chosen is None:
        return known
    found = packing.orders(chosen)
    return found if total_cost(instance, found) < total_cost(instance, known) else known


class _Packing:
    """The columns: first the routes of the plan known, then those of the pool."""

    def __init__(self, instance: Instance, pool: RoutePool, orders: Orders) -> None:
        self._instance = instance
        self._shifts_of_kind = pool.shifts_of_kind
        known = list(_known_routes(instance, pool, orders))
        self._known = len(known)
        self._columns = [*known, *pool.routes]
        self._visits = [[instance.options[option].visit for option in column.order] for column in self._columns]
        self._gains = [
            sum(instance.penalties[visit] for visit in visits) - column.cost
            for column, visits in zip(self._columns, self._visits, strict=True)
        ]
        self._rows = [*self._rows_of_visits(), *self._rows_of_kinds(), *self._rows_of_limits()]

    def promising(self) -> list[int]:
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
        if solver.Solve() != pywraplp.Solver.OPTIMAL:
            return list(range(self._known))
        gap = objective.Value() - sum(self._gains[: self._known])
        losses = sorted(
            (-variables[number].reduced_cost(), number) for number in range(self._known, len(self._columns))
        )
        kept = [number for loss, number in losses[:MOST_COLUMNS] if loss <= gap]
        return [*range(self._known), *sorted(kept)]

    def solve(self, promising: Sequence[int], limits: PackingLimits) -> list[int] | None:
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
        if limits.seconds is not None:
            solver.parameters.max_time_in_seconds = limits.seconds
        if limits.effort is not None:
            solver.parameters.max_deterministic_time = limits.effort
        if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        return [number for number, variable in chosen.items() if solver.boolean_value(variable)]

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


def _known_routes(instance: Instance, pool: RoutePool, orders: Orders) -> Iterator[PooledRoute]:
    kind_of = {shift: kind for kind, shifts in enumerate(pool.shifts_of_kind) for shift in shifts}
    for shift, order in enumerate(orders):
        if order:
            cost = route_cost(instance, shift, order)
            yield PooledRoute(kind=kind_of[shift], cost=cost, order=tuple(order))
