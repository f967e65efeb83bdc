"""What the page of one case shows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from api.access import Actor, Role
from api.desk.eligibility import Standing, standing_of
from api.importing.records import ZONE
from api.store import Unit, approvals, cases, notices, plans, records, stops, users, wishes
from api.store.approvals import Approval
from api.store.case_decisions import PlaceVerdict, verdicts_on
from api.store.case_places import PlaceEntry, places_of
from api.store.cases import KnownCase
from api.store.records import VisitRecord
from api.store.wishes import Wanted, Wish
from api.web.case_ladder import Timeline, timeline
from api.web.case_words import actor_word, block_word, subject_word
from api.web.catalogue import ENGLISH, joined, texts_in
from api.web.moments import day_text, moment_in_words
from api.web.rule_view import RuleView, hours_in_words, rule_titles, rule_views, sentences_of
from scheduler.rules.outcomes import outcome_codes
from scheduler.rules.rule_pack import RuleSet

SEE_WISHES = (Role.DISPATCHER, Role.COMPLIANCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """A place, and what is left of the day there.

    Attributes:
        id: Of the row.
        code: In documents.
        kind: The key of its text.
        number: `2` for the second of its kind; empty for the first.
        is_geocoded: Whether anybody knows where it is on the ground.
        own_hours: As the borrower wished them, as in tables; empty for any.
        penalty_minutes: How much less it is liked.
        may_be_visited: On the day.
        hours: Left by law and wishes.
        reasons: Why not, a sentence each.
        crew_minimum: The least number of people; None where nothing was judged.
        qualifications: Of each of them.
    """

    id: str
    code: str
    kind: str
    number: str
    is_geocoded: bool
    own_hours: str
    penalty_minutes: int
    may_be_visited: bool
    hours: tuple[str, ...]
    reasons: tuple[str, ...]
    crew_minimum: int | None
    qualifications: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockView:
    """A circumstance on record; `source` is the last part of its text's key."""

    id: str
    word: str
    until: str
    owner: str
    source: str
    added: str
    lifted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentView:
    """What the borrower said about a kind of place."""

    kind: str
    is_given: bool
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WishView:
    """What the borrower asked."""

    id: str
    kind: str
    text: str
    asked: str
    handled: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitView:
    """What happened at a visit, as it was last corrected; `began` is when it was reported where nobody came."""

    plan_id: str
    began: str
    people: str
    outcome: str
    until: str
    ended: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingView:
    """A visit of a plan that people follow that nobody began; `begins` is a day and a clock time."""

    plan_id: str
    begins: str
    is_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalView:
    """An exception that was asked for; `state` is the last part of its text's key."""

    id: str
    rule_id: str
    title: str
    until: str
    asked: str
    by: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """One case on a day.

    Attributes:
        id: Of the row.
        code: The lender's number.
        rev: The revision.
        said: What this revision says, a line each, for who changes another one.
        facts: Keys of texts with values; the empty value for what is not known.
    """

    id: str
    code: str
    rev: int
    said: tuple[str, ...]
    branch: str
    borrower: str
    day: date
    is_open: bool
    standing: Standing
    facts: tuple[tuple[str, str], ...]
    places: tuple[PlaceView, ...]
    rules: tuple[RuleView, ...]
    ladder: Timeline
    contacts_known: bool
    blocks_checked: bool
    blocks: tuple[BlockView, ...]
    consents: tuple[ConsentView, ...]
    wishes: tuple[WishView, ...]
    visits: tuple[VisitView, ...]
    coming: tuple[ComingView, ...]
    approvals: tuple[ApprovalView, ...]


def case_view(unit: Unit, asking: Actor, known: KnownCase, day: date, language: str) -> CaseView:
    """Put a case into words of `language`, as far as who asks may see it."""
    entry = known.entry
    found = verdicts_on(unit, [entry.id], day)
    verdicts = found.cases.get(entry.code, ())
    standing, _ = standing_of(verdicts, is_open=entry.closed_at is None)
    places = places_of(unit, entry.id, entry.code)
    asked = wishes.listed(unit, Wanted(open_only=False, case_id=entry.id)) if asking.role in SEE_WISHES else ()
    return CaseView(
        id=entry.id,
        code=entry.code,
        rev=entry.rev,
        said=said_of(known, places, language),
        branch=entry.branch_code,
        borrower=entry.borrower,
        day=day,
        is_open=entry.closed_at is None,
        standing=standing,
        facts=_facts(known, day, language),
        places=_places(places, verdicts, language),
        rules=rule_views(verdicts, found.rules, language),
        ladder=timeline(known.contacts, notices.of_case(unit, entry.id), day),
        contacts_known=known.record.contacts_known,
        blocks_checked=entry.blocks is not None,
        blocks=_blocks(known, language),
        consents=tuple(
            ConsentView(kind=one.place_kind, is_given=one.given, at=moment_in_words(one.at)) for one in known.consents
        ),
        wishes=tuple(_wish(one) for one in asked),
        visits=tuple(_visit(one, found.rules, day, language) for one in records.of_case(unit, entry.id)),
        coming=tuple(_coming(unit, entry.id)),
        approvals=_approvals(unit, approvals.about(unit, f"case:{entry.id}"), found.rules, language),
    )


def _coming(unit: Unit, case_id: str) -> Iterator[ComingView]:
    today = unit.now.astimezone(ZONE).date()
    for stop in stops.of_case(unit, case_id):
        plan = plans.entry(unit, stop.plan_id)
        is_followed = plan is not None and plan.state.is_followed
        if is_followed and stop.record_id is None and stop.day >= today:
            begins = moment_in_words(stop.service_start_time)
            yield ComingView(plan_id=stop.plan_id, begins=begins, is_off=stop.cancelled_at is not None)


