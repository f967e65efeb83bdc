"""Shifts one by one: what is typed or sent is judged as a table would be."""

from collections.abc import Mapping

from api.access import Role
from api.desk.days import today
from api.desk.one_row import judged_row
from api.importing.documents import shift_records
from api.importing.fault_list import FaultList
from api.importing.records import BreakRecord, Records, clock_text
from api.store import Unit, imports, people
from api.store.import_checks import note_days
from api.store.imports import ImportMode
from api.store.people import KnownShift

WRITERS = (Role.DISPATCHER, Role.ADMINISTRATOR)


def keep_shift(unit: Unit, cells: Mapping[str, str], mode: ImportMode) -> None:
    """Keep a row of the table shifts.

    Args:
        unit: Of one branch.
        cells: The row.
        mode: Whether the shift is new.

    Raises:
        InvalidInput: With every mistake, as JSON pointers.
    """

    def note_time(records: Records, faults: FaultList) -> None:
        imports.note_overlaps(unit, records, mode, faults)
        note_days(records.shifts, today(), faults)

    records = judged_row(
        unit,
        mode,
        lambda kept, faults: shift_records(cells, kept=kept, faults=faults),
        has_id=bool(cells.get("shift_id")),
        also=note_time,
    )
    people.keep(unit, records, today(), what="shift")


def shift_cells(known: KnownShift) -> dict[str, str]:
    """A shift of the store as a row of its table."""
    record = known.record
    return {
        "shift_id": record.shift_id,
        "collector_ids": ";".join(record.collector_ids),
        "date": record.day.isoformat(),
        "start": clock_text(record.hours.start_minute),
        "end": clock_text(record.hours.end_minute),
        "start_office": record.start_office_id,
        "end_office": record.end_office_id,
        "breaks": ";".join(_break_text(rest) for rest in record.breaks),
        "max_visits": "" if record.max_visits is None else str(record.max_visits),
    }


def _break_text(rest: BreakRecord) -> str:
    return f"{rest.hours}/{rest.minutes}"
