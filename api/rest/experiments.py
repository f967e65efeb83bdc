"""`/api/v1/experiments`: what if, on a branch's own data."""

from dataclasses import replace
from datetime import date

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from werkzeug.exceptions import NotFound

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.rest.answers import TOKEN, NoQuery, answer, nothing, responses
from api.rest.cursors import Cursor, PageQuery, page_of
from api.rest.experiment_models import (
    ExperimentChange,
    ExperimentList,
    ExperimentPath,
    ExperimentView,
    ExportQuery,
    NewExperiment,
    TablesAnswer,
    TablesQuery,
    TableView,
)
from api.rest.job_models import JobView
from api.rest.jobs import accepted_job
from api.rest.preconditions import require_last
from api.rest.responses import there
from api.store import Unit, experiments
from api.store.experiments import StoredExperiment
from api.what_if.asking import ask
from api.what_if.stored_results import StoredResults, results_of
from scheduler.domain.errors import InvalidInput

experiments_api = APIBlueprint("experiments_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="experiments")])
_A_FILE = {"description": "The file.", "content": {"application/octet-stream": {"schema": {"type": "string"}}}}
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
}


@experiments_api.post(
    "/experiments",
    operation_id="createExperiment",
    summary="Ask for a simulation of a stored day",
    responses=responses(JobView, 429, status=202),
    security=TOKEN,
)
@allow(Role.PLANNER)
def create_experiment(body: NewExperiment) -> Response:
    """The answer is a job, whose `arguments` name the experiment. No plan that is simulated can be published."""
    try:
        _, job_id = ask(
            date.fromisoformat(body.day),
            body.experiment,
            note=body.note,
            branch_id=body.branch_id,
            past=body.past_days,
        )
    except InvalidInput as refused:
        raise InvalidInput([replace(one, where=_placed(one.where)) for one in refused.faults]) from None
    with current.writing() as unit:
        return accepted_job(unit, job_id)


@experiments_api.get(
    "/experiments",
    operation_id="listExperiments",
    summary="List experiments",
    responses=responses(ExperimentList),
    security=TOKEN,
)
@allow(Role.PLANNER)
def list_experiments(query: PageQuery) -> Response:
    """The newest first."""
    cursor = Cursor.read(query.cursor, 2)
    after = None if cursor is None else (cursor.moment(0), cursor.parts[1])
    with current.database().reading(actor().scope, current.now()) as unit:
        found = experiments.listed(unit, after=after, most=query.limit + 1)
    shown, last = page_of(found, query.limit)
    following = None if last is None else Cursor((last.made_at.isoformat(), last.id)).written
    return answer(ExperimentList(experiments=[ExperimentView.of(one) for one in shown], next_cursor=following))


@experiments_api.get(
    "/experiments/<experiment_id>",
    operation_id="getExperiment",
    summary="Get one experiment",
    responses=responses(ExperimentView, 404),
    security=TOKEN,
)
@allow(Role.PLANNER)
def get_experiment(path: ExperimentPath, query: NoQuery) -> Response:
    """Its ETag is for changing it."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = _known(unit, path.experiment_id)
    return answer(ExperimentView.of(found), rev=found.rev)


@experiments_api.patch(
    "/experiments/<experiment_id>",
    operation_id="changeExperiment",
    summary="Write something else about an experiment",
    responses=responses(ExperimentView, 404, 412, 428),
    security=TOKEN,
)
@allow(Role.PLANNER)
def change_experiment(path: ExperimentPath, body: ExperimentChange) -> Response:
    """Only the note changes: what was asked and what it came to stay."""
    with current.writing() as unit:
        found = _known(unit, path.experiment_id)
        require_last(unit, found.rev, f"experiment:{found.id}")
        experiments.set_note(unit, found.id, body.note)
        changed = _known(unit, found.id)
    return answer(ExperimentView.of(changed), rev=changed.rev)


@experiments_api.delete(
    "/experiments/<experiment_id>",
    operation_id="deleteExperiment",
    summary="Delete an experiment and its results",
    responses=responses({"description": "It is gone."}, 404, 412, 428, status=204),
    security=TOKEN,
)
@allow(Role.PLANNER)
def delete_experiment(path: ExperimentPath) -> Response:
    """One that is being simulated is stopped."""
    with current.writing() as unit:
        found = _known(unit, path.experiment_id)
        require_last(unit, found.rev, f"experiment:{found.id}")
        experiments.remove(unit, found.id)
    return nothing()


@experiments_api.get(
    "/experiments/<experiment_id>/tables",
    operation_id="getExperimentTables",
    summary="Get what an experiment came to, as tables",
    responses=responses(TablesAnswer, 404, 409),
    security=TOKEN,
)
@allow(Role.PLANNER)
def get_experiment_tables(path: ExperimentPath, query: TablesQuery) -> Response:
    """The answers first; cells with fewer than five visits behind them are null."""
    found = _results(path.experiment_id, query.language)
    return answer(TablesAnswer(tables=[TableView.of(one) for one in found.tables]))


@experiments_api.get(
    "/experiments/<experiment_id>/export",
    operation_id="exportExperiment",
    summary="Get what an experiment came to, as a file",
    responses=responses(_A_FILE, 404, 409),
    security=TOKEN,
)
@allow(Role.PLANNER)
def export_experiment(path: ExperimentPath, query: ExportQuery) -> Response:
    """One table as CSV, all as XLSX, or the report, an HTML file that asks no network for anything."""
    return experiment_file(_results(path.experiment_id, query.language), query.format, query.table)


def experiment_file(found: StoredResults, file_format: str, table_name: str) -> Response:
    """A file to keep.

    Raises:
        NotFound: There is no such table.
    """
    if file_format == "csv":
        table = found.table(table_name)
        if table is None:
            raise NotFound("There is no such table.")
        content, name = table.csv(), table.name
    else:
        content = found.workbook() if file_format == "xlsx" else found.report().encode()
        name = "results" if file_format == "xlsx" else "report"
    response = Response(content, content_type=CONTENT_TYPES[file_format])
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{file_format}")
    return response


def _results(experiment_id: str, language: str) -> StoredResults:
    with current.database().reading(actor().scope, current.now()) as unit:
        return results_of(unit, _known(unit, experiment_id), language)


def _known(unit: Unit, experiment_id: str) -> StoredExperiment:
    return there(experiments.get(unit, experiment_id), "experiment")


def _placed(where: str) -> str:
    """A pointer into the document as one into the request."""
    return where if where == "/day" else f"/experiment{where}"
