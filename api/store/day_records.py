"""What the store knows about a day, as the records of an import."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from api.importing import Imported, imported_day
from api.importing.build import TRAVEL
from api.importing.records import (
    CaseRecord,
    CollectorRecord,
    ConsentRecord,
    ContactRecord,
    NoticeRecord,
    OfficeRecord,
    PlaceRecord,
    Records,
    ShiftRecord,
)
from api.store.branches import road_network
from api.store.database import Unit
from api.store.record_rows import SECONDS_A_MINUTE, break_of, hours_of, span_of
from api.store.sealed_texts import opened_borrower, opened_collector, opened_point
from api.store.tables.cases import (
    BlockRow,
    BorrowerRow,
    CaseRow,
    ConsentRow,
    ContactRow,
    NoticeRow,
    PlaceRow,
)
from api.store.tables.organisation import TenantRow
from api.store.tables.people import CollectorRow, OfficeRow, QualificationRow, ShiftRow
from scheduler.domain.case import Actor, Block, Channel, Consent, Contact, Notice
from scheduler.domain.collector import Collector, Qualification
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.location import Coordinates
from scheduler.domain.problem import RoadTravel
from scheduler.domain.travel import Profile
from scheduler.domain.visit import PlaceKind
from scheduler.priority import AmountBand


def day_problem(unit: Unit, day: date) -> Imported:
    """The Problem of a day: all open cases of the scope, and who works then.

    Notices that are still missing can be sent from `unit.now` on; how long a debt is past due is counted on the day.

    Raises:
        InvalidInput: Nobody works on the day, or what is kept makes no sound problem.
    """
    records = day_records(unit, day)
    if not records.shifts:
        message = f"No shift is on {day}."
        fault = Fault(
            where="/day",
            code="nothing_to_plan",
            message=message,
            hint="Import the shifts of the day first.",
            message_zh=f"{day} 没有班次。",
            hint_zh="请先导入当天的班次。",
        )
        raise InvalidInput([fault])
    network = road_network(unit)
    # Without its roads a plan is made by estimate, and says so.
    travel = TRAVEL if network is None else RoadTravel(network=network, fallback=True)
    return imported_day(records, day, rule_packs=rule_packs(unit), as_of=unit.second, travel=travel)


def rule_packs(unit: Unit) -> tuple[str, ...]:
    """Names of the packs that the lender's plans are judged by."""
    return tuple(unit.session.scalars(select(TenantRow.rule_packs)).one())


def day_records(unit: Unit, day: date, case_ids: Collection[str] | None = None) -> Records:
    """Records that concern a day.

    Args:
        unit: Whose.
        day: The local day.
        case_ids: Of rows; None for all open cases.
    """
    shifts = shifts_on(unit, day)
    cases = _cases(unit, day, case_ids)
    codes = {row_id: record.case_id for row_id, record in cases.items()}
    return Records(
        offices=_offices(unit),
        collectors=_collectors(unit, cases.values()),
        shifts=shifts,
        cases=tuple(cases.values()),
        places=_places(unit, codes, case_ids),
        consents=_consents(unit, codes, case_ids),
        contacts=_contacts(unit, codes, case_ids),
        notices=_notices(unit, codes, case_ids),
    )


def _offices(unit: Unit) -> tuple[OfficeRecord, ...]:
    query = select(OfficeRow).order_by(OfficeRow.position, OfficeRow.code)
    return tuple(
        OfficeRecord(
            office_id=row.code,
            name=row.name,
            address=row.address,
            coordinates=Coordinates(latitude_degrees=row.latitude_degrees, longitude_degrees=row.longitude_degrees),
        )
        for row in unit.session.scalars(query)
    )


