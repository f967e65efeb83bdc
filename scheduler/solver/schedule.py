"""The times of a finished order.

A crew that leaves later comes home no earlier. Of all times of departure only those count that no later one makes
up for: the latest that still comes home at a certain time (a point). At each point everything is done as early as it
can be; the point whose times cost least is taken, and among equals the one with the least waiting, then the earliest
end: the crew waits in the office and not at the door.

A finished plan then moves visits away from the last moment at which they are allowed, as far as that costs nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from scheduler.domain.problem import PLAN_CHANGE_TOLERANCE
from scheduler.solver.instance import Instance, Terms
from scheduler.solver.timing import (
    TOO_LATE,
    BreakTimes,
    Call,
    Frame,
    Pace,
    Travel,
    drive,
    finish,
    latest_starts,
    next_start,
    ready_after,
)

# Points are seconds apart where a crew may simply do everything later; those beyond the first few jumps are rare.
MOST_POINTS = 16
TOLERANCE = PLAN_CHANGE_TOLERANCE // timedelta(seconds=1)


class ScheduledCall(NamedTuple):
    """The times of one visit.

    `breaks_before` counts the breaks taken since the previous visit or the start, `driven` the seconds on the road.
    """

    arrival: int
    start: int
    departure: int
    breaks_before: int
    driven: int


class ScheduledBreak(NamedTuple):
    """The times of one break."""

    begin: int
    end: int


class Schedule(NamedTuple):
    """All times of a route.

    `breaks_at_end` counts the breaks taken after the last visit, `driven_to_end` the seconds on the road from there.
    """

    departure: int
    calls: tuple[ScheduledCall, ...]
    breaks: tuple[ScheduledBreak, ...]
    breaks_at_end: int
    finish: int
    driven_to_end: int

    @property
    def waiting(self) -> int:
        """The seconds that the crew waits at its visits."""
        return sum(call.start - call.arrival for call in self.calls)

    @property
    def driven(self) -> int:
        """The seconds on the road."""
        return sum(call.driven for call in self.calls) + self.driven_to_end

    @property
    def span(self) -> int:
        """The working time."""
        return self.finish - self.departure


class Prices(NamedTuple):
    """What times cost on one route.

    `published` holds by visit the published service start of those that are on the shift they were published on.
    """

    terms: Terms
    regular_end: int
    published: tuple[int | None, ...]


class Timed(NamedTuple):
    """The chosen times of an order, and what they cost beyond its legs in the travel matrix."""

    times: Schedule
    cost: int


class _Step(NamedTuple):
    """How a label was reached: the departure, the arrival and start before it, and the label it came from."""

    departure: int
    arrival: int
    start: int
    taken_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The visits of one route in their order.

    Attributes:
        frame: The shift.
        calls: The visits.
        travel: Rows of seconds.
        pace: How fast the crew drives by the clock.
        prices: What its times cost; None when nothing.
    """

    frame: Frame
    calls: tuple[Call, ...]
    travel: Travel
    pace: Pace | None = None
    prices: Prices | None = None

    @property
    def is_timed(self) -> bool:
        """Whether its cost depends on its times."""
        return self.pace is not None or self.prices is not None

    def points(self) -> Iterator[Schedule]:
        """The times at the points, by rising departure."""
        frame = self.frame
        for _ in range(MOST_POINTS):
            times = _latest_times(frame, self.calls, self.travel, self.pace)
            if times is None:
                return
            yield times
            frame = frame._replace(earliest_start=times.departure + 1)

    def best(self) -> Timed | None:
        """The times of the point that costs least, None when the order cannot be made."""
        best: Timed | None = None
        for times in self.points():
            found = Timed(times, self.cost(times))
            if best is None or _rank(found) < _rank(best):
                best = found
            if self.pace is None and best.cost == 0 and best.times.waiting == 0:
                # Later points only end later.
                break
        return best

    def cost(self, times: Schedule) -> int:
        """What these times cost beyond the legs in the travel matrix."""
        longer = 0 if self.pace is None else times.driven - self._legs()
        if self.prices is None:
            return longer
        terms, regular_end, published = self.prices
        moved = sum(
            start is not None and abs(call.start - start) > TOLERANCE
            for call, start in zip(times.calls, published, strict=True)
        )
        overtime = terms.overtime * max(0, times.finish - regular_end) // 1000
        return longer + overtime + terms.waiting * times.waiting // 1000 + terms.change_of_plan * moved

    def near_published(self) -> "Order | None":
        """The same order, with its visits as near to their published times as costs nothing; None without any."""
        if self.prices is None or not any(start is not None for start in self.prices.published):
            return None
        calls = tuple(
            call if start is None else call._replace(starts=_within(call.starts, start - TOLERANCE, start + TOLERANCE))
            for call, start in zip(self.calls, self.prices.published, strict=True)
        )
        return replace(self, calls=calls)

    def with_margin(self, margin: int, agreed: Timed) -> Timed:
        """The times with visits kept away from the last moment of their hours, as far as that costs nothing.

        Args:
            margin: By how many seconds.
            agreed: The times without.
        """
        if margin == 0:
            return agreed
        shorter = [call._replace(starts=_before_the_end(call.starts, margin)) for call in self.calls]
        best = self._as_cheap(shorter, agreed)
        if best is not None:
            return best
        best, kept = agreed, list(self.calls)
        for at, call in enumerate(shorter):
            found = self._as_cheap([*kept[:at], call, *kept[at + 1 :]], agreed)
            if found is not None:
                best, kept[at] = found, call
        return best

    def left_at_once(self, times: Schedule) -> Schedule:
        """The same visits at the same times, when the crew leaves for the first of them as early as it can."""
        frame, first = self.frame, times.calls[0]
        rests, leg = frame.breaks[: first.breaks_before], self.travel[frame.start_location][self.calls[0].location]
        way = drive(rests, frame.earliest_start, leg, self.pace)
        return times._replace(
            departure=frame.earliest_start,
            calls=(first._replace(arrival=way.ready, driven=way.seconds), *times.calls[1:]),
            breaks=(*_begun_early(rests, frame.earliest_start), *times.breaks[len(rests) :]),
        )

    def _as_cheap(self, calls: Sequence[Call], agreed: Timed) -> Timed | None:
        """The best times of these calls unless they cost more than agreed."""
        found = replace(self, calls=tuple(calls)).best()
        if found is None or found.cost > agreed.cost:
            return None
        is_shared = self.prices is not None and self.prices.terms.unfairness > 0
        return None if is_shared and found.times.span != agreed.times.span else found

    def _legs(self) -> int:
        frame = self.frame
        stops = (frame.start_location, *(call.location for call in self.calls), frame.end_location)
        return sum(self.travel[here][there] for here, there in pairwise(stops))


