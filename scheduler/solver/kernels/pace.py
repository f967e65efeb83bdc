"""Driving by the clock: `timing.drive` and `timing.leave_by` at a pace, on flat arrays."""

from scheduler.domain.travel import PROGRESS_PER_SECOND
from scheduler.solver.kernels.arrays import BEGINS, CLOSES, DURATION, NEVER, OPENS, PROGRESS, RATE, Ints, Longs
from scheduler.solver.kernels.compiled import inlined, kernel
from scheduler.solver.timing import SLOT_SECONDS


@inlined
def slot_at(pace: Longs, moment: int) -> int:
    """The slot of a moment, or the one nearest to it."""
    return min(max((moment - pace[0, BEGINS]) // SLOT_SECONDS, 0), pace.shape[0] - 1)


@inlined
def progress_at(pace: Longs, moment: int) -> int:
    """The progress that driving without rest would have made by then."""
    slot = slot_at(pace, moment)
    return pace[slot, PROGRESS] + (moment - pace[slot, BEGINS]) * pace[slot, RATE]


@inlined
def first_second(pace: Longs, slot: int, progress: int) -> int:
    """The first second with at least so much progress, which is not made before a slot begins."""
    while slot + 1 < pace.shape[0] and pace[slot + 1, PROGRESS] < progress:
        slot += 1
    return pace[slot, BEGINS] - (pace[slot, PROGRESS] - progress) // pace[slot, RATE]


@kernel
def leave(pace: Longs, arrival: int, leg: int) -> int:
    """The latest departure that arrives by `arrival`."""
    if leg == 0:
        return arrival
    slot = slot_at(pace, arrival)
    progress = progress_at(pace, arrival) - leg * PROGRESS_PER_SECOND
    while slot > 0 and pace[slot, PROGRESS] > progress:
        slot -= 1
    return pace[slot, BEGINS] + (progress - pace[slot, PROGRESS]) // pace[slot, RATE]


@kernel
def drive(breaks: Ints, pace: Longs, shift: int, taken: int, total: int, departure: int, leg: int) -> tuple[int, int]:
    """When a crew is ready at the next stop with breaks taken .. total - 1 on the way, and its seconds on the road.

    It is ready `NEVER` when one of the breaks has no room.
    """
    clock, seconds = departure, 0
    missing = leg * PROGRESS_PER_SECOND
    for rest in range(taken, total + 1):
        begin = NEVER
        if rest < total:
            begin = max(clock, breaks[shift, rest, OPENS])
        if missing > 0:
            progress = progress_at(pace, clock)
            reached = min(begin, first_second(pace, slot_at(pace, clock), progress + missing))
            missing += progress - progress_at(pace, reached)
            seconds += reached - clock
            clock = reached
        if rest < total:
            clock = begin + breaks[shift, rest, DURATION]
            if clock > breaks[shift, rest, CLOSES]:
                return NEVER, seconds
    return clock, seconds


@kernel
def leave_by_at_pace(breaks: Ints, pace: Longs, shift: int, taken: int, total: int, arrival: int, leg: int) -> int:
    """The latest departure that is ready at `arrival` with breaks on the way, `-NEVER` if there is none."""
    if taken == total:
        return leave(pace, arrival, leg)
    low = leave(pace, min(arrival, breaks[shift, taken, OPENS]), leg)
    # Who has driven all the way before the first break opens is held up by the breaks alone.
    if drive(breaks, pace, shift, taken, total, low, leg)[0] > arrival:
        return -NEVER
    high = leave(pace, arrival, leg)
    while low < high:
        middle = (low + high + 1) // 2
        if drive(breaks, pace, shift, taken, total, middle, leg)[0] <= arrival:
            low = middle
        else:
            high = middle - 1
    return low
