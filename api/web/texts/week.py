"""Texts of the page of the week."""

from collections.abc import Mapping

WEEK_TEXTS: Mapping[str, tuple[str, str]] = {
    "menu_week": ("周计划", "Week"),
    "week_title": ("周计划", "The week"),
    "week_planned": (
        "共安排 {visits} 次外访，{unassigned} 次未安排",
        "{visits} visits are planned, {unassigned} have no day",
    ),
    "week_crew": ("小组", "Crew"),
    "week_all": ("合计", "All crews"),
    "week_firm": ("已定", "firm"),
    "week_free": ("可调整", "free"),
    "week_note": (
        "“已定”的日期来不及再发新通知，按已发布的计划执行；其余日期为草稿，每晚可以重新排程。",
        "For a firm day no new notice would come in time, so what was published stands. The other days are drafts, and"
        " may be planned anew every night.",
    ),
    "week_none": (
        "还没有周计划。请选择起始日期，开始排程。",
        "No week has been planned yet. Choose its first day and have it planned.",
    ),
    "week_running": ("正在排程，查看进度", "A week is being planned: see how far it is"),
    "week_from": ("起始日期", "First day"),
    "week_plan": ("排一周的计划", "Plan the week"),
}
