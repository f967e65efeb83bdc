"""What is said about days, hours and shifts; see `api.importing.sentences`."""

from collections.abc import Mapping

from api.importing.sentences import Sentence

SENTENCES_OF_TIME: Mapping[str, Sentence] = {
    "date_format": Sentence(
        "date_format", "{value} is not a date.", "{value} 不是日期。", "Write it as 2026-12-31.", "请写成 2026-12-31。"
    ),
    "date_invalid": Sentence("date_invalid", "The calendar has no day {value}.", "日历上没有 {value} 这一天。"),
    "date_out_of_range": Sentence(
        "date_out_of_range", "The year of {value} is not from 2000 to 2100.", "{value} 的年份不在 2000 到 2100 之间。"
    ),
    "date_past": Sentence("date_past", "The day {day} is over.", "{day} 已经过去。"),
    "date_far": Sentence("date_far", "The day {day} is more than {most} days ahead.", "{day} 距今超过 {most} 天。"),
    "date_holiday": Sentence(
        "date_holiday",
        "On {day} the rules leave no hour for visits at home.",
        "{day} 按规则没有可以上门（住所）的时间。",
    ),
    "date_without_qualification": Sentence(
        "date_format",
        "{value} stands without its last day.",
        "{value} 没有写最后有效日。",
        "Write pre-job-training:2027-06-30, the last day on which it is valid.",
        "请写成 pre-job-training:2027-06-30，即最后有效日。",
    ),
    "dates_reversed": Sentence(
        "dates_reversed",
        "The last day {last} is before the first one, {first}.",
        "末日 {last} 早于首日 {first}。",
    ),
    "moment_format": Sentence(
        "time_format",
        "{value} is not a date and time.",
        "{value} 不是日期和时间。",
        "Write the local time as 2026-11-10 15:30.",
        "请写当地时间，例如 2026-11-10 15:30。",
    ),
    "time_format": Sentence(
        "time_format", "{value} is not a clock time.", "{value} 不是时刻。", "Write it as 09:30.", "请写成 09:30。"
    ),
    "time_invalid": Sentence(
        "time_invalid",
        "No clock shows {value}.",
        "没有 {value} 这个时刻。",
        "Clocks show 00:00 to 23:59; a span may end at 24:00.",
        "时刻为 00:00 到 23:59；时段可以在 24:00 结束。",
    ),
    "span_format": Sentence(
        "time_format",
        "{value} is not a span of hours.",
        "{value} 不是时段。",
        "Write 09:00-12:00.",
        "请写成 09:00-12:00。",
    ),
    "window_reversed": Sentence(
        "window_reversed",
        "The end {end} is not after the start {start} of the same day.",
        "结束 {end} 不晚于同一天的开始 {start}。",
        "Write the earlier time first.",
        "请先写较早的时间。",
    ),
    "window_empty": Sentence("window_empty", "The hours start and end at {start}.", "时段的开始和结束都是 {start}。"),
    "window_crosses_midnight": Sentence(
        "window_crosses_midnight",
        "The hours {start}-{end} cross midnight.",
        "时段 {start}-{end} 跨越午夜。",
        "Split what crosses midnight into two.",
        "请在午夜处分成两段。",
    ),
    "window_overlap": Sentence(
        "window_overlap",
        "The hours overlap, or a later span stands before an earlier one.",
        "时段有重叠，或较晚的写在较早的前面。",
    ),
    "window_too_many": Sentence(
        "too_many", "{got} spans of hours stand here, at most {most} may.", "这里有 {got} 个时段，最多 {most} 个。"
    ),
    "window_too_short": Sentence(
        "window_too_short",
        "None of the hours is as long as the visit, {minutes} minutes.",
        "没有一个时段容得下 {minutes} 分钟的外访。",
        "The visit is left out; widen the hours or shorten the visit.",
        "该外访不会被安排；请放宽时段或缩短服务时长。",
    ),
    "window_outside_lawful_hours": Sentence(
        "window_outside_lawful_hours",
        "Only {lawful} of the hours {given} is lawful; the rest is never used.",
        "时段 {given} 中只有 {lawful} 合法，其余不会使用。",
    ),
    "window_unlawful": Sentence(
        "window_outside_lawful_hours",
        "No part of the hours {given} is lawful; the visit is left out.",
        "时段 {given} 全部不合法，该外访不会被安排。",
    ),
    "shift_reversed": Sentence(
        "shift_invalid",
        "The end {end} is not after the start {start} of the same day.",
        "结束 {end} 不晚于同一天的开始 {start}。",
    ),
    "shift_too_long": Sentence("shift_invalid", "The shift is longer than {most} hours.", "班次超过 {most} 小时。"),
    "break_outside": Sentence(
        "shift_invalid", "The break {hours} is not inside the shift.", "休息 {hours} 不在班次之内。"
    ),
    "shift_overlap": Sentence(
        "shift_overlap",
        "{value} has another shift at the same time: {other}.",
        "{value} 在同一时间还有班次 {other}。",
        "A person works in one shift at a time.",
        "一个人同一时间只能在一个班次。",
    ),
    "no_shift_on_day": Sentence(
        "no_shift_on_day",
        "No shift is on {day}.",
        "{day} 没有班次。",
        "Check the date that was asked for.",
        "请检查所选日期。",
    ),
    "consent_without_time": Sentence(
        "field_required",
        "An answer about consent stands without its time.",
        "有同意与否的答复，但没有时间。",
        "Write when it was recorded, as 2026-11-10 15:30.",
        "请写记录时间，例如 2026-11-10 15:30。",
    ),
    "pin_without_shift": Sentence(
        "field_required",
        "A pinned time stands without its shift.",
        "有固定时间，但没有固定班次。",
        "Name the shift, or narrow the hours of the place.",
        "请写班次，或收窄地点的可访时段。",
    ),
}
