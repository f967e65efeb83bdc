"""The words of simulations, in Chinese and in English."""

from collections.abc import Mapping

from scheduler.simulation.calibration import Calibration, WarningCode
from scheduler.simulation.questions import Answer

ENGLISH = "en"

FIGURE_WORDS: Mapping[str, tuple[str, str]] = {
    "planned": ("计划上门", "visits planned"),
    "attempted": ("实际上门", "visits attempted"),
    "contacts": ("见到本人并沟通", "contacts made"),
    "attempted_a": ("A类上门", "priority-A visits attempted"),
    "share_a_attempted": ("A类上门比例", "share of priority-A visits attempted"),
    "backlog": ("末日待办", "backlog at the end"),
    "not_started_lawful": ("因合法时限未开始", "visits not started because of lawful hours"),
    "broken_off": ("到合法时限中止", "visits broken off at the lawful limit"),
    "near_limit": ("距合法时限10分钟内", "visits within 10 minutes of the lawful limit"),
    "share_near_limit": ("距合法时限10分钟内的比例", "share of planned visits within 10 minutes of the lawful limit"),
    "lawful_violations": ("违反合法时段", "visits outside lawful hours"),
    "missed_breaks": ("未按时休息", "breaks missed"),
    "crew_short": ("因缺人未上门", "visits lost to absence"),
    "finish_mean_minutes": ("平均收工时间（相对班次结束，分钟）", "mean finish, minutes after the shift's end"),
    "finish_last_minutes": ("最晚收工时间（相对班次结束，分钟）", "last finish, minutes after the shift's end"),
    "overtime_minutes": ("加班分钟", "overtime in minutes"),
    "long_overtime": ("有人加班超过30分钟", "any crew over 30 minutes overtime"),
    "utilisation": ("工时利用率", "utilisation"),
    "travel_minutes": ("路上分钟", "travel in minutes"),
    "travel_share": ("路上时间比例", "share of time on the road"),
    "waiting_minutes": ("等待分钟", "waiting in minutes"),
    "kilometers": ("公里", "kilometers"),
    "unfairness": ("工时差异系数", "variation of working time between crews"),
    "crews_out": ("出勤小组", "crews that went out"),
}

REASON_WORDS: Mapping[str, tuple[str, str]] = {
    "cancelled": ("上门前取消", "called off before"),
    "not_started_lawful_limit": ("合法时段内来不及", "could not end within lawful hours"),
    "not_started_shift_end": ("班次内来不及返回", "crew would be home too late"),
    "crew_short": ("小组缺人", "crew short of people"),
    "replanned_away": ("改派时取消", "left out by new orders"),
    "no_crew_free": ("紧急案件无人可派", "urgent, and no crew free"),
    # what plans say of visits that they leave out
    "NO_COLLECTOR": ("没有小组当班", "no crew on duty"),
    "MISSING_SKILL": ("缺少技能", "no crew with the skill"),
    "QUALIFICATION_EXPIRED": ("资质缺失或过期", "no valid certificate"),
    "COLLECTOR_NOT_ALLOWED": ("外访员不符合要求", "collector not allowed"),
    "CREW_TOO_SMALL": ("小组人数不足", "crew too small"),
    "OUTSIDE_LAWFUL_HOURS": ("没有合法时段", "no lawful hours"),
    "NO_COMMON_TIME_WINDOW": ("没有共同时段", "no hours in common"),
    "SHIFT_TOO_SHORT": ("班次太短", "shift too short"),
    "VISIT_LIMIT": ("已达上门次数上限", "crews at their limit of visits"),
    "LOCATION_UNGEOCODED": ("地址没有坐标", "address without coordinates"),
    "LOCATION_UNREACHABLE": ("无法到达", "no way to get there"),
    "PIN_IMPOSSIBLE": ("固定安排无法满足", "pin cannot be kept"),
    "FREQUENCY_CAP": ("接触次数已达上限", "contacted as often as allowed"),
    "NOT_ELIGIBLE": ("规则不允许", "not allowed by a rule"),
    "CAPACITY_EXCEEDED": ("没有路线能容纳", "no room on any route"),
    "LOWER_PRIORITY_TRADE_OFF": ("代价不低于不安排", "costs more than it is worth"),
    "NOT_INSERTED_BY_SOLVER": ("搜索遗漏", "missed by the search"),
    "LEFT_OUT_BY_HAND": ("人工移出", "left out by hand"),
}

