"""The times of a finished order: as early at the end as possible, then as late at the start as that allows."""

from collections.abc import Sequence
from typing import NamedTuple

from scheduler.solver.timing import (
    TOO_LATE,
    Call,
    Frame,
    Travel,
    finish,
    latest_starts,
    next_start,
    ready_after,
)


class ScheduledCall(NamedTuple):
    """The times of one visit; `breaks_before` counts the breaks taken since the previous visit or the start."""

    arrival: int
    start: int
    departure: int
    breaks_before: int


class ScheduledBreak(NamedTuple):
    """The times of one break."""

    begin: int
    end: int


class Schedule(NamedTuple):
    """All times of a route; `breaks_at_end` counts the breaks taken after the last visit."""

    departure: int
    calls: tuple[ScheduledCall, ...]
    breaks: tuple[ScheduledBreak, ...]
    breaks_at_end: int
    finish: int


class _Step(NamedTuple):
    """How a label was reached: the departure, the arrival and start before it, and the label it came from."""

    departure: int
    arrival: int
    start: int
    taken_before: int


def schedule(frame: Frame, calls: Sequence[Call], travel: Travel) -> Schedule | None:
    """The times of the calls in this order, None when they cannot be made.

    The crew comes home as early as any schedule lets it, and leaves as late as that allows: it waits in the office
    and not at the door.
    """
    end = finish(frame, calls, travel)
    if end > frame.latest_end:
        return None
    departure = latest_starts(frame._replace(latest_end=end), calls, travel)[0][0]
    late = frame._replace(earliest_start=max(frame.earliest_start, departure))
    steps = _forward(late, calls, travel)
    taken = _taken_before_end(late, calls, travel, steps[-1])
    counts = _walk_back(steps, taken)
    return _assemble(late, calls, steps, counts, end)


def _forward(frame: Frame, calls: Sequence[Call], travel: Travel) -> list[list[_Step | None]]:
    most = len(frame.breaks)
    first = _Step(frame.earliest_start, frame.earliest_start, frame.earliest_start, 0)
    steps: list[list[_Step | None]] = [[first] + [None] * most]
    here = frame.start_location
    for call in calls:
        steps.append(_reach(frame, steps[-1], call, travel[here][call.location]))
        here = call.location
    return steps


def _reach(frame: Frame, before: list[_Step | None], call: Call, leg: int) -> list[_Step | None]:
    after: list[_Step | None] = [None] * len(before)
    for taken, step in enumerate(before):
        if step is None:
            continue
        for total in range(taken, len(before)):
            arrival = ready_after(frame.breaks[taken:total], step.departure, leg)
            start = next_start(call.starts, arrival)
            best = after[total]
            if start < TOO_LATE and (best is None or start + call.service < best.departure):
                after[total] = _Step(start + call.service, arrival, start, taken)
    return after


def _taken_before_end(frame: Frame, calls: Sequence[Call], travel: Travel, last: list[_Step | None]) -> int:
    leg = travel[calls[-1].location if calls else frame.start_location][frame.end_location]
    finishes = [
        (ready_after(frame.breaks[taken:], step.departure, leg), -taken)
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
    frame: Frame, calls: Sequence[Call], steps: list[list[_Step | None]], counts: list[int], end: int
) -> Schedule:
    path = [labels[count] for labels, count in zip(steps, counts, strict=True)]
    chosen = [step for step in path if step is not None]
    scheduled: list[ScheduledCall] = []
    breaks: list[ScheduledBreak] = []
    for before, step, taken, total in zip(chosen, chosen[1:], counts, counts[1:], strict=False):
        breaks.extend(_breaks_between(frame, taken, total, before.departure))
        scheduled.append(ScheduledCall(step.arrival, step.start, step.departure, total - taken))
    breaks.extend(_breaks_between(frame, counts[-1], len(frame.breaks), chosen[-1].departure))
    return Schedule(frame.earliest_start, tuple(scheduled), tuple(breaks), len(frame.breaks) - counts[-1], end)


def _breaks_between(frame: Frame, taken: int, total: int, departure: int) -> list[ScheduledBreak]:
    clock = departure
    placed: list[ScheduledBreak] = []
    for rest in frame.breaks[taken:total]:
        begin = max(clock, rest.earliest_start)
        clock = begin + rest.duration
        placed.append(ScheduledBreak(begin, clock))
    return placed
