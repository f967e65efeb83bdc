"""What the outcome of a visit changes in the facts of its case, and how that is taken back."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from api.importing.records import ZONE
from api.store.database import Unit
from api.store.records import VisitRecord
from api.store.stops import PlannedStop
from api.store.tables.cases import BlockRow, CaseRow, ConsentRow, ContactRow, PlaceRow
from scheduler.domain.case import Channel
from scheduler.domain.visit import PlaceKind
from scheduler.rules.kinds.outcome import Met
from scheduler.rules.outcomes import OutcomeCode, PlaceEffect

_OUTCOME = "outcome"


def tell_case(
    unit: Unit,
    record: VisitRecord,
    stop: PlannedStop,
    kind: PlaceKind,
    code: OutcomeCode,
    *,
    corrects: str | None = None,
) -> None:
    """Write an outcome's effects into the facts of its case, all in one unit.

    Args:
        unit: Of the branch.
        record: What happened.
        stop: Where.
        kind: Of the place.
        code: What its present outcome means.
        corrects: The entry of the contact log that this one replaces.
    """
    case_id = record.case_id
    if case_id is None or record.checked_in_at is None:
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
            until=record.present_outcome[1],
            record=record.log_entry,
            corrects=corrects,
        )
    )
    if code.block is not None:
        add_block(unit, case_id, code.block, source=_OUTCOME)
    if code.place_effect is PlaceEffect.CLOSES_PLACE:
        for place in session.scalars(
            select(PlaceRow).where(PlaceRow.case_id == case_id, PlaceRow.code == stop.place_code)
        ):
            place.removed_at = unit.now
    if code.place_effect is PlaceEffect.CLOSES_WORKPLACE and kind is PlaceKind.WORKPLACE:
        refuse_place(unit, case_id, PlaceKind.WORKPLACE, source=_OUTCOME)
    if code.next_step == "close_case":
        session.scalars(select(CaseRow).where(CaseRow.id == case_id)).one().closed_at = unit.now
    session.flush()


def take_back(unit: Unit, record: VisitRecord, stop: PlannedStop, code: OutcomeCode, told_at: datetime) -> None:
    """Undo in the facts of a case what an outcome changed that was told by mistake; its log entry is replaced later.

    Args:
        unit: Of the branch.
        record: What happened.
        stop: Where.
        code: What the mistaken outcome means.
        told_at: When it was told; what it changed bears this moment.
    """
    case_id, session = record.case_id, unit.session
    if case_id is None:
        return
    if code.block is not None:
        _forget_block(unit, case_id, told_at)
    if code.place_effect is PlaceEffect.CLOSES_PLACE:
        which = (PlaceRow.case_id == case_id, PlaceRow.code == stop.place_code, PlaceRow.removed_at == told_at)
        for place in session.scalars(select(PlaceRow).where(*which)):
            place.removed_at = None
    if code.place_effect is PlaceEffect.CLOSES_WORKPLACE:
        refused = (ConsentRow.case_id == case_id, ConsentRow.source == _OUTCOME, ConsentRow.at == told_at)
        session.execute(delete(ConsentRow).where(*refused))
    if code.next_step == "close_case":
        for case in session.scalars(select(CaseRow).where(CaseRow.id == case_id, CaseRow.closed_at == told_at)):
            case.closed_at = None
    session.flush()


def _forget_block(unit: Unit, case_id: str, told_at: datetime) -> None:
    """It never held, so not on this day either, as one would that was lifted."""
    made = (BlockRow.case_id == case_id, BlockRow.source == _OUTCOME, BlockRow.added_at == told_at)
    for block in unit.session.scalars(select(BlockRow).where(*made, BlockRow.lifted_at.is_(None))):
        block.lifted_at, block.until = unit.now, told_at.astimezone(ZONE).date() - timedelta(days=1)


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
