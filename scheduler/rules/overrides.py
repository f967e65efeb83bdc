"""What overrides of a case leave of the rules."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from scheduler.domain.case import Case, Override
from scheduler.rules.decision import RuleReason
from scheduler.rules.own_days import OwnDays, in_force
from scheduler.rules.question import Question
from scheduler.rules.rule_pack import PlacedRule, RuleSet

_VAIN_ZH = "本案有例外记录，但此规则不允许例外。"
_VAIN_EN = "An exception is on record for this case, but this rule knows none."


def rules_for(rules: RuleSet, case: Case | None) -> RuleSet:
    """The rules that judge a case: one that an override sets aside comes into force again on the day after it.

    An override of a rule that knows no exception changes nothing, nor does one of a rule that no pack has.
    """
    return rules if case is None or not case.overrides else _without(rules, case.overrides)


def overridden(rules: RuleSet, question: Question, own: OwnDays) -> tuple[str, ...]:
    """The rules that would judge on one of the days, and that an override of the case sets aside on it."""
    if question.case is None or not question.case.overrides:
        return ()
    last, days = _last_days(question.case.overrides), dict(own)
    return tuple(
        dict.fromkeys(
            placed.rule.id
            for placed in in_force(rules, question.topic, own)
            if placed.rule.has_exceptions
            and any(
                placed.in_force(day) and day <= last.get(placed.rule.id, date.min)
                for day in days[placed.pack.time_zone]
            )
        )
    )


def saying_vain_overrides(
    reasons: Iterable[RuleReason], rules: RuleSet, case: Case | None, days: Sequence[date]
) -> tuple[RuleReason, ...]:
    """The reasons; that of a rule which an override names, and which knows no exception, says that it is in vain."""
    if case is None or not case.overrides:
        return tuple(reasons)
    bound = {placed.rule.id for placed in rules.rules if not placed.rule.has_exceptions}
    vain = bound.intersection(one.rule_id for one in case.overrides if days[0] <= one.valid_until)
    return tuple(
        replace(one, zh=f"{one.zh}{_VAIN_ZH}", en=f"{one.en} {_VAIN_EN}") if one.rule_id in vain else one
        for one in reasons
    )


def _last_days(overrides: Iterable[Override]) -> dict[str, date]:
    """By rule, the last day of its longest override."""
    last: dict[str, date] = {}
    for one in overrides:
        last[one.rule_id] = max(one.valid_until, last.get(one.rule_id, date.min))
    return last


@lru_cache(maxsize=256)
def _without(rules: RuleSet, overrides: tuple[Override, ...]) -> RuleSet:
    last = _last_days(overrides)
    kept = (_after(placed, last.get(placed.rule.id)) for placed in rules.rules)
    return RuleSet(rules.packs, tuple(placed for placed in kept if placed is not None))


def _after(placed: PlacedRule, last: date | None) -> PlacedRule | None:
    rule = placed.rule
    if last is None or not rule.has_exceptions or last < rule.effective.first:
        return placed
    if last == date.max or (rule.effective.last is not None and last >= rule.effective.last):
        return None
    return replace(placed, rule=replace(rule, effective=replace(rule.effective, first=last + timedelta(days=1))))
