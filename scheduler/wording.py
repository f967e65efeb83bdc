"""Reasons in words, in English and Chinese.

A sentence is made from a reason's code and facts: one form when it holds for every crew, one that names the crew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from scheduler.domain.plan import Reason, ReasonCode

LANGUAGES = ("zh-CN", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    title: str
    all_crews: str
    one_crew: str


_ENGLISH: Mapping[ReasonCode, _Words] = {
    ReasonCode.NO_COLLECTOR: _Words(
        title="Nobody is on duty",
        all_crews="No crew is on duty.",
        one_crew="Crew {shift} has no collector.",
    ),
    ReasonCode.MISSING_SKILL: _Words(
        title="A skill is missing",
        all_crews="No crew has the skills needed: {skills}.",
        one_crew="Crew {shift} lacks: {skills}.",
    ),
    ReasonCode.QUALIFICATION_EXPIRED: _Words(
        title="A qualification is missing or has expired",
        all_crews="In every crew somebody has no valid qualification {qualification} on {day}.",
        one_crew="In crew {shift}, {collectors} has no valid qualification {qualification} on {day}.",
    ),
    ReasonCode.COLLECTOR_NOT_ALLOWED: _Words(
        title="The crew is not the one asked for",
        all_crews="Every crew has a prohibited collector or lacks a required one "
        "(prohibited: {prohibited}; missing: {missing}).",
        one_crew="Crew {shift} has a prohibited collector or lacks a required one "
        "(prohibited: {prohibited}; missing: {missing}).",
    ),
    ReasonCode.CREW_TOO_SMALL: _Words(
        title="The crew is too small",
        all_crews="Every crew is smaller than the {minimum} people needed.",
        one_crew="Crew {shift} has {size} people, {minimum} are needed.",
    ),
    ReasonCode.OUTSIDE_LAWFUL_HOURS: _Words(
        title="Outside lawful hours",
        all_crews="The times the borrower allows leave no lawful time for the whole visit of {minutes} minutes.",
        one_crew="In the hours of crew {shift}, no lawful time holds the whole visit of {minutes} minutes.",
    ),
    ReasonCode.NO_COMMON_TIME_WINDOW: _Words(
        title="No common time",
        all_crews="No crew works in a window that holds the whole visit of {minutes} minutes.",
        one_crew="The hours of crew {shift} share no window with the place "
        "that holds the whole visit of {minutes} minutes.",
    ),
    ReasonCode.SHIFT_TOO_SHORT: _Words(
        title="The shift is too short",
        all_crews="No crew can get there, make the visit, take its breaks and be back in time.",
        one_crew="Crew {shift} cannot get there, make the visit, take its breaks and be back in time.",
    ),
    ReasonCode.VISIT_LIMIT: _Words(
        title="The limit of visits is reached",
        all_crews="Every crew, or one of its people, already has as many visits as allowed.",
        one_crew="Crew {shift}, or one of its people, already has as many visits as allowed.",
    ),
    ReasonCode.LOCATION_UNGEOCODED: _Words(
        title="The address has no coordinates",
        all_crews="No place of the visit has coordinates: {places}.",
        one_crew="No place of the visit has coordinates: {places}.",
    ),
    ReasonCode.LOCATION_UNREACHABLE: _Words(
        title="The place cannot be reached",
        all_crews="There is no way to the place and back for any crew.",
        one_crew="There is no way to the place and back for crew {shift}.",
    ),
    ReasonCode.PIN_IMPOSSIBLE: _Words(
        title="The pin cannot be kept",
        all_crews="The visit is pinned to shift {shift}, which is not planned.",
        one_crew="The visit is pinned to shift {shift}, and the pin cannot be kept.",
    ),
    ReasonCode.FREQUENCY_CAP: _Words(
        title="The borrower was contacted too often",
        all_crews="{en}",
        one_crew="{en}",
    ),
    ReasonCode.NOT_ELIGIBLE: _Words(
        title="The case may not be visited",
        all_crews="{en}",
        one_crew="{en}",
    ),
    ReasonCode.CAPACITY_EXCEEDED: _Words(
        title="The crews' time is used up",
        all_crews="Possible alone, but no crew has time left between its other visits.",
        one_crew="Possible alone, but crew {shift} has no time left between its other visits.",
    ),
    ReasonCode.LOWER_PRIORITY_TRADE_OFF: _Words(
        title="Other visits matter more",
        all_crews="The cheapest way to fit it in costs {cost} s, leaving it out costs {penalty} s.",
        one_crew="Fitting it in with crew {shift} costs {cost} s, leaving it out costs {penalty} s.",
    ),
    ReasonCode.NOT_INSERTED_BY_SOLVER: _Words(
        title="The planner missed it",
        all_crews="It would fit for {cost} s, less than the {penalty} s of leaving it out: run the planner for longer.",
        one_crew="It would fit with crew {shift} for {cost} s, less than the {penalty} s of leaving it out: "
        "run the planner for longer.",
    ),
    ReasonCode.LEFT_OUT_BY_HAND: _Words(
        title="Left out by a dispatcher",
        all_crews="A dispatcher took the visit out of this plan.",
        one_crew="A dispatcher took the visit out of the route of crew {shift}.",
    ),
}

_CHINESE: Mapping[ReasonCode, _Words] = {
    ReasonCode.NO_COLLECTOR: _Words(
        title="无人当班",
        all_crews="当天没有外访组当班。",
        one_crew="班次 {shift} 没有外访员。",
    ),
    ReasonCode.MISSING_SKILL: _Words(
        title="缺少所需技能",
        all_crews="没有外访组具备所需技能:{skills}。",
        one_crew="班次 {shift} 缺少技能:{skills}。",
    ),
    ReasonCode.QUALIFICATION_EXPIRED: _Words(
        title="资质缺失或已过期",
        all_crews="每个外访组都有人在 {day} 没有有效资质 {qualification}。",
        one_crew="班次 {shift} 中 {collectors} 在 {day} 没有有效资质 {qualification}。",
    ),
    ReasonCode.COLLECTOR_NOT_ALLOWED: _Words(
        title="外访员不符合指定",
        all_crews="每个外访组都含有被禁止的外访员或缺少指定的外访员(禁止:{prohibited};缺少:{missing})。",
        one_crew="班次 {shift} 含有被禁止的外访员或缺少指定的外访员(禁止:{prohibited};缺少:{missing})。",
    ),
    ReasonCode.CREW_TOO_SMALL: _Words(
        title="人数不足",
        all_crews="所有外访组都不足所需的 {minimum} 人。",
        one_crew="班次 {shift} 只有 {size} 人,需要 {minimum} 人。",
    ),
    ReasonCode.OUTSIDE_LAWFUL_HOURS: _Words(
        title="不在合法时段",
        all_crews="借款人允许的时间内,没有合法时段容得下 {minutes} 分钟的整个外访。",
        one_crew="在班次 {shift} 的时间内,没有合法时段容得下 {minutes} 分钟的整个外访。",
    ),
    ReasonCode.NO_COMMON_TIME_WINDOW: _Words(
        title="没有共同时间",
        all_crews="没有外访组的工作时间容得下 {minutes} 分钟的整个外访。",
        one_crew="班次 {shift} 与该地点没有容得下 {minutes} 分钟整个外访的共同时段。",
    ),
    ReasonCode.SHIFT_TOO_SHORT: _Words(
        title="班次时间太短",
        all_crews="没有外访组能在班次内往返、完成外访并休息。",
        one_crew="班次 {shift} 无法在班次内往返、完成外访并休息。",
    ),
    ReasonCode.VISIT_LIMIT: _Words(
        title="外访次数已达上限",
        all_crews="每个外访组或其中有人当天的外访次数已达上限。",
        one_crew="班次 {shift} 或其中有人当天的外访次数已达上限。",
    ),
    ReasonCode.LOCATION_UNGEOCODED: _Words(
        title="地址没有坐标",
        all_crews="该外访的地点都没有坐标:{places}。",
        one_crew="该外访的地点都没有坐标:{places}。",
    ),
    ReasonCode.LOCATION_UNREACHABLE: _Words(
        title="地点无法到达",
        all_crews="没有外访组能往返该地点。",
        one_crew="班次 {shift} 无法往返该地点。",
    ),
    ReasonCode.PIN_IMPOSSIBLE: _Words(
        title="固定安排无法满足",
        all_crews="该外访固定在班次 {shift},但该班次未安排。",
        one_crew="该外访固定在班次 {shift},但该安排无法满足。",
    ),
    ReasonCode.FREQUENCY_CAP: _Words(
        title="联系次数已达上限",
        all_crews="{zh}",
        one_crew="{zh}",
    ),
    ReasonCode.NOT_ELIGIBLE: _Words(
        title="该案件不得外访",
        all_crews="{zh}",
        one_crew="{zh}",
    ),
    ReasonCode.CAPACITY_EXCEEDED: _Words(
        title="外访组时间已满",
        all_crews="单独可行,但所有外访组在其他外访之间都没有剩余时间。",
        one_crew="单独可行,但班次 {shift} 在其他外访之间没有剩余时间。",
    ),
    ReasonCode.LOWER_PRIORITY_TRADE_OFF: _Words(
        title="其他外访更重要",
        all_crews="最省的插入方式代价为 {cost} 秒,不安排的代价为 {penalty} 秒。",
        one_crew="插入班次 {shift} 的代价为 {cost} 秒,不安排的代价为 {penalty} 秒。",
    ),
    ReasonCode.NOT_INSERTED_BY_SOLVER: _Words(
        title="规划程序遗漏",
        all_crews="可用 {cost} 秒插入,低于不安排的代价 {penalty} 秒:请延长规划时间。",
        one_crew="可用 {cost} 秒插入班次 {shift},低于不安排的代价 {penalty} 秒:请延长规划时间。",
    ),
    ReasonCode.LEFT_OUT_BY_HAND: _Words(
        title="调度员移出",
        all_crews="调度员把该外访移出了本计划。",
        one_crew="调度员把该外访移出了班次 {shift} 的路线。",
    ),
}

_WORDS: Mapping[str, Mapping[ReasonCode, _Words]] = {"en": _ENGLISH, "zh-CN": _CHINESE}


class _Gaps(Formatter):
    """A fact that is not known, as after reading a Plan document, shows as a dash."""

    def get_value(self, key: int | str, args: object, kwargs: Mapping[str, object]) -> object:
        return kwargs.get(str(key)) or "-"


def reason_title(code: ReasonCode, language: str) -> str:
    """A few words for a code; `language` is `en` or `zh-CN`."""
    return _WORDS[language][code].title


def reason_sentence(reason: Reason, language: str) -> str:
    """One sentence with the numbers; `language` is `en` or `zh-CN`.

    A reason read from a Plan document has no facts: in English its own `detail` is the sentence, in Chinese the
    title stands for it.
    """
    if not reason.facts:
        return reason.detail if language == "en" else reason_title(reason.code, language)
    return compose_sentence(reason.code, reason.facts, for_one_crew=reason.shift_id is not None, language=language)


def compose_sentence(code: ReasonCode, facts: Mapping[str, str], *, for_one_crew: bool, language: str) -> str:
    """The sentence of a code with its facts."""
    words = _WORDS[language][code]
    return _Gaps().vformat(words.one_crew if for_one_crew else words.all_crews, (), facts)
