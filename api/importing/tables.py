"""CSV files become tables of text cells that know where they stand."""

import codecs
import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.importing.columns import TABLE_KINDS, TableKind
from api.importing.fault_list import FaultList

MOST_ROWS = 100_000
MOST_CHARACTERS = 2_000
MOST_BYTES = 64 * 1024 * 1024
_FOREIGN_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAVE_AS = "Save the sheet as 'CSV UTF-8 (comma delimited)'."


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table.

    Attributes:
        file: The file's name without its folder.
        number: As a spreadsheet shows it; the header is row 1.
        cells: Column key -> text as it stands in the file; a column that the file lacks has no key.
        headers: Column key -> header as it stands in the file.
    """

    file: str
    number: int
    cells: Mapping[str, str]
    headers: Mapping[str, str]

    def where(self, key: str) -> str:
        """The place of a cell, for a fault."""
        return f"{self.file}:{self.number}:{self.headers.get(key, key)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All rows of one file; a column that is missing although required was already faulted."""

    kind: TableKind
    file: str
    rows: tuple[Row, ...]
    headers: Mapping[str, str]


def read_tables(paths: Sequence[Path], faults: FaultList) -> dict[str, Table]:
    """The tables by the name of their kind; every fault of every file is noted."""
    tables: dict[str, Table] = {}
    for path in paths:
        table = _read_table(path, faults)
        if table is None:
            continue
        first = tables.setdefault(table.kind.name, table)
        if first is not table:
            message = f"Two files hold the table {table.kind.name}: {first.file} and {table.file}."
            faults.add(table.file, "duplicate_table", message, "Give each table once.")
    return tables


def note_missing_tables(tables: Mapping[str, Table], faults: FaultList) -> None:
    """Note each table that an import needs and none of the files is."""
    for kind in TABLE_KINDS:
        if kind.name not in tables and not kind.optional:
            headers = ", ".join(column.header_zh for column in kind.columns if column.required)
            hint = f"Add a CSV file with the headers {headers}."
            faults.add(f"{kind.name}.csv", "missing_table", f"No file holds the table {kind.name}.", hint)


def _read_table(path: Path, faults: FaultList) -> Table | None:
    text = _read_text(path, faults)
    if text is None:
        return None
    records = _records(text, path.name, faults)
    width = len(records[0]) if records else 0
    header = _without_blank_tail(records[0]) if records else []
    kind = _recognised(header)
    if kind is None:
        names = ", ".join(kind.name for kind in TABLE_KINDS)
        message = f"The headers in row 1 belong to none of the tables {names}."
        hint = "Row 1 holds the headers, commas separate the cells, the encoding is UTF-8 or GB18030."
        faults.add(path.name, "unknown_table", message, hint)
        return None
    keys = _column_keys(header, kind, path.name, faults)
    headers = {key: header[index].strip() for index, key in enumerate(keys) if key is not None}
    rows = _rows(records[1:], keys, headers, path.name, width=width, faults=faults)
    return Table(kind=kind, file=path.name, rows=rows, headers=headers)


def _read_text(path: Path, faults: FaultList) -> str | None:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError:
        faults.add(path.name, "unreadable_file", "The file cannot be opened.", "Check its name and your permission.")
        return None
    if len(data) > MOST_BYTES:
        faults.add(path.name, "file_too_large", f"The file is larger than {MOST_BYTES // 1024**2} MiB.", "Split it.")
        return None
    if data.startswith(_FOREIGN_STARTS):
        faults.add(path.name, "not_text", "The file is not a CSV text in UTF-8 or GB18030.", _SAVE_AS)
        return None
    # UTF-8 first: its bytes nearly always decode as GB18030 too, into other characters.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    faults.add(path.name, "not_text", "The bytes of the file are neither UTF-8 nor GB18030.", _SAVE_AS)
    return None


