"""Publishing a plan and closing its day, each behind a page that says what will happen."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.rest.answers import scope_of_plan
from api.store import PlanEntry, PlanState, Unit, letters, notices, plans, stops
from api.visiting import publishing
from api.visiting.judging import judged
from api.web.board import opened
from api.web.board_view import BrokenLine, broken_lines
from api.web.day_view import day_view
from api.web.forms import SEE_OTHER, done
from api.web.language import page_language
from scheduler.domain.errors import NotNow, RulesBroken

publishing_page = Blueprint("publishing_page", __name__)
_STALE = "plan_stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """How many of each came to be, or went on from the plan of before."""

    routes: int
    visits: int
    letters: int
    notices: int


@publishing_page.get("/plans/<plan_id>/publish")
@allow(Role.DISPATCHER)
def show(plan_id: str) -> Response:
    """What publishing does, and the certificate that it rests on."""
    if _entry(plan_id).state.is_followed:
        return make_response(redirect(url_for("publishing_page.show_issued", plan_id=plan_id)))
    return _form(plan_id)


@publishing_page.post("/plans/<plan_id>/publish")
@allow(Role.DISPATCHER)
def publish(plan_id: str) -> Response:
    """Have the checker judge the plan once more, and let people follow it."""
    stored, networks = opened(plan_id), current.settings().road_networks
    scope, accept = scope_of_plan(plan_id), "accept_estimate" in request.form
    shown = _entry(plan_id)
    with current.database().reading(scope, current.now()) as unit:
        basis = publishing.judge_ahead(unit, shown, (PlanState.DRAFT, PlanState.CHECKED))
    verdict = None if basis is None else judged(basis, networks)  # there is one writer at a time
    try:
        with current.writing(scope) as unit:
            entry = _seen(unit, plan_id)
            if entry.state is PlanState.DRAFT:
                publishing.check(unit, plan_id, networks, None if verdict is None else verdict.broken_alone)
            publishing.publish(unit, plan_id, networks, accept_estimate=accept, verdict=verdict)
    except RulesBroken as refused:
        return _form(plan_id, broken=broken_lines(refused.violations, stored.texts, page_language()))
    except NotNow as refused:
        return _form(plan_id, why=refused.code)
    return make_response(redirect(url_for("publishing_page.show_issued", plan_id=plan_id), SEE_OTHER))


@publishing_page.get("/plans/<plan_id>/issued")
@allow(Role.DISPATCHER)
def show_issued(plan_id: str) -> str:
    """What was issued when the plan was published."""
    stored = opened(plan_id)
    with current.database().reading(actor().scope, current.now()) as unit:
        issued = Issued(
            routes=len(stops.routes_of(unit, plan_id)),
            visits=len(stops.of_plan(unit, plan_id)),
            letters=sum(one.revoked_at is None for one in letters.of_plan(unit, plan_id)),
            notices=len(notices.of_plan(unit, plan_id)),
        )
    return render_template("issued.html", plan_id=plan_id, plan=day_view(stored, page_language()), issued=issued)


@publishing_page.get("/plans/<plan_id>/close")
@allow(Role.DISPATCHER)
def show_close(plan_id: str) -> str:
    """What closing does."""
    return _close_form(plan_id)


@publishing_page.post("/plans/<plan_id>/close")
@allow(Role.DISPATCHER)
def close(plan_id: str) -> Response:
    """End the day of a plan."""
    opened(plan_id)
    try:
        with current.writing(scope_of_plan(plan_id)) as unit:
            _seen(unit, plan_id)
            publishing.close(unit, plan_id)
    except NotNow as refused:
        return make_response(_close_form(plan_id, why=refused.code), _status(refused.code))
    return done("board.show", "plan_closed", plan_id=plan_id)


def _seen(unit: Unit, plan_id: str) -> PlanEntry:
    """The plan, as the form that was sent has shown it.

    Raises:
        NotNow: Somebody changed its state meanwhile.
    """
    entry = plans.entry(unit, plan_id)
    if entry is None:
        abort(HTTPStatus.NOT_FOUND)
    if str(entry.rev) != request.form.get("rev"):
        raise NotNow(_STALE, "Somebody changed this plan meanwhile.")
    return entry


def _entry(plan_id: str) -> PlanEntry:
    with current.database().reading(actor().scope, current.now()) as unit:
        entry = plans.entry(unit, plan_id)
    if entry is None:
        abort(HTTPStatus.NOT_FOUND)
    return entry


def _form(plan_id: str, broken: tuple[BrokenLine, ...] = (), why: str | None = None) -> Response:
    stored = opened(plan_id)
    with current.database().reading(actor().scope, current.now()) as unit:
        followed = plans.in_force(unit, stored.day) if actor().scope.branch_id else None
    page = render_template(
        "publish.html",
        plan_id=plan_id,
        entry=_entry(plan_id),
        plan=day_view(stored, page_language()),
        followed=followed,
        broken=broken,
        why=why,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if broken else _status(why) if why else HTTPStatus.OK
    return make_response(page, status)


def _close_form(plan_id: str, why: str | None = None) -> str:
    stored = opened(plan_id)
    return render_template("close.html", plan_id=plan_id, entry=_entry(plan_id), day=stored.day, why=why)


def _status(why: str) -> HTTPStatus:
    return HTTPStatus.PRECONDITION_FAILED if why == _STALE else HTTPStatus.CONFLICT
