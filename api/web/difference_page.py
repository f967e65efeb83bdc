"""Two plans compared: which visits moved, came, went or changed their time."""

from dataclasses import dataclass
from datetime import tzinfo

from flask import Blueprint, abort, render_template, request

from api.access import allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.store import StoredPlan
from api.web.catalogue import clock
from api.web.seen import plan_for
from scheduler.domain.plan_difference import PlannedVisit, VisitChange, plan_difference
from scheduler.domain.texts import Text

difference_page = Blueprint("difference_page", __name__)
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where a plan has a visit; `begins` is a clock time."""

    crew: str
    position: int
    begins: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A visit that is not where it was; `kind` as in `ChangeKind`."""

    visit_id: str
    name: str
    kind: str
    before: Where | None
    after: Where | None


@difference_page.get("/plans/<plan_id>/difference")
@allow(*STAFF)
def show(plan_id: str) -> str:
    """What a plan does differently than the one that the address names; than itself where it names none."""
    after, before = _opened(plan_id), _opened(request.args.get("against", plan_id))
    found = plan_difference(before.plan, after.plan)
    return render_template(
        "difference.html",
        plan_id=plan_id,
        after=after,
        before=before,
        rows=tuple(_row(change, after) for change in found.changes),
        cost_change_seconds=found.cost_change_seconds,
    )


def _opened(plan_id: str) -> StoredPlan:
    stored = plan_for(actor(), plan_id)
    if stored is None:
        abort(_NOT_FOUND)
    return stored


def _row(change: VisitChange, stored: StoredPlan) -> ChangeRow:
    zone = stored.problem.time_zone
    return ChangeRow(
        visit_id=change.visit_id,
        name=stored.texts.get(change.visit_id, Text()).name or change.visit_id,
        kind=change.kind.value,
        before=_where(change.before, zone),
        after=_where(change.after, zone),
    )


def _where(planned: PlannedVisit | None, zone: tzinfo) -> Where | None:
    if planned is None:
        return None
    begins = clock(planned.service_start_time.astimezone(zone))
    return Where(crew=planned.shift_id, position=planned.position, begins=begins)
