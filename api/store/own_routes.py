"""Which routes are a collector's own: those of published plans whose crew the collector belongs to."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from api.store.database import Unit
from api.store.plans import FOLLOWED
from api.store.tables.people import CollectorRow
from api.store.tables.plans import PlanRow, RouteRow

# A draft may still change, and a day that is over is nobody's business any more.


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRoute:
    """A route of a collector's crew, and the local day of its plan."""

    plan_id: str
    shift_code: str
    day: date


def own_routes(unit: Unit, collector_id: str | None) -> tuple[OwnRoute, ...]:
    """The routes that a collector may see, the latest day first."""
    collector = None if collector_id is None else unit.session.get(CollectorRow, collector_id)
    if collector is None:
        return ()
    query = (
        select(RouteRow, PlanRow.day)
        .join(PlanRow, PlanRow.id == RouteRow.plan_id)
        .where(PlanRow.state.in_(FOLLOWED))
        .order_by(PlanRow.day.desc(), PlanRow.sequence.desc(), RouteRow.shift_code)
    )
    return tuple(
        OwnRoute(plan_id=route.plan_id, shift_code=route.shift_code, day=day)
        for route, day in unit.session.execute(query)
        if collector.code in route.collector_codes
    )
