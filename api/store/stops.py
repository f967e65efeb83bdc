"""The visits of published plans: written when a plan is published, and called off one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select

from api.store.database import Unit
from api.store.tables.cases import CaseRow
from api.store.tables.plans import PlanRow, RouteRow, StopRow
from api.store.tables.visiting import VisitRecordRow
from scheduler.domain.plan import Plan, StopType


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStop:
    """A visit of a published plan; see `StopRow`.

    Attributes:
        day: Of its plan.
        shift_code: Of its route.
        collector_codes: Of its route.
        record_id: What happened there; None before anybody checked in.
    """

    id: str
    plan_id: str
    day: date
    shift_code: str
    collector_codes: tuple[str, ...]
    position: int
    visit_code: str
    case_id: str | None
    place_code: str
    service_start_time: datetime
    departure_time: datetime
    cancelled_at: datetime | None
    cancelled_for: str | None
    record_id: str | None


def write(unit: Unit, plan_id: str, plan: Plan, case_ids: Mapping[str, str]) -> None:
    """Write the routes and visits of a plan that is being published."""
    for route in plan.routes:
        row = RouteRow(plan_id=plan_id, shift_code=route.shift_id, collector_codes=list(route.collector_ids))
        unit.session.add(row)
        unit.session.flush()
        visits = [stop for stop in route.stops if stop.type is StopType.VISIT]
        for position, stop in enumerate(visits, 1):
            visit_code = stop.visit_id or ""
            unit.session.add(
                StopRow(
                    plan_id=plan_id,
                    route_id=row.id,
                    position=position,
                    visit_code=visit_code,
                    case_id=case_ids.get(visit_code),
                    place_code=stop.place_id or "",
                    service_start_time=stop.service_start_time,
                    departure_time=stop.departure_time,
                    cancelled_at=None,
                    cancelled_for=None,
                )
            )
    unit.session.flush()


def of_plan(unit: Unit, plan_id: str, shift_code: str | None = None) -> tuple[PlannedStop, ...]:
    """The visits of a plan, or of one of its routes, in order."""
    query = _query().where(StopRow.plan_id == plan_id)
    if shift_code is not None:
        query = query.where(RouteRow.shift_code == shift_code)
    found = unit.session.execute(query.order_by(RouteRow.shift_code, StopRow.position))
    return tuple(_stop(one) for one in found)


def one(unit: Unit, plan_id: str, visit_code: str) -> PlannedStop | None:
    """A visit of a plan, None where the plan has no such visit."""
    query = _query().where(StopRow.plan_id == plan_id, StopRow.visit_code == visit_code)
    found = unit.session.execute(query).one_or_none()
    return None if found is None else _stop(found)


def of_case(unit: Unit, case_id: str) -> tuple[PlannedStop, ...]:
    """The visits to a case in all plans that were ever published and not replaced, in order of time."""
    query = _query().where(StopRow.case_id == case_id, PlanRow.replaced_by.is_(None))
    return tuple(_stop(found) for found in unit.session.execute(query.order_by(StopRow.service_start_time)))


def by_id(unit: Unit, stop_id: str) -> PlannedStop:
    """One that is there."""
    return _stop(unit.session.execute(_query().where(StopRow.id == stop_id)).one())


def still_to_come(unit: Unit, borrower_of_case: str) -> tuple[PlannedStop, ...]:
    """The visits to the borrower of a case in plans that are in force, not called off and not begun."""
    same = select(CaseRow.borrower_id).where(CaseRow.id == borrower_of_case).scalar_subquery()
    return _to_come(unit, CaseRow.borrower_id == same)


def all_to_come(unit: Unit) -> tuple[PlannedStop, ...]:
    """The visits to cases of the store in plans that are in force, not called off and not begun."""
    return _to_come(unit)


def _to_come(unit: Unit, *which: ColumnElement[bool]) -> tuple[PlannedStop, ...]:
    query = (
        _query()
        .join(CaseRow, CaseRow.id == StopRow.case_id)
        .where(
            *which,
            PlanRow.state.in_(("published", "running")),
            StopRow.cancelled_at.is_(None),
            VisitRecordRow.id.is_(None),
        )
        .order_by(StopRow.service_start_time, StopRow.id)
    )
    return tuple(_stop(found) for found in unit.session.execute(query))


def call_off(unit: Unit, stop_id: str, reason: str) -> None:
    """Nobody goes there."""
    row = unit.session.scalars(select(StopRow).where(StopRow.id == stop_id)).one()
    row.cancelled_at, row.cancelled_for = unit.now, reason
    unit.session.flush()


def routes_of(unit: Unit, plan_id: str) -> Sequence[tuple[str, tuple[str, ...]]]:
    """The routes of a plan: shift and crew."""
    query = select(RouteRow).where(RouteRow.plan_id == plan_id).order_by(RouteRow.shift_code)
    return [(row.shift_code, tuple(row.collector_codes)) for row in unit.session.scalars(query)]


def crew_of(unit: Unit, plan_id: str, shift_code: str) -> tuple[str, ...] | None:
    """The crew of one route, None where there is no such route."""
    query = select(RouteRow.collector_codes).where(RouteRow.plan_id == plan_id, RouteRow.shift_code == shift_code)
    found = unit.session.scalars(query).one_or_none()
    return None if found is None else tuple(found)


# Columns and no whole rows: crews ask for their routes all day long.
_OF_STOPS = (
    StopRow.id,
    StopRow.plan_id,
    PlanRow.day,
    RouteRow.shift_code,
    RouteRow.collector_codes,
    StopRow.position,
    StopRow.visit_code,
    StopRow.case_id,
    StopRow.place_code,
    StopRow.service_start_time,
    StopRow.departure_time,
    StopRow.cancelled_at,
    StopRow.cancelled_for,
    VisitRecordRow.id.label("record_id"),
)


def _query() -> Select[*tuple[Any, ...]]:
    return (
        select(*_OF_STOPS)
        .join(RouteRow, RouteRow.id == StopRow.route_id)
        .join(PlanRow, PlanRow.id == StopRow.plan_id)
        .outerjoin(VisitRecordRow, VisitRecordRow.stop_id == StopRow.id)
    )


def _stop(row: Row[Any]) -> PlannedStop:
    facts = dict(row._mapping)
    return PlannedStop(**facts | {"collector_codes": tuple(facts["collector_codes"])})
