"""Rows one by one: what is typed or sent is judged as a table would be, without reading what is kept beside it."""

from collections.abc import Callable

from api.importing.fault_list import FaultList
from api.importing.reading import Kept
from api.importing.records import Records
from api.store import Unit, imports
from api.store.imports import ImportMode


def judged_row(
    unit: Unit,
    mode: ImportMode,
    read: Callable[[Kept, FaultList], Records],
    *,
    has_id: bool = True,
    also: Callable[[Records, FaultList], None] | None = None,
) -> Records:
    """An import of one row.

    Args:
        unit: Of one branch.
        mode: Whether it is new.
        read: Reads it, and notes what is wrong with it.
        has_id: Whether it has an id, which may not mean something else already.
        also: Notes what else may be wrong.

    Raises:
        InvalidInput: With every mistake, as JSON pointers.
    """
    faults, kept = FaultList(), imports.asked(unit)
    records = read(kept, faults)
    if has_id:
        imports.note_conflicts(records, mode, kept, faults)
    if also is not None:
        also(records, faults)
    faults.raise_if_any()
    return records
