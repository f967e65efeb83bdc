"""What every kind of rule offers: its parameters read from a pack, its words, and its examples as questions."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Self
from zoneinfo import ZoneInfo

from scheduler.domain.case import Case
from scheduler.domain.visit import PlaceKind
from scheduler.rules.calendar import Calendar
from scheduler.rules.fields import Fields
from scheduler.rules.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """A rule's no, in both languages: on every day up to `until` (inclusive), or on all days, `but_for` some."""

    zh: str
    en: str
    facts: Mapping[str, str] = field(default_factory=dict)
    until: date | None = None
    but_for: frozenset[date] = frozenset()

    def holds(self, day: date) -> bool:
        """Whether the no holds on a day."""
        return day not in self.but_for and (self.until is None or day <= self.until)


class Params(ABC):
    """The parameters of one rule; each kind has its own frozen dataclass."""

    @classmethod
    @abstractmethod
    def read(cls, fields: Fields, calendar: Calendar | None) -> Self:
        """Read the rule's `params`, noting faults; unknown keys are noted by the caller."""

    @abstractmethod
    def words(self, language: str) -> str:
        """The numbers in one line, in `en` or `zh-CN`."""

    @abstractmethod
    def example(self, given: Fields, day: date, time_zone: ZoneInfo) -> Question:
        """The question that an example asks on `day`; a fact that the example leaves out is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What a rule about the case sees.

    Attributes:
        case: The facts.
        place_kind: Where the visit would be.
        place_id: The place itself, None when only its kind is known.
        days: The local days asked about, sorted; the contact log is read up to the day before the first.
        time_zone: Of the local days.
        notices_from: From this local day on a notice that is still missing can be sent; None when none can.
    """

    case: Case
    place_kind: PlaceKind
    place_id: str | None
    days: tuple[date, ...]
    time_zone: ZoneInfo
    notices_from: date | None

    @property
    def first_day(self) -> date:
        """The first local day asked about."""
        return self.days[0]

    def day_of(self, moment: datetime) -> date:
        """The local day of an aware time."""
        return moment.astimezone(self.time_zone).date()


class CaseParams(Params):
    """A kind of rule that judges the facts of the case."""

    @abstractmethod
    def denials(self, facts: CaseFacts) -> tuple[Denial, ...]:
        """Every no; what is not known denies."""


def noon(day: date, time_zone: ZoneInfo) -> datetime:
    """When something happens in an example that names its day alone."""
    return datetime.combine(day, time(12), tzinfo=time_zone)


def case_question(
    day: date,
    time_zone: ZoneInfo,
    case: Case,
    place_kind: PlaceKind = PlaceKind.HOME,
    place_id: str | None = None,
) -> Question:
    """The question of an example about a case."""
    return Question(place_kind=place_kind, place_id=place_id, time_zone=time_zone, days=(day,), case=case)
