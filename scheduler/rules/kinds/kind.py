"""What every kind of rule offers: its parameters read from a pack, its words, and its examples as questions."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self
from zoneinfo import ZoneInfo

from scheduler.domain.case import Case
from scheduler.domain.visit import PlaceKind
from scheduler.rules.calendar import Calendar
from scheduler.rules.fields import Fields
from scheduler.rules.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """A rule's no, in both languages; it holds on every day up to `until` (inclusive), or on all days."""

    zh: str
    en: str
    facts: Mapping[str, str] = field(default_factory=dict)
    until: date | None = None


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
        first_day: The first local day asked about; the contact log is read up to the day before.
        time_zone: Of the local days.
    """

    case: Case
    place_kind: PlaceKind
    first_day: date
    time_zone: ZoneInfo


class CaseParams(Params):
    """A kind of rule that judges the facts of the case."""

    @abstractmethod
    def denials(self, facts: CaseFacts) -> tuple[Denial, ...]:
        """Every no; what is not known denies."""


def case_question(day: date, time_zone: ZoneInfo, case: Case, place_kind: PlaceKind = PlaceKind.HOME) -> Question:
    """The question of an example about a case."""
    return Question(place_kind=place_kind, time_zone=time_zone, days=(day,), case=case)