_WORDS: Mapping[str, tuple[str, str]] = {
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "planned": ("计划", "planned"),
    "actual": ("实际", "actual"),
    "inside": ("在5%—95%之间", "between P5 and P95"),
    "validation": ("回放过去的日子：计划、模拟、实际", "Past days replayed: planned, simulated, actual"),
    "not_yet": ("尚无定论", "not yet conclusive"),
    "answer": ("回答", "answer"),
    "conclusive": ("结论明确", "conclusive"),
    "scenario": ("方案", "scenario"),
    "change": ("改动", "change"),
    "values": ("取值", "values"),
    "figure": ("指标", "figure"),
    "replications": ("重复次数", "replications"),
    "mean": ("均值", "mean"),
    "low": ("95%区间下限", "95 % low"),
    "high": ("95%区间上限", "95 % high"),
    "sd": ("标准差", "standard deviation"),
    "p5": ("5%分位", "P5"),
    "p50": ("中位数", "P50"),
    "p95": ("95%分位", "P95"),
    "p95_low": ("95%分位区间下限", "P95 low"),
    "p95_high": ("95%分位区间上限", "P95 high"),
    "difference": ("与基准之差", "difference to the baseline"),
    "percent": ("百分比", "percent"),
    "p_value": ("p值", "p value"),
    "variance_ratio": ("共同随机数的方差缩减倍数", "variance of independent runs over paired"),
    "planner_seeds": ("规划种子数", "planner seeds"),
    "planner_share": ("规划随机性占方差比例", "planner's share of the variance"),
    "bias": ("相对生产预算的偏差", "bias against production's budget"),
    "reason_code": ("原因代码", "reason code"),
    "reason": ("原因", "reason"),
    "visits_a_replication": ("每次重复的上门数", "visits per replication"),
    "district": ("片区", "district"),
    "hour": ("小时", "hour"),
    "wanted": ("需求", "wanted"),
    "attempted": ("完成", "attempted"),
    "missing": ("缺口", "missing"),
    "day": ("日", "day"),
    "answers": ("回答", "Answers"),
    "inputs": ("输入差异", "What differs between the inputs"),
    "scenarios": ("各方案结果", "Scenarios"),
    "differences": ("与基准之差", "Differences to the baseline"),
    "steps": ("每多一级带来的变化", "What each step more brings"),
    "against": ("与之比较", "against"),
    "planner_noise": ("规划随机性", "The planner's own chance"),
    "budget_bias": ("预算偏差", "Bias of the budget"),
    "reasons": ("未上门的原因", "Why visits were not attempted"),
    "shortages": ("何时何地缺人", "Where and when capacity is short"),
    "backlogs": ("待办随日变化", "Backlog by day"),
    "simulated": (
        "模拟结果，不是计划：不能发布，不含任何人的信息。",
        "Simulated: not a plan, cannot be published, and says nothing about any person.",
    ),
    "not_precise": (
        "尚未达到要求的精度：请增加重复次数。",
        "Not as precise as was asked: run more replications.",
    ),
    "assumed": ("未经校准的数值为假设。", "Numbers that were not fitted to history are assumptions."),
    "curve": ("容量曲线", "Capacity curve"),
    "tornado": ("单因素影响（大到小）", "Effects of single changes, the largest first"),
    "forest": ("配对差异与95%区间", "Paired differences with 95 % intervals"),
    "heat": ("缺口：片区 × 小时", "Missing visits by district and hour"),
    "finish": ("收工时间与班次结束（分钟）", "Finish times against the shift's end, in minutes"),
    "ends": ("上门结束时间与合法时限（分钟）", "Ends of visits against the lawful limit, in minutes"),
    "fan": ("待办区间（5%—95%）", "Backlog, P5 to P95"),
    "cost": ("路程与服务", "Cost against service"),
    "maps": ("各时段缺口小图", "Missing visits on the map, hour by hour"),
    "fit": ("服务时间拟合（点：实测；线：拟合）", "Fit of service times: dots are measured, the line is fitted"),
    "share": ("分位", "share of visits"),
    "multiple": ("计划时长的倍数", "multiple of the planned time"),
    "about": ("种子、重复次数与版本", "Seed, replications and version"),
    "under_five": ("少于5件不显示", "cells under five visits are not shown"),
}

