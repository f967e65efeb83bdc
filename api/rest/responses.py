"""What operations of the lender's data have in common."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError
from werkzeug.exceptions import NotFound, UnprocessableEntity

from api import current
from api.access.policy import actor
from api.errors import ProblemDetails, Refusal
from api.rest.answers import Strict
from api.store import Unit
from api.store.branches import has_branch, only_branch, scope_of
from api.store.scope import Scope
from scheduler.domain.errors import Fault, InvalidInput

type Responses = dict[str | int | HTTPStatus, type[BaseModel] | dict[Any, Any] | None]

REFUSALS: Responses = {401: ProblemDetails, 403: ProblemDetails, 421: ProblemDetails, 422: ProblemDetails}
ONE: Responses = REFUSALS | {404: ProblemDetails}
CHANGED: Responses = ONE | {409: ProblemDetails, 412: ProblemDetails, 428: ProblemDetails}


class Exact(Strict):
    """What a caller sends, of which nothing is taken for what it is not."""

    model_config = ConfigDict(strict=True)


def _day_text(value: object) -> object:
    # Otherwise numbers and moments would be taken for days.
    if not isinstance(value, str) or len(value) != len("2026-12-01"):
        raise PydanticCustomError("date_format", "write the day as 2026-12-01")
    return value


type Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$")]
type DayText = Annotated[
    str,
    BeforeValidator(_day_text),
    Field(description="A local day, as 2026-12-01.", json_schema_extra={"format": "date"}),
]


def missing(what: str) -> NotFound:
    """The answer for what is not there, or not the caller's; both are the same."""
    return NotFound(f"There is no {what} of this id.")


def there[Thing](thing: Thing | None, what: str) -> Thing:
    """A thing that was looked up.

    Raises:
        NotFound: It is not there, or not the caller's.
    """
    if thing is None:
        raise missing(what)
    return thing


def scope_of_branch(code: str | None) -> Scope:
    """The caller's scope, narrowed to one branch, for what has to belong to one.

    Raises:
        InvalidInput: No branch of the caller has this code, or none is named and there are several.
    """
    with current.database().reading(actor().scope, current.now()) as unit:
        found = scope_of(unit, code)
    if found is not None:
        return found
    sentence = "There is no such branch." if code else "Name the branch: there are several."
    sentence_zh = "没有这个分支机构。" if code else "请指明分支机构：有多个。"
    known = "ref_unknown" if code else "field_required"
    raise InvalidInput([Fault(where="/branch", code=known, message=sentence, message_zh=sentence_zh)])


def one_branch(unit: Unit, branch_id: str | None) -> str:
    """The branch that a request names by its id, or the only one that the caller sees.

    Raises:
        Refusal: 422 for an unknown branch, or for none where there are several.
    """
    if branch_id is not None and not has_branch(unit, branch_id):
        raise Refusal(422, "ref_unknown", "There is no branch of this id.")
    found = branch_id or only_branch(unit)
    if found is None:
        raise Refusal(422, "branch_required", "You see several branches: name one with branch_id.")
    return found


def parsed_day(text: str) -> date:
    """A local day of a request.

    Raises:
        UnprocessableEntity: The calendar has no such day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UnprocessableEntity("The calendar has no such day; write it as 2026-12-01.") from error


def without_nothing(values: Mapping[str, str | None]) -> dict[str, str]:
    """The cells that were given."""
    return {key: value for key, value in values.items() if value is not None}
