"""Routes as a workbook."""

import io
from datetime import datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from api.workbook import route_xlsx
from maps.exports import CSV_COLUMNS
from scheduler.domain.texts import Text
from tests.map_days import a_day, a_plan, texts_of


def cells_of(content: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(io.BytesIO(content)).active.iter_rows())


def test_the_workbook_has_the_columns_and_rows_of_the_csv_with_typed_numbers_and_times() -> None:
    problem = a_day(crews=1, stops=2, left_out=0)
    header, *rows = cells_of(route_xlsx(a_plan(problem), problem, texts=texts_of(problem)))
    assert tuple(cell.value for cell in header) == CSV_COLUMNS
    assert [row[3].value for row in rows] == ["start", "visit", "visit", "end"]
    assert [cell.value for cell in rows[1]] == [
        "S1",
        "外访员0; 外访员1",
        1,
        "visit",
        datetime(2026, 12, 1, 9, 12),  # noqa: DTZ001  a spreadsheet knows no zones
        datetime(2026, 12, 1, 9, 12),  # noqa: DTZ001
        datetime(2026, 12, 1, 9, 42),  # noqa: DTZ001
        "home",
        "访客0",
        "云河区柳荫街10号1单元",
        "请先按门铃，二楼左手边",
        31.2364,
        121.4847,
        "great_circle (estimated)",
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"])
def test_a_text_that_a_spreadsheet_would_run_stays_a_text_as_it_is(start: str) -> None:
    problem = a_day(crews=1, stops=1, left_out=0)
    evil = f'{start}HYPERLINK("x")'
    texts = {"v0": Text(name=evil, note=evil), "v0-place": Text(address=evil), "S1-a": Text(name=evil)}
    _, _, visit, _ = cells_of(route_xlsx(a_plan(problem), problem, texts=texts))
    for cell in (visit[8], visit[9], visit[10]):
        assert (cell.value, cell.data_type, cell.quotePrefix) == (evil, "s", True)
    assert visit[1].data_type == "s"
    assert not [
        cell
        for row in cells_of(route_xlsx(a_plan(problem), problem, texts=texts))
        for cell in row
        if cell.data_type == "f"
    ]


def test_signs_that_a_workbook_cannot_hold_and_what_is_too_long_are_cut() -> None:
    problem = a_day(crews=1, stops=1, left_out=0)
    texts = {"v0": Text(name="a\x00b\x1fc", note="n" * 40_000)}
    _, _, visit, _ = cells_of(route_xlsx(a_plan(problem), problem, texts=texts))
    assert (visit[8].value, len(visit[10].value)) == ("abc", 32_767)


def test_only_the_shifts_asked_for_are_in_the_workbook() -> None:
    problem = a_day(crews=3, stops=1)
    _, *rows = cells_of(route_xlsx(a_plan(problem), problem, shift_ids=["S2"], texts={}))
    assert {row[0].value for row in rows} == {"S2"}
