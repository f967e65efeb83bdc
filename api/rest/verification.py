"""Verifying letters: for everybody, and for the people at the hotline, who see more."""

import base64
from typing import Literal

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api import current
from api.access import allow, open_to_everyone
from api.access.guesses import refuse_more_guesses
from api.access.roles import STAFF
from api.rest.answers import TOKEN, Strict, answer, responses
from api.store.guesses import GuessKind
from api.store.letters import Bearer
from api.visiting import verifying
from api.visiting.verifying import Verified
from api.web.limits import GUESSES, LOOK_UPS, limited

verification_api = APIBlueprint("verification_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="verification")])
_OPEN = "It tells who may come with a letter that the caller holds; never to whom, and why."


class LetterNumber(Strict):
    """As printed, or as typed."""

    number: str = Field(max_length=100)


class ShortCode(Strict):
    """From the crew's phone."""

    code: str = Field(max_length=20)


class Person(BaseModel):
    """Somebody who may come."""

    name: str
    badge_number: str
    employer: str | None = None
    photo: str | None = Field(default=None, description="PNG or JPEG in Base64.")


class Verification(BaseModel):
    """Whether a letter is valid; everything else only of one that is."""

    valid: bool
    number: str | None = None
    day: str | None = None
    people: list[Person] = Field(default_factory=list)


class HotlineAnswer(BaseModel):
    """What the hotline may tell about a letter."""

    state: Literal["valid", "not_yet", "expired", "revoked", "unknown"]
    day: str | None = None
    people: list[Person] = Field(default_factory=list)


@verification_api.post(
    "/verifications/by-number",
    operation_id="verifyNumber",
    summary="Verify a letter by its number",
    responses=responses(Verification, 429),
)
@open_to_everyone(_OPEN)
@limited(LOOK_UPS, scope="verify-number")
def verify_number(body: LetterNumber) -> Response:
    """Wrong, early, old and void numbers get one and the same answer."""
    with current.database().reading(None, current.now()) as unit:
        found = verifying.by_number(unit, body.number)
    return answer(_verification(found))


@verification_api.post(
    "/verifications/by-code",
    operation_id="verifyCode",
    summary="Verify a crew by the code on its phone",
    responses=responses(Verification, 429),
)
@open_to_everyone(_OPEN)
@limited(GUESSES, scope="verify-code")
def verify_code(body: ShortCode) -> Response:
    """A code is good once, for ten minutes; five tries in ten minutes for one client."""
    with current.writing_for_everyone() as unit:
        refuse_more_guesses(unit, GuessKind.CODE)
        found = verifying.by_code(unit, body.code)
    return answer(_verification(found))


@verification_api.post(
    "/hotline-answers",
    operation_id="askHotline",
    summary="Look a letter up for somebody on the telephone",
    responses=responses(HotlineAnswer),
    security=TOKEN,
)
@allow(*STAFF)
def ask_hotline(body: LetterNumber) -> Response:
    """Says why a letter is not valid; each question is written down."""
    with current.writing() as unit:
        found = verifying.for_hotline(unit, body.number)
    day = None if found.day is None else found.day.isoformat()
    return answer(HotlineAnswer(state=found.state.value, day=day, people=[_person(one) for one in found.bearers]))


def _verification(found: Verified | None) -> Verification:
    if found is None:
        return Verification(valid=False)
    people = [_person(one) for one in found.bearers]
    return Verification(valid=True, number=found.number, day=found.day.isoformat(), people=people)


def _person(bearer: Bearer) -> Person:
    photo = None if bearer.photo is None else base64.b64encode(bearer.photo).decode()
    return Person(name=bearer.name, badge_number=bearer.badge_number, employer=bearer.employer, photo=photo)
