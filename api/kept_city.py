"""The fictional city's tables in a store, so that a service can be tried with cases, collectors and shifts."""

import re
from datetime import date, timedelta

from api.fixture_city import city_tables
from api.importing.fault_list import FaultList
from api.importing.reading import read_records
from api.importing.sources import Source
from api.store import Unit, cases, imports
from api.store.imports import ImportMode

_WEEK_DAYS = 7
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b", re.ASCII)


def weeks_until(day: date, first: date) -> int:
    """How many weeks `day` has to be moved to lie on `first` or later; none where it does."""
    return max(0, -((day - first).days // _WEEK_DAYS))


def keep_city(unit: Unit, day: date, *, weeks: int = 0) -> bool:
    """Keep the city's tables where no case is kept yet.

    Args:
        unit: Of one branch.
        day: On which the tables were true.
        weeks: Every day in the tables is moved on by so many, so that what was to come is still to come.

    Returns:
        Whether they were kept; what somebody has is never touched.

    Raises:
        InvalidInput: Something else than a case of the same id is kept already.
    """
    if cases.listed(unit, cases.CaseFilter(), after=None, most=1):
        return False
    faults = FaultList()
    known = imports.kept(unit)
    moved = timedelta(weeks=weeks)
    sources = [Source(path.name, _moved(path.read_text(encoding="utf-8-sig"), moved)) for path in city_tables()]
    records = read_records(sources, faults, kept=known)
    imports.note_conflicts(records, ImportMode.CREATE, known, faults)
    faults.raise_if_any()
    imports.keep(unit, records, ImportMode.CREATE, day=day + moved, content=None)
    return True


def _moved(table: str, moved: timedelta) -> bytes:
    """The table with each of its days moved on."""
    return _DAY.sub(lambda found: (date.fromisoformat(found[0]) + moved).isoformat(), table).encode()
