"""The days of a question by the clock of each pack, which need not be that of the place."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from scheduler.rules.applies import Topic
from scheduler.rules.hours import touched_days
from scheduler.rules.question import Question
from scheduler.rules.rule_pack import PlacedRule, RulePack, RuleSet

type OwnDays = tuple[tuple[str, tuple[date, ...]], ...]
"""The days asked about by each clock that a pack names; hashable, so that answers about the same days are shared."""


def all_days(question: Question) -> tuple[date, ...]:
    """The days asked about and the one on which the visit is planned, sorted."""
    return tuple(sorted({*question.days, *(() if question.planned is None else (planned_day(question),))}))


def judged_days(question: Question) -> tuple[date, ...]:
    """The day on which the visit is planned, or all days asked about, sorted."""
    return tuple(sorted(set(question.days))) if question.planned is None else (planned_day(question),)


def planned_day(question: Question) -> date:
    """The local day on which the planned visit begins; of a question about one."""
    if question.planned is None:
        raise ValueError("nothing is planned")
    return question.planned.earliest_start.astimezone(question.time_zone).date()


def days_of(pack: RulePack, question: Question, days: tuple[date, ...]) -> tuple[date, ...]:
    """The days asked about by the clock of the pack; of a planned visit alone, the day on which it begins."""
    zone, planned = pack.zone(question.time_zone), question.planned
    if zone.key == question.time_zone.key:
        return days
    if planned is not None and days == (planned_day(question),):
        return (planned.earliest_start.astimezone(zone).date(),)
    return touched_days(days, question.time_zone, zone)


def own_days(rules: RuleSet, question: Question, days: tuple[date, ...]) -> OwnDays:
    """The days asked about by every clock that the packs name."""
    return tuple((pack.time_zone, days_of(pack, question, days)) for pack in _one_pack_a_clock(rules))


def in_force(rules: RuleSet, topic: Topic, own: OwnDays) -> Iterable[PlacedRule]:
    """The rules about this topic that are in force on one of the days of their own clock."""
    days = dict(own)
    for placed in rules.rules:
        if placed.rule.applies.covers(topic) and any(placed.in_force(day) for day in days[placed.pack.time_zone]):
            yield placed


@lru_cache(maxsize=256)
def _one_pack_a_clock(rules: RuleSet) -> tuple[RulePack, ...]:
    return tuple({pack.time_zone: pack for pack in rules.packs}.values())
