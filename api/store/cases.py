"""Cases one by one: lists, what is known of one, changes, and circumstances that forbid visits."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm.attributes import flag_modified

from api.importing.records import CaseRecord, PlaceRecord, Records
from api.masking import masked
from api.store.case_blocks import BlockSource, new_blocks
from api.store.case_writer import CaseWriter
from api.store.database import Unit
from api.store.day_records import day_records
from api.store.sealed_texts import opened_borrower
from api.store.tables.cases import BlockRow, BorrowerRow, CaseRow, ConsentRow
from api.store.tables.organisation import BranchRow
from scheduler.domain.case import Block, Consent, Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEntry:
    """A line of the list of cases.

    Attributes:
        id: Of the row.
        code: The lender's number.
        branch_code: Of which branch.
        borrower: The masked name.
        due_since: The local day on which the debt fell due; None when nobody knows.
        subject: As of the domain's `Case`.
        product: As of the domain's `Case`.
        priority: As given; None when it is made from the case.
        blocks: How many circumstances stand; None when nobody has checked.
        closed_at: None while it is open.
        position: The order of the list, before the code.
        rev: The revision.
    """

    id: str
    code: str
    branch_code: str
    borrower: str
    due_since: date | None
    subject: str | None
    product: str | None
    priority: int | None
    blocks: int | None
    closed_at: datetime | None
    position: int
    rev: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases; None for no restriction.

    Attributes:
        is_open: Open ones or closed ones.
        branch_code: Of a branch.
        code: The lender's number.
        words: The lender's number, or the whole name or phone of the borrower.
    """

    is_open: bool | None = None
    branch_code: str | None = None
    code: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockEntry:
    """A circumstance on record, lifted or not; see `BlockRow`."""

    id: str
    code: str
    until: date | None
    owner: str | None
    source: str
    added_at: datetime
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCase:
    """All that is known of a case.

    Attributes:
        entry: As in the list.
        record: With all facts as of a day.
        places: Where the borrower may be visited.
        blocks: On record, lifted ones too.
        consents: On record.
        contacts: The log of this case alone.
    """

    entry: CaseEntry
    record: CaseRecord
    places: tuple[PlaceRecord, ...]
    blocks: tuple[BlockEntry, ...]
    consents: tuple[Consent, ...]
    contacts: tuple[Contact, ...]


def listed(unit: Unit, wanted: CaseFilter, *, after: tuple[int, str] | None, most: int) -> tuple[CaseEntry, ...]:
    """In the order in which they came, from after a position and code on."""
    query = _entries()
    if wanted.is_open is not None:
        query = query.where(CaseRow.closed_at.is_(None) if wanted.is_open else CaseRow.closed_at.is_not(None))
    if wanted.branch_code is not None:
        query = query.where(BranchRow.code == wanted.branch_code)
    if wanted.code is not None:
        query = query.where(CaseRow.code == wanted.code)
    if wanted.words is not None:
        indexes = unit.indexes(wanted.words)
        looked_up = or_(BorrowerRow.name_index.in_(indexes), BorrowerRow.phone_index.in_(indexes))
        query = query.where(or_(CaseRow.code == wanted.words, looked_up))
    if after is not None:
        position, code = after
        is_later = (CaseRow.position == position) & (CaseRow.code > code)
        query = query.where(or_(CaseRow.position > position, is_later))
    found = unit.session.execute(query.order_by(CaseRow.position, CaseRow.code).limit(most))
    return tuple(_entry(unit, row, borrower, branch_code, blocks) for row, borrower, branch_code, blocks in found)


def get(unit: Unit, case_id: str, day: date) -> KnownCase | None:
    """What is known on a day; None when there is no such case in the scope."""
    found = unit.session.execute(_entries().where(CaseRow.id == case_id)).one_or_none()
    if found is None:
        return None
    records = day_records(unit, day, [case_id])
    return KnownCase(
        entry=_entry(unit, *found),
        record=records.cases[0],
        places=tuple(records.places),
        blocks=blocks_of(unit, case_id),
        consents=tuple(one.consent for one in records.consents),
        contacts=tuple(one.contact for one in records.contacts),
    )


def branch_of(unit: Unit, case_id: str) -> str | None:
    """The id of the branch of a case; None when there is no such case in the scope."""
    return unit.session.scalars(select(CaseRow.branch_id).where(CaseRow.id == case_id)).one_or_none()


def of_same_borrowers(unit: Unit, case_ids: Collection[str]) -> tuple[str, ...]:
    """The open cases of the borrowers of cases, and the cases themselves: caps count their visits together."""
    borrowers = select(CaseRow.borrower_id).where(CaseRow.id.in_(case_ids))
    query = select(CaseRow.id).where(CaseRow.borrower_id.in_(borrowers), CaseRow.closed_at.is_(None))
    return tuple({*case_ids, *unit.session.scalars(query)})