def said_of(known: KnownCase, places: Sequence[PlaceEntry], language: str) -> tuple[str, ...]:
    """What a revision of a case says, a line each, without anything of a person's own words."""
    t, entry = texts_in(language), known.entry
    lines = [t["case_open"] if entry.closed_at is None else t["case_is_closed"]]
    if entry.priority is not None:
        lines.append(f"{t['case_priority']}: {entry.priority}")
    for block in known.blocks:
        if block.lifted_at is None:
            until = f" ({t['case_until'].format(day=block.until)})" if block.until else ""
            lines.append(f"{t['case_block']}: {block_word(block.code, language)}{until}")
    for kind, given in {one.place_kind: one.given for one in known.consents}.items():
        lines.append(f"{t[kind]}: {t['consent_given'] if given else t['consent_refused']}")
    for place in places:
        hours = ";".join(map(str, place.record.hours)) or t["place_any_hour"]
        lines.append(f"{place.record.place_id}: {hours}, {place.record.preference_penalty_minutes}")
    return tuple(lines)


def known_case(unit: Unit, case_id: str, day: date) -> KnownCase | None:
    """A case of the scope; None where there is none."""
    return cases.get(unit, case_id, day)


def _facts(known: KnownCase, day: date, language: str) -> tuple[tuple[str, str], ...]:
    entry, record = known.entry, known.record
    past_due = "" if entry.due_since is None else str(max(0, (day - entry.due_since).days))
    return (
        ("case_past_due", past_due),
        ("case_subject", subject_word(entry.subject, language)),
        ("case_actor", actor_word(None if record.actor is None else str(record.actor), language)),
        ("case_product", entry.product or ""),
        ("case_priority", "" if entry.priority is None else str(entry.priority)),
        ("case_service", str(record.service_minutes)),
        ("case_crew", str(record.crew_size)),
        ("case_skills", joined(sorted(record.required_skills), language)),
        ("case_required", joined(sorted(record.required_collectors), language)),
        ("case_preferred", joined(sorted(record.preferred_collectors), language)),
        ("case_prohibited", joined(sorted(record.prohibited_collectors), language)),
    )


def _places(places: Sequence[PlaceEntry], verdicts: Sequence[PlaceVerdict], language: str) -> tuple[PlaceView, ...]:
    judged = {one.place.id: one for one in verdicts}
    return tuple(_place(one, judged.get(one.record.place_id), language) for one in places)


def _place(entry: PlaceEntry, verdict: PlaceVerdict | None, language: str) -> PlaceView:
    record = entry.record
    _, _, tail = record.place_id.rpartition("-")
    return PlaceView(
        id=entry.id,
        code=record.place_id,
        kind=str(record.kind),
        number=tail if tail.isdecimal() and record.place_id.endswith(f"{record.kind}-{tail}") else "",
        is_geocoded=record.coordinates is not None,
        own_hours=";".join(map(str, record.hours)),
        penalty_minutes=record.preference_penalty_minutes,
        may_be_visited=verdict is not None and verdict.can_be_visited,
        hours=() if verdict is None else hours_in_words(verdict.hours),
        reasons=() if verdict is None else sentences_of(verdict, language),
        crew_minimum=None if verdict is None else verdict.decision.crew_minimum,
        qualifications=""
        if verdict is None
        else joined(sorted({needed.code for needed in verdict.decision.qualifications}), language),
    )


def _blocks(known: KnownCase, language: str) -> tuple[BlockView, ...]:
    return tuple(
        BlockView(
            id=one.id,
            word=block_word(one.code, language),
            until=day_text(one.until),
            owner=one.owner or "",
            source=one.source,
            added=moment_in_words(one.added_at),
            lifted="" if one.lifted_at is None else moment_in_words(one.lifted_at),
        )
        for one in known.blocks
    )


def _wish(wish: Wish) -> WishView:
    return WishView(
        id=wish.id,
        kind=str(wish.kind),
        text=wish.text,
        asked=moment_in_words(wish.asked_at),
        handled=_moment(wish.handled_at),
    )


def _visit(record: VisitRecord, rules: RuleSet, day: date, language: str) -> VisitView:
    outcome, until = record.present_outcome
    code = outcome_codes(rules, day).get(outcome or "")
    words = outcome or ""
    if code is not None:
        words = code.en if language == ENGLISH else code.zh
    return VisitView(
        plan_id=record.plan_id,
        began=_moment(record.checked_in_at or record.ended_at),
        people=joined(record.present_collectors, language),
        outcome=words,
        until=day_text(until),
        ended=""
        if record.ended_at is None or record.checked_in_at is None
        else record.ended_at.astimezone(ZONE).strftime("%H:%M"),
    )


def _approvals(unit: Unit, asked: Sequence[Approval], rules: RuleSet, language: str) -> tuple[ApprovalView, ...]:
    titles: Mapping[str, str] = rule_titles(rules, language)
    return tuple(
        ApprovalView(
            id=one.id,
            rule_id=str(one.facts.get("rule_id", "")),
            title=titles.get(str(one.facts.get("rule_id", "")), ""),
            until=str(one.facts.get("until", "")),
            asked=moment_in_words(one.asked_at),
            by="" if (user := users.get(unit, one.asked_by)) is None else user.login,
            state=str(one.state),
        )
        for one in asked
    )


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment_in_words(moment)
