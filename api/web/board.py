"""The plan board: a plan's map and timeline side by side, changed by hand with the checker's verdict on each move."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.rest.answers import scope_of_plan
from api.store import PlanEntry, StoredPlan, plans
from api.visiting import changing
from api.web.audit_view import ChangeInWords, last_change_in_words
from api.web.board_draft import Turn, edits_in, turn_of
from api.web.board_view import TurnView, broken_lines, turn_view
from api.web.day_view import day_view
from api.web.fitting import fit_view
from api.web.forms import SEE_OTHER, done, fault_lines
from api.web.language import page_language
from api.web.seen import plan_for
from scheduler.domain.errors import InvalidInput, NotNow, RulesBroken
from scheduler.judging import Judge
from scheduler.planning import explain_visit

board = Blueprint("board", __name__)


class _Gaps(dict[str, str]):
    """A fact that is not known shows as a dash."""

    def __missing__(self, key: str) -> str:
        return "-"


@board.app_template_filter("filled")
def filled(sentence: str, parts: Mapping[str, str]) -> str:
    """A sentence with its facts."""
    return sentence.format_map(_Gaps({name: value for name, value in parts.items() if value}))


@board.get("/plans/<plan_id>/board")
@allow(Role.DISPATCHER)
def show(plan_id: str) -> str:
    """The board as the plan stands; it is judged when something is moved, and not before."""
    stored = opened(plan_id)
    return _page(stored, _at_rest(stored))


@board.post("/plans/<plan_id>/board")
@allow(Role.DISPATCHER)
def turn(plan_id: str) -> str:
    """Say what would come of a move; the draft goes back with the page, and nothing of it is kept."""
    stored = opened(plan_id)
    made = turn_of(request.form, _judge(stored), stored.staffed)
    if request.form.get("part"):
        view = turn_view(stored, made, page_language(), request.form.getlist("changed"))
        return render_template("board_turn.html", board=view, entry=_entry(plan_id), plan_id=plan_id)
    return _page(stored, turn_view(stored, made, page_language(), None))


@board.post("/plans/<plan_id>/board/save")
@allow(Role.DISPATCHER)
def save(plan_id: str) -> Response:
    """Make a new draft of the changes; the whole checker judges it once more."""
    stored, edits = opened(plan_id), edits_in(request.form)
    if not edits:
        return make_response(redirect(url_for("board.show", plan_id=plan_id), SEE_OTHER))
    language, networks, last = page_language(), current.settings().road_networks, None
    ahead = changing.made_ahead(stored, edits, networks)
    try:
        with current.writing(scope_of_plan(plan_id)) as unit:
            entry = plans.entry(unit, plan_id)
            if entry is not None and str(entry.rev) == request.form.get("rev"):
                changed = changing.change(unit, plan_id, edits, networks, ahead)
                return done("board.show", "plan_changed", plan_id=changed.entry.id)
            last = last_change_in_words(unit, f"plan:{plan_id}", language)
    except RulesBroken as refused:
        return _not_saved(stored, broken=broken_lines(refused.violations, stored.texts, language))
    except InvalidInput as bad:
        return _not_saved(stored, faults=fault_lines(bad.faults, language))
    except NotNow:
        return _not_saved(stored, is_closed=True)
    return _stale(stored, last)


@board.get("/plans/<plan_id>/visits/<visit_id>/fit")
@allow(Role.DISPATCHER)
def show_fit(plan_id: str, visit_id: str) -> str:
    """Why a visit is left out, and what would make it fit."""
    stored = opened(plan_id)
    visit = next((one for one in stored.staffed.visits if one.id == visit_id), None)
    if visit is None:
        abort(HTTPStatus.NOT_FOUND)
    found = explain_visit(stored.problem, visit_id, stored.plan, current.settings().road_networks)
    view = fit_view(found, visit, stored, page_language())
    return render_template("fit_part.html" if "part" in request.args else "fit.html", fit=view, plan_id=plan_id)


def opened(plan_id: str) -> StoredPlan:
    """A plan of the caller's, as a page asks for it."""
    stored = plan_for(actor(), plan_id)
    if stored is None:
        abort(HTTPStatus.NOT_FOUND)
    return stored


def _judge(stored: StoredPlan) -> Judge:
    return current.judges().of(stored, current.settings().road_networks)


def _at_rest(stored: StoredPlan) -> TurnView:
    return turn_view(stored, Turn.at_rest(stored), page_language(), None)


def _entry(plan_id: str) -> PlanEntry:
    with current.database().reading(actor().scope, current.now()) as unit:
        entry = plans.entry(unit, plan_id)
    if entry is None:
        abort(HTTPStatus.NOT_FOUND)
    return entry


def _page(stored: StoredPlan, view: TurnView, **more: object) -> str:
    with current.database().reading(actor().scope, current.now()) as unit:
        entries = plans.listed(unit, day=stored.day)
        followed = plans.in_force(unit, stored.day) if actor().scope.branch_id else None
    return render_template(
        "board.html",
        board=view,
        plan=day_view(stored, page_language()),
        plan_id=stored.id,
        entry=_entry(stored.id),
        entries=entries,
        followed=followed,
        **more,
    )


def _stale(stored: StoredPlan, last: ChangeInWords | None) -> Response:
    """Somebody else changed the state of the plan meanwhile: who, how and when, with the draft still there."""
    made = turn_of(request.form, _judge(stored), stored.staffed)
    view = turn_view(stored, made, page_language(), None)
    return make_response(_page(stored, view, stale=True, last_change=last), HTTPStatus.PRECONDITION_FAILED)


def _not_saved(stored: StoredPlan, **why: object) -> Response:
    made = turn_of({}, _judge(stored), stored.staffed)
    view = turn_view(stored, made, page_language(), None)
    return make_response(_page(stored, view, not_saved=why), HTTPStatus.UNPROCESSABLE_ENTITY)
