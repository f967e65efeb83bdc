"""What people tell of a running day, one after the other, each with what follows from it at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from api.desk.eligibility import Standing, standing_of
from api.store import PlanEntry, Unit, alarms, cases, events, plans, records, stops
from api.store.case_decisions import verdicts_on
from api.store.cases import CaseEntry
from api.store.events import EventKind
from api.store.stops import PlannedStop
from api.visiting.cancelling import call_off
from api.visiting.day_log import DayLog, day_log
from scheduler.domain.errors import Fault, InvalidInput, NotNow, RulesBroken, UnknownId
from scheduler.domain.violation import Violation

LONGEST_DELAY = timedelta(hours=12)
MOVED_BY_BORROWER = "borrower_asked_another_time"


class DayEventKind(StrEnum):
    """The closed list of what can be told; check-ins, outcomes and wishes have their own ways."""

    LATE = "late"
    COLLECTOR_OUT = "collector_out"
    COLLECTOR_BACK = "collector_back"
    VEHICLE_OUT = "vehicle_out"
    VEHICLE_BACK = "vehicle_back"
    URGENT_VISIT = "urgent_visit"
    APPOINTMENT_MOVED = "appointment_moved"
    LEFT = "left"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEvent:
    """What is told; each kind needs the fields that `NEEDED` names.

    Attributes:
        kind: What happened.
        shift_id: To which crew.
        collector_id: To which person; why somebody cannot go on is not asked, and not kept.
        visit_id: At which visit.
        case_id: The id of the row of the case that shall be visited still today.
        delay: Behind the plan, at the crew's next stop.
        key: Which sending this is; the same one of an alarm is one alarm.
    """

    kind: DayEventKind
    shift_id: str | None = None
    collector_id: str | None = None
    visit_id: str | None = None
    case_id: str | None = None
    delay: timedelta | None = None
    key: str | None = None


NEEDED: Mapping[DayEventKind, tuple[str, ...]] = {
    DayEventKind.LATE: ("shift_id", "delay"),
    DayEventKind.COLLECTOR_OUT: ("collector_id",),
    DayEventKind.COLLECTOR_BACK: ("collector_id",),
    DayEventKind.VEHICLE_OUT: ("shift_id",),
    DayEventKind.VEHICLE_BACK: ("shift_id",),
    DayEventKind.URGENT_VISIT: ("case_id",),
    DayEventKind.APPOINTMENT_MOVED: ("visit_id",),
    DayEventKind.LEFT: ("visit_id",),
    DayEventKind.ALARM: ("shift_id",),
}


def crew_concerned(unit: Unit, plan_id: str, event: DayEvent) -> tuple[str, ...]:
    """The collectors of the crew that an event is about; empty where it is about none of the plan."""
    if event.shift_id is not None:
        return stops.crew_of(unit, plan_id, event.shift_id) or ()
    if event.visit_id is not None:
        stop = stops.one(unit, plan_id, event.visit_id)
        return () if stop is None else stop.collector_codes
    if event.collector_id is not None:
        return next((crew for _, crew in stops.routes_of(unit, plan_id) if event.collector_id in crew), ())
    return ()


def tell(unit: Unit, plan_id: str, event: DayEvent) -> int | None:
    """Keep an event with all that follows from it; telling what is known already changes nothing.

    Args:
        unit: Of the branch.
        plan_id: The plan that people follow.
        event: What happened.

    Returns:
        The number of the event that tells it, also where that was told before; None where nothing was left to tell.

    Raises:
        UnknownId: No such plan, crew, visit, person or case.
        InvalidInput: A field is missing.
        NotNow: Nobody follows the plan, or the visit or case is beyond it.
        RulesBroken: The rules forbid the urgent visit.
    """
    entry = plans.entry(unit, plan_id)
    if entry is None:
        raise UnknownId("There is no plan of this id.")
    missing = [name for name in NEEDED[event.kind] if getattr(event, name) is None]
    if missing:
        raise InvalidInput([_missing(name, event.kind) for name in missing])
    if not entry.state.is_followed:
        raise NotNow("plan_not_followed", "This plan is not, or no longer, the one to follow.")
    return _WAYS[event.kind](unit, entry, event)


def _late(unit: Unit, entry: PlanEntry, event: DayEvent) -> int:
    shift, delay = _shift(unit, entry, event), event.delay or timedelta()
    if not timedelta() <= delay <= LONGEST_DELAY:
        message = "A crew is between nought and twelve hours late."
        raise InvalidInput([Fault(where="/delay_minutes", code="bad_delay", message=message)])
    known = _log(unit, entry).late.get(shift)
    if known is not None and known.delay == delay and known.holds(_begun(unit, entry, shift)):
        return known.sequence
    return _append(unit, entry, EventKind.CREW_LATE, shift=shift, delay_seconds=int(delay.total_seconds()))


def _begun(unit: Unit, entry: PlanEntry, shift: str) -> list[datetime]:
    own = {one.record_id for one in stops.of_plan(unit, entry.id, shift) if one.record_id is not None}
    kept = (one for one in records.of_plan(unit, entry.id) if one.id in own)
    return [one.checked_in_at for one in kept if one.checked_in_at is not None]


def _collector_out(unit: Unit, entry: PlanEntry, event: DayEvent) -> int:
    collector = event.collector_id or ""
    known = _log(unit, entry).out.get(collector)
    if known is not None:
        return known.sequence
    shift = next((one for one, crew in stops.routes_of(unit, entry.id) if collector in crew), None)
    if shift is None:
        raise UnknownId("This person is in no crew of the plan.")
    return _append(unit, entry, EventKind.CREW_SHORT, shift=shift, collector=collector)


def _collector_back(unit: Unit, entry: PlanEntry, event: DayEvent) -> int | None:
    collector = event.collector_id or ""
    known = _log(unit, entry).out.get(collector)
    if known is None:
        return None
    return _append(unit, entry, EventKind.CREW_WHOLE, shift=str(known.facts.get("shift")), collector=collector)


def _vehicle_out(unit: Unit, entry: PlanEntry, event: DayEvent) -> int:
    shift = _shift(unit, entry, event)
    known = _log(unit, entry).stranded.get(shift)
    return known.sequence if known is not None else _append(unit, entry, EventKind.CREW_STRANDED, shift=shift)


def _vehicle_back(unit: Unit, entry: PlanEntry, event: DayEvent) -> int | None:
    shift = _shift(unit, entry, event)
    if shift not in _log(unit, entry).stranded:
        return None
    return _append(unit, entry, EventKind.CREW_MOBILE, shift=shift)


def _urgent_visit(unit: Unit, entry: PlanEntry, event: DayEvent) -> int:
    found = cases.get(unit, event.case_id or "", entry.day)
    if found is None:
        raise UnknownId("There is no such case.")
    case = found.entry
    known = _log(unit, entry).urgent.get(case.code)
    if known is not None:
        return known.sequence
    if stops.one(unit, entry.id, case.code) is not None:
        raise NotNow("visit_planned", "This case is on the plan of the day already.")
    _refuse_unlawful(unit, case, entry.day)
    return _append(unit, entry, EventKind.VISIT_URGENT, case=case.code)


def _refuse_unlawful(unit: Unit, case: CaseEntry, day: date) -> None:
    """Nothing is so urgent that a rule gives way."""
    verdicts = verdicts_on(unit, [case.id], day).cases.get(case.code, ())
    standing, rule_ids = standing_of(verdicts, is_open=case.closed_at is None)
    if standing is Standing.BLOCKED:
        message, zh = "a rule forbids this visit on this day", "规则禁止当天上门"
        raise RulesBroken(
            [
                Violation(code="unlawful", message=message, message_zh=zh, visit_id=case.code, rule_id=rule_id)
                for rule_id in rule_ids
            ]
        )
    if standing is not Standing.ALLOWED:
        raise NotNow(f"case_{standing}", "Nobody can visit this case on this day.")


def _appointment_moved(unit: Unit, entry: PlanEntry, event: DayEvent) -> int | None:
    stop = _stop(unit, entry, event)
    if stop.record_id is not None:
        raise NotNow("visit_begun", "This visit was begun, or given up, already.")
    return call_off(unit, stop, MOVED_BY_BORROWER)


def _left(unit: Unit, entry: PlanEntry, event: DayEvent) -> int | None:
    stop = _stop(unit, entry, event)
    record = None if stop.record_id is None else records.get(unit, stop.record_id)
    if record is None or record.checked_in_at is None:
        raise NotNow("visit_not_begun", "Nobody began this visit.")
    if record.left_at is not None or record.ended_at is not None:
        return None
    records.leave(unit, record.id)
    return _append(unit, entry, EventKind.VISIT_LEFT, visit=stop.visit_code, shift=stop.shift_code)


def _alarm(unit: Unit, entry: PlanEntry, event: DayEvent) -> int:
    return alarms.ask_for_help(
        unit,
        f"plan:{entry.id}",
        plan_id=entry.id,
        shift_code=_shift(unit, entry, event),
        visit_code=event.visit_id and _stop(unit, entry, event).visit_code,
        key=event.key,
    )


def _append(unit: Unit, entry: PlanEntry, kind: EventKind, **facts: str | int) -> int:
    subject, told = f"plan:{entry.id}", dict[str, Any](facts)
    unit.note(kind.value, subject, **told)
    return events.append(unit, kind, subject, **told)


def _log(unit: Unit, entry: PlanEntry) -> DayLog:
    return day_log(unit, entry.id)


def _shift(unit: Unit, entry: PlanEntry, event: DayEvent) -> str:
    shift = event.shift_id or ""
    if stops.crew_of(unit, entry.id, shift) is None:
        raise UnknownId("The plan has no such route.")
    return shift


def _stop(unit: Unit, entry: PlanEntry, event: DayEvent) -> PlannedStop:
    stop = stops.one(unit, entry.id, event.visit_id or "")
    if stop is None:
        raise UnknownId("There is no such visit.")
    return stop


def _missing(name: str, kind: DayEventKind) -> Fault:
    pointer = "/delay_minutes" if name == "delay" else f"/{name}"
    return Fault(where=pointer, code="missing", message=f"An event of the kind {kind} needs this.")


_WAYS: Mapping[DayEventKind, Callable[[Unit, PlanEntry, DayEvent], int | None]] = {
    DayEventKind.LATE: _late,
    DayEventKind.COLLECTOR_OUT: _collector_out,
    DayEventKind.COLLECTOR_BACK: _collector_back,
    DayEventKind.VEHICLE_OUT: _vehicle_out,
    DayEventKind.VEHICLE_BACK: _vehicle_back,
    DayEventKind.URGENT_VISIT: _urgent_visit,
    DayEventKind.APPOINTMENT_MOVED: _appointment_moved,
    DayEventKind.LEFT: _left,
    DayEventKind.ALARM: _alarm,
}
