"""Cases as callers send and get them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from api.importing.case_rows import MOST_CREW, MOST_DAYS_PAST_DUE, MOST_PENALTY_MINUTES, MOST_SERVICE_MINUTES
from api.importing.columns import MOST_CHARACTERS, MOST_OF_A_NAME, MOST_OF_AN_ADDRESS
from api.importing.records import ClockSpan, PlaceRecord, clock_text
from api.rest.answers import ID_PATTERN
from api.rest.responses import DayText, Exact, Line
from api.store.case_decisions import CaseDecisions
from api.store.cases import BlockEntry, CaseEntry, KnownCase
from scheduler.domain.case import Consent
from scheduler.domain.time_window import TimeWindow
from scheduler.rules.decision import Decision, RuleReason

type Codes = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=50)]
type Hours = Annotated[list[Annotated[str, Field(max_length=20)]], Field(description="Such as 10:00-12:00.")]


class BlockIn(Exact):
    """A circumstance that may forbid visits."""

    code: str = Field(description="A code of the table cases, such as disputed.", max_length=64)
    until: DayText | None = Field(default=None, description="The last local day on which it holds.")


class PlaceIn(Exact):
    """Where the borrower may be visited."""

    kind: str = Field(description="home, workplace or other.", max_length=20)
    address: str = Field(max_length=MOST_OF_AN_ADDRESS)
    latitude: float | None = Field(default=None, allow_inf_nan=False)
    longitude: float | None = Field(default=None, allow_inf_nan=False)
    datum: str | None = Field(default=None, description="wgs84, gcj02 or bd09; needed beside a point.", max_length=10)
    hours: Hours = Field(default=[], max_length=20)
    preference_penalty_minutes: int | None = Field(default=None, ge=0, le=MOST_PENALTY_MINUTES)

    def cells(self, case_id: str) -> dict[str, str | None]:
        """As a row of the table places."""
        return {
            "case_id": case_id,
            "kind": self.kind,
            "address": self.address,
            "latitude": degrees_text(self.latitude),
            "longitude": degrees_text(self.longitude),
            "datum": self.datum or "",
            "time_windows": ";".join(self.hours),
            "preference_penalty_minutes": _text(self.preference_penalty_minutes),
        }


class CaseFields(Exact):
    """What can be said of a case; what is left out stays as it is, or is not known."""

    name: str | None = Field(default=None, description="The borrower's.", min_length=1, max_length=MOST_OF_A_NAME)
    phone: str | None = Field(default=None, description="The borrower's.", max_length=40)
    note: str | None = Field(default=None, description="For the crew.", max_length=MOST_CHARACTERS)
    days_past_due: int | None = Field(default=None, description="Today.", ge=0, le=MOST_DAYS_PAST_DUE)
    priority: int | None = Field(default=None, ge=0, le=100)
    subject: str | None = Field(default=None, description="Who would be visited.", max_length=30)
    actor: str | None = Field(default=None, max_length=30)
    product: str | None = Field(default=None, max_length=64)
    amount_band: str | None = Field(default=None, max_length=10)
    blocks: list[BlockIn] | None = Field(default=None, description="Empty: checked, none on record.", max_length=50)
    required_skills: Codes | None = None
    service_minutes: int | None = Field(default=None, ge=1, le=MOST_SERVICE_MINUTES)
    crew_size: int | None = Field(default=None, ge=1, le=MOST_CREW)
    required_collectors: Codes | None = None
    preferred_collectors: Codes | None = None
    prohibited_collectors: Codes | None = None
    pinned_shift_id: str | None = Field(default=None, max_length=64)
    pinned_start_time: str | None = Field(default=None, description="Such as 14:30.", max_length=8)
    places: list[PlaceIn] | None = Field(default=None, min_length=1, max_length=20)

    def cells(self, case_id: str) -> dict[str, str | None]:
        """As a row of the table cases; None where nothing was said."""
        return {
            "case_id": case_id,
            "name": self.name,
            "note": self.note,
            "days_past_due": _text(self.days_past_due),
            "priority": _text(self.priority),
            "subject": self.subject,
            "actor": self.actor,
            "product": self.product,
            "amount_band": self.amount_band,
            "blocks": None if self.blocks is None else ";".join(map(_block_text, self.blocks)),
            "required_skills": _joined(self.required_skills),
            "service_minutes": _text(self.service_minutes),
            "crew_size": _text(self.crew_size),
            "required_collectors": _joined(self.required_collectors),
            "preferred_collectors": _joined(self.preferred_collectors),
            "prohibited_collectors": _joined(self.prohibited_collectors),
            "pinned_shift_id": self.pinned_shift_id,
            "pinned_start_time": self.pinned_start_time,
        }


class CaseIn(CaseFields):
    """A new case."""

    id: str = Field(description="The lender's number.", max_length=64)
    name: str = Field(description="The borrower's.", min_length=1, max_length=MOST_OF_A_NAME)
    borrower_id: str | None = Field(default=None, description="The lender's number for the person.", max_length=64)
    service_minutes: int = Field(ge=1, le=MOST_SERVICE_MINUTES)
    places: list[PlaceIn] = Field(min_length=1, max_length=20)
    branch: Line | None = Field(default=None, description="The branch's code; needed by who sees several.")


class CaseChange(CaseFields):
    """What changes."""

    state: str | None = Field(default=None, pattern="^(open|closed)$", description="open or closed.")


class ConsentIn(Exact):
    """What the borrower said about a kind of place."""

    place_kind: str = Field(pattern="^(home|workplace|other)$")
    given: bool
    at: Annotated[AwareDatetime, Field(strict=False)] = Field(description="When it was recorded, with an offset.")


class CaseItem(BaseModel):
    """A line of the list of cases."""

    id: str = Field(pattern=ID_PATTERN, description="Where it is found.")
    case_id: str = Field(description="The lender's number.")
    branch: str
    borrower: str = Field(description="Masked.")
    days_past_due: int | None = Field(description="On the day asked about.")
    subject: str | None
    product: str | None
    priority: int | None = Field(description="As given; null when it is made from the case.")
    blocks: int | None = Field(description="Circumstances that stand; null when nobody has checked.")
    state: str = Field(pattern="^(open|closed)$")
    rev: int

    @classmethod
    def of(cls, entry: CaseEntry, day: date) -> "CaseItem":
        """A line on a day."""
        return cls(
            id=entry.id,
            case_id=entry.code,
            branch=entry.branch_code,
            borrower=entry.borrower,
            days_past_due=None if entry.due_since is None else max(0, (day - entry.due_since).days),
            subject=entry.subject,
            product=entry.product,
            priority=entry.priority,
            blocks=entry.blocks,
            state="open" if entry.closed_at is None else "closed",
            rev=entry.rev,
        )


class CaseList(BaseModel):
    """In the order in which they came."""

    cases: list[CaseItem]
    next_cursor: str | None


class BlockOut(BaseModel):
    """A circumstance on record."""

    id: str
    code: str
    until: str | None = Field(json_schema_extra={"format": "date"})
    owner: str | None
    source: str = Field(description="import, outcome, borrower or staff.")
    added_at: str = Field(json_schema_extra={"format": "date-time"})
    lifted_at: str | None = Field(json_schema_extra={"format": "date-time"})


class ConsentOut(BaseModel):
    """What the borrower said about a kind of place."""

    place_kind: str
    given: bool
    at: str = Field(json_schema_extra={"format": "date-time"})


class PlaceOut(BaseModel):
    """Where the borrower may be visited; the address is shown to who has a reason, and that is logged."""

    place_id: str
    kind: str
    is_geocoded: bool
    hours: list[str]
    preference_penalty_minutes: int


class ReasonOut(BaseModel):
    """Why a rule says no."""

    en: str
    zh: str
    until: str | None = Field(description="The last day on which it says no.", json_schema_extra={"format": "date"})


class RuleOut(BaseModel):
    """What one rule says of the place on the day."""

    rule_id: str
    title_en: str
    title_zh: str
    says_no: bool
    reasons: list[ReasonOut]


class WindowOut(BaseModel):
    """Lawful hours."""

    earliest_start: str = Field(json_schema_extra={"format": "date-time"})
    latest_end: str = Field(json_schema_extra={"format": "date-time"})


class PlaceDecision(BaseModel):
    """What all rules say together of a place on the day."""

    place_id: str
    allowed: bool
    windows: list[WindowOut] | None = Field(description="Null when no rule is about hours.")
    crew_minimum: int
    qualifications: list[str] = Field(description="What each member of the crew needs.")
    rules: list[RuleOut] = Field(description="Every rule that was asked.")
    overridden_rule_ids: list[str] = Field(description="Rules of the house that a granted exception sets aside.")


class CaseOut(CaseItem):
    """All that is known of a case, without the person's own words."""

    service_minutes: int
    crew_size: int
    required_skills: list[str]
    required_collectors: list[str]
    preferred_collectors: list[str]
    prohibited_collectors: list[str]
    pinned_shift_id: str | None
    pinned_start_time: str | None
    contacts_known: bool
    notices_known: bool
    places: list[PlaceOut]
    circumstances: list[BlockOut] = Field(description="On record, lifted ones too.")
    consents: list[ConsentOut]
    day: str = Field(description="The day that is judged.", json_schema_extra={"format": "date"})
    may_be_visited: bool = Field(description="At one of the places on the day.")
    decisions: list[PlaceDecision]

    @classmethod
    def whole(cls, known: KnownCase, decisions: CaseDecisions, day: date) -> "CaseOut":
        """All of a case, judged on a day."""
        record = known.record
        titles = {placed.rule.id: (placed.rule.title_en, placed.rule.title_zh) for placed in decisions.rules.rules}
        judged = [_decision(place_id, one, titles) for place_id, one in decisions.places.items()]
        minute = record.pinned_start_minute
        return cls(
            **CaseItem.of(known.entry, day).model_dump(),
            service_minutes=record.service_minutes,
            crew_size=record.crew_size,
            required_skills=sorted(record.required_skills),
            required_collectors=sorted(record.required_collectors),
            preferred_collectors=sorted(record.preferred_collectors),
            prohibited_collectors=sorted(record.prohibited_collectors),
            pinned_shift_id=record.pinned_shift_id,
            pinned_start_time=None if minute is None else clock_text(minute),
            contacts_known=record.contacts_known,
            notices_known=record.notices_known,
            places=[_place(place) for place in known.places],
            circumstances=[_block(block) for block in known.blocks],
            consents=[_consent(consent) for consent in known.consents],
            day=day.isoformat(),
            may_be_visited=any(one.allowed for one in judged),
            decisions=judged,
        )


