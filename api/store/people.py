"""Collectors, offices and shifts one by one."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm.attributes import flag_modified

from api.importing.records import OfficeRecord, Records, ShiftRecord
from api.masking import masked
from api.store.database import Unit
from api.store.day_records import shift_record
from api.store.import_writer import Writer
from api.store.sealed_texts import opened_collector
from api.store.tables.people import CollectorRow, OfficeRow, QualificationRow, ShiftRow
from scheduler.domain.collector import Qualification
from scheduler.domain.location import Coordinates


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCollector:
    """A collector; see `CollectorRow` for the fields.

    Attributes:
        name: Masked; the verification page and papers show it in full.
        has_photo: Whether there is one.
    """

    id: str
    code: str
    name: str
    badge_number: str | None
    employer: str | None
    skills: tuple[str, ...]
    qualifications: tuple[Qualification, ...]
    max_visits: int | None
    is_new: bool
    prohibited_partners: tuple[str, ...]
    has_photo: bool
    left_at: datetime | None
    position: int
    rev: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOffice:
    """An office."""

    id: str
    record: OfficeRecord
    position: int
    rev: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownShift:
    """A shift, or people on duty."""

    id: str
    record: ShiftRecord
    position: int
    rev: int


type After = tuple[int, str] | None


def collectors(
    unit: Unit, *, is_here: bool | None = None, code: str | None = None, after: After = None, most: int | None = None
) -> tuple[KnownCollector, ...]:
    """In the order in which they came, from after a position and id on.

    Args:
        unit: Whose.
        is_here: Who works here, or who left; None for all.
        code: Only this one.
        after: The last one that was seen.
        most: How many; None for all.
    """
    query = select(CollectorRow).order_by(CollectorRow.position, CollectorRow.id).limit(most)
    if is_here is not None:
        query = query.where(CollectorRow.left_at.is_(None) if is_here else CollectorRow.left_at.is_not(None))
    if code is not None:
        query = query.where(CollectorRow.code == code)
    if after is not None:
        is_later = (CollectorRow.position == after[0]) & (CollectorRow.id > after[1])
        query = query.where(or_(CollectorRow.position > after[0], is_later))
    return tuple(_collector(unit, row) for row in unit.session.scalars(query))


def collector(unit: Unit, collector_id: str) -> KnownCollector | None:
    """By the row's id; None when there is none in the scope."""
    row = unit.session.get(CollectorRow, collector_id)
    return None if row is None else _collector(unit, row)


def names(unit: Unit) -> dict[str, str]:
    """The names of all collectors in full, by their ids in documents: crews are called by their people's names."""
    return {
        row.code: opened_collector(unit, row.sealed_text).name for row in unit.session.scalars(select(CollectorRow))
    }


def change_collector(
    unit: Unit, collector_id: str, records: Records, day: date, *, is_here: bool | None, badge: dict[str, str | None]
) -> None:
    """Change what the records' columns say.

    Args:
        unit: Whose.
        collector_id: Of the row.
        records: One collector.
        day: Today.
        is_here: False for who left; None leaves that as it is.
        badge: `badge_number` and `employer`, where they change.
    """
    row = unit.session.get_one(CollectorRow, collector_id)
    left_at = row.left_at
    Writer(unit, day, is_whole=False).keep(records)
    row.left_at = left_at if is_here is None else (None if is_here else left_at or unit.now)
    for key, value in badge.items():
        setattr(row, key, value)
    unit.session.flush()
    flag_modified(row, "code")
    fields = sorted(records.tables["collectors"].columns - {"collector_id"})
    unit.note("collector.changed", f"collector:{collector_id}", fields=fields, is_here=row.left_at is None)


def add_collector(unit: Unit, records: Records, day: date, *, badge: dict[str, str | None]) -> str:
    """Keep a new collector.

    Returns:
        The row's id.
    """
    Writer(unit, day, is_whole=False).keep(records)
    code = records.collectors[0].collector.id
    row = unit.session.scalars(select(CollectorRow).where(CollectorRow.code == code)).one()
    for key, value in badge.items():
        setattr(row, key, value)
    unit.note("collector.added", f"collector:{row.id}")
    return row.id


