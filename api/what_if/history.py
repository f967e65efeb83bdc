"""Visits that were made, from a CSV, for fitting how people and doors behave."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime

from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.visit import PlaceKind
from scheduler.simulation.calibration import PastVisit

COLUMNS = ("at", "place_kind", "found", "planned_minutes", "served_minutes")
_YES_NO = {"yes": True, "no": False}
_MOST_FAULTS = 200


def read_history(data: bytes) -> list[PastVisit]:
    """Read the table: `at` with offset, `place_kind`, `found` (yes or no), and minutes planned and taken where known.

    Raises:
        InvalidInput: With each faulty cell by row and column.
    """
    faults: list[Fault] = []
    refusal: InvalidInput | None = None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        refusal = InvalidInput([Fault(where="", code="not_utf8", message=f"Byte {error.start} is not UTF-8.")])
    if refusal is not None:
        raise refusal
    rows = csv.DictReader(io.StringIO(text))
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        message = f"The table has no column {', '.join(missing)}."
        raise InvalidInput([Fault(where="row 1", code="missing_column", message=message, hint="Add it.")])
    found = [_past_visit(_Row(row, number, faults)) for number, row in enumerate(rows, start=2)]
    if faults:
        raise InvalidInput(faults[:_MOST_FAULTS], left_out=max(0, len(faults) - _MOST_FAULTS))
    return found


class _Row:
    """One row; what cannot be read is noted and stands as something harmless."""

    def __init__(self, cells: Mapping[str, str | None], number: int, faults: list[Fault]) -> None:
        self._cells = cells
        self._number = number
        self._faults = faults

    def moment(self, column: str) -> datetime:
        try:
            moment = datetime.fromisoformat(self._cell(column))
        except ValueError:
            moment = datetime.min  # noqa: DTZ901  # stands in for a fault that is noted
        if moment.tzinfo is None:
            self._wrong(column, "is no time with an offset", "Write it like 2026-12-01T09:00:00+08:00.")
        return moment

    def kind(self, column: str) -> PlaceKind:
        if self._cell(column) in set(PlaceKind):
            return PlaceKind(self._cell(column))
        self._wrong(column, "is no kind of place", f"Choose one of: {', '.join(PlaceKind)}.")
        return PlaceKind.OTHER

    def flag(self, column: str) -> bool:
        if self._cell(column) not in _YES_NO:
            self._wrong(column, "is neither yes nor no", "Write yes or no.")
        return _YES_NO.get(self._cell(column), False)

    def seconds(self, column: str) -> float | None:
        if not self._cell(column):
            return None
        try:
            minutes = float(self._cell(column))
        except ValueError:
            minutes = -1.0
        if not 0 < minutes <= 1440:
            self._wrong(column, "is no number of minutes up to a day", "Write minutes, or leave it empty.")
        return minutes * 60

    def _cell(self, column: str) -> str:
        return (self._cells.get(column) or "").strip()

    def _wrong(self, column: str, message: str, hint: str) -> None:
        where = f"row {self._number}, {column}"
        self._faults.append(Fault(where=where, code="wrong_value", message=f"The cell {message}.", hint=hint))


def _past_visit(row: _Row) -> PastVisit:
    return PastVisit(
        at=row.moment("at"),
        place_kind=row.kind("place_kind"),
        found=row.flag("found"),
        planned_seconds=row.seconds("planned_minutes"),
        served_seconds=row.seconds("served_minutes"),
    )
