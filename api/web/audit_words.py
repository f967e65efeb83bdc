"""What stands in the audit trail, in words; a test holds that no action is without them."""

from collections.abc import Mapping

from api.store.audit import Break, BrokenChain
from api.web.catalogue import ENGLISH

# What is before the dot of an action -> in Chinese, in English.
FAMILIES: Mapping[str, tuple[str, str]] = {
    "plan": ("计划", "Plans"),
    "visit": ("外访", "Visits"),
    "notice": ("通知", "Notices"),
    "papers": ("文书", "Papers"),
    "route": ("路线", "Routes"),
    "hotline": ("热线", "Hotline"),
    "link": ("链接", "Links"),
    "wish": ("借款人请求", "Wishes of borrowers"),
    "report": ("举报", "Reports"),
    "case": ("案件", "Cases"),
    "person": ("个人信息", "Personal data"),
    "import": ("导入", "Imports"),
    "places": ("地点", "Places"),
    "crew": ("小组", "Crews"),
    "collector": ("外访人员", "Collectors"),
    "shift": ("班次", "Shifts"),
    "office": ("办公点", "Offices"),
    "approval": ("双人审批", "Approvals"),
    "rule_packs": ("规则包", "Rule packs"),
    "keeping": ("保存期限", "Keeping of data"),
    "audit": ("审计记录", "Audit trail"),
    "export": ("导出", "Exports"),
    "data": ("数据删除", "Deletion of data"),
    "user": ("用户", "Users"),
    "session": ("登录", "Sessions"),
    "sign_in": ("一次性登录", "Sign-in addresses"),
    "token": ("程序密钥", "Keys of programs"),
    "job": ("后台任务", "Jobs"),
    "experiment": ("模拟实验", "What-if experiments"),
    "webhook": ("消息推送", "Webhooks"),
    "branch": ("分支机构", "Branches"),
    "database": ("数据库", "Database"),
    "keys": ("加密密钥", "Secret keys"),
}
_DONE: Mapping[str, tuple[str, str]] = {
    "added": ("新增", "added"),
    "alarm": ("求助", "asked for help"),
    "answered": ("已答复", "answered"),
    "asked": ("提出", "asked"),
    "backed_up": ("已备份", "backed up"),
    "block_added": ("登记阻止情形", "circumstance added"),
    "block_lifted": ("解除阻止情形", "circumstance lifted"),
    "booked": ("改约时间", "booked for another time"),
    "bound": ("绑定手机", "bound to a phone"),
    "cancel_asked": ("请求停止", "asked to stop"),
    "cancelled": ("取消", "called off"),
    "changed": ("修改", "changed"),
    "checked": ("已校验", "checked"),
    "closed": ("结束", "closed"),
    "consent_added": ("登记同意或拒绝", "consent or refusal recorded"),
    "corrected": ("更正", "corrected"),
    "decided": ("已决定", "decided"),
    "deleted": ("删除", "deleted"),
    "delivered": ("已送达", "delivered"),
    "disabled": ("停用", "disabled"),
    "draft": ("草稿", "draft"),
    "edited": ("编辑", "edited"),
    "enabled": ("启用", "enabled"),
    "ended": ("结束", "ended"),
    "exported": ("导出", "exported"),
    "found_rates_switched": ("开启或关闭见面率", "found rates switched on or off"),
    "geocoded": ("地址定位", "found on the map"),
    "given_up": ("未成行", "given up"),
    "handled": ("已处理", "handled"),
    "issued": ("发出", "issued"),
    "judged": ("按规则复核", "judged by the rules"),
    "kept": ("保存", "kept"),
    "late": ("晚点", "late"),
    "left": ("离开现场", "left the door"),
    "led_on": ("转到新通知", "leads to the new notice"),
    "limited": ("超过每日限量", "beyond the daily limit"),
    "made": ("生成", "made"),
    "mobile": ("车辆恢复", "with a vehicle again"),
    "moved": ("调整分支机构", "moved to another branch"),
    "photo_deleted": ("删除照片", "photo deleted"),
    "photo_set": ("设置照片", "photo set"),
    "place_added": ("新增地点", "place added"),
    "place_changed": ("修改地点", "place changed"),
    "place_removed": ("删除地点", "place removed"),
    "printed": ("打印", "printed"),
    "published": ("发布", "published"),
    "purged": ("到期删除", "purged"),
    "refused": ("报到被拒", "check-in refused"),
    "released": ("解除绑定", "released"),
    "restored": ("恢复备份", "restored"),
    "revealed": ("查看明文", "shown in full"),
    "revised": ("更改", "revised"),
    "revoked": ("撤销", "revoked"),
    "roads_chosen": ("选择路网", "roads chosen"),
    "rotated": ("更换", "rotated"),
    "running": ("执行中", "running"),
    "saved": ("保存", "saved"),
    "short": ("人员缺席", "short of a member"),
    "started": ("开始", "started"),
    "stranded": ("车辆故障", "without a vehicle"),
    "urgent": ("当天加急", "wanted still today"),
    "whole": ("人员到齐", "complete again"),
    "withdrawn": ("撤回", "withdrawn"),
}
_BROKEN: Mapping[str, tuple[str, str]] = {
    Break.MISSING: ("缺失", "is missing"),
    Break.LOOSE: ("与上一条不衔接", "does not follow the row before it"),
    Break.CHANGED: ("被改动", "was changed"),
}


def family_in_words(family: str, language: str) -> str:
    """What actions of a kind are about."""
    return _word(FAMILIES, family, language)


def action_in_words(action: str, language: str) -> str:
    """`计划：发布` or `Plans: published`; a word that nobody translated stands as it is."""
    family, _, what = action.partition(".")
    return f"{family_in_words(family, language)}{'' if not what else _colon(language) + _word(_DONE, what, language)}"


def is_translated(action: str) -> bool:
    """Whether an action has words."""
    family, _, what = action.partition(".")
    return family in FAMILIES and (not what or what in _DONE)


def break_in_words(broken: BrokenChain, language: str) -> str:
    """What is wrong with a row."""
    if broken.what in _BROKEN:
        return _word(_BROKEN, broken.what, language)
    return broken.what if language == ENGLISH else "与外部记录的链尾不一致"


def fact_in_words(value: object) -> str:
    """A fact of a row on one line."""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)


def _colon(language: str) -> str:
    return ": " if language == ENGLISH else "："


def _word(words: Mapping[str, tuple[str, str]], code: str, language: str) -> str:
    both = words.get(code)
    return code.replace("_", " ") if both is None else both[int(language == ENGLISH)]
