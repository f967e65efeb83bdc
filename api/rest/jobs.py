"""`/api/v1/jobs`, and `/api/v1/plans:compute`: work that goes on after the answer."""

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from werkzeug.exceptions import NotFound

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.errors import ProblemDetails, Refusal
from api.rest.answers import TOKEN
from api.rest.bodies import JSON, LONGEST_BODY, document_of, takes
from api.rest.documentation import document_body
from api.rest.job_models import (
    ComputeQuery,
    JobList,
    JobListQuery,
    JobPath,
    JobView,
    PlanJobRequest,
    view_of,
)
from api.rest.responses import missing, one_branch
from api.store import Unit, jobs, plans
from api.store.jobs import Figures, Job, JobState
from scheduler.documents import read_problem
from scheduler.documents.plan_wire import PlanWire
from scheduler.documents.problem_wire import ProblemWire
from scheduler.domain.problem import Problem

_PLANNERS = (Role.DISPATCHER, Role.PLANNER)
_RETRY_SECONDS = 1
_OF_PLANS = ("compute", "plan", "replan")

jobs_api = APIBlueprint("jobs_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="jobs")])


def accepted(
    unit: Unit, kind: str, arguments: Figures, *, branch_id: str | None = None, document: bytes | None = None
) -> Response:
    """Ask for a job, and answer 202 with where it stands; see `asked_for`."""
    return accepted_job(unit, asked_for(unit, kind, arguments, branch_id=branch_id, document=document))


def accepted_job(unit: Unit, job_id: str) -> Response:
    """The answer 202 with where a job stands."""
    response = _answer(jobs.get(unit, job_id), status=202)
    response.headers["Location"] = f"/api/v1/jobs/{job_id}"
    return response


def asked_for(
    unit: Unit, kind: str, arguments: Figures, *, branch_id: str | None = None, document: bytes | None = None
) -> str:
    """Ask for a job.

    Args:
        unit: Of this request (`current.writing`).
        kind: One of `api.jobs.KINDS`.
        arguments: Ids and numbers.
        branch_id: Whose job it is; None where the scope knows.
        document: What it works on.

    Returns:
        The job's id.

    Raises:
        Refusal: 422 for an unknown branch or none, 429 where the lender has too many jobs waiting.
    """
    branch_id = one_branch(unit, branch_id)
    if jobs.open_count(unit) >= current.settings().queue_length:
        raise Refusal(429, "queue_full", "Too many jobs wait or run; ask again when some have ended.")
    return jobs.submit(unit, kind, arguments, branch_id=branch_id, document=document)


@jobs_api.post(
    "/plans:compute",
    operation_id="computePlan",
    summary="Plan a Problem document",
    responses={202: JobView},
    security=TOKEN,
    openapi_extensions=document_body(jobs_api, ProblemWire),
)
@allow(*_PLANNERS)
@takes(JSON, most_bytes=LONGEST_BODY)
def compute_plan(query: ComputeQuery) -> Response:
    """The job's result is a Plan document; neither document stays with the service longer than the job."""
    problem = document_of(read_problem)
    _refuse_nothing_to_plan(problem)
    refuse_too_long(query.seconds)
    with current.writing() as unit:
        arguments: Figures = {"seconds": query.seconds, "seed": query.seed}
        return accepted(unit, "compute", arguments, branch_id=query.branch_id, document=request.get_data())


@jobs_api.post(
    "/jobs",
    operation_id="createJob",
    summary="Ask for a job",
    responses={202: JobView},
    security=TOKEN,
)
@allow(*_PLANNERS)
def create_job(body: PlanJobRequest) -> Response:
    """Plan a stored day: the plan becomes a draft, whose id stands in the job's result."""
    refuse_too_long(body.seconds)
    arguments: dict[str, str | int] = {"day": body.day, "seconds": body.seconds, "seed": body.seed}
    if body.rule_packs is not None:
        arguments["rule_packs"] = ",".join(body.rule_packs)
    with current.writing() as unit:
        return accepted(unit, "plan", arguments, branch_id=body.branch_id)


@jobs_api.get(
    "/jobs",
    operation_id="listJobs",
    summary="List jobs",
    responses={200: JobList},
    security=TOKEN,
)
@allow(*STAFF)
def list_jobs(query: JobListQuery) -> Response:
    """The newest first."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = jobs.listed(unit, state=query.state, kind=query.kind, after=query.after, limit=query.limit + 1)
    page = found[: query.limit]
    following = page[-1].id if len(found) > query.limit else None
    document = JobList(jobs=[view_of(job) for job in page], next=following)
    return Response(document.model_dump_json(), content_type=JSON)


@jobs_api.get(
    "/jobs/<job_id>",
    operation_id="getJob",
    summary="Get one job",
    responses={
        200: JobView,
        304: {"description": "The job is as it was when If-None-Match was its ETag."},
        404: ProblemDetails,
    },
    security=TOKEN,
)
@allow(*STAFF)
def get_job(path: JobPath) -> Response:
    """How far it is."""
    with current.database().reading(actor().scope, current.now()) as unit:
        response = _answer(jobs.get(unit, path.job_id), status=200)
    response.make_conditional(request)
    return response


@jobs_api.get(
    "/jobs/<job_id>/result",
    operation_id="getJobResult",
    summary="Get the plan that a job made",
    responses={200: PlanWire, 404: ProblemDetails, 409: ProblemDetails},
    security=TOKEN,
)
@allow(*STAFF)
def get_job_result(path: JobPath) -> Response:
    """The Plan document."""
    with current.database().reading(actor().scope, current.now()) as unit:
        job = _found(jobs.get(unit, path.job_id))
        if job.kind not in _OF_PLANS:
            raise NotFound("The job makes no plan.")
        if not job.state.is_final:
            raise Refusal(409, "job_unfinished", "The job has not ended.")
        content = jobs.result_document(unit, job.id)
        stored = None if content or not job.result else plans.document(unit, str(job.result.get("plan_id")))
    if content is None and stored is None:
        raise NotFound("The job made no plan.")
    return Response(content if stored is None else stored.content, content_type=JSON)


@jobs_api.post(
    "/jobs/<job_id>/cancel",
    operation_id="cancelJob",
    summary="Ask a job to stop",
    responses={202: JobView, 404: ProblemDetails, 409: ProblemDetails},
    security=TOKEN,
)
@allow(*_PLANNERS, Role.ADMINISTRATOR)
def cancel_job(path: JobPath) -> Response:
    """A job that waits is cancelled at once; one that plans keeps the best plan so far, an import keeps nothing."""
    with current.writing() as unit:
        job = _found(jobs.get(unit, path.job_id))
        if job.state.is_final:
            raise Refusal(409, "job_finished", "The job has ended.")
        return _answer(jobs.ask_to_stop(unit, job.id), status=202)


def job_answer(job_id: str, kind: str, what: str) -> Response:
    """The document that a job of a kind was answered with.

    Args:
        job_id: The job.
        kind: Of the jobs that are meant; those of other kinds are not there.
        what: How one is called, for who asks for one that is not there.

    Raises:
        NotFound: There is none, or it ended without an answer.
        Refusal: 409 while it has not ended.
    """
    with current.database().reading(actor().scope, current.now()) as unit:
        job = jobs.get(unit, job_id)
        if job is None or job.kind != kind:
            raise missing(what)
        if not job.state.is_final:
            raise Refusal(409, "job_unfinished", "The job has not ended.")
        content = jobs.result_document(unit, job.id)
    if content is None:
        raise NotFound("The job ended before there was an answer.")
    return Response(content, content_type=JSON)


def _found(job: Job | None) -> Job:
    if job is None:
        raise NotFound("There is no job of this id.")
    return job


def _answer(job: Job | None, *, status: int) -> Response:
    job = _found(job)
    response = Response(view_of(job).model_dump_json(), status=status, content_type=JSON)
    response.set_etag(str(job.rev))
    if job.state in (JobState.QUEUED, JobState.RUNNING):
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response


def _refuse_nothing_to_plan(problem: Problem) -> None:
    if not problem.visits or not problem.collectors or not problem.working_windows:
        raise Refusal(422, "nothing_to_plan", "The problem has no visits, or nobody to make them.")


def refuse_too_long(seconds: int) -> None:
    """Refuse a search that is longer than the operator allows."""
    longest = current.settings().planning_seconds
    if seconds > longest:
        raise Refusal(422, "number_range", f"A search may take at most {longest} seconds here.")
