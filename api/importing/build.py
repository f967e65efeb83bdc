"""From records to the Problem of one day, and the texts that people read beside it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from api.importing.fault_list import FaultList
from api.importing.reading import read_records
from api.importing.records import (
    WHOLE_DAY,
    ZONE,
    CaseRecord,
    ContactRecord,
    PlaceRecord,
    Records,
    ShiftRecord,
    moment_of,
)
from api.importing.sources import source_of
from scheduler.documents import read_problem, to_bytes, write_problem
from scheduler.domain.case import Case, Contact
from scheduler.domain.collector import Break, Duty, Shift
from scheduler.domain.location import Location
from scheduler.domain.problem import DEFAULT_RULE_PACKS, GreatCircleTravel, Objective, Problem, RoadTravel
from scheduler.domain.texts import Text
from scheduler.domain.visit import Pin, Place, PriorityCode, PriorityPart, Visit
from scheduler.priority import priority_parts

TRAVEL = GreatCircleTravel(detour_factor=1.4, speed_kmh=25.0, overhead=timedelta(seconds=60))
NON_PREFERRED_COLLECTOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import makes.

    Attributes:
        problem: Codes, times and opaque ids only.
        texts: Names, addresses and notes by visit id, place id, collector id or office location id.
    """

    problem: Problem
    texts: dict[str, Text]


class _OfCase(Protocol):
    @property
    def case_id(self) -> str: ...


def import_files(
    paths: Sequence[Path],
    day: date,
    *,
    rule_packs: Sequence[str] = DEFAULT_RULE_PACKS,
    as_of: datetime | None = None,
    travel: GreatCircleTravel | RoadTravel = TRAVEL,
) -> Imported:
    """Read a lender's tables, each recognised by its headers.

    Args:
        paths: CSV files in UTF-8 or GB18030, or XLSX files, one for each table, in any order.
        day: The local day in Asia/Shanghai to plan; shifts of other days are left out.
        rule_packs: Names of the rule packs that the problem will be judged by.
        as_of: From this aware time on notices that are still missing can be sent; None when none can.
        travel: Where the travel times will come from.

    Raises:
        InvalidInput: With every fault of every file, as `file:row:column`; or, when the tables are sound by
            themselves, with the faults of the problem that they make, as JSON pointers.
    """
    faults = FaultList()
    sources = [source for source in (source_of(path, faults) for path in paths) if source is not None]
    records = read_records(sources, faults, day=day)
    faults.raise_if_any()
    return imported_day(records, day, rule_packs=rule_packs, as_of=as_of, travel=travel)


def imported_day(
    records: Records,
    day: date,
    *,
    rule_packs: Sequence[str],
    as_of: datetime | None,
    travel: GreatCircleTravel | RoadTravel = TRAVEL,
) -> Imported:
    """What the records make of a day.

    Raises:
        InvalidInput: With the faults of the problem, as JSON pointers.
    """
    imported = bind(records, day, rule_packs=rule_packs, as_of=as_of, travel=travel)
    read_problem(to_bytes(write_problem(imported.problem)))
    return imported


def bind(
    records: Records,
    day: date,
    *,
    rule_packs: Sequence[str],
    as_of: datetime | None,
    travel: GreatCircleTravel | RoadTravel = TRAVEL,
) -> Imported:
    """As `imported_day`, but nobody asks whether the problem as a whole is sound."""
    visits = _visits(records, day)
    prefers = any(visit.preferred_collectors for visit in visits)
    of_day = [shift for shift in records.shifts if shift.day == day]
    offices = (Location(id=office.office_id, coordinates=office.coordinates) for office in records.offices)
    places = (Location(id=place.place_id, coordinates=place.coordinates) for place in records.places)
    problem = Problem(
        time_zone=ZONE,
        travel=travel,
        locations=(*offices, *places),
        collectors=tuple(one.collector for one in records.collectors),
        shifts=tuple(_shift(shift) for shift in of_day if shift.shift_id),
        duties=tuple(duty for shift in of_day if not shift.shift_id for duty in _duties(shift)),
        visits=visits,
        rule_packs=tuple(rule_packs),
        objective=Objective(non_preferred_collector=NON_PREFERRED_COLLECTOR) if prefers else Objective(),
        as_of=as_of,
    )
    return Imported(problem=problem, texts=_texts(records))


def _visits(records: Records, day: date) -> tuple[Visit, ...]:
    places, cases = _grouped(records.places), cases_of(records)
    return tuple(
        _visit(record, cases[record.case_id], tuple(_place(place, day) for place in places[record.case_id]), day)
        for record in records.cases
    )


