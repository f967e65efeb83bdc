"""Alarms of crews: events that stay open until somebody of the office saw to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from api.store import events
from api.store.database import Unit
from api.store.events import EventKind
from api.store.tables.service import EventRow

# An alarm is about this day; what is older is history, which the events keep.
SHOWN_FOR = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A crew asked for help.

    Attributes:
        sequence: Of its event.
        at: When.
        plan_id: Of the plan that the crew follows.
        shift_code: Which crew.
        visit_code: The visit that its phone showed; None where it showed none.
        handled_at: When somebody saw to it; None while nobody did.
        handled_by: Who did.
    """

    sequence: int
    at: datetime
    plan_id: str
    shift_code: str
    visit_code: str | None
    handled_at: datetime | None
    handled_by: str | None


def ask_for_help(
    unit: Unit, subject: str, *, plan_id: str, shift_code: str, visit_code: str | None, key: str | None
) -> int:
    """A crew is in danger, or fears that it is; the same key by the same way is one alarm.

    Args:
        unit: Of the branch.
        subject: The way that it came: `link:ID` of the crew's phone, `plan:ID` of who spoke for the crew.
        plan_id: The plan that the crew follows.
        shift_code: The crew.
        visit_code: The visit that the phone showed.
        key: Which sending this is; None counts as another one.

    Returns:
        The number of its event.
    """
    same = select(EventRow).where(EventRow.kind == EventKind.CREW_ALARM, EventRow.subject == subject)
    known = () if key is None else unit.session.scalars(same).all()
    told = next((row.sequence for row in known if _facts(row).get("key") == key), None)
    if told is not None:
        return told
    unit.note("crew.alarm", subject, plan=plan_id, shift=shift_code)
    return events.append(unit, EventKind.CREW_ALARM, subject, plan=plan_id, shift=shift_code, visit=visit_code, key=key)


def lately(unit: Unit) -> tuple[Alarm, ...]:
    """The alarms of today and yesterday, the newest first."""
    kinds = (EventKind.CREW_ALARM, EventKind.CREW_ANSWERED)
    query = select(EventRow).where(EventRow.kind.in_(kinds), EventRow.at > unit.now - SHOWN_FOR)
    rows = unit.session.scalars(query.order_by(EventRow.sequence.desc())).all()
    handled = {row.subject: row for row in rows if row.kind == EventKind.CREW_ANSWERED}
    return tuple(_alarm(row, handled.get(_subject(row.sequence))) for row in rows if row.kind == EventKind.CREW_ALARM)


def handle(unit: Unit, sequence: int) -> bool:
    """Somebody of the office saw to an alarm; twice is once.

    Returns:
        False where there is no such alarm.
    """
    if not _rows(unit, EventKind.CREW_ALARM, EventRow.sequence == sequence):
        return False
    subject = _subject(sequence)
    if not _rows(unit, EventKind.CREW_ANSWERED, EventRow.subject == subject):
        by = None if unit.scope is None else unit.scope.user_id
        unit.note("crew.answered", subject)
        events.append(unit, EventKind.CREW_ANSWERED, subject, by=by)
    return True


def plan_of(unit: Unit, sequence: int) -> str | None:
    """The plan that the crew of an alarm follows; None where there is no such alarm."""
    found = _rows(unit, EventKind.CREW_ALARM, EventRow.sequence == sequence)
    return str(_facts(found[0]).get("plan")) if found else None


def _rows(unit: Unit, kind: EventKind, which: ColumnElement[bool]) -> Sequence[EventRow]:
    return unit.session.scalars(select(EventRow).where(EventRow.kind == kind, which)).all()


def _facts(row: EventRow) -> Mapping[str, object]:
    return row.facts if isinstance(row.facts, dict) else {}


def _subject(sequence: int) -> str:
    return f"alarm:{sequence}"


def _alarm(row: EventRow, handled: EventRow | None) -> Alarm:
    facts = _facts(row)
    visit, by = facts.get("visit"), None if handled is None else _facts(handled).get("by")
    return Alarm(
        sequence=row.sequence,
        at=row.at,
        plan_id=str(facts.get("plan")),
        shift_code=str(facts.get("shift")),
        visit_code=None if visit is None else str(visit),
        handled_at=None if handled is None else handled.at,
        handled_by=None if by is None else str(by),
    )
