"""What an import refuses, where it says so and with which code; no fault shows a person's text."""

from datetime import date
from pathlib import Path

import pytest

from api.importing import import_files, sources
from api.importing.case_rows import MOST_CASE_ID
from api.importing.fault_list import MOST_FAULTS
from scheduler.domain.errors import InvalidInput
from tests.sheets import (
    DAY,
    ENGLISH,
    SECRETS,
    Sheet,
    a_case_row,
    a_place_row,
    a_shift_row,
    as_csv,
    faults_of,
    imported,
    sheets,
    write_files,
)

Content = Sheet | str | bytes


def with_cell(table: str, header: str, value: str, *, row: int = 2) -> dict[str, Content]:
    """Sound tables but for one cell; rows as a spreadsheet counts them."""
    changed = sheets()
    changed[table][row - 2] |= {header: value}
    return dict(changed)


def with_text(table: str, text: str | bytes) -> dict[str, Content]:
    """Sound tables but for one file."""
    return dict(sheets()) | {table: text}


def test_the_tables_of_these_tests_are_sound(tmp_path: Path) -> None:
    assert faults_of(tmp_path, sheets()) == []


@pytest.mark.parametrize(
    ("table", "header", "value", "code"),
    [
        ("cases", "案件编号", "", "id_missing"),
        ("cases", "姓名", " ", "required_blank"),
        ("cases", "服务时长(分钟)", "", "field_required"),
        ("places", "地址", "", "field_required"),
        ("places", "地点类型", "", "field_required"),
        ("places", "经度", "", "coord_incomplete"),
        ("contacts", "时间", "", "field_required"),
        ("collectors", "姓名", "", "field_required"),
        ("shifts", "外访员", "", "field_required"),
        ("shifts", "开始", "", "field_required"),
        ("shifts", "返回地", "", "field_required"),
        ("offices", "名称", "", "field_required"),
        ("offices", "纬度", "", "coord_incomplete"),
        ("cases", "逾期天数", "六十", "number_format"),
        ("cases", "逾期天数", "-1", "number_range"),
        ("cases", "逾期天数", "6\uff10", "number_format"),
        ("cases", "优先级", "101", "number_range"),
        ("cases", "优先级", "5.5", "number_format"),
        ("cases", "服务时长(分钟)", "0", "number_range"),
        ("cases", "服务时长(分钟)", "1e2", "number_format"),
        ("cases", "最少人数", "0", "number_range"),
        ("places", "纬度", "NaN", "coord_not_finite"),
        ("places", "纬度", "31,2", "coord_format"),
        ("places", "偏好扣分(分钟)", "-5", "number_range"),
        ("collectors", "每日上限", "0", "number_range"),
        ("shifts", "休息", "12:00-13:30/lunch", "number_format"),
        ("shifts", "出行方式", "乘船", "unknown_choice"),
        ("shifts", "休息", "12:00-13:30", "number_format"),
        ("contacts", "时间", "10.11.2026 15:30", "date_format"),
        ("contacts", "时间", "2026-11-10", "time_format"),
        ("contacts", "时间", "2026-11-10 15:60", "time_invalid"),
        ("contacts", "时间", "2026-02-30 15:30", "date_invalid"),
        ("places", "可访时段", "9-12", "time_format"),
        ("places", "可访时段", "09:00", "time_format"),
        ("places", "可访时段", "09:00-24:30", "time_invalid"),
        ("shifts", "开始", "0.375", "excel_serial"),
        ("cases", "冻结原因", "disputed:soon", "date_format"),
        ("cases", "冻结原因", "disputed;in_dispute", "unknown_choice"),
        ("collectors", "资质", "pre-job-training:2027-02-29", "date_invalid"),
        ("collectors", "资质", "pre-job-training", "date_format"),
        ("shifts", "日期", "2026/12/1", "date_format"),
        ("shifts", "日期", "46357", "excel_serial"),
        ("cases", "案件编号", "1.1E+17", "excel_scientific"),
        ("cases", "案件编号", "C" * (MOST_CASE_ID + 1), "too_long"),
        ("cases", "案件编号", "19900000001", "id_format"),
        ("cases", "指定外访员", "穆怀瑾", "id_format"),
        ("cases", "所需技能", "两个 词", "id_format"),
        ("collectors", "工号", "穆怀瑾", "id_format"),
        ("shifts", "出发地", "W1;W1b c", "id_format"),
        ("cases", "指定外访员", "K9", "ref_unknown"),
        ("cases", "固定班次", "B9", "ref_unknown"),
        ("places", "案件编号", "C9", "ref_unknown"),
        ("contacts", "案件编号", "C9", "ref_unknown"),
        ("shifts", "外访员", "K1;K9", "ref_unknown"),
        ("shifts", "出发地", "W9", "ref_unknown"),
        ("shifts", "外访员", "K1;K1", "id_duplicate"),
        ("cases", "联系对象", "邻居", "unknown_choice"),
        ("places", "地点类型", "酒店", "unknown_choice"),
        ("places", "坐标系", "mars", "unknown_choice"),
        ("places", "同意", "也许", "unknown_choice"),
        ("contacts", "渠道", "传真", "unknown_choice"),
        ("contacts", "是否联系上", "?", "unknown_choice"),
        ("places", "纬度", "131.2", "coord_range"),
        ("places", "经度", "447263.5", "coord_range"),
        ("places", "坐标系", "", "coord_sys_missing"),
        ("offices", "坐标系", "", "coord_sys_missing"),
        ("places", "可访时段", "12:00-09:00", "window_reversed"),
        ("places", "可访时段", "21:00-02:00", "window_crosses_midnight"),
        ("places", "可访时段", "09:00-09:00", "window_empty"),
        ("shifts", "结束", "08:00", "shift_invalid"),
        ("cases", "备注", "字" * 2_001, "too_long"),
        ("collectors", "身份证号", "1.10101E+17", "identity_number_format"),
        ("collectors", "身份证号", "1" * 33, "identity_number_format"),
        ("places", "地址", "听雨路\x00 8 号", "control_char"),
        ("places", "地址", "听雨路\x1b[2J", "control_char"),
    ],
)
def test_a_bad_cell_is_named_by_file_row_and_column(
    tmp_path: Path, table: str, header: str, value: str, code: str
) -> None:
    assert (f"{table}.csv:2:{header}", code) in faults_of(tmp_path, with_cell(table, header, value))


