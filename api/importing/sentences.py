"""What is said about each mistake in a table, in both languages, and the code that programs know it by."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """One kind of mistake; braces stand for what `FaultList.add` is given.

    Attributes:
        code: A stable word for programs; several sentences may share one.
        en: What is wrong.
        zh: The same in Chinese.
        hint: What to do about it, empty where that is plain.
        hint_zh: The same in Chinese.
    """

    code: str
    en: str
    zh: str
    hint: str = ""
    hint_zh: str = ""


_SAVE_AS = "Save the sheet as 'CSV UTF-8 (comma delimited)'."
_SAVE_AS_ZH = "请另存为“CSV UTF-8（逗号分隔）”。"
SENTENCES_OF_FILES: Mapping[str, Sentence] = {
    "already_imported": Sentence(
        "already_imported",
        "The same files were imported already, in the same way.",
        "同样的文件已用同样的方式导入过。",
    ),
    "unreadable_file": Sentence(
        "unreadable_file",
        "The file cannot be opened.",
        "文件无法打开。",
        "Check its name and your permission.",
        "请检查文件名和权限。",
    ),
    "file_too_large": Sentence(
        "file_too_large", "The file is larger than {most} MiB.", "文件大于 {most} MiB。", "Split it.", "请拆分。"
    ),
    "empty_file": Sentence("empty_file", "The file is empty.", "文件是空的。"),
    "no_rows": Sentence("no_rows", "The table {table} has headers and no rows.", "表 {table} 只有表头，没有数据行。"),
    "utf16": Sentence("encoding_unsupported", "The file is in UTF-16.", "文件编码是 UTF-16。", _SAVE_AS, _SAVE_AS_ZH),
    "no_encoding": Sentence(
        "encoding_unsupported",
        "The bytes of the file are neither UTF-8 nor GB18030.",
        "文件的编码既不是 UTF-8 也不是 GB18030。",
        _SAVE_AS,
        _SAVE_AS_ZH,
    ),
    "encoding_mixed": Sentence(
        "encoding_mixed",
        "The file is in UTF-8 up to here; this row is not.",
        "文件到此为止是 UTF-8，这一行不是。",
        _SAVE_AS,
        _SAVE_AS_ZH,
    ),
    "looks_like_xlsx": Sentence(
        "looks_like_xlsx",
        "The file is a workbook and not a CSV text.",
        "文件是工作簿，不是 CSV 文本。",
        "Name it .xlsx, or save the sheet as 'CSV UTF-8 (comma delimited)'.",
        "请把文件名改为 .xlsx，或另存为“CSV UTF-8（逗号分隔）”。",
    ),
    "looks_like_xls": Sentence(
        "looks_like_xls", "The file is an old workbook (XLS).", "文件是旧版工作簿（XLS）。", _SAVE_AS, _SAVE_AS_ZH
    ),
    "not_a_table": Sentence(
        "not_a_table", "The file is no table: it looks like {what}.", "文件不是表格，看起来是 {what}。"
    ),
    "broken_workbook": Sentence(
        "broken_workbook", "The workbook cannot be read.", "工作簿无法读取。", _SAVE_AS, _SAVE_AS_ZH
    ),
    "zip_bomb": Sentence(
        "zip_bomb",
        "The workbook unpacks to far more than a table needs.",
        "工作簿解压后的体积远超一张表所需。",
        _SAVE_AS,
        _SAVE_AS_ZH,
    ),
    "too_many_rows": Sentence(
        "too_many_rows",
        "The table has more than {most:,} rows.",
        "表格超过 {most:,} 行。",
        "Split the import by day or branch.",
        "请按日期或分支机构拆分导入。",
    ),
    "csv_quote": Sentence(
        "csv_quote",
        "The quotes of a cell are broken here, or a quote is never closed.",
        "这里有单元格的引号不成对，或引号没有结束。",
        'Write a quote inside a cell as "".',
        '单元格里的引号请写成两个引号 ""。',
    ),
    "column_count": Sentence(
        "column_count",
        "The row has {got} cells, the header {expected}.",
        "这一行有 {got} 个单元格，表头有 {expected} 个。",
        "Put a cell that holds a comma into quotes.",
        "含有逗号的单元格请加引号。",
    ),
    "row_blank": Sentence("row_blank", "The row is blank; it was passed over.", "空行，已跳过。"),
    "header_not_found": Sentence(
        "header_not_found",
        "The headers in row 1 belong to none of the tables {tables}.",
        "第 1 行的表头不属于任何一张表：{tables}。",
        "Row 1 holds the headers, commas separate the cells, the encoding is UTF-8 or GB18030.",
        "第 1 行应为表头，单元格用逗号分隔，编码为 UTF-8 或 GB18030。",
    ),
    "header_below": Sentence(
        "header_not_found",
        "The headers stand in row {row}, below something else.",
        "表头在第 {row} 行，上面还有别的内容。",
        "Remove what stands above: row 1 holds the headers.",
        "请删除上面的内容：第 1 行应为表头。",
    ),
    "delimiter_unknown": Sentence(
        "delimiter_unknown",
        "The cells are separated by {sign} and not by commas.",
        "单元格用 {sign} 分隔，而不是逗号。",
        _SAVE_AS,
        _SAVE_AS_ZH,
    ),
    "missing_table": Sentence(
        "missing_table",
        "No file holds the table {table}.",
        "没有文件包含表 {table}。",
        "Add a CSV file with the headers {headers}.",
        "请添加一个 CSV 文件，表头为 {headers}。",
    ),
    "duplicate_table": Sentence(
        "duplicate_table",
        "Two files hold the table {table}: {first} and {second}.",
        "两个文件都包含表 {table}：{first} 和 {second}。",
        "Give each table once.",
        "每张表只给一次。",
    ),
    "header_unknown": Sentence(
        "header_unknown",
        "The table {table} has no such column.",
        "表 {table} 没有这一列。",
        "{closest}Remove it or use one of: {columns}",
        "{closest_zh}请删除，或改用：{columns}",
    ),
    "header_duplicate": Sentence(
        "header_duplicate",
        "The column {column} stands here twice.",
        "列 {column} 在这里出现了两次。",
        "Keep one of the two.",
        "请只保留一列。",
    ),
    "header_missing": Sentence(
        "header_missing",
        "The table {table} lacks the column {header_zh} ({column}).",
        "表 {table} 缺少列 {header_zh}（{column}）。",
        "Add the column; its cells are never guessed.",
        "请添加该列；内容不会被猜测。",
    ),
    "header_normalised": Sentence(
        "header_normalised",
        "The header was read as {column}, without its odd signs.",
        "表头去掉特殊字符后读作 {column}。",
    ),
}
