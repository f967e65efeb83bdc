"""Imports from a page: read and checked while others work on, then kept all or not at all."""

from api import current
from api.access import Role
from api.desk.days import today
from api.import_steps import ImportAsked, checked, kept
from api.importing.fault_list import FaultList
from api.importing.records import Records
from api.importing.sources import MOST_BYTES
from api.store import imports
from api.store.imports import ImportEntry
from api.store.scope import Scope

IMPORTERS = (Role.DISPATCHER, Role.PLANNER, Role.ADMINISTRATOR)
MOST_FILES = 7
# Of the files, and of what a form says beside them.
MOST_FORM_BYTES = MOST_BYTES + 64 * 1024
_MOST_OF_A_NAME = 100


def name_of(filename: str | None) -> str:
    """The file's name without a folder, as short as a message needs it."""
    return (filename or "file").replace("\\", "/").rsplit("/", 1)[-1].replace(":", "_")[:_MOST_OF_A_NAME] or "file"


def first_of(asked: ImportAsked, scope: Scope) -> ImportEntry | None:
    """The import of the same files in the same way, None when there was none."""
    with current.database().reading(scope, current.now()) as unit:
        return imports.first_of(unit, asked.content)


def check(asked: ImportAsked, scope: Scope, faults: FaultList) -> Records:
    """See `api.import_steps.checked`."""
    with current.database().reading(scope, current.now()) as unit:
        return checked(unit, asked, faults, today=today(), area=current.settings().geocoder_area)


def keep(asked: ImportAsked, scope: Scope, records: Records) -> ImportEntry:
    """See `api.import_steps.kept`."""
    with current.writing(scope) as unit:
        return kept(unit, asked, records)
