"""What the store knows about cases, as the records of an import."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from api.importing.records import ZONE, CaseRecord, ConsentRecord, ContactRecord, NoticeRecord, PlaceRecord, Records
from api.store.approvals import granted_overrides
from api.store.database import Unit
from api.store.record_rows import SECONDS_A_MINUTE, hours_of
from api.store.sealed_texts import opened_borrower, opened_point
from api.store.tables.cases import (
    BlockRow,
    BorrowerRow,
    CaseRow,
    ConsentRow,
    ContactRow,
    NoticeRow,
    PlaceRow,
)
from api.store.tables.people import ShiftRow
from scheduler.domain.case import Actor, Block, Channel, Consent, Contact, Notice, Override
from scheduler.domain.visit import PlaceKind
from scheduler.priority import AmountBand


def case_records(unit: Unit, day: date, case_ids: Collection[str] | None = None) -> Records:
    """Cases with their places and facts, as of a day.

    Args:
        unit: Whose.
        day: The local day.
        case_ids: Of rows; None for all open cases.
    """
    cases = _cases(unit, day, case_ids)
    codes = {row_id: record.case_id for row_id, record in cases.items()}
    return Records(
        cases=tuple(cases.values()),
        places=_places(unit, codes, case_ids),
        consents=_consents(unit, codes, case_ids),
        contacts=_contacts(unit, case_ids),
        notices=_notices(unit, codes, case_ids),
    )


def open_case_ids(unit: Unit, day: date, codes: Collection[str]) -> tuple[str, ...]:
    """Rows of the open cases with these codes, as far as they do not wait for a later day."""
    query = select(CaseRow.id, CaseRow.pinned_shift_code).where(CaseRow.closed_at.is_(None), CaseRow.code.in_(codes))
    found = unit.session.execute(query.order_by(CaseRow.position, CaseRow.code)).all()
    day_of = _days_of(unit, (shift for _, shift in found))
    return tuple(case_id for case_id, shift in found if day_of.get(shift or "", day) <= day)


def _days_of(unit: Unit, shift_codes: Iterable[str | None]) -> dict[str, date]:
    """On which day each of these shifts is."""
    wanted = sorted({code for code in shift_codes if code})
    days = unit.session.execute(select(ShiftRow.code, ShiftRow.day).where(ShiftRow.code.in_(wanted)))
    return {code: day for code, day in days if code is not None}


def _cases(unit: Unit, day: date, case_ids: Collection[str] | None) -> dict[str, CaseRecord]:
    """By the row's id; a case that is pinned to a shift of a later day waits for that day."""
    query = select(CaseRow, BorrowerRow).join(BorrowerRow, BorrowerRow.id == CaseRow.borrower_id)
    query = query.where(CaseRow.closed_at.is_(None)) if case_ids is None else query.where(CaseRow.id.in_(case_ids))
    found = unit.session.execute(query.order_by(CaseRow.position, CaseRow.code)).all()
    blocks, overrides = _blocks(unit, case_ids), granted_overrides(unit, case_ids)
    day_of = _days_of(unit, (case.pinned_shift_code for case, _ in found))
    return {
        case.id: _case(unit, case, borrower, day, blocks.get(case.id, ()), overrides.get(case.id, ()), day_of)
        for case, borrower in found
        if case_ids is not None or day_of.get(case.pinned_shift_code or "", day) <= day
    }


def _case(
    unit: Unit,
    row: CaseRow,
    borrower: BorrowerRow,
    day: date,
    blocks: Iterable[Block],
    overrides: tuple[Override, ...],
    day_of: Mapping[str, date],
) -> CaseRecord:
    is_pinned = row.pinned_shift_code is not None and day_of.get(row.pinned_shift_code) == day
    text = opened_borrower(unit, borrower.sealed_text)
    return CaseRecord(
        case_id=row.code,
        name=text.name,
        phone=text.phone,
        note=unit.opened(row.sealed_note),
        days_past_due=None if row.due_since is None else max(0, (day - row.due_since).days),
        priority=row.priority,
        subject=row.subject,
        actor=None if row.actor is None else Actor(row.actor),
        product=row.product,
        borrower_id=borrower.code,
        amount_band=None if row.amount_band is None else AmountBand(row.amount_band),
        blocks=tuple(blocks) if row.blocks_checked else None,
        required_skills=frozenset(row.required_skills),
        service_minutes=row.service_duration_seconds // SECONDS_A_MINUTE,
        crew_size=row.crew_size,
        required_collectors=frozenset(row.required_collectors),
        preferred_collectors=frozenset(row.preferred_collectors),
        prohibited_collectors=frozenset(row.prohibited_collectors),
        pinned_shift_id=row.pinned_shift_code if is_pinned else None,
        pinned_start_minute=row.pinned_start_minute if is_pinned else None,
        contacts_known=row.contacts_known,
        notices_known=row.notices_known,
        overrides=overrides,
    )


