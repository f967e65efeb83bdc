"""What a refused import was wrong about, shown in its own rows."""

import base64
import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.importing.fault_list import MORE_FAULTS, FaultList
from api.importing.sources import Source, TooManyRows, read_sheet
from api.web.forms import FaultLine, fault_lines
from maps.formulas import inert
from scheduler.domain.errors import Fault, InvalidInput

MOST_SHOWN = 200
_MOST_OF_A_CELL = 120
_MOST_OF_A_HEADER = 40
_HEADER_ROW = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where a fault is: a file, a row as a spreadsheet shows it and a header; None and empty where that is unknown."""

    file: str
    row: int | None
    field: str

    @classmethod
    def of(cls, where: str) -> "Where":
        """From `file:row:header`."""
        file, _, rest = where.partition(":")
        row, _, field = rest.partition(":")
        return cls(file=file, row=int(row) if row.isdecimal() else None, field=field)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCell:
    """A cell, and whether something is wrong with it."""

    text: str
    is_faulty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A row with its mistakes; each names its column in `where`."""

    number: int
    cells: tuple[ShownCell, ...]
    faults: tuple[FaultLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTable:
    """The rows of a file that something is wrong with."""

    file: str
    headers: tuple[ShownCell, ...]
    header_faults: tuple[FaultLine, ...]
    rows: tuple[ShownRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultsView:
    """Everything that is wrong with an import.

    Attributes:
        total: How many mistakes, those too that are not listed.
        shown: How many stand on the page.
        codes: Each kind of mistake with how often it was made and one example.
        loose: Those that are about no row.
        tables: Those that are, in their rows.
        download: All listed ones as a CSV file, in an address of its own, so that nothing is kept for it.
    """

    total: int
    shown: int
    codes: tuple[tuple[str, int, str], ...]
    loose: tuple[FaultLine, ...]
    tables: tuple[ShownTable, ...]
    download: str


def faults_view(sources: Sequence[Source], refused: InvalidInput, language: str) -> FaultsView:
    """Lay the mistakes out over the files that they are in, in words of `language`."""
    faults = [fault for fault in refused.faults if fault.code != MORE_FAULTS]
    lines = fault_lines(faults, language)
    placed = [(Where.of(fault.where), line) for fault, line in zip(faults, lines, strict=True)]
    shown = placed[:MOST_SHOWN]
    by_file: dict[str, dict[int, list[tuple[str, FaultLine]]]] = defaultdict(lambda: defaultdict(list))
    for place, line in shown:
        if place.row is not None:
            by_file[place.file][place.row].append((place.field, line))
    tables = [_table(source, by_file.pop(source.name)) for source in sources if source.name in by_file]
    return FaultsView(
        total=len(faults) + refused.left_out,
        shown=len(shown),
        codes=_codes(lines),
        loose=tuple(line for place, line in shown if place.row is None),
        tables=tuple(tables),
        download=_download(placed),
    )


def warning_lines(warnings: Iterable[Fault], language: str) -> tuple[FaultLine, ...]:
    """What is odd and was let in, as many as a page shows."""
    return fault_lines(tuple(warnings)[:MOST_SHOWN], language)


def _codes(lines: Sequence[FaultLine]) -> tuple[tuple[str, int, str], ...]:
    counted = Counter(line.code for line in lines)
    examples: dict[str, str] = {}
    for line in lines:
        examples.setdefault(line.code, line.message)
    return tuple((code, count, examples[code]) for code, count in counted.most_common())


def _table(source: Source, faults: Mapping[int, Sequence[tuple[str, FaultLine]]]) -> ShownTable:
    rows = _rows_of(source, {_HEADER_ROW, *faults})
    header = rows.get(_HEADER_ROW, [])
    return ShownTable(
        file=source.name,
        headers=_cells(header, header, faults.get(_HEADER_ROW, ())),
        header_faults=_named(faults.get(_HEADER_ROW, ())),
        rows=tuple(
            ShownRow(number=number, cells=_cells(rows.get(number, []), header, of_row), faults=_named(of_row))
            for number, of_row in sorted(faults.items())
            if number != _HEADER_ROW
        ),
    )


def _rows_of(source: Source, wanted: set[int]) -> dict[int, list[str]]:
    """Some rows of a file; what cannot be read any more was told as a fault before."""
    found: dict[int, list[str]] = {}
    sheet = read_sheet(source, FaultList())
    try:
        for number, cells in enumerate(() if sheet is None else sheet.rows, start=1):
            if number in wanted:
                found[number] = cells
            if number >= max(wanted):
                break
    except TooManyRows:
        pass
    return found


def _cells(
    cells: Sequence[str], header: Sequence[str], faults: Sequence[tuple[str, FaultLine]]
) -> tuple[ShownCell, ...]:
    fields = {field for field, _ in faults}
    return tuple(
        ShownCell(
            text=cell.strip()[:_MOST_OF_A_CELL],
            is_faulty=bool(fields & _names(header[index] if index < len(header) else "", index)),
        )
        for index, cell in enumerate(cells)
    )


def _names(header: str, index: int) -> set[str]:
    """What a fault may call a column."""
    name = header.strip()
    return {name, name[:_MOST_OF_A_HEADER]} if name else {str(index + 1)}


def _named(faults: Sequence[tuple[str, FaultLine]]) -> tuple[FaultLine, ...]:
    return tuple(FaultLine(where=field, code=line.code, message=line.message, hint=line.hint) for field, line in faults)


def _download(placed: Sequence[tuple[Where, FaultLine]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["file", "row", "column", "code", "message", "hint"])
    for place, line in placed:
        row = "" if place.row is None else str(place.row)
        writer.writerow(map(inert, (place.file, row, place.field, line.code, line.message, line.hint)))
    content = base64.b64encode(text.getvalue().encode("utf-8-sig")).decode()
    return f"data:text/csv;charset=utf-8;base64,{content}"
