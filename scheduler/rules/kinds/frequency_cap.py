"""How often somebody may be contacted within a rolling number of local days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from scheduler.domain.case import Case, Channel, Contact
from scheduler.rules.calendar import Calendar
from scheduler.rules.channels import channel_words
from scheduler.rules.fields import Fields
from scheduler.rules.kinds.kind import CaseFacts, CaseParams, Denial, case_question, noon
from scheduler.rules.question import Question


class Scope(StrEnum):
    """What is counted together."""

    DEBT = "debt"
    PERSON = "person"
    HOUSEHOLD = "household"
    ADDRESS = "address"


class Counts(StrEnum):
    """Which entries of the log count; one that does not say whether it reached anybody counts."""

    CONTACT = "contact"
    ATTEMPT = "attempt"


_WORDS = {
    "en": {
        Scope.DEBT: "for one debt",
        Scope.PERSON: "for one person, all debts together",
        Scope.HOUSEHOLD: "for one household, all debts together",
        Scope.ADDRESS: "at one address",
        Counts.CONTACT: "contact",
        Counts.ATTEMPT: "attempt",
    },
    "zh-CN": {
        Scope.DEBT: "同一笔债务",
        Scope.PERSON: "同一人（各笔债务合计）",
        Scope.HOUSEHOLD: "同一家庭（各笔债务合计）",
        Scope.ADDRESS: "同一地址",
        Counts.CONTACT: "成功接触",
        Counts.ATTEMPT: "尝试",
    },
}
_EXAMPLE_DEBT, _EXAMPLE_PERSON, _EXAMPLE_PLACE = "debt", "person", "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyCapParams(CaseParams):
    """At most `max_count` in any `window_days` consecutive local days, the visit that is asked about included."""

    max_count: int
    window_days: int
    scope: Scope
    channels: tuple[Channel, ...]
    counts: Counts

    @classmethod
    def read(cls, fields: Fields, calendar: Calendar | None) -> Self:
        """Read `max_count`, `window_days`, `scope`, `channels` and `counts`."""
        return cls(
            max_count=fields.whole("max_count", 1),
            window_days=fields.whole("window_days", 1),
            scope=fields.choice("scope", Scope),
            channels=fields.choices("channels", Channel),
            counts=fields.choice("counts", Counts),
        )

    def words(self, language: str) -> str:
        """All numbers."""
        words = _WORDS[language]
        channels = channel_words(self.channels, language)
        if language == "en":
            plural = "s" if self.max_count > 1 else ""
            return (
                f"at most {self.max_count} {words[self.counts]}{plural} by {channels} within {self.window_days} "
                f"days {words[self.scope]}"
            )
        return f"{words[self.scope]}{self.window_days}天内{channels}{words[self.counts]}至多{self.max_count}次"

    def example(self, given: Fields, day: date, time_zone: ZoneInfo) -> Question:
        """A log of contacts by the first channel of the rule; without any of the four lists it is not known.

        `own` are days of contacts of this debt and person, `other_debt` of another debt, `other_person` of another
        member of the household, `other_place` of another place; `reached` is what the log says of all of them.
        """
        reached = given.flag("reached") if given.has("reached") else None
        named = {key: given.days(key) for key in _EXAMPLES if given.has(key)}
        contacts = [
            Contact(
                channel=self.channels[0] if self.channels else Channel.VISIT,
                at=noon(on, time_zone),
                reached=reached,
                debt="other" if key in ("other_debt", "other_person") else _EXAMPLE_DEBT,
                person="other" if key == "other_person" else _EXAMPLE_PERSON,
                place_id="other" if key == "other_place" else _EXAMPLE_PLACE,
            )
            for key, days in named.items()
            for on in days
        ]
        case = Case(debt=_EXAMPLE_DEBT, person=_EXAMPLE_PERSON, contacts=tuple(contacts) if named else None)
        return case_question(day, time_zone, case, place_id=_EXAMPLE_PLACE)

    def denials(self, facts: CaseFacts) -> tuple[Denial, ...]:
        """The no while the window is full; it ends when enough contacts are old."""
        days = self.counted_days(facts)
        if days is None:
            return (self._unknown(),)
        recent = sorted(days, reverse=True)
        if len(recent) < self.max_count:
            return ()
        until = recent[self.max_count - 1] + timedelta(days=self.window_days - 1)
        if until < facts.first_day:
            return ()
        return (self._full(self._count(days, facts.first_day), until),)

    def left(self, facts: CaseFacts) -> int:
        """How many visits the days up to the first one asked about still leave; 0 when the log is not known."""
        days = self.counted_days(facts)
        return 0 if days is None else self.max_count - self._count(days, facts.first_day)

    def begin_of_window(self, day: date) -> date:
        """The first day that is counted with a visit on `day`."""
        return day - timedelta(days=self.window_days - 1)

    def _count(self, days: Sequence[date], day: date) -> int:
        return sum(counted >= self.begin_of_window(day) for counted in days)

    def together(self, case: Case, location_id: str) -> str | None:
        """What visits have in common that the cap counts together; None when a visit is counted alone."""
        match self.scope:
            case Scope.DEBT:
                return case.debt and f"debt {case.debt}"
            case Scope.PERSON | Scope.HOUSEHOLD:
                return case.person and f"person {case.person}"
            case Scope.ADDRESS:
                return f"address {location_id}"

    def used_up(self) -> Denial:
        """The no to a visit that others planned with it leave no room for."""
        return Denial(
            zh=f"同期计划的其他上门已用完次数上限：{self.words('zh-CN')}。",
            en=f"Other visits planned on these days use up the cap: {self.words('en')}.",
            facts={"max_count": str(self.max_count), "window_days": str(self.window_days), "scope": self.scope.value},
        )

    def counted_days(self, facts: CaseFacts) -> list[date] | None:
        """The local day of each entry of the log that counts, in no order; None when the log is not known."""
        log = facts.case.log
        if log is None:
            return None
        return [facts.day_of(contact.at) for contact in log if self._counts(contact, facts)]

    def _counts(self, contact: Contact, facts: CaseFacts) -> bool:
        if contact.channel not in self.channels or (self.counts is Counts.CONTACT and contact.reached is False):
            return False
        match self.scope:
            case Scope.DEBT:
                return _is_same(contact.debt, facts.case.debt) and _is_same(contact.person, facts.case.person)
            case Scope.PERSON:
                return _is_same(contact.person, facts.case.person)
            case Scope.ADDRESS:
                return contact.place_id is None or facts.place_id is None or contact.place_id == facts.place_id
            case Scope.HOUSEHOLD:
                return True

    def _unknown(self) -> Denial:
        return Denial(
            zh=f"没有联系记录，无法确认是否超过次数上限：{self.words('zh-CN')}。",
            en=f"No contact log is known, so the cap cannot be checked: {self.words('en')}.",
            facts={"contacts": "unknown"},
        )

    def _full(self, count: int, until: date) -> Denial:
        facts = {
            "max_count": str(self.max_count),
            "window_days": str(self.window_days),
            "count": str(count),
            "scope": self.scope.value,
            "until": str(until),
        }
        return Denial(
            zh=f"已达次数上限（{self.words('zh-CN')}；已有{count}次），至{until}（含当日）不得上门。",
            en=f"The cap is reached ({self.words('en')}; {count} so far); no visit up to and including {until}.",
            facts=facts,
            until=until,
        )


_EXAMPLES = ("own", "other_debt", "other_person", "other_place")


def _is_same(named: str | None, own: str | None) -> bool:
    """Whether two numbers may mean the same; what is not known may."""
    return named is None or own is None or named == own
