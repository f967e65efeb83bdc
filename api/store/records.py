"""What happened at visits, and what each outcome changes in the facts of its case."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from api.store.database import Unit
from api.store.stops import PlannedStop
from api.store.tables.cases import BlockRow, CaseRow, ConsentRow, ContactRow, PlaceRow
from api.store.tables.plans import StopRow
from api.store.tables.visiting import VisitRecordRow
from scheduler.domain.case import Channel
from scheduler.domain.visit import PlaceKind
from scheduler.rules.kinds.outcome import Met
from scheduler.rules.outcomes import OutcomeCode, PlaceEffect


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRecord:
    """What happened at one visit; see `VisitRecordRow`."""

    id: str
    stop_id: str
    plan_id: str
    case_id: str | None
    checked_in_at: datetime
    checked_in_by: str | None
    present_collectors: tuple[str, ...]
    checklist: tuple[str, ...]
    outcome: str | None
    until: date | None
    ended_at: datetime | None
    recording: str | None
    rev: int


def begin(
    unit: Unit, stop: PlannedStop, *, by: str | None, present: Collection[str], checklist: Collection[str]
) -> VisitRecord:
    """The crew is at the door."""
    row = VisitRecordRow(
        stop_id=stop.id,
        plan_id=stop.plan_id,
        case_id=stop.case_id,
        checked_in_at=unit.now,
        checked_in_by=by,
        present_collectors=sorted(present),
        checklist=sorted(checklist),
        outcome=None,
        until=None,
        ended_at=None,
        recording=None,
        sealed_note=unit.seal(""),
    )
    unit.session.add(row)
    unit.session.flush()
    return _record(row)


def get(unit: Unit, record_id: str) -> VisitRecord | None:
    """One of them."""
    row = unit.session.scalars(select(VisitRecordRow).where(VisitRecordRow.id == record_id)).one_or_none()
    return None if row is None else _record(row)


def of_plan(unit: Unit, plan_id: str) -> tuple[VisitRecord, ...]:
    """Those of a plan, in the order in which they began."""
    query = select(VisitRecordRow).where(VisitRecordRow.plan_id == plan_id)
    ordered = query.order_by(VisitRecordRow.checked_in_at, VisitRecordRow.id)
    return tuple(_record(row) for row in unit.session.scalars(ordered))


def end(
    unit: Unit,
    record_id: str,
    *,
    outcome: str,
    until: date | None,
    note: str,
    recording: str | None,
    shown: Collection[str] = (),
) -> VisitRecord:
    """The visit is over."""
    row = unit.session.scalars(select(VisitRecordRow).where(VisitRecordRow.id == record_id)).one()
    row.outcome, row.until, row.recording = outcome, until, recording
    row.checklist = sorted({*row.checklist, *shown})
    row.ended_at, row.sealed_note = unit.now, unit.seal(note)
    unit.session.flush()
    return _record(row)


def note_of(unit: Unit, record_id: str) -> str:
    """What the crew wrote."""
    query = select(VisitRecordRow.sealed_note).where(VisitRecordRow.id == record_id)
    return unit.opened(unit.session.scalars(query).one())


def take_over(unit: Unit, old: PlannedStop, new: PlannedStop) -> None:
    """Let what happened at a visit belong to the plan that was published in place of its own."""
    row = unit.session.scalars(select(VisitRecordRow).where(VisitRecordRow.stop_id == old.id)).one()
    row.stop_id, row.plan_id = new.id, new.plan_id
    unit.session.flush()


def tell_case(
    unit: Unit, record: VisitRecord, stop: PlannedStop, kind: PlaceKind, code: OutcomeCode, until: date | None
) -> None:
    """Write an outcome's effects into the facts of its case, all in one unit.

    Args:
        unit: Of the branch.
        record: What happened.
        stop: Where.
        kind: Of the place.
        code: What it means.
        until: The day that it names.
    """
    case_id = record.case_id
    if case_id is None:
        return
    session = unit.session
    session.add(
        ContactRow(
            case_id=case_id,
            channel=Channel.VISIT,
            at=record.checked_in_at,
            reached=code.met is Met.DEBTOR,
            place_code=stop.place_code,
            place_kind=kind,
            outcome=code.code,
            until=until,
            record=record.id,
            corrects=None,
        )
    )
    if code.block is not None:
        add_block(unit, case_id, code.block, source="outcome")
    if code.place_effect is PlaceEffect.CLOSES_PLACE:
        for place in session.scalars(
            select(PlaceRow).where(PlaceRow.case_id == case_id, PlaceRow.code == stop.place_code)
        ):
            place.removed_at = unit.now
    if code.place_effect is PlaceEffect.CLOSES_WORKPLACE and kind is PlaceKind.WORKPLACE:
        refuse_place(unit, case_id, PlaceKind.WORKPLACE, source="outcome")
    if code.next_step == "close_case":
        session.scalars(select(CaseRow).where(CaseRow.id == case_id)).one().closed_at = unit.now
    session.flush()


def add_block(unit: Unit, case_id: str, code: str, *, source: str, owner: str | None = None) -> None:
    """Put a circumstance on record that may forbid visits."""
    row = BlockRow(
        case_id=case_id,
        sealed_code=unit.seal(code),
        until=None,
        owner=owner,
        source=source,
        added_at=unit.now,
        lifted_at=None,
    )
    unit.session.add(row)
    unit.session.flush()


def refuse_place(unit: Unit, case_id: str, kind: PlaceKind, *, source: str) -> None:
    """Put on record that the borrower wants nobody at a kind of place."""
    unit.session.add(ConsentRow(case_id=case_id, place_kind=kind, given=False, at=unit.now, source=source))
    unit.session.flush()


def stop_of(unit: Unit, record: VisitRecord) -> str:
    """The code of the visit that a record is about."""
    return unit.session.scalars(select(StopRow.visit_code).where(StopRow.id == record.stop_id)).one()


def _record(row: VisitRecordRow) -> VisitRecord:
    if row.checked_in_at is None:
        raise AssertionError("a record begins with a check-in")
    return VisitRecord(
        id=row.id,
        stop_id=row.stop_id,
        plan_id=row.plan_id,
        case_id=row.case_id,
        checked_in_at=row.checked_in_at,
        checked_in_by=row.checked_in_by,
        present_collectors=tuple(row.present_collectors),
        checklist=tuple(row.checklist),
        outcome=row.outcome,
        until=row.until,
        ended_at=row.ended_at,
        recording=row.recording,
        rev=row.rev,
    )
