"""What happened at visits, and what was corrected of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm.attributes import flag_modified

from api.store.database import Unit
from api.store.stops import PlannedStop
from api.store.tables.plans import StopRow
from api.store.tables.visiting import CorrectionRow, VisitRecordRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a visit really ended with; see `CorrectionRow`."""

    id: str
    outcome: str
    until: date | None
    replaces: str
    reason: str
    corrected_by: str | None
    corrected_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A recording that is kept elsewhere; see `VisitRecordRow`."""

    reference: str
    sha256: str | None = None
    seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """What is kept of a phone's position at a check-in; see `VisitRecordRow`."""

    is_near: bool
    accuracy_meters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRecord:
    """What happened at one visit; see `VisitRecordRow`. `outcome` and `until` are what the crew said first."""

    id: str
    stop_id: str
    plan_id: str
    case_id: str | None
    checked_in_at: datetime | None
    checked_in_by: str | None
    present_collectors: tuple[str, ...]
    checklist: tuple[str, ...]
    outcome: str | None
    until: date | None
    ended_at: datetime | None
    reason: str | None
    recording: Recording | None
    nearness: Nearness | None
    left_at: datetime | None
    rev: int
    corrections: tuple[Correction, ...] = ()

    @property
    def present_outcome(self) -> tuple[str | None, date | None]:
        """What counts now, and the day that it names."""
        if not self.corrections:
            return self.outcome, self.until
        return self.corrections[-1].outcome, self.corrections[-1].until

    @property
    def log_entry(self) -> str:
        """Under which number the contact log has what counts now."""
        return self.corrections[-1].id if self.corrections else self.id

    @property
    def told_at(self) -> datetime | None:
        """When what counts now was said."""
        return self.corrections[-1].corrected_at if self.corrections else self.ended_at


def begin(
    unit: Unit,
    stop: PlannedStop,
    *,
    by: str | None,
    present: Collection[str],
    checklist: Collection[str],
    nearness: Nearness | None = None,
) -> VisitRecord:
    """The crew is at the door."""
    row = _new_row(unit, stop)
    if nearness is not None:
        row.is_near, row.accuracy_meters = nearness.is_near, nearness.accuracy_meters
    row.checked_in_at, row.checked_in_by = unit.now, by
    row.present_collectors, row.checklist = sorted(present), sorted(checklist)
    return _added(unit, row)


def leave(unit: Unit, record_id: str) -> VisitRecord:
    """The crew is on its way again; what the visit ended with may follow later. Twice is once."""
    row = unit.session.scalars(select(VisitRecordRow).where(VisitRecordRow.id == record_id)).one()
    row.left_at = row.left_at or unit.now
    unit.session.flush()
    return _record(unit, row)


def give_up(unit: Unit, stop: PlannedStop, *, outcome: str, reason: str, note: str) -> VisitRecord:
    """Nobody begins the visit; `reason` is a rule's id or a code."""
    row = _new_row(unit, stop)
    row.outcome, row.reason, row.ended_at, row.sealed_note = outcome, reason, unit.now, unit.seal(note)
    return _added(unit, row)


def correct(unit: Unit, record: VisitRecord, *, outcome: str, until: date | None, reason: str) -> VisitRecord:
    """Say what a visit really ended with; what was said before stays."""
    row = CorrectionRow(
        record_id=record.id,
        outcome=outcome,
        until=until,
        replaces=record.present_outcome[0],
        sealed_reason=unit.seal(reason),
        corrected_by=None if unit.scope is None else unit.scope.user_id,
        corrected_at=unit.now,
    )
    unit.session.add(row)
    known = unit.session.scalars(select(VisitRecordRow).where(VisitRecordRow.id == record.id)).one()
    # A new revision, though nothing in the row changes.
    flag_modified(known, "outcome")
    unit.session.flush()
    return _record(unit, known)


def get(unit: Unit, record_id: str) -> VisitRecord | None:
    """One of them."""
    row = unit.session.scalars(select(VisitRecordRow).where(VisitRecordRow.id == record_id)).one_or_none()
    return None if row is None else _record(unit, row)


def of_plan(unit: Unit, plan_id: str) -> tuple[VisitRecord, ...]:
    """Those of a plan, in the order in which they began."""
    return _records(unit, VisitRecordRow.plan_id == plan_id)


