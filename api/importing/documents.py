"""JSON documents as rows of cells, so that one set of checks judges them and the tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.importing.case_rows import Calls, note_cases_without_place, read_cases, read_places
from api.importing.columns import CASES, COLLECTORS, OFFICES, PLACES, SHIFTS, TableKind
from api.importing.crew_rows import read_collectors, read_offices, read_shifts
from api.importing.fault_list import FaultList
from api.importing.identities import Identities
from api.importing.reading import Kept
from api.importing.records import Position, ReadTable, Records
from api.importing.tables import Row, note_bad_texts
from scheduler.domain.geocoding import Area

type Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Pointer(Position):
    """Where a document's value stands: a JSON pointer."""

    def where(self, key: str) -> str:
        return f"{self.file}/{key}"


@dataclass(frozen=True, slots=True)
class GivenRows:
    """Rows that no file has."""

    rows: Sequence[Row]


def case_records(
    case: Cells, places: Sequence[Cells] | None, *, kept: Kept, area: Area | None, faults: FaultList
) -> Records:
    """A case with its places; None for places that stay as they are."""
    calls, identities = Calls(), Identities()
    read_cases(
        _rows(CASES, [case], "", faults),
        calls,
        identities,
        known_collectors=kept.collector_ids,
        known_shifts=kept.shift_ids,
        shifts_table="shifts",
        is_log_given=False,
        are_notices_given=False,
        faults=faults,
    )
    tables = {"cases": _table(case)}
    if places is not None:
        rows = _rows(PLACES, places, "/places", faults)
        read_places(rows, calls, identities, known_cases=calls.cases, area=area, faults=faults)
        tables["places"] = _table({key: "" for place in places for key in place})
    note_cases_without_place(calls, known=kept.case_ids_with_place if places is None else (), faults=faults)
    return Records(cases=tuple(calls.cases.values()), places=calls.places, consents=calls.consents, tables=tables)


def collector_records(collector: Cells, *, kept: Kept, faults: FaultList) -> Records:
    """A collector."""
    rows = _rows(COLLECTORS, [collector], "", faults)
    found = read_collectors(rows, Identities(), known=kept.collector_ids, faults=faults)
    return Records(collectors=found, tables={"collectors": _table(collector)})


def office_records(office: Cells, *, area: Area | None, faults: FaultList) -> Records:
    """An office."""
    found = read_offices(_rows(OFFICES, [office], "", faults), Identities(), area=area, faults=faults)
    return Records(offices=found, tables={"offices": _table(office)})


def shift_records(shift: Cells, *, kept: Kept, faults: FaultList) -> Records:
    """A shift."""
    rows = _rows(SHIFTS, [shift], "", faults)
    found = read_shifts(rows, known_collectors=kept.collector_ids, known_offices=kept.office_ids, faults=faults)
    return Records(shifts=found, tables={"shifts": _table(shift)})


def _rows(kind: TableKind, documents: Sequence[Cells], pointer: str, faults: FaultList) -> GivenRows:
    rows = []
    for number, cells in enumerate(documents):
        row = Row(_Pointer(f"{pointer}/{number}" if pointer else "", number, {}), cells)
        note_bad_texts(row, kind, faults)
        rows.append(row)
    return GivenRows(rows)


def _table(cells: Cells) -> ReadTable:
    return ReadTable(file="", encoding="json", rows=1, columns=frozenset(cells))
