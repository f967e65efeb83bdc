"""Times as elapsed time, so that a clock change, a missing zone or an absurd year never upsets a comparison."""

from datetime import datetime, timedelta

from scheduler.domain.plan import Stop

SECOND = timedelta(seconds=1)
ZERO = timedelta()
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # wall clock minus offset is counted from it, without converting zones
_USABLE_YEARS = range(1900, 9000)


def instant(moment: datetime) -> timedelta:
    """The time elapsed since 1970 in UTC; a time without a zone counts as UTC.

    Subtracting aware datetimes of one zone compares wall clocks, and `astimezone` overflows at the ends of the
    calendar; this does neither.
    """
    return moment.replace(tzinfo=None) - _EPOCH - (moment.utcoffset() or ZERO)


def elapsed(start: datetime, end: datetime) -> timedelta:
    """The time that passes from `start` to `end`; negative when `end` is earlier."""
    return instant(end) - instant(start)


def times_of(stop: Stop) -> tuple[datetime, datetime, datetime]:
    """Arrival, service start and departure."""
    return stop.arrival_time, stop.service_start_time, stop.departure_time


def is_usable(moment: datetime) -> bool:
    """Whether a time has a zone and a year that calendars can work with."""
    return moment.utcoffset() is not None and moment.year in _USABLE_YEARS


def is_whole(span: timedelta) -> bool:
    """Whether a span counts whole seconds."""
    return span.microseconds == 0
