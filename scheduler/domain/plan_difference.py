"""What another plan does differently: visit by visit, for people who know the first one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from scheduler.domain.plan import Plan


class ChangeKind(StrEnum):
    """What became of a visit; the first that fits."""

    ADDED = "added"
    LEFT_OUT = "left_out"
    MOVED = "moved"
    RETIMED = "retimed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVisit:
    """Where a plan has a visit; `position` counts the visits of the route from 1."""

    shift_id: str
    place_id: str
    position: int
    service_start_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitChange:
    """One visit that is not where it was.

    Attributes:
        visit_id: The visit.
        kind: Moved means to another crew or place; retimed, to another time with the same crew and place.
        before: None where it is added.
        after: None where it is left out.
    """

    visit_id: str
    kind: ChangeKind
    before: PlannedVisit | None
    after: PlannedVisit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDifference:
    """All changes in the order of visit ids, and what they add to the cost."""

    changes: tuple[VisitChange, ...]
    cost_change_seconds: int


def plan_difference(before: Plan, after: Plan, *, behind: frozenset[str] = frozenset()) -> PlanDifference:
    """What `after` does differently than `before`; they may be plans of different problems.

    Args:
        before: The plan that people know.
        after: The other one.
        behind: Visits that are made, of which nothing changes any more, whatever times the plans tell.
    """
    old, new = planned_visits(before), planned_visits(after)
    return PlanDifference(
        changes=tuple(
            change for visit_id in sorted((old.keys() | new.keys()) - behind) for change in _change(visit_id, old, new)
        ),
        cost_change_seconds=after.cost.total_seconds - before.cost.total_seconds,
    )


def planned_visits(plan: Plan) -> Mapping[str, PlannedVisit]:
    """Visit id -> where the plan has it."""
    return {
        stop.visit_id: PlannedVisit(
            shift_id=route.shift_id,
            place_id=stop.place_id or "",
            position=route.visit_ids.index(stop.visit_id) + 1,
            service_start_time=stop.service_start_time,
        )
        for route in plan.routes
        for stop in route.stops
        if stop.visit_id is not None
    }


def _change(visit_id: str, old: Mapping[str, PlannedVisit], new: Mapping[str, PlannedVisit]) -> Iterator[VisitChange]:
    before, after = old.get(visit_id), new.get(visit_id)
    kind = None
    if before is None:
        kind = ChangeKind.ADDED
    elif after is None:
        kind = ChangeKind.LEFT_OUT
    elif (before.shift_id, before.place_id) != (after.shift_id, after.place_id):
        kind = ChangeKind.MOVED
    elif before.service_start_time.astimezone(UTC) != after.service_start_time.astimezone(UTC):
        kind = ChangeKind.RETIMED
    if kind is not None:
        yield VisitChange(visit_id=visit_id, kind=kind, before=before, after=after)