def order_of(instance: Instance, shift: int, options: Sequence[int]) -> Order:
    """A shift's options in their order."""
    travel, pace = instance.ways_of(shift)
    return Order(
        frame=instance.frames[shift],
        calls=tuple(instance.options[option].call for option in options),
        travel=travel,
        pace=pace,
        prices=_prices(instance, shift, options) if any(instance.terms) else None,
    )


def _prices(instance: Instance, shift: int, options: Sequence[int]) -> Prices:
    known = instance.published or (None,) * len(instance.visit_ids)
    published = (known[instance.options[option].visit] for option in options)
    return Prices(
        instance.terms,
        instance.regular_ends[shift] if instance.regular_ends else TOO_LATE,
        tuple(one[1] if one is not None and one[0] == shift else None for one in published),
    )


def schedule(frame: Frame, calls: Sequence[Call], travel: Travel, pace: Pace | None = None) -> Schedule | None:
    """The times of the calls in this order, None when they cannot be made."""
    best = Order(frame=frame, calls=tuple(calls), travel=travel, pace=pace).best()
    return None if best is None else best.times


def _rank(timed: Timed) -> tuple[int, int, int]:
    return timed.cost, timed.times.waiting, timed.times.finish


def _within(starts: tuple[tuple[int, int], ...], first: int, last: int) -> tuple[tuple[int, int], ...]:
    clipped = ((max(begin, first), min(end, last)) for begin, end in starts)
    return tuple((begin, end) for begin, end in clipped if begin <= end)


def _before_the_end(starts: tuple[tuple[int, int], ...], margin: int) -> tuple[tuple[int, int], ...]:
    return tuple((first, max(first, last - margin)) for first, last in starts)


