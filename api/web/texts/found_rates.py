"""Texts of the page of found rates."""

from collections.abc import Mapping

FOUND_RATES_TEXTS: Mapping[str, tuple[str, str]] = {
    "menu_found_rates": ("见面率", "Found rates"),
    "found_rates_title": ("见面率", "Found rates"),
    "found_rates_intro": (
        "外访时在各类地点、各时段、各星期见到人的比例，由以往外访结果得出。排程时，在较难见到人的时段外访会多计成本。",
        "How often visits met somebody, by kind of place, hour and weekday, learned from visits that were made. Plans"
        " count it as a cost when a visit lies at an hour at which few are met.",
    ),
    "found_rates_fair": (
        "只统计地点类型、星期、钟点和是否见到人。不使用年龄、性别、民族、籍贯、语言、住址、债务或任何与个人有关的信息。",
        "Only the kind of place, the weekday, the hour and whether anybody was met are counted. No protected attribute"
        " is used, and nothing else about a person: not age, sex, origin, language, address or debt.",
    ),
    "found_rates_used": (
        "用于生成日计划和周计划。它不影响外访是否合法，也不会因为难以见到人而不安排外访。",
        "It is used when days and weeks are planned. It makes no visit lawful or unlawful, and no visit is left out"
        " because few are met.",
    ),
    "found_rates_is_on": ("本机构排程时考虑见面率。", "This branch's plans weigh the rates."),
    "found_rates_is_off": ("本机构排程时不考虑见面率。", "This branch's plans do not weigh the rates."),
    "found_rates_since": ("自 {time} 起", "Since {time}"),
    "found_rates_installed": (
        "沿用系统设置，本机构未另行选择。",
        "That is what the installation says; nobody of this branch has chosen.",
    ),
    "found_rates_counted_since": ("自 {day} 的外访起统计", "Counted from visits since {day}"),
    "found_rates_switch_on": ("开启", "Weigh the rates"),
    "found_rates_switch_off": ("关闭", "Do not weigh the rates"),
    "said_found_rates_on": (
        "已开启。今后生成的计划会考虑见面率，已有计划不变。",
        "Switched on. Plans that are made from now on weigh the rates; those that there are stay as they are.",
    ),
    "said_found_rates_off": (
        "已关闭。今后生成的计划不再考虑见面率，已有计划不变。",
        "Switched off. Plans that are made from now on do not weigh the rates; those that there are stay as they are.",
    ),
    "found_rates_leaning": (
        "每个比例都向更大范围的比例靠拢，相当于另有 {visits} 次外访与后者一致：各时段和各星期向该类地点的比例靠拢，"
        "该类地点向假定的 {assumed}% 靠拢。排程时取整到 {step}%。",
        "Each rate leans on a broader one as if {visits} visits more had gone like that: hours and weekdays on the rate"
        " of the kind of place, and that on an assumed {assumed} %. Plans round to steps of {step} %.",
    ),
    "found_rates_few": (
        "外访少于 {fewest} 次的不显示；排程时主要依据更大范围的比例。",
        "What was counted with fewer than {fewest} visits is not shown; plans then go mostly by the broader rate.",
    ),
    "found_rates_hour": ("时段", "Hour"),
    "found_rates_all_days": ("每天", "All days"),
    "found_rates_all_hours": ("全部时段", "All hours"),
    "found_rates_cell": ("{percent}%（{visits} 次）", "{percent} % ({visits})"),
    "found_rates_hidden": ("少", "few"),
    "found_rates_none": (
        "这类地点的外访还太少。排程时按假定的 {assumed}% 计算。",
        "There are too few visits to such places yet. Plans take the assumed {assumed} %.",
    ),
}
