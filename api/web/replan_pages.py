"""Planning the rest of a running day: a dispatcher says what happened, and sees what would change before it holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response, abort, make_response, render_template, request

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.jobs.replan_wire import CrewNow, HeldUp, ReplanWire
from api.rest.answers import scope_of_plan
from api.rest.day_course import USUAL_SECONDS
from api.rest.jobs import asked_for
from api.store import StoredPlan, Unit, records, stops
from api.visiting import replanning
from api.web.catalogue import clock
from api.web.forms import done
from scheduler.domain.errors import NotNow, UnknownId
from scheduler.domain.texts import Text

replan_pages = Blueprint("replan_pages", __name__)
MOST_MINUTES = 600
_NOT_FOUND, _CONFLICT, _UNPROCESSABLE = 404, 409, 422


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewRow:
    """A crew on the form: `free_at` is a clock time, None while it has not left; `left` counts its visits ahead."""

    shift_id: str
    names: tuple[str, ...]
    free_at: str | None
    made: int
    left: int


@replan_pages.get("/plans/<plan_id>/replan")
@allow(Role.DISPATCHER)
def show(plan_id: str) -> Response:
    """How far the crews are, and what can be said beside."""
    return _form(plan_id)


@replan_pages.post("/plans/<plan_id>/replan")
@allow(Role.DISPATCHER)
def ask(plan_id: str) -> Response:
    """Ask for a draft of the rest of the day; nobody is told of it before it is published."""
    scope = scope_of_plan(plan_id)
    with current.writing(scope) as unit:
        stored = _followed(unit, plan_id)
        wanted = _wanted(stored, unit.second) if request.form.get("act") == "replan" else None
        if wanted is None:
            abort(_UNPROCESSABLE)
        job_id = asked_for(
            unit,
            "replan",
            {"plan_id": plan_id, "seconds": USUAL_SECONDS, "seed": 0},
            branch_id=scope.branch_id,
            document=wanted.model_dump_json().encode(),
        )
    return done("planning_page.show", "replanning_begun", job_id=job_id)


def _form(plan_id: str) -> Response:
    with current.database().reading(actor().scope, current.now()) as unit:
        stored = _followed(unit, plan_id)
        planned = stops.of_plan(unit, plan_id)
        told = replanning.progress_of(stored.plan, planned, records.of_plan(unit, plan_id), unit.second)
    behind = {one.shift_id: one for one in told}
    zone = stored.problem.time_zone
    rows = []
    for route in stored.plan.routes:
        progress = behind.get(route.shift_id)
        made = 0 if progress is None else len(progress.visit_ids)
        gone = {stop.visit_code for stop in planned if stop.cancelled_at is not None and stop.record_id is None}
        rows.append(
            CrewRow(
                shift_id=route.shift_id,
                names=tuple(stored.texts.get(name, Text()).name or name for name in route.collector_ids),
                free_at=None if progress is None else clock(progress.free_at.astimezone(zone)),
                made=made,
                left=len(set(route.visit_ids) - gone) - made,
            )
        )
    return make_response(
        render_template("replan.html", plan_id=plan_id, day=stored.day, rows=rows, most_minutes=MOST_MINUTES)
    )


def _followed(unit: Unit, plan_id: str) -> StoredPlan:
    try:
        return replanning.followed(unit, plan_id)
    except UnknownId:
        abort(_NOT_FOUND)
    except NotNow:
        abort(_CONFLICT)


def _wanted(stored: StoredPlan, now: datetime) -> ReplanWire | None:
    """What the form says; None where it says what no form of ours does."""
    late: list[HeldUp] = []
    out: list[CrewNow] = []
    for route in stored.plan.routes:
        if f"out-{route.shift_id}" in request.form:
            out.append(CrewNow(shift_id=route.shift_id, collector_ids=[]))
        minutes = request.form.get(f"late-{route.shift_id}", "").strip() or "0"
        if not minutes.isascii() or not minutes.isdigit() or int(minutes) > MOST_MINUTES:
            return None
        if int(minutes):
            late.append(HeldUp(shift_id=route.shift_id, free_at=now + timedelta(minutes=int(minutes))))
    return ReplanWire(held_up=late, crews=out)