def cases_of(records: Records) -> Mapping[str, Case]:
    """The facts of the cases, by their ids; contacts about other debts of a borrower stand in each of the logs."""
    consents, notices, logs = _grouped(records.consents), _grouped(records.notices), _logs(records)
    return {
        record.case_id: Case(
            days_past_due=record.days_past_due,
            subject=record.subject,
            actor=record.actor,
            product=record.product,
            debt=record.case_id if any(contact.debt is not None for contact in logs[record.case_id]) else None,
            person=record.borrower_id,
            blocks=record.blocks,
            contacts=logs[record.case_id] if record.contacts_known else None,
            consents=tuple(one.consent for one in consents[record.case_id]),
            notices=tuple(one.notice for one in notices[record.case_id]) if record.notices_known else None,
            overrides=record.overrides,
        )
        for record in records.cases
    }


def _logs(records: Records) -> Mapping[str, tuple[Contact, ...]]:
    """The contact log of each case: its own contacts as they are, those about another debt with its number."""
    borrowers = {record.case_id: record.borrower_id for record in records.cases}
    own = _grouped(records.contacts)
    of_borrower: dict[str | None, list[ContactRecord]] = defaultdict(list)
    for one in records.contacts:
        of_borrower[one.borrower_id or borrowers.get(one.case_id)].append(one)
    return {
        case_id: tuple(
            one.contact if one.case_id == case_id else replace(one.contact, debt=one.case_id)
            for one in (own[case_id] if borrower_id is None else of_borrower[borrower_id])
        )
        for case_id, borrower_id in borrowers.items()
    }


def _visit(record: CaseRecord, case: Case, places: tuple[Place, ...], day: date) -> Visit:
    if record.priority is None:
        parts = priority_parts(case, day, ZONE, amount=record.amount_band)
    else:
        parts = (PriorityPart(code=PriorityCode.GIVEN, points=record.priority),)
    return Visit(
        id=record.case_id,
        service_duration=timedelta(minutes=record.service_minutes),
        places=places,
        priority=sum(part.points for part in parts),
        priority_parts=parts,
        required_skills=record.required_skills,
        crew_size=record.crew_size,
        required_collectors=record.required_collectors,
        preferred_collectors=record.preferred_collectors,
        prohibited_collectors=record.prohibited_collectors,
        pinned=_pin(record, day),
        case=case,
    )


def _pin(record: CaseRecord, day: date) -> Pin | None:
    if record.pinned_shift_id is None:
        return None
    start = None if record.pinned_start_minute is None else moment_of(day, record.pinned_start_minute)
    return Pin(shift_id=record.pinned_shift_id, service_start_time=start)


def _place(record: PlaceRecord, day: date) -> Place:
    return Place(
        id=record.place_id,
        kind=record.kind,
        location_id=record.place_id,
        time_windows=tuple(span.on(day) for span in record.hours or (WHOLE_DAY,)),
        preference_penalty=timedelta(minutes=record.preference_penalty_minutes),
    )


def _shift(record: ShiftRecord) -> Shift:
    window = record.hours.on(record.day)
    return Shift(
        id=record.shift_id,
        collector_ids=record.collector_ids,
        earliest_start=window.earliest_start,
        latest_end=window.latest_end,
        start_location_id=record.start_office_id,
        end_location_id=record.end_office_id,
        breaks=_breaks(record),
        max_visits=record.max_visits,
        travel_profile=record.travel_profile,
    )


def _duties(record: ShiftRecord) -> list[Duty]:
    """One for each person of a row that names no shift."""
    window = record.hours.on(record.day)
    return [
        Duty(
            collector_id=collector_id,
            earliest_start=window.earliest_start,
            latest_end=window.latest_end,
            start_location_id=record.start_office_id,
            end_location_id=record.end_office_id,
            breaks=_breaks(record),
            max_visits=record.max_visits,
            travel_profile=record.travel_profile,
        )
        for collector_id in record.collector_ids
    ]


def _breaks(record: ShiftRecord) -> tuple[Break, ...]:
    return tuple(
        Break(window=rest.hours.on(record.day), duration=timedelta(minutes=rest.minutes)) for rest in record.breaks
    )


def _texts(records: Records) -> dict[str, Text]:
    return {
        **{one.case_id: Text(name=one.name, note=one.note) for one in records.cases},
        **{one.place_id: Text(address=one.address) for one in records.places},
        **{one.office_id: Text(name=one.name, address=one.address) for one in records.offices},
        **{one.collector.id: one.text for one in records.collectors},
    }


def _grouped[Fact: _OfCase](facts: Iterable[Fact]) -> Mapping[str, list[Fact]]:
    grouped: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        grouped[fact.case_id].append(fact)
    return grouped
