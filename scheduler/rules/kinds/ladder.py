"""Milder means that must have failed before a visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self
from zoneinfo import ZoneInfo

from scheduler.domain.case import Case, Channel, Contact
from scheduler.rules.calendar import Calendar
from scheduler.rules.channels import channel_words
from scheduler.rules.fields import Fields
from scheduler.rules.kinds.kind import CaseFacts, CaseParams, Denial, case_question, noon
from scheduler.rules.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """At least `min_attempts_count` attempts over any of `channels`, on at least `min_separate_days` local days."""

    channels: tuple[Channel, ...]
    min_attempts_count: int
    min_separate_days: int

    def words(self, language: str) -> str:
        """The numbers of one step."""
        if language == "en":
            channels = channel_words(self.channels, language)
            attempts = f"{self.min_attempts_count} attempt{'s' if self.min_attempts_count > 1 else ''} by {channels}"
            return attempts + (f" on {self.min_separate_days} different days" if self.min_separate_days > 1 else "")
        channels = channel_words(self.channels, language)
        days = f"（分布于{self.min_separate_days}个不同日期）" if self.min_separate_days > 1 else ""
        return f"{channels}{self.min_attempts_count}次{days}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderParams(CaseParams):
    """Every step was taken before the first day asked about, and the debt is at least `min_past_due_days` overdue."""

    steps: tuple[Step, ...]
    min_past_due_days: int

    @classmethod
    def read(cls, fields: Fields, calendar: Calendar | None) -> Self:
        """Read `steps` and `min_past_due_days`."""
        steps = tuple(_read_step(step) for step in fields.tables("steps"))
        if fields.has("steps") and not steps:
            fields.fault("steps", "wrong_value", "a ladder has at least one step")
        return cls(steps=steps, min_past_due_days=fields.whole("min_past_due_days", 1))

    def words(self, language: str) -> str:
        """All steps."""
        if language == "en":
            steps = "; ".join(step.words(language) for step in self.steps)
            return f"before the day of the visit: at least {steps}; overdue for at least {self.min_past_due_days} days"
        steps = "；".join(step.words(language) for step in self.steps)
        return f"上门日之前至少：{steps}；逾期至少{self.min_past_due_days}天"

    def example(self, given: Fields, day: date, time_zone: ZoneInfo) -> Question:
        """A contact at noon of each date listed under a channel's name; without any list the log is unknown."""
        contacts: list[Contact] = []
        named = [channel for channel in Channel if given.has(channel)]
        for channel in named:
            contacts += [Contact(channel=channel, at=noon(on, time_zone)) for on in given.days(channel)]
        case = Case(
            contacts=tuple(contacts) if named else None,
            days_past_due=given.whole("past_due_days", 0) if given.has("past_due_days") else None,
        )
        return case_question(day, time_zone, case)

    def denials(self, facts: CaseFacts) -> tuple[Denial, ...]:
        """One no for each step that is missing, and one when the debt is not overdue for long enough."""
        return (*self._past_due_denials(facts.case.days_past_due), *self._contact_denials(facts))

    def _past_due_denials(self, past_due_days: int | None) -> tuple[Denial, ...]:
        if past_due_days is not None and past_due_days >= self.min_past_due_days:
            return ()
        known = "unknown" if past_due_days is None else str(past_due_days)
        zh = "未知" if past_due_days is None else f"{past_due_days}天"
        return (
            Denial(
                zh=f"逾期须至少{self.min_past_due_days}天，记录为{zh}。",
                en=f"The debt must be overdue for at least {self.min_past_due_days} days; on record: {known}.",
                facts={"min_past_due_days": str(self.min_past_due_days), "past_due_days": known},
            ),
        )

    def _contact_denials(self, facts: CaseFacts) -> tuple[Denial, ...]:
        if facts.case.contacts is None:
            return (
                Denial(
                    zh=f"没有联系记录，无法确认上门前已尝试：{'；'.join(step.words('zh-CN') for step in self.steps)}。",
                    en=f"No contact log is known; needed first: {'; '.join(step.words('en') for step in self.steps)}.",
                    facts={"contacts": "unknown"},
                ),
            )
        earlier = _earlier_contacts(facts)
        return tuple(denial for step in self.steps for denial in _step_denials(step, earlier, facts.first_day))


def _read_step(fields: Fields) -> Step:
    step = Step(
        channels=fields.choices("channels", Channel),
        min_attempts_count=fields.whole("min_attempts_count", 1),
        min_separate_days=fields.whole("min_separate_days", 1),
    )
    fields.finish()
    return step


def _earlier_contacts(facts: CaseFacts) -> tuple[tuple[Channel, date], ...]:
    local = ((contact.channel, facts.day_of(contact.at)) for contact in facts.case.log or ())
    return tuple((channel, day) for channel, day in local if day < facts.first_day)


def _step_denials(step: Step, earlier: Sequence[tuple[Channel, date]], before: date) -> tuple[Denial, ...]:
    days = [day for channel, day in earlier if channel in step.channels]
    separate = len(set(days))
    if len(days) >= step.min_attempts_count and separate >= step.min_separate_days:
        return ()
    return (
        Denial(
            zh=f"{before}之前须至少{step.words('zh-CN')}，记录为{len(days)}次、{separate}个日期。",
            en=f"Before {before} at least {step.words('en')} needed; on record: {len(days)}, on {separate} days.",
            facts={
                "channels": ",".join(step.channels),
                "min_attempts_count": str(step.min_attempts_count),
                "attempts_count": str(len(days)),
                "min_separate_days": str(step.min_separate_days),
                "separate_days": str(separate),
                "before": str(before),
            },
        ),
    )
