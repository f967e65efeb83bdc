"""From files to a Problem: all tables are read before the first fault is raised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from api.importing.calls import Calls, read_cases, read_contacts, read_notices, read_places
from api.importing.cells import ZONE
from api.importing.crews import Crews, read_collectors, read_offices, read_shifts
from api.importing.fault_list import FaultList
from api.importing.identities import Identities
from api.importing.tables import Table, note_missing_tables, read_tables
from scheduler.documents import read_problem, to_bytes, write_problem
from scheduler.domain.problem import DEFAULT_RULE_PACKS, GreatCircleTravel, Objective, Problem, RoadTravel
from scheduler.domain.texts import Text

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
        paths: CSV files in UTF-8 or GB18030, one for each table, in any order.
        day: The local day in Asia/Shanghai to plan; shifts of other days are left out.
        rule_packs: Names of the rule packs that the problem will be judged by.
        as_of: From this aware time on notices that are still missing can be sent; None when none can.
        travel: Where the travel times will come from.

    Raises:
        InvalidInput: With every fault of every file, as `file:row:column`; or, when the tables are sound by
            themselves, with the faults of the problem that they make, as JSON pointers.
    """
    faults = FaultList()
    tables = read_tables(paths, faults)
    note_missing_tables(tables, faults)
    identities = Identities()
    crews = _read_crews(tables, day, identities, faults)
    calls = _read_calls(tables, day, identities, crews, faults)
    faults.raise_if_any()
    problem = replace(_problem(calls, crews, day, rule_packs), as_of=as_of, travel=travel)
    read_problem(to_bytes(write_problem(problem)))
    return Imported(problem=problem, texts={**calls.texts, **crews.texts})


def _read_crews(tables: Mapping[str, Table], day: date, identities: Identities, faults: FaultList) -> Crews:
    crews = Crews()
    if "offices" in tables:
        read_offices(tables["offices"], crews, identities, faults)
    if "collectors" in tables:
        read_collectors(tables["collectors"], crews, identities, faults)
    if "shifts" in tables:
        read_shifts(
            tables["shifts"],
            crews,
            day,
            known_collectors=_collector_ids(tables, crews),
            known_offices={office.id for office in crews.locations} if "offices" in tables else None,
            faults=faults,
        )
    return crews


def _read_calls(
    tables: Mapping[str, Table], day: date, identities: Identities, crews: Crews, faults: FaultList
) -> Calls:
    calls = Calls()
    if "cases" in tables:
        read_cases(
            tables["cases"],
            calls,
            day,
            identities,
            known_collectors=_collector_ids(tables, crews),
            known_shifts={shift.id for shift in crews.shifts} if "shifts" in tables else None,
            faults=faults,
        )
    known_cases = calls.visits.keys() if "cases" in tables else None
    if "places" in tables:
        read_places(tables["places"], calls, day, identities, known_cases=known_cases, faults=faults)
    if "notices" in tables:
        read_notices(
            tables["notices"],
            calls,
            known_cases=known_cases,
            known_collectors=_collector_ids(tables, crews),
            faults=faults,
        )
    if "contacts" in tables:
        read_contacts(tables["contacts"], calls, known_cases=known_cases, faults=faults)
    return calls


def _collector_ids(tables: Mapping[str, Table], crews: Crews) -> set[str] | None:
    return {collector.id for collector in crews.collectors} if "collectors" in tables else None


def _problem(calls: Calls, crews: Crews, day: date, rule_packs: Sequence[str]) -> Problem:
    visits = calls.complete_visits(day)
    prefers = any(visit.preferred_collectors for visit in visits)
    return Problem(
        time_zone=ZONE,
        travel=TRAVEL,
        locations=(*crews.locations, *calls.locations),
        collectors=tuple(crews.collectors),
        shifts=tuple(crews.shifts),
        duties=tuple(crews.duties),
        visits=visits,
        rule_packs=tuple(rule_packs),
        objective=Objective(non_preferred_collector=NON_PREFERRED_COLLECTOR) if prefers else Objective(),
    )
