"""Rows by the ids of the documents, changed only where they differ, and numbered in the order of their table."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select

from api.store.database import Unit
from api.store.record_rows import Values
from api.store.tables.cases import BorrowerRow, CaseRow, PlaceRow
from api.store.tables.parent import LAST_POSITION, Ordered
from api.store.tables.people import CollectorRow, OfficeRow, ShiftRow

type Coded = BorrowerRow | CaseRow | PlaceRow | CollectorRow | OfficeRow | ShiftRow
CHUNK = 500


def rows_by_code[Row: Coded](unit: Unit, kind: type[Row], codes: Sequence[str]) -> dict[str, Row]:
    """The rows of the scope that have these codes."""
    found: dict[str, Row] = {}
    for chunk in chunks(codes):
        for row in unit.session.scalars(select(kind).where(kind.code.in_(chunk))):
            found[row.code or ""] = row
    return found


def chunks(items: Sequence[str]) -> Iterable[Sequence[str]]:
    """Few enough at a time for one statement."""
    return (items[first : first + CHUNK] for first in range(0, len(items), CHUNK))


def change(row: object, values: Mapping[str, object]) -> str:
    """Set what differs.

    Returns:
        `changed` or `unchanged`.
    """
    different = {key: value for key, value in values.items() if getattr(row, key) != value}
    for key, value in different.items():
        setattr(row, key, value)
    return "changed" if different else "unchanged"


def numbered(unit: Unit, kind: type[Ordered], rows: Sequence[Values]) -> list[Values]:
    """The rows with positions after all that were imported before."""
    if not rows:
        return []
    last = unit.session.scalar(select(func.max(kind.position)).where(kind.position < LAST_POSITION)) or 0
    return [{**row, "position": position} for position, row in enumerate(rows, start=last + 1)]
