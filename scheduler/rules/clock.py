"""Clock times of a rule: a wall-clock hour and minute, from 00:00 to 24:00."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.domain.time_window import TimeWindow

_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")
_LAST = (24, 0)


@dataclass(frozen=True, slots=True, order=True)
class Clock:
    """A time of day; 24:00 is the midnight at the end of the day."""

    hour: int
    minute: int

    def __str__(self) -> str:
        """As written in a pack, `08:00`."""
        return f"{self.hour:02d}:{self.minute:02d}"

    def on(self, day: date, time_zone: ZoneInfo) -> datetime:
        """The moment at which clocks of `time_zone` show this time on `day`."""
        days, hour = divmod(self.hour, 24)
        return datetime.combine(day + timedelta(days=days), time(hour, self.minute), tzinfo=time_zone)


def parse_clock(text: str) -> Clock | None:
    """Read `HH:MM`; None when it is no clock time."""
    found = _CLOCK.fullmatch(text)
    if found is None or (int(found[1]), int(found[2])) > _LAST:
        return None
    return Clock(int(found[1]), int(found[2]))


MIDNIGHT = Clock(0, 0)
END_OF_DAY = Clock(24, 0)


def whole_day(day: date, time_zone: ZoneInfo) -> TimeWindow:
    """From midnight to midnight; 23 or 25 hours long where the clocks change."""
    return TimeWindow(earliest_start=MIDNIGHT.on(day, time_zone), latest_end=END_OF_DAY.on(day, time_zone))
