"""Routes as an XLSX workbook. It is made here because maps know no spreadsheets."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.utils import get_column_letter

from maps.exports import CSV_COLUMNS, RouteCell, route_rows
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text

_MOST_SIGNS = 32_767  # in one cell
_WIDTH = 22
_TIME_FORMAT = "yyyy-mm-dd hh:mm"


def route_xlsx(
    plan: Plan, problem: Problem, *, shift_ids: Sequence[str] | None = None, texts: Mapping[str, Text]
) -> bytes:
    """Every stop of the routes as one row, with the columns of the CSV; see `maps.exports.route_csv`.

    Numbers and times are typed, times local to the problem's zone. Every text is typed as a text and marked so, which
    keeps it as it is and keeps a spreadsheet from running it as a formula, now and when somebody edits the cell.
    """
    workbook = Workbook()
    page = workbook.active
    page.title = "routes"
    page.freeze_panes = "A2"
    page.append(CSV_COLUMNS)
    for number, row in enumerate(route_rows(plan, problem, shift_ids=shift_ids, texts=texts), start=2):
        for column, value in enumerate(row, start=1):
            _fill(page.cell(row=number, column=column), value)
    for column in range(1, len(CSV_COLUMNS) + 1):
        page.column_dimensions[get_column_letter(column)].width = _WIDTH
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _fill(cell: Cell, value: RouteCell) -> None:
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_MOST_SIGNS]
        cell.data_type = "s"
        cell.quotePrefix = True
    elif isinstance(value, datetime):
        # A spreadsheet knows no zones: what people read is the clock of the problem's zone.
        cell.value = value.replace(tzinfo=None)
        cell.number_format = _TIME_FORMAT
    elif value is not None:
        cell.value = value
