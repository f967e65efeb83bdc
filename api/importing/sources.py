"""Files become rows of text cells: CSV in UTF-8 or GB18030, and the first sheet of a workbook."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from api.importing.fault_list import FaultList

MOST_ROWS = 100_000
MOST_BYTES = 64 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_WORKBOOK = ".xlsx"
_NOT_TABLES = ((b"%PDF", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"<", "HTML"), (b"\x1f\x8b", "GZIP"))
_START = 64


class TooManyRows(Exception):
    """A file has more rows than are read; the fault was noted."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it came."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a file, the header first; `rows` can be read once."""

    file: str
    encoding: str
    rows: Iterator[list[str]]


def source_of(path: Path, faults: FaultList) -> Source | None:
    """The content of a file of this machine; None and a fault where it cannot be had."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError:
        faults.add(path.name, "unreadable_file")
        return None
    return Source(path.name, content)


def read_sheet(source: Source, faults: FaultList) -> Sheet | None:
    """The rows of a file; None and a fault where it is no table."""
    name, content = source.name, source.content
    if len(content) > MOST_BYTES:
        faults.add(name, "file_too_large", most=MOST_BYTES // 1024**2)
        return None
    if not content:
        faults.add(name, "empty_file")
        return None
    if name.lower().endswith(_WORKBOOK) and content.startswith(_ZIP):
        from api.importing.workbooks import workbook_rows  # openpyxl is slow to load

        rows = workbook_rows(source, faults)
        return None if rows is None else Sheet(name, "xlsx", _at_most(rows, name, faults))
    if _is_foreign(source, faults):
        return None
    decoded = _decoded(source, faults)
    if decoded is None:
        return None
    text, encoding = decoded
    return Sheet(name, encoding, _at_most(_csv_rows(text, name, faults), name, faults))


def _is_foreign(source: Source, faults: FaultList) -> bool:
    """Whether the first bytes are those of another kind of file; noted if so."""
    content = source.content
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        faults.add(source.name, "utf16")
    elif content.startswith(_ZIP):
        faults.add(source.name, "looks_like_xlsx")
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        faults.add(source.name, "looks_like_xls")
    else:
        start = content[:_START].removeprefix(codecs.BOM_UTF8).lstrip()
        what = next((what for sign, what in _NOT_TABLES if start.startswith(sign)), None)
        if what is None:
            return False
        faults.add(source.name, "not_a_table", what=what)
    return True


def _decoded(source: Source, faults: FaultList) -> tuple[str, str] | None:
    # UTF-8 first: its bytes nearly always decode as GB18030 too, into other characters.
    content = source.content
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError as error:
        before = content[: content.rfind(b"\n", 0, error.start) + 1].removeprefix(codecs.BOM_UTF8)
    if not before.isascii():
        faults.add(f"{source.name}:{before.count(b'\n') + 1}", "encoding_mixed")
        return None
    try:
        return content.decode("gb18030"), "gb18030"
    except UnicodeDecodeError:
        faults.add(source.name, "no_encoding")
        return None


def _csv_rows(text: str, file: str, faults: FaultList) -> Iterator[list[str]]:
    """What follows a broken quote is not read."""
    number = 1
    try:
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            yield row
            number += 1
    except csv.Error as error:
        limit = csv.field_size_limit()
        if "field limit" in str(error):
            faults.add(f"{file}:{number}", "too_long", got=limit, most=limit)
        else:
            faults.add(f"{file}:{number}", "csv_quote")


def _at_most(rows: Iterable[list[str]], file: str, faults: FaultList) -> Iterator[list[str]]:
    """The header and at most `MOST_ROWS` rows.

    Raises:
        TooManyRows: There are more; what was read of them is of no use.
    """
    for number, row in enumerate(rows):
        if number > MOST_ROWS:
            faults.add(f"{file}:{number + 1}", "too_many_rows", most=MOST_ROWS)
            raise TooManyRows
        yield row
