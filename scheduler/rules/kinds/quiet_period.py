"""Days of quiet after something happened."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from scheduler.domain.case import Case, Channel, Contact
from scheduler.rules.calendar import Calendar
from scheduler.rules.channels import channel_words
from scheduler.rules.fields import Fields
from scheduler.rules.kinds.frequency_cap import Counts, FrequencyCapParams, Scope
from scheduler.rules.kinds.kind import CaseFacts, CaseParams, Denial, case_question, noon
from scheduler.rules.question import Question


class After(StrEnum):
    """What begins the quiet; an entry that does not say whether it reached anybody counts as if it had."""

    CONTACT = "contact"
    ATTEMPT = "attempt"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietPeriodParams(CaseParams):
    """No visit on the local day of an event by one of `channels`, which is the first of `quiet_days` days."""

    after: After
    channels: tuple[Channel, ...]
    quiet_days: int

    @classmethod
    def read(cls, fields: Fields, calendar: Calendar | None) -> Self:
        """Read `after`, `channels` and `quiet_days`."""
        return cls(
            after=fields.choice("after", After),
            channels=fields.choices("channels", Channel),
            quiet_days=fields.whole("quiet_days", 1),
        )

    def words(self, language: str) -> str:
        """The numbers."""
        channels = channel_words(self.channels, language)
        if language == "en":
            event = "a contact" if self.after is After.CONTACT else "an attempt"
            return f"no visit for {self.quiet_days} days after {event} by {channels}, that day included"
        event = "成功接触" if self.after is After.CONTACT else "尝试联系"
        return f"{channels}{event}之日起{self.quiet_days}天内（含当日）不得上门"

    def example(self, given: Fields, day: date, time_zone: ZoneInfo) -> Question:
        """A log of contacts by the first channel of the rule; without the list `contacts` of days it is not known.

        `reached` is what the log says of all of them.
        """
        reached = given.flag("reached") if given.has("reached") else None
        channel = self.channels[0] if self.channels else Channel.VISIT
        contacts = None
        if given.has("contacts"):
            contacts = tuple(
                Contact(channel=channel, at=noon(on, time_zone), reached=reached) for on in given.days("contacts")
            )
        return case_question(day, time_zone, Case(contacts=contacts))

    def denials(self, facts: CaseFacts) -> tuple[Denial, ...]:
        """The no that the latest event brings, while it lasts."""
        log = facts.case.log
        if log is None:
            return (
                Denial(
                    zh=f"没有联系记录，无法确认静默期：{self.words('zh-CN')}。",
                    en=f"No contact log is known, so quiet days cannot be checked: {self.words('en')}.",
                    facts={"contacts": "unknown"},
                ),
            )
        days = [facts.day_of(contact.at) for contact in log if self._begins(contact)]
        if not days:
            return ()
        event = max(days)
        until = event + timedelta(days=self.quiet_days - 1)
        if until < facts.first_day:
            return ()
        return (
            Denial(
                zh=f"{event}有过联系，至{until}（含当日）为静默期，不得上门。",
                en=f"There was a contact on {event}; no visit up to and including {until}.",
                facts={"event_day": str(event), "quiet_days": str(self.quiet_days), "until": str(until)},
                until=until,
            ),
        )

    @property
    def as_cap(self) -> FrequencyCapParams:
        """The same for visits that are planned together: each begins the quiet days of the others of its borrower."""
        return FrequencyCapParams(
            max_count=1,
            window_days=self.quiet_days,
            scope=Scope.HOUSEHOLD,
            channels=self.channels,
            counts=Counts.ATTEMPT if self.after is After.ATTEMPT else Counts.CONTACT,
        )

    def _begins(self, contact: Contact) -> bool:
        return contact.channel in self.channels and (self.after is After.ATTEMPT or contact.reached is not False)
