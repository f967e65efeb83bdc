"""What operations on users, keys and requests share: pages of lists, and what is refused."""

import datetime
import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from api.errors import ProblemDetails
from api.rest.answers import Strict

ID_PATTERN = r"^[0-9a-f]{32}$"
# One line without control characters; PostgreSQL keeps no NUL.
PLAIN_PATTERN = r"^[^\x00-\x1f\x7f]*$"
type Answers = dict[int | str, type[BaseModel] | dict[Any, Any] | None]


def _plain_day(value: object) -> object:
    """Only `2026-12-01`: pydantic would take seconds since 1970 and moments for days too."""
    if not isinstance(value, str) or re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII) is None:
        raise PydanticCustomError("date_format", "a day is written like 2026-12-01")
    return value


type Day = Annotated[datetime.date, BeforeValidator(_plain_day)]


class HasId(Protocol):
    """What a list holds."""

    @property
    def id(self) -> str:
        """Random, and what the list is sorted by."""
        ...


class ListQuery(Strict):
    """Which part of a list."""

    limit: int = Field(default=50, ge=1, le=200, description="How many at most.")
    after: str | None = Field(default=None, pattern=ID_PATTERN, description="The `next` of the part before.")


def problems(*statuses: HTTPStatus) -> Answers:
    """What an operation for people who are signed in answers when it does not do what was asked."""
    always = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.MISDIRECTED_REQUEST)
    return {int(status): ProblemDetails for status in (*always, *statuses)}


def next_after(entries: Sequence[HasId], limit: int) -> str | None:
    """What the next part begins after; None when this may be the last one."""
    return entries[-1].id if len(entries) == limit else None
