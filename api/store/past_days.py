"""Days that were carried out, as simulations learn from them: kinds, moments and lengths, nobody's name or code."""

from collections.abc import Mapping

from sqlalchemy import select

from api.store import plans
from api.store.database import Unit
from api.store.plans import PlanState, StoredPlan
from api.store.tables.plans import PlanRow, StopRow
from api.store.tables.visiting import VisitRecordRow
from scheduler.domain.visit import PlaceKind
from scheduler.rules.kinds.outcome import Met
from scheduler.rules.load import load_rule_set
from scheduler.rules.outcomes import outcome_codes
from scheduler.simulation.calibration import PastVisit
from scheduler.simulation.replay import PastDay


def past_days(unit: Unit, most: int) -> tuple[PastDay, ...]:
    """The last closed days whose plans are still kept, the latest first.

    Args:
        unit: Of one branch.
        most: At most so many.
    """
    query = (
        select(PlanRow.id)
        .where(PlanRow.state == PlanState.CLOSED, PlanRow.replaced_by.is_(None), PlanRow.sealed_problem != b"")
        .order_by(PlanRow.day.desc(), PlanRow.sequence.desc())
        .limit(most)
    )
    found = []
    for plan_id in unit.session.scalars(query).all():
        stored = plans.get(unit, plan_id)
        if stored is None:
            continue
        visits = _visits(unit, stored)
        if visits:
            found.append(PastDay(day=stored.day, problem=stored.staffed, plan=stored.plan, visits=visits))
    return tuple(found)


def _visits(unit: Unit, stored: StoredPlan) -> tuple[PastVisit, ...]:
    """Those that somebody began and ended."""
    kinds = {place.id: place.kind for visit in stored.problem.visits for place in visit.places}
    codes = outcome_codes(load_rule_set(stored.problem.rule_packs), stored.day)
    nobody = frozenset(name for name, code in codes.items() if code.met is Met.NOBODY)
    query = (
        select(VisitRecordRow, StopRow)
        .join(StopRow, StopRow.id == VisitRecordRow.stop_id)
        .where(VisitRecordRow.plan_id == stored.id, VisitRecordRow.checked_in_at.is_not(None))
        .order_by(StopRow.route_id, StopRow.position)
    )
    rows = unit.session.execute(query).all()
    return tuple(
        _visit(record, stop, kinds, nobody) for record, stop in rows if record.outcome is not None and record.ended_at
    )


def _visit(record: VisitRecordRow, stop: StopRow, kinds: Mapping[str, PlaceKind], nobody: frozenset[str]) -> PastVisit:
    begun, ended = record.checked_in_at, record.ended_at
    served = None if begun is None or ended is None else (ended - begun).total_seconds()
    return PastVisit(
        at=begun or stop.service_start_time,
        place_kind=kinds.get(stop.place_code, PlaceKind.OTHER),
        found=record.outcome not in nobody,
        planned_seconds=(stop.departure_time - stop.service_start_time).total_seconds(),
        served_seconds=served if served and served > 0 else None,
    )
