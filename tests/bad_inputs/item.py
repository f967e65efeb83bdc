"""One input and what has to become of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.sheets import Sheet, as_csv, sheets

Content = Sheet | str | bytes


@dataclass(frozen=True, kw_only=True)
class Item:
    """Files, and the answer to them.

    Attributes:
        number: In the corpus.
        what: In a few words.
        files: Name of the table, or of the file -> its content.
        code: Of the mistake, None for what is let in; of the oddity where `is_odd`.
        row: Of the mistake.
        field: Of the mistake.
        file: Of the mistake.
        status: Of the answer.
        is_odd: Let in with a warning.
        alone: No other code may be there.
    """

    number: int
    what: str
    files: Mapping[str, Content]
    code: str | None
    row: int | None = None
    field: str | None = None
    file: str = ""
    status: int = 422
    is_odd: bool = False

    @property
    def id(self) -> str:
        """For the list of tests."""
        return f"{self.number}-{self.what}"


def cell(
    number: int,
    table: str,
    header: str,
    value: str,
    code: str | None,
    *,
    what: str = "",
    row: int = 2,
    status: int = 422,
    is_odd: bool = False,
    **others: str,
) -> Item:
    """Sound tables but for one cell, and for others of its row."""
    changed = sheets()
    changed[table][row - 2] |= {header: value} | others
    return Item(
        number=number,
        what=what or f"{header}={value[:20]}",
        files=changed,
        code=code,
        row=row,
        field=header,
        file=f"{table}.csv",
        status=status,
        is_odd=is_odd,
    )


def offices(
    number: int,
    what: str,
    content: Content,
    code: str | None,
    *,
    row: int | None = None,
    field: str | None = None,
    status: int = 422,
    is_odd: bool = False,
) -> Item:
    """The table offices by itself, which refers to no other."""
    return Item(
        number=number,
        what=what,
        files={"offices": content},
        code=code,
        row=row,
        field=field,
        file="offices.csv",
        status=status,
        is_odd=is_odd,
    )


def accepted(number: int, what: str, files: Mapping[str, Content]) -> Item:
    """What is let in without a word."""
    return Item(number=number, what=what, files=files, code=None)


OFFICES = as_csv(sheets()["offices"])
HEADER, ROW = OFFICES.splitlines()
