"""`/api/v1/weeks`: having a week planned, and reading what came of it."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.errors import ProblemDetails, Refusal
from api.jobs.weeks import KIND, MOST_DAYS, NIGHTLY_SECONDS
from api.rest.answers import ID_PATTERN, TOKEN, NoQuery, answer
from api.rest.job_models import BranchId, Day, JobPath, JobView, Seconds
from api.rest.jobs import accepted, refuse_too_long
from api.rest.responses import ONE, REFUSALS
from api.store import jobs
from api.store.jobs import Figures
from api.visiting.weeks import week_of

_PLANNERS = (Role.DISPATCHER, Role.PLANNER)

weeks_api = APIBlueprint("weeks_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="jobs")])


class WeekRequest(BaseModel):
    """Plan the stored days from one on together; each free day gets a draft."""

    model_config = ConfigDict(extra="forbid")

    day: Day
    days: int = Field(default=MOST_DAYS, ge=1, le=MOST_DAYS, strict=True, description="How many, that day included.")
    seconds: Seconds = NIGHTLY_SECONDS
    branch_id: BranchId | None = None


class WeekDayView(BaseModel):
    """A day of a planned week."""

    day: str = Field(json_schema_extra={"format": "date"})
    firm: bool = Field(description="Nothing new can be announced in time for it; what was published stands.")
    plan_id: str | None = Field(description="The draft, or on a firm day the plan that people follow.")


class WeekView(BaseModel):
    """What a week came to."""

    job_id: str = Field(pattern=ID_PATTERN)
    visits: int
    unassigned: int = Field(description="Visits that no day has.")
    days: list[WeekDayView]


@weeks_api.post(
    "/weeks",
    operation_id="createWeek",
    summary="Have a week planned",
    responses=REFUSALS | {202: JobView},
    security=TOKEN,
)
@allow(*_PLANNERS)
def create_week(body: WeekRequest) -> Response:
    """Days without shifts are left out."""
    refuse_too_long(body.seconds)
    with current.writing() as unit:
        arguments: Figures = {"day": body.day, "days": body.days, "seconds": body.seconds, "seed": 0}
        return accepted(unit, KIND, arguments, branch_id=body.branch_id)


@weeks_api.get(
    "/weeks/<job_id>",
    operation_id="getWeek",
    summary="Get a planned week",
    responses=ONE | {200: WeekView, 409: ProblemDetails},
    security=TOKEN,
)
@allow(*STAFF)
def get_week(path: JobPath, query: NoQuery) -> Response:
    """By day; the plans themselves are read one by one."""
    with current.database().reading(actor().scope, current.now()) as unit:
        job = jobs.get(unit, path.job_id)
    if job is None or job.kind != KIND:
        raise Refusal(404, "not_found", "There is no such week.")
    week = week_of(job)
    if week is None:
        raise Refusal(409, "job_unfinished", "The week is not planned.")
    days = [WeekDayView(day=one.day.isoformat(), firm=one.is_firm, plan_id=one.plan_id) for one in week.days]
    return answer(WeekView(job_id=job.id, visits=week.visits, unassigned=week.unassigned, days=days))
