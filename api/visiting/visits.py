"""At the door: the rules judge the moment, and the outcome changes what may follow."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from api.settings import NEAR_METERS
from api.store import StoredPlan, Unit, events, letters, outcome_effects, plans, records, stops
from api.store.events import EventKind
from api.store.records import Nearness, Recording, VisitRecord
from api.store.stops import PlannedStop
from api.visiting.cancelling import call_off_unlawful
from api.visiting.day_log import day_log
from api.visiting.following_up import ask_for_followup
from api.visiting.judging import AtTheDoor, named_packs
from api.visiting.nearness import Position, nearness
from api.visiting.publishing import opened, run
from scheduler.domain.errors import Fault, InvalidInput, NotNow, RulesBroken, UnknownId
from scheduler.domain.violation import Violation
from scheduler.rules.decision import Decision
from scheduler.rules.kinds.outcome import Met
from scheduler.rules.load import load_rule_set
from scheduler.rules.outcomes import OutcomeCode, outcome_codes

LETTER = "authorization-letter"
RECORDING_ON = "recording-on"
SHOWN = ("identity-shown", "letter-shown")
CHECK_LIST = (RECORDING_ON, *SHOWN)
"""What stands in a record beside the documents that were carried."""
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A visit that is over.

    Attributes:
        record: What happened.
        code: What its outcome means.
        cancelled: Codes of other visits that were called off for it.
    """

    record: VisitRecord
    code: OutcomeCode
    cancelled: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether a visit may begin at this moment, were the crew complete and nothing forgotten.

    Attributes:
        latest_start: The last moment at which it could begin and still end lawfully; None without a valid letter.
        is_too_late: That moment is over: nobody starts.
        objections: Everything that stands against it now.
    """

    latest_start: datetime | None
    is_too_late: bool
    objections: tuple[Violation, ...]


def standing(unit: Unit, stored: StoredPlan, stop: PlannedStop) -> Standing:
    """What the rules say of a visit that its crew has not begun.

    Args:
        unit: Of the branch.
        stored: The plan that the crew follows.
        stop: The visit; not called off.
    """
    door = AtTheDoor.of(unit, stored, stop)
    letter = letters.of_visit(unit, stop.plan_id, stop.visit_code)
    # A letter ends where the hours of the law, of the place and of the day do.
    latest = None if letter is None else letter.valid_until - door.visit.service_duration
    objections, _ = _objections_of_now(unit, door, stop.collector_codes, carried=None)
    return Standing(
        latest_start=latest,
        is_too_late=latest is not None and unit.now > latest,
        objections=tuple(objections),
    )


def check_in(
    unit: Unit,
    plan_id: str,
    visit_code: str,
    *,
    by: str | None,
    present: Collection[str],
    carried: Collection[str],
    is_recording: bool = False,
    position: Position | None = None,
    near_meters: int = NEAR_METERS,
) -> VisitRecord:
    """Let a crew begin a visit, if every rule allows it at this moment; telling it twice is telling it once.

    Args:
        unit: Of the branch.
        plan_id: The plan that the crew follows.
        visit_code: The visit.
        by: The collector who says so.
        present: The people who are there.
        carried: Codes of documents that they carry; the letter is looked up and need not be named.
        is_recording: Whether they say that the recorder is on.
        position: Where their phone is, if it says so; compared with the place, and not kept.
        near_meters: How far from the place it may be.

    Raises:
        UnknownId: No such plan or visit.
        NotNow: The plan is not followed, or the visit was called off.
        RulesBroken: A rule says no, in its own words.
    """
    entry = plans.entry(unit, plan_id)
    stop = None if entry is None else stops.one(unit, plan_id, visit_code)
    if entry is None or stop is None:
        raise UnknownId("There is no such visit.")
    if stop.record_id is not None:
        found = records.get(unit, stop.record_id)
        if found is not None and found.checked_in_at is None:
            raise NotNow("visit_ended", f"Nobody goes there any more: {found.outcome}.")
        if found is not None:
            return found
    if not entry.state.is_followed:
        raise NotNow("plan_not_followed", "This plan is not, or no longer, the one to follow.")
    if stop.cancelled_at is not None:
        raise NotNow("visit_cancelled", "This visit was called off; please do not go there.")
    door = AtTheDoor.of(unit, opened(unit, plan_id), stop)
    near = nearness(door, position, near_meters)
    broken, decision = _objections(unit, door, set(present), set(carried), near)
    if broken:
        raise RulesBroken(broken)
    checked = {*carried} - {*CHECK_LIST} | ({RECORDING_ON} if is_recording else set())
    record = records.begin(unit, stop, by=by, present=present, checklist=checked, nearness=near)
    run(unit, plan_id)
    unit.note(
        "visit.started",
        f"record:{record.id}",
        visit=visit_code,
        plan=plan_id,
        rules=list(decision.rule_ids),
        packs=named_packs(door.stored.problem.rule_packs),
    )
    events.append(unit, EventKind.VISIT_STARTED, f"record:{record.id}", visit=visit_code, plan=plan_id)
    return record


def end(
    unit: Unit,
    record_id: str,
    *,
    outcome: str,
    until: date | None,
    note: str = "",
    recording: Recording | None = None,
    shown: Collection[str] = (),
) -> Ended:
    """Keep what a visit ended with, with all that follows from it; telling it twice is telling it once.

    Args:
        unit: Of the branch.
        record_id: From the check-in.
        outcome: A code of the closed list.
        until: The local day that some codes name: of a promise, an appointment, a due date.
        note: For people's eyes.
        recording: Where the recording is kept, and by what it is known again.
        shown: Which of `SHOWN` the crew showed; nothing where nobody was met.

    Raises:
        UnknownId: No such record.
        InvalidInput: The code is not on the list, or the day that it must name is missing.
        NotNow: The visit ended with something else.
    """
    record = records.get(unit, record_id)
    if record is None:
        raise UnknownId("There is no such visit record.")
    stop = stops.by_id(unit, record.stop_id)
    door = AtTheDoor.of(unit, opened(unit, record.plan_id), stop)
    code = outcome_code(door, outcome, until)
    if record.outcome is not None:
        if (record.outcome, record.until) != (outcome, until):
            raise NotNow("visit_ended", f"This visit ended with {record.outcome}.")
        return Ended(record=record, code=code, cancelled=())
    seen = () if code.met is Met.NOBODY else set(SHOWN).intersection(shown)
    ended = records.end(unit, record_id, outcome=outcome, until=until, note=note, recording=recording, shown=seen)
    outcome_effects.tell_case(unit, ended, stop, door.place.kind, code)
    letters.revoke(unit, stop.plan_id, stop.visit_code)
    cancelled = () if ended.case_id is None else call_off_unlawful(unit, ended.case_id)
    unit.note("visit.ended", f"record:{record_id}", outcome=outcome, cancelled=list(cancelled))
    events.append(
        unit,
        EventKind.VISIT_ENDED,
        f"record:{record_id}",
        visit=stop.visit_code,
        plan=stop.plan_id,
        outcome=outcome,
        next_step=code.next_step,
        needs_approval=code.needs_approval,
        cancelled=list(cancelled),
    )
    ask_for_followup(unit, ended, stop, code)
    return Ended(record=ended, code=code, cancelled=cancelled)


def outcome_code(door: AtTheDoor, outcome: str, until: date | None) -> OutcomeCode:
    """What an outcome means by the rules of the visit's day.

    Raises:
        InvalidInput: The code is not on the list, or the day that it must name is missing or cannot be.
    """
    day = door.local_day
    known = outcome_codes(load_rule_set(door.stored.problem.rule_packs), day)
    if outcome not in known:
        hint = f"Known: {', '.join(known)}."
        fault = Fault(
            where="/outcome",
            code="unknown_outcome",
            message="This is no outcome of the list.",
            hint=hint,
            message_zh="请从列表中选择一个结果。",
        )
        raise InvalidInput([fault])
    code = known[outcome]
    if code.days_after_date is not None and until is None:
        message = f"{outcome} names a day: of the promise or of the next due date."
        zh = "这个结果需要填写日期。"
        raise InvalidInput([Fault(where="/until", code="missing", message=message, message_zh=zh)])
    if until is not None and until < day:
        early = "The day lies before the visit."
        raise InvalidInput([Fault(where="/until", code="date_past", message=early, message_zh="日期早于上门当天。")])
    if until is not None and until > day + FARTHEST:
        far = "The day lies more than a year ahead."
        raise InvalidInput([Fault(where="/until", code="date_far", message=far, message_zh="日期在一年以后，太远了。")])
    return code


def _objections(
    unit: Unit, door: AtTheDoor, present: set[str], carried: set[str], near: Nearness | None
) -> tuple[list[Violation], Decision]:
    """Everything that stands against beginning this visit now, and what the rules say."""
    stop = door.stop
    found: list[Violation] = []
    unknown = present - {one.id for one in door.stored.staffed.collectors}
    found += [
        _no(stop.visit_code, "unknown_collector", f"{name} is no collector of this plan", "人员不在计划中")
        for name in sorted(unknown)
    ]
    missing = set(stop.collector_codes) - present
    needed = max(len(stop.collector_codes), door.visit.crew_size)
    if missing and (len(present) < needed or not _named_instead(door, present)):
        message = f"the crew is not complete: {', '.join(sorted(missing))} is not there"
        found.append(_no(stop.visit_code, "crew_incomplete", message, "小组人员未到齐"))
    if near is not None and not near.is_near:
        message = "the phone is not near the place of the visit"
        found.append(_no(stop.visit_code, "not_near", message, "手机不在上门地点附近"))
    of_now, decision = _objections_of_now(unit, door, present, carried=carried)
    return [*found, *of_now], decision


def _objections_of_now(
    unit: Unit, door: AtTheDoor, crew: Collection[str], *, carried: set[str] | None
) -> tuple[list[Violation], Decision]:
    """What stands against these people beginning now, and what the rules say; None asks for no documents."""
    stop = door.stop
    found = [
        _no(stop.visit_code, "collector_out", f"{name} cannot go on today", "该人员今天无法继续外访")
        for name in sorted(day_log(unit, stop.plan_id).out.keys() & set(crew))
    ]
    when = door.from_now(unit.now)
    if not any(window.holds(when) for window in door.place.time_windows):
        message = "the whole visit would not lie inside the hours of the place"
        found.append(_no(stop.visit_code, "outside_time_window", message, "不在该地点允许的时段内"))
    if door.known is not None and door.known.is_closed:
        found.append(_no(stop.visit_code, "case_closed", "the case is closed", "案件已结"))
    letter = letters.of_visit(unit, stop.plan_id, stop.visit_code)
    is_valid = letter is not None and letter.valid_from <= unit.now <= letter.valid_until
    if not is_valid:
        found.append(
            _no(stop.visit_code, "letter_invalid", "the letter of authorization is not valid now", "授权书当前无效")
        )
    documents = None if carried is None else frozenset(carried | {LETTER} if is_valid else carried - {LETTER})
    decision = door.decided(when, crew, documents=documents, notices_from=None)
    return [*found, *_unlawful(stop, decision)], decision


def _unlawful(stop: PlannedStop, decision: Decision) -> list[Violation]:
    return [
        Violation(
            code="unlawful",
            message=reason.en,
            message_zh=reason.zh,
            visit_id=stop.visit_code,
            shift_id=stop.shift_code,
            rule_id=reason.rule_id,
        )
        for reason in decision.reasons
    ]


def _named_instead(door: AtTheDoor, present: set[str]) -> bool:
    """Whether those who are there are all named in the notice, substitutes included."""
    facts = None if door.known is None else door.known.facts
    named = {
        name
        for notice in (facts.notices or () if facts else ())
        if notice.first_day <= door.local_day <= notice.last_day
        for name in notice.collector_ids
    }
    return bool(named) and present <= named


def _no(visit_code: str, code: str, message: str, message_zh: str) -> Violation:
    return Violation(code=code, message=message, message_zh=message_zh, visit_id=visit_code)
