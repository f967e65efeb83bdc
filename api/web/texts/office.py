"""Texts of the office's pages for what comes back: wishes, reports, alarms, and the hotline."""

from collections.abc import Mapping

OFFICE_TEXTS: Mapping[str, tuple[str, str]] = {
    "menu_wishes": ("诉求和报告", "Wishes and reports"),
    "menu_hotline": ("热线查询", "Hotline"),
    # wishes
    "wishes_title": ("诉求和报告", "Wishes and reports"),
    "wishes_heading": ("借款人的诉求", "What borrowers asked"),
    "wishes_intro": (
        "诉求在提出时已经生效。处理以后请标记；标记不会解除它的效果。",
        "What was asked holds already. Mark it once somebody saw to it; that does not lift what follows from it.",
    ),
    "state_open": ("待处理", "To be seen to"),
    "state_handled": ("已处理", "Seen to"),
    "state_all": ("全部", "All"),
    "wish_kind": ("诉求", "Wish"),
    "every_kind": ("全部诉求", "Every wish"),
    "show": ("显示", "Show"),
    "asked_at": ("提出时间", "Asked"),
    "case": ("案件", "Case"),
    "own_words": ("原话", "In their own words"),
    "effect": ("效果", "What follows"),
    "effect_called_off": ("{day} 的上门已取消", "The visit on {day} is called off"),
    "effect_stands": ("{day} 的上门没有取消", "The visit on {day} stands"),
    "effect_another_time": ("请与本人约定时间", "Agree on a time"),
    "effect_another_place": ("请与本人约定地点", "Agree on a place"),
    "effect_not_at_work": ("不再到工作单位", "Nobody goes to the workplace"),
    "effect_dispute": ("异议解决之前不上门", "No visit until the dispute is settled"),
    "effect_need_help": ("困难核实之前不上门", "No visit until the difficulty was looked into"),
    "effect_stop": ("不再上门，只用信件", "No visit any more, letters only"),
    "handled_by_at": ("{time} 由 {name} 处理", "Seen to by {name}, {time}"),
    "somebody": ("已删除的用户", "a user who was deleted"),
    "mark_handled": ("标记为已处理", "Mark as seen to"),
    "said_handled": ("已标记为处理。", "Marked as seen to."),
    "no_wishes": (
        "这里没有诉求。借款人通过通知里的链接提出的诉求会出现在这里。",
        "There are none. What borrowers ask by the link of their notice comes here.",
    ),
    "newest_only": ("只显示最新的 {count} 条。", "Only the newest {count} are shown."),
    # reports
    "reports_heading": ("核实页面的报告", "Reports from the verification page"),
    "reports_intro": (
        "有人认为来访人员可疑。请先核对小组，再回电。",
        "Somebody doubts a visitor. Ask the crew first, then call back.",
    ),
    "reported_at": ("报告时间", "Reported"),
    "letter_reference": ("授权书编号开头", "Beginning of the number"),
    "no_reports": ("这里没有报告。", "There are none."),
    # alarms
    "alarms_heading": ("安全求助", "Safety alarms"),
    "alarm_line": ("{time} 小组 {crew} 求助", "{time}: crew {crew} asks for help"),
    "alarm_at_visit": ("手机上显示的外访：{visit}", "The visit on its phone: {visit}"),
    "alarm_do": ("请马上打电话给小组，必要时报警。", "Call the crew at once, and the police where needed."),
    "no_alarms": ("目前没有求助。", "No crew asks for help."),
    # the hotline
    "hotline_title": ("热线查询", "Hotline"),
    "hotline_intro": (
        "来电人读出授权书编号，或来访人员手机上的 8 位核验码。每次查询都有记录。",
        "The caller reads out the number of the letter, or the 8 digits on the visitors' phone. Each look-up is noted.",
    ),
    "hotline_typed": ("编号或核验码", "Number or code"),
    "hotline_ask": ("查询", "Look up"),
    "hotline_may_say": ("可以告诉来电人", "What you may say"),
    "hotline_never": (
        "不要说来访对象、地址和事由，也不要确认或否认某人与我们有业务往来。",
        "Never say whom the visit is for, where, or why, and neither confirm nor deny that somebody is known to us.",
    ),
    "hotline_yes": (
        "“是的，这份授权书有效。{day} 可以来访的是下列人员，请对照姓名、工作证号和照片。”",
        "“Yes, this letter is valid. These people may call on {day}; please compare name, badge and photo.”",
    ),
    "hotline_no": (
        "“现在没有有效的授权与此对应。请不要开门；有危险请报警 110。”",
        "“No letter that is valid now belongs to this. Please keep the door closed; in danger, call the police.”",
    ),
    "hotline_for_you": ("只供您参考", "For you alone"),
    "letter_valid": ("有效", "Valid now"),
    "letter_not_yet": ("尚未生效", "Not valid yet"),
    "letter_expired": ("已过期", "Over"),
    "letter_revoked": ("已收回：上门已取消、更改或结束", "Called back: the visit was called off, changed, or is over"),
    "letter_unknown": (
        "查不到：没有这个编号，或核验码已用过、已失效",
        "Not known: no such number, or a code that was used or is over",
    ),
    "hotline_next": (
        "来电人如有疑问，请他在核实页面点“有疑问？告诉我们”，或记下后转给合规人员。",
        "If the caller is in doubt, point to “In doubt? Tell us” on the verification page, or pass it to compliance.",
    ),
    "visit_day": ("上门日期", "Day of the visit"),
}
