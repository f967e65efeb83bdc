"""Places of cases one by one: added, changed, and given up."""

from dataclasses import dataclass

from sqlalchemy import select

from api.importing.case_rows import place_id
from api.importing.records import PlaceRecord
from api.store.cases import touch
from api.store.database import Unit
from api.store.record_rows import SECONDS_A_MINUTE, hours_of, hours_text, place_values, point_of
from api.store.sealed_texts import opened_point, seal_point
from api.store.tables.cases import CaseRow, PlaceRow
from scheduler.domain.visit import PlaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEntry:
    """A place that counts.

    Attributes:
        id: Of the row.
        record: What is kept of it.
    """

    id: str
    record: PlaceRecord


def places_of(unit: Unit, case_id: str, case_code: str) -> tuple[PlaceEntry, ...]:
    """Where a case's borrower may be visited, in the order in which the places came."""
    query = select(PlaceRow).where(PlaceRow.case_id == case_id, PlaceRow.removed_at.is_(None))
    ordered = query.order_by(PlaceRow.position, PlaceRow.code)
    return tuple(_entry(unit, row, case_code) for row in unit.session.scalars(ordered))


def add(unit: Unit, case_id: str, place: PlaceRecord) -> str:
    """Keep a new place under a number that no place of the case ever had.

    Returns:
        Its id in documents.
    """
    known = set(unit.session.scalars(select(PlaceRow.code).where(PlaceRow.case_id == case_id)))
    code = next(code for number in range(1, len(known) + 2) if (code := _code(place, number)) not in known)
    unit.session.add(PlaceRow(code=code, case_id=case_id, **place_values(unit, place)))
    touch(unit, case_id)
    unit.session.flush()
    unit.note("case.place_added", f"case:{case_id}", place=code)
    return code


def change(unit: Unit, case_id: str, row_id: str, place: PlaceRecord) -> bool:
    """Change where a place is, its hours and how well it is liked; False where the case has no such place."""
    row = _row(unit, case_id, row_id)
    if row is None:
        return False
    row.hours = hours_text(place.hours)
    row.preference_penalty_seconds = place.preference_penalty_minutes * SECONDS_A_MINUTE
    if opened_point(unit, row.sealed_point) != point_of(place):
        row.sealed_point = seal_point(unit, point_of(place))
    touch(unit, case_id)
    unit.note("case.place_changed", f"case:{case_id}", place=row.code)
    return True


def remove(unit: Unit, case_id: str, row_id: str) -> bool:
    """Let nobody go to a place any more; False where the case has no such place."""
    row = _row(unit, case_id, row_id)
    if row is None:
        return False
    row.removed_at = unit.now
    touch(unit, case_id)
    unit.note("case.place_removed", f"case:{case_id}", place=row.code)
    return True


def has_places(unit: Unit, case_ids: list[str]) -> frozenset[str]:
    """Those of the cases that have a place that counts."""
    query = select(PlaceRow.case_id).where(PlaceRow.case_id.in_(case_ids), PlaceRow.removed_at.is_(None))
    return frozenset(unit.session.scalars(query))


def _code(place: PlaceRecord, number: int) -> str:
    return place_id(place.case_id, place.kind, number)


def _row(unit: Unit, case_id: str, row_id: str) -> PlaceRow | None:
    query = select(PlaceRow).join(CaseRow, CaseRow.id == PlaceRow.case_id)
    which = (PlaceRow.id == row_id, CaseRow.id == case_id, PlaceRow.removed_at.is_(None))
    return unit.session.scalars(query.where(*which)).one_or_none()


def _entry(unit: Unit, row: PlaceRow, case_code: str) -> PlaceEntry:
    point = opened_point(unit, row.sealed_point)
    record = PlaceRecord(
        place_id=row.code,
        case_id=case_code,
        kind=PlaceKind(row.kind),
        address=point.address,
        coordinates=point.coordinates,
        hours=hours_of(row.hours),
        preference_penalty_minutes=row.preference_penalty_seconds // SECONDS_A_MINUTE,
    )
    return PlaceEntry(id=row.id, record=record)
