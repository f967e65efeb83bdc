"""Rule packs in words, for people who own or ask about the rules."""

from dataclasses import dataclass
from datetime import date

from scheduler.domain.case import Channel
from scheduler.domain.visit import PlaceKind
from scheduler.rules.applies import Applies
from scheduler.rules.load import check_packs
from scheduler.rules.rule_pack import Basis, Effective, PackStatus, Rule, RulePack, Seen, Strength

__all__ = ["PackWords", "RuleWords", "check_packs", "describe_pack", "facts_in_words", "pack_in_words", "rule_in_words"]

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
        "places": "only at",
        "channels": "about",
        "actors": "for",
        "products": "for",
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
        "places": "仅限地点",
        "channels": "适用渠道",
        "actors": "适用催收方",
        "products": "适用产品",
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
_STRENGTHS = {
    Strength.HARD: {"en": "binding: a visit against it is refused", "zh-CN": "强制：违反的外访会被拒绝"},
    Strength.SOFT: {"en": "preferred: kept where possible", "zh-CN": "优先：尽量遵守"},
    Strength.WARN: {"en": "warning only", "zh-CN": "仅提示"},
}
_CONFIDENCES = {
    Seen.TEXT: {"en": "the source's own words were read", "zh-CN": "已读原文"},
    Seen.REPORT: {"en": "reported by others, the source's own words were not read", "zh-CN": "依据他人报道，未读原文"},
    Seen.MEMORY: {"en": "from memory, no source was read", "zh-CN": "凭记忆，未读任何来源"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWords:
    """A rule in words of one language.

    Attributes:
        id: The rule's.
        title: What it is called.
        says: What it asks, with its numbers.
        applies: What it is about, a line each; empty for every visit.
        strength: What breaking it means.
        in_force: For which visits.
        basis: What it rests on.
        source: Where it comes from: title and place in it.
        url: Where that can be read; None where nobody knows.
        confidence: How well the source is known.
        is_confirmed: Whether the source's own words were read.
        checked_on: When somebody last looked.
    """

    id: str
    title: str
    says: str
    applies: tuple[str, ...]
    strength: str
    in_force: str
    basis: str
    source: str
    url: str | None
    confidence: str
    is_confirmed: bool
    checked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PackWords:
    """A version of a pack in words of one language: how far it has come, when it is in force, and its rules."""

    pack: RulePack
    status: str
    is_approved: bool
    in_force: str
    rules: tuple[RuleWords, ...]


def pack_in_words(pack: RulePack, language: str) -> PackWords:
    """A pack in `en` or `zh-CN`."""
    return PackWords(
        pack=pack,
        status=_STATUSES[pack.status][language],
        is_approved=pack.status is PackStatus.APPROVED,
        in_force=_dates(pack.effective, language),
        rules=tuple(rule_in_words(rule, language) for rule in pack.rules),
    )


def rule_in_words(rule: Rule, language: str) -> RuleWords:
    """A rule in `en` or `zh-CN`."""
    source = rule.source
    return RuleWords(
        id=rule.id,
        title=rule.title_en if language == "en" else rule.title_zh,
        says=rule.params.words(language),
        applies=tuple(_applies_lines(rule, language)),
        strength=_STRENGTHS[rule.strength][language],
        in_force=_dates(rule.effective, language),
        basis=_BASES[rule.basis][language],
        source=_LABELS[language]["comma"].join((source.title, source.locator)),
        url=source.url,
        confidence=_CONFIDENCES[source.seen][language],
        is_confirmed=source.seen is Seen.TEXT,
        checked_on=source.checked_on,
    )


def describe_pack(pack: RulePack, language: str) -> str:
    """A pack as plain text: each rule's title, numbers, dates, basis, source and confidence.

    Args:
        pack: The pack.
        language: `en` or `zh-CN`.
    """
    labels, words = _LABELS[language], pack_in_words(pack, language)
    head = labels["pack"].format(
        name=pack.name, version=pack.version, status=words.status, jurisdiction=pack.jurisdiction
    )
    lines = [head]
    if pack.extends:
        lines.append(labels["extends"].format(names=labels["comma"].join(pack.extends)))
    lines.append(labels["effective"] + labels["colon"] + words.in_force)
    lines.append(labels["sha256"] + labels["colon"] + pack.sha256)
    return "\n".join([*lines, *(line for rule in words.rules for line in ("", *_rule_lines(rule, language)))]) + "\n"


def facts_in_words(rule: Rule, language: str) -> tuple[str, ...]:
    """All that a rule says and rests on, a line each, in `en` or `zh-CN`."""
    return tuple(line.strip() for line in _rule_lines(rule_in_words(rule, language), language))


def _rule_lines(rule: RuleWords, language: str) -> list[str]:
    labels = _LABELS[language]
    where = [rule.source, *([rule.url] if rule.url else [])]
    checked = labels["checked"].format(day=rule.checked_on)
    facts = (
        ("effective", rule.in_force),
        ("basis", rule.basis),
        ("source", labels["comma"].join(where)),
        ("confidence", rule.confidence + labels["comma"] + checked),
    )
    return [
        f"{rule.id}  {rule.title}",
        f"    {rule.says}",
        *(f"    {line}" for line in rule.applies),
        *(f"    {labels[label]}{labels['colon']}{words}" for label, words in facts),
    ]


def _applies_lines(rule: Rule, language: str) -> list[str]:
    """What a rule is about, where that is not every visit."""
    labels, default, applies = _LABELS[language], Applies(), rule.applies
    about = (
        ("places", [kind.value for kind in PlaceKind if kind in applies.place_kinds], default.place_kinds),
        ("channels", [channel.value for channel in Channel if channel in applies.channels], default.channels),
        ("actors", sorted(applies.actors), default.actors),
        ("products", sorted(applies.products), default.products),
    )
    return [
        labels[label] + labels["colon"] + labels["comma"].join(words)
        for label, words, usual in about
        if frozenset(words) != usual
    ]


def _dates(effective: Effective, language: str) -> str:
    form = "since" if effective.last is None else "between"
    return _LABELS[language][form].format(first=effective.first, last=effective.last)
