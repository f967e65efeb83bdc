"""What all operations share: how they answer, what they may refuse, and how callers say who they are."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import Annotated, Any, Literal

from flask import Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict

from api import current
from api.access.policy import actor
from api.errors import ProblemDetails
from api.rest.preconditions import with_etag
from api.store import Scope, cases, plans

TOKEN: list[dict[str, list[str]]] = [{"token": []}]
ID_PATTERN = r"^[A-Za-z0-9._:-]{1,64}$"


def _of_our_time(moment: datetime) -> datetime:
    """Refuse moments that no plan has, before somebody adds to them or subtracts from them."""
    if not 2000 <= moment.year <= 2100:
        raise ValueError("the year is not between 2000 and 2100")
    return moment.astimezone(UTC)


type Language = Literal["zh-CN", "en"]
type Moment = Annotated[AwareDatetime, AfterValidator(_of_our_time)]


class Strict(BaseModel):
    """What callers send: an unknown key is refused rather than passed over."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def model_json_schema(cls, *given: Any, **named: Any) -> dict[str, Any]:
        """As pydantic makes it; flask-openapi3 asks for it, without arguments, at each call of a view with a query."""
        return super().model_json_schema(*given, **named) if given or named else _schema_of(cls)


@cache
def _schema_of(model: type[Strict]) -> dict[str, Any]:
    return super(Strict, model).model_json_schema()


class NoQuery(Strict):
    """No filters, and unknown ones are refused."""


def responses(answer: Any, *refusals: int, status: int = 200) -> dict[Any, Any]:
    """The answers of an operation, with the refusals that every operation has."""
    always = (401, 403, 421, 422)
    return {status: answer} | {code: ProblemDetails for code in sorted({*always, *refusals})}


def answer(
    model: BaseModel, status: int = HTTPStatus.OK, *, rev: int | None = None, location: str | None = None
) -> Response:
    """A model as JSON, with the entity tag of its revision, and where it is found."""
    response = Response(model.model_dump_json(), status=status, content_type="application/json")
    if rev is not None:
        with_etag(response, rev)
    if location is not None:
        response.headers["Location"] = location
    return response


def nothing() -> Response:
    """Done, and there is nothing to tell."""
    return Response(status=HTTPStatus.NO_CONTENT)


def scope_of_plan(plan_id: str | None) -> Scope:
    """What a change of a plan, or of what belongs to it, may touch: its branch, also for who sees all of them."""
    scope = actor().scope
    if scope.branch_id is not None or plan_id is None:
        return scope
    with current.database().reading(scope, current.now()) as unit:
        return replace(scope, branch_id=plans.branch_of(unit, plan_id))


def scope_of_case(case_id: str) -> Scope:
    """What a change of a case may touch: its branch, also for who sees all of them."""
    scope = actor().scope
    if scope.branch_id is not None:
        return scope
    with current.database().reading(scope, current.now()) as unit:
        return replace(scope, branch_id=cases.branch_of(unit, case_id))
