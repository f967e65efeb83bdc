"""`/api/v1/plans`: the stored plans."""

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.exceptions import NotFound

from api import current
from api.access import allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.errors import ProblemDetails
from api.store import PlanEntry, plans
from scheduler.documents.plan_wire import PlanWire
from scheduler.domain.travel import ESTIMATED_SOURCE

TOKEN: list[dict[str, list[str]]] = [{"token": []}]
_ID_PATTERN = r"^[A-Za-z0-9._:-]{1,64}$"


class PlanPath(BaseModel):
    """Where one plan stands."""

    plan_id: str = Field(description="The plan's id.")


class PlanListQuery(BaseModel):
    """No filters yet, and unknown ones are refused rather than ignored."""

    model_config = ConfigDict(extra="forbid")


class PlanListItem(BaseModel):
    """A line of the list of plans."""

    id: str = Field(description="The plan's id.", pattern=_ID_PATTERN)
    day: str = Field(description="The local day of the first shift.", json_schema_extra={"format": "date"})
    crews: int = Field(description="Crews with at least one visit.", ge=0)
    visits: int = Field(description="Visits on routes.", ge=0)
    unassigned: int = Field(description="Visits left out, each with a reason.", ge=0)
    travel_source: str = Field(description="great_circle (an estimate), matrix, or osrm:NETWORK.")
    estimated: bool = Field(description="Whether travel times are estimated from straight lines.")
    plan_sha256: str = Field(description="Of the Plan document without its certificate.", pattern="^[0-9a-f]{64}$")


class PlanList(BaseModel):
    """All stored plans, the latest day first and the newest of a day first."""

    plans: list[PlanListItem]


plans_api = APIBlueprint("plans_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="plans")])


@plans_api.get(
    "/plans",
    operation_id="listPlans",
    summary="List the stored plans",
    responses={200: PlanList, 401: ProblemDetails, 403: ProblemDetails, 421: ProblemDetails},
    security=TOKEN,
)
@allow(*STAFF)
def list_plans(query: PlanListQuery) -> Response:
    """The latest day first, the newest plan of a day first."""
    with current.database().reading(actor().scope, current.now()) as unit:
        items = [_item(entry) for entry in plans.listed(unit)]
    return _json(PlanList(plans=items).model_dump_json().encode())


@plans_api.get(
    "/plans/<plan_id>",
    operation_id="getPlan",
    summary="Get one plan",
    responses={
        200: PlanWire,
        304: {"description": "The plan is the one whose hash If-None-Match names."},
        401: ProblemDetails,
        403: ProblemDetails,
        404: ProblemDetails,
        421: ProblemDetails,
    },
    security=TOKEN,
)
@allow(*STAFF)
def get_plan(path: PlanPath) -> Response:
    """The Plan document: ids and times, no names and no addresses. Its ETag is plan_sha256."""
    with current.database().reading(actor().scope, current.now()) as unit:
        document = plans.document(unit, path.plan_id)
    if document is None:
        raise NotFound("There is no plan of this id.")
    response = _json(document.content)
    response.set_etag(document.plan_sha256)
    response.make_conditional(request)
    return response


def _json(content: bytes) -> Response:
    return Response(content, content_type="application/json")


def _item(entry: PlanEntry) -> PlanListItem:
    return PlanListItem(
        id=entry.id,
        day=entry.day.isoformat(),
        crews=entry.crews,
        visits=entry.visits,
        unassigned=entry.unassigned,
        travel_source=entry.travel_source,
        estimated=entry.travel_source == ESTIMATED_SOURCE,
        plan_sha256=entry.plan_sha256,
    )
