"""One annealed search: its routes, its memory, and how fast it is."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self

import numpy as np

from scheduler.solver.division import Division
from scheduler.solver.instance import Instance
from scheduler.solver.kernels import annealing
from scheduler.solver.kernels.arrays import VISIT, Ints, ProblemArrays, StepSettings
from scheduler.solver.kernels.flatten import route_arrays, search_arrays

# Routes of plans this near to the best one are worth recombining.
REMEMBERED = 1.01
FIRST_GUESS_PER_SECOND = 1_000.0
SHORTEST_SECONDS = 1e-6
MOST_SPEED_UP = 2.0

Orders = list[list[int]]


class Schedule(Protocol):
    """When a search is over, and how hot it is until then."""

    def next_chunk(self, done: int, steps_per_second: float) -> tuple[int, float, float] | None:
        """How many steps come next and the temperatures they begin and end with; None when the search is over.

        Args:
            done: Steps of this search so far.
            steps_per_second: Of this search.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Routes of all shifts as a search holds them.

    Attributes:
        cost: With what is left out, where it is known.
        length: Visits on each route.
        options: [shift, stop] the option at stop 1, 2, ..
        visits: Of the instance.
    """

    cost: int
    length: Ints
    options: Ints
    visits: int

    def copy(self) -> Self:
        """The same, whatever the search does next."""
        return replace(self, length=self.length.copy(), options=self.options.copy())

    @property
    def left_out(self) -> int:
        """Visits on no route."""
        return self.visits - int(self.length.sum())

    @property
    def orders(self) -> Orders:
        """By shift, options in order."""
        return [self.options[shift, 1 : length + 1].tolist() for shift, length in enumerate(self.length)]


class AnnealedSearch:
    """One search: its routes, its memory, and how fast it is.

    Attributes:
        routes: The current ones.
        memory: What it remembers beside them.
        iterations: Steps so far.
        adopted_cost: Of the routes it went on from last.
    """

    def __init__(self, instance: Instance, problem: ProblemArrays, seed: Sequence[int]) -> None:
        """Make room; `adopt` says where to begin."""
        self._problem = problem
        self.routes = route_arrays(instance)
        self.memory = search_arrays(instance, seed)
        self.iterations = 0
        self.adopted_cost = 0
        self._steps_per_second = FIRST_GUESS_PER_SECOND

    @property
    def best(self) -> Rows:
        """The best routes since it adopted some, as they are now."""
        memory = self.memory
        return self._rows(int(memory.costs[annealing.BEST]), memory.best_length, memory.best_options)

    @property
    def current(self) -> Rows:
        """The current routes, as they are now."""
        return self._rows(int(self.memory.costs[annealing.CURRENT]), self.routes.length, self.routes.options)

    def rows_of(self, orders: Sequence[Sequence[int]]) -> Rows:
        """Orders as rows; their cost is not known."""
        length, options = np.zeros_like(self.routes.length), np.zeros_like(self.routes.options)
        for shift, order in enumerate(orders):
            length[shift] = len(order)
            options[shift, 1 : len(order) + 1] = order
        return self._rows(0, length, options)

    def adopt(self, rows: Rows) -> None:
        """Go on from routes as if they were the best."""
        routes = self.routes
        routes.length[:], routes.options[:] = rows.length, rows.options
        routes.where[:] = -1
        for shift, length in enumerate(rows.length):
            routes.where[self._problem.options[rows.options[shift, 1 : length + 1], VISIT]] = shift
        annealing.start(self._problem, routes, self.memory)
        self.adopted_cost = int(self.memory.costs[annealing.CURRENT])

    def keep_to(self, division: Division, number: int) -> None:
        """Leave the routes of other searches as they are, and the visits reserved for them out."""
        self.memory.closed[:] = division.of_shift != number
        self.memory.reserved[:] = (division.of_visit != number) & (self.routes.where < 0)

    def run(self, schedule: Schedule, settings: StepSettings) -> None:
        """Search until the schedule is over."""
        done = 0
        while (chunk := schedule.next_chunk(done, self._steps_per_second)) is not None:
            steps, hot, cold = chunk
            begin = time.perf_counter()
            self.step(steps, hot, cold, settings)
            measured = steps / max(SHORTEST_SECONDS, time.perf_counter() - begin)
            # A chunk of a few steps tells little: one that seems fast must not make the next one last for seconds.
            self._steps_per_second = min(measured, MOST_SPEED_UP * self._steps_per_second)
            done += steps

    def step(self, steps: int, hot: float, cold: float, settings: StepSettings) -> None:
        """Do so many steps, from one temperature down to the other."""
        annealing.anneal(self._problem, self.routes, self.memory, steps, hot, cold, settings, REMEMBERED)
        self.iterations += steps

    def _rows(self, cost: int, length: Ints, options: Ints) -> Rows:
        return Rows(cost=cost, length=length, options=options, visits=len(self.routes.where))
