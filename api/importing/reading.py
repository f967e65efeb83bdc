"""All files of an import become records; every table is read before the first fault is raised."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from api.importing.case_rows import Calls, note_cases_without_place, read_cases, read_places
from api.importing.crew_rows import note_no_shift_on, read_collectors, read_offices, read_shifts
from api.importing.fact_rows import read_contacts, read_notices
from api.importing.fault_list import FaultList
from api.importing.identities import Identities
from api.importing.records import CollectorRecord, OfficeRecord, ReadTable, Records, ShiftRecord
from api.importing.sources import Source
from api.importing.tables import OnRow, Table, note_missing_tables, read_tables
from scheduler.domain.geocoding import Area


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept elsewhere, so that a table may come without those that it refers to.

    Attributes:
        case_ids: Of all cases.
        case_ids_with_place: Of those that have a place.
        collector_ids: Of who works here.
        former_collector_ids: Of who left; nothing may refer to them, and their ids stay theirs.
        office_ids: Of all offices.
        shift_ids: Of all shifts.
    """

    case_ids: Collection[str] = frozenset()
    case_ids_with_place: Collection[str] = frozenset()
    collector_ids: Collection[str] = frozenset()
    former_collector_ids: Collection[str] = frozenset()
    office_ids: Collection[str] = frozenset()
    shift_ids: Collection[str] = frozenset()


def read_records(
    sources: Iterable[Source],
    faults: FaultList,
    *,
    day: date | None = None,
    kept: Kept | None = None,
    area: Area | None = None,
    on_row: OnRow | None = None,
) -> Records:
    """Read a lender's tables, each recognised by its headers.

    Args:
        sources: One file for each table, in any order.
        faults: Takes every fault of every file, as `file:row:column`.
        day: Somebody has to work on it, and pins name its shifts; None for any day.
        kept: What the tables may refer to beside one another; None when they have to be complete.
        area: Where visits are made; None when nobody said.
        on_row: Called with file and number for each row, by some tables twice; what it raises ends the reading.
    """
    tables = read_tables(sources, faults, on_row)
    if kept is None:
        note_missing_tables(tables, faults)
    return _Reading(tables, faults, day, kept, area).records()


class _Reading:
    """Reads the tables of one import in the order in which they refer to one another."""

    def __init__(
        self,
        tables: Mapping[str, Table],
        faults: FaultList,
        day: date | None,
        kept: Kept | None,
        area: Area | None,
    ) -> None:
        self._tables = tables
        self._faults = faults
        self._day = day
        self._kept = kept or Kept()
        self._is_alone = kept is None
        self._area = area
        self._identities = Identities()

    def records(self) -> Records:
        tables, faults = self._tables, self._faults
        offices, collectors = self._offices(), self._collectors()
        collector_ids = self._known("collectors", (one.collector.id for one in collectors), self._kept.collector_ids)
        shifts = self._shifts({office.office_id for office in offices}, collector_ids)
        calls = self._calls(collector_ids, shifts)
        case_ids = self._known("cases", calls.cases, self._kept.case_ids)
        if "places" in tables:
            read_places(tables["places"], calls, self._identities, known_cases=case_ids, area=self._area, faults=faults)
        if "places" in tables or not self._is_alone:
            note_cases_without_place(calls, known=self._kept.case_ids_with_place, faults=faults)
        notices = (
            read_notices(tables["notices"], known_cases=case_ids, known_collectors=collector_ids, faults=faults)
            if "notices" in tables
            else ()
        )
        contacts = (
            read_contacts(tables["contacts"], known_cases=case_ids, faults=faults) if "contacts" in tables else ()
        )
        return Records(
            offices=offices,
            collectors=collectors,
            shifts=shifts,
            cases=tuple(calls.cases.values()),
            places=calls.places,
            consents=calls.consents,
            contacts=contacts,
            notices=notices,
            tables={name: _read(table) for name, table in tables.items()},
        )

    def _offices(self) -> list[OfficeRecord]:
        if "offices" not in self._tables:
            return []
        return read_offices(self._tables["offices"], self._identities, area=self._area, faults=self._faults)

    def _collectors(self) -> list[CollectorRecord]:
        if "collectors" not in self._tables:
            return []
        table, kept = self._tables["collectors"], self._kept.collector_ids
        return read_collectors(table, self._identities, known=kept, faults=self._faults)

    def _shifts(self, office_ids: Collection[str], collector_ids: Collection[str] | None) -> list[ShiftRecord]:
        if "shifts" not in self._tables:
            return []
        table = self._tables["shifts"]
        known = self._known("offices", office_ids, self._kept.office_ids)
        shifts = read_shifts(table, known_collectors=collector_ids, known_offices=known, faults=self._faults)
        if self._day is not None:
            note_no_shift_on(self._day, table, shifts, self._faults)
        return shifts

    def _calls(self, collector_ids: Collection[str] | None, shifts: Iterable[ShiftRecord]) -> Calls:
        calls = Calls()
        if "cases" not in self._tables:
            return calls
        of_day = (shift.shift_id for shift in shifts if shift.shift_id and self._day in {None, shift.day})
        read_cases(
            self._tables["cases"],
            calls,
            self._identities,
            known_collectors=collector_ids,
            known_shifts=self._known("shifts", of_day, self._kept.shift_ids),
            shifts_table="shifts" if self._day is None else f"shifts for {self._day}",
            is_log_given="contacts" in self._tables,
            are_notices_given="notices" in self._tables,
            faults=self._faults,
        )
        return calls

    def _known(self, table: str, ids: Iterable[str], kept: Collection[str]) -> Collection[str] | None:
        """What may be referred to; None when the table is missing, which is noted once and not for each reference."""
        if self._is_alone and table not in self._tables:
            return None
        return {*ids, *kept}


def _read(table: Table) -> ReadTable:
    columns = frozenset(key for key in table.keys if key is not None)
    return ReadTable(file=table.file, encoding=table.encoding, rows=len(table.numbered), columns=columns)
