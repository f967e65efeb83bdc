"""How likely somebody is met at a door, as far as a plan weighs it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.domain.visit import PlaceKind

HOURS = 24
WEEKDAYS = 7

type WeekOfHours = tuple[tuple[int, ...], ...]
"""Percent by weekday, Monday first, and by local hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedContacts:
    """What an attempt at a bad hour costs.

    It is about kinds of places and hours alone: nothing about a person is in it.

    Attributes:
        missed_contact: The cost of a visit that meets nobody; a visit costs its chance of that.
        home: How many of a hundred visits to homes meet somebody.
        workplace: Likewise.
        other: Likewise.
    """

    missed_contact: timedelta
    home: WeekOfHours
    workplace: WeekOfHours
    other: WeekOfHours

    def percent(self, kind: PlaceKind, at: datetime) -> int:
        """How many of a hundred visits to such a place meet somebody that begin then.

        Args:
            kind: Of the place.
            at: In the zone of the place's clocks.
        """
        tables = {PlaceKind.HOME: self.home, PlaceKind.WORKPLACE: self.workplace, PlaceKind.OTHER: self.other}
        return tables[kind][at.weekday()][at.hour]
