"""What was told of a running day, as what a new plan of its rest has to bear in mind."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from api.visiting.day_log import DayLog
from scheduler.domain.plan import Plan, Route, StopType


def crews_as_told(plan: Plan, log: DayLog) -> dict[str, tuple[str, ...]]:
    """Who is on a shift from now on, where somebody cannot go on; nobody where the crew has no vehicle."""
    now = {
        route.shift_id: tuple(
            name for name in route.collector_ids if name not in log.out and route.shift_id not in log.stranded
        )
        for route in plan.routes
    }
    return {route.shift_id: now[route.shift_id] for route in plan.routes if now[route.shift_id] != route.collector_ids}


def free_as_told(
    plan: Plan, log: DayLog, *, over: Collection[str], begun: Mapping[str, Sequence[datetime]]
) -> dict[str, datetime]:
    """From when on late crews can go on, by shift: as late as they said, at the next visit that they have to make.

    Args:
        plan: The plan that people follow.
        log: What was told.
        over: Visits that happened or were called off.
        begun: When crews began visits, by shift.
    """
    found: dict[str, datetime] = {}
    for route in plan.routes:
        late = log.late.get(route.shift_id)
        if late is None or not late.holds(begun.get(route.shift_id, ())):
            continue
        planned = _leaves_for_next(route, over)
        if planned is not None:
            found[route.shift_id] = (planned.astimezone(UTC) + late.delay).astimezone(planned.tzinfo)
    return found


def _leaves_for_next(route: Route, over: Collection[str]) -> datetime | None:
    ahead = (stop for stop in route.stops if stop.type is StopType.VISIT and stop.visit_id not in over)
    following = next(ahead, None)
    return None if following is None else following.arrival_time - following.travel
