"""The first sheet of an XLSX workbook as rows of text cells, and empty workbooks for people to fill in."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime, time

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from api.importing.fault_list import FaultList
from api.importing.sources import Source

_MOST_PARTS = 1_000
_MOST_UNPACKED = 256 * 1024 * 1024
_MOST_RATIO = 200
_SMALL = 1024 * 1024
_MOST_COLUMNS = 200
_HEAD = 4_096
_WIDTH = 18


def workbook_rows(source: Source, faults: FaultList) -> Iterator[list[str]] | None:
    """The rows of the first sheet; None and a fault where there is none.

    A formula is read as the text that it is; numbers, days and times as they would be typed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            if _is_bomb(archive):
                faults.add(source.name, "zip_bomb")
                return None
            if _has_declarations(archive):
                faults.add(source.name, "broken_workbook")
                return None
        workbook = load_workbook(io.BytesIO(source.content), read_only=True, keep_links=False)
        sheet = workbook.worksheets[0]
        # What a file says about its own size is not believed.
        sheet.reset_dimensions()
    except Exception:
        faults.add(source.name, "broken_workbook")
        return None
    return _rows(sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS), source.name, faults)


def template_workbook(headers: Sequence[str]) -> bytes:
    """A workbook with headers, its columns typed as text so that ids, days and hours stay as they are typed."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.append(list(headers))
    sheet.freeze_panes = "A2"
    for column in range(1, len(headers) + 1):
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = _WIDTH
        sheet.column_dimensions[letter].number_format = "@"
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _is_bomb(archive: zipfile.ZipFile) -> bool:
    """By the sizes that the archive names, beyond which nothing is ever unpacked."""
    parts = archive.infolist()
    return (
        len(parts) > _MOST_PARTS
        or sum(part.file_size for part in parts) > _MOST_UNPACKED
        or any(part.file_size > _SMALL and part.file_size > _MOST_RATIO * part.compress_size for part in parts)
    )


def _has_declarations(archive: zipfile.ZipFile) -> bool:
    """Whether a part declares entities, which can grow without end and which no workbook needs."""
    for part in archive.infolist():
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as file:
                if b"<!" in file.read(_HEAD).replace(b"<!--", b""):
                    return True
    return False


def _rows(rows: Iterator[Sequence[object]], file: str, faults: FaultList) -> Iterator[list[str]]:
    width = 0
    try:
        for row in rows:
            cells = [_text(value) for value in row]
            while len(cells) > width and not cells[-1]:
                cells.pop()
            # The first row is the header; shorter rows end in cells that nobody filled in.
            width = width or len(cells)
            yield cells + [""] * (width - len(cells))
    except Exception:
        faults.add(file, "broken_workbook")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
    if isinstance(value, time):
        return f"{value:%H:%M:%S}".removesuffix(":00")
    return str(value)
