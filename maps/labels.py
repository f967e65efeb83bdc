"""The words on maps and in calendars, in both languages; calm, and silent about why anybody is visited."""

from collections.abc import Mapping
from types import MappingProxyType

from scheduler.domain.errors import Fault, InvalidInput

_ENGLISH = {
    "overview_title": "Visits",
    "crew": "Crew",
    "crews": "Crews",
    "map": "Map",
    "list": "Routes",
    "visit": "Visit",
    "visits_one": "visit",
    "visits_many": "visits",
    "home": "Home",
    "workplace": "Workplace",
    "other": "Other place",
    "office": "Start or end",
    "start": "Start",
    "end": "End",
    "break": "Break",
    "address": "Address",
    "note": "Note",
    "navigate": "Navigate",
    "reason": "Reason",
    "unassigned": "Not planned",
    "legend": "Legend",
    "show_all": "Show all crews",
    "show_route": "Show whole route",
    "no_route": "This crew has no visits in this plan.",
    "no_routes": "No visit is planned.",
    "not_on_map": "No position on the map.",
    "estimated": "Estimated",
    "estimated_note": "Travel times are estimated from straight-line distances.",
    "line_by_road": "Way along roads, with its direction",
    "line_estimated": "Estimated: straight lines, not roads",
    "links_note": "A navigation button hands the position of this stop to that app, and nothing else.",
    "window": "Window",
    "whole_route": "Navigate the whole route",
    "search": "Search crews, people, addresses",
    "nothing_found": "Nothing found.",
    "time_of_day": "Time of day",
    "whole_day": "Whole day",
    "where_am_i": "Where am I?",
    "you_are_here": "Your position, shown here only.",
    "position_asked": "Asking this device …",
    "position_unknown": "This device does not tell its position.",
    "zoom_in": "Zoom in",
    "zoom_out": "Zoom out",
    "close": "Close",
    "script_needed": "This map needs JavaScript. It works without a network.",
}

_CHINESE = {
    "overview_title": "外访路线",
    "crew": "小组",
    "crews": "小组",
    "map": "地图",
    "list": "路线",
    "visit": "外访",
    "visits_one": "次外访",
    "visits_many": "次外访",
    "home": "住所",
    "workplace": "工作单位",
    "other": "其他地点",
    "office": "出发或返回地点",
    "start": "出发",
    "end": "返回",
    "break": "休息",
    "address": "地址",
    "note": "备注",
    "navigate": "导航",
    "reason": "原因",
    "unassigned": "未安排",
    "legend": "图例",
    "show_all": "显示全部小组",
    "show_route": "显示整条路线",
    "no_route": "该小组在此计划中没有外访。",
    "no_routes": "没有已安排的外访。",
    "not_on_map": "地图上没有位置。",
    "estimated": "估算",
    "estimated_note": "行程时间按直线距离估算。",
    "line_by_road": "沿道路行驶，箭头为方向",
    "line_estimated": "估算：直线连接，并非实际道路",
    "links_note": "点按导航按钮只会把该地点的坐标交给相应应用，不含其他信息。",
    "window": "可访时段",
    "whole_route": "整条路线导航",
    "search": "搜索小组、人员、地址",
    "nothing_found": "没有找到。",
    "time_of_day": "时刻",
    "whole_day": "全天",
    "where_am_i": "我在哪里？",
    "you_are_here": "您的位置，仅在此显示。",
    "position_asked": "正在询问本设备……",
    "position_unknown": "无法取得本设备的位置。",
    "zoom_in": "放大",
    "zoom_out": "缩小",
    "close": "关闭",
    "script_needed": "此地图需要 JavaScript，无需联网。",
}

LANGUAGES = ("en", "zh-CN")

_BY_LANGUAGE = {"en": MappingProxyType(_ENGLISH), "zh-CN": MappingProxyType(_CHINESE)}


def labels_of(language: str) -> Mapping[str, str]:
    """All labels in one language.

    Raises:
        InvalidInput: `unknown_language` when it is not in `LANGUAGES`.
    """
    if language not in _BY_LANGUAGE:
        raise InvalidInput(
            [
                Fault(
                    where="/language",
                    code="unknown_language",
                    message=f"The language {language!r} is not known.",
                    hint=f"Choose from {', '.join(LANGUAGES)}.",
                )
            ]
        )
    return _BY_LANGUAGE[language]
