"""The fictional city's tables in a store, so that a service can be tried with cases, collectors and shifts."""

from datetime import date

from api.fixture_city import city_tables
from api.importing.fault_list import FaultList
from api.importing.reading import read_records
from api.importing.sources import Source
from api.store import Unit, cases, imports
from api.store.imports import ImportMode


def keep_city(unit: Unit, day: date) -> bool:
    """Keep the city's tables where no case is kept yet.

    Args:
        unit: Of one branch.
        day: On which the tables were true.

    Returns:
        Whether they were kept; what somebody has is never touched.

    Raises:
        InvalidInput: Something else than a case of the same id is kept already.
    """
    if cases.listed(unit, cases.CaseFilter(), after=None, most=1):
        return False
    faults = FaultList()
    known = imports.kept(unit)
    sources = [Source(path.name, path.read_bytes()) for path in city_tables()]
    records = read_records(sources, faults, kept=known)
    imports.note_conflicts(records, ImportMode.CREATE, known, faults)
    faults.raise_if_any()
    imports.keep(unit, records, ImportMode.CREATE, day=day, content=None)
    return True