def _latest_times(frame: Frame, calls: Sequence[Call], travel: Travel, pace: Pace | None) -> Schedule | None:
    """The crew comes home as early as it can, and leaves as late as that allows; None when it cannot."""
    end = finish(frame, calls, travel, pace)
    if end > frame.latest_end:
        return None
    departure = latest_starts(frame._replace(latest_end=end), calls, travel, pace)[0][0]
    late = frame._replace(earliest_start=max(frame.earliest_start, departure))
    return _earliest_times(late, calls, travel, pace)


def _earliest_times(frame: Frame, calls: Sequence[Call], travel: Travel, pace: Pace | None) -> Schedule:
    """All times when the crew leaves at the frame's start and does everything as early as it can."""
    steps = _forward(frame, calls, travel, pace)
    taken = _taken_before_end(frame, calls, travel, steps[-1], pace)
    return _assemble(frame, calls, travel, steps, _walk_back(steps, taken), pace)


def _forward(frame: Frame, calls: Sequence[Call], travel: Travel, pace: Pace | None) -> list[list[_Step | None]]:
    most = len(frame.breaks)
    first = _Step(frame.earliest_start, frame.earliest_start, frame.earliest_start, 0)
    steps: list[list[_Step | None]] = [[first] + [None] * most]
    here = frame.start_location
    for call in calls:
        steps.append(_reach(frame, steps[-1], call, travel[here][call.location], pace))
        here = call.location
    return steps


def _reach(frame: Frame, before: list[_Step | None], call: Call, leg: int, pace: Pace | None) -> list[_Step | None]:
    after: list[_Step | None] = [None] * len(before)
    for taken, step in enumerate(before):
        if step is None:
            continue
        for total in range(taken, len(before)):
            arrival = ready_after(frame.breaks[taken:total], step.departure, leg, pace)
            start = next_start(call.starts, arrival)
            best = after[total]
            if start < TOO_LATE and (best is None or start + call.service < best.departure):
                after[total] = _Step(start + call.service, arrival, start, taken)
    return after


def _taken_before_end(
    frame: Frame, calls: Sequence[Call], travel: Travel, last: list[_Step | None], pace: Pace | None
) -> int:
    leg = travel[calls[-1].location if calls else frame.start_location][frame.end_location]
    finishes = [
        (ready_after(frame.breaks[taken:], step.departure, leg, pace), -taken)
        for taken, step in enumerate(last)
        if step is not None
    ]
    return -min(finishes)[1]


def _walk_back(steps: list[list[_Step | None]], taken: int) -> list[int]:
    """How many breaks were taken by each stop."""
    counts = [taken]
    for labels in reversed(steps[1:]):
        step = labels[counts[-1]]
        if step is None:
            raise AssertionError("a label without a step cannot be on the best path")
        counts.append(step.taken_before)
    counts.reverse()
    return counts


def _assemble(
    frame: Frame,
    calls: Sequence[Call],
    travel: Travel,
    steps: list[list[_Step | None]],
    counts: list[int],
    pace: Pace | None,
) -> Schedule:
    path = [labels[count] for labels, count in zip(steps, counts, strict=True)]
    chosen = [step for step in path if step is not None]
    scheduled: list[ScheduledCall] = []
    breaks: list[ScheduledBreak] = []
    here = frame.start_location
    for call, before, step, taken, total in zip(calls, chosen, chosen[1:], counts, counts[1:], strict=False):
        rests = frame.breaks[taken:total]
        driven = drive(rests, before.departure, travel[here][call.location], pace).seconds
        breaks.extend(_begun_early(rests, before.departure))
        scheduled.append(ScheduledCall(step.arrival, step.start, step.departure, total - taken, driven))
        here = call.location
    rests = frame.breaks[counts[-1] :]
    home = drive(rests, chosen[-1].departure, travel[here][frame.end_location], pace)
    breaks.extend(_begun_early(rests, chosen[-1].departure))
    return Schedule(frame.earliest_start, tuple(scheduled), tuple(breaks), len(rests), home.ready, home.seconds)


def _begun_early(rests: Sequence[BreakTimes], departure: int) -> list[ScheduledBreak]:
    clock = departure
    placed: list[ScheduledBreak] = []
    for rest in rests:
        begin = max(clock, rest.earliest_start)
        clock = begin + rest.duration
        placed.append(ScheduledBreak(begin, clock))
    return placed
