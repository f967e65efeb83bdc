"""What an instance says about times becomes parts of the flat arrays."""

import numpy as np

from scheduler.domain.travel import PROGRESS_PER_SECOND
from scheduler.solver.instance import Instance
from scheduler.solver.kernels.arrays import BEGINS, NEVER, NO_WAY, RATE, Ints, Longs
from scheduler.solver.timing import SLOT_SECONDS, Frame, Pace

_NOWHERE = -1


def pace_rows(instance: Instance) -> Longs:
    """By profile, a row a slot: when it begins, its rate and the progress by then; no slots without any pace."""
    paces = [ways.pace for ways in instance.ways]
    slowed = next((pace for pace in paces if pace is not None), None)
    if slowed is None:
        return np.zeros((len(paces), 0, 3), dtype=np.int64)
    return np.stack([_rows(_even(slowed) if pace is None else pace) for pace in paces])


def _even(pace: Pace) -> Pace:
    """The pace in the same slots of a profile that is not slowed."""
    slots = len(pace.rates)
    progress = range(0, (slots + 1) * SLOT_SECONDS * PROGRESS_PER_SECOND, SLOT_SECONDS * PROGRESS_PER_SECOND)
    return Pace(first=pace.first, rates=(PROGRESS_PER_SECOND,) * slots, progress=tuple(progress))


def _rows(pace: Pace) -> Longs:
    begins = [pace.first + slot * SLOT_SECONDS for slot in range(len(pace.rates))]
    return np.array(list(zip(begins, pace.rates, pace.progress[:-1], strict=True)), dtype=np.int64)


def fastest_rate(pace: Longs, frame: Frame) -> int:
    """The highest rate at any time of a shift."""
    if not len(pace):
        return PROGRESS_PER_SECOND
    first, last = np.clip(
        np.searchsorted(pace[:, BEGINS], [frame.earliest_start, frame.latest_end], side="right") - 1, 0, None
    )
    return int(pace[first : last + 1, RATE].max())


def quickest_legs(travel: Ints, pace: Longs) -> Ints:
    """Legs at the fastest hour, rounded down."""
    if not len(pace):
        return travel
    quickest = (travel.astype(np.int64) * PROGRESS_PER_SECOND // pace[:, RATE].max()).astype(np.int32)
    quickest[travel >= NO_WAY] = NO_WAY
    return quickest


def published_stop(instance: Instance, visit: int) -> tuple[int, int]:
    """The shift and start that a visit was published with; the shift is -1 when that is not here."""
    published = instance.published[visit] if instance.published else None
    return (_NOWHERE, 0) if published is None else published


def regular_end_of(instance: Instance, shift: int) -> int:
    """The end of a shift without overtime."""
    return instance.regular_ends[shift] if instance.regular_ends else NEVER


def crew_of(instance: Instance, shift: int) -> tuple[int, ...]:
    """The people whose working time counts."""
    return instance.collectors_of_shift[shift] if instance.collectors_of_shift else ()