def _collectors(unit: Unit, cases: Iterable[CaseRecord]) -> tuple[CollectorRecord, ...]:
    """Who works here, and of those who left who is still named, without certificates: nobody goes with them."""
    qualifications: dict[str, list[Qualification]] = {}
    held = select(QualificationRow).order_by(QualificationRow.position, QualificationRow.code)
    for one in unit.session.scalars(held):
        held_by = qualifications.setdefault(one.collector_id, [])
        held_by.append(Qualification(code=one.code, valid_until=one.valid_until))
    rows = unit.session.scalars(select(CollectorRow).order_by(CollectorRow.position, CollectorRow.code)).all()
    named = {code for row in rows if row.left_at is None for code in row.prohibited_partners}
    for case in cases:
        named |= case.required_collectors | case.preferred_collectors | case.prohibited_collectors
    return tuple(
        CollectorRecord(
            collector=Collector(
                id=row.code,
                skills=frozenset(row.skills),
                qualifications=tuple(qualifications.get(row.id, ())) if row.left_at is None else (),
                max_visits=row.max_visits,
                prohibited_partners=frozenset(row.prohibited_partners) if row.left_at is None else frozenset(),
                is_new=row.is_new,
            ),
            text=opened_collector(unit, row.sealed_text),
        )
        for row in rows
        if row.left_at is None or row.code in named
    )


def shifts_on(unit: Unit, day: date) -> tuple[ShiftRecord, ...]:
    """Who works on a day: crews, and people who have no crew yet."""
    query = select(ShiftRow).where(ShiftRow.day == day).order_by(ShiftRow.position, ShiftRow.code, ShiftRow.id)
    return tuple(shift_record(row) for row in unit.session.scalars(query))


def shifts_by_day(unit: Unit) -> Mapping[date, int]:
    """How many crews there are on each day on which somebody works; people without a crew count as none."""
    query = select(ShiftRow.day, func.count(ShiftRow.code)).group_by(ShiftRow.day)
    return {day: count for day, count in unit.session.execute(query)}


def shift_record(row: ShiftRow) -> ShiftRecord:
    """A row of shifts as a record."""
    return ShiftRecord(
        shift_id=row.code or "",
        collector_ids=tuple(row.collector_codes),
        day=row.day,
        hours=span_of(row.day, row.earliest_start, row.latest_end),
        start_office_id=row.start_office_code,
        end_office_id=row.end_office_code,
        breaks=tuple(break_of(rest, row.day) for rest in row.breaks),
        max_visits=row.max_visits,
        travel_profile=Profile(row.travel_profile),
    )


def _cases(unit: Unit, day: date, case_ids: Collection[str] | None) -> dict[str, CaseRecord]:
    """By the row's id; a case that is pinned to a shift of a later day waits for that day."""
    query = select(CaseRow, BorrowerRow).join(BorrowerRow, BorrowerRow.id == CaseRow.borrower_id)
    query = query.where(CaseRow.closed_at.is_(None)) if case_ids is None else query.where(CaseRow.id.in_(case_ids))
    found = unit.session.execute(query.order_by(CaseRow.position, CaseRow.code)).all()
    blocks = _blocks(unit, case_ids)
    pinned = {case.pinned_shift_code for case, _ in found if case.pinned_shift_code}
    days = unit.session.execute(select(ShiftRow.code, ShiftRow.day).where(ShiftRow.code.in_(pinned)))
    day_of = {code: shift_day for code, shift_day in days if code is not None}
    return {
        case.id: _case(unit, case, borrower, day, blocks.get(case.id, ()), day_of)
        for case, borrower in found
        if case_ids is not None or day_of.get(case.pinned_shift_code or "", day) <= day
    }


def _case(
    unit: Unit,
    row: CaseRow,
    borrower: BorrowerRow,
    day: date,
    blocks: Iterable[Block],
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
    )


def _blocks(unit: Unit, case_ids: Collection[str] | None) -> dict[str, list[Block]]:
    query = _of_cases(select(BlockRow).where(BlockRow.lifted_at.is_(None)), BlockRow.case_id, case_ids)
    found: dict[str, list[Block]] = {}
    for row in unit.session.scalars(query.order_by(BlockRow.position, BlockRow.added_at, BlockRow.id)):
        block = Block(code=unit.opened(row.sealed_code), until=row.until, owner=row.owner)
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


def _contacts(unit: Unit, codes: Mapping[str, str], case_ids: Collection[str] | None) -> tuple[ContactRecord, ...]:
    query = _of_cases(select(ContactRow), ContactRow.case_id, case_ids)
    rows = unit.session.scalars(query.order_by(ContactRow.position, ContactRow.at, ContactRow.id))
    return tuple(
        ContactRecord(
            case_id=codes[row.case_id],
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
        for row in rows
        if row.case_id in codes
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
