"""Pages of long lists: a cursor is opaque to the caller, and names the last row that a page showed."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field
from werkzeug.exceptions import UnprocessableEntity

from api.rest.answers import Strict

MOST_ON_A_PAGE = 200
USUAL_ON_A_PAGE = 50
_MOST_SIGNS = 400
_MOST_DIGITS = 10
_LARGEST = 2**31 - 1


type CursorText = Annotated[str, Field(description="`next_cursor` of the page before.", max_length=_MOST_SIGNS)]
type PageSize = Annotated[int, Field(description="Rows on a page.", ge=1, le=MOST_ON_A_PAGE)]


class PageQuery(Strict):
    """Which part of a list."""

    cursor: CursorText | None = None
    limit: PageSize = USUAL_ON_A_PAGE


@dataclass(frozen=True, slots=True)
class Cursor:
    """The values by which a list is ordered, of the last row that was shown."""

    parts: tuple[str, ...]

    @classmethod
    def read(cls, text: str | None, count: int) -> "Cursor | None":
        """What `written` wrote; None for the first page.

        Args:
            text: As the caller sent it.
            count: Of values.

        Raises:
            UnprocessableEntity: It is none of ours.
        """
        if text is None:
            return None
        try:
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        except (binascii.Error, ValueError, RecursionError):
            parts = None
        if isinstance(parts, list) and len(parts) == count and all(map(_is_plain, parts)):
            return cls(tuple(parts))
        raise _foreign()

    @property
    def written(self) -> str:
        """For the caller."""
        return base64.urlsafe_b64encode(json.dumps(self.parts).encode()).decode().rstrip("=")

    def number(self, index: int) -> int:
        """A value that is a whole number.

        Raises:
            UnprocessableEntity: It is none.
        """
        part = self.parts[index]
        if not (part.isascii() and part.isdigit() and len(part) <= _MOST_DIGITS and int(part) <= _LARGEST):
            raise _foreign()
        return int(part)

    def moment(self, index: int) -> datetime:
        """A value that is a moment.

        Raises:
            UnprocessableEntity: It is none.
        """
        try:
            moment = datetime.fromisoformat(self.parts[index])
        except ValueError as error:
            raise _foreign() from error
        if moment.tzinfo is None:
            raise _foreign()
        return moment


def page_of[Item](found: Sequence[Item], limit: int) -> tuple[Sequence[Item], Item | None]:
    """The rows of a page, and the last of them when there are more.

    Args:
        found: One row more than a page has, where there is one.
        limit: Of the page.
    """
    shown = found[:limit]
    return shown, shown[-1] if len(found) > limit else None


def _is_plain(part: object) -> bool:
    return isinstance(part, str) and part.isascii() and part.isprintable()


def _foreign() -> UnprocessableEntity:
    return UnprocessableEntity("The cursor is none that a page of this list gave.")