_SENTENCES: Mapping[str, tuple[str, str]] = {
    "least_found": (
        "至少{amount:g}：{figure}达到{at_least:g}的概率为{chance:.2f} [{low:.2f}, {high:.2f}]；"
        "{amount_below:g}时为{chance_below:.2f}。",
        "At least {amount:g}: the chance that {figure} reaches {at_least:g} is {chance:.2f} [{low:.2f}, {high:.2f}]; "
        "with {amount_below:g} it is {chance_below:.2f}.",
    ),
    "least_first": (
        "最小的{amount:g}已足够：{figure}达到{at_least:g}的概率为{chance:.2f} [{low:.2f}, {high:.2f}]。",
        "The least that was tried, {amount:g}, is enough: the chance that {figure} reaches {at_least:g} is "
        "{chance:.2f} [{low:.2f}, {high:.2f}].",
    ),
    "least_none": (
        "所试数量都不够：{figure}达到{at_least:g}的概率最高为{chance:.2f}。",
        "Nothing that was tried is enough: the chance that {figure} reaches {at_least:g} is {chance:.2f} at best.",
    ),
    "effect": (
        "“{scenario}”使{figure}变化{difference:+.2f} [{low:+.2f}, {high:+.2f}]（{count:g}次配对重复）。",
        "'{scenario}' changes {figure} by {difference:+.2f} [{low:+.2f}, {high:+.2f}] ({count:g} paired replications).",
    ),
    "shortage": ("缺口最大：{cells}（缺口/需求）。", "Capacity is shortest at {cells} (missing/wanted)."),
    "shortage_none": ("没有可显示的缺口。", "There is no shortage that can be shown."),
    "limit_kept": (
        "计划的上门在合法时限前10分钟内结束的概率为{chance:.3f} [{low:.3f}, {high:.3f}]；"
        "“{scenario}”使其为{kept:.3f}，低于{most:g}。",
        "A planned visit would end within 10 minutes of the lawful limit with a chance of {chance:.3f} "
        "[{low:.3f}, {high:.3f}]; '{scenario}' keeps it at {kept:.3f}, under {most:g}.",
    ),
    "limit_none": (
        "计划的上门在合法时限前10分钟内结束的概率为{chance:.3f} [{low:.3f}, {high:.3f}]；"
        "所试设置均不能保证低于{most:g}。",
        "A planned visit would end within 10 minutes of the lawful limit with a chance of {chance:.3f} "
        "[{low:.3f}, {high:.3f}]; nothing that was tried keeps it under {most:g} for certain.",
    ),
}

_FITTED = (
    "服务时间按{times}次上门拟合，开门率按{doors}次敲门拟合。",
    "Service times are fitted to {times} visits, found rates to {doors} doors.",
)
_WARNINGS: Mapping[WarningCode, tuple[str, str]] = {
    WarningCode.FEW_TIMES: (
        "{subject}：只有{count}个时长，采用默认值。",
        "{subject}: only {count} times are known, so the default stands.",
    ),
    WarningCode.FEW_DOORS: (
        "{subject}：只有{count}次敲门，采用默认值。",
        "{subject}: only {count} doors are known, so the default stands.",
    ),
    WarningCode.POOR_FIT: (
        "{subject}：{count}个时长与对数正态分布不符，请看拟合图。",
        "{subject}: {count} times do not look lognormal; see the plot of the fit.",
    ),
}


def word(name: str, language: str) -> str:
    """A word or sentence of reports and tables."""
    return _told(_WORDS[name], language)


def figure_name(figure: str, language: str) -> str:
    """What a figure is called."""
    return _told(FIGURE_WORDS[figure], language)


def reason_name(reason: str, language: str) -> str:
    """Why a visit was not attempted."""
    return _told(REASON_WORDS[reason], language) if reason in REASON_WORDS else reason


def answer_sentence(answer: Answer, language: str) -> str:
    """An answer in one line."""
    sentence = _told(_SENTENCES[answer.code], language)
    return sentence.format(**answer.facts, figure=figure_name(answer.figure, language))


def calibration_notes(fitted: Calibration | None, language: str) -> tuple[str, ...]:
    """What a reader must know of where the numbers of behaviour come from."""
    if fitted is None:
        return (word("assumed", language),)
    doors = sum(fitted.doors.values())
    told = [_told(_FITTED, language).format(times=fitted.times, doors=doors)]
    told += [
        _told(_WARNINGS[one.code], language).format(subject=one.subject, count=one.count) for one in fitted.warnings
    ]
    return tuple(told)


def _told(pair: tuple[str, str], language: str) -> str:
    return pair[1] if language == ENGLISH else pair[0]
