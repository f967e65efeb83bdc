"""Makes a country's calendar of statutory holidays: `python -m scheduler.rules.make_calendar cn 2026-11-24`.

Of China only years with an official schedule are written. The `holidays` package computes dates for other years too,
but it knows make-up workdays only where the State Council has published them, so those tell the official years. Of
other countries nothing tells them: years up to the one of making are written, as the package has them, and say so.
The file goes to standard output; a pack that uses it pins the file's SHA-256.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version

import holidays

from scheduler.domain.errors import Fault, InvalidInput
from scheduler.rules.calendar import SATURDAY, Schedule

FIRST_YEAR = 2025
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Country:
    """Where a country's holidays come from.

    Attributes:
        title: Its name.
        source: Who sets the holidays of a year.
        schedule: How sure a year is.
        joins_weekends: Whether weekend days beside a holiday belong to it.
    """

    title: str
    source: str
    schedule: Schedule = Schedule.REPORTED
    joins_weekends: bool = False


_COUNTRIES: Mapping[str, _Country] = {
    "au": _Country(
        title="all of Australia",
        source="public holidays of every State and Territory in {year}; the acts were not read",
    ),
    "cn": _Country(
        title="China",
        source="General Office of the State Council, notice on the arrangement of public holidays for {year}",
        schedule=Schedule.OFFICIAL,
        joins_weekends=True,
    ),
    "id": _Country(
        title="Indonesia", source="joint decree of three ministers on national holidays of {year}; it was not read"
    ),
    "ru": _Country(
        title="Russia", source="Labour Code, article 112, and the decree on days off in {year}; they were not read"
    ),
}


def calendar_text(name: str, made_on: date, years: Iterable[int]) -> str:
    """The calendar file as text.

    Args:
        name: The country's calendar.
        made_on: The day that the file says it was made on; later years are not written unless they are official.
        years: The years to look at; those without a schedule are left out.
    """
    country = _COUNTRIES[name]
    head = [
        f"# Statutory holidays of {country.title}. Made by `python -m scheduler.rules.make_calendar`; "
        "do not edit by hand.",
        *([] if country.schedule is Schedule.OFFICIAL else ["# The dates are those of the package alone."]),
        "# A year that is not here has no official schedule: rules that depend on it deny.",
        f'calendar = "{name}"',
        f"made_on = {made_on}",
        f'made_with = "holidays {version("holidays")}"',
    ]
    last = max(years) if country.schedule is Schedule.OFFICIAL else made_on.year
    known = [year for year in sorted(years) if year <= last]
    return "\n".join([*head, *(line for year in known for line in _year_lines(name, country, year))]) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the calendar to standard output; the arguments are its name and the day of making."""
    try:
        name, made_on = arguments[0], date.fromisoformat(arguments[1])
    except (IndexError, ValueError):
        message = "give a calendar and the day of making, such as cn 2026-11-24"
        raise InvalidInput([Fault(where="/made_on", code="wrong_value", message=message)]) from None
    if name not in _COUNTRIES:
        message = f"there is no calendar {name}, only {', '.join(_COUNTRIES)}"
        raise InvalidInput([Fault(where="/calendar", code="wrong_value", message=message)])
    sys.stdout.write(calendar_text(name, made_on, range(FIRST_YEAR, made_on.year + 2)))
    return 0


def _year_lines(name: str, country: _Country, year: int) -> list[str]:
    found = holidays.country_holidays(name.upper(), years=year)
    off = {day for day in found if day.year == year}
    make_up = {day for day in found.weekend_workdays if day.year == year}
    if country.schedule is Schedule.OFFICIAL and not make_up:
        return []
    return [
        "",
        "[[years]]",
        f"year = {year}",
        f'schedule = "{country.schedule}"',
        f'source = "{country.source.format(year=year)}"',
        f"holidays = {_dates(off)}",
        "# weekend days that touch a holiday and belong to the same period of rest",
        f"joined_rest_days = {_dates(_joined(off, make_up) if country.joins_weekends else ())}",
        f"make_up_workdays = {_dates(make_up)}",
    ]


def _joined(off: Set[date], make_up: Set[date]) -> set[date]:
    joined: set[date] = set()
    for start in off:
        for step in (_ONE_DAY, -_ONE_DAY):
            day = start + step
            while day.weekday() >= SATURDAY and day not in off | make_up and day.year == start.year:
                joined.add(day)
                day += step
    return joined


def _dates(days: Iterable[date]) -> str:
    return "[\n" + "".join(f"    {day},\n" for day in sorted(days)) + "]"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
