"""`/api/v1/plans/{plan_id}/letters`: the letters of authorization of a published plan."""

from datetime import datetime

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api import current
from api.access import allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.papers.verification import short_reference
from api.rest.answers import TOKEN, NoQuery, answer, responses
from api.rest.plan_models import PlanPath
from api.rest.responses import there
from api.store import letters, plans
from api.store.letters import Letter

letters_api = APIBlueprint("letters_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="visits")])


class LetterAnswer(BaseModel):
    """Who may be at a door, and until when; the number itself stands on paper alone."""

    reference: str = Field(description="The first two groups of its number, as the hotline and reports name it.")
    visit_id: str = Field(description="The visit's id in documents.")
    collector_ids: list[str]
    valid_from: datetime
    valid_until: datetime
    revoked_at: datetime | None = Field(description="From then on it does not hold; null while it may.")

    @classmethod
    def of(cls, one: Letter) -> "LetterAnswer":
        """From the store's."""
        return cls(
            reference=short_reference(one.number),
            visit_id=one.visit_code,
            collector_ids=list(one.collector_codes),
            valid_from=one.valid_from,
            valid_until=one.valid_until,
            revoked_at=one.revoked_at,
        )


class LetterList(BaseModel):
    """The letters of a plan."""

    letters: list[LetterAnswer]


@letters_api.get(
    "/plans/<plan_id>/letters",
    operation_id="listLetters",
    summary="List the letters of a plan",
    responses=responses(LetterList, 404),
    security=TOKEN,
)
@allow(*STAFF)
def list_letters(path: PlanPath, query: NoQuery) -> Response:
    """By visit, those that were revoked too."""
    with current.database().reading(actor().scope, current.now()) as unit:
        there(plans.entry(unit, path.plan_id), "plan")
        found = letters.of_plan(unit, path.plan_id)
    return answer(LetterList(letters=[LetterAnswer.of(one) for one in found]))
