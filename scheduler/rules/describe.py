"""Rule packs in words, for people who own or ask about the rules."""

from scheduler.rules.load import check_packs
from scheduler.rules.rule_pack import Basis, Effective, PackStatus, Rule, RulePack, Seen

__all__ = ["check_packs", "describe_pack"]

_LABELS = {
    "en": {
        "pack": "Rule pack {name}, version {version} ({status}), for {jurisdiction}",
        "extends": "on top of: {names}",
        "effective": "in force",
        "basis": "basis",
        "source": "source",
        "confidence": "confidence",
        "sha256": "SHA-256",
        "checked": "checked on {day}",
        "colon": ": ",
        "comma": ", ",
        "since": "for visits that start on {first} or later",
        "between": "for visits that start from {first} to {last}",
    },
    "zh-CN": {
        "pack": "规则包 {name}，版本 {version}（{status}），适用地区 {jurisdiction}",
        "extends": "叠加于：{names}",
        "effective": "生效",
        "basis": "依据",
        "source": "来源",
        "confidence": "可信度",
        "sha256": "SHA-256",
        "checked": "核对于{day}",
        "colon": "：",
        "comma": "，",
        "since": "{first}起开始的上门",
        "between": "{first}至{last}开始的上门",
    },
}
_STATUSES = {
    PackStatus.DRAFT: {"en": "draft, not yet confirmed by compliance", "zh-CN": "草案，尚未经合规确认"},
    PackStatus.APPROVED: {"en": "approved", "zh-CN": "已批准"},
    PackStatus.RETIRED: {"en": "retired", "zh-CN": "已停用"},
}
_BASES = {
    Basis.STATUTE: {"en": "statute", "zh-CN": "法律"},
    Basis.REGULATION: {"en": "regulation", "zh-CN": "监管规定"},
    Basis.SELF_REGULATION: {"en": "self-regulation or recommended standard", "zh-CN": "行业自律或推荐性标准"},
    Basis.POLICY: {"en": "house policy, not law", "zh-CN": "内部政策，非法律规定"},
    Basis.ASSUMPTION: {"en": "assumption, not law", "zh-CN": "假设，非法律规定"},
}
_CONFIDENCES = {
    Seen.TEXT: {"en": "the source's own words were read", "zh-CN": "已读原文"},
    Seen.REPORT: {"en": "reported by others, the source's own words were not read", "zh-CN": "依据他人报道，未读原文"},
    Seen.MEMORY: {"en": "from memory, no source was read", "zh-CN": "凭记忆，未读任何来源"},
}


def describe_pack(pack: RulePack, language: str) -> str:
    """A pack as plain text: each rule's title, numbers, dates, basis, source and confidence.

    Args:
        pack: The pack.
        language: `en` or `zh-CN`.
    """
    labels = _LABELS[language]
    head = labels["pack"].format(
        name=pack.name,
        version=pack.version,
        status=_STATUSES[pack.status][language],
        jurisdiction=pack.jurisdiction,
    )
    lines = [head]
    if pack.extends:
        lines.append(labels["extends"].format(names=labels["comma"].join(pack.extends)))
    lines.append(labels["effective"] + labels["colon"] + _dates(pack.effective, language))
    lines.append(labels["sha256"] + labels["colon"] + pack.sha256)
    return "\n".join([*lines, *(line for rule in pack.rules for line in ("", *_rule_lines(rule, language)))]) + "\n"


def _rule_lines(rule: Rule, language: str) -> list[str]:
    labels = _LABELS[language]
    source = rule.source
    where = [source.title, source.locator, *([source.url] if source.url else [])]
    checked = labels["checked"].format(day=source.checked_on)
    facts = (
        ("effective", _dates(rule.effective, language)),
        ("basis", _BASES[rule.basis][language]),
        ("source", labels["comma"].join(where)),
        ("confidence", _CONFIDENCES[source.seen][language] + labels["comma"] + checked),
    )
    title = rule.title_en if language == "en" else rule.title_zh
    return [
        f"{rule.id}  {title}",
        f"    {rule.params.words(language)}",
        *(f"    {labels[label]}{labels['colon']}{words}" for label, words in facts),
    ]


def _dates(effective: Effective, language: str) -> str:
    form = "since" if effective.last is None else "between"
    return _LABELS[language][form].format(first=effective.first, last=effective.last)
