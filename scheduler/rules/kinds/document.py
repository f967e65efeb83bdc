"""What the crew carries."""

from dataclasses import dataclass
from datetime import date
from typing import Self
from zoneinfo import ZoneInfo

from scheduler.domain.visit import PlaceKind
from scheduler.rules.calendar import Calendar
from scheduler.rules.fields import Fields
from scheduler.rules.kinds.kind import Denial, Params
from scheduler.rules.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentParams(Params):
    """All of `names`, each valid on the day; judged when it is known what the crew carries."""

    names: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields, calendar: Calendar | None) -> Self:
        """Read `names`."""
        return cls(names=fields.texts("names"))

    def words(self, language: str) -> str:
        """The documents."""
        if language == "en":
            return f"the crew carries, valid on the day: {', '.join(self.names)}"
        return f"随身携带当日有效的：{'、'.join(self.names)}"

    def example(self, given: Fields, day: date, time_zone: ZoneInfo) -> Question:
        """A crew that carries the documents `carried`."""
        carried = frozenset(given.texts("carried") if given.has("carried") else ())
        return Question(place_kind=PlaceKind.HOME, time_zone=time_zone, days=(day,), case=None, documents=carried)

    def denials(self, carried: frozenset[str]) -> tuple[Denial, ...]:
        """One no for each document that is missing, in the order of the rule."""
        return tuple(
            Denial(
                zh=f"缺少当日有效的{name}。",
                en=f"The crew does not carry {name}, valid on the day.",
                facts={"document": name},
            )
            for name in self.names
            if name not in carried
        )