def of_case(unit: Unit, case_id: str) -> tuple[VisitRecord, ...]:
    """Those of a case, in the order in which they began."""
    return _records(unit, VisitRecordRow.case_id == case_id)


def _records(unit: Unit, which: ColumnElement[bool]) -> tuple[VisitRecord, ...]:
    query = select(VisitRecordRow).where(which)
    ordered = query.order_by(VisitRecordRow.checked_in_at, VisitRecordRow.id)
    corrected = _corrections(unit, CorrectionRow.record_id.in_(query.with_only_columns(VisitRecordRow.id)))
    return tuple(_told(row, corrected.get(row.id, ())) for row in unit.session.scalars(ordered))


def end(
    unit: Unit,
    record_id: str,
    *,
    outcome: str,
    until: date | None,
    note: str,
    recording: Recording | None,
    shown: Collection[str] = (),
) -> VisitRecord:
    """The visit is over."""
    row = unit.session.scalars(select(VisitRecordRow).where(VisitRecordRow.id == record_id)).one()
    row.outcome, row.until = outcome, until
    if recording is not None:
        row.recording, row.recording_sha256 = recording.reference, recording.sha256
        row.recording_seconds = recording.seconds
    row.checklist = sorted({*row.checklist, *shown})
    row.ended_at, row.sealed_note = unit.now, unit.seal(note)
    unit.session.flush()
    return _record(unit, row)


def note_of(unit: Unit, record_id: str) -> str:
    """What the crew wrote."""
    query = select(VisitRecordRow.sealed_note).where(VisitRecordRow.id == record_id)
    return unit.opened(unit.session.scalars(query).one())


def take_over(unit: Unit, old: PlannedStop, new: PlannedStop) -> None:
    """Let what happened at a visit belong to the plan that was published in place of its own."""
    row = unit.session.scalars(select(VisitRecordRow).where(VisitRecordRow.stop_id == old.id)).one()
    row.stop_id, row.plan_id = new.id, new.plan_id
    unit.session.flush()


def stop_of(unit: Unit, record: VisitRecord) -> str:
    """The code of the visit that a record is about."""
    return unit.session.scalars(select(StopRow.visit_code).where(StopRow.id == record.stop_id)).one()


def _new_row(unit: Unit, stop: PlannedStop) -> VisitRecordRow:
    return VisitRecordRow(
        stop_id=stop.id,
        plan_id=stop.plan_id,
        case_id=stop.case_id,
        present_collectors=[],
        checklist=[],
        sealed_note=unit.seal(""),
    )


def _added(unit: Unit, row: VisitRecordRow) -> VisitRecord:
    unit.session.add(row)
    unit.session.flush()
    return _told(row, ())


def _record(unit: Unit, row: VisitRecordRow) -> VisitRecord:
    return _told(row, _corrections(unit, CorrectionRow.record_id == row.id).get(row.id, ()))


def _corrections(unit: Unit, which: ColumnElement[bool]) -> Mapping[str, tuple[Correction, ...]]:
    """By record, in the order in which they were made."""
    found: dict[str, tuple[Correction, ...]] = {}
    query = select(CorrectionRow).where(which).order_by(CorrectionRow.corrected_at, CorrectionRow.id)
    for row in unit.session.scalars(query):
        one = Correction(
            id=row.id,
            outcome=row.outcome,
            until=row.until,
            replaces=row.replaces,
            reason=unit.opened(row.sealed_reason),
            corrected_by=row.corrected_by,
            corrected_at=row.corrected_at,
        )
        found[row.record_id] = (*found.get(row.record_id, ()), one)
    return found


def _told(row: VisitRecordRow, corrections: tuple[Correction, ...]) -> VisitRecord:
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
        reason=row.reason,
        recording=None
        if row.recording is None
        else Recording(reference=row.recording, sha256=row.recording_sha256, seconds=row.recording_seconds),
        nearness=None
        if row.is_near is None or row.accuracy_meters is None
        else Nearness(is_near=row.is_near, accuracy_meters=row.accuracy_meters),
        left_at=row.left_at,
        rev=row.rev,
        corrections=corrections,
    )
