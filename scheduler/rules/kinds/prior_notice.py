"""How long before a visit the borrower is told, and of whom."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from scheduler.domain.case import Case, Notice
from scheduler.domain.collector import Collector
from scheduler.rules.calendar import Calendar
from scheduler.rules.fields import Fields
from scheduler.rules.kinds.kind import CaseFacts, CaseParams, Denial, case_question, noon
from scheduler.rules.question import Question


class Receipt(StrEnum):
    """When a notice counts: once it was sent, or once a receipt says that it was delivered."""

    SENT = "sent"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorNoticeParams(CaseParams):
    """The day of the visit is announced, at least `min_lead_days` local days ahead; `must_name_crew` also names people.

    Only a consent that the notice carries shortens the lead. Of several notices one that fits is enough.
    """

    min_lead_days: int
    receipt: Receipt
    must_name_crew: bool

    @classmethod
    def read(cls, fields: Fields, calendar: Calendar | None) -> Self:
        """Read `min_lead_days`, `receipt` and `must_name_crew`."""
        return cls(
            min_lead_days=fields.whole("min_lead_days", 0),
            receipt=fields.choice("receipt", Receipt),
            must_name_crew=fields.flag("must_name_crew"),
        )

    def words(self, language: str) -> str:
        """The lead, and what the notice says."""
        if language == "en":
            receipt = "delivered" if self.receipt is Receipt.DELIVERED else "sent"
            crew = ", and names everybody who comes" if self.must_name_crew else ""
            return f"a notice of the day is {receipt} at least {self.min_lead_days} days before{crew}"
        receipt = "送达" if self.receipt is Receipt.DELIVERED else "发出"
        crew = "，并写明每名上门人员" if self.must_name_crew else ""
        return f"上门通知写明日期，至少提前{self.min_lead_days}天{receipt}{crew}"

    def example(self, given: Fields, day: date, time_zone: ZoneInfo) -> Question:
        """A visit by the `crew` after a notice for the day `announced` (the day asked about unless given).

        `sent`, `delivered` and `consented` are days, at noon; `named` are the people that it names. Without `sent`
        there is no notice, and without `notices_known = true` nobody knows whether there is one.
        """
        notices: tuple[Notice, ...] | None = None
        if given.has("notices_known") and given.flag("notices_known"):
            notices = ()
        if given.has("sent"):
            announced = given.optional_day("announced") or day
            notices = (
                Notice(
                    sent_at=noon(given.day("sent"), time_zone),
                    delivered_at=noon(given.day("delivered"), time_zone) if given.has("delivered") else None,
                    consented_at=noon(given.day("consented"), time_zone) if given.has("consented") else None,
                    first_day=announced,
                    last_day=announced,
                    collector_ids=frozenset(given.texts("named") if given.has("named") else ()),
                ),
            )
        question = case_question(day, time_zone, Case(notices=notices))
        if given.has("crew"):
            return replace(question, crew=tuple(Collector(id=name) for name in given.texts("crew")))
        return question

    def denials(self, facts: CaseFacts) -> tuple[Denial, ...]:
        """The no to every day that no notice announces in time."""
        if facts.case.notices is None:
            return (
                Denial(
                    zh=f"不知是否已发送上门通知：{self.words('zh-CN')}。",
                    en=f"It is not known whether a notice was sent: {self.words('en')}.",
                    facts={"notices": "unknown"},
                ),
            )
        announced = frozenset(day for day in facts.days if self._is_open(day, facts))
        if announced.issuperset(facts.days):
            return ()
        return (
            Denial(
                zh=f"没有按要求提前送达的上门通知：{self.words('zh-CN')}。",
                en=f"No notice announces the visit in time: {self.words('en')}.",
                facts={"min_lead_days": str(self.min_lead_days), "notices_count": str(len(facts.case.notices))},
                but_for=announced,
            ),
        )

    def crew_denials(self, facts: CaseFacts, crew: tuple[Collector, ...]) -> tuple[Denial, ...]:
        """One no for each member whom no notice of the day names."""
        named = self.named_collectors(facts)
        if named is None:
            return ()
        return tuple(
            Denial(
                zh=f"上门通知未写明外访员{member.id}。",
                en=f"The notice does not name collector {member.id}.",
                facts={"collector_id": member.id},
            )
            for member in sorted(crew, key=lambda collector: collector.id)
            if member.id not in named
        )

    def named_collectors(self, facts: CaseFacts) -> frozenset[str] | None:
        """Who may come on whichever of the days asked about; None when anybody may."""
        if not self.must_name_crew:
            return None
        named = [self._named_on(day, facts) for day in facts.days]
        bound = [people for people in named if people is not None]
        return frozenset.intersection(*bound) if bound else None

    def _is_open(self, day: date, facts: CaseFacts) -> bool:
        """Whether a notice announces the day in time, or one that does can still be sent."""
        return bool(self._notices_of(day, facts)) or self._can_be_announced(day, facts)

    def _named_on(self, day: date, facts: CaseFacts) -> frozenset[str] | None:
        """Who may come on a day: those whom its notices name; None while its notice is still to be written."""
        notices = self._notices_of(day, facts)
        return frozenset(name for notice in notices for name in notice.collector_ids) if notices else None

    def _notices_of(self, day: date, facts: CaseFacts) -> list[Notice]:
        return [notice for notice in facts.case.notices or () if self._announces(notice, day, facts)]

    def _can_be_announced(self, day: date, facts: CaseFacts) -> bool:
        return facts.notices_from is not None and facts.notices_from + timedelta(days=self.min_lead_days) <= day

    def _announces(self, notice: Notice, day: date, facts: CaseFacts) -> bool:
        if not notice.first_day <= day <= notice.last_day:
            return False
        counted = notice.delivered_at if self.receipt is Receipt.DELIVERED else notice.sent_at
        if counted is None:
            return False
        told = facts.day_of(counted)
        if notice.consented_at is not None and facts.day_of(notice.consented_at) <= day:
            return told <= day
        return told + timedelta(days=self.min_lead_days) <= day