def _records(text: str, file: str, faults: FaultList) -> list[list[str]]:
    """The header and at most `MOST_ROWS` rows; what follows a broken quote is not read."""
    records: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), strict=True):
            if len(records) > MOST_ROWS:
                message = f"The table has more than {MOST_ROWS:,} rows."
                faults.add(f"{file}:{len(records) + 1}", "too_many_rows", message, "Split the import by day or branch.")
                break
            records.append(record)
    except csv.Error:
        message = "The quotes of a cell are broken here, or a quote is never closed."
        faults.add(f"{file}:{len(records) + 1}", "bad_quotes", message, 'Write a quote inside a cell as "".')
    return records


def _without_blank_tail(header: Sequence[str]) -> list[str]:
    named = [position for position, cell in enumerate(header, start=1) if cell.strip()]
    return list(header[: max(named, default=0)])


def _recognised(header: Sequence[str]) -> TableKind | None:
    """The kind that knows the most of the headers, at least two, and more than any other kind knows."""
    known = [len({key for cell in header if (key := kind.key_of(cell))}) for kind in TABLE_KINDS]
    most = max(known)
    if most < 2 or known.count(most) > 1:
        return None
    return TABLE_KINDS[known.index(most)]


def _column_keys(header: Sequence[str], kind: TableKind, file: str, faults: FaultList) -> list[str | None]:
    """The key of each column in order; None for a column that is unknown or repeated."""
    keys: list[str | None] = []
    for position, cell in enumerate(header, start=1):
        key = kind.key_of(cell)
        where = f"{file}:1:{cell.strip()[:40] or position}"
        if key is None:
            faults.add(where, "unknown_column", f"The table {kind.name} has no such column.", _columns_hint(kind))
        elif key in keys:
            faults.add(where, "duplicate_column", f"The column {key} stands here twice.", "Keep one of the two.")
            key = None
        keys.append(key)
    for column in kind.columns:
        if column.required and column.key not in keys:
            wanted = column.header_zh if any(not cell.isascii() for cell in header) else column.key
            message = f"The table {kind.name} lacks the column {column.header_zh} ({column.key})."
            faults.add(f"{file}:1:{wanted}", "missing_column", message, "Add the column; its cells are never guessed.")
    return keys


def _columns_hint(kind: TableKind) -> str:
    return "Remove it or use one of: " + ", ".join(f"{column.header_zh} ({column.key})" for column in kind.columns)


def _rows(
    records: Iterable[list[str]],
    keys: Sequence[str | None],
    headers: Mapping[str, str],
    file: str,
    *,
    width: int,
    faults: FaultList,
) -> tuple[Row, ...]:
    rows: list[Row] = []
    for number, record in enumerate(records, start=2):
        if not any(cell.strip() for cell in record):
            continue  # spreadsheets leave such rows behind
        if len(record) > width or any(cell.strip() for cell in record[len(keys) :]):
            # The cells have slipped, so a fault about any of them could show a neighbour's text.
            message = f"The row has {len(record)} cells, the header {len(keys)}."
            faults.add(f"{file}:{number}", "unknown_column", message, "Put a cell that holds a comma into quotes.")
            continue
        padded = record + [""] * (len(keys) - len(record))
        cells = {key: cell for key, cell in zip(keys, padded, strict=False) if key is not None}
        row = Row(file=file, number=number, cells=cells, headers=headers)
        _note_bad_text(row, faults)
        rows.append(row)
    return tuple(rows)


def _note_bad_text(row: Row, faults: FaultList) -> None:
    for key, cell in row.cells.items():
        if len(cell) > MOST_CHARACTERS:
            message = f"The cell has {len(cell):,} characters, more than {MOST_CHARACTERS:,}."
            faults.add(row.where(key), "field_too_long", message, "Shorten it.")
        elif not cell.isprintable() and any(_is_control(sign) for sign in cell):
            faults.add(row.where(key), "not_text", "The cell holds a control character.", "Type the cell again.")


def _is_control(sign: str) -> bool:
    return (sign < " " and sign not in "\t\r\n") or sign == "\x7f"
