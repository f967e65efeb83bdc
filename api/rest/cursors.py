"""Where the next page of a list begins, as a word that callers hand back unread."""

import base64
import binascii
import json
from dataclasses import dataclass

from scheduler.domain.errors import Fault, InvalidInput

PAGE_SIZE = 50
MOST_ON_A_PAGE = 200


@dataclass(frozen=True, slots=True)
class Cursor:
    """The sort key of the last entry of the page before."""

    values: tuple[str, ...]

    def __str__(self) -> str:
        """The word."""
        return base64.urlsafe_b64encode(json.dumps(self.values).encode()).decode().rstrip("=")

    @classmethod
    def read(cls, word: str, count: int) -> "Cursor":
        """Read a word of ours with so many values.

        Raises:
            InvalidInput: It is none.
        """
        try:
            padded = word + "=" * (-len(word) % 4)
            values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        except (binascii.Error, ValueError):
            values = None
        if not isinstance(values, list) or len(values) != count or not all(isinstance(one, str) for one in values):
            message = "The cursor is not one that a list gave."
            raise InvalidInput([Fault(where="/cursor", code="bad_cursor", message=message)])
        return cls(tuple(values))
