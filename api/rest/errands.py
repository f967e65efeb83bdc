"""`/api/v1/geocodings` and `/api/v1/purges`: what is asked for once and done as a job."""

from typing import Any

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.errors import ProblemDetails, Refusal
from api.jobs.purging import ask_for_purge
from api.rest.answers import ID_PATTERN, TOKEN, NoQuery, answer
from api.rest.cursors import Cursor, PageQuery, page_of
from api.rest.job_models import BranchId, JobPath, JobView
from api.rest.jobs import accepted, accepted_job, job_answer
from api.rest.responses import ONE, REFUSALS
from api.store import retention

_WHO_PLACES = (Role.DISPATCHER, Role.PLANNER, Role.ADMINISTRATOR)

errands_api = APIBlueprint("errands_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="jobs")])


class GeocodingRequest(BaseModel):
    """Look for the places of a branch that have no point."""

    model_config = ConfigDict(extra="forbid")

    branch_id: BranchId | None = None


class PlaceAnswer(BaseModel):
    """What became of one place."""

    place_id: str = Field(pattern=ID_PATTERN)
    result: str = Field(description="found, a code of docs/geocoding.md, or changed_meanwhile.")


class GeocodingAnswer(BaseModel):
    """What became of the places that were asked for."""

    provider: str
    places: list[PlaceAnswer]


class PurgeRequest(BaseModel):
    """Nothing is to be said: what is kept for how long stands in the rules of keeping."""

    model_config = ConfigDict(extra="forbid")


class PurgeItem(BaseModel):
    """A certificate of deletion."""

    id: str = Field(pattern=ID_PATTERN)
    purged_at: str = Field(json_schema_extra={"format": "date-time"})
    certificate: dict[str, Any] = Field(description="Rows by rule of keeping; `sha256` is the hash of all else.")


class PurgeList(BaseModel):
    """The newest first."""

    purges: list[PurgeItem]
    next_cursor: str | None


@errands_api.post(
    "/geocodings",
    operation_id="createGeocoding",
    summary="Look for places without a point",
    responses=REFUSALS | {202: JobView},
    security=TOKEN,
)
@allow(*_WHO_PLACES)
def create_geocoding(body: GeocodingRequest) -> Response:
    """Asks the operator's geocoder for each address once; without one the job fails with `geocoder_off`."""
    with current.writing() as unit:
        return accepted(unit, "geocode", {}, branch_id=body.branch_id)


@errands_api.get(
    "/geocodings/<job_id>",
    operation_id="getGeocoding",
    summary="Get what became of places without a point",
    responses=ONE | {200: GeocodingAnswer, 409: ProblemDetails},
    security=TOKEN,
)
@allow(*_WHO_PLACES)
def get_geocoding(path: JobPath, query: NoQuery) -> Response:
    """By place; no address."""
    return job_answer(path.job_id, "geocode", "geocoding")


@errands_api.post(
    "/purges",
    operation_id="createPurge",
    summary="Delete what may no longer be kept",
    responses=REFUSALS | {202: JobView},
    security=TOKEN,
)
@allow(Role.ADMINISTRATOR)
def create_purge(body: PurgeRequest) -> Response:
    """Of the whole lender, as every night. A purge that waits or runs already is the answer."""
    with current.writing() as unit:
        job_id = ask_for_purge(unit)
        if job_id is None:
            raise Refusal(422, "branch_required", "The lender has no branch yet.")
        return accepted_job(unit, job_id)


@errands_api.get(
    "/purges",
    operation_id="listPurges",
    summary="List certificates of deletion",
    responses=REFUSALS | {200: PurgeList},
    security=TOKEN,
)
@allow(Role.ADMINISTRATOR, Role.COMPLIANCE)
def list_purges(query: PageQuery) -> Response:
    """The newest first; a purge that found nothing has none."""
    cursor = Cursor.read(query.cursor, 2)
    after = None if cursor is None else (cursor.moment(0), cursor.parts[1])
    with current.database().reading(actor().scope, current.now()) as unit:
        found = retention.certificates(unit, after=after, most=query.limit + 1)
    shown, last = page_of(found, query.limit)
    following = None if last is None else Cursor((last.purged_at.isoformat(), last.id)).written
    items = [PurgeItem(id=one.id, purged_at=one.purged_at.isoformat(), certificate=dict(one.content)) for one in shown]
    return answer(PurgeList(purges=items, next_cursor=following))
