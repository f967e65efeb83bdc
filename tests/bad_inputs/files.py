"""1 to 28: files, encodings, quotes, headers, rows."""

import io
import zipfile

from tests.bad_inputs.item import HEADER, OFFICES, ROW, Item, accepted, cell, offices
from tests.sheets import as_csv, sheets

SECOND = ROW.replace("W1", "W2")


def _bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (8 * 1024 * 1024))
    return file.getvalue()


def _without(header: str) -> str:
    return as_csv([{key: value for key, value in row.items() if key != header} for row in sheets()["offices"]])


FILES: tuple[Item, ...] = (
    offices(1, "nothing", b"", "empty_file"),
    offices(2, "header alone", HEADER + "\n", "no_rows"),
    accepted(3, "byte order mark", {"offices": OFFICES.encode("utf-8-sig")}),
    accepted(4, "gb18030", {"offices": OFFICES.encode("gb18030")}),
    accepted(5, "utf-8 that decodes as gbk", {"offices": OFFICES.encode()}),
    offices(6, "utf-16", OFFICES.encode("utf-16"), "encoding_unsupported"),
    offices(
        7,
        "row 3 in gbk",
        f"{HEADER}\n{ROW}\n".encode() + SECOND.encode("gb18030"),
        "encoding_mixed",
        row=3,
    ),
    offices(8, "workbook named csv", b"PK\x03\x04" + b"0" * 50, "looks_like_xlsx", status=415),
    offices(9, "old workbook", b"\xd0\xcf\x11\xe0" + b"0" * 50, "looks_like_xls", status=415),
    offices(10, "pdf", b"%PDF-1.7\n", "not_a_table", status=415),
    offices(10, "png", b"\x89PNG\r\n\x1a\n", "not_a_table", status=415),
    offices(10, "html", b"<!doctype html><table>", "not_a_table", status=415),
    Item(number=11, what="bomb", files={"offices.xlsx": _bomb()}, code="zip_bomb", file="offices.xlsx", status=413),
    accepted(12, "three line ends", {"offices": f"{HEADER}\r\n{ROW}\n{SECOND}\r"}),
    offices(
        13,
        "row after a line end inside quotes",
        f"{HEADER}\n" + ROW.replace("望川网点", '"望川\n网点"') + "\n" + SECOND.replace("31.200", "x"),
        "coord_format",
        row=3,
        field="纬度",
    ),
    offices(14, "quote that never ends", f"{HEADER}\n{ROW}\n" + SECOND.replace("望川", '"望川'), "csv_quote", row=3),
    offices(15, "text after a quote", f"{HEADER}\n" + ROW.replace("望川网点", '"望川"网点'), "csv_quote", row=2),
    offices(16, "nul", f"{HEADER}\n" + ROW.replace("望川网点", "望川\0网点"), "control_char", row=2, field="名称"),
    offices(17, "semicolons", OFFICES.replace(",", ";"), "delimiter_unknown", row=1),
    offices(17, "tabs", OFFICES.replace(",", "\t"), "delimiter_unknown", row=1),
    offices(18, "too few cells", f"{HEADER}\n{ROW}\nW2,望川\n", "column_count", row=3),
    offices(18, "too many cells", f"{HEADER}\n{ROW}\n{SECOND},x\n", "column_count", row=3),
    offices(19, "a very long cell", f"{HEADER}\n" + ROW.replace("望川网点", "x" * 140_000), "too_long", row=2),
    accepted(20, "blank rows at the end", {"offices": OFFICES + ",,,,,\n\n\n"}),
    offices(20, "blank row inside", f"{HEADER}\n{ROW}\n,,,,,\n{SECOND}\n", "row_blank", row=3, is_odd=True),
    offices(21, "a column that lacks", _without("纬度"), "header_missing", row=1, field="纬度"),
    offices(
        22,
        "a column twice",
        OFFICES.replace("名称", "名称,名称").replace("望川网点", "望川,望川"),
        "header_duplicate",
        row=1,
        field="名称",
    ),
    offices(23, "unknown column", OFFICES.replace("地址", "地扯"), "header_unknown", row=1, field="地扯"),
    offices(
        24,
        "signs in a header",
        OFFICES.replace("名称", " 名\u200b称"),
        "header_normalised",
        row=1,
        field="名\u200b称",
        is_odd=True,
    ),
    accepted(25, "both languages", {"offices": OFFICES.replace("名称", "name")}),
    offices(25, "both forms of one column", OFFICES.replace("地址", "name"), "header_duplicate", row=1, field="name"),
    offices(26, "title above", "十二月名单,,,,,\n\n" + OFFICES, "header_not_found", row=1),
    offices(27, "sum below", OFFICES + ",合计,,,,\n", "id_missing", row=3, field="网点"),
    offices(27, "sum below in the column of ids", OFFICES + "合计,x,,,,\n", "id_missing", row=3, field="网点"),
    offices(28, "too many rows", f"{HEADER}\n" + f"{ROW}\n" * 100_001, "too_many_rows", row=100_002, status=413),
    cell(48, "cases", "备注", "电话 19900000001", "pii_in_note", is_odd=True),
)
