"""What the store knows about a day, as the records of an import."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import func, select

from api.importing import Imported, imported_day
from api.importing.build import TRAVEL, bind
from api.importing.records import (
    CaseRecord,
    CollectorRecord,
    OfficeRecord,
    Records,
    ShiftRecord,
)
from api.store import plans, stops
from api.store.branches import road_network
from api.store.case_records import case_records, open_case_ids
from api.store.database import Unit
from api.store.record_rows import break_of, span_of
from api.store.sealed_texts import opened_collector
from api.store.tables.organisation import TenantRow
from api.store.tables.people import CollectorRow, OfficeRow, QualificationRow, ShiftRow
from scheduler.bookings import with_bookings
from scheduler.domain.collector import Collector, Qualification
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.location import Coordinates
from scheduler.domain.problem import Problem, RoadTravel
from scheduler.domain.travel import Profile


def day_problem(unit: Unit, day: date, codes: Collection[str] | None = None) -> Imported:
    """The Problem of a day: open cases of the scope, and who works then.

    Notices that are still missing can be sent from `unit.now` on; how long a debt is past due is counted on the day.
    Who booked a time in the plan that people follow keeps it.

    Args:
        unit: Whose.
        day: The local day.
        codes: Of the cases, of which those that are not open are left out; None for all open ones.

    Raises:
        InvalidInput: Nobody works on the day, or what is kept makes no sound problem.
    """
    records = day_records(unit, day, None if codes is None else open_case_ids(unit, day, codes))
    if not records.shifts:
        told = ("Import the shifts of the day first.", "请先导入当天的班次。")
        raise InvalidInput([nothing_to_plan(f"No shift is on {day}.", f"{day} 没有班次。", *told)])
    network = road_network(unit)
    # Without its roads a plan is made by estimate, and says so.
    travel = TRAVEL if network is None else RoadTravel(network=network, fallback=True)
    imported = imported_day(records, day, rule_packs=rule_packs(unit), as_of=unit.second, travel=travel)
    return replace(imported, problem=_with_bookings(unit, day, imported.problem))


def _with_bookings(unit: Unit, day: date, problem: Problem) -> Problem:
    """What was booked with a borrower holds in every later plan of the day, whoever makes it."""
    followed = plans.in_force(unit, day) if unit.scope is not None and unit.scope.branch_id is not None else None
    stored = None if followed is None else plans.get(unit, followed.id)
    if stored is None:
        return problem
    called_off = {stop.visit_code for stop in stops.of_plan(unit, stored.id) if stop.cancelled_at is not None}
    return with_bookings(problem, stored.problem, called_off)


def case_on(unit: Unit, day: date, case_id: str) -> Imported:
    """One case as a visit of a day, with the facts of now; nobody works in its problem.

    Args:
        unit: Whose.
        day: The local day.
        case_id: Of the row.
    """
    return bind(case_records(unit, day, [case_id]), day, rule_packs=rule_packs(unit), as_of=unit.second)


def nothing_to_plan(message: str, message_zh: str, hint: str, hint_zh: str) -> Fault:
    """That a day, or a week from it on, has nobody to visit or nobody who works."""
    return Fault(
        where="/day", code="nothing_to_plan", message=message, hint=hint, message_zh=message_zh, hint_zh=hint_zh
    )


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
    records = case_records(unit, day, case_ids)
    return replace(
        records, offices=_offices(unit), collectors=_collectors(unit, records.cases), shifts=shifts_on(unit, day)
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
