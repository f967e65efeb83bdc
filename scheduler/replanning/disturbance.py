"""How many people a new plan disturbs."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, timedelta

from scheduler.domain.order import out_of_order
from scheduler.domain.plan import Plan
from scheduler.domain.plan_difference import planned_visits
from scheduler.domain.problem import PLAN_CHANGE_TOLERANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbance:
    """Visits of the plan that people know, by what becomes of them; each counts once, for the first that fits.

    Attributes:
        left_out: Not made any more.
        moved: To another crew or place.
        retimed: More than a quarter of an hour earlier or later.
        reordered: Made at about their time, but before others of whom the same holds and that were to be made first.
    """

    left_out: int = 0
    moved: int = 0
    retimed: int = 0
    reordered: int = 0

    @property
    def visits(self) -> int:
        """All that are disturbed."""
        return self.left_out + self.moved + self.retimed + self.reordered


def disturbance(before: Plan, after: Plan, *, leaving_out: frozenset[str] = frozenset()) -> Disturbance:
    """What a plan disturbs.

    Args:
        before: The plan that people know.
        after: The one in its place.
        leaving_out: Visits that do not count: those that are made, and those that nobody wants any more.
    """
    old, new = planned_visits(before), planned_visits(after)
    known = [visit_id for visit_id in old if visit_id not in leaving_out]
    left_out = {visit_id for visit_id in known if visit_id not in new}
    staying = [visit_id for visit_id in known if visit_id in new]
    moved = {
        visit_id
        for visit_id in staying
        if (old[visit_id].shift_id, old[visit_id].place_id) != (new[visit_id].shift_id, new[visit_id].place_id)
    }
    retimed = {
        visit_id
        for visit_id in staying
        if visit_id not in moved
        and _apart(old[visit_id].service_start_time.astimezone(UTC) - new[visit_id].service_start_time.astimezone(UTC))
    }
    orders: dict[str, list[str]] = defaultdict(list)
    for visit_id in sorted(staying, key=lambda one: old[one].position):
        if visit_id not in moved | retimed:
            orders[old[visit_id].shift_id].append(visit_id)
    reordered = {
        visit_id for order in orders.values() for visit_id in out_of_order(order, [new[one].position for one in order])
    }
    return Disturbance(left_out=len(left_out), moved=len(moved), retimed=len(retimed), reordered=len(reordered))


def _apart(span: timedelta) -> bool:
    return abs(span) > PLAN_CHANGE_TOLERANCE