def set_photo(unit: Unit, collector_id: str, photo: bytes | None) -> None:
    """Keep a photo, or delete it."""
    row = unit.session.get_one(CollectorRow, collector_id)
    row.sealed_photo = None if photo is None else unit.seal_bytes(photo)
    unit.note("collector.photo_set" if photo else "collector.photo_deleted", f"collector:{collector_id}")


def photo_of(unit: Unit, collector_id: str) -> bytes | None:
    """A collector's photo, None without one."""
    row = unit.session.get(CollectorRow, collector_id)
    return None if row is None or row.sealed_photo is None else unit.opened_bytes(row.sealed_photo)


def offices(unit: Unit, *, after: After = None, most: int | None = None) -> tuple[KnownOffice, ...]:
    """In the order in which they came."""
    query = select(OfficeRow).order_by(OfficeRow.position, OfficeRow.id).limit(most)
    if after is not None:
        is_later = (OfficeRow.position == after[0]) & (OfficeRow.id > after[1])
        query = query.where(or_(OfficeRow.position > after[0], is_later))
    return tuple(_office(row) for row in unit.session.scalars(query))


def office(unit: Unit, office_id: str) -> KnownOffice | None:
    """By the row's id; None when there is none in the scope."""
    row = unit.session.get(OfficeRow, office_id)
    return None if row is None else _office(row)


def shifts(
    unit: Unit, *, day: date | None = None, since: date | None = None, after: After = None, most: int | None = None
) -> tuple[KnownShift, ...]:
    """In the order in which they came, of a day, from a day on, or of all days."""
    query = select(ShiftRow).order_by(ShiftRow.position, ShiftRow.id).limit(most)
    if since is not None:
        query = query.where(ShiftRow.day >= since)
    if day is not None:
        query = query.where(ShiftRow.day == day)
    if after is not None:
        is_later = (ShiftRow.position == after[0]) & (ShiftRow.id > after[1])
        query = query.where(or_(ShiftRow.position > after[0], is_later))
    return tuple(_shift(row) for row in unit.session.scalars(query))


def shift(unit: Unit, shift_id: str) -> KnownShift | None:
    """By the row's id; None when there is none in the scope."""
    row = unit.session.get(ShiftRow, shift_id)
    return None if row is None else _shift(row)


def delete_shift(unit: Unit, shift_id: str) -> None:
    """Take a shift back."""
    unit.session.delete(unit.session.get_one(ShiftRow, shift_id))
    unit.note("shift.deleted", f"shift:{shift_id}")


def keep(unit: Unit, records: Records, day: date, *, what: str) -> None:
    """Keep an office or a shift, new or changed."""
    Writer(unit, day, is_whole=False).keep(records)
    unit.session.flush()
    unit.note(f"{what}.kept", what)


def _collector(unit: Unit, row: CollectorRow) -> KnownCollector:
    held = select(QualificationRow).where(QualificationRow.collector_id == row.id)
    held = held.order_by(QualificationRow.position, QualificationRow.code)
    return KnownCollector(
        id=row.id,
        code=row.code,
        name=masked(opened_collector(unit, row.sealed_text).name),
        badge_number=row.badge_number,
        employer=row.employer,
        skills=tuple(row.skills),
        qualifications=tuple(
            Qualification(code=one.code, valid_until=one.valid_until) for one in unit.session.scalars(held)
        ),
        max_visits=row.max_visits,
        is_new=row.is_new,
        prohibited_partners=tuple(row.prohibited_partners),
        has_photo=row.sealed_photo is not None,
        left_at=row.left_at,
        position=row.position,
        rev=row.rev,
    )


def _office(row: OfficeRow) -> KnownOffice:
    point = Coordinates(latitude_degrees=row.latitude_degrees, longitude_degrees=row.longitude_degrees)
    record = OfficeRecord(office_id=row.code, name=row.name, address=row.address, coordinates=point)
    return KnownOffice(id=row.id, record=record, position=row.position, rev=row.rev)


def _shift(row: ShiftRow) -> KnownShift:
    return KnownShift(id=row.id, record=shift_record(row), position=row.position, rev=row.rev)
