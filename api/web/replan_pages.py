"""Planning the rest of a running day: a dispatcher says what happened, and sees what would change before it holds."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, render_template, request

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.rest.answers import scope_of_plan
from api.rest.day_course import USUAL_SECONDS
from api.rest.jobs import asked_for
from api.store import StoredPlan, Unit
from api.visiting import replanning
from api.web.forms import FaultLine, done, fault_lines
from api.web.language import page_language
from api.web.replan_form import MOST_MINUTES, Typed, replan_form, said_by_form
from scheduler.domain.errors import InvalidInput, NotNow, UnknownId

replan_pages = Blueprint("replan_pages", __name__)
_FIELDS = {"crews": "replan_who", "added": "replan_added"}


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
    try:
        with current.database().reading(scope, current.now()) as unit:
            stored = _followed(unit, plan_id)
            said = said_by_form(unit, stored, request.form) if request.form.get("act") == "replan" else None
            if said is None:
                abort(HTTPStatus.UNPROCESSABLE_ENTITY)
            possible = replanning.as_it_is(unit, plan_id, said.wanted)
        replanning.refuse_impossible(possible)
    except InvalidInput as refused:
        lines = fault_lines(refused.faults, page_language(), _FIELDS)
        return _form(plan_id, request.form, lines, HTTPStatus.UNPROCESSABLE_ENTITY)
    with current.writing(scope) as unit:
        job_id = asked_for(
            unit,
            "replan",
            {"plan_id": plan_id, "seconds": USUAL_SECONDS, "seed": 0},
            branch_id=scope.branch_id,
            document=said.model_dump_json().encode(),
        )
    return done("planning_page.show", "replanning_begun", job_id=job_id)


def _form(
    plan_id: str, typed: Typed | None = None, faults: Sequence[FaultLine] = (), status: int = HTTPStatus.OK
) -> Response:
    with current.database().reading(actor().scope, current.now()) as unit:
        stored = _followed(unit, plan_id)
        form = replan_form(unit, stored, typed)
    page = render_template(
        "replan.html", plan_id=plan_id, day=stored.day, form=form, most_minutes=MOST_MINUTES, found=faults
    )
    return make_response(page, status)


def _followed(unit: Unit, plan_id: str) -> StoredPlan:
    try:
        return replanning.followed(unit, plan_id)
    except UnknownId:
        abort(HTTPStatus.NOT_FOUND)
    except NotNow:
        abort(HTTPStatus.CONFLICT)
