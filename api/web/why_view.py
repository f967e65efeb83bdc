"""Why a visit was made: what judged it when it was planned, published and begun, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from api.papers.verification import short_reference
from api.store import PlanEntry, StoredPlan, Unit, letters, notices, records
from api.store.audit_search import AuditEntry, about
from api.store.records import VisitRecord
from api.store.stops import PlannedStop
from api.web.audit_view import AuditLine, audit_lines
from api.web.catalogue import ENGLISH, clock, day_in_words, joined
from api.web.moments import moment_in_words
from scheduler.domain.plan import StopDecision
from scheduler.rules.describe import RuleWords, rule_in_words
from scheduler.rules.load import load_rule_set
from scheduler.rules.outcomes import outcome_codes

_PUBLISHED, _JUDGED, _CHECKED, _STARTED = "plan.published", "plan.judged", "plan.checked", "visit.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """An announcement: when it was sent, received, agreed to and called back; empty for not."""

    sent: str
    delivered: str
    withdrawn: str
    names: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView:
    """A letter: the beginning of its number, and its life."""

    reference: str
    valid: str
    revoked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorView:
    """What happened at the door.

    Attributes:
        began: When.
        present: Who was there.
        carried: Codes of the documents that they had.
        rules: Ids of the rules that were asked at this moment; none where an earlier program did not keep them.
        packs: The versions of packs that they belong to.
        ended: When; empty while the visit goes on.
        outcome: In words; empty as `ended`.
        until: The day that the outcome names.
        next_step: A code.
        corrections: What was said of the outcome later: when, and what replaced what.
        not_begun: Why nobody began the visit, a rule's id or a code; empty for one that was begun.
    """

    began: str
    present: str
    carried: tuple[str, ...]
    rules: tuple[str, ...]
    packs: tuple[str, ...]
    ended: str
    outcome: str
    until: str
    next_step: str
    corrections: tuple[tuple[str, str], ...]
    not_begun: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyView:
    """All that is on record about one planned visit.

    Attributes:
        entry: The plan.
        visit_id: The visit.
        day: In words.
        planned: From when to when.
        place_kind: Where: a kind of place.
        crew: Names of those who were sent.
        cancelled: Why nobody goes, a rule's id or a code; empty while somebody does.
        case_id: The row of its case; None where the store has none.
        lawful: From when to when the rules allow the visit on its day; empty where no rule about hours applies.
        crew_minimum: The least number of people; 0 where the plan was made before this was kept.
        rules: Every rule that was asked when the visit was planned, in words.
        packs: The versions of packs that judged the plan.
        scope: Whether all rules were asked.
        checked: When the checker let the plan pass, and by whom it was asked.
        published: When and by whom it was published; empty before.
        judged: The versions of packs that were asked again with the facts of that moment.
        notices: Announcements to the borrower.
        letters: Letters of authorization.
        door: What happened there; None before.
        trail: Everything that the audit trail has.
    """

    entry: PlanEntry
    visit_id: str
    day: str
    planned: str
    place_kind: str
    crew: str
    cancelled: str
    case_id: str | None
    lawful: str
    crew_minimum: int
    rules: tuple[RuleWords, ...]
    packs: tuple[str, ...]
    scope: str
    checked: AuditLine | None
    published: AuditLine | None
    judged: tuple[str, ...]
    notices: tuple[NoticeView, ...]
    letters: tuple[LetterView, ...]
    door: DoorView | None
    trail: tuple[AuditLine, ...]


def why_view(unit: Unit, stored: StoredPlan, entry: PlanEntry, stop: PlannedStop, language: str) -> WhyView:
    """Gather it.

    Args:
        unit: Of whose the plan is.
        stored: The plan, with the names that the reader may see.
        entry: Its state.
        stop: The visit as it was published.
        language: Of the page.
    """
    zone = stored.problem.time_zone
    own_notices = [one for one in notices.of_plan(unit, entry.id) if one.case_id == stop.case_id]
    own_letters = [one for one in letters.of_plan(unit, entry.id) if one.visit_code == stop.visit_code]
    record = None if stop.record_id is None else records.get(unit, stop.record_id)
    rows = about(unit, _subjects(entry, stop, [one.id for one in own_notices], [one.id for one in own_letters]))
    told = [row for row in rows if _concerns(row, stop.visit_code)]
    lines = audit_lines(unit, told, language)
    by_action = {row.action: (row, line) for row, line in zip(told, lines, strict=True)}
    decision, judged = _decision(stored, stop.visit_code), by_action.get(_JUDGED)
    visit = next(one for one in stored.problem.visits if one.id == stop.visit_code)
    start, end = (moment.astimezone(zone) for moment in (stop.service_start_time, stop.departure_time))
    return WhyView(
        entry=entry,
        visit_id=stop.visit_code,
        day=day_in_words(stop.day, language),
        planned=f"{clock(start)}–{clock(end)}",
        place_kind=next((str(one.kind) for one in visit.places if one.id == stop.place_code), "other"),
        crew=_names(stored, stop.collector_codes, language),
        cancelled=stop.cancelled_for or "",
        case_id=stop.case_id,
        lawful="" if decision is None else _lawful(decision, stored),
        crew_minimum=0 if decision is None else decision.crew_minimum,
        rules=() if decision is None else _rules(stored, decision.rule_ids, language),
        packs=_packs(stored),
        scope="" if stored.plan.certificate is None else stored.plan.certificate.scope,
        checked=_line(by_action.get(_CHECKED)),
        published=_line(by_action.get(_PUBLISHED)),
        judged=() if judged is None else _listed(judged[0], "packs"),
        notices=tuple(
            NoticeView(
                sent=_when(one.sent_at),
                delivered=_when(one.delivered_at),
                withdrawn=_when(one.withdrawn_at),
                names=_names(stored, one.collector_codes, language),
            )
            for one in own_notices
        ),
        letters=tuple(
            LetterView(
                reference=short_reference(one.number),
                valid=f"{moment_in_words(one.valid_from)} – {moment_in_words(one.valid_until)}",
                revoked=_when(one.revoked_at),
            )
            for one in own_letters
        ),
        door=None if record is None else _door(stored, record, by_action.get(_STARTED), stop, language),
        trail=lines,
    )


def _subjects(
    entry: PlanEntry, stop: PlannedStop, notice_ids: Iterable[str], letter_ids: Iterable[str]
) -> tuple[str, ...]:
    earlier = (entry.based_on,) if entry.based_on else ()
    named = {"plan": (entry.id, *earlier), "notice": tuple(notice_ids), "letter": tuple(letter_ids)}
    if stop.record_id is not None:
        named["record"] = (stop.record_id,)
    if stop.case_id is not None:
        named["case"] = (stop.case_id,)
    return tuple(f"{kind}:{one}" for kind, ids in named.items() for one in ids)


def _concerns(row: AuditEntry, visit_code: str) -> bool:
    """Rows about the plan that name another visit are left out."""
    return row.facts.get("visit") in (None, visit_code)


def _decision(stored: StoredPlan, visit_code: str) -> StopDecision | None:
    certificate = stored.plan.certificate
    found = () if certificate is None else certificate.decisions or ()
    return next((one for one in found if one.visit_id == visit_code), None)


def _lawful(decision: StopDecision, stored: StoredPlan) -> str:
    zone = stored.problem.time_zone
    ends = (decision.lawful_from, decision.lawful_until)
    return "" if None in ends else "–".join(clock(end.astimezone(zone)) for end in ends if end is not None)


def _rules(stored: StoredPlan, rule_ids: Iterable[str], language: str) -> tuple[RuleWords, ...]:
    """The rules in words; the versions that judged the plan are named by their hashes beside."""
    known = {placed.rule.id: placed.rule for placed in load_rule_set(stored.problem.rule_packs).rules}
    return tuple(rule_in_words(known[rule_id], language) for rule_id in rule_ids if rule_id in known)


def _packs(stored: StoredPlan) -> tuple[str, ...]:
    certificate = stored.plan.certificate
    packs = () if certificate is None else certificate.rule_packs
    return tuple(f"{pack.name} {pack.version} {pack.sha256[:16]}" for pack in packs)


def _names(stored: StoredPlan, codes: Iterable[str], language: str) -> str:
    return joined((_name(stored, code) for code in codes), language)


def _name(stored: StoredPlan, code: str) -> str:
    text = stored.texts.get(code)
    return code if text is None or not text.name else text.name


def _door(
    stored: StoredPlan,
    record: VisitRecord,
    started: tuple[AuditEntry, AuditLine] | None,
    stop: PlannedStop,
    language: str,
) -> DoorView:
    codes = outcome_codes(load_rule_set(stored.problem.rule_packs), stop.day)
    words = {name: code.en if language == ENGLISH else code.zh for name, code in codes.items()}
    outcome, until = record.present_outcome
    code = codes.get(outcome or "")
    return DoorView(
        began=_when(record.checked_in_at),
        present=_names(stored, record.present_collectors, language),
        carried=record.checklist,
        rules=() if started is None else _listed(started[0], "rules"),
        packs=() if started is None else _listed(started[0], "packs"),
        ended=_when(record.ended_at),
        outcome=words.get(outcome or "", outcome or ""),
        until="" if until is None else day_in_words(until, language),
        next_step="" if code is None else code.next_step,
        corrections=tuple(
            (
                moment_in_words(one.corrected_at),
                f"{words.get(one.replaces, one.replaces)} → {words.get(one.outcome, one.outcome)}",
            )
            for one in record.corrections
        ),
        not_begun=record.reason or "",
    )


def _listed(row: AuditEntry, name: str) -> tuple[str, ...]:
    value = row.facts.get(name)
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def _line(found: tuple[AuditEntry, AuditLine] | None) -> AuditLine | None:
    return None if found is None else found[1]


def _when(moment: datetime | None) -> str:
    return "" if moment is None else moment_in_words(moment)
