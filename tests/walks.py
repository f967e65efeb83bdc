"""Small random routes, and a crew that walks them second by second: the brute force behind the tests of timing."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement, pairwise

from hypothesis import strategies as st

from scheduler.solver.timing import BreakTimes, Call, Frame, Pace

SPAN = 40
HOLD = 10 * SPAN
"""No walk lasts so long."""
Spread = tuple[int, ...]
"""For each break, the number of the leg on which it is taken."""


@dataclass(frozen=True)
class Route:
    frame: Frame
    calls: list[Call]
    travel: list[list[int]]
    pace: Pace | None

    def leaving(self, departure: int) -> "Route":
        """The same route, begun at another time."""
        return Route(self.frame._replace(earliest_start=departure), self.calls, self.travel, self.pace)

    def legs(self) -> int:
        """The seconds of all legs in the matrix."""
        stops = [self.frame.start_location, *(call.location for call in self.calls), self.frame.end_location]
        return sum(self.travel[here][there] for here, there in pairwise(stops))


@dataclass(frozen=True)
class Walk:
    """Where the crew was when; `calls` holds arrival, start and departure of each."""

    spread: Spread
    calls: list[tuple[int, int, int]]
    finish: int
    driven: int

    @property
    def waiting(self) -> int:
        return sum(start - arrival for arrival, start, _ in self.calls)


@st.composite
def intervals(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    bounds = sorted(draw(st.lists(st.integers(0, SPAN), min_size=2, max_size=4, unique=True)))
    return tuple((bounds[i], bounds[i + 1]) for i in range(0, len(bounds) - 1, 2))


@st.composite
def paces(draw: st.DrawFn) -> Pace:
    """Three slots; one of their borders lies within the span of the routes."""
    begin = draw(st.integers(0, SPAN)) - 900 * draw(st.integers(0, 2))
    rates = tuple(draw(st.lists(st.sampled_from((300_000, 666_667, 1_000_000, 2_500_001)), min_size=3, max_size=3)))
    progress = [0]
    for rate in rates:
        progress.append(progress[-1] + 900 * rate)
    return Pace(begin, rates, tuple(progress))


@st.composite
def routes(draw: st.DrawFn, most_calls: int = 4) -> Route:
    breaks = tuple(
        BreakTimes(start, start + length + slack, length)
        for start, length, slack in draw(
            st.lists(st.tuples(st.integers(0, SPAN), st.integers(1, 6), st.integers(0, 12)), max_size=2)
        )
    )
    frame = Frame(draw(st.integers(0, 8)), draw(st.integers(20, SPAN + 10)), 0, 0, breaks)
    count = draw(st.integers(0, most_calls))
    calls = [Call(draw(st.integers(0, 3)), draw(st.integers(0, 5)), draw(intervals())) for _ in range(count)]
    travel = [[draw(st.integers(0, 9)) for _ in range(4)] for _ in range(4)]
    return Route(frame, calls, travel, draw(st.none() | paces()))


def rate_at(pace: Pace | None, second: int) -> int:
    """How far one second of driving gets."""
    if pace is None:
        return 1_000_000
    return pace.rates[min(max((second - pace.first) // 900, 0), len(pace.rates) - 1)]


def walks(route: Route) -> Iterator[Walk]:
    """A walk for every way to spread the breaks over the legs, that leaves at the frame's start."""
    for spread in combinations_with_replacement(range(len(route.calls) + 1), len(route.frame.breaks)):
        walk = _walk(route, spread)
        if walk is not None:
            yield walk


def brute_force_finish(route: Route) -> int:
    """The earliest end, `HOLD` when there is none."""
    return min((walk.finish for walk in walks(route)), default=HOLD)


def _walk(route: Route, spread: Spread) -> Walk | None:
    clock, here, driven = route.frame.earliest_start, route.frame.start_location, 0
    made: list[tuple[int, int, int]] = []
    for number, call in enumerate([*route.calls, Call(route.frame.end_location, 0, ((0, HOLD),))]):
        left = [rest for leg, rest in zip(spread, route.frame.breaks, strict=True) if leg == number]
        missing = route.travel[here][call.location] * 1_000_000
        while missing > 0 or left:
            if left and clock >= left[0].earliest_start:
                clock += left[0].duration
                if clock > left.pop(0).latest_end:
                    return None
                continue
            driven += missing > 0
            missing -= rate_at(route.pace, clock)
            clock += 1
        starts = [second for first, last in call.starts for second in range(first, last + 1) if second >= clock]
        if not starts:
            return None
        made.append((clock, min(starts), min(starts) + call.service))
        clock, here = made[-1][2], call.location
    return Walk(spread, made[:-1], clock, driven)
