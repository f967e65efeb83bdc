"""Ruin and recreate on all cores: several annealed searches that go on from the best of them.

After Christiaens and Vanden Berghe 2020, "Slack induction by string removals", doi 10.1287/trsc.2019.0914. The steps
are kernels (`scheduler.solver.kernels`), which run without the interpreter's lock, so a thread a search uses a core a
search. The searches run in rounds; between rounds those that are behind go on from the best routes of all. Rounds are
the only time at which searches meet, so with a given number of iterations the number of threads changes nothing.
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from scheduler.solver.instance import Instance, Option
from scheduler.solver.kernels import annealing
from scheduler.solver.kernels.arrays import NO_WAY, ProblemArrays
from scheduler.solver.kernels.flatten import problem_arrays, route_arrays, search_arrays
from scheduler.solver.pool import RoutePool
from scheduler.solver.timing import Call, Frame

# Measured on `visits`: 14 does better than the published 10, and 20 worse.
AVERAGE_REMOVED = 14.0
LONGEST_STRING = 14.0
# Of the mean travel to a visit, so that other units and other cities anneal alike. Measured on `visits`.
HOTTEST_LEGS = 16.0
COLDEST_LEGS = 0.16
# The ends of the way from the hottest to the coldest temperature.
HOTTEST, COLDEST = 0.0, 1.0
ROUNDS = 40
# Before it, searches that look at different routes find more than searches that follow each other.
FIRST_MEETING_SHARE = 0.6
# Routes of plans this near to the best one are worth recombining.
REMEMBERED = 1.01
# Steps between two looks at the stop flag: as many as take so long, or without a clock a fixed number.
CHUNK_SECONDS = 0.05
LONGEST_CHUNK = 100_000
CHUNK = 500
FIRST_GUESS_PER_SECOND = 1_000.0
SECONDS_BETWEEN_LOOKS = 0.1
# So many nearest visits tell how far it is from one to the next.
NEAREST = 5

Orders = list[list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long to search: exactly one of `seconds` and `iterations`, the latter for each search.

    Attributes:
        elapsed_seconds: Since the searches began.
        seconds: In all.
        iterations: Of each search.
        is_over: The caller's wish to stop, asked on the calling thread about ten times a second.
    """

    elapsed_seconds: Callable[[], float]
    seconds: float | None
    iterations: int | None
    is_over: Callable[[], bool]


class Searches:
    """Several searches of one instance."""

    def __init__(self, instance: Instance, orders: Sequence[Sequence[int]], *, seeds: Sequence[Sequence[int]]) -> None:
        """Begin all of them from the same orders.

        Args:
            instance: The problem.
            orders: By shift, options in order; feasible.
            seeds: One a search.
        """
        self._problem = problem_arrays(instance)
        self._searches = [_Search(instance, self._problem, seed) for seed in seeds]
        self.adopt(orders)
        self._leg = _mean_leg(instance, self._problem)

    def adopt(self, orders: Sequence[Sequence[int]]) -> None:
        """Let all searches go on from these orders; feasible."""
        for search in self._searches:
            search.adopt(orders)

    @property
    def best_cost(self) -> int:
        """Of the best orders of all searches, penalties of visits left out included."""
        return self._leader.best_cost

    @property
    def best_left_out(self) -> int:
        """Visits left out of the best orders of all searches."""
        return self._leader.best_left_out

    @property
    def best_orders(self) -> Orders:
        """The best orders of all searches."""
        return self._leader.best_orders

    @property
    def iterations(self) -> int:
        """Steps of all searches so far."""
        return sum(search.iterations for search in self._searches)

    @property
    def pool(self) -> RoutePool:
        """Routes of good plans of all searches."""
        return RoutePool.of(self._problem, [search.memory.pool for search in self._searches])

    @property
    def _leader(self) -> "_Search":
        return min(self._searches, key=lambda search: search.best_cost)

    def anneal(self, budget: Budget, *, threads: int, shares: tuple[float, float], on_look: Callable[[], None]) -> None:
        """Search while the temperature falls from one share of the way to another.

        Args:
            budget: How long.
            threads: At most so many at a time.
            shares: 0 is the hottest, 1 the coldest temperature.
            on_look: Called on the calling thread, about ten times a second and after each round.
        """
        stop = threading.Event()
        with ThreadPoolExecutor(max_workers=threads) as executor:
            for number in range(ROUNDS):
                part = _Round(budget, number, shares, self._leg, stop)
                waiting = {executor.submit(search.run, part) for search in self._searches}
                while waiting:
                    done, waiting = wait(waiting, timeout=SECONDS_BETWEEN_LOOKS)
                    for future in done:
                        future.result()
                    if budget.is_over():
                        stop.set()
                    on_look()
                if stop.is_set():
                    return
                if (number + 1) / ROUNDS >= FIRST_MEETING_SHARE and number + 1 < ROUNDS:
                    self._meet()

    def _meet(self) -> None:
        leader = self._leader
        orders = leader.best_orders
        for search in self._searches:
            if search is not leader:
                search.adopt(orders)


