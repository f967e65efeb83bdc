"""What a plan breaks, in words for people in both languages; the checker's own message stays beside them."""

from collections.abc import Mapping

from scheduler.domain.violation import Violation

# Code -> what is broken, in Chinese and in English. What only a program's mistake can break shares one sentence.
_WORDS: Mapping[str, tuple[str, str]] = {
    "leaves_before_shift": ("小组在班次开始之前出发。", "The crew would leave before its shift begins."),
    "ends_after_shift": ("小组不能在班次结束前返回。", "The crew would come back after its shift ends."),
    "outside_time_window": ("外访不在该地点的时间窗内。", "The visit would not lie inside the hours of its place."),
    "service_before_arrival": ("小组来不及在开始时间前到达。", "The crew could not be there when the visit begins."),
    "unreachable_leg": ("两站之间没有已知的路。", "There is no known way between two stops."),
    "missing_skill": ("小组缺少所需技能。", "Nobody in the crew has the skills needed."),
    "missing_required_collector": ("小组里没有必须到场的外访员。", "A collector who must come is not in the crew."),
    "prohibited_collector": ("小组里有不得到场的外访员。", "A collector who must not come is in the crew."),
    "crew_too_small": ("小组人数不足。", "The crew is too small for this visit."),
    "collector_in_two_places": ("同一名外访员同时在两条路线上。", "One collector would be on two routes at once."),
    "shift_visit_limit": ("超过该班次的上门次数上限。", "The shift would have more visits than it may."),
    "collector_visit_limit": (
        "超过外访员当天的上门次数上限。",
        "A collector would make more visits than allowed on the day.",
    ),
    "pinned_to_other_shift": ("这次外访已固定在另一个小组。", "The visit is pinned to another crew."),
    "pinned_to_other_place": ("这次外访已固定在另一个地点。", "The visit is pinned to another place."),
    "pinned_to_other_time": ("小组不能在固定的时间到达。", "The crew cannot begin the visit at its pinned time."),
    "pinned_to_other_position": ("这次外访已固定在另一个顺序。", "The visit is pinned to another position."),
    "missing_break": ("路线排不下班次的休息。", "The route leaves no room for a break of the shift."),
    "outside_break_window": ("休息不在规定的时间内。", "A break would lie outside its hours."),
    "break_overlaps_service": ("休息与上门时间重叠。", "A break would run into a visit."),
    "history_changed": (
        "计划改动了已经发生的外访。",
        "The plan tells what is behind a crew otherwise than it was.",
    ),
    "goes_on_when_over": ("这个小组今天不再外访。", "The crew makes no more visits on this shift."),
    "shift_kept_out": ("这个班次没有参加本计划。", "This shift was kept out of the plan."),
    "planning_rules_only": (
        "有外访没有案件信息，所以没有核对与案件有关的规则。",
        "A visit comes without the facts of its case, so the rules about cases were not asked.",
    ),
    "estimated_travel": (
        "行程时间是按直线估算的。请在表单中确认接受。",
        "Travel times are estimated from straight lines. Say in the form that they will do.",
    ),
    "what_if": ("这是试算计划，不能用于执行。", "This plan asks what if, and is not for carrying out."),
    "no_certificate": ("计划没有校验证明。", "The plan has no certificate."),
    "plan_changed": ("计划在校验之后被改动。", "The plan was changed after it was certified."),
    "other_rules": ("校验时用的是另一版规则。", "The certificate is from other versions of the rule packs."),
    "case_closed": ("案件已结清或关闭。", "The case is closed."),
    "case_unknown": ("系统里没有这个案件。", "The store has no such case."),
}
_OTHER = ("计划不符合校验规则（{code}）。", "The plan does not stand the check ({code}).")


def violation_sentence(found: Violation, language: str) -> str:
    """What is broken, in `zh-CN` or `en`, without ids: who shows it says of which visit and crew it is."""
    if found.message_zh is not None:
        return found.told_in(language)
    both = _WORDS.get(found.code, _OTHER)
    return both[int(language == "en")].format(code=found.code)
