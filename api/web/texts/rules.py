"""Texts of the pages of rules and of what two people must want."""

from collections.abc import Mapping

RULE_TEXTS: Mapping[str, tuple[str, str]] = {
    # the packs
    "rules_title": ("规则", "Rules"),
    "rules_intro": (
        "每次外访都按这些规则判断。规则不是法律意见；标为“草案”的规则包尚未经合规人员确认。",
        "Every visit is judged by these rules. They are no legal advice; a pack marked as a draft was not "
        "confirmed by a compliance officer yet.",
    ),
    "rules_pack": ("规则包", "Pack"),
    "rules_version": ("版本", "Version"),
    "rules_for": ("适用地区", "For"),
    "rules_state": ("状态", "State"),
    "rules_on_top_of": ("叠加于", "On top of"),
    "rules_count": ("规则数", "Rules"),
    "rules_hash": ("哈希值", "Hash"),
    "rules_in_use": ("使用中", "in use"),
    "rules_compare": ("比较两个规则包或版本", "Compare two packs or versions"),
    "rules_all": ("所有规则包", "All packs"),
    "rules_in_force": ("生效", "In force"),
    "rules_not_in_use": (
        "贵机构的计划目前不按此规则包判断。",
        "Your plans are not judged by this pack now.",
    ),
    # one rule
    "rule_strength": ("效力", "Strength"),
    "rules_basis": ("依据", "Basis"),
    "rule_source": ("来源", "Source"),
    "rule_confidence": ("可信度", "Confidence"),
    "rule_checked_on": ("核对于 {day}", "looked at on {day}"),
    "rule_unconfirmed": ("未读原文", "source not read"),
    # other packs
    "rules_ask": ("申请更换规则包", "Ask for other packs"),
    "rules_ask_note": (
        "选择今后用来判断计划的规则包。须由另一位合规人员批准，批准后立即生效；已有的计划仍按制定时的规则包判断。",
        "Choose the packs by which plans shall be judged. Another compliance officer has to grant it; then it holds "
        "at once. Plans that are there keep the packs that they were made with.",
    ),
    "rules_packs": ("规则包", "Packs"),
    "rules_reason": ("理由", "Reason"),
    "rules_send": ("提交审批", "Ask for approval"),
    "said_packs_asked": ("已提交，等待另一位合规人员审批。", "Asked. Another compliance officer has to decide."),
    # two packs compared
    "diff_title": ("比较规则包", "Compare packs"),
    "diff_old": ("现在", "From"),
    "diff_new": ("改为", "To"),
    "diff_show": ("比较", "Compare"),
    "diff_choose": ("请选择两个规则包或版本。", "Please choose two packs or versions."),
    "diff_same": ("没有变化。", "Nothing changes."),
    "diff_before": ("原来", "Before"),
    "diff_after": ("之后", "After"),
    "effect_title": ("对未完成计划的影响", "Effect on open plans"),
    "effect_wait": ("正在按新规则复核计划……", "Judging the open plans by the other rules …"),
    "effect_open": ("复核未完成的计划", "Judge the open plans"),
    "effect_no_plans": ("今天及以后没有未完成的计划。", "There is no open plan of today or later."),
    "effect_none": ("没有新的违反", "nothing new would be broken"),
    "effect_some": ("新增违反 {count} 项", "{count} more would be broken"),
    "effect_unknown": (
        "无法复核：缺少该计划的路网，或规则包不能一起使用。",
        "cannot be told: the plan's roads are not here, or the packs do not fit together",
    ),
    "effect_most": ("最多列出 {count} 个计划。", "At most {count} plans are judged."),
    "effect_visit": ("外访", "Visit"),
    # what two people must want
    "approvals_title": ("审批", "Approvals"),
    "approvals_note": (
        "申请人不能审批自己的申请。",
        "Nobody decides what they asked for.",
    ),
    "approvals_waiting": ("待审批", "Waiting"),
    "approvals_none": (
        "没有待审批的申请。更换规则包可在“规则”页面申请。",
        "Nothing waits. Other rule packs can be asked for on the page of rules.",
    ),
    "approvals_decided": ("已决定", "Decided"),
    "approval_override": ("规则例外", "Exception from a rule"),
    "approval_rule_packs": ("更换规则包", "Other rule packs"),
    "approval_keep_days": ("延长保存期限", "Longer keeping of data"),
    "approval_about": ("对象", "About"),
    "approval_packs": ("改为", "Packs"),
    "approval_before": ("现在", "Now"),
    "approval_reason": ("申请理由", "Reason"),
    "approval_asked": ("申请", "Asked"),
    "approval_decision_reason": ("决定理由", "Reason of the decision"),
    "approval_your_reason": ("理由（必填）", "Your reason (needed)"),
    "approval_grant": ("批准", "Grant"),
    "approval_refuse": ("拒绝", "Refuse"),
    "approval_granted": ("已批准", "granted"),
    "approval_refused": ("已拒绝", "refused"),
    "approval_yours": (
        "这是您的申请，须由另一位合规人员决定。",
        "You asked for this. Another compliance officer has to decide.",
    ),
    "approval_own": (
        "没有保存：不能审批自己的申请，请另一位合规人员决定。",
        "Nothing was saved: nobody decides what they asked for. Please let another compliance officer decide.",
    ),
    "approval_decided_before": (
        "没有保存：已经有人决定。",
        "Nothing was saved: somebody has decided already.",
    ),
    "approval_needs_reason": (
        "没有保存：请填写理由，并选择批准或拒绝。",
        "Nothing was saved: please give a reason, and grant or refuse.",
    ),
    "approval_unfit": (
        "没有保存：这些规则包不能一起使用。请拒绝后重新申请。",
        "Nothing was saved: these packs do not fit together. Please refuse, and ask anew.",
    ),
    "said_granted": ("已批准，立即生效。", "Granted. It holds from now on."),
    "said_refused": ("已拒绝。", "Refused."),
}
