"""Writes cases, their borrowers, places and facts."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from api.importing.records import (
    CaseRecord,
    ConsentRecord,
    ContactRecord,
    NoticeRecord,
    PlaceRecord,
    ReadTable,
    Records,
)
from api.store.case_blocks import BlockSource, keep_imported_blocks, new_blocks
from api.store.database import Unit
from api.store.record_rows import (
    COLUMN_OF_CASE,
    Values,
    case_values,
    contact_values,
    hours_text,
    notice_values,
    place_values,
    point_of,
)
from api.store.rows_by_code import change, chunks, numbered, rows_by_code
from api.store.sealed_texts import BorrowerText, opened_borrower, opened_point, seal_borrower
from api.store.tables.cases import BlockRow, BorrowerRow, CaseRow, ConsentRow, ContactRow, NoticeRow, PlaceRow
from api.store.tables.parent import new_id

_NO_TABLE = ReadTable(file="", encoding="", rows=0, columns=frozenset())


class CaseWriter:
    """Writes the tables cases, places, contacts and notices of one import.

    Attributes:
        unit: Of one branch.
        day: On which the tables were true.
        is_whole: The tables are everything there is: open cases that are not in them are closed.
        reopens: A closed case that they speak of is open again.
    """

    def __init__(self, unit: Unit, day: date, *, is_whole: bool, reopens: bool = True) -> None:
        """Begin."""
        self.unit = unit
        self.day = day
        self.is_whole = is_whole
        self.reopens = reopens
        self._ids: dict[str, str] = {}
        self._created: set[str] = set()

    def keep(self, records: Records) -> dict[str, Counter[str]]:
        """Write them; see `Writer.keep`."""
        found: dict[str, Counter[str]] = {}
        if "cases" in records.tables:
            found["cases"] = self._cases(records.cases, records.tables["cases"].columns)
        for facts in (records.places, records.contacts, records.notices):
            self._find_ids({one.case_id for one in facts})
        if "places" in records.tables:
            found["places"] = self._places(records.places, records.tables["places"].columns)
            self._consents(records.consents)
        if "contacts" in records.tables:
            found["contacts"] = self._contacts(records.contacts)
        if "notices" in records.tables:
            found["notices"] = self._notices(records.notices)
        return found

    def _cases(self, records: Sequence[CaseRecord], columns: frozenset[str]) -> Counter[str]:
        kept = rows_by_code(self.unit, CaseRow, [one.case_id for one in records])
        people = rows_by_code(self.unit, BorrowerRow, [one.borrower_id for one in records if one.borrower_id])
        borrowers: list[Values] = []
        new: list[Values] = []
        blocks: list[Values] = []
        counts: Counter[str] = Counter()
        ids_of_new: dict[str, str] = {}
        for record in records:
            row = kept.get(record.case_id)
            if row is not None:
                counts[self._change(row, record, columns)] += 1
                continue
            borrower_id = self._borrower(record, people, ids_of_new, borrowers)
            new.append(self._new_case(record, borrower_id))
            blocks += new_blocks(self.unit, str(new[-1]["id"]), record.blocks or (), BlockSource.IMPORT)
        self.unit.insert_many(BorrowerRow, borrowers)
        self.unit.insert_many(CaseRow, numbered(self.unit, CaseRow, new))
        self.unit.insert_many(BlockRow, numbered(self.unit, BlockRow, blocks))
        self._ids |= {row.code: row.id for row in kept.values()} | {str(row["code"]): str(row["id"]) for row in new}
        self._created = {str(row["id"]) for row in new}
        counts["created"] += len(new)
        if self.is_whole:
            counts["ended"] += self._close_others({record.case_id for record in records})
        return counts

    def _new_case(self, record: CaseRecord, borrower_id: str) -> Values:
        return {
            "id": new_id(),
            "code": record.case_id,
            "borrower_id": borrower_id,
            "blocks_checked": record.blocks is not None,
            "contacts_known": record.contacts_known,
            "notices_known": record.notices_known,
            "sealed_note": self.unit.seal(record.note),
            "opened_at": self.unit.now,
            **case_values(record, self.day),
        }

    def _borrower(
        self, record: CaseRecord, kept: dict[str, BorrowerRow], ids_of_new: dict[str, str], new: list[Values]
    ) -> str:
        """The id of the borrower's row, which is made where there is none."""
        if record.borrower_id is not None and record.borrower_id in kept:
            row = kept[record.borrower_id]
            set_borrower_text(self.unit, row, BorrowerText(name=record.name, phone=record.phone))
            return row.id
        if record.borrower_id is not None and record.borrower_id in ids_of_new:
            return ids_of_new[record.borrower_id]
        text = BorrowerText(name=record.name, phone=record.phone)
        values = {"id": new_id(), "code": record.borrower_id, **borrower_values(self.unit, text)}
        new.append(values)
        if record.borrower_id is not None:
            ids_of_new[record.borrower_id] = str(values["id"])
        return str(values["id"])

    def _change(self, row: CaseRow, record: CaseRecord, columns: frozenset[str]) -> str:
        """A column that the table lacks leaves the case as it is."""
        values = {key: value for key, value in case_values(record, self.day).items() if COLUMN_OF_CASE[key] in columns}
        if "note" in columns and self.unit.opened(row.sealed_note) != record.note:
            values["sealed_note"] = self.unit.seal(record.note)
        values |= {key: True for key in ("contacts_known", "notices_known") if getattr(record, key)}
        if self.reopens:
            values["closed_at"] = None
        has_new_blocks = False
        if "blocks" in columns:
            values["blocks_checked"] = record.blocks is not None
            has_new_blocks = keep_imported_blocks(self.unit, row.id, record.blocks or ())
        has_new_name = self._change_borrower(row, record, columns)
        what = change(row, values)
        return "changed" if has_new_blocks or has_new_name else what

    def _change_borrower(self, row: CaseRow, record: CaseRecord, columns: frozenset[str]) -> bool:
        borrower = self.unit.session.get_one(BorrowerRow, row.borrower_id)
        text = opened_borrower(self.unit, borrower.sealed_text)
        name = record.name if "name" in columns else text.name
        return set_borrower_text(self.unit, borrower, BorrowerText(name=name, phone=record.phone or text.phone))

    def _close_others(self, codes: Collection[str]) -> int:
        closed = 0
        for row in self.unit.session.scalars(select(CaseRow).where(CaseRow.closed_at.is_(None))):
            if row.code not in codes:
                row.closed_at = self.unit.now
                closed += 1
        return closed

    def _find_ids(self, codes: Iterable[str]) -> None:
        missing = sorted({code for code in codes if code not in self._ids})
        for chunk in chunks(missing):
            query = select(CaseRow.code, CaseRow.id).where(CaseRow.code.in_(chunk))
            self._ids |= dict(self.unit.session.execute(query).all())

    def _places(self, records: Sequence[PlaceRecord], columns: frozenset[str]) -> Counter[str]:
        """A case's places are those of the table; others of a case that the table speaks of are gone."""
        counts: Counter[str] = Counter()
        kept = rows_by_code(self.unit, PlaceRow, [one.place_id for one in records if self._is_old(one.case_id)])
        new: list[Values] = []
        for record in records:
            row = kept.get(record.place_id)
            if row is None:
                case_id = self._ids[record.case_id]
                new.append({"code": record.place_id, "case_id": case_id, **place_values(self.unit, record)})
            else:
                counts[self._change_place(row, record, columns)] += 1
        self.unit.insert_many(PlaceRow, numbered(self.unit, PlaceRow, new))
        counts["created"] += len(new)
        counts["ended"] += self._remove_other_places(records)
        return counts

    def _change_place(self, row: PlaceRow, record: PlaceRecord, columns: frozenset[str]) -> str:
        values: Values = {"kind": str(record.kind), "removed_at": None}
        if "time_windows" in columns:
            values["hours"] = hours_text(record.hours)
        if "preference_penalty_minutes" in columns:
            values["preference_penalty_seconds"] = record.preference_penalty_minutes * 60
        kept, given = opened_point(self.unit, row.sealed_point), point_of(record)
        # What a geocoder said of an address stays true while the address does.
        if kept != given and not (given.coordinates is None and kept.lookup and kept.address == given.address):
            values["sealed_point"] = place_values(self.unit, record)["sealed_point"]
        return change(row, values)

    def _remove_other_places(self, records: Sequence[PlaceRecord]) -> int:
        codes = {record.place_id for record in records}
        old = sorted({self._ids[record.case_id] for record in records if self._is_old(record.case_id)})
        removed = 0
        for chunk in chunks(old):
            query = select(PlaceRow).where(PlaceRow.case_id.in_(chunk), PlaceRow.removed_at.is_(None))
            for row in self.unit.session.scalars(query):
                if row.code not in codes:
                    row.removed_at = self.unit.now
                    removed += 1
        return removed

    def _consents(self, records: Sequence[ConsentRecord]) -> None:
        known = self._facts(ConsentRow.case_id, records, ConsentRow.place_kind, ConsentRow.given, ConsentRow.at)
        rows: list[Values] = []
        for record in records:
            case_id, consent = self._ids[record.case_id], record.consent
            if (case_id, consent.place_kind, consent.given, consent.at) not in known:
                values = {"place_kind": consent.place_kind, "given": consent.given, "at": consent.at}
                rows.append({"case_id": case_id, "source": BlockSource.IMPORT, **values})
        self.unit.insert_many(ConsentRow, numbered(self.unit, ConsentRow, rows))

    def _contacts(self, records: Sequence[ContactRecord]) -> Counter[str]:
        """The log is only ever added to; what stands in it to the letter is not added again."""
        said = (
            ContactRow.channel,
            ContactRow.at,
            ContactRow.reached,
            ContactRow.place_kind,
            ContactRow.outcome,
            ContactRow.until,
        )
        known = self._facts(ContactRow.case_id, records, *said)
        rows: list[Values] = []
        for record in records:
            values = contact_values(record)
            case_id = self._ids[record.case_id]
            if (case_id, *(values[column.key] for column in said)) not in known:
                rows.append({"case_id": case_id, **values})
        self.unit.insert_many(ContactRow, numbered(self.unit, ContactRow, rows))
        self._mark_known(records, "contacts_known")
        return Counter(created=len(rows), unchanged=len(records) - len(rows))

    def _notices(self, records: Sequence[NoticeRecord]) -> Counter[str]:
        """A notice is known by its case, its days and when it was sent; a receipt that came later changes it."""
        kept: dict[object, NoticeRow] = {}
        for chunk in chunks(self._old_ids(records)):
            for row in self.unit.session.scalars(select(NoticeRow).where(NoticeRow.case_id.in_(chunk))):
                kept[row.case_id, row.sent_at, row.first_day, row.last_day] = row
        counts: Counter[str] = Counter()
        rows: list[Values] = []
        for record in records:
            case_id, notice = self._ids[record.case_id], record.notice
            known = kept.get((case_id, notice.sent_at, notice.first_day, notice.last_day))
            if known is None:
                rows.append({"case_id": case_id, **notice_values(notice)})
            else:
                counts[change(known, notice_values(notice))] += 1
        self.unit.insert_many(NoticeRow, numbered(self.unit, NoticeRow, rows))
        self._mark_known(records, "notices_known")
        counts["created"] += len(rows)
        return counts

    def _facts(
        self,
        case_id: InstrumentedAttribute[str],
        records: Sequence[ConsentRecord | ContactRecord],
        *columns: InstrumentedAttribute[object],
    ) -> set[tuple[object, ...]]:
        """What is kept already about cases that are not new."""
        known: set[tuple[object, ...]] = set()
        for chunk in chunks(self._old_ids(records)):
            found = self.unit.session.execute(select(case_id, *columns).where(case_id.in_(chunk)))
            known.update(tuple(row) for row in found)
        return known

    def _mark_known(self, records: Sequence[ContactRecord | NoticeRecord], flag: str) -> None:
        for chunk in chunks(self._old_ids(records)):
            for row in self.unit.session.scalars(select(CaseRow).where(CaseRow.id.in_(chunk))):
                change(row, {flag: True})

    def _old_ids(self, records: Sequence[ConsentRecord | ContactRecord | NoticeRecord]) -> list[str]:
        return sorted({self._ids[record.case_id] for record in records if self._is_old(record.case_id)})

    def _is_old(self, code: str) -> bool:
        return self._ids[code] not in self._created


def borrower_values(unit: Unit, text: BorrowerText) -> Values:
    """The sealed text of a borrower and what it is looked up by."""
    return {
        "sealed_text": seal_borrower(unit, text),
        "name_index": unit.index(text.name),
        "phone_index": unit.index(text.phone) if text.phone else None,
    }


def set_borrower_text(unit: Unit, row: BorrowerRow, text: BorrowerText) -> bool:
    """Whether that is new."""
    if opened_borrower(unit, row.sealed_text) == text:
        return False
    change(row, borrower_values(unit, text))
    return True
