"""Two plans compared: which visits moved, came, went or changed their time."""

from dataclasses import dataclass
from datetime import tzinfo

from flask import Blueprint, abort, render_template, request

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.store import PlanState, StoredPlan, plans
from api.web.catalogue import clock
from api.web.seen import plan_for
from scheduler.domain.plan_difference import PlannedVisit, VisitChange, plan_difference
from scheduler.domain.texts import Text
from scheduler.replanning import disturbance

difference_page = Blueprint("difference_page", __name__)
_NOT_FOUND = 404
_NOT_YET = (PlanState.DRAFT, PlanState.CHECKED)


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
    behind = frozenset(name for progress in after.problem.progress for name in progress.visit_ids)
    found = plan_difference(before.plan, after.plan, behind=behind)
    disturbed = disturbance(before.plan, after.plan, leaving_out=behind) if after.problem.progress else None
    with current.database().reading(actor().scope, current.now()) as unit:
        entry = plans.entry(unit, plan_id)
    return render_template(
        "difference.html",
        plan_id=plan_id,
        after=after,
        before=before,
        rows=tuple(_row(change, after) for change in found.changes),
        # What is left of a day costs less than the whole of it, whatever was changed.
        cost_change_seconds=None if after.problem.progress else found.cost_change_seconds,
        disturbed=disturbed,
        may_publish=actor().role is Role.DISPATCHER and entry is not None and entry.state in _NOT_YET,
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
