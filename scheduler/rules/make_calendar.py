"""Makes the calendar file of Chinese statutory holidays: `python -m scheduler.rules.make_calendar 2026-11-24`.

Only years with an official schedule are written. The `holidays` package computes dates for other years too, but it
knows make-up workdays only where the State Council has published them, so those tell the official years.
The file goes to standard output; a pack that uses it pins the file's SHA-256.
"""

import sys
from collections.abc import Iterable, Sequence, Set
from datetime import date, timedelta
from importlib.metadata import version

import holidays

from scheduler.domain.errors import Fault, InvalidInput

FIRST_YEAR = 2025
_SATURDAY = 5
_ONE_DAY = timedelta(days=1)
_SOURCE = "General Office of the State Council, notice on the arrangement of public holidays for {year}"


def calendar_text(made_on: date, years: Iterable[int]) -> str:
    """The calendar file as text.

    Args:
        made_on: The day that the file says it was made on.
        years: The years to look at; those without an official schedule are left out.
    """
    head = [
        "# Statutory holidays of China. Made by `python -m scheduler.rules.make_calendar`; do not edit by hand.",
        "# A year that is not here has no official schedule: rules that depend on it deny.",
        'calendar = "cn"',
        f"made_on = {made_on}",
        f'made_with = "holidays {version("holidays")}"',
    ]
    return "\n".join([*head, *(line for year in sorted(years) for line in _year_lines(year))]) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the calendar to standard output; the one argument is the day of making."""
    try:
        made_on = date.fromisoformat(arguments[0])
    except (IndexError, ValueError):
        message = "give the day of making, such as 2026-11-24"
        raise InvalidInput([Fault(where="/made_on", code="wrong_value", message=message)]) from None
    sys.stdout.write(calendar_text(made_on, range(FIRST_YEAR, made_on.year + 2)))
    return 0


def _year_lines(year: int) -> list[str]:
    country = holidays.country_holidays("CN", years=year)
    off = {day for day in country if day.year == year}
    make_up = {day for day in country.weekend_workdays if day.year == year}
    if not make_up:
        return []
    return [
        "",
        "[[years]]",
        f"year = {year}",
        'schedule = "official"',
        f'source = "{_SOURCE.format(year=year)}"',
        f"holidays = {_dates(off)}",
        "# weekend days that touch a holiday and belong to the same period of rest",
        f"joined_rest_days = {_dates(_joined(off, make_up))}",
        f"make_up_workdays = {_dates(make_up)}",
    ]


def _joined(off: Set[date], make_up: Set[date]) -> set[date]:
    joined: set[date] = set()
    for start in off:
        for step in (_ONE_DAY, -_ONE_DAY):
            day = start + step
            while day.weekday() >= _SATURDAY and day not in off | make_up and day.year == start.year:
                joined.add(day)
                day += step
    return joined


def _dates(days: Iterable[date]) -> str:
    return "[\n" + "".join(f"    {day},\n" for day in sorted(days)) + "]"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
