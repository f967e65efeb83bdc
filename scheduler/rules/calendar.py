"""The calendar of statutory holidays: a dated data file, never computed at run time."""

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scheduler.domain.errors import Fault, InvalidInput
from scheduler.rules.fields import Fields

SATURDAY = 5


class Schedule(StrEnum):
    """How sure a year's dates are: the official ones, or those of a collection whose own source nobody has read."""

    OFFICIAL = "official"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    """One year's schedule.

    Attributes:
        year: The year.
        holidays: Days off by the schedule, including weekdays that make-up workdays pay for.
        joined_rest_days: Weekend days that touch a holiday and belong to the same period of rest.
        make_up_workdays: Weekend days on which people work.
        schedule: How sure these are.
        source: Where the schedule was published.
    """

    year: int
    holidays: frozenset[date]
    joined_rest_days: frozenset[date]
    make_up_workdays: frozenset[date]
    schedule: Schedule
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The years of one country whose schedule is known; `sha256` is over the file."""

    name: str
    made_on: date
    years: tuple[CalendarYear, ...]
    sha256: str

    def is_holiday(self, day: date) -> bool | None:
        """Whether people rest on `day` for a statutory holiday; None when the year has no schedule."""
        year = self._year_of(day)
        return None if year is None else day in year.holidays | year.joined_rest_days

    def is_workday(self, day: date) -> bool | None:
        """Whether people work on `day`, a make-up workday included; None when the year has no schedule."""
        year = self._year_of(day)
        if year is None:
            return None
        is_weekend = day.weekday() >= SATURDAY
        return day in year.make_up_workdays or not (is_weekend or day in year.holidays | year.joined_rest_days)

    def _year_of(self, day: date) -> CalendarYear | None:
        return next((year for year in self.years if year.year == day.year), None)


def read_calendar(name: str, data: bytes) -> Calendar:
    """Read a calendar file.

    Args:
        name: Its name, such as `cn`; the file must say the same.
        data: The TOML file.

    Raises:
        InvalidInput: With every fault of the file.
    """
    faults: list[Fault] = []
    try:
        table = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput([Fault(where=f"calendars/{name}", code="invalid_toml", message=str(error))]) from None
    fields = Fields(table, f"calendars/{name}", faults)
    if fields.text("calendar") not in ("", name):
        fields.fault("calendar", "name_mismatch", f"the file is called `{name}`, but says another name")
    made_on = fields.day("made_on")
    fields.text("made_with")
    years = tuple(_read_year(year) for year in fields.tables("years", name_key="year"))
    fields.finish()
    if len({year.year for year in years}) != len(years):
        fields.fault("years", "duplicate_year", "a year stands twice in the calendar")
    if faults:
        raise InvalidInput(faults)
    return Calendar(name=name, made_on=made_on, years=years, sha256=hashlib.sha256(data).hexdigest())


def _read_year(fields: Fields) -> CalendarYear:
    year = CalendarYear(
        year=fields.whole("year", 1900),
        holidays=frozenset(fields.days("holidays")),
        joined_rest_days=frozenset(fields.days("joined_rest_days")),
        make_up_workdays=frozenset(fields.days("make_up_workdays")),
        schedule=fields.choice("schedule", Schedule),
        source=fields.text("source"),
    )
    fields.finish()
    rest = year.holidays | year.joined_rest_days
    if any(day.year != year.year for day in rest | year.make_up_workdays):
        fields.fault("", "wrong_year", f"a day lies outside {year.year}")
    if rest & year.make_up_workdays:
        fields.fault("make_up_workdays", "contradiction", "a day is both a day of rest and a make-up workday")
    return year
