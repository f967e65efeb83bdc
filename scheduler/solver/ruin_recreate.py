"""Ruin and recreate on all cores: several annealed searches that go on from the best of them.

After Christiaens and Vanden Berghe 2020, "Slack induction by string removals", doi 10.1287/trsc.2019.0914. The steps
are kernels (`scheduler.solver.kernels`), which run without the interpreter's lock, so a thread a search uses a core a
search. The searches run in rounds; between rounds those that are behind go on from the best routes of all, or, where
the problem is large enough to be divided (`division`), all go on from what they found together. Rounds are the only
time at which searches meet, so with a given number of iterations the number of threads changes nothing.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

import numpy as np

from scheduler.solver.annealed_search import AnnealedSearch, Rows
from scheduler.solver.division import Divider, Division, is_worth_dividing
from scheduler.solver.instance import Instance
from scheduler.solver.kernels.arrays import KIND, NO_WAY, PENALTY, ProblemArrays, StepSettings
from scheduler.solver.kernels.flatten import problem_arrays
from scheduler.solver.kernels.flatten_travel import quickest_travel
from scheduler.solver.limits import SECONDS_BETWEEN_LOOKS
from scheduler.solver.pool import RoutePool

# Measured on `visits`: with 60 to 120 visits 14 do better than the published 10, and 20 worse; with 1,000 and a part of
# them for each search, 10 do better by a percent, with some steps that tear much more.
AVERAGE_REMOVED, LONGEST_STRING, WIDE_SHARE = 14.0, 14.0, 0.0
# Where insertions are not tried everywhere. Measured on the two with 300 visits, 22 s: 8 beside few neighbours end 0.1
# and 0.8 % better than 14 beside all, twice as many steps; 6 and 10 are within chance of it.
AVERAGE_REMOVED_NEAR, LONGEST_STRING_NEAR = 8.0, 8.0
# Measured on 30 re-plans of 2 s at 300 visits each: going on from good routes, 10 end 2.2 % above a long search on
# average, 6 with as much time 2.5 %, and beginning hotter, at 0.6 of the way, another 0.5 %.
AVERAGE_REMOVED_WARM, LONGEST_STRING_WARM = 10.0, 10.0
AVERAGE_REMOVED_DIVIDED, LONGEST_STRING_DIVIDED, WIDE_SHARE_DIVIDED = 10.0, 10.0, 0.1
# A visit goes next to one of all its near places (there are `flatten_near.TRIED_NEXT_TO` at most), or else anywhere; or
# next to one of few, and then seldom anywhere.
ALL_NEIGHBOURS, ALWAYS_EVERYWHERE = 1_000, 1.0
FEW_NEIGHBOURS, SELDOM_EVERYWHERE = 16, 0.1
BLINK = 0.01
# For a plan to show soon, many small steps. Measured on `visits-300-28`, 1.6 s: 7 % above a search of 30 s; 14 beside
# all neighbours, cold from the start, 18 to 22 %.
AVERAGE_REMOVED_QUICK, LONGEST_STRING_QUICK = 6.0, 6.0
# Before each step, where shifts are alike. Measured on R2_10_2 of Gehring and Homberger, routes of 50 visits, in 40 s:
# 1.2 % above the best known, and 3.5 % without.
EXCHANGES = 2
# Of the mean travel to a visit, so that other units and other cities anneal alike. Measured on `visits`: large problems
# get fewer steps for each visit, and do better when they begin less hot.
HOTTEST_LEGS, COLDEST_LEGS = 16.0, 0.16
HOTTEST_LEGS_DIVIDED, COLDEST_LEGS_DIVIDED = 1.6, 0.03
HOTTEST_LEGS_QUICK, COLDEST_LEGS_QUICK = 25.0, 0.4
# The ends of the way from the hottest to the coldest temperature.
HOTTEST, COLDEST = 0.0, 1.0
# Where a search begins that goes on from good routes: hotter, and it would only find them again.
HALFWAY = 0.75
ROUNDS = 40
# Where the problem is divided, borders move so often.
ROUNDS_DIVIDED = 100
# Before it, searches that look at different routes find more than searches that follow each other.
FIRST_MEETING_SHARE = 0.6
# Where shifts stay unused and visits are left out, leaving one out costs so many times as much at first, and less and
# less until that share of the search: routes that pay as a whole are found by taking visits out, hardly by adding them
# one by one.
MOST_GENEROUS = 4.0
GENEROUS_SHARE = 0.6
# Steps between two looks at the stop flag: as many as take so long, or without a clock a fixed number.
CHUNK_SECONDS = 0.05
LONGEST_CHUNK = 100_000
CHUNK = 500
# So many nearest visits tell how far it is from one to the next. In a large problem these are legs between clusters,
# too: by legs within them, C1_10_2 of Gehring and Homberger anneals too cold (2.1 instead of 1 % above the best known).
NEAREST, NEAREST_DIVIDED = 5, 80

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phase:
    """How a search goes about it, and its hottest and coldest temperature in seconds of cost."""

    settings: StepSettings
    hottest: float
    coldest: float


class Searches:
    """Several searches of one instance."""

    def __init__(
        self,
        instance: Instance,
        orders: Sequence[Sequence[int]],
        *,
        seeds: Sequence[Sequence[int]],
        are_good: bool = False,
    ) -> None:
        """Begin all of them from the same orders.

        Args:
            instance: The problem.
            orders: By shift, options in order; feasible.
            seeds: One a search.
            are_good: Whether the orders are nearly what is looked for.
        """
        self._problem = problem_arrays(instance)
        self._penalties = self._problem.visits[:, PENALTY].copy()
        self._divider: Divider | None = None
        self._rounds = ROUNDS
        if is_worth_dividing(instance, len(seeds)):
            self._divider = Divider(instance, self._problem, parts=len(seeds), seed=seeds[0])
            self._rounds = ROUNDS_DIVIDED
        is_divided = self._divider is not None
        self._thorough, self._quick = _phases(instance, self._problem, is_divided=is_divided, are_good=are_good)
        self._searches = [AnnealedSearch(instance, self._problem, seed) for seed in seeds]
        self.adopt(orders)

    def adopt(self, orders: Sequence[Sequence[int]]) -> None:
        """Let all searches go on from these orders; feasible."""
        rows = self._searches[0].rows_of(orders)
        for search in self._searches:
            search.adopt(rows)
        self._kept = self._searches[0].best.copy()

    @property
    def best_cost(self) -> int:
        """Of the best orders of all searches, penalties of visits left out included."""
        return self._best.cost

    @property
    def best_left_out(self) -> int:
        """Visits left out of the best orders of all searches."""
        return self._best.left_out

    @property
    def best_orders(self) -> Orders:
        """The best orders of all searches."""
        return self._best.orders

    @property
    def has_unused_shifts(self) -> bool:
        """Whether the best orders leave visits out although shifts stay unused."""
        best = self._best
        return best.left_out > 0 and not best.length.all()

    @property
    def iterations(self) -> int:
        """Steps of all searches so far."""
        return sum(search.iterations for search in self._searches)

    @property
    def pool(self) -> RoutePool:
        """Routes of good plans of all searches."""
        return RoutePool.of(self._problem, [search.memory.pool for search in self._searches])

    @property
    def _best(self) -> Rows:
        return min([self._kept, *(search.best for search in self._searches)], key=lambda rows: rows.cost)

    def anneal(
        self,
        budget: Budget,
        *,
        threads: int,
        shares: tuple[float, float],
        is_quick: bool = False,
        on_look: Callable[[], None],
        on_round: Callable[[float], None] = lambda _: None,
    ) -> None:
        """Search while the temperature falls from one share of the way to another.

        Args:
            budget: How long.
            threads: At most so many at a time.
            shares: 0 is the hottest, 1 the coldest temperature.
            is_quick: Whether a good plan soon is worth more than the best one late.
            on_look: Called on the calling thread, about ten times a second and after each round.
            on_round: Called on the calling thread after each round but the last, with the share of the rounds that is
                over; it may `adopt` orders.
        """
        rounds = self._rounds
        phase = self._quick if is_quick else self._thorough
        first, last = (phase.hottest * (phase.coldest / phase.hottest) ** share for share in shares)
        is_generous = shares[0] == HOTTEST and self.has_unused_shifts and not is_quick
        stop = threading.Event()
        with ThreadPoolExecutor(max_workers=threads) as executor:
            for number in range(rounds):
                factor = _generosity(number / rounds) if is_generous else 1.0
                if factor > 1.0:
                    self._price(factor)
                division = self._divided()
                part = _Round(budget, number, rounds, (first, last), stop)
                waiting = {executor.submit(search.run, part, phase.settings) for search in self._searches}
                while waiting:
                    done, waiting = wait(waiting, timeout=SECONDS_BETWEEN_LOOKS)
                    for future in done:
                        future.result()
                    if budget.is_over():
                        stop.set()
                    on_look()
                is_last = stop.is_set() or number + 1 == rounds
                if factor > 1.0:
                    self._settle(division)
                else:
                    self._meet(division, (number + 1) / rounds, is_last=is_last)
                if is_last:
                    return
                on_round((number + 1) / rounds)

    def _price(self, factor: float) -> None:
        """Let leaving a visit out cost so many times its penalty; each search goes on from its current routes."""
        self._kept = self._best.copy()
        self._problem.visits[:, PENALTY] = np.minimum(self._penalties * factor, NO_WAY - 1)
        for search in self._searches:
            search.adopt(search.current.copy())

    def _settle(self, division: Division | None) -> None:
        """Let penalties be what they are again after a round at other prices."""
        self._problem.visits[:, PENALTY] = self._penalties
        found = [search.current.copy() for search in self._searches]
        if division is not None:
            found = [self._united(division, found)] * len(found)
        for search, rows in zip(self._searches, found, strict=True):
            search.adopt(rows)
        self._kept = self._best.copy()

    def _divided(self) -> Division | None:
        """Divide the routes among the searches for a round; None where each has them all."""
        if self._divider is None:
            return None
        division = self._divider.divide(self._searches[0].routes)
        for number, search in enumerate(self._searches):
            search.keep_to(division, number)
        return division

    def _meet(self, division: Division | None, share: float, *, is_last: bool) -> None:
        """Put together what the searches found in a round, or let them go on from the best of them."""
        is_late = share >= FIRST_MEETING_SHARE
        if division is not None:
            before = self._searches[0].adopted_cost
            best = self._united(division, [search.best for search in self._searches])
            best = replace(best, cost=before + sum(search.best.cost - before for search in self._searches))
            if best.cost < self._kept.cost:
                self._kept = best
            now = self._kept if is_late else self._united(division, [search.current for search in self._searches])
            for search in self._searches:
                search.adopt(now)
        elif is_late and not is_last:
            leader = min(self._searches, key=lambda search: search.best.cost)
            for search in self._searches:
                if search is not leader:
                    search.adopt(leader.best)

    @staticmethod
    def _united(division: Division, rows: Sequence[Rows]) -> Rows:
        """Of each search the routes of its shifts; the cost is not known."""
        united = rows[0].copy()
        for number, own in enumerate(rows):
            is_own = division.of_shift == number
            united.length[is_own], united.options[is_own] = own.length[is_own], own.options[is_own]
        return united


class _Round:
    """One round's part of the budget, and the temperatures within it."""

    def __init__(
        self,
        budget: Budget,
        number: int,
        rounds: int,
        temperatures: tuple[float, float],
        stop: threading.Event,
    ) -> None:
        self._budget = budget
        self._share_at_end = (number + 1) / rounds
        self._steps_before, steps_after = (
            (budget.iterations or 0) * number // rounds,
            (budget.iterations or 0) * (number + 1) // rounds,
        )
        self._steps = steps_after - self._steps_before
        self._first, self._last = temperatures
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
            before = self._budget.elapsed_seconds() / seconds if seconds else 1.0
            # Searches end a round together, so that none waits for another.
            left = max(0.0, self._share_at_end - before) * (seconds or 0.0)
            chunk_seconds = min(CHUNK_SECONDS, left)
            steps = max(1, min(LONGEST_CHUNK, int(steps_per_second * chunk_seconds)))
            after = before + steps / (steps_per_second * seconds) if seconds else 1.0
            over = before >= self._share_at_end
        return None if over else (steps, self._temperature(before), self._temperature(after))

    def _temperature(self, share: float) -> float:
        """In seconds of cost."""
        return float(self._first * (self._last / self._first) ** min(1.0, share))


