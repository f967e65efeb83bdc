"""Plain text tables that stay straight with Chinese in them."""

import unicodedata
from collections.abc import Collection, Sequence
from datetime import timedelta

GAP = "  "


def display_width(text: str) -> int:
    """The columns that a terminal needs: two for wide characters, none for combining ones."""
    return sum(_columns(character) for character in text)


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> str:
    """Lines of a table with a rule under the header.

    Args:
        header: One title a column.
        rows: Cells, as many in each row as there are titles.
        right: The columns, from 0, that are flush right.
    """
    widths = [max(map(display_width, column)) for column in zip(header, *rows, strict=True)]
    rule = ["-" * width for width in widths]
    lines = [_line(cells, widths, right) for cells in (header, rule, *rows)]
    return "\n".join(lines)


def clock_hours(duration: timedelta, *, signed: bool = False) -> str:
    """Hours and minutes, rounded to the minute: `7:35`."""
    minutes = round(abs(duration) / timedelta(minutes=1))
    below = duration < timedelta() and minutes > 0
    sign = "-" if below else "+" if signed and minutes else ""
    return f"{sign}{minutes // 60}:{minutes % 60:02}"


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _line(cells: Sequence[str], widths: Sequence[int], right: Collection[int]) -> str:
    padded = []
    for column, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        space = " " * (width - display_width(cell))
        padded.append(space + cell if column in right else cell + space)
    return GAP.join(padded).rstrip()
