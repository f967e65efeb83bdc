"""`/api/v1/reveals`: what lists show masked, in full, to who says why."""

from enum import StrEnum
from http import HTTPStatus

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field
from werkzeug.exceptions import NotFound

from api import current
from api.access import Role, allow
from api.rest.answers import TOKEN, Strict, answer
from api.rest.daily_limits import refuse_beyond
from api.rest.lists import problems
from api.store import reveals

A_DAY = 50


class RevealReason(StrEnum):
    """Why somebody must see it; a closed list, so that no person's text comes into the audit trail."""

    CONTACT = "contact"
    VISIT_PREPARATION = "visit_preparation"
    WRONG_ADDRESS = "wrong_address"
    COMPLAINT = "complaint"
    AUDIT = "audit"


class NewReveal(Strict):
    """What shall be shown."""

    subject: str = Field(pattern="^(case|place):[0-9a-f]{32}$", description="`case:ID` or `place:ID`.")
    reason: RevealReason = Field(description="Why.")


class RevealedText(BaseModel):
    """What is known; keys that do not belong to the subject are null."""

    subject: str = Field(description="As it was asked for.")
    name: str | None = Field(description="Whom the case is about.")
    phone: str | None = Field(description="The number.")
    address: str | None = Field(description="Where the place is.")


reveals_api = APIBlueprint("reveals_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="people")])


@reveals_api.post(
    "/reveals",
    operation_id="reveal",
    summary="Show a masked text",
    responses={200: RevealedText, **problems(HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS)},
    security=TOKEN,
)
@allow(Role.DISPATCHER, Role.COMPLIANCE)
def reveal(body: NewReveal) -> Response:
    """Each answer leaves one line in the audit trail; there are 50 a day for one user."""
    kind, _, subject_id = body.subject.partition(":")
    with current.writing() as unit:
        refuse_beyond(unit, A_DAY, f"{A_DAY} texts a day are shown to one user.", reveals.ACTION)
        found = (reveals.case_text if kind == "case" else reveals.place_text)(unit, subject_id)
        if found is None:
            raise NotFound(f"There is no {kind} of this id.")
        reveals.note(unit, body.subject, body.reason)
    return answer(RevealedText(subject=body.subject, name=found.name, phone=found.phone, address=found.address))
