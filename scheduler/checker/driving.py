"""How long the ways take: at one speed, or slower and faster by the local clock hour.

With hour factors a second on the road gets as far as `progress_by_hour` says of its hour. A leg is driven at the
first whole second by which the seconds on the road, those of breaks not counted, have got as far as the leg is long.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.checker.instants import SECOND, ZERO, elapsed, instant
from scheduler.domain.plan import Stop
from scheduler.domain.problem import Problem
from scheduler.domain.travel import PROGRESS_PER_SECOND, Profile, progress_by_hour

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """A driven leg: the time on the road, and the instant at which the crew is there."""

    travel: timedelta
    arrival: timedelta


class EvenRoads:
    """Roads on which a leg takes its time in the matrix, whenever it is driven."""

    def drive(self, seconds: int, origin: Stop, breaks: Sequence[Stop]) -> Drive:
        """A leg of so many seconds from `origin`, with the breaks taken on it."""
        travel = seconds * SECOND
        rests = sum((elapsed(rest.service_start_time, rest.departure_time) for rest in breaks), ZERO)
        return _arrived(travel, instant(origin.departure_time) + travel + rests, breaks)


class HourlyRoads:
    """Roads on which a leg takes longer in some hours than in others.

    The hours are laid out over the whole time in which any crew may be out. Beyond it the first and the last hour go
    on for ever, which is good enough to refuse a plan that goes there.
    """

    def __init__(self, problem: Problem) -> None:
        """Lay out the hours; the problem has hour factors and at least one shift."""
        speeds = progress_by_hour(problem.hour_factors)
        first = min((shift.earliest_start for shift in problem.shifts), key=instant)
        last = max((shift.latest_end for shift in problem.shifts), key=instant) + problem.objective.max_overtime
        self._begins: list[int] = []
        self._speeds: list[int] = []
        self._covered = [0]
        for begin, hour in _local_hours(problem.time_zone, first.astimezone(UTC), last.astimezone(UTC)):
            second = instant(begin) // SECOND
            if self._begins:
                self._covered.append(self._covered_by(second))
            self._begins.append(second)
            self._speeds.append(speeds[hour])

    def drive(self, seconds: int, origin: Stop, breaks: Sequence[Stop]) -> Drive:
        """A leg of so many seconds in the matrix from `origin`, with the breaks taken on it."""
        position, travel = instant(origin.departure_time) // SECOND, 0
        missing = seconds * PROGRESS_PER_SECOND
        for rest in breaks:
            begin = max(instant(rest.service_start_time) // SECOND, position)
            ahead = self._covered_by(begin) - self._covered_by(position)
            if ahead >= missing:
                break
            missing -= ahead
            travel += begin - position
            position = max(instant(rest.departure_time) // SECOND, begin)
        reached = self._second_at(self._covered_by(position) + missing)
        return _arrived((travel + reached - position) * SECOND, reached * SECOND, breaks)

    def _covered_by(self, second: int) -> int:
        """How far a crew gets that drives from the first hour's begin until `second`."""
        hour = max(bisect_right(self._begins, second) - 1, 0)
        return self._covered[hour] + (second - self._begins[hour]) * self._speeds[hour]

    def _second_at(self, distance: int) -> int:
        """The first second by which that crew has got so far."""
        hour = max(bisect_left(self._covered, distance) - 1, 0)
        return self._begins[hour] - (self._covered[hour] - distance) // self._speeds[hour]


def roads_of(problem: Problem, profile: Profile) -> EvenRoads | HourlyRoads:
    """The roads that the problem's crews of a profile travel on."""
    is_hourly = profile.is_slowed_by_hours and problem.hour_factors and problem.shifts
    return HourlyRoads(problem) if is_hourly else EvenRoads()


def _arrived(travel: timedelta, reached: timedelta, breaks: Sequence[Stop]) -> Drive:
    """The crew is there when the way is driven, and no earlier than its last rest ends."""
    arrival = max(reached, instant(breaks[-1].departure_time)) if breaks else reached
    return Drive(travel=travel, arrival=arrival)


def _local_hours(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[tuple[datetime, int]]:
    """From `first` until `last`, both in UTC: where each stretch of one local clock hour begins, and the hour."""
    begin = first
    while True:
        local = begin.astimezone(zone)
        yield begin, local.hour
        begin = _changed_clock(zone, begin, begin + _HOUR - timedelta(minutes=local.minute, seconds=local.second))
        if begin >= last:
            return


def _changed_clock(zone: ZoneInfo, begin: datetime, end: datetime) -> datetime:
    """The first second before `end` with another offset from UTC than `begin`, else `end`."""
    offset = begin.astimezone(zone).utcoffset()
    same, other = begin, end - SECOND
    if other.astimezone(zone).utcoffset() == offset:
        return end
    while other - same > SECOND:
        middle = same + (other - same) // SECOND // 2 * SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            same = middle
        else:
            other = middle
    return other