@pytest.mark.parametrize(
    ("table", "header", "value"),
    [
        ("cases", "逾期天数", "六十"),
        ("places", "可访时段", "12:00-09:00"),
        ("places", "坐标系", ""),
        ("places", "地点类型", ""),
        ("contacts", "时间", "15:30"),
        ("shifts", "开始", "soon"),
        ("shifts", "外访员", "K9"),
        ("offices", "坐标系", "mars"),
    ],
)
def test_one_bad_cell_is_one_fault(tmp_path: Path, table: str, header: str, value: str) -> None:
    assert len(faults_of(tmp_path, with_cell(table, header, value))) == 1


def test_swapped_coordinates_are_named_as_such_and_never_put_right(tmp_path: Path) -> None:
    swapped = sheets(places=[a_place_row("C1", 纬度="112.801", 经度="31.201"), a_place_row("C2")])
    in_the_far_west = sheets(places=[a_place_row("C1", 纬度="87.6", 经度="43.8"), a_place_row("C2")])

    assert faults_of(tmp_path, swapped) == [("places.csv:2:纬度", "coord_swapped")]
    assert faults_of(tmp_path, in_the_far_west) == [("places.csv:2:纬度", "coord_swapped")]


def test_no_address_lies_where_both_degrees_are_zero(tmp_path: Path) -> None:
    null_island = sheets(places=[a_place_row("C1", 纬度="0", 经度="0.0"), a_place_row("C2")])

    assert faults_of(tmp_path, null_island) == [("places.csv:2:纬度", "coord_null_island")]