def degrees_text(value: float | None) -> str:
    """As it would stand in a table."""
    if value is None:
        return ""
    text = repr(value).removesuffix(".0")
    return f"{value:.15f}" if "e" in text else text


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


def _joined(codes: Sequence[str] | None) -> str | None:
    return None if codes is None else ";".join(codes)


def _block_text(block: BlockIn) -> str:
    return block.code if block.until is None else f"{block.code}:{block.until}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _block(block: BlockEntry) -> BlockOut:
    return BlockOut(
        id=block.id,
        code=block.code,
        until=_day(block.until),
        owner=block.owner,
        source=block.source,
        added_at=block.added_at.isoformat(),
        lifted_at=_moment(block.lifted_at),
    )


def _consent(consent: Consent) -> ConsentOut:
    return ConsentOut(place_kind=consent.place_kind, given=consent.given, at=consent.at.isoformat())


def _place(place: PlaceRecord) -> PlaceOut:
    hours: Sequence[ClockSpan] = place.hours
    return PlaceOut(
        place_id=place.place_id,
        kind=str(place.kind),
        is_geocoded=place.coordinates is not None,
        hours=[str(span) for span in hours],
        preference_penalty_minutes=place.preference_penalty_minutes,
    )


def _decision(place_id: str, decision: Decision, titles: dict[str, tuple[str, str]]) -> PlaceDecision:
    silent: dict[str, list[RuleReason]] = {rule_id: [] for rule_id in decision.rule_ids}
    said = silent | _by_rule((*decision.reasons, *decision.day_reasons))
    return PlaceDecision(
        place_id=place_id,
        allowed=decision.allowed,
        windows=None if decision.windows is None else [_window(window) for window in decision.windows],
        crew_minimum=decision.crew_minimum,
        qualifications=sorted({needed.code for needed in decision.qualifications}),
        rules=[
            RuleOut(
                rule_id=rule_id,
                title_en=titles.get(rule_id, (rule_id, rule_id))[0],
                title_zh=titles.get(rule_id, (rule_id, rule_id))[1],
                says_no=bool(reasons),
                reasons=[ReasonOut(en=one.en, zh=one.zh, until=_day(one.until)) for one in reasons],
            )
            for rule_id, reasons in said.items()
        ],
        overridden_rule_ids=list(decision.overridden_rule_ids),
    )


def _by_rule(reasons: Sequence[RuleReason]) -> dict[str, list[RuleReason]]:
    grouped: dict[str, list[RuleReason]] = {}
    for reason in reasons:
        grouped.setdefault(reason.rule_id, []).append(reason)
    return grouped


def _window(window: TimeWindow) -> WindowOut:
    return WindowOut(earliest_start=window.earliest_start.isoformat(), latest_end=window.latest_end.isoformat())
