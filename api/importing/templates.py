"""Empty tables with all headers, for people to fill in."""

import codecs

from api.importing.columns import TABLE_KINDS, TableKind

FORMATS = ("csv", "xlsx")
LANGUAGES = ("zh-CN", "en")


def kind_named(name: str) -> TableKind | None:
    """The table of a name, None when there is none."""
    return next((kind for kind in TABLE_KINDS if kind.name == name), None)


def template(kind: TableKind, file_format: str, language: str) -> bytes:
    """A file of one of `FORMATS` with the headers of a table in one of `LANGUAGES`.

    A CSV file begins with a byte order mark, by which spreadsheets know that it is UTF-8.
    """
    headers = [column.header_zh if language == "zh-CN" else column.key for column in kind.columns]
    if file_format == "csv":
        return codecs.BOM_UTF8 + (",".join(headers) + "\r\n").encode()
    from api.importing.workbooks import template_workbook  # openpyxl is slow to load

    return template_workbook(headers)