def test_a_chinese_datum_outside_china_is_a_mistake(tmp_path: Path) -> None:
    paris = {"纬度": "48.853", "经度": "2.350"}
    in_gcj02 = sheets(places=[a_place_row("C1", 坐标系="gcj02", **paris), a_place_row("C2")])
    in_wgs84 = sheets(places=[a_place_row("C1", **paris), a_place_row("C2")])

    assert faults_of(tmp_path, in_gcj02) == [("places.csv:2:纬度", "coord_range")]
    assert faults_of(tmp_path, in_wgs84) == []


def test_an_answer_about_consent_needs_its_time(tmp_path: Path) -> None:
    assert faults_of(tmp_path, with_cell("places", "同意", "是")) == [("places.csv:2:同意时间", "field_required")]


def test_a_pinned_time_needs_its_shift(tmp_path: Path) -> None:
    assert faults_of(tmp_path, with_cell("cases", "固定时间", "10:30")) == [("cases.csv:2:固定班次", "field_required")]


def test_a_case_without_a_place_is_named(tmp_path: Path) -> None:
    assert faults_of(tmp_path, sheets(places=[a_place_row("C2")])) == [("cases.csv:2:案件编号", "location_missing")]


@pytest.mark.parametrize(("table", "header", "value"), [("cases", "案件编号", "C1"), ("collectors", "工号", "K1")])
def test_the_second_row_with_an_id_is_the_wrong_one(tmp_path: Path, table: str, header: str, value: str) -> None:
    faults = faults_of(tmp_path, with_cell(table, header, value, row=3))

    assert (f"{table}.csv:3:{header}", "id_duplicate") in faults


def test_an_id_that_another_table_uses_would_mix_up_two_names(tmp_path: Path) -> None:
    collector_named_as_office = with_cell("offices", "网点", "K1")

    assert ("collectors.csv:2:工号", "id_duplicate") in faults_of(tmp_path, collector_named_as_office)


def test_two_shifts_of_one_id_are_refused(tmp_path: Path) -> None:
    shifts = [a_shift_row("B1"), a_shift_row("B1", 日期="2026-12-02")]

    assert faults_of(tmp_path, sheets(shifts=shifts)) == [("shifts.csv:3:班次", "id_duplicate")]


