"""Texts of the pages of days and of planning."""

from collections.abc import Mapping

DAY_TEXTS: Mapping[str, tuple[str, str]] = {
    # the list of days
    "days_title": ("外访日程", "Days"),
    "a_day": ("日期", "Day"),
    "open_day": ("打开", "Open"),
    "day": ("日期", "Day"),
    "today": ("今天", "today"),
    "state": ("状态", "State"),
    "no_plan_yet": ("尚无计划", "no plan yet"),
    "no_days": ("还没有班次，也没有计划。", "There are no shifts and no plans yet."),
    "no_days_hint": (
        "先导入案件、外访人员和班次；运行 visits demo 可以载入示例日。",
        "Import cases, collectors and shifts first. Running visits demo loads an example day.",
    ),
    "state_draft": ("草稿", "Draft"),
    "state_checked": ("已校验", "Checked"),
    "state_published": ("已发布", "Published"),
    "state_running": ("执行中", "Running"),
    "state_closed": ("已结束", "Closed"),
    # a day at a glance
    "cases_on_day": ("案件", "Cases"),
    "counting": ("正在逐条核对规则……", "Asking the rules about every case …"),
    "count_cases": ("逐条核对规则", "Ask the rules about every case"),
    "may_be_visited": ("可以外访", "May be visited"),
    "of_cases": ("共 {count} 个未结案件", "of {count} open cases"),
    "blocked_by_rule": ("规则不允许", "Kept back by a rule"),
    "without_place": ("没有可定位的地点", "Without a place on the map"),
    "blocked_why": ("不允许的规则", "Rules that say no"),
    "blocked_note": (
        "一个案件可能被多条规则拦下，每条都计数。",
        "Several rules may keep back one case; it counts for each.",
    ),
    "no_cases_yet": ("还没有未结案件。请先导入案件。", "There is no open case yet. Please import cases first."),
    "on_duty": ("当班人员", "On duty"),
    "crews_on_duty": ("小组", "Crews"),
    "people_on_duty": ("人员", "People"),
    "without_crew": ("待编组人员", "Not in a crew yet"),
    "without_crew_note": ("排程时自动编组", "planning forms crews of them"),
    "nobody_on_duty": (
        "这一天没有人当班。请先导入班次。",
        "Nobody works on this day. Please import shifts first.",
    ),
    "no_plan_of_day": ("这一天还没有计划。", "There is no plan of this day yet."),
    # having a day planned
    "search_time": ("搜索时间", "Search for"),
    "so_many_seconds": ("{count} 秒", "{count} s"),
    "make_plan": ("生成计划", "Make a plan"),
    "make_plan_note": (
        "计划会保存为草稿，发布之前不会通知任何人。",
        "The plan is kept as a draft. Nobody is told before it is published.",
    ),
    "said_planning_begun": ("已开始排程。", "Planning has begun."),
    "said_stop_asked": ("已请求停止，将保留目前最好的计划。", "Asked to stop; the best plan so far is kept."),
    "job_title": ("排程", "Planning"),
    "job_queued": ("排队中", "Waiting"),
    "job_running": ("正在搜索", "Searching"),
    "job_done": ("已完成", "Done"),
    "job_failed": ("失败", "Failed"),
    "job_cancelled": ("已停止", "Stopped"),
    "job_timed_out": ("超时", "Took too long"),
    "job_is_stopping": ("正在停止", "stopping"),
    "job_waits_note": (
        "前面还有别的排程任务；轮到时自动开始。",
        "Other plans are being made first. This one begins by itself.",
    ),
    "job_error": ("错误代码 {code}", "Error code {code}"),
    "job_error_worker_died": (
        "执行进程多次中断。请稍后重试；仍失败时请联系管理员。",
        "The process that plans ended several times. Please try again later, then ask your administrator.",
    ),
    "time_spent": ("已用时间", "Time spent"),
    "cost_curve": ("代价从 {first} 降到 {last}", "Cost from {first} down to {last}"),
    "open_plan": ("打开计划", "Open the plan"),
    "stop_and_keep": ("停止并保留最好的计划", "Stop and keep the best plan"),
}
