"""The tables of an experiment as an XLSX workbook."""

import io
import math
from collections.abc import Iterable
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from api.what_if.tables import Table

# A workbook says when it was made; the same results are to be the same bytes.
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001  # a spreadsheet knows no zones


def workbook_of(tables: Iterable[Table]) -> bytes:
    """A sheet a table; texts are marked as texts, so that none is ever run as a formula."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    workbook.properties.created = workbook.properties.modified = _MADE
    for table in tables:
        page = workbook.create_sheet(table.name)
        page.freeze_panes = "A2"
        for number, row in enumerate((table.header, *table.rows), start=1):
            for column, value in enumerate(row, start=1):
                cell = page.cell(row=number, column=column)
                if isinstance(value, str):
                    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
                    cell.data_type = "s"
                    cell.quotePrefix = True
                elif isinstance(value, float) and not math.isfinite(value):
                    cell.value = None
                else:
                    cell.value = value
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()