def _settings(problem: ProblemArrays, *, is_divided: bool, are_good: bool) -> StepSettings:
    """Of a search that has time, by the size of the problem and by where it begins."""
    exchanges = EXCHANGES if _may_exchange_tails(problem) else 0
    everywhere = (exchanges, ALL_NEIGHBOURS, ALWAYS_EVERYWHERE, BLINK)
    if is_divided:
        return StepSettings(AVERAGE_REMOVED_DIVIDED, LONGEST_STRING_DIVIDED, WIDE_SHARE_DIVIDED, *everywhere)
    if are_good:
        return StepSettings(AVERAGE_REMOVED_WARM, LONGEST_STRING_WARM, WIDE_SHARE, *everywhere)
    if problem.near_options.shape[1] == 0:
        return StepSettings(AVERAGE_REMOVED, LONGEST_STRING, WIDE_SHARE, *everywhere)
    near = (exchanges, FEW_NEIGHBOURS, SELDOM_EVERYWHERE, BLINK)
    return StepSettings(AVERAGE_REMOVED_NEAR, LONGEST_STRING_NEAR, WIDE_SHARE, *near)


def _phases(instance: Instance, problem: ProblemArrays, *, is_divided: bool, are_good: bool) -> tuple[_Phase, _Phase]:
    """The search itself, and the quick one."""
    settings = _settings(problem, is_divided=is_divided, are_good=are_good)
    hot, cold, quick_hot, quick_cold = HOTTEST_LEGS, COLDEST_LEGS, HOTTEST_LEGS_QUICK, COLDEST_LEGS_QUICK
    if is_divided:
        hot = quick_hot = HOTTEST_LEGS_DIVIDED
        cold = quick_cold = COLDEST_LEGS_DIVIDED
    quick = settings._replace(
        average_removed=AVERAGE_REMOVED_QUICK,
        longest_string=LONGEST_STRING_QUICK,
        neighbours=FEW_NEIGHBOURS,
        everywhere_share=SELDOM_EVERYWHERE,
    )
    leg = _mean_leg(instance, problem, NEAREST_DIVIDED if is_divided else NEAREST)
    return (
        _Phase(settings=settings, hottest=leg * hot, coldest=leg * cold),
        _Phase(settings=quick, hottest=leg * quick_hot, coldest=leg * quick_cold),
    )


