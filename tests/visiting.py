"""A day with cases in the store, and plans of it that may be published: for tests of what happens around visits.

The day is Friday 2026-12-04, the plans are published on Friday 2026-11-27; every case is one that all rules let
through. Crews s1 and s2 are two people each.
"""

import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from api.store import SYSTEM, Database, PlanEntry, Scope, Unit, notices, plans
from api.store.database import first_scope
from api.store.tables.cases import CaseRow, ConsentRow, NoticeRow, PlaceRow
from api.store.tables.people import CollectorRow, OfficeRow, ShiftRow
from api.visiting import publishing
from benchmarks.stored_cases import add_case, add_milder_tries
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text
from scheduler.domain.visit import PlaceKind
from scheduler.planning import plan_by_hand
from scheduler.travel import RoadNetworks
from tests.builders import a_case, a_place, a_problem, a_shift, a_visit, time, window

DAY = date(2026, 12, 4)
PUBLISHED_AT = datetime(2026, 11, 27, 2, tzinfo=UTC)
RECEIVED_AT = PUBLISHED_AT + timedelta(hours=3)
PACKS = ("cn-base", "cn-house")
CREWS = {"s1": ("s1-a", "s1-b"), "s2": ("s2-a", "s2-b")}
CARRIED = ("work-badge", "identity-card")
TEXTS = {
    **{f"c{number}": Text(name=f"李借{number}") for number in range(1, 7)},
    **{f"c{number}-home": Text(address=f"云川市青石区柳荫路{number}号") for number in range(1, 7)},
    **{name: Text(name=f"员{name}", identity_number="110101199001010000") for crew in CREWS.values() for name in crew},
}
PERSONAL = tuple(word for text in TEXTS.values() for word in (text.name, text.address) if word)


def no_roads() -> RoadNetworks:
    """Matrices need none."""
    from pathlib import Path

    return RoadNetworks(folder=Path("none"), cache_folder=Path("none"))


def a_day(
    *codes: str,
    packs: Sequence[str] = PACKS,
    at_work: frozenset[str] = frozenset(),
    crews: Mapping[str, Sequence[str]] = CREWS,
    day: date = DAY,
) -> Problem:
    """The day's problem: a visit of half an hour for each case, minutes apart, open from nine to eight."""
    visits = []
    for number, code in enumerate(codes):
        kind = PlaceKind.WORKPLACE if code in at_work else PlaceKind.HOME
        place = a_place(f"{code}-home", (2 * number + 1) % 30 + 1, window("09:00", "20:00", day), kind=kind)
        visits.append(a_visit(code, places=(place,), case=a_case(actor="first_party"), crew_size=2))
    shifts = [a_shift(name, *crew, day=day) for name, crew in crews.items()]
    return a_problem(visits, shifts, rule_packs=tuple(packs), as_of=PUBLISHED_AT)


def a_branch(database: Database, crews: Mapping[str, Sequence[str]] = CREWS) -> Scope:
    """The first branch, with the collectors of the day."""
    with database.writing(None, PUBLISHED_AT) as unit:
        scope = first_scope(unit, SYSTEM)
    with database.writing(scope, PUBLISHED_AT) as unit:
        for name in itertools.chain.from_iterable(crews.values()):
            unit.session.add(
                CollectorRow(
                    code=name,
                    badge_number=f"B-{name}",
                    employer="示例银行",
                    skills=[],
                    max_visits=None,
                    is_new=False,
                    prohibited_partners=[],
                    sealed_text=unit.seal(json.dumps({"name": f"员{name}"})),
                    name_index=unit.index(name),
                    sealed_photo=unit.seal_bytes(b"\x89PNG\r\n\x1a\n" + name.encode()),
                    left_at=None,
                )
            )
    return scope


def a_stored_case(unit: Unit, code: str, *, kind: PlaceKind = PlaceKind.HOME) -> str:
    """A case with the facts of `a_case`, and its borrower; the case's id."""
    due = DAY - timedelta(days=60)
    case = add_case(unit, code, kind=kind, due_since=due, subject="debtor", actor="first_party")
    unit.session.add(ConsentRow(case_id=case.id, place_kind="workplace", given=True, at=PUBLISHED_AT, source="import"))
    add_milder_tries(unit, case.id)
    return case.id


def a_case_with_a_point(unit: Unit, code: str) -> str:
    """A case of `a_stored_case` whose place is known on the map, so that it can be planned; the case's id."""
    case_id = a_stored_case(unit, code)
    put_on_the_map(unit, code)
    return case_id


def put_on_the_map(unit: Unit, code: str) -> None:
    """The place of a case of `a_stored_case` gets a point."""
    point = {"address": "", "latitude_degrees": 31.2, "longitude_degrees": 112.8}
    place = unit.session.scalars(select(PlaceRow).where(PlaceRow.code == f"{code}-home")).one()
    place.sealed_point = unit.seal(json.dumps(point))


def keep_a_shift(unit: Unit, day: date = DAY) -> None:
    """Crew s1 as the store has it, so that a day can be planned from what is kept."""
    office = OfficeRow(code="o1", name="", address="", latitude_degrees=31.2, longitude_degrees=112.8)
    hours = {"earliest_start": time("09:00", day), "latest_end": time("18:00", day)}
    offices = {"start_office_code": "o1", "end_office_code": "o1"}
    shift = ShiftRow(
        code="s1", day=day, collector_codes=list(CREWS["s1"]), breaks=[], travel_profile="car", **hours, **offices
    )
    unit.session.add_all([office, shift])


def a_received_notice(case_id: str) -> NoticeRow:
    """That crew s1 comes on the day."""
    return NoticeRow(
        case_id=case_id,
        sent_at=PUBLISHED_AT,
        delivered_at=PUBLISHED_AT,
        first_day=DAY,
        last_day=DAY,
        collector_codes=list(CREWS["s1"]),
    )


def a_draft(unit: Unit, routes: Mapping[str, Sequence[str]], problem: Problem | None = None) -> str:
    """A lawful plan with these routes, saved; its id."""
    codes = sorted(itertools.chain.from_iterable(routes.values()))
    asked = a_day(*codes) if problem is None else problem
    orders = {shift: [(code, f"{code}-home") for code in order] for shift, order in routes.items()}
    return plans.save(unit, asked, plan_by_hand(asked, orders), TEXTS)


def a_published_plan(
    database: Database, scope: Scope, routes: Mapping[str, Sequence[str]], problem: Problem | None = None
) -> str:
    """The same, with its cases in the store unless they are there, and published; its id."""
    with database.writing(scope, PUBLISHED_AT) as unit:
        have = {row.code for row in unit.session.query(CaseRow)}
        for code in sorted(set(itertools.chain.from_iterable(routes.values())) - have):
            a_stored_case(unit, code)
        plan_id = a_draft(unit, routes, problem)
        published(unit, plan_id)
    return plan_id


def published(unit: Unit, plan_id: str) -> PlanEntry:
    """Check a plan and publish it."""
    publishing.check(unit, plan_id, no_roads())
    return publishing.publish(unit, plan_id, no_roads(), accept_estimate=False)


def received(database: Database, scope: Scope, plan_id: str) -> None:
    """Every notice of a plan was delivered."""
    with database.writing(scope, RECEIVED_AT) as unit:
        for notice in notices.of_plan(unit, plan_id):
            notices.receive(unit, notice.id, RECEIVED_AT, None)


def at_the_door(clock: str) -> datetime:
    """A moment of the day."""
    return time(clock, DAY)
