"""Who may be visited."""

from dataclasses import dataclass
from datetime import date
from typing import Self
from zoneinfo import ZoneInfo

from scheduler.domain.case import Case
from scheduler.rules.calendar import Calendar
from scheduler.rules.fields import Fields
from scheduler.rules.kinds.kind import CaseFacts, CaseParams, Denial, case_question
from scheduler.rules.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonParams(CaseParams):
    """Only the people in `may_talk_to`."""

    may_talk_to: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields, calendar: Calendar | None) -> Self:
        """Read `may_talk_to`."""
        return cls(may_talk_to=fields.texts("may_talk_to"))

    def words(self, language: str) -> str:
        """The people."""
        if language == "en":
            return f"only {', '.join(self.may_talk_to)}"
        return f"仅限{'、'.join(self.may_talk_to)}"

    def example(self, given: Fields, day: date, time_zone: ZoneInfo) -> Question:
        """A visit to `subject`; without it the person is not known."""
        return case_question(day, time_zone, Case(subject=given.optional_text("subject")))

    def denials(self, facts: CaseFacts) -> tuple[Denial, ...]:
        """The no to anybody else."""
        subject = facts.case.subject
        if subject in self.may_talk_to:
            return ()
        zh, en = ("未知", "not known") if subject is None else (subject, subject)
        return (
            Denial(
                zh=f"仅可上门联系{'、'.join(self.may_talk_to)}，本案对象为{zh}。",
                en=f"Only {' or '.join(self.may_talk_to)} may be visited; the person of this case is {en}.",
                facts={"subject": subject or "unknown", "may_talk_to": ",".join(self.may_talk_to)},
            ),
        )
