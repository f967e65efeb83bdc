"""Texts that a spreadsheet would run."""

# What makes a spreadsheet read a cell as a formula, with the full-width forms that East Asian versions accept too.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001  the full-width forms are meant


def inert(text: str) -> str:
    """The text for a cell of a CSV file, behind an apostrophe when it would be run as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
