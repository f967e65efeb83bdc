"""Imports: read and checked while others work on, then kept all or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api import current
from api.access import Role
from api.desk.days import today
from api.importing.fault_list import FaultList
from api.importing.reading import read_records
from api.importing.records import Records
from api.importing.sources import MOST_BYTES, Source
from api.store import imports
from api.store.import_checks import note_days, warn_of_oddities
from api.store.imports import ImportEntry, ImportMode
from api.store.scope import Scope

IMPORTERS = (Role.DISPATCHER, Role.PLANNER, Role.ADMINISTRATOR)
MOST_FILES = 7
# Of the files, and of what a form says beside them.
MOST_FORM_BYTES = MOST_BYTES + 64 * 1024
_MOST_OF_A_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedImport:
    """An import as the caller wants it.

    Attributes:
        sources: The files.
        mode: What becomes of what is kept already.
        true_on: The day on which the tables were true, for days past due.
        scope: Of one branch.
    """

    sources: Sequence[Source]
    mode: ImportMode
    true_on: date
    scope: Scope

    @property
    def content(self) -> str:
        """See `imports.content_sha256`."""
        return imports.content_sha256(self.sources, self.mode, self.true_on)


def name_of(filename: str | None) -> str:
    """The file's name without a folder, as short as a message needs it."""
    return (filename or "file").replace("\\", "/").rsplit("/", 1)[-1].replace(":", "_")[:_MOST_OF_A_NAME] or "file"


def first_of(asked: AskedImport) -> ImportEntry | None:
    """The import of the same files in the same way, None when there was none."""
    with current.database().reading(asked.scope, current.now()) as unit:
        return imports.first_of(unit, asked.content)


def check(asked: AskedImport, faults: FaultList) -> Records:
    """What was read; nothing is written, so that others can work on meanwhile.

    Args:
        asked: The import.
        faults: Takes what is odd and let in, beside every mistake.

    Raises:
        InvalidInput: With every mistake.
    """
    with current.database().reading(asked.scope, current.now()) as unit:
        known = imports.kept(unit)
        records = read_records(asked.sources, faults, kept=known, area=current.settings().geocoder_area)
        imports.note_conflicts(records, asked.mode, known, faults)
        imports.note_overlaps(unit, records, asked.mode, faults)
        note_days(records.shifts, today(), faults)
        faults.raise_if_any()
        warn_of_oddities(unit, records, today(), faults)
    return records


def keep(asked: AskedImport, records: Records) -> ImportEntry:
    """Keep what `check` let through.

    Raises:
        InvalidInput: Somebody has kept something meanwhile that speaks against it.
    """
    with current.writing(asked.scope) as unit:
        faults = FaultList()
        imports.note_conflicts(records, asked.mode, imports.kept(unit), faults)
        if imports.first_of(unit, asked.content) is not None:
            faults.add("", "already_imported")
        faults.raise_if_any()
        return imports.keep(unit, records, asked.mode, day=asked.true_on, content=asked.content)