def _generosity(share: float) -> float:
    """How many times its penalty it costs to leave a visit out, by the share of the search that is over."""
    return float(MOST_GENEROUS ** max(0.0, 1.0 - share / GENEROUS_SHARE))


def _may_exchange_tails(problem: ProblemArrays) -> bool:
    """Whether any two shifts are alike, and a route costs the sum of its legs and visits; small problems need none."""
    kinds = problem.shifts[:, KIND]
    is_sum = not problem.is_timed and not problem.has_positions and not problem.pace.shape[1]
    return is_sum and len(np.unique(kinds)) < len(kinds) and problem.near_options.shape[1] > 0


def _mean_leg(instance: Instance, problem: ProblemArrays, nearest: int) -> float:
    """Mean travel in seconds from a visit to so many nearest ones; of many legs only a part is looked at."""
    every = max(1, nearest // NEAREST)
    places = [[instance.options[option].call.location for option in options] for options in instance.options_of]
    travel = quickest_travel(problem)
    legs = [
        int(travel[np.ix_(places[visit], places[other])].min())
        for visit in range(0, len(places), every)
        for other in problem.near[visit, 1 : 1 + nearest]
        if other >= 0
    ]
    possible = [leg for leg in legs if 0 < leg < NO_WAY]
    return sum(possible) / len(possible) if possible else 1.0
