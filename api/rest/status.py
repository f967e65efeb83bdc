"""`/api/v1/status`: how the service is, for everybody who works with it."""

from datetime import datetime

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api import current
from api.access import Role, allow
from api.rest.answers import TOKEN, NoQuery, answer, responses
from api.store.health import health

status_api = APIBlueprint("status_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="operation")])


class StatusAnswer(BaseModel):
    """What everybody should know who relies on what was kept."""

    restored_at: datetime | None = Field(description="When a backup was put in the place of the data; null for never.")
    restored_to: datetime | None = Field(description="The moment of that backup: what was kept later is lost.")
    oldest_queued_seconds: int = Field(description="How long the oldest job waits that nobody has begun.")


@status_api.get(
    "/status",
    operation_id="getStatus",
    summary="Get how the service is",
    responses=responses(StatusAnswer),
    security=TOKEN,
)
@allow(*Role)
def get_status(query: NoQuery) -> Response:
    """After a restore everybody sees to which moment, and does again what came later."""
    with current.database().reading(None, current.now()) as unit:
        found = health(unit)
    return answer(
        StatusAnswer(
            restored_at=found.restored_at,
            restored_to=found.restored_to,
            oldest_queued_seconds=int(found.oldest_queued.total_seconds()),
        )
    )
