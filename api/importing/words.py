"""The closed lists of an import: what may stand in a cell, in Chinese or as a code, and what it stands for."""

from scheduler.domain.case import Actor, Channel
from scheduler.domain.visit import PlaceKind
from scheduler.priority import AmountBand

UNCHECKED = ("unchecked", "未核查")
SUBJECTS = {
    "debtor": "debtor",
    "guarantor": "guarantor",
    "third_person": "third_person",
    "spouse": "spouse",
    "parent_of_minor": "parent_of_minor",
    "guardian": "guardian",
    "executor": "executor",
    "债务人": "debtor",
    "本人": "debtor",
    "保证人": "guarantor",
    "担保人": "guarantor",
    "第三人": "third_person",
    "联系人": "third_person",
    "配偶": "spouse",
    "未成年人父母": "parent_of_minor",
    "监护人": "guardian",
    "遗产管理人": "executor",
}
# Closed, because rules pass over a circumstance that they do not know: a slip of the pen must not open a door.
BLOCKS = {
    word: code
    for code, zh in {
        "disputed": "有异议",
        "open_complaint": "投诉未结",
        "hardship": "经济困难",
        "deceased": "已故",
        "incapacitated": "行为能力受限",
        "minor": "未成年",
        "represented_by_lawyer": "已委托律师",
        "court_case": "诉讼",
        "bankruptcy": "破产",
        "serious_illness": "重病",
        "unlawful_debt": "债务不合法",
        "vulnerable": "处境特殊",
        "in_hospital": "住院",
        "cease_request": "要求停止上门",
        "revisit_not_wanted": "要求不再上门",
        "plan_agreed": "已协商分期",
        "case_closed": "已结案",
        "safety_review": "安全风险",
        "validation_period": "核实期内",
        "breathing_space": "法定宽限期",
        "disabled_group_1": "一级残疾",
        "bereavement": "丧事",
        "calamity": "灾害",
        "wedding": "婚庆",
        "festival": "节日",
    }.items()
    for word in (code, zh)
}
KINDS = {
    **{str(kind): kind for kind in PlaceKind},
    "住宅": PlaceKind.HOME,
    "单位": PlaceKind.WORKPLACE,
    "其他": PlaceKind.OTHER,
}
CHANNELS = {
    **{str(channel): channel for channel in Channel},
    "电话": Channel.PHONE,
    "短信": Channel.SMS,
    "邮件": Channel.EMAIL,
    "信函": Channel.LETTER,
    "推送": Channel.PUSH,
    "外访": Channel.VISIT,
}
ACTORS = {
    **{str(actor): actor for actor in Actor},
    "自营": Actor.FIRST_PARTY,
    "委外": Actor.THIRD_PARTY,
}
AMOUNT_BANDS = {
    **{str(band): band for band in AmountBand},
    "低": AmountBand.LOW,
    "中": AmountBand.MIDDLE,
    "高": AmountBand.HIGH,
}
ANSWERS = {"yes": True, "no": False, "是": True, "否": False}
