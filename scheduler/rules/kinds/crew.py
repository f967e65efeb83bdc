"""How many people visit together."""

from dataclasses import dataclass
from datetime import date
from typing import Self
from zoneinfo import ZoneInfo

from scheduler.domain.collector import Collector
from scheduler.domain.visit import PlaceKind
from scheduler.rules.calendar import Calendar
from scheduler.rules.fields import Fields
from scheduler.rules.kinds.kind import Denial, Params
from scheduler.rules.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewParams(Params):
    """At least `crew_min_count` people; rules combine to the largest."""

    crew_min_count: int

    @classmethod
    def read(cls, fields: Fields, calendar: Calendar | None) -> Self:
        """Read `crew_min_count`."""
        return cls(crew_min_count=fields.whole("crew_min_count", 1))

    def words(self, language: str) -> str:
        """The number."""
        if language == "en":
            return f"at least {self.crew_min_count} people"
        return f"至少{self.crew_min_count}人"

    def example(self, given: Fields, day: date, time_zone: ZoneInfo) -> Question:
        """A crew of `crew_count`."""
        crew = tuple(Collector(id=f"c{number}") for number in range(given.whole("crew_count", 0)))
        return Question(place_kind=PlaceKind.HOME, time_zone=time_zone, days=(day,), case=None, crew=crew)

    def denials(self, crew: tuple[Collector, ...]) -> tuple[Denial, ...]:
        """The no to a crew that is too small."""
        count = len({member.id for member in crew})
        if count >= self.crew_min_count:
            return ()
        return (
            Denial(
                zh=f"上门须至少{self.crew_min_count}人同行，本组为{count}人。",
                en=f"At least {self.crew_min_count} people visit together; this crew has {count}.",
                facts={"crew_min_count": str(self.crew_min_count), "crew_count": str(count)},
            ),
        )
