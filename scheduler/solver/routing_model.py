"""The OR-Tools routing model of an instance, with every constraint; it improves given routes.

One node is one option (a visit at a place). Arc costs are travel plus the destination's preference penalty, as
matrices: Python callbacks would run during the search, and one that raises is read as cost 0. Routing search holds the
interpreter's lock for the whole solve, so callers run it in a process of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from google.protobuf.duration_pb2 import Duration
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from ortools.constraint_solver.routing_parameters_pb2 import RoutingSearchParameters

from scheduler.solver.instance import Instance, Option
from scheduler.solver.routes import total_cost

Orders = list[list[int]]

# With breaks and many shifts the default of 0.1 s makes a good first assignment end in FAIL (measured: 90 shifts and
# 1,000 visits fail at 0.1 s and at 1 s, and work at 10 s).
LNS_SECONDS = 30
# Without a clock this never binds: the solution limit does.
UNLIMITED_SECONDS = 10_000_000
# One accepted solution needs far fewer branches; a search that stands still ends here instead of running for ever.
BRANCHES_PER_ITERATION = 2_000
LEAST_BRANCHES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """What the routing model made of the routes; `failed` when it accepted not even the routes given."""

    orders: Orders
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingLimits:
    """When to stop: when `remaining` is used up, or after `iterations` solutions and then without any clock.

    Attributes:
        remaining: The seconds left, asked again once the model is built; None with `iterations`.
        iterations: The number of accepted solutions; None with `remaining`.
        seed: Of the solver's randomness.
    """

    remaining: Callable[[], float] | None
    iterations: int | None
    seed: int


def improve(
    instance: Instance,
    orders: Sequence[Sequence[int]],
    *,
    limits: RoutingLimits,
    should_stop: Callable[[], bool],
    on_solution: Callable[[int, int], None],
) -> Improvement:
    """Improve feasible routes by OR-Tools' local search guided by penalties.

    Args:
        instance: The problem.
        orders: By shift, options in order; feasible.
        limits: When to stop.
        should_stop: Asked many times a second during the search; the best routes so far are kept.
        on_solution: Told the cost of each accepted solution in whole seconds, and the visits left out of it; the
            routes given come first.
    """
    model = _Model(instance)
    model.watch(should_stop, on_solution)
    model.bound_search(limits)
    model.routing.CloseModelWithParameters(_parameters(limits))
    parameters = _parameters(limits)
    first = model.assignment(orders)
    if first is None:
        return Improvement(orders=[list(order) for order in orders], failed=True)
    best = model.routing.SolveFromAssignmentWithParameters(first, parameters)
    if best is None:
        return Improvement(orders=[list(order) for order in orders], failed=True)
    found = model.orders(best)
    if total_cost(instance, found) > total_cost(instance, orders):
        found = [list(order) for order in orders]
    return Improvement(orders=found, failed=False)


def _parameters(limits: RoutingLimits) -> RoutingSearchParameters:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    if limits.iterations is not None:
        parameters.solution_limit = limits.iterations
        parameters.time_limit.CopyFrom(Duration(seconds=UNLIMITED_SECONDS))
        parameters.lns_time_limit.CopyFrom(Duration(seconds=UNLIMITED_SECONDS))
    else:
        milliseconds = max(1, int(1000 * (limits.remaining() if limits.remaining else 0.0)))
        parameters.time_limit.FromMilliseconds(milliseconds)
        parameters.lns_time_limit.CopyFrom(Duration(seconds=LNS_SECONDS))
    return parameters


class _Model:
    """The routing model: one node per option, then one per location where shifts start or end."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        starts, ends = self._depots()
        self.manager = pywrapcp.RoutingIndexManager(self._nodes, len(instance.frames), starts, ends)
        self.routing = pywrapcp.RoutingModel(self.manager)
        self._add_costs()
        self._add_time()
        self._add_counts()
        self._add_loads()
        self._add_visits()
        self._add_shift_penalties()

    def _depots(self) -> tuple[list[int], list[int]]:
        """Nodes after the options: one per location where a shift starts or ends."""
        frames = self.instance.frames
        offices = sorted({frame.start_location for frame in frames} | {frame.end_location for frame in frames})
        first = len(self.instance.options)
        node_of = {location: first + number for number, location in enumerate(offices)}
        self._locations = [*(option.call.location for option in self.instance.options), *offices]
        self._nodes = len(self._locations)
        return [node_of[frame.start_location] for frame in frames], [node_of[frame.end_location] for frame in frames]

    def _add_costs(self) -> None:
        instance = self.instance
        preference = [
            self._option(node).preference_penalty if self._is_option(node) else 0 for node in range(self._nodes)
        ]
        evaluators = self._by_profile(
            lambda shift: [
                [self._leg(origin, there, instance.costs_of(shift)) + preference[there] for there in range(self._nodes)]
                for origin in range(self._nodes)
            ]
        )
        for shift, evaluator in enumerate(evaluators):
            self.routing.SetArcCostEvaluatorOfVehicle(evaluator, shift)

    def _by_profile(self, matrix: Callable[[int], Sequence[Sequence[int]]]) -> list[int]:
        """By shift, the evaluator of a matrix between nodes that is the same for all shifts of one travel profile."""
        known: dict[int, int] = {}
        for shift in range(len(self.instance.frames)):
            profile = self.instance.profile_of(shift)
            if profile not in known:
                known[profile] = self.routing.RegisterTransitMatrix(matrix(shift))
        return [known[self.instance.profile_of(shift)] for shift in range(len(self.instance.frames))]

    def _add_time(self) -> None:
        evaluators = self._by_profile(
            lambda shift: [
                [
                    self._service(origin) + self._leg(origin, there, self.instance.ways_of(shift).travel)
                    for there in range(self._nodes)
                ]
                for origin in range(self._nodes)
            ]
        )
        horizon = max(frame.latest_end for frame in self.instance.frames)
        self.routing.AddDimensionWithVehicleTransits(evaluators, horizon, horizon, False, "time")
        self.time = self.routing.GetDimensionOrDie("time")
        solver = self.routing.solver()
        service = [0] * self.routing.Size()
        for index in range(self.routing.Size()):
            if not self.routing.IsStart(index):
                service[index] = self._service(self.manager.IndexToNode(index))
        for shift, frame in enumerate(self.instance.frames):
            start = self.time.CumulVar(self.routing.Start(shift))
            end = self.time.CumulVar(self.routing.End(shift))
            start.SetRange(frame.earliest_start, frame.latest_end)
            end.SetRange(frame.earliest_start, frame.latest_end)
            rests = [
                solver.FixedDurationIntervalVar(
                    rest.earliest_start,
                    rest.latest_end - rest.duration,
                    rest.duration,
                    False,
                    f"break {shift}.{number}",
                )
                for number, rest in enumerate(frame.breaks)
            ]
            if rests:
                self.time.SetBreakIntervalsOfVehicle(rests, shift, service)
                # Left alone, OR-Tools would take a break before the start or after the end of the route.
                solver.Add(rests[0].StartExpr() >= start)
                solver.Add(rests[-1].EndExpr() <= end)
                for earlier, later in pairwise(rests):
                    solver.Add(later.StartExpr() >= earlier.EndExpr())

    def _add_counts(self) -> None:
        instance = self.instance
        if not self._needs_counts():
            return
        ones = [1 if self._is_option(node) else 0 for node in range(self._nodes)]
        most = len(instance.visit_ids) + 1
        self.routing.AddDimension(self.routing.RegisterUnaryTransitVector(ones), 0, most, True, "visits")
        self.count = self.routing.GetDimensionOrDie("visits")
        ends = [self.count.CumulVar(self.routing.End(shift)) for shift in range(len(instance.frames))]
        for end, limit in zip(ends, instance.most_visits, strict=True):
            if limit is not None:
                end.SetMax(limit)
        solver = self.routing.solver()
        for person in instance.limits:
            solver.Add(solver.Sum([ends[shift] for shift in person.shifts]) <= person.most)

    def _add_loads(self) -> None:
        instance = self.instance
        if not instance.capacities:
            return
        loads = [
            instance.loads[self._option(node).visit] if self._is_option(node) else 0 for node in range(self._nodes)
        ]
        load = self.routing.RegisterUnaryTransitVector(loads)
        self.routing.AddDimensionWithVehicleCapacity(load, 0, list(instance.capacities), True, "load")

    def _needs_counts(self) -> bool:
        instance = self.instance
        limited = any(most is not None for most in instance.most_visits)
        return limited or bool(instance.limits) or any(position is not None for position in instance.positions)

    def _add_visits(self) -> None:
        instance = self.instance
        for number, option in enumerate(instance.options):
            index = self.manager.NodeToIndex(number)
            self._bound_start(index, option)
            self.routing.VehicleVar(index).SetValues([-1, *sorted(instance.allowed_shifts[number])])
            position = instance.positions[option.visit]
            if position is not None:
                # Counted before the visit itself. Only an active node's cumul means anything.
                active = self.routing.ActiveVar(index)
                self.routing.solver().Add(active * self.count.CumulVar(index) == active * (position - 1))
        for visit, options in enumerate(instance.options_of):
            if options:
                nodes = [self.manager.NodeToIndex(option) for option in options]
                self.routing.AddDisjunction(nodes, instance.penalties[visit])

    def _bound_start(self, index: int, option: Option) -> None:
        starts = option.call.starts
        cumul = self.time.CumulVar(index)
        cumul.SetRange(starts[0][0], starts[-1][1])
        for earlier, later in pairwise(starts):
            cumul.RemoveInterval(earlier[1] + 1, later[0] - 1)

    def _add_shift_penalties(self) -> None:
        instance = self.instance
        if not any(instance.shift_penalties):
            return
        evaluators = []
        for shift in range(len(instance.frames)):
            extra = [
                instance.shift_penalties[self._option(node).visit].get(shift, 0) if self._is_option(node) else 0
                for node in range(self._nodes)
            ]
            evaluators.append(self.routing.RegisterUnaryTransitVector(extra))
        most = sum(max(extra.values(), default=0) for extra in instance.shift_penalties) + 1
        self.routing.AddDimensionWithVehicleTransits(evaluators, 0, most, True, "crew penalties")
        self.routing.GetDimensionOrDie("crew penalties").SetSpanCostCoefficientForAllVehicles(1)

    def watch(self, should_stop: Callable[[], bool], on_solution: Callable[[int, int], None]) -> None:
        """Attach the stop flag and the progress callback."""
        self.routing.AddSearchMonitor(self.routing.solver().CustomLimit(should_stop))
        instance = self.instance
        indices = [self.manager.NodeToIndex(option) for option in range(len(instance.options))]
        # The model knows nothing of visits without an option.
        hopeless = sum(
            penalty for penalty, options in zip(instance.penalties, instance.options_of, strict=True) if not options
        )

        def tell() -> None:
            placed = sum(self.routing.ActiveVar(index).Value() for index in indices)
            on_solution(self.routing.CostVar().Max() + hopeless, len(instance.visit_ids) - placed)

        self.routing.AddAtSolutionCallback(tell)

    def bound_search(self, limits: RoutingLimits) -> None:
        """Without a clock, end a search that finds nothing more to accept."""
        if limits.iterations is None:
            return
        solver = self.routing.solver()
        solver.ReSeed(limits.seed)
        branches = LEAST_BRANCHES + BRANCHES_PER_ITERATION * limits.iterations
        self.routing.AddSearchMonitor(solver.BranchesLimit(branches))

    def assignment(self, orders: Sequence[Sequence[int]]) -> pywrapcp.Assignment | None:
        """Routes as an assignment; None when the model refuses them."""
        indices = [[self.manager.NodeToIndex(option) for option in order] for order in orders]
        return self.routing.ReadAssignmentFromRoutes(indices, True)

    def orders(self, assignment: pywrapcp.Assignment) -> Orders:
        """The routes of an assignment, as options by shift."""
        found: Orders = []
        for shift in range(len(self.instance.frames)):
            order: list[int] = []
            index = assignment.Value(self.routing.NextVar(self.routing.Start(shift)))
            while not self.routing.IsEnd(index):
                order.append(self.manager.IndexToNode(index))
                index = assignment.Value(self.routing.NextVar(index))
            found.append(order)
        return found

    def _leg(self, origin: int, there: int, rows: Sequence[Sequence[int]]) -> int:
        # From a shift's start straight to its end is the empty route, which costs and takes nothing.
        if not self._is_option(origin) and not self._is_option(there):
            return 0
        return rows[self._locations[origin]][self._locations[there]]

    def _is_option(self, node: int) -> bool:
        return node < len(self.instance.options)

    def _option(self, node: int) -> Option:
        return self.instance.options[node]

    def _service(self, node: int) -> int:
        return self._option(node).call.service if self._is_option(node) else 0
