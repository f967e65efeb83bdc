"""The planner's pages: ask what if, watch it, read the answers, compare, note and take along."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.desk.days import today, wanted_day
from api.errors import Refusal
from api.rest.experiment_models import MOST_PAST_DAYS, MOST_SIGNS
from api.rest.experiments import CONTENT_TYPES, experiment_file
from api.rest.responses import scope_of_branch
from api.store import Unit, branches, experiments, jobs
from api.store.day_records import shifts_by_day
from api.store.experiments import StoredExperiment
from api.store.jobs import JobState
from api.web import what_if_form
from api.web.catalogue import texts_in
from api.web.forms import FaultLine, done, fault_lines
from api.web.language import page_language
from api.web.what_if_form import FIELDS, USUAL, Choices
from api.web.what_if_view import line_of, progress_of, results_shown, state_in_words
from api.what_if.asking import ask
from api.what_if.comparing import compared_figures, compared_inputs
from api.what_if.stored_results import StoredResults, results_of
from api.what_if.words import figure_name
from scheduler.domain.errors import InvalidInput

_MOST_LISTED = 50
_LIST, _ONE = "what_if_pages.list_experiments", "what_if_pages.show_experiment"
_NAMES = {field: f"what_if_{field}" for field in FIELDS}
what_if_pages = Blueprint("what_if_pages", __name__)


@what_if_pages.get("/what-if")
@allow(Role.PLANNER)
def list_experiments() -> str:
    """The newest first."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = experiments.listed(unit, after=None, most=_MOST_LISTED + 1)
    lines = [line_of(one, page_language()) for one in found[:_MOST_LISTED]]
    return render_template("what_if.html", lines=lines, most=_MOST_LISTED, is_cut=len(found) > _MOST_LISTED)


@what_if_pages.get("/what-if/new")
@allow(Role.PLANNER)
def new_experiment() -> Response:
    """The form, filled in so that it can be sent as it is."""
    return _form({})


@what_if_pages.post("/what-if")
@allow(Role.PLANNER)
def add_experiment() -> Response:
    """Ask for a simulation."""
    typed = {field: request.form.get(field, "").strip() for field in FIELDS}
    language = page_language()
    try:
        document = what_if_form.document_of(typed, language)
        branch_id = scope_of_branch(typed["branch"] or None).branch_id
        note = typed["note"][:MOST_SIGNS]
        past = what_if_form.past_of(typed, MOST_PAST_DAYS)
        day = wanted_day(typed["day"], "/day")
        experiment_id, _ = ask(day, document, note=note, branch_id=branch_id, past=past)
    except InvalidInput as refused:
        lines = fault_lines(refused.faults, language, _NAMES)
        return _form(typed, HTTPStatus.UNPROCESSABLE_ENTITY, lines)
    return done(_ONE, "experiment_begun", experiment_id=experiment_id)


@what_if_pages.get("/what-if/<experiment_id>")
@allow(Role.PLANNER)
def show_experiment(experiment_id: str) -> str:
    """How far it is, or what it came to; the page asks again each second until it has ended."""
    return render_template("experiment.html", **_shown(experiment_id))


@what_if_pages.get("/what-if/<experiment_id>/part")
@allow(Role.PLANNER)
def show_part(experiment_id: str) -> str:
    """The part of the page that changes."""
    return render_template("experiment_part.html", **_shown(experiment_id))


@what_if_pages.get("/what-if/<experiment_id>/compare")
@allow(Role.PLANNER)
def compare(experiment_id: str) -> str:
    """Scenarios beside one another: inputs above outputs."""
    stored, found = _results(experiment_id)
    results = found.run.scenarios
    chosen = set(request.args.getlist("scenario")) or {str(number) for number in range(1, min(5, len(results)))}
    some = [one for number, one in enumerate(results) if number == 0 or str(number) in chosen]
    hides_equal = "scenario" not in request.args or "hide" in request.args
    rows = compared_figures(some, found.language)
    return render_template(
        "experiment_compare.html",
        experiment=stored,
        names=[one.name for one in results],
        chosen=chosen,
        columns=[one.name for one in some],
        inputs=compared_inputs(some, found.language),
        rows=[row for row in rows if not (hides_equal and row.is_equal)],
        hides_equal=hides_equal,
    )


@what_if_pages.get("/what-if/<experiment_id>/files/<any(csv,xlsx,html):file_format>")
@allow(Role.PLANNER)
def take_along(experiment_id: str, file_format: str) -> Response:
    """Tables or the report as a file."""
    _, found = _results(experiment_id)
    return experiment_file(found, file_format, request.args.get("table", "scenarios"))