def test_a_day_without_a_shift_is_probably_the_wrong_day(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        import_files(write_files(tmp_path, sheets()), date(2026, 12, 2))

    assert [(fault.where, fault.code) for fault in refused.value.faults] == [("shifts.csv:1:日期", "no_shift_on_day")]


def test_a_pin_to_a_shift_of_another_day_is_refused(tmp_path: Path) -> None:
    tables_with_pin = sheets(
        cases=[a_case_row("C1", 固定班次="B2"), a_case_row("C2")],
        shifts=[a_shift_row("B1"), a_shift_row("B2", 日期="2026-12-02")],
    )

    assert faults_of(tmp_path, tables_with_pin) == [("cases.csv:2:固定班次", "ref_unknown")]


@pytest.mark.parametrize("table", ["cases", "places", "collectors", "shifts", "offices"])
def test_a_missing_table_is_one_fault_and_not_one_for_each_row_that_refers_to_it(tmp_path: Path, table: str) -> None:
    without = sheets()
    del without[table]

    assert faults_of(tmp_path, without) == [(f"{table}.csv", "missing_table")]


def test_a_file_that_is_no_known_table_is_named_without_its_content(tmp_path: Path) -> None:
    without_header = "C1,沈知行,云浔市望川区听雨路 8 号\nC2,陆晚晴,听雨路 9 号\n"

    assert faults_of(tmp_path, with_text("people", without_header)) == [("people.csv", "header_not_found")]
    assert faults_of(tmp_path, with_text("people", "")) == [("people.csv", "header_not_found")]


def test_a_header_in_another_row_or_another_separator_is_not_recognised(tmp_path: Path) -> None:
    titled = "十二月外访名单\n" + as_csv(sheets()["offices"])
    separated = as_csv(sheets()["offices"]).replace(",", ";")

    assert ("offices.csv:1", "header_not_found") in faults_of(tmp_path, with_text("offices", titled))
    assert ("offices.csv:1", "delimiter_unknown") in faults_of(tmp_path, with_text("offices", separated))


def test_a_table_given_twice_is_refused(tmp_path: Path) -> None:
    twice = dict(sheets()) | {"cases-2": sheets()["cases"]}
    paths = write_files(tmp_path, sheets())

    assert faults_of(tmp_path, twice) == [("cases-2.csv", "duplicate_table")]
    with pytest.raises(InvalidInput, match="duplicate_table"):
        import_files([*paths, paths[0]], DAY)


@pytest.mark.parametrize("english", [False, True])
def test_a_missing_column_is_named_in_the_language_of_the_file(tmp_path: Path, english: bool) -> None:
    header = "datum" if english else "坐标系"
    lacking = [{key: row[key] for key in row if key != "坐标系"} for row in sheets()["places"]]
    paths = write_files(tmp_path, sheets(places=lacking), english=english)

    with pytest.raises(InvalidInput) as refused:
        import_files(paths, DAY)

    found = [(fault.where, fault.code) for fault in refused.value.faults]
    assert found == [(f"places.csv:1:{header}", "header_missing")]


def test_unknown_and_repeated_columns_are_refused(tmp_path: Path) -> None:
    contacts = sheets()["contacts"]
    unknown = [row | {"通话录音": "x"} for row in contacts]
    repeated = as_csv(contacts).replace("是否联系上", "channel")
    nameless = as_csv(contacts).replace("时间", " ")

    assert faults_of(tmp_path, with_text("contacts", as_csv(unknown))) == [
        ("contacts.csv:1:通话录音", "header_unknown")
    ]
    assert faults_of(tmp_path, with_text("contacts", repeated)) == [("contacts.csv:1:channel", "header_duplicate")]
    assert ("contacts.csv:1:3", "header_unknown") in faults_of(tmp_path, with_text("contacts", nameless))


def test_a_row_whose_cells_slipped_shows_none_of_them(tmp_path: Path) -> None:
    lines = as_csv(sheets()["places"]).splitlines()
    slipped = lines[1].replace("听雨路 8 号", "听雨路,8 号,19900000001")

    faults = faults_of(tmp_path, with_text("places", "\n".join([lines[0], slipped, lines[2]])))

    assert ("places.csv:2", "column_count") in faults


def test_rows_are_counted_as_a_spreadsheet_does(tmp_path: Path) -> None:
    cases = [a_case_row("C1", 备注="第一行\n第二行"), a_case_row("C2", 逾期天数="x")]
    text = as_csv(cases).replace("C2", "\nC2")

    assert faults_of(tmp_path, with_text("cases", text)) == [("cases.csv:4:逾期天数", "number_format")]


@pytest.mark.parametrize(
    ("data", "where", "code"),
    [
        (b"PK\x03\x04 a workbook", "cases.csv", "looks_like_xlsx"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "cases.csv", "looks_like_xls"),
        (b"%PDF-1.7", "cases.csv", "not_a_table"),
        ("案件编号\t姓名".encode("utf-16"), "cases.csv", "encoding_unsupported"),
        (b"case_id,name\n\xff\xff,x\n", "cases.csv", "encoding_unsupported"),
        (as_csv(sheets()["cases"]).encode() + b"\xff\xff", "cases.csv:4", "encoding_mixed"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes, where: str, code: str) -> None:
    assert (where, code) in faults_of(tmp_path, with_text("cases", data))


def test_broken_quotes_are_named_by_the_row_in_which_they_open(tmp_path: Path) -> None:
    text = as_csv(sheets()["contacts"])

    unclosed = text + 'C1,"电话,2026-11-11 10:00,否\nC1,短信,2026-11-12 10:00,\n'
    reopened = text + 'C1,"电话"话,2026-11-11 10:00,否\n'

    for broken in (unclosed, reopened):
        assert faults_of(tmp_path, with_text("contacts", broken)) == [("contacts.csv:3", "csv_quote")]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    paths = [*write_files(tmp_path, sheets()), tmp_path / "no-such.csv"]

    with pytest.raises(InvalidInput) as refused:
        import_files(paths, DAY)

    assert [(fault.where, fault.code) for fault in refused.value.faults] == [("no-such.csv", "unreadable_file")]


def test_one_row_too_many_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sources.MOST_ROWS == 100_000
    monkeypatch.setattr(sources, "MOST_ROWS", 3)
    header, row = as_csv(sheets()["contacts"]).splitlines()

    assert faults_of(tmp_path, with_text("contacts", "\n".join([header, row, row, row]))) == []
    assert faults_of(tmp_path, with_text("contacts", "\n".join([header, row, row, row, row]))) == [
        ("contacts.csv:5", "too_many_rows")
    ]


def test_a_file_too_large_to_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_BYTES", 1024)
    small = with_text("contacts", as_csv(sheets()["contacts"]) + "\n" * 2048)

    assert faults_of(tmp_path, small) == [("contacts.csv", "file_too_large")]


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    spoiled = sheets(
        cases=[a_case_row("C1", 逾期天数="x", 优先级="200"), a_case_row("C2", 冻结原因="a b")],
        places=[a_place_row("C1", 坐标系=""), a_place_row("C3", 可访时段="late")],
        shifts=[a_shift_row("B1", 结束="25:00")],
    )

    assert set(faults_of(tmp_path, spoiled)) == {
        ("shifts.csv:2:结束", "time_invalid"),
        ("cases.csv:2:逾期天数", "number_format"),
        ("cases.csv:2:优先级", "number_range"),
        ("cases.csv:3:冻结原因", "unknown_choice"),
        ("cases.csv:3:案件编号", "location_missing"),
        ("places.csv:2:坐标系", "coord_sys_missing"),
        ("places.csv:3:案件编号", "ref_unknown"),
        ("places.csv:3:可访时段", "time_format"),
    }


def test_more_than_a_thousand_faults_are_counted(tmp_path: Path) -> None:
    spoiled = sheets(contacts=[{"案件编号": "C1", "渠道": "x", "时间": "y", "是否联系上": ""}] * MOST_FAULTS)

    faults = faults_of(tmp_path, spoiled)

    assert len(faults) == MOST_FAULTS + 1
    assert faults[-1] == ("", "more_faults")


@pytest.mark.parametrize("header", ["优先级", "冻结原因", "指定外访员", "固定时间", "联系对象", "服务时长(分钟)"])
@pytest.mark.parametrize("value", [*SECRETS, "电话 19900000001", "=沈知行"])
def test_a_persons_text_in_the_wrong_column_is_not_shown(tmp_path: Path, header: str, value: str) -> None:
    assert faults_of(tmp_path, with_cell("cases", header, value))  # it looks for the secrets by itself


def test_long_values_are_clipped_to_forty_characters(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        imported(tmp_path, with_cell("cases", "优先级", "x" * 41))

    assert "x" * 40 in refused.value.faults[0].message
    assert "x" * 41 not in refused.value.faults[0].message


def test_english_headers_are_named_in_english(tmp_path: Path) -> None:
    spoiled = sheets(cases=[a_case_row("C1", 逾期天数="x"), a_case_row("C2")])

    with pytest.raises(InvalidInput) as refused:
        import_files(write_files(tmp_path, spoiled, english=True), DAY)

    assert refused.value.faults[0].where == f"cases.csv:2:{ENGLISH['逾期天数']}"