def _blocks(unit: Unit, case_ids: Collection[str] | None) -> dict[str, list[Block]]:
    """One that was lifted holds to the end of that day, and says so to the rules about outcomes."""
    query = _of_cases(select(BlockRow), BlockRow.case_id, case_ids)
    found: dict[str, list[Block]] = {}
    for row in unit.session.scalars(query.order_by(BlockRow.position, BlockRow.added_at, BlockRow.id)):
        lifted = None if row.lifted_at is None else row.lifted_at.astimezone(ZONE).date()
        last = min((end for end in (row.until, lifted) if end is not None), default=None)
        block = Block(code=unit.opened(row.sealed_code), until=last, owner=row.owner)
        found.setdefault(row.case_id, []).append(block)
    return found


def _places(unit: Unit, codes: Mapping[str, str], case_ids: Collection[str] | None) -> tuple[PlaceRecord, ...]:
    query = _of_cases(select(PlaceRow).where(PlaceRow.removed_at.is_(None)), PlaceRow.case_id, case_ids)
    found = []
    for row in unit.session.scalars(query.order_by(PlaceRow.position, PlaceRow.code)):
        if row.case_id in codes:
            point = opened_point(unit, row.sealed_point)
            found.append(
                PlaceRecord(
                    place_id=row.code,
                    case_id=codes[row.case_id],
                    kind=PlaceKind(row.kind),
                    address=point.address,
                    coordinates=point.coordinates,
                    hours=hours_of(row.hours),
                    preference_penalty_minutes=row.preference_penalty_seconds // SECONDS_A_MINUTE,
                )
            )
    return tuple(found)


def _consents(unit: Unit, codes: Mapping[str, str], case_ids: Collection[str] | None) -> tuple[ConsentRecord, ...]:
    query = _of_cases(select(ConsentRow), ConsentRow.case_id, case_ids)
    rows = unit.session.scalars(query.order_by(ConsentRow.position, ConsentRow.at, ConsentRow.id))
    return tuple(
        ConsentRecord(
            case_id=codes[row.case_id], consent=Consent(place_kind=row.place_kind, given=row.given, at=row.at)
        )
        for row in rows
        if row.case_id in codes
    )


def _contacts(unit: Unit, case_ids: Collection[str] | None) -> tuple[ContactRecord, ...]:
    """Of all cases of the borrowers, closed ones too: caps count what happened to a person."""
    borrowers = _of_cases(select(CaseRow.borrower_id), CaseRow.id, case_ids)
    query = (
        select(ContactRow, CaseRow.code, BorrowerRow.code)
        .join(CaseRow, CaseRow.id == ContactRow.case_id)
        .join(BorrowerRow, BorrowerRow.id == CaseRow.borrower_id)
        .where(CaseRow.borrower_id.in_(borrowers))
    )
    rows = unit.session.execute(query.order_by(ContactRow.position, ContactRow.at, ContactRow.id))
    return tuple(
        ContactRecord(
            case_id=code,
            borrower_id=borrower_code,
            contact=Contact(
                channel=Channel(row.channel),
                at=row.at,
                reached=row.reached,
                place_id=row.place_code,
                place_kind=row.place_kind,
                outcome=row.outcome,
                until=row.until,
                record=row.record,
                corrects=row.corrects,
            ),
        )
        for row, code, borrower_code in rows
    )


def _notices(unit: Unit, codes: Mapping[str, str], case_ids: Collection[str] | None) -> tuple[NoticeRecord, ...]:
    """Those that were sent and stand."""
    standing = select(NoticeRow).where(NoticeRow.withdrawn_at.is_(None), NoticeRow.sent_at.is_not(None))
    query = _of_cases(standing, NoticeRow.case_id, case_ids)
    rows = unit.session.scalars(query.order_by(NoticeRow.position, NoticeRow.sent_at, NoticeRow.id))
    return tuple(
        NoticeRecord(
            case_id=codes[row.case_id],
            notice=Notice(
                sent_at=row.sent_at,
                delivered_at=row.delivered_at,
                first_day=row.first_day,
                last_day=row.last_day,
                collector_ids=frozenset(row.collector_codes),
                consented_at=row.consented_at,
            ),
        )
        for row in rows
        if row.case_id in codes and row.sent_at is not None
    )


def _of_cases[Row](
    query: Select[Row], case_id: InstrumentedAttribute[str], case_ids: Collection[str] | None
) -> Select[Row]:
    """Facts of these cases, or of all open ones."""
    if case_ids is not None:
        return query.where(case_id.in_(case_ids))
    return query.where(case_id.in_(select(CaseRow.id).where(CaseRow.closed_at.is_(None))))
