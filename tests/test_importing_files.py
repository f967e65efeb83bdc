"""Workbooks beside CSV files, empty tables to fill in, and what is said in both languages."""

import io
import string
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from api.cli.app import cli
from api.importing import import_files
from api.importing.columns import TABLE_KINDS
from api.importing.fault_list import SENTENCES, FaultList
from api.importing.reading import read_records
from api.importing.sentences import Sentence
from api.importing.sources import Source
from api.importing.templates import FORMATS, LANGUAGES, template
from tests.sheets import DAY, Sheet, a_shift_row, imported, sheets, write_files


def a_workbook(sheet: Sheet, **typed: object) -> bytes:
    """The rows as an XLSX file; `typed` cells stand in the first row in place of their texts."""
    workbook = Workbook()
    page = workbook.active
    page.append(list(sheet[0]))
    for number, row in enumerate(sheet):
        page.append([(typed.get(header, text) if number == 0 else text) or None for header, text in row.items()])
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def read(name: str, content: bytes) -> FaultList:
    faults = FaultList()
    read_records([Source(name, content)], faults)
    return faults


def test_workbooks_make_what_csv_files_make(tmp_path: Path) -> None:
    (tmp_path / "books").mkdir()
    for name, sheet in sheets().items():
        (tmp_path / "books" / f"{name}.xlsx").write_bytes(a_workbook(sheet))

    assert import_files(sorted((tmp_path / "books").iterdir()), DAY) == imported(tmp_path, sheets())


def test_typed_cells_of_a_workbook_are_read_as_they_would_be_typed(tmp_path: Path) -> None:
    typed: dict[str, dict[str, object]] = {
        "shifts": {"日期": date(2026, 12, 1), "开始": time(9), "上限": 9.0},
        "contacts": {"时间": datetime(2026, 11, 10, 15, 30)},  # noqa: DTZ001 - a spreadsheet knows no zones
        "places": {"纬度": 31.201, "经度": 112.801},
        "cases": {"逾期天数": 60},
    }
    (tmp_path / "books").mkdir()
    for name, sheet in sheets().items():
        content = a_workbook(sheet, **typed.get(name, {}))
        (tmp_path / "books" / f"{name}.xlsx").write_bytes(content)
    expected = imported(tmp_path, sheets(shifts=[a_shift_row("B1", 上限="9")]))

    assert import_files(sorted((tmp_path / "books").iterdir()), DAY) == expected


def test_a_formula_is_the_text_that_it_is(tmp_path: Path) -> None:
    for name, sheet in sheets().items():
        typed = {"姓名": '=HYPERLINK("http://x")'} if name == "cases" else {}
        (tmp_path / f"{name}.xlsx").write_bytes(a_workbook(sheet, **typed))

    assert import_files(sorted(tmp_path.iterdir()), DAY).texts["C1"].name == '=HYPERLINK("http://x")'


@pytest.mark.parametrize(
    ("part", "content"),
    [("xl/workbook.xml", b"<x/>"), ("xl/workbook.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"), ("x", b"")],
)
def test_a_broken_workbook_is_named(part: str, content: bytes) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(part, content)

    assert "broken_workbook" in read("cases.xlsx", file.getvalue()).codes


@pytest.mark.parametrize("kind", TABLE_KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file_format", FORMATS)
def test_an_empty_table_is_recognised_as_what_it_is(kind: object, language: str, file_format: str) -> None:
    name = kind.name  # type: ignore[attr-defined]
    content = template(kind, file_format, language)  # type: ignore[arg-type]

    codes = read(f"x.{file_format}", content).codes

    assert codes <= {"no_rows", "missing_table"}
    assert ("no_rows" in codes) is (name not in {"contacts", "notices"})


def test_the_command_writes_every_empty_table(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["import", "--templates", str(tmp_path / "out")])

    assert result.exit_code == 0, result.output
    assert len(list((tmp_path / "out").iterdir())) == len(TABLE_KINDS) * len(LANGUAGES) * len(FORMATS)


@pytest.mark.parametrize("sentence", SENTENCES.values(), ids=SENTENCES)
def test_both_languages_say_the_same_facts(sentence: Sentence) -> None:
    def facts(words: str) -> set[str]:
        return {name.removesuffix("_zh") for _, name, _, _ in string.Formatter().parse(words) if name}

    assert sentence.zh
    assert not sentence.zh.isascii()
    assert facts(sentence.en) == facts(sentence.zh)
    assert facts(sentence.hint) == facts(sentence.hint_zh)
    assert bool(sentence.hint) is bool(sentence.hint_zh)


def test_every_fault_comes_in_both_languages(tmp_path: Path) -> None:
    spoiled = sheets(shifts=[a_shift_row("B1", 结束="25:00", 外访员="K9")])
    faults = FaultList()
    read_records([Source(path.name, path.read_bytes()) for path in write_files(tmp_path, spoiled)], faults)

    assert [(fault.code, fault.message_zh) for fault in faults.refusal.faults] == [
        ("time_invalid", "没有 “25:00” 这个时刻。"),
        ("ref_unknown", "“K9” 不在表 collectors 里。"),
    ]
