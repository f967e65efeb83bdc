"""What an engine is asked, and what it answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.readers import Benchmark
from scheduler.domain.plan import Plan

Orders = list[list[int]]
type Routes = tuple[tuple[int, ...], ...]
type Points = tuple[tuple[float, float], ...]
type Gains = tuple[tuple[str, float], ...]

# A curve is drawn from so many points; more would only fill the table of runs.
MOST_POINTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One run of one engine.

    Attributes:
        benchmark: The instance.
        seed: Of the engine's randomness.
        seconds: The limit.
        enough: The engine may stop at this cost, in the planner's whole numbers; None to use all seconds.
    """

    benchmark: Benchmark
    seed: int
    seconds: float
    enough: float | None = None

    def is_enough(self, cost: float) -> bool:
        """Whether there is no need to search on from a solution that costs so much."""
        return self.enough is not None and cost <= self.enough


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an engine found.

    Attributes:
        solution: A Plan for a document, routes over nodes for a textbook instance.
        points: Seconds and cost of better and better solutions, in the planner's whole numbers.
        gains: By how much each step lowered the cost of the first solution, where an engine tells of its steps.
    """

    solution: Plan | Routes
    points: Points
    gains: Gains = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """The engine cannot express the instance, or found no solution; `reason` says which."""

    reason: str


def falling(points: Iterable[tuple[float, float]], most: int = MOST_POINTS) -> Points:
    """The points at which the cost fell, in order of time; at most so many, close together early and far apart late.

    The first and the last of them always stay.
    """
    fallen: list[tuple[float, float]] = []
    for seconds, cost in sorted(points):
        if not fallen or cost < fallen[-1][1]:
            fallen.append((seconds, cost))
    if len(fallen) <= most:
        return tuple(fallen)
    return tuple(fallen[number] for number in _spread(fallen, most))


def _spread(points: Sequence[tuple[float, float]], most: int) -> list[int]:
    """Indices spread evenly over the logarithm of time: the last point before each of `most - 1` moments."""
    first, last = max(points[0][0], 1e-3), max(points[-1][0], 2e-3)
    moments = [first * (last / first) ** (number / (most - 2)) for number in range(most - 1)]
    chosen = {0, len(points) - 1}
    number = 0
    for moment in moments:
        while number + 1 < len(points) and points[number + 1][0] <= moment:
            number += 1
        chosen.add(number)
    return sorted(chosen)
