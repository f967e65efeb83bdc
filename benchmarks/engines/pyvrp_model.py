"""PyVRP: an instance in its terms.

Each option in each of its windows is a client, and those of one visit exclude one another; a preference penalty lies on
the ways to its option. Shifts of one kind are a vehicle type; what a crew may not do is out of reach in its profile.
"""

import time
from collections.abc import Sequence
from importlib.metadata import version

import numpy as np
import numpy.typing as npt
import pyvrp
from pyvrp.constants import MAX_VALUE
from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks, IteratedLocalSearchParams
from pyvrp.stop import MaxRuntime

from benchmarks.case import Case
from benchmarks.document import Document
from benchmarks.engines.answer import Answer, NoAnswer, Orders, Task, falling
from benchmarks.engines.fleet import Crew, VehicleType, orders_of_types, vehicle_types
from benchmarks.engines.objections import pyvrp_objection
from scheduler.domain.plan import Engine
from scheduler.solver.ways import NO_WAY_SECONDS

type Longs = npt.NDArray[np.int64]


def solve(task: Task) -> Answer | NoAnswer:
    """Run PyVRP with its default settings; its clock starts once its data is built."""
    case = task.benchmark.case()
    objection = pyvrp_objection(case)
    if objection:
        return NoAnswer(reason=objection)
    watch = _Watch()
    model = _Model(case)
    # Its own statistics keep every iteration, which would be measured as its memory.
    parameters = pyvrp.SolveParams(ils=IteratedLocalSearchParams(callbacks=watch))
    stop = _Stop(task, model.offset)
    result = pyvrp.solve(model.data, stop, seed=task.seed, collect_stats=False, params=parameters)
    if not result.is_feasible() or result.cost() >= MAX_VALUE:
        return NoAnswer(reason="found nothing feasible")
    orders = model.orders(result.best)
    points = falling((seconds, cost - model.offset) for seconds, cost in watch.told)
    if isinstance(task.benchmark, Document):
        engine = Engine(name="pyvrp", version=version("pyvrp"), seed=task.seed, seconds=task.seconds)
        return Answer(solution=task.benchmark.plan(case.instance, orders, engine), points=points)
    return Answer(solution=task.benchmark.routes(case.instance, orders), points=points)


class _Stop:
    """When the seconds are over, or at a cost that is enough."""

    def __init__(self, task: Task, offset: int) -> None:
        self._task = task
        self._offset = offset
        self._seconds = MaxRuntime(task.seconds)

    def __call__(self, best_cost: float) -> bool:
        return bool(self._seconds(best_cost)) or self._task.is_enough(best_cost - self._offset)