def smallest_instance() -> Instance:
    """One visit and one shift, to compile kernels with."""
    frame = Frame(earliest_start=0, latest_end=1, start_location=0, end_location=0, breaks=())
    call = Call(location=0, service=0, starts=((0, 1),))
    return Instance(
        base=datetime(2000, 1, 1, tzinfo=UTC),
        shift_ids=("shift",),
        frames=(frame,),
        most_visits=(None,),
        visit_ids=("visit",),
        penalties=(1,),
        positions=(None,),
        options=(Option(visit=0, place_id="place", call=call, preference_penalty=0),),
        options_of=((0,),),
        allowed_shifts=(frozenset({0}),),
        shift_penalties=({},),
        limits=(),
        travel=((0,),),
    )


def compile_kernels() -> None:
    """Compile the kernels of the search, or load them from disk."""
    instance = smallest_instance()
    search = _Search(instance, problem_arrays(instance), (0,))
    search.adopt([[]])
    search.step(1, 1.0, 1.0)


class _Round:
    """One round's part of the budget, and the temperatures within it."""

    def __init__(
        self, budget: Budget, number: int, shares: tuple[float, float], leg: float, stop: threading.Event
    ) -> None:
        self._budget = budget
        self._share_at_end = (number + 1) / ROUNDS
        self._steps_before, steps_after = (
            (budget.iterations or 0) * number // ROUNDS,
            (budget.iterations or 0) * (number + 1) // ROUNDS,
        )
        self._steps = steps_after - self._steps_before
        self._shares = shares
        self._leg = leg
        self._stop = stop

    def next_chunk(self, done: int, steps_per_second: float) -> tuple[int, float, float] | None:
        """How many steps come next and the temperatures they begin and end with; None when the round is over.

        Args:
            done: Steps of this search in this round.
            steps_per_second: Of this search; without a clock it changes nothing.
        """
        if self._stop.is_set():
            return None
        iterations, seconds = self._budget.iterations, self._budget.seconds
        if iterations is not None:
            steps = min(CHUNK, self._steps - done)
            before = (self._steps_before + done) / max(1, iterations)
            after = (self._steps_before + done + steps) / max(1, iterations)
            over = steps == 0
        else:
            steps = max(1, min(LONGEST_CHUNK, int(steps_per_second * CHUNK_SECONDS)))
            before = self._budget.elapsed_seconds() / seconds if seconds else 1.0
            after = before + steps / (steps_per_second * seconds) if seconds else 1.0
            over = before >= self._share_at_end
        return None if over else (steps, self._temperature(before), self._temperature(after))

    def _temperature(self, share: float) -> float:
        """In seconds of cost."""
        first, last = self._shares
        cooled = first + (last - first) * min(1.0, share)
        return self._leg * HOTTEST_LEGS * float((COLDEST_LEGS / HOTTEST_LEGS) ** cooled)


class _Search:
    """One search: its routes, its memory, and how fast it is."""

    def __init__(self, instance: Instance, problem: ProblemArrays, seed: Sequence[int]) -> None:
        self._instance = instance
        self._problem = problem
        self._routes = route_arrays(instance)
        self.memory = search_arrays(instance, seed)
        self.iterations = 0
        self._steps_per_second = FIRST_GUESS_PER_SECOND

    @property
    def best_cost(self) -> int:
        return int(self.memory.costs[annealing.BEST])

    @property
    def best_left_out(self) -> int:
        return len(self._routes.where) - int(self.memory.best_length.sum())

    @property
    def best_orders(self) -> Orders:
        memory = self.memory
        return [
            [int(option) for option in memory.best_options[shift, 1 : length + 1]]
            for shift, length in enumerate(memory.best_length)
        ]

    def adopt(self, orders: Sequence[Sequence[int]]) -> None:
        routes, options = self._routes, self._instance.options
        routes.where[:] = -1
        for shift, order in enumerate(orders):
            routes.length[shift] = len(order)
            routes.options[shift, 1 : len(order) + 1] = order
            for option in order:
                routes.where[options[option].visit] = shift
        annealing.start(self._problem, routes, self.memory)

    def run(self, part: _Round) -> None:
        """Do one round."""
        done = 0
        while (chunk := part.next_chunk(done, self._steps_per_second)) is not None:
            steps, hot, cold = chunk
            begin = time.perf_counter()
            self.step(steps, hot, cold)
            self._steps_per_second = steps / max(1e-6, time.perf_counter() - begin)
            done += steps

    def step(self, steps: int, hot: float, cold: float) -> None:
        """Do so many steps, from one temperature down to the other."""
        annealing.anneal(
            self._problem, self._routes, self.memory, steps, hot, cold, AVERAGE_REMOVED, LONGEST_STRING, REMEMBERED
        )
        self.iterations += steps


def _mean_leg(instance: Instance, problem: ProblemArrays) -> float:
    """Mean travel in seconds from a visit to its nearest few, about what a leg of a good route takes."""
    places = [[instance.options[option].call.location for option in options] for options in instance.options_of]
    legs = [
        int(problem.travel[np.ix_(places[visit], places[other])].min())
        for visit, row in enumerate(problem.near[:, 1 : 1 + NEAREST])
        for other in row
        if other >= 0
    ]
    possible = [leg for leg in legs if 0 < leg < NO_WAY]
    return sum(possible) / len(possible) if possible else 1.0
