"""A lender's six tables in small, with both languages of headers: a test changes what it is about.

Row 2 is the first row of a table, as a spreadsheet shows it.
"""

import csv
import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from api.importing import Imported, import_files
from scheduler.domain.errors import InvalidInput

Sheet = list[dict[str, str]]
DAY = date(2026, 12, 1)
SECRETS = ("沈知行", "陆晚晴", "听雨路", "穆怀瑾", "19900000001", "勿谈欠款", "望川网点")
ENGLISH = {
    "案件编号": "case_id",
    "姓名": "name",
    "逾期天数": "days_past_due",
    "优先级": "priority",
    "联系对象": "subject",
    "冻结原因": "blocks",
    "所需技能": "required_skills",
    "服务时长(分钟)": "service_minutes",
    "最少人数": "crew_size",
    "指定外访员": "required_collectors",
    "优先外访员": "preferred_collectors",
    "禁止外访员": "prohibited_collectors",
    "固定班次": "pinned_shift_id",
    "固定时间": "pinned_start_time",
    "备注": "note",
    "地点类型": "kind",
    "地址": "address",
    "纬度": "latitude",
    "经度": "longitude",
    "坐标系": "datum",
    "可访时段": "time_windows",
    "同意": "consent",
    "同意时间": "consent_at",
    "偏好扣分(分钟)": "preference_penalty_minutes",
    "渠道": "channel",
    "时间": "at",
    "是否联系上": "reached",
    "工号": "collector_id",
    "技能": "skills",
    "资质": "qualifications",
    "每日上限": "max_visits",
    "不可同组": "prohibited_partners",
    "身份证号": "identity_number",
    "工作电话": "phone",
    "班次": "shift_id",
    "外访员": "collector_ids",
    "日期": "date",
    "开始": "start",
    "结束": "end",
    "出发地": "start_office",
    "返回地": "end_office",
    "休息": "breaks",
    "上限": "max_visits",
    "出行方式": "travel_profile",
    "网点": "office_id",
    "名称": "name",
}


def a_case_row(case_id: str, **cells: str) -> dict[str, str]:
    """A case that nothing stands against."""
    row = {
        "案件编号": case_id,
        "姓名": "沈知行",
        "逾期天数": "60",
        "优先级": "",
        "联系对象": "债务人",
        "冻结原因": "",
        "所需技能": "",
        "服务时长(分钟)": "30",
        "最少人数": "",
        "指定外访员": "",
        "优先外访员": "",
        "禁止外访员": "",
        "固定班次": "",
        "固定时间": "",
        "备注": "电话 19900000001，勿谈欠款",
    }
    return row | cells


def a_place_row(case_id: str, **cells: str) -> dict[str, str]:
    """A home in WGS-84, at any time of the day."""
    row = {
        "案件编号": case_id,
        "地点类型": "住宅",
        "地址": "云浔市望川区听雨路 8 号",
        "纬度": "31.201",
        "经度": "112.801",
        "坐标系": "wgs84",
        "可访时段": "",
        "同意": "",
        "同意时间": "",
        "偏好扣分(分钟)": "",
    }
    return row | cells


def a_shift_row(shift_id: str, **cells: str) -> dict[str, str]:
    """From nine to six on the day, with lunch."""
    row = {
        "班次": shift_id,
        "外访员": "K1;K2",
        "日期": "2026-12-01",
        "开始": "09:00",
        "结束": "18:00",
        "出发地": "W1",
        "返回地": "W1",
        "休息": "12:00-13:30/45",
        "上限": "",
        "出行方式": "",
    }
    return row | cells


def sheets(**changed: Sheet) -> dict[str, Sheet]:
    """Two cases at home, two collectors, one shift, one office; name a table to replace it."""
    fine: dict[str, Sheet] = {
        "cases": [a_case_row("C1"), a_case_row("C2", 姓名="陆晚晴")],
        "places": [a_place_row("C1"), a_place_row("C2")],
        "contacts": [{"案件编号": "C1", "渠道": "电话", "时间": "2026-11-10 15:30", "是否联系上": "否"}],
        "collectors": [
            {
                "工号": f"K{number}",
                "姓名": "穆怀瑾",
                "技能": "",
                "资质": "pre-job-training:2027-06-30",
                "每日上限": "",
                "不可同组": "",
                "身份证号": "",
                "工作电话": "",
            }
            for number in (1, 2)
        ],
        "shifts": [a_shift_row("B1")],
        "offices": [
            {
                "网点": "W1",
                "名称": "望川网点",
                "地址": "听雨路 1 号",
                "纬度": "31.200",
                "经度": "112.800",
                "坐标系": "wgs84",
            },
        ],
    }
    return fine | changed


def as_csv(sheet: Sheet, *, english: bool = False) -> str:
    """The text of a file; the first row names the columns."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([ENGLISH[header] if english else header for header in sheet[0]])
    writer.writerows([row.get(header, "") for header in sheet[0]] for row in sheet)
    return text.getvalue()


def write_files(
    folder: Path, tables: Mapping[str, Sheet | str | bytes], *, encoding: str = "utf-8-sig", english: bool = False
) -> list[Path]:
    """One file for each table: rows, or a whole text, or bytes as they are."""
    paths = []
    for name, content in tables.items():
        text = as_csv(content, english=english) if isinstance(content, list) else content
        path = folder / f"{name}.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        paths.append(path)
    return paths


def imported(folder: Path, tables: Mapping[str, Sheet | str | bytes]) -> Imported:
    """What an import of these tables makes."""
    return import_files(write_files(folder, tables), DAY)


def faults_of(folder: Path, tables: Mapping[str, Sheet | str | bytes]) -> list[tuple[str, str]]:
    """Where and code of every fault; a fault that shows a person's text fails the test at once."""
    try:
        imported(folder, tables)
    except InvalidInput as refused:
        for fault in refused.faults:
            shown = f"{fault.where} {fault.message} {fault.hint}"
            assert not [secret for secret in SECRETS if secret in shown], shown
        return [(fault.where, fault.code) for fault in refused.faults]
    return []
