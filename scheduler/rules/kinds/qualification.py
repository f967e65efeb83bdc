"""What every member of the crew must hold on the day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self
from zoneinfo import ZoneInfo

from scheduler.domain.collector import Collector, Qualification
from scheduler.domain.visit import PlaceKind
from scheduler.rules.calendar import Calendar
from scheduler.rules.fields import Fields
from scheduler.rules.kinds.kind import Denial, Params
from scheduler.rules.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationParams(Params):
    """Every member holds `certificate`, valid on the local day of the visit."""

    certificate: str

    @classmethod
    def read(cls, fields: Fields, calendar: Calendar | None) -> Self:
        """Read `certificate`."""
        return cls(certificate=fields.text("certificate"))

    def words(self, language: str) -> str:
        """The certificate."""
        if language == "en":
            return f"every member holds {self.certificate}, valid on the day"
        return f"每名成员持有当日有效的{self.certificate}"

    def example(self, given: Fields, day: date, time_zone: ZoneInfo) -> Question:
        """One collector whose certificate is valid until `valid_until`; without it the collector holds none."""
        valid_until = given.optional_day("valid_until")
        held = () if valid_until is None else (Qualification(code=self.certificate, valid_until=valid_until),)
        crew = (Collector(id="c1", qualifications=held),)
        return Question(place_kind=PlaceKind.HOME, time_zone=time_zone, days=(day,), case=None, crew=crew)

    def denials(self, crew: tuple[Collector, ...], days: Iterable[date]) -> tuple[Denial, ...]:
        """One no for each member who is not qualified on one of `days`, by collector id."""
        asked = sorted(days)
        found = []
        for member in sorted(crew, key=lambda collector: collector.id):
            unqualified = next((day for day in asked if not member.is_qualified(self.certificate, day)), None)
            if unqualified is not None:
                found.append(self._denial(member, unqualified))
        return tuple(found)

    def _denial(self, member: Collector, day: date) -> Denial:
        return Denial(
            zh=f"催收员{member.id}在{day}没有有效的{self.certificate}。",
            en=f"Collector {member.id} does not hold {self.certificate} valid on {day}.",
            facts={"collector_id": member.id, "certificate": self.certificate, "day": str(day)},
        )
