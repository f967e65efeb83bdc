"""What changes between two versions of a rule pack, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from scheduler.rules.describe import facts_in_words
from scheduler.rules.rule_pack import Rule, RulePack


class ChangeKind(StrEnum):
    """What happens to a rule."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


_KIND_WORDS = {
    ChangeKind.ADDED: {"en": "added", "zh-CN": "新增"},
    ChangeKind.REMOVED: {"en": "removed", "zh-CN": "删除"},
    ChangeKind.CHANGED: {"en": "changed", "zh-CN": "修改"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One rule that is not the same in both.

    Attributes:
        rule_id: The rule.
        kind: What happens to it.
        before: What the old version says and the new one does not, in lines; empty for an added rule.
        after: The other way round; empty for a removed rule.
    """

    rule_id: str
    kind: ChangeKind
    before: tuple[str, ...]
    after: tuple[str, ...]


def kind_in_words(kind: ChangeKind, language: str) -> str:
    """What happens to a rule, in `en` or `zh-CN`."""
    return _KIND_WORDS[kind][language]


def changes(old: RulePack, new: RulePack, language: str) -> tuple[Change, ...]:
    """Every rule that differs, in the order of the old pack, then those that are new.

    Args:
        old: One version.
        new: Another one.
        language: `en` or `zh-CN`.
    """
    return tuple(_changes(old, new, language))


def _changes(old: RulePack, new: RulePack, language: str) -> Iterator[Change]:
    before, after = ({rule.id: rule for rule in pack.rules} for pack in (old, new))
    for rule_id, rule in before.items():
        lines = facts_in_words(rule, language)
        if rule_id not in after:
            yield Change(rule_id=rule_id, kind=ChangeKind.REMOVED, before=lines, after=())
            continue
        now = facts_in_words(after[rule_id], language)
        if _without_words(rule) != _without_words(after[rule_id]) or lines != now:
            yield Change(
                rule_id=rule_id,
                kind=ChangeKind.CHANGED,
                before=tuple(line for line in lines if line not in now) or lines,
                after=tuple(line for line in now if line not in lines) or now,
            )
    for rule_id, rule in after.items():
        if rule_id not in before:
            yield Change(rule_id=rule_id, kind=ChangeKind.ADDED, before=(), after=facts_in_words(rule, language))


def _without_words(rule: Rule) -> tuple[object, ...]:
    return (rule.kind, rule.strength, rule.basis, rule.applies, rule.params, rule.effective)
