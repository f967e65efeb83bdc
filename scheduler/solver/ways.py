"""How long legs take, by travel profile: rows of seconds, and a pace where the clock slows it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np

from scheduler.domain.collector import Shift
from scheduler.domain.problem import Problem
from scheduler.domain.travel import UNREACHABLE, Profile, TravelMatrix
from scheduler.solver.pace import pace_of
from scheduler.solver.timing import Pace

# Longer than any horizon, small enough that sums of legs stay far from 64 bits.
NO_WAY_SECONDS = 1 << 36

Rows = tuple[tuple[int, ...], ...]


class Ways(NamedTuple):
    """The ways as one profile travels them.

    Attributes:
        travel: Rows of seconds; `NO_WAY_SECONDS` where there is no way.
        pace: How fast crews get on by the clock; None when always as fast as `travel` says.
    """

    travel: Rows
    pace: Pace | None


class WaysOfShifts(NamedTuple):
    """Ways by number, and by shift the number of its own; every one is some shift's but for a first without shifts."""

    ways: tuple[Ways, ...]
    numbers: tuple[int, ...]


def ways_of_shifts(problem: Problem, shifts: Sequence[Shift], travel: TravelMatrix, base: datetime) -> WaysOfShifts:
    """The ways of these shifts of a problem, with times counted from the base."""
    used = {shift.travel_profile for shift in shifts} or {travel.profile}
    profiles = [profile for profile in Profile if profile in used]
    pace = pace_of(problem, base)
    return WaysOfShifts(
        tuple(Ways(_rows(travel.of(profile)), pace if profile.is_slowed_by_hours else None) for profile in profiles),
        tuple(profiles.index(shift.travel_profile) for shift in shifts),
    )


def _rows(travel: TravelMatrix) -> Rows:
    count = len(travel.location_ids)
    entries = np.asarray(travel.duration_seconds, dtype=np.int64).reshape(count, count)
    return tuple(map(tuple, np.where(entries == UNREACHABLE, NO_WAY_SECONDS, entries).tolist()))
