"""Files become tables, each recognised by its headers, of text cells that know where they stand."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

from api.importing.columns import TABLE_KINDS, TableKind
from api.importing.fault_list import FaultList
from api.importing.records import Position
from api.importing.sources import Sheet, Source, TooManyRows, read_sheet

_DELIMITERS = {";": ";", "\t": "TAB", "，": "，", "|": "|"}
_ROWS_LOOKED_AT = 10
_INVISIBLE = frozenset("\u200b\ufeff\u00ad\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


type OnRow = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; a column that the file lacks has no key among the cells, which stand as in the file."""

    position: Position
    cells: Mapping[str, str]


class Rows(Protocol):
    """Whatever has rows."""

    @property
    def rows(self) -> Iterable[Row]:
        """One after the other; it may be asked twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All rows of one file; a column that is missing although required was already faulted.

    Attributes:
        kind: Which table it is.
        file: The file's name without its folder.
        encoding: Of the file.
        keys: The key of each column in order; None for one that was faulted.
        headers: Column key -> header as it stands in the file.
        numbered: The cells of each row with its number.
        on_row: Called with file and number when a row is asked for.
    """

    kind: TableKind
    file: str
    encoding: str
    keys: Sequence[str | None]
    headers: Mapping[str, str]
    numbered: Sequence[tuple[int, list[str]]]
    on_row: OnRow = lambda _file, _number: None

    @property
    def rows(self) -> Iterator[Row]:
        """Made one after the other: a large table is not held twice."""
        for number, cells in self.numbered:
            self.on_row(self.file, number)
            named = {key: cell for key, cell in zip(self.keys, cells, strict=False) if key is not None}
            yield Row(Position(self.file, number, self.headers), named)


def read_tables(sources: Iterable[Source], faults: FaultList, on_row: OnRow | None = None) -> dict[str, Table]:
    """The tables by the name of their kind; every fault of every file is noted. See `Table` for `on_row`."""
    tables: dict[str, Table] = {}
    for source in sources:
        sheet = read_sheet(source, faults)
        try:
            table = None if sheet is None else _read_table(sheet, faults)
        except TooManyRows:
            table = None
        if table is None:
            continue
        if on_row is not None:
            table = replace(table, on_row=on_row)
        first = tables.setdefault(table.kind.name, table)
        if first is not table:
            faults.add(table.file, "duplicate_table", table=table.kind.name, first=first.file, second=table.file)
    return tables


def note_missing_tables(tables: Mapping[str, Table], faults: FaultList) -> None:
    """Note each table that a day needs and none of the files is."""
    for kind in TABLE_KINDS:
        if kind.name not in tables and not kind.optional:
            headers = ", ".join(column.header_zh for column in kind.columns if column.required)
            faults.add(f"{kind.name}.csv", "missing_table", table=kind.name, headers=headers)


def _read_table(sheet: Sheet, faults: FaultList) -> Table | None:
    first = next(sheet.rows, [])
    header = _without_blank_tail(first)
    kind = _recognised(header)
    if kind is None:
        _note_unknown(first, sheet, faults)
        return None
    keys = _column_keys(header, kind, sheet.file, faults)
    headers = {key: header[index].strip() for index, key in enumerate(keys) if key is not None}
    numbered = _rows(sheet, kind, keys, headers, width=len(first), faults=faults)
    if not numbered and not kind.optional:
        faults.add(sheet.file, "no_rows", table=kind.name)
    return Table(kind=kind, file=sheet.file, encoding=sheet.encoding, keys=keys, headers=headers, numbered=numbered)


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


def _note_unknown(first: Sequence[str], sheet: Sheet, faults: FaultList) -> None:
    """Say what most likely keeps the headers from being recognised."""
    for sign, shown in _DELIMITERS.items():
        if any(sign in cell and _recognised(cell.split(sign)) for cell in first):
            faults.add(f"{sheet.file}:1", "delimiter_unknown", sign=shown)
            return
    for number, row in enumerate(islice(sheet.rows, _ROWS_LOOKED_AT), start=2):
        if _recognised(row):
            faults.add(f"{sheet.file}:1", "header_below", row=number)
            return
    faults.add(sheet.file, "header_not_found", tables=", ".join(kind.name for kind in TABLE_KINDS))


def _column_keys(header: Sequence[str], kind: TableKind, file: str, faults: FaultList) -> list[str | None]:
    """The key of each column in order; None for a column that is unknown or repeated."""
    keys: list[str | None] = []
    for position, cell in enumerate(header, start=1):
        key = kind.key_of(cell)
        where = f"{file}:1:{cell.strip()[:40] or position}"
        if key is None:
            faults.add(where, "header_unknown", table=kind.name, **_closest(cell, kind))
        elif key in keys:
            faults.add(where, "header_duplicate", column=key)
            key = None
        elif cell not in kind.headers_of(key):
            faults.warn(where, "header_normalised", column=key)
        keys.append(key)
    for column in kind.columns:
        if column.required and column.key not in keys:
            wanted = column.header_zh if any(not cell.isascii() for cell in header) else column.key
            where = f"{file}:1:{wanted}"
            faults.add(where, "header_missing", table=kind.name, header_zh=column.header_zh, column=column.key)
    return keys


def _closest(header: str, kind: TableKind) -> dict[str, str]:
    """What the columns are, and which of them was probably meant."""
    known = [name for column in kind.columns for name in (column.key, column.header_zh)]
    found = difflib.get_close_matches(header.strip(), known, n=1)
    return {
        "columns": ", ".join(f"{column.header_zh} ({column.key})" for column in kind.columns),
        "closest": f"Perhaps {found[0]} was meant. " if found else "",
        "closest_zh": f"也许是 {found[0]}。" if found else "",
    }


def _rows(
    sheet: Sheet,
    kind: TableKind,
    keys: Sequence[str | None],
    headers: Mapping[str, str],
    *,
    width: int,
    faults: FaultList,
) -> list[tuple[int, list[str]]]:
    limits = [None if key is None else kind.most_characters(key) for key in keys]
    rows: list[tuple[int, list[str]]] = []
    blank: list[int] = []
    for number, cells in enumerate(sheet.rows, start=2):
        if not any(map(str.strip, cells)):
            blank.append(number)  # spreadsheets leave such rows behind, mostly at the end
            continue
        for inside in blank:
            faults.warn(f"{sheet.file}:{inside}", "row_blank")
        blank.clear()
        if len(cells) != width or any(map(str.strip, cells[len(keys) :])):
            # The cells have slipped, so a fault about any of them could show a neighbour's text.
            faults.add(f"{sheet.file}:{number}", "column_count", got=len(cells), expected=len(keys))
            continue
        for key, cell, most in zip(keys, cells, limits, strict=False):
            if most is not None and (len(cell) > most or not cell.isprintable()):
                _note_bad_text(Position(sheet.file, number, headers).where(key or ""), cell, most, faults)
        rows.append((number, cells))
    return rows


def note_bad_texts(row: Row, kind: TableKind, faults: FaultList) -> None:
    """Note each cell that is too long for its column, or holds what nobody types."""
    for key, cell in row.cells.items():
        _note_bad_text(row.position.where(key), cell, kind.most_characters(key), faults)


def _note_bad_text(where: str, cell: str, most: int, faults: FaultList) -> None:
    if len(cell) > most:
        faults.add(where, "too_long", got=len(cell), most=most)
    elif any(_is_control(sign) for sign in cell):
        faults.add(where, "control_char")


def _is_control(sign: str) -> bool:
    return (sign < " " and sign not in "\t\r\n") or "\x7f" <= sign <= "\x9f" or sign in _INVISIBLE
