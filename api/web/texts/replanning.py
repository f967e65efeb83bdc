"""Texts of planning the rest of a running day."""

from collections.abc import Mapping

REPLANNING_TEXTS: Mapping[str, tuple[str, str]] = {
    "to_replan": ("重排当天余下路线", "Re-plan the rest of the day"),
    "replan_title": ("重排当天余下路线", "Re-plan the rest of the day"),
    "replan_how": (
        "已完成和进行中的外访保持不变；已约定的时间，以及通知里告知的人员和时段，也保持不变，做不到就不安排。其余外访尽量少"
        "改动。已取消的外访不再安排。",
        "What is done or runs stays. Appointments, and the people and hours that a notice announced, are kept, or the "
        "visit is left out. Of the rest as little as possible changes. Visits that were called off are left out.",
    ),
    "replan_far": ("已完成 {made} 次，剩余 {left} 次", "{made} done, {left} ahead"),
    "replan_free": ("{time} 起可继续", "goes on from {time}"),
    "replan_not_left": ("尚未出发", "has not left yet"),
    "replan_late": ("从现在起还要耽搁（分钟）", "Held up for (minutes from now)"),
    "replan_late_of": ("{crew} 还要耽搁的分钟数", "Minutes for which {crew} is held up"),
    "replan_out": ("今天不再外访", "No more visits today"),
    "replan_out_of": ("{crew} 今天不再外访", "{crew} makes no more visits today"),
    "replan_who": ("谁继续外访", "Who goes on"),
    "replan_who_of": ("{crew} 由谁继续外访", "Who goes on with {crew}"),
    "replan_goes_on": ("{name} 继续", "{name} goes on"),
    "replan_substitutes": ("替补人员编号", "Numbers of substitutes"),
    "replan_substitutes_of": ("{crew} 的替补人员编号", "Numbers of substitutes for {crew}"),
    "replan_call_off": ("取消外访", "Call visits off"),
    "replan_call_off_of": ("取消 {crew} 的外访", "Call visits of {crew} off"),
    "replan_added_title": ("加急外访", "Urgent visits"),
    "replan_added": ("案件编号", "Case numbers"),
    "replan_added_note": (
        "可填多个，用空格或逗号分开。规则允许、路线排得下才会安排。",
        "Several with spaces or commas between them. They are planned where the rules allow it and a route has room.",
    ),
    "replan_urgent": ("已登记加急：{cases}", "Told to be urgent already: {cases}"),
    "replan_note": (
        "会生成草稿和改动对照。发布之前不会通知任何人。",
        "A draft is made, with what would change. Nobody is told before it is published.",
    ),
    "replan_now": ("重新排程", "Plan the rest"),
    "said_replanning_begun": ("已开始重排。", "Re-planning has begun."),
    "see_changes": ("查看改动", "See what would change"),
    "disturbed": ("受影响的外访：{count}", "Visits disturbed: {count}"),
    "day_went_on": (
        "生成这份计划之后，有小组开始了这里交给另一小组的外访。请重新排程。",
        "Since this plan was made a crew began a visit that it gives to another one. Please re-plan the rest.",
    ),
    "accept_changes": ("采用并发布", "Accept and publish"),
}