def add(unit: Unit, records: Records, day: date) -> str:
    """Keep a new case with its places.

    Returns:
        Its id.
    """
    CaseWriter(unit, day, is_whole=False).keep(records)
    code = records.cases[0].case_id
    case_id = unit.session.scalars(select(CaseRow.id).where(CaseRow.code == code)).one()
    unit.note("case.added", f"case:{case_id}")
    return case_id


def change(unit: Unit, case_id: str, records: Records, day: date, *, is_open: bool | None) -> None:
    """Change what the records' columns say; `is_open` None leaves the case as it is."""
    CaseWriter(unit, day, is_whole=False, reopens=False).keep(records)
    row = touch(unit, case_id)
    if is_open is not None and is_open != (row.closed_at is None):
        row.closed_at = None if is_open else unit.now
    fields = sorted(key for table in records.tables.values() for key in table.columns if key != "case_id")
    unit.note("case.changed", f"case:{case_id}", fields=fields, is_open=row.closed_at is None)


def add_block(unit: Unit, case_id: str, block: Block) -> str:
    """Put a circumstance upon a case.

    Returns:
        The block's id.
    """
    (values,) = new_blocks(unit, case_id, [block], BlockSource.STAFF)
    row = BlockRow(**values)
    unit.session.add(row)
    touch(unit, case_id)
    unit.session.flush()
    # Which circumstance it is may tell of an illness, so the trail does not say.
    unit.note("case.block_added", f"case:{case_id}", block=row.id)
    return row.id


def lift_block(unit: Unit, case_id: str, block_id: str) -> bool:
    """Whether there was such a block that held."""
    query = select(BlockRow).where(BlockRow.id == block_id, BlockRow.case_id == case_id, BlockRow.lifted_at.is_(None))
    row = unit.session.scalars(query).one_or_none()
    if row is None:
        return False
    row.lifted_at = unit.now
    touch(unit, case_id)
    unit.note("case.block_lifted", f"case:{case_id}", block=row.id)
    return True


def add_consent(unit: Unit, case_id: str, consent: Consent) -> None:
    """Keep what the borrower said about a kind of place."""
    row = ConsentRow(
        case_id=case_id,
        place_kind=consent.place_kind,
        given=consent.given,
        at=consent.at,
        source=BlockSource.STAFF,
    )
    unit.session.add(row)
    touch(unit, case_id)
    unit.session.flush()
    unit.note("case.consent_added", f"case:{case_id}", place_kind=consent.place_kind, given=consent.given)


def blocks_of(unit: Unit, case_id: str) -> tuple[BlockEntry, ...]:
    """All circumstances on record, in the order in which they came."""
    query = select(BlockRow).where(BlockRow.case_id == case_id)
    return tuple(
        BlockEntry(
            id=row.id,
            code=unit.opened(row.sealed_code),
            until=row.until,
            owner=row.owner,
            source=row.source,
            added_at=row.added_at,
            lifted_at=row.lifted_at,
        )
        for row in unit.session.scalars(query.order_by(BlockRow.position, BlockRow.added_at, BlockRow.id))
    )


def with_phone(records: Records, phone: str) -> Records:
    """The same with the borrower's phone, which no table has."""
    return replace(records, cases=tuple(replace(case, phone=phone) for case in records.cases))


def touch(unit: Unit, case_id: str) -> CaseRow:
    """The case, which gets a new revision even where nothing but its places or facts changes."""
    row = unit.session.get_one(CaseRow, case_id)
    unit.session.flush()
    flag_modified(row, "code")
    return row


def _entries() -> Select[CaseRow, BorrowerRow, str, int]:
    standing = (
        select(func.count())
        .select_from(BlockRow)
        .where(BlockRow.case_id == CaseRow.id, BlockRow.lifted_at.is_(None))
        .correlate(CaseRow)
        .scalar_subquery()
    )
    return (
        select(CaseRow, BorrowerRow, BranchRow.code, standing)
        .join(BorrowerRow, BorrowerRow.id == CaseRow.borrower_id)
        .join(BranchRow, BranchRow.id == CaseRow.branch_id)
    )


def _entry(unit: Unit, row: CaseRow, borrower: BorrowerRow, branch_code: str, blocks: int) -> CaseEntry:
    return CaseEntry(
        id=row.id,
        code=row.code,
        branch_code=branch_code,
        borrower=masked(opened_borrower(unit, borrower.sealed_text).name),
        due_since=row.due_since,
        subject=row.subject,
        product=row.product,
        priority=row.priority,
        blocks=blocks if row.blocks_checked else None,
        closed_at=row.closed_at,
        position=row.position,
        rev=row.rev,
    )
