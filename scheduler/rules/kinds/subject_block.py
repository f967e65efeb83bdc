"""Circumstances in which nobody visits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self
from zoneinfo import ZoneInfo

from scheduler.domain.case import Block, Case
from scheduler.rules.calendar import Calendar
from scheduler.rules.fields import Fields
from scheduler.rules.kinds.kind import CaseFacts, CaseParams, Denial, case_question
from scheduler.rules.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectBlockParams(CaseParams):
    """A block with one of `reasons` denies up to its `until` (inclusive), or until it is lifted."""

    reasons: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields, calendar: Calendar | None) -> Self:
        """Read `reasons`."""
        return cls(reasons=fields.texts("reasons"))

    def words(self, language: str) -> str:
        """The circumstances."""
        if language == "en":
            return f"no visit while one of these is on record: {', '.join(self.reasons)}"
        return f"有下列情形记录期间不得上门：{'、'.join(self.reasons)}"

    def example(self, given: Fields, day: date, time_zone: ZoneInfo) -> Question:
        """A case whose `blocks` all hold until `until`; without `blocks` nobody has checked."""
        until = given.optional_day("until")
        codes = given.texts("blocks") if given.has("blocks") else None
        blocks = None if codes is None else tuple(Block(code=code, until=until) for code in codes)
        return case_question(day, time_zone, Case(blocks=blocks))

    def denials(self, facts: CaseFacts) -> tuple[Denial, ...]:
        """One no for each circumstance that still holds on the first day, in the order of the rule."""
        if facts.case.blocks is None:
            return (
                Denial(
                    zh=f"未核实是否存在以下情形，故不得上门：{'、'.join(self.reasons)}。",
                    en=f"No visit before it is known whether one of these holds: {', '.join(self.reasons)}.",
                    facts={"blocks": "unknown"},
                ),
            )
        holding = [block for block in facts.case.blocks if block.until is None or facts.first_day <= block.until]
        return tuple(
            _denial(reason, [block for block in holding if block.code == reason])
            for reason in self.reasons
            if any(block.code == reason for block in holding)
        )


def _denial(reason: str, blocks: Iterable[Block]) -> Denial:
    ends = [block.until for block in blocks]
    known = [end for end in ends if end is not None]
    until = max(known) if len(known) == len(ends) else None
    zh, en = (
        ("解除之前", "until it is lifted")
        if until is None
        else (f"至{until}（含当日）", f"up to and including {until}")
    )
    facts = {"block": reason} | ({} if until is None else {"until": str(until)})
    return Denial(
        zh=f"记录有不得上门的情形{reason}，{zh}不得上门。",
        en=f"The circumstance {reason} is on record; no visit is allowed {en}.",
        facts=facts,
        until=until,
    )
