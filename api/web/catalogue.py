"""Every text of the pages, in Chinese and in English."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType

from api.web.door_texts import DOOR_TEXTS

ENGLISH = "en"

_TEXTS: Mapping[str, tuple[str, str]] = {
    "service": ("外访排程", "Visit scheduler"),
    "skip": ("跳到正文", "Skip to the content"),
    "language": ("语言", "Language"),
    "navigation": ("页面导航", "Pages"),
    "all_days": ("所有日期", "All days"),
    # signing in
    "sign_in": ("登录", "Sign in"),
    "sign_out": ("退出登录", "Sign out"),
    "login": ("用户名", "Login"),
    "password": ("密码", "Password"),
    "sign_in_wrong": (
        "登录失败。请检查用户名和密码。",
        "You are not signed in. Please check login and password.",
    ),
    "sign_in_elsewhere": ("用单位账号登录", "Sign in with your organisation"),
    "sign_in_help": ("忘记密码时请联系管理员。", "If you forgot the password, please ask your administrator."),
    "once_note": ("此链接只能用一次。点按钮登录。", "This address works once. Tap the button to sign in."),
    "once_wrong": (
        "此链接已用过、已过期或不完整。",
        "This address was used before, is too old, or is not complete.",
    ),
    # a collector's own routes
    "own_routes": ("我的路线", "My routes"),
    "no_own_routes": ("目前没有已发布的路线。", "No route of yours has been published yet."),
    # the list of days
    "days_title": ("外访计划", "Visit plans"),
    "days_intro": ("按日期列出已保存的计划，最新的在最前面。", "Stored plans by day, the latest first."),
    "no_plans": ("还没有保存的计划。", "No plan has been stored yet."),
    "no_plans_hint": ("运行 visits demo 可以载入示例日。", "Run visits demo to load the example day."),
    "plan": ("计划", "Plan"),
    "newest": ("最新", "newest"),
    # a plan
    "estimated": ("估算", "Estimated"),
    "estimated_note": (
        "行程时间为估算：按直线距离折算，不是按道路计算。",
        "Travel times are estimated from straight lines, not from roads.",
    ),
    "key_figures": ("主要数据", "Key figures"),
    "crews": ("外访小组", "Crews"),
    "stops": ("上门次数", "Stops"),
    "travel": ("路上时间", "Travel"),
    "unassigned": ("未安排", "Unassigned"),
    "of_shifts": ("共 {count} 个班次", "of {count} shifts"),
    "of_visits": ("共 {count} 次", "of {count} visits"),
    "per_stop": ("平均每次 {duration}", "{duration} per stop"),
    # its cost
    "cost": ("代价", "Cost"),
    "cost_note": (
        "以秒计，越小越好。为零的部分不列出。",
        "In seconds; less is better. Parts that are nought are not listed.",
    ),
    "lower_bound": ("已证明的下限", "Proven lower bound"),
    "travel_seconds": ("路上时间", "Travel"),
    "preference_penalty_seconds": ("次选地点", "Less preferred places"),
    "unassigned_penalty_seconds": ("未安排的外访", "Visits left out"),
    "non_preferred_collector_seconds": ("未派首选外访员", "Other collectors than preferred"),
    "overtime_penalty_seconds": ("加班", "Overtime"),
    "waiting_penalty_seconds": ("等候", "Waiting"),
    "unfairness_penalty_seconds": ("工时不均", "Unequal working time"),
    "change_of_collector_seconds": ("更换外访员", "Other collectors than last time"),
    "change_of_plan_seconds": ("改动已发布的计划", "Changes to the published plan"),
    "by_reason": ("未安排的原因", "Unassigned by reason"),
    "reason": ("原因", "Reason"),
    "crew_table": ("各小组的路线", "Routes by crew"),
    "crew": ("小组", "Crew"),
    "collectors": ("外访人员", "Collectors"),
    "first_start": ("首次上门", "First start"),
    "last_end": ("最后结束", "Last end"),
    "files": ("文件", "Files"),
    "no_routes": ("没有小组有路线。", "No crew has a route."),
    "unassigned_table": ("未安排的外访", "Visits left out"),
    "visit": ("外访", "Visit"),
    "more_reasons": ("另有 {count} 个原因", "{count} more reasons"),
    "more_reasons_one": ("另有 1 个原因", "1 more reason"),
    "none_unassigned": ("全部外访都已安排。", "Every visit has a crew."),
    "certificate": ("校验证明", "Certificate"),
    "certificate_note": (
        "独立的校验程序逐条核对了这份计划。",
        "An independent checker has verified this plan rule by rule.",
    ),
    "no_certificate": (
        "这份计划没有校验证明，不能用于执行。",
        "This plan carries no certificate. Please do not carry it out.",
    ),
    "scope": ("核对范围", "Scope"),
    "scope_all": ("全部规则", "All rules"),
    "scope_planning": (
        "仅排程规则（部分外访没有附案件信息）",
        "Planning rules only (some visits came without the facts of their case)",
    ),
    "rule_packs": ("规则包", "Rule packs"),
    "no_rule_packs": ("无", "None"),
    "checker": ("校验程序版本", "Checker version"),
    "plan_hash": ("计划指纹", "Plan fingerprint"),
    "problem_hash": ("输入指纹", "Input fingerprint"),
    "engine": ("排程程序", "Planner"),
    "what_if": ("试算：未使用班次 {shifts}", "What-if: planned without {shifts}"),
    "map": ("地图", "Map"),
    "overview_map": ("当日全部路线的地图", "Map of all routes of the day"),
    "open_map": ("单独打开地图", "Open the map on its own page"),
    "plans_of_day": ("这一天的计划", "Plans of this day"),
    "json": ("计划文件 (JSON)", "Plan document (JSON)"),
    # a crew on the phone
    "crew_title": ("{crew} 的路线", "Route of {crew}"),
    "your_stops": ("上门安排", "Stops"),
    "stop_count": ("{count} 次上门", "{count} stops"),
    "stop_count_one": ("1 次上门", "1 stop"),
    "no_stops": ("这个小组当天没有上门安排。", "This crew has no stops on this day."),
    "next": ("下一站", "Next"),
    "to_next": ("跳到下一站", "Go to the next stop"),
    "done": ("已过", "Past"),
    "start": ("出发", "Start"),
    "end": ("返回", "Return"),
    "break": ("休息", "Break"),
    "on_the_way": ("路上 {duration}", "{duration} on the way"),
    "waiting": ("等候 {duration}", "Wait {duration}"),
    "arrive": ("{time} 到达", "Arrive {time}"),
    "home": ("住所", "Home"),
    "workplace": ("工作单位", "Workplace"),
    "other": ("其他地点", "Other place"),
    "no_address": ("没有地址文字", "No written address"),
    "no_coordinates": ("没有坐标，无法导航。", "No coordinates, so no navigation."),
    "navigate_with": ("用{provider}导航", "Navigate with {provider}"),
    "whole_route": ("整条路线导航", "Navigate the whole route"),
    "whole_route_note": (
        "每个按钮从手机所在位置出发，依次经过所列的站点。",
        "Each button goes from where the phone is through the stops it names.",
    ),
    "crew_map": ("打开路线地图", "Open the route map"),
    "csv": ("表格 (CSV)", "Table (CSV)"),
    "xlsx": ("表格 (XLSX)", "Table (XLSX)"),
    "ics": ("日历 (ICS)", "Calendar (ICS)"),
    "gpx": ("导航点 (GPX)", "Points (GPX)"),
    "pdf": ("纸质路线单 (PDF)", "Route sheet on paper (PDF)"),
    "back_to_plan": ("返回当日计划", "Back to the day's plan"),
    # faults
    "error_title": ("无法显示", "This cannot be shown"),
    "error_401": ("请先登录。", "Please sign in."),
    "error_403": ("您的角色不能查看或执行此操作。", "Your role may not see or do this."),
    "error_404": (
        "没有找到这个页面。它可能已被删除，或者地址不完整。",
        "There is no such page. Please check the address.",
    ),
    "error_405": ("这个地址不接受这种请求。", "This address does not take requests of this kind."),
    "error_421": (
        "请用本服务的正式网址打开；在本机可用 127.0.0.1 或 localhost。",
        "Please open this service by its public name; on its own machine, as 127.0.0.1 or localhost.",
    ),
    "error_429": ("尝试次数过多。请稍后再试。", "There were too many tries. Please wait a while."),
    "error_503": (
        "已保存的数据暂时无法读取，例如密钥与保存时不同。请查看服务的日志。",
        "The stored data cannot be read now, for instance because the secret key is another one. Please see the log.",
    ),
    "error_no_font": (
        "没有可用的中文字体，或字体缺少某个字，无法生成纸质路线单。"
        "请管理员安装字体（例如 fonts-noto-cjk），或设置 VISITS_FONT。",
        "Route sheets cannot be printed here: a font with Chinese signs is missing, or lacks a sign. "
        "Whoever runs the service can install one, such as fonts-noto-cjk, or set VISITS_FONT.",
    ),
    "error_4xx": ("这个请求无法处理。", "This request cannot be answered."),
    "error_5xx": (
        "服务出错了。请稍后再试；日志里有记录。",
        "The service made a mistake. It is in the log; please try again.",
    ),
    "back_to_days": ("返回所有日期", "Back to all days"),
    **DOOR_TEXTS,
}
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def texts_in(language: str) -> Mapping[str, str]:
    """All texts in `zh-CN` or `en` by their keys."""
    column = int(language == ENGLISH)
    return MappingProxyType({key: both[column] for key, both in _TEXTS.items()})


def day_in_words(day: date, language: str) -> str:
    """`2026年12月1日 星期二` or `Tuesday 1 December 2026`."""
    if language == ENGLISH:
        return f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日 星期{_WEEKDAYS_ZH[day.weekday()]}"


def duration_in_words(duration: timedelta, language: str) -> str:
    """Hours and minutes, rounded to the nearest minute: `6 h 05 min` or `6 小时 05 分`."""
    hours, minutes = divmod(round(duration / timedelta(minutes=1)), 60)
    if language == ENGLISH:
        return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"
    return f"{hours} 小时 {minutes:02} 分" if hours else f"{minutes} 分钟"


def joined(names: Iterable[str], language: str) -> str:
    """Names in a row: `王芳、李强` or `Wang Fang, Li Qiang`."""
    return (", " if language == ENGLISH else "、").join(names)


def clock(moment: datetime) -> str:
    """`09:30`, in the zone of `moment`; seconds are cut off, never rounded up into the next minute."""
    return f"{moment:%H:%M}"