class _Watch(IteratedLocalSearchCallbacks):  # type: ignore[misc]  # PyVRP is never there for mypy
    """Seconds since it was made, and costs, of the first and of each better solution."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self.told: list[tuple[float, float]] = []

    def on_start(self, ils: pyvrp.IteratedLocalSearch) -> None:
        self.on_best(ils.initial_solution)

    def on_best(self, best: pyvrp.Solution) -> None:
        cost = float(pyvrp.CostEvaluator([0] * len(best.excess_load()), 0, 0).cost(best))
        if best.is_feasible() and cost < MAX_VALUE:
            self.told.append((time.perf_counter() - self._began, cost))


class _Model:
    """PyVRP's data, and the way back from its solution.

    Attributes:
        data: What PyVRP is given.
        offset: What its costs have too much: a visit's penalty is counted for each of its clients but one.
    """

    def __init__(self, case: Case) -> None:
        self._instance = case.instance
        self._mandatory = case.mandatory
        self._types = vehicle_types(case.instance)
        self._profiles = {crew: number for number, crew in enumerate(dict.fromkeys(kind.crew for kind in self._types))}
        frames = case.instance.frames
        self._depots = sorted({place for frame in frames for place in (frame.start_location, frame.end_location)})
        # Rows of PyVRP's matrices: the depots, then one for each option.
        options = case.instance.options
        self._locations = np.array([*self._depots, *(option.call.location for option in options)])
        self._option_of_client: list[int] = []
        self.offset = 0
        self.data = self._data()

    def orders(self, solution: pyvrp.Solution) -> Orders:
        """A solution as options by shift."""
        routes = [
            (
                route.vehicle_type(),
                [self._option_of_client[activity.idx] for activity in route.schedule() if activity.is_client()],
            )
            for route in solution.routes()
        ]
        return orders_of_types(self._types, routes, len(self._instance.frames))

    def _data(self) -> pyvrp.ProblemData:
        clients, groups = self._clients()
        durations = self._rows(self._instance.travel)
        durations[durations >= NO_WAY_SECONDS] = MAX_VALUE
        return pyvrp.ProblemData(
            locations=[pyvrp.Location(0, 0)] * len(self._locations),
            clients=clients,
            depots=[pyvrp.Depot(number) for number in range(len(self._depots))],
            vehicle_types=[self._vehicle_type(kind) for kind in self._types],
            distance_matrices=[self._distances(crew) for crew in self._profiles],
            duration_matrices=[durations] * len(self._profiles),
            groups=groups,
        )

    def _rows(self, rows: Sequence[Sequence[int]]) -> Longs:
        matrix = np.array(rows, dtype=np.int64)[np.ix_(self._locations, self._locations)]
        np.fill_diagonal(matrix, 0)
        return matrix

    def _distances(self, crew: Crew) -> Longs:
        matrix = self._rows(self._instance.costs_of(0))
        matrix[self._rows(self._instance.travel) >= NO_WAY_SECONDS] = MAX_VALUE
        first = len(self._depots)
        penalties = [option.preference_penalty for option in self._instance.options]
        for option, cost in crew.extra_costs:
            penalties[option] += cost
        matrix[:, first:] += np.array(penalties, dtype=np.int64)
        barred = [first + option for option in range(len(penalties)) if option not in crew.options]
        matrix[barred, :] = MAX_VALUE
        matrix[:, barred] = MAX_VALUE
        np.fill_diagonal(matrix, 0)
        limited: Longs = np.minimum(matrix, MAX_VALUE)
        return limited

    def _clients(self) -> tuple[list[pyvrp.Client], list[pyvrp.ClientGroup]]:
        clients: list[pyvrp.Client] = []
        groups: list[pyvrp.ClientGroup] = []
        for visit, options in enumerate(self._instance.options_of):
            windows = [(option, window) for option in options for window in self._instance.options[option].call.starts]
            prize = 0 if self._mandatory else self._instance.penalties[visit]
            group = len(groups) if len(windows) > 1 else None
            # Of a visit without an option PyVRP knows nothing, so its penalty is missing from the costs.
            self.offset += (len(windows) - 1) * prize
            first = len(clients)
            for option, window in windows:
                self._option_of_client.append(option)
                clients.append(self._client(option, window, prize, group))
            if group is not None:
                groups.append(pyvrp.ClientGroup(list(range(first, len(clients))), required=self._mandatory))
        return clients, groups

    def _client(self, option: int, window: tuple[int, int], prize: int, group: int | None) -> pyvrp.Client:
        chosen = self._instance.options[option]
        return pyvrp.Client(
            location=len(self._depots) + option,
            delivery=[self._instance.loads[chosen.visit] if self._instance.loads else 0, 1],
            service_duration=chosen.call.service,
            tw_early=window[0],
            tw_late=window[1],
            prize=prize,
            required=self._mandatory and group is None,
            group=group,
        )

    def _vehicle_type(self, kind: VehicleType) -> pyvrp.VehicleType:
        all_loads = sum(self._instance.loads)
        return pyvrp.VehicleType(
            num_available=len(kind.shifts),
            capacity=[
                all_loads if kind.capacity is None else kind.capacity,
                len(self._instance.visit_ids) if kind.most_visits is None else kind.most_visits,
            ],
            start_depot=self._depots.index(kind.frame.start_location),
            end_depot=self._depots.index(kind.frame.end_location),
            tw_early=kind.frame.earliest_start,
            tw_late=kind.frame.latest_end,
            profile=self._profiles[kind.crew],
        )
