"""The steps of an import, whether it is done while the caller waits or as a job."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api.importing.fault_list import FaultList
from api.importing.reading import read_records
from api.importing.records import Records
from api.importing.sources import Source
from api.importing.tables import OnRow
from api.store import Unit, imports
from api.store.import_checks import note_days, warn_of_oddities
from api.store.imports import ImportEntry, ImportMode
from api.visiting.cancelling import call_off_all_unlawful
from scheduler.domain.geocoding import Area


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAsked:
    """An import as the caller wants it.

    Attributes:
        sources: One table each.
        mode: What to do with what is kept already.
        true_on: The day on which the tables were true.
        is_dry: Check everything and keep nothing.
    """

    sources: Sequence[Source]
    mode: ImportMode
    true_on: date
    is_dry: bool

    @property
    def content(self) -> str:
        """See `imports.content_sha256`."""
        return imports.content_sha256(self.sources, self.mode, self.true_on)


def checked(
    unit: Unit,
    asked: ImportAsked,
    faults: FaultList,
    *,
    today: date,
    area: Area | None,
    on_row: OnRow | None = None,
) -> Records:
    """What was read; nothing is written, so that others can work on meanwhile.

    Args:
        unit: Of the branch; it may be one that only reads.
        asked: The import.
        faults: Takes what is odd too.
        today: The local day.
        area: Where visits are made; None when nobody said.
        on_row: See `read_records`.

    Raises:
        InvalidInput: With every mistake.
    """
    known = imports.kept(unit)
    records = read_records(asked.sources, faults, kept=known, area=area, on_row=on_row)
    imports.note_conflicts(records, asked.mode, known, faults)
    imports.note_overlaps(unit, records, asked.mode, faults)
    note_days(records.shifts, today, faults)
    faults.raise_if_any()
    warn_of_oddities(unit, records, today, faults)
    return records


def kept(unit: Unit, asked: ImportAsked, records: Records) -> ImportEntry:
    """Keep what was checked, and call off the visits that it forbids.

    Raises:
        InvalidInput: Somebody has kept something since it was checked, and now it does not fit.
    """
    faults = FaultList()
    imports.note_conflicts(records, asked.mode, imports.kept(unit), faults)
    if imports.first_of(unit, asked.content) is not None:
        faults.add("", "already_imported")
    faults.raise_if_any()
    entry = imports.keep(unit, records, asked.mode, day=asked.true_on, content=asked.content)
    call_off_all_unlawful(unit)
    return entry