@what_if_pages.post("/what-if/<experiment_id>/stop")
@allow(Role.PLANNER)
def stop(experiment_id: str) -> Response:
    """Ask the simulation to stop."""
    with current.writing() as unit:
        jobs.ask_to_stop(unit, _known(unit, experiment_id).job.id)
    return done(_ONE, "experiment_stopping", experiment_id=experiment_id)


@what_if_pages.post("/what-if/<experiment_id>/note")
@allow(Role.PLANNER)
def note(experiment_id: str) -> Response:
    """Write something else about it; the last one who writes is right."""
    with current.writing() as unit:
        known = _known(unit, experiment_id)
        experiments.set_note(unit, known.id, request.form.get("note", "").strip()[:MOST_SIGNS])
    return done(_ONE, "experiment_noted", experiment_id=experiment_id)


@what_if_pages.post("/what-if/<experiment_id>/again")
@allow(Role.PLANNER)
def ask_again(experiment_id: str) -> Response:
    """The same with other luck: what holds must hold again."""
    with current.database().reading(actor().scope, current.now()) as unit:
        known = _known(unit, experiment_id)
        branch_id = known.job.scope.branch_id
    document = dict(known.document) | {"seed": int(known.document.get("seed", 1)) + 1}
    new_id, _ = ask(known.day, document, note=known.note, branch_id=branch_id)
    return done(_ONE, "experiment_begun", experiment_id=new_id)


@what_if_pages.post("/what-if/<experiment_id>/delete")
@allow(Role.PLANNER)
def delete(experiment_id: str) -> Response:
    """Delete it with its results."""
    with current.writing() as unit:
        experiments.remove(unit, _known(unit, experiment_id).id)
    return done(_LIST, "experiment_deleted")


def _form(typed: Mapping[str, str], status: HTTPStatus = HTTPStatus.OK, faults: tuple[FaultLine, ...] = ()) -> Response:
    with current.database().reading(actor().scope, current.now()) as unit:
        crews_by_day = shifts_by_day(unit)
        choices = what_if_form.choices_of(unit, branches.codes(unit))
    days = sorted(day for day in crews_by_day if day >= today()) or sorted(crews_by_day, reverse=True)
    first = _first_day(days, typed)
    usual = {**dict.fromkeys(FIELDS, ""), **USUAL}
    usual["crews"] = what_if_form.usual_crews(crews_by_day[first]) if first else ""
    page = render_template(
        "what_if_new.html",
        values=dict(typed) or usual,
        days=days,
        chosen_day=first,
        faults=faults,
        figures=[(name, figure_name(name, page_language())) for name in what_if_form.FIGURES],
        **_offered(choices),
    )
    return make_response(page, status)


def _first_day(days: list[date], typed: Mapping[str, str]) -> date | None:
    """The day that was chosen, else the next one on which somebody works."""
    asked = next((day for day in days if day.isoformat() == typed.get("day")), None)
    return asked or (days[0] if days else None)


def _offered(choices: Choices) -> dict[str, Any]:
    return {
        "choices": choices,
        "horizons": what_if_form.DAYS,
        "counts": what_if_form.REPLICATIONS,
        "budgets": what_if_form.BUDGETS,
        "plans": [(way, texts_in(page_language())[key]) for way, key in what_if_form.PLANS.items()],
    }


def _shown(experiment_id: str) -> dict[str, Any]:
    language = page_language()
    with current.database().reading(actor().scope, current.now()) as unit:
        stored = _known(unit, experiment_id)
        found = results_of(unit, stored, language) if stored.job.state is JobState.DONE else None
    return {
        "experiment": stored,
        "state": state_in_words(stored.job.state, language),
        "progress": None if stored.job.state.is_final else progress_of(stored, language),
        "is_stopping": stored.job.cancel_asked_at is not None and not stored.job.state.is_final,
        "results": None if found is None else results_shown(found),
        "formats": tuple(CONTENT_TYPES),
    }


def _results(experiment_id: str) -> tuple[StoredExperiment, StoredResults]:
    with current.database().reading(actor().scope, current.now()) as unit:
        stored = _known(unit, experiment_id)
        try:
            return stored, results_of(unit, stored, page_language())
        except Refusal:
            abort(HTTPStatus.NOT_FOUND)


def _known(unit: Unit, experiment_id: str) -> StoredExperiment:
    found = experiments.get(unit, experiment_id)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found
