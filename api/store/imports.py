"""Imports into the store: what is kept already, what speaks against an import, and the rows about imports."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import select

from api.importing.fault_list import FaultList
from api.importing.reading import Kept
from api.importing.records import Position, Records, ShiftRecord
from api.importing.sources import Source
from api.store.asked_codes import AskedCodes
from api.store.database import Unit
from api.store.day_records import shift_record
from api.store.import_writer import Counts, Writer
from api.store.tables.cases import CaseRow, PlaceRow
from api.store.tables.parent import new_id
from api.store.tables.people import CollectorRow, OfficeRow, ShiftRow
from api.store.tables.service import ImportRow


class ImportMode(StrEnum):
    """What an import does with what is kept already."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportEntry:
    """An import that was kept; see `ImportRow`."""

    id: str
    mode: ImportMode
    counts: Counts
    imported_by: str | None
    imported_at: datetime


def content_sha256(sources: Iterable[Source], mode: ImportMode, day: date) -> str:
    """The same for the same files in any order and under any names, imported alike."""
    parts = sorted(sha256(source.content).hexdigest() for source in sources)
    return sha256("\n".join([mode, day.isoformat(), *parts]).encode()).hexdigest()


def first_of(unit: Unit, content: str) -> ImportEntry | None:
    """The import of the same files, None when there was none."""
    row = unit.session.scalars(select(ImportRow).where(ImportRow.content_sha256 == content)).first()
    return None if row is None else _entry(row)


def listed(unit: Unit, *, after: tuple[datetime, str] | None, most: int) -> tuple[ImportEntry, ...]:
    """The newest first, from after a place in that order on."""
    query = select(ImportRow).order_by(ImportRow.imported_at.desc(), ImportRow.id.desc()).limit(most)
    if after is not None:
        moment, import_id = after
        is_later = (ImportRow.imported_at == moment) & (ImportRow.id < import_id)
        query = query.where((ImportRow.imported_at < moment) | is_later)
    return tuple(_entry(row) for row in unit.session.scalars(query))


def kept(unit: Unit) -> Kept:
    """The ids of the scope, which an import may refer to, all of them read at once."""
    known = asked(unit)
    return Kept(**{field.name: frozenset(getattr(known, field.name)) for field in fields(Kept)})


def asked(unit: Unit) -> Kept:
    """The same for a row alone, which refers to few of them: each is looked up when it is asked for."""
    here, left = CollectorRow.left_at.is_(None), CollectorRow.left_at.is_not(None)
    placed = select(PlaceRow.id).where(PlaceRow.case_id == CaseRow.id, PlaceRow.removed_at.is_(None)).exists()
    return Kept(
        case_ids=AskedCodes(unit, select(CaseRow.code), CaseRow.code),
        case_ids_with_place=AskedCodes(unit, select(CaseRow.code).where(placed), CaseRow.code),
        collector_ids=AskedCodes(unit, select(CollectorRow.code).where(here), CollectorRow.code),
        former_collector_ids=AskedCodes(unit, select(CollectorRow.code).where(left), CollectorRow.code),
        office_ids=AskedCodes(unit, select(OfficeRow.code), OfficeRow.code),
        shift_ids=AskedCodes(unit, select(ShiftRow.code), ShiftRow.code),
    )


def note_conflicts(records: Records, mode: ImportMode, known: Kept, faults: FaultList) -> None:
    """Note each id that may not be there, or has to be there, in this mode, and each that means something else."""
    cases, people, offices = (known.case_ids,), (known.collector_ids, known.former_collector_ids), (known.office_ids,)
    everything: Sequence[tuple[str, tuple[Collection[str], ...], Iterable[tuple[str, Position]]]] = (
        ("case_id", cases, ((one.case_id, one.position) for one in records.cases)),
        ("collector_id", people, ((one.collector.id, one.position) for one in records.collectors)),
        ("office_id", offices, ((one.office_id, one.position) for one in records.offices)),
        ("shift_id", (known.shift_ids,), ((one.shift_id, one.position) for one in records.shifts if one.shift_id)),
    )
    for key, ids, given in everything:
        # People's texts hang on these ids, so one id never means two things.
        others = [kind for kind in (cases, people, offices) if kind is not ids] if key != "shift_id" else []
        for identifier, position in given:
            is_kept = any(identifier in one for one in ids)
            if mode is ImportMode.CREATE and is_kept:
                faults.add(position.where(key), "id_exists", value=identifier)
            elif mode is ImportMode.UPDATE and not is_kept:
                faults.add(position.where(key), "id_not_kept", value=identifier)
            elif any(identifier in one for other in others for one in other):
                faults.add(position.where(key), "id_exists", value=identifier)


def note_overlaps(unit: Unit, records: Records, mode: ImportMode, faults: FaultList) -> None:
    """Note each person who would work in two shifts at a time."""
    days = {shift.day for shift in records.shifts}
    given = {shift.shift_id for shift in records.shifts if shift.shift_id}
    stored: list[ShiftRecord] = []
    if mode is not ImportMode.REPLACE and days:
        query = select(ShiftRow).where(ShiftRow.day.in_(days))
        stored = [shift_record(row) for row in unit.session.scalars(query) if row.code not in given]
    busy: dict[tuple[str, date], list[ShiftRecord]] = {}
    for shift in (*stored, *records.shifts):
        for collector_id in shift.collector_ids:
            others = busy.setdefault((collector_id, shift.day), [])
            clash = next((other for other in others if _share_time(other, shift)), None)
            if clash is not None and not _are_one(clash, shift):
                where = shift.position.where("collector_ids")
                faults.add(where, "shift_overlap", value=collector_id, other=clash.shift_id or clash.hours)
            others.append(shift)


def keep(unit: Unit, records: Records, mode: ImportMode, *, day: date, content: str | None) -> ImportEntry:
    """Keep an import, of which nothing speaks against.

    Args:
        unit: Of one branch.
        records: What was read.
        mode: What to do with what is kept already.
        day: On which the tables were true, for days past due.
        content: See `content_sha256`; None for an import that may come twice.
    """
    counts = Writer(unit, day, is_whole=mode is ImportMode.REPLACE).keep(records)
    unit.learn_spread()
    actor = None if unit.scope is None else unit.scope.actor
    row = ImportRow(
        content_sha256=content or new_id() + new_id(),
        mode=mode,
        counts=counts,
        imported_by=actor if actor is not None and len(actor) == _USER_ID_LENGTH else None,
        imported_at=unit.now,
    )
    unit.session.add(row)
    unit.session.flush()
    facts = {f"{table}_{what}": number for table, of_table in counts.items() for what, number in of_table.items()}
    unit.note("import.kept", f"import:{row.id}", mode=str(mode), **facts)
    return _entry(row)


_USER_ID_LENGTH = 32


def _entry(row: ImportRow) -> ImportEntry:
    counts: Mapping[str, Mapping[str, int]] = dict(row.counts)
    return ImportEntry(
        id=row.id,
        mode=ImportMode(row.mode),
        counts={table: dict(of_table) for table, of_table in counts.items()},
        imported_by=row.imported_by,
        imported_at=row.imported_at,
    )


def _share_time(one: ShiftRecord, other: ShiftRecord) -> bool:
    return one.hours.start_minute < other.hours.end_minute and other.hours.start_minute < one.hours.end_minute


def _are_one(one: ShiftRecord, other: ShiftRecord) -> bool:
    """Whether both are the same row of people on duty, which an import does not keep twice."""
    return not one.shift_id and one == other
