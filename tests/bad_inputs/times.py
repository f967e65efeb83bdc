"""66 to 86: days and hours."""

from tests.bad_inputs.item import Item, accepted, cell
from tests.sheets import a_case_row, a_shift_row, sheets


def _hours(number: int, hours: str, code: str, *, is_odd: bool = False) -> Item:
    return cell(number, "places", "可访时段", hours, code, is_odd=is_odd)


def _day(number: int, day: str, code: str, *, is_odd: bool = False) -> Item:
    return cell(number, "shifts", "日期", day, code, is_odd=is_odd)


TIMES: tuple[Item, ...] = (
    _hours(66, "12:00-09:00", "window_reversed"),
    _hours(67, "09:00-09:00", "window_empty"),
    _hours(68, "09:00-09:20", "window_too_short", is_odd=True),
    _hours(69, "21:00-02:00", "window_crosses_midnight"),
    _hours(70, "07:30-09:30", "window_outside_lawful_hours", is_odd=True),
    _hours(70, "19:00-23:00", "window_outside_lawful_hours", is_odd=True),
    _hours(71, "22:30-23:30", "window_outside_lawful_hours", is_odd=True),
    cell(74, "collectors", "资质", "pre-job-training:2027-02-29", "date_invalid"),
    accepted(
        74,
        "a day of a leap year",
        sheets(collectors=[row | {"资质": "pre-job-training:2028-02-29"} for row in sheets()["collectors"]]),
    ),
    cell(75, "contacts", "时间", "2026-11-10 23:59:60", "time_invalid"),
    cell(76, "contacts", "时间", "2026-11-10 24:00", "time_invalid"),
    *(_day(77, day, "date_format") for day in ("2026/3/2", "02-03-2026", "3月2日", "20260302", "2026-W10-1")),
    _day(78, "46083", "excel_serial"),
    cell(78, "shifts", "开始", "0.375", "excel_serial"),
    *(_day(79, day, "date_out_of_range") for day in ("0001-01-01", "9999-12-31", "1900-01-01", "26-12-01")),
    _day(80, "2026-11-26", "date_past"),
    _day(81, "2027-03-01", "date_far"),
    _day(82, "2027-01-01", "date_holiday", is_odd=True),
    cell(83, "contacts", "时间", "1986-05-04 02:30", "date_out_of_range"),
    _hours(85, "09:00-12:00;11:00-14:00", "window_overlap"),
    _hours(85, "14:00-16:00;09:00-11:00", "window_overlap"),
    _hours(86, ";".join(["09:00-09:30"] * 100), "too_many"),
)
NUMBERS: tuple[Item, ...] = (
    *(cell(87, "cases", "服务时长(分钟)", value, "number_range") for value in ("-5", "0")),
    *(cell(87, "cases", "服务时长(分钟)", value, "number_format") for value in ("1.5", "1e9", "30分钟")),
    *(cell(88, "cases", "优先级", value, "number_range") for value in ("101", "-1")),
    cell(89, "cases", "所需技能", "dialekt", "skill_unknown", is_odd=True),
    cell(90, "cases", "所需技能", "sign-language", "skill_unknown", is_odd=True),
    cell(91, "cases", "指定外访员", "K9", "ref_unknown"),
    cell(92, "shifts", "出发地", "", "field_required"),
    cell(93, "shifts", "结束", "08:00", "shift_invalid"),
    cell(93, "shifts", "结束", "23:30", "shift_invalid", what="a day of nineteen hours", 开始="04:30"),
    cell(93, "shifts", "休息", "19:00-19:30/30", "shift_invalid"),
    Item(
        number=94,
        what="one person in two shifts at a time",
        files=sheets(shifts=[a_shift_row("B1"), a_shift_row("B2", 开始="17:00", 外访员="K2")]),
        code="shift_overlap",
        row=3,
        field="外访员",
        file="shifts.csv",
    ),
    Item(
        number=99,
        what="visits after one another",
        files=sheets(cases=[a_case_row("C1") | {"先于": "C2"}, a_case_row("C2") | {"先于": "C1"}]),
        code="header_unknown",
        row=1,
        field="先于",
        file="cases.csv",
    ),
    cell(100, "collectors", "不可同组", "K1", "cycle"),
)
