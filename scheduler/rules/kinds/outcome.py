"""The codes that a visit can end with, and what each means for the visits that may follow."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from scheduler.domain.case import Block, Case, Channel, Contact
from scheduler.domain.visit import PlaceKind
from scheduler.rules.calendar import Calendar
from scheduler.rules.fields import Fields
from scheduler.rules.kinds.kind import CaseFacts, CaseParams, Denial, case_question, noon
from scheduler.rules.question import Question

_MILDER = (Channel.PHONE, Channel.LETTER)


class Met(StrEnum):
    """Whom the crew spoke to."""

    DEBTOR = "debtor"
    THIRD_PERSON = "third_person"
    ANYBODY = "anybody"
    NOBODY = "nobody"


class PlaceEffect(StrEnum):
    """What becomes of the place: nothing, it is no longer visited, or no place of its kind is."""

    NONE = "none"
    CLOSES_PLACE = "closes_place"
    CLOSES_WORKPLACE = "closes_workplace"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCode:
    """One code.

    Attributes:
        code: Such as `NOT_HOME`.
        zh: In Chinese.
        en: In English.
        met: Whom the crew spoke to.
        counts: Whether the visit counts towards caps on contacts.
        quiet_days: So many whole local days after the visit nobody comes again; 0 for none.
        days_after_date: Nobody comes up to so many days after the day that the record names; None when it names none.
        block: A circumstance that forbids visits until somebody lifts it; None for none.
        place_effect: What becomes of the place.
        most_in_a_row: After so many of them a visit needs a phone call or a letter first; None for no limit.
        most_in_all: After so many of them nobody comes any more; None for no limit.
        next_step: What is to be done, as a code.
        needs_approval: Whether somebody else confirms it.
    """

    code: str
    zh: str
    en: str
    met: Met
    counts: bool
    quiet_days: int
    days_after_date: int | None
    block: str | None
    place_effect: PlaceEffect
    most_in_a_row: int | None
    most_in_all: int | None
    next_step: str
    needs_approval: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeParams(CaseParams):
    """The codes of visits, by code; a visit that ended with another one is not known, and denies."""

    codes: Mapping[str, OutcomeCode]

    @classmethod
    def read(cls, fields: Fields, calendar: Calendar | None) -> Self:
        """Read the list `codes`."""
        found = [_read_code(table) for table in fields.tables("codes", name_key="code")]
        if len({code.code for code in found}) != len(found):
            fields.fault("codes", "duplicate_code", "a code stands twice")
        return cls(codes={code.code: code for code in found})

    def words(self, language: str) -> str:
        """How many codes, and which."""
        if language == "en":
            return f"what follows from each of {len(self.codes)} outcomes: {', '.join(self.codes)}"
        return f"{len(self.codes)}种上门结果的后续处理：{'、'.join(code.zh for code in self.codes.values())}"

    def example(self, given: Fields, day: date, time_zone: ZoneInfo) -> Question:
        """A visit at `place_kind` (the home unless given) after visits to the home.

        They were on the days `visited`, and each ended with `outcome` and named the day `until`. `phoned` are days of
        phone calls, `lifted` is the last day of a block that somebody has lifted.
        """
        visits = [noon(on, time_zone) for on in (given.days("visited") if given.has("visited") else ())]
        code, until = given.optional_text("outcome"), given.optional_day("until")
        calls = [noon(on, time_zone) for on in (given.days("phoned") if given.has("phoned") else ())]
        kind = given.choice("place_kind", PlaceKind) if given.has("place_kind") else PlaceKind.HOME
        blocks: tuple[Block, ...] = ()
        if given.has("lifted") and code is not None and code in self.codes:
            blocks = (Block(code=self.codes[code].block or "", until=given.day("lifted")),)
        contacts = (
            *(
                Contact(
                    channel=Channel.VISIT, at=at, outcome=code, until=until, place_kind=PlaceKind.HOME, place_id="home"
                )
                for at in visits
            ),
            *(Contact(channel=Channel.PHONE, at=at, reached=False) for at in calls),
        )
        return case_question(day, time_zone, Case(contacts=contacts, blocks=blocks), kind, place_id=kind.value)

    def denials(self, facts: CaseFacts) -> tuple[Denial, ...]:
        """One no for each recorded outcome that still forbids visits."""
        log = facts.case.log
        if log is None:
            return (
                Denial(
                    zh="没有上门记录，无法确认以往上门的结果。",
                    en="No log is known, so the outcomes of earlier visits are not.",
                    facts={"contacts": "unknown"},
                ),
            )
        visits = sorted(
            (contact for contact in log if contact.channel is Channel.VISIT and contact.outcome is not None),
            key=lambda contact: (contact.at, contact.outcome or ""),
        )
        return tuple(denial for denial in self._all_denials(visits, log, facts) if denial.holds(facts.first_day))

    def _all_denials(self, visits: Sequence[Contact], log: Sequence[Contact], facts: CaseFacts) -> Iterator[Denial]:
        for visit in visits:
            code = self.codes.get(visit.outcome or "")
            if code is None:
                yield _unknown_code(visit.outcome or "")
            else:
                yield from _visit_denials(code, visit, facts)
        yield from self._row_denials(visits, log)
        yield from self._sum_denials(visits)

    def _sum_denials(self, visits: Sequence[Contact]) -> Iterator[Denial]:
        """After so many of some outcomes nobody comes any more."""
        for code in self.codes.values():
            count = sum(visit.outcome == code.code for visit in visits)
            if code.most_in_all is not None and count >= code.most_in_all:
                yield Denial(
                    zh=f"上门结果为{code.zh}已有{count}次，不再上门。",
                    en=f"{count} visits ended with {code.code}; nobody comes any more.",
                    facts={"outcome": code.code, "count": str(count), "most_in_all": str(code.most_in_all)},
                )

    def _row_denials(self, visits: Sequence[Contact], log: Sequence[Contact]) -> Iterator[Denial]:
        """After several vain visits in a row milder means come first again."""
        if not visits:
            return
        last = visits[-1]
        code = self.codes.get(last.outcome or "")
        if code is None or code.most_in_a_row is None:
            return
        row = 0
        for visit in reversed(visits):
            if visit.outcome != code.code:
                break
            row += 1
        tried_since = any(contact.channel in _MILDER and contact.at > last.at for contact in log)
        if row >= code.most_in_a_row and not tried_since:
            yield Denial(
                zh=f"已连续{row}次上门结果为{code.zh}，须先电话或信函联系。",
                en=f"{row} visits in a row ended with {code.code}; a phone call or a letter comes first.",
                facts={"outcome": code.code, "in_a_row_count": str(row), "most_in_a_row": str(code.most_in_a_row)},
            )


def _read_code(fields: Fields) -> OutcomeCode:
    code = OutcomeCode(
        code=fields.text("code"),
        zh=fields.text("zh"),
        en=fields.text("en"),
        met=fields.choice("met", Met),
        counts=fields.flag("counts"),
        quiet_days=fields.whole("quiet_days", 0) if fields.has("quiet_days") else 0,
        days_after_date=fields.whole("days_after_date", 0) if fields.has("days_after_date") else None,
        block=fields.optional_text("block"),
        place_effect=fields.choice("place_effect", PlaceEffect) if fields.has("place_effect") else PlaceEffect.NONE,
        most_in_a_row=fields.whole("most_in_a_row", 1) if fields.has("most_in_a_row") else None,
        most_in_all=fields.whole("most_in_all", 1) if fields.has("most_in_all") else None,
        next_step=fields.text("next_step"),
        needs_approval=fields.flag("needs_approval") if fields.has("needs_approval") else False,
    )
    fields.finish()
    return code


def _visit_denials(code: OutcomeCode, visit: Contact, facts: CaseFacts) -> Iterator[Denial]:
    day = facts.day_of(visit.at)
    if code.quiet_days:
        yield _quiet(code, day, day + timedelta(days=code.quiet_days))
    if code.days_after_date is not None:
        until = None if visit.until is None else visit.until + timedelta(days=code.days_after_date)
        yield _quiet(code, day, until)
    if code.block is not None:
        yield _blocked(code, day, _lifted(code.block, day, facts.case.blocks))
    if code.place_effect is not PlaceEffect.NONE and _is_closed(code.place_effect, visit, facts):
        yield Denial(
            zh=f"{day}上门结果为{code.zh}，该地点不再上门。",
            en=f"The visit on {day} ended with {code.code}; this place is not visited any more.",
            facts={"outcome": code.code, "day": str(day), "place_kind": facts.place_kind.value},
        )


def _lifted(code: str, day: date, blocks: tuple[Block, ...] | None) -> date | None:
    """The last day on which a circumstance holds that came up on `day`; None while nobody has lifted it since."""
    ends = [block.until for block in blocks or () if block.code == code and block.until is not None]
    later = [end for end in ends if end >= day]
    return max(later, default=None)


def _is_closed(effect: PlaceEffect, visit: Contact, facts: CaseFacts) -> bool:
    """A visit that does not say where it was may have been anywhere."""
    if effect is PlaceEffect.CLOSES_WORKPLACE:
        at_work = visit.place_kind in (None, PlaceKind.WORKPLACE)
        return at_work and facts.place_kind is PlaceKind.WORKPLACE
    if visit.place_id is not None and facts.place_id is not None:
        return visit.place_id == facts.place_id
    return visit.place_kind is None or visit.place_kind == facts.place_kind


def _quiet(code: OutcomeCode, day: date, until: date | None) -> Denial:
    zh, en = (
        ("日期未知，故暂不得上门", "the day it names is not known, so nobody comes")
        if until is None
        else (f"至{until}（含当日）不得上门", f"no visit up to and including {until}")
    )
    facts = {"outcome": code.code, "day": str(day)} | ({} if until is None else {"until": str(until)})
    return Denial(
        zh=f"{day}上门结果为{code.zh}，{zh}。",
        en=f"The visit on {day} ended with {code.code}; {en}.",
        facts=facts,
        until=until,
    )


def _blocked(code: OutcomeCode, day: date, until: date | None) -> Denial:
    zh, en = (
        ("解除之前", "until somebody lifts it")
        if until is None
        else (f"至{until}（含当日）", f"up to and including {until}")
    )
    facts = {"outcome": code.code, "day": str(day), "block": code.block or ""}
    return Denial(
        zh=f"{day}上门结果为{code.zh}，{zh}不得上门。",
        en=f"The visit on {day} ended with {code.code}, so {code.block} holds; no visit {en}.",
        facts=facts | ({} if until is None else {"until": str(until)}),
        until=until,
    )


def _unknown_code(code: str) -> Denial:
    return Denial(
        zh=f"上门结果{code}不在规则之内，无法判断。",
        en=f"The rules do not know the outcome {code}.",
        facts={"outcome": code},
    )
