"""Texts of the page of times that can be offered for a visit."""

from collections.abc import Mapping

SLOT_TEXTS: Mapping[str, tuple[str, str]] = {
    "to_slots": ("可约时段（含以后几天）", "Times that fit, coming days too"),
    "slots_title": ("{visit}：可约时段", "{visit}: times that fit"),
    "slots_how": (
        "每个时段都能合法安排，其他外访的小组和顺序不变。所增时间是与不做这次外访相比的。",
        "Each time fits lawfully, and everybody else stays with their crew and in their order. What it adds is told "
        "against the day without this visit.",
    ),
    "slots_count": ("{count} 个时段，最少增加 {minutes} 分钟", "{count} times, from {minutes} min more"),
    "slots_own": (
        "选这一天的时段会生成一份草稿，发布后才生效。",
        "A time of this day makes a draft; it holds when that is published.",
    ),
    "slots_other": (
        "选这一天的时段会立即生效：外访从原来的日子移走，原授权书和通知作废，并发出新的通知。",
        "A time of this day holds at once: the visit leaves its other day, whose letter and notice are void, and a new "
        "notice goes out.",
    ),
    "slots_added": ("{minutes} 分钟", "{minutes} min"),
    "slots_book": ("预约所选时段", "Book the chosen time"),
    "slots_none": (
        "这几天没有合法的时段。可以查看怎样才能安排，或换一天计划。",
        "No time on these days is lawful and free. See what would make it fit, or plan another day.",
    ),
    "slots_gone": (
        "这个时段现在已不能安排。下面是现在可约的时段。",
        "This time does not fit any more. Below are those that do now.",
    ),
    "said_slot_drafted": ("时段已写入草稿，发布后生效。", "The time stands in this draft; it holds when published."),
    "said_slot_booked": (
        "已改约到这一天，现在生效；原来那天的授权书和通知已作废。",
        "The visit is on this day now; its letter and notice of the other day are void.",
    ),
}
