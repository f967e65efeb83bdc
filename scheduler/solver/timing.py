"""When a crew is where: exact earliest and latest times of one route, breaks included.

A route is feasible exactly when its earliest times are, because a crew that is earlier anywhere can always wait. With
breaks the earliest time depends on how many were taken so far, so each stop carries one time per number of breaks
taken (labels). Breaks between two stops may interrupt the travel: with departure d, travel t and breaks of lengths p,
the crew is ready at max(d + t + sum(p), end of the last break), each break begun as early as its window lets it. The
mirrored recursion from the end gives the latest times. An insertion between two stops is then judged from the labels
of its two neighbours alone, in time that does not grow with the route.

With a pace a leg takes longer at some hours than at others; crews drive whenever they are not at rest. Leaving later
still never means being there earlier, so all of this holds as it is; only the mirrored times with breaks on the way
have no closed form and are found by bisection.

All times are whole seconds since the instance's base.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from scheduler.domain.travel import PROGRESS_PER_SECOND

NEVER = 1 << 40
TOO_LATE = NEVER
TOO_EARLY = -NEVER
SLOT_SECONDS = 900


class BreakTimes(NamedTuple):
    """A break in whole seconds; it ends no later than `latest_end`."""

    earliest_start: int
    latest_end: int
    duration: int


class Call(NamedTuple):
    """What timing needs of a visit at one place.

    `starts` holds the closed intervals in which service may start, in order and disjoint.
    """

    location: int
    service: int
    starts: tuple[tuple[int, int], ...]


class Frame(NamedTuple):
    """What timing needs of a shift; locations are rows of the travel matrix."""

    earliest_start: int
    latest_end: int
    start_location: int
    end_location: int
    breaks: tuple[BreakTimes, ...]


class Pace(NamedTuple):
    """How fast crews get on by the clock, in slots of `SLOT_SECONDS`; outside the slots the nearest one goes on.

    Attributes:
        first: When slot 0 begins, on a quarter of an hour.
        rates: By slot, the progress of one second; `PROGRESS_PER_SECOND` is as fast as the travel matrix says.
        progress: The progress made when each slot begins, and when the last one ends.
    """

    first: int
    rates: tuple[int, ...]
    progress: tuple[int, ...]


Labels = list[int]
Travel = Sequence[Sequence[int]]


def next_start(starts: tuple[tuple[int, int], ...], ready: int) -> int:
    """The earliest allowed start at or after `ready`, `TOO_LATE` if there is none."""
    for first, last in starts:
        if ready <= last:
            return max(ready, first)
    return TOO_LATE


def last_start(starts: tuple[tuple[int, int], ...], latest: int) -> int:
    """The latest allowed start at or before `latest`, `TOO_EARLY` if there is none."""
    for first, last in reversed(starts):
        if first <= latest:
            return min(latest, last)
    return TOO_EARLY


class Drive(NamedTuple):
    """A leg as driven: when the crew is ready at its end, breaks taken, and its seconds on the road."""

    ready: int
    seconds: int


def arrive(pace: Pace | None, departure: int, leg: int) -> int:
    """The first second by which a leg is driven that takes `leg` seconds in the matrix."""
    if pace is None or leg == 0:
        return departure + leg
    return _first_second(pace, _progress_at(pace, departure) + leg * PROGRESS_PER_SECOND)


def leave(pace: Pace | None, arrival: int, leg: int) -> int:
    """The latest departure that arrives by `arrival`: `arrive` mirrored."""
    if pace is None or leg == 0:
        return arrival - leg
    return _last_second(pace, _progress_at(pace, arrival) - leg * PROGRESS_PER_SECOND)


def _progress_at(pace: Pace, moment: int) -> int:
    slot = min(max((moment - pace.first) // SLOT_SECONDS, 0), len(pace.rates) - 1)
    return pace.progress[slot] + (moment - pace.first - slot * SLOT_SECONDS) * pace.rates[slot]


def _first_second(pace: Pace, progress: int) -> int:
    """The first second with at least so much progress."""
    slot = min(max(bisect_left(pace.progress, progress) - 1, 0), len(pace.rates) - 1)
    return pace.first + slot * SLOT_SECONDS - (pace.progress[slot] - progress) // pace.rates[slot]


def _last_second(pace: Pace, progress: int) -> int:
    """The last second with at most so much progress."""
    slot = min(max(bisect_right(pace.progress, progress) - 1, 0), len(pace.rates) - 1)
    return pace.first + slot * SLOT_SECONDS + (progress - pace.progress[slot]) // pace.rates[slot]


def drive(breaks: Sequence[BreakTimes], departure: int, travel: int, pace: Pace | None = None) -> Drive:
    """A leg with `breaks` on the way, each begun as early as it can; `TOO_LATE` when one of them has no room."""
    if pace is None:
        return Drive(ready_after(breaks, departure, travel), travel)
    clock, seconds = departure, 0
    missing = travel * PROGRESS_PER_SECOND
    for rest in breaks:
        begin = max(clock, rest.earliest_start)
        on_road, missing = _drive_until(pace, clock, begin, missing)
        seconds += on_road
        clock = begin + rest.duration
        if clock > rest.latest_end:
            return Drive(TOO_LATE, seconds)
    on_road, _ = _drive_until(pace, clock, TOO_LATE, missing)
    return Drive(clock + on_road, seconds + on_road)


def _drive_until(pace: Pace, clock: int, end: int, missing: int) -> tuple[int, int]:
    """The seconds driven between two times while any way is missing, and the way that is missing then."""
    if missing <= 0:
        return 0, 0
    progress = _progress_at(pace, clock)
    reached = min(end, _first_second(pace, progress + missing))
    return reached - clock, progress + missing - _progress_at(pace, reached)


def ready_after(breaks: Sequence[BreakTimes], departure: int, travel: int, pace: Pace | None = None) -> int:
    """The earliest time a crew is ready at the next stop when it takes `breaks` on the way."""
    if not breaks:
        return arrive(pace, departure, travel)
    if pace is not None:
        return drive(breaks, departure, travel, pace).ready
    clock = departure
    rested = 0
    for rest in breaks:
        begin = max(clock, rest.earliest_start)
        clock = begin + rest.duration
        if clock > rest.latest_end:
            return TOO_LATE
        rested += rest.duration
    return max(departure + travel + rested, clock)


def leave_by(breaks: Sequence[BreakTimes], arrival: int, travel: int, pace: Pace | None = None) -> int:
    """The latest departure that is ready at `arrival` with `breaks` taken on the way: `ready_after` mirrored."""
    if not breaks:
        return leave(pace, arrival, travel)
    if pace is not None:
        return _leave_by_at_pace(breaks, arrival, travel, pace)
    clock = arrival
    rested = 0
    for rest in reversed(breaks):
        clock = min(clock, rest.latest_end) - rest.duration
        if clock < rest.earliest_start:
            return TOO_EARLY
        rested += rest.duration
    return min(arrival - travel - rested, clock)


def _leave_by_at_pace(breaks: Sequence[BreakTimes], arrival: int, travel: int, pace: Pace) -> int:
    # Who has driven all the way before the first break opens is held up by the breaks alone.
    low = leave(pace, min(arrival, breaks[0].earliest_start), travel)
    if ready_after(breaks, low, travel, pace) > arrival:
        return TOO_EARLY
    high = arrival - sum(rest.duration for rest in breaks)
    while low < high:
        middle = (low + high + 1) // 2
        if ready_after(breaks, middle, travel, pace) <= arrival:
            low = middle
        else:
            high = middle - 1
    return low


def departures(frame: Frame, calls: Sequence[Call], travel: Travel, pace: Pace | None = None) -> list[Labels]:
    """Earliest departures: entry [i][k] is after stop i (0 = the start) with k breaks taken by then."""
    most = len(frame.breaks)
    labels = [[frame.earliest_start] + [TOO_LATE] * most]
    here = frame.start_location
    for call in calls:
        labels.append(_extend(frame.breaks, labels[-1], call, travel[here][call.location], pace))
        here = call.location
    return labels


def _extend(breaks: tuple[BreakTimes, ...], before: Labels, call: Call, travel: int, pace: Pace | None) -> Labels:
    after = [TOO_LATE] * len(before)
    for taken, departure in enumerate(before):
        if departure >= TOO_LATE:
            continue
        for total in range(taken, len(before)):
            start = next_start(call.starts, ready_after(breaks[taken:total], departure, travel, pace))
            if start < TOO_LATE:
                after[total] = min(after[total], start + call.service)
    return after


def latest_starts(frame: Frame, calls: Sequence[Call], travel: Travel, pace: Pace | None = None) -> list[Labels]:
    """Latest service starts: entry [i][k] is at stop i (len(calls) + 1 = the end) with k breaks taken before it.

    Entry 0 is the latest departure from the start.
    """
    most = len(frame.breaks)
    labels = [[TOO_EARLY] * most + [frame.latest_end]]
    there = frame.end_location
    for call in reversed(calls):
        leaving = _leaving(frame.breaks, labels[-1], travel[call.location][there], pace)
        labels.append([last_start(call.starts, moment - call.service) for moment in leaving])
        there = call.location
    labels.append(_leaving(frame.breaks, labels[-1], travel[frame.start_location][there], pace))
    labels.reverse()
    return labels


def _leaving(breaks: tuple[BreakTimes, ...], after: Labels, travel: int, pace: Pace | None) -> Labels:
    leaving = [TOO_EARLY] * len(after)
    for total, latest in enumerate(after):
        if latest <= TOO_EARLY:
            continue
        for taken in range(total + 1):
            leaving[taken] = max(leaving[taken], leave_by(breaks[taken:total], latest, travel, pace))
    return leaving


def fits_between(
    frame: Frame, before: Labels, call: Call, after: Labels, legs: tuple[int, int], pace: Pace | None = None
) -> bool:
    """Whether `call` fits between two neighbours, given their labels and the travel to and from it."""
    if len(before) == 1:
        start = next_start(call.starts, arrive(pace, before[0], legs[0]))
        return arrive(pace, start + call.service, legs[1]) <= after[0]
    between = _extend(frame.breaks, before, call, legs[0], pace)
    for taken, departure in enumerate(between):
        if departure >= TOO_LATE:
            continue
        for total in range(taken, len(between)):
            if ready_after(frame.breaks[taken:total], departure, legs[1], pace) <= after[total]:
                return True
    return False


def is_feasible(frame: Frame, calls: Sequence[Call], travel: Travel, pace: Pace | None = None) -> bool:
    """Whether the calls can be made in this order."""
    return finish(frame, calls, travel, pace) <= frame.latest_end


def finish(frame: Frame, calls: Sequence[Call], travel: Travel, pace: Pace | None = None) -> int:
    """The earliest time at which the crew is at its end location with all breaks taken."""
    last = calls[-1].location if calls else frame.start_location
    leg = travel[last][frame.end_location]
    best = TOO_LATE
    for taken, departure in enumerate(departures(frame, calls, travel, pace)[-1]):
        if departure < TOO_LATE:
            best = min(best, ready_after(frame.breaks[taken:], departure, leg, pace))
    return best
