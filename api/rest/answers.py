"""What all operations share: how they answer, what they may refuse, and how callers say who they are."""

from http import HTTPStatus
from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict

from api.errors import ProblemDetails
from api.rest.preconditions import etag_of

TOKEN: list[dict[str, list[str]]] = [{"token": []}]
ID_PATTERN = r"^[A-Za-z0-9._:-]{1,64}$"


class Strict(BaseModel):
    """What callers send: an unknown key is refused rather than passed over."""

    model_config = ConfigDict(extra="forbid")


class NoQuery(Strict):
    """No filters, and unknown ones are refused."""


def responses(answer: Any, *refusals: int, status: int = 200) -> dict[Any, Any]:
    """The answers of an operation, with the refusals that every operation has."""
    always = (401, 403, 421, 422)
    return {status: answer} | {code: ProblemDetails for code in sorted({*always, *refusals})}


def answer(model: BaseModel, status: int = HTTPStatus.OK, *, rev: int | None = None) -> Response:
    """A model as JSON, with the entity tag of its revision."""
    response = Response(model.model_dump_json(), status=status, content_type="application/json")
    if rev is not None:
        response.set_etag(etag_of(rev))
    return response


def nothing() -> Response:
    """Done, and there is nothing to tell."""
    return Response(status=HTTPStatus.NO_CONTENT)
