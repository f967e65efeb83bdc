"""Spans of time inside which a whole visit, break or shift lies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindow:
    """From `earliest_start` to `latest_end`, both included; what it holds lies inside as a whole.

    Both are aware datetimes. Comparing and subtracting aware datetimes of one zone uses the wall clock, which is
    wrong in the night of a clock change; `duration`, `holds` and `intersection` therefore go through UTC.
    """

    earliest_start: datetime
    latest_end: datetime

    def __post_init__(self) -> None:
        """Refuse naive times and a window that ends before it starts."""
        if self.earliest_start.tzinfo is None or self.latest_end.tzinfo is None:
            raise ValueError("a time window needs times with a zone")
        if self.latest_end.astimezone(UTC) < self.earliest_start.astimezone(UTC):
            raise ValueError("a time window ends before it starts")

    @property
    def duration(self) -> timedelta:
        """The elapsed time between the bounds."""
        return self.latest_end.astimezone(UTC) - self.earliest_start.astimezone(UTC)

    def holds(self, other: "TimeWindow") -> bool:
        """Whether `other` lies inside as a whole; touching a bound is inside."""
        starts_inside = self.earliest_start.astimezone(UTC) <= other.earliest_start.astimezone(UTC)
        ends_inside = other.latest_end.astimezone(UTC) <= self.latest_end.astimezone(UTC)
        return starts_inside and ends_inside

    def intersection(self, other: "TimeWindow") -> "TimeWindow | None":
        """The common span, or None; windows that touch share one instant."""
        start = max(self.earliest_start, other.earliest_start, key=lambda moment: moment.astimezone(UTC))
        end = min(self.latest_end, other.latest_end, key=lambda moment: moment.astimezone(UTC))
        if end.astimezone(UTC) < start.astimezone(UTC):
            return None
        return TimeWindow(earliest_start=start, latest_end=end)


def intersect(first: Iterable[TimeWindow], second: Iterable[TimeWindow]) -> tuple[TimeWindow, ...]:
    """Every common span of a window of `first` with a window of `second`, in the order of `first`."""
    others = tuple(second)
    common = (window.intersection(other) for window in first for other in others)
    return tuple(window for window in common if window is not None)


def common_hours(first: Iterable[TimeWindow], second: Iterable[TimeWindow]) -> tuple[TimeWindow, ...]:
    """As `intersect`; a single shared instant, such as midnight between two days, is none."""
    return tuple(window for window in intersect(first, second) if window.duration)
