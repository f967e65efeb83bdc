"""Writes the records of an import into the rows of the store; everything was checked before."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import delete, select

from api.importing.records import CollectorRecord, OfficeRecord, Records, ShiftRecord
from api.store.case_writer import CaseWriter
from api.store.database import Unit
from api.store.record_rows import (
    COLUMN_OF_COLLECTOR,
    COLUMN_OF_OFFICE,
    Values,
    collector_text,
    collector_values,
    office_values,
    shift_values,
)
from api.store.rows_by_code import change, numbered, rows_by_code
from api.store.sealed_texts import opened_collector
from api.store.tables.people import CollectorRow, OfficeRow, QualificationRow, ShiftRow
from scheduler.domain.texts import Text

type Counts = dict[str, dict[str, int]]


class Writer:
    """Writes one import.

    Attributes:
        unit: Of one branch.
        day: On which the tables were true.
        is_whole: The tables are everything there is: what is not in them ends.
    """

    def __init__(self, unit: Unit, day: date, *, is_whole: bool) -> None:
        """Begin."""
        self.unit = unit
        self.day = day
        self.is_whole = is_whole

    def keep(self, records: Records) -> Counts:
        """Write everything.

        Returns:
            How many rows of each table were created, changed, left as they are, and ended.
        """
        found: dict[str, Counter[str]] = {}
        if "offices" in records.tables:
            found["offices"] = self._offices(records.offices, records.tables["offices"].columns)
        if "collectors" in records.tables:
            found["collectors"] = self._collectors(records.collectors, records.tables["collectors"].columns)
        if "shifts" in records.tables:
            found["shifts"] = self._shifts(records.shifts)
        found |= CaseWriter(self.unit, self.day, is_whole=self.is_whole).keep(records)
        return {table: dict(sorted(counts.items())) for table, counts in found.items()}

    def _offices(self, records: Sequence[OfficeRecord], columns: frozenset[str]) -> Counter[str]:
        kept = rows_by_code(self.unit, OfficeRow, [one.office_id for one in records])
        counts: Counter[str] = Counter()
        new: list[Values] = []
        for record in records:
            row = kept.get(record.office_id)
            if row is None:
                new.append({"code": record.office_id, **office_values(record)})
            else:
                values = office_values(record)
                given = {key: value for key, value in values.items() if COLUMN_OF_OFFICE[key] in columns}
                counts[change(row, given)] += 1
        return self._insert(OfficeRow, new, counts)

    def _collectors(self, records: Sequence[CollectorRecord], columns: frozenset[str]) -> Counter[str]:
        kept = rows_by_code(self.unit, CollectorRow, [one.collector.id for one in records])
        counts: Counter[str] = Counter()
        new: list[Values] = []
        for record in records:
            row = kept.get(record.collector.id)
            values = collector_values(record)
            if row is None:
                sealed = collector_text(self.unit, record.text)
                new.append({"code": record.collector.id, "is_new": False, **sealed, **values})
                continue
            given = {key: value for key, value in values.items() if COLUMN_OF_COLLECTOR[key] in columns}
            # Sealing the same text again gives other bytes, so texts are compared open.
            kept_text = opened_collector(self.unit, row.sealed_text)
            text = _merged(kept_text, record.text, columns)
            if text != kept_text:
                given |= collector_text(self.unit, text)
            counts[change(row, given | {"left_at": None})] += 1
        self._insert(CollectorRow, new, counts)
        if "qualifications" in columns:
            self._qualifications(records)
        if self.is_whole:
            ids = {record.collector.id for record in records}
            for row in self.unit.session.scalars(select(CollectorRow).where(CollectorRow.left_at.is_(None))):
                if row.code not in ids:
                    row.left_at = self.unit.now
                    counts["ended"] += 1
        return counts

    def _qualifications(self, records: Sequence[CollectorRecord]) -> None:
        session = self.unit.session
        kept = rows_by_code(self.unit, CollectorRow, [one.collector.id for one in records])
        ids = [row.id for row in kept.values()]
        session.execute(delete(QualificationRow).where(QualificationRow.collector_id.in_(ids)))
        rows: list[Values] = [
            {"collector_id": kept[record.collector.id].id, "code": code, "valid_until": valid_until}
            for record in records
            # The last one of a code counts.
            for code, valid_until in {one.code: one.valid_until for one in record.collector.qualifications}.items()
        ]
        self.unit.insert_many(QualificationRow, numbered(self.unit, QualificationRow, rows))

    def _shifts(self, records: Sequence[ShiftRecord]) -> Counter[str]:
        counts: Counter[str] = Counter()
        if self.is_whole:
            counts["ended"] += self._drop_shifts(records)
        kept = rows_by_code(self.unit, ShiftRow, [one.shift_id for one in records if one.shift_id])
        duties = self._duties(records)
        new: list[Values] = []
        for record in records:
            values = shift_values(record)
            row = kept.get(record.shift_id) if record.shift_id else None
            if row is not None:
                counts[change(row, values)] += 1
            elif not record.shift_id and _key(values) in duties:
                counts["unchanged"] += 1
            else:
                new.append({"code": record.shift_id or None, **values})
        return self._insert(ShiftRow, new, counts)

    def _drop_shifts(self, records: Sequence[ShiftRecord]) -> int:
        """Of the days that the table speaks of, those that it does not have, and all people on duty."""
        ids = {record.shift_id for record in records if record.shift_id}
        query = select(ShiftRow).where(ShiftRow.day.in_({record.day for record in records}))
        dropped = [row for row in self.unit.session.scalars(query) if row.code not in ids]
        for row in dropped:
            self.unit.session.delete(row)
        self.unit.session.flush()
        return len(dropped)

    def _duties(self, records: Sequence[ShiftRecord]) -> frozenset[object]:
        """People on duty who are kept already, for an import that does not replace them."""
        days = {record.day for record in records if not record.shift_id}
        if not days or self.is_whole:
            return frozenset()
        query = select(ShiftRow).where(ShiftRow.day.in_(days), ShiftRow.code.is_(None))
        return frozenset(
            (row.day, tuple(row.collector_codes), row.earliest_start, row.latest_end)
            for row in self.unit.session.scalars(query)
        )

    def _insert(
        self, kind: type[OfficeRow | CollectorRow | ShiftRow], new: list[Values], counts: Counter[str]
    ) -> Counter[str]:
        self.unit.insert_many(kind, numbered(self.unit, kind, new))
        counts["created"] += len(new)
        return counts


def _merged(kept: Text, given: Text, columns: frozenset[str]) -> Text:
    """What is kept, with what the columns say in place of it."""
    names = ("name", "identity_number", "phone")
    return replace(kept, **{name: getattr(given, name) for name in names if name in columns})


def _key(values: Mapping[str, object]) -> object:
    codes = values["collector_codes"]
    return (
        values["day"],
        tuple(codes) if isinstance(codes, list) else (),
        values["earliest_start"],
        values["latest_end"],
    )
