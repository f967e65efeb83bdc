"""What other rules would do to the plans that are still to be carried out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from api.store import PlanEntry, PlanState, Unit, plans
from scheduler.domain.errors import InvalidInput, MissingResource
from scheduler.domain.problem import Problem
from scheduler.domain.violation import Violation
from scheduler.rule_changes import newly_broken
from scheduler.rules.load import load_rule_set, with_version
from scheduler.rules.rule_pack import RulePack, RuleSet
from scheduler.travel import RoadNetworks

MOST_PLANS = 10
type Change = Callable[[Problem], RuleSet]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEffect:
    """What a plan would break that it does not break now.

    Attributes:
        entry: The plan.
        broken: What it would break.
        is_known: Whether that could be found out: not without the plan's roads, nor for packs that do not fit.
    """

    entry: PlanEntry
    broken: tuple[Violation, ...]
    is_known: bool


def effects(unit: Unit, today: date, after: Change, networks: RoadNetworks) -> tuple[PlanEffect, ...]:
    """Judge the scope's open plans of today and later by other rules: at most `MOST_PLANS`, the earliest day first.

    Args:
        unit: Whose plans.
        today: The local day.
        after: The rules that a plan's problem would be judged by.
        networks: Where road networks are.
    """
    coming = (entry for entry in plans.listed(unit) if entry.day >= today and entry.state is not PlanState.CLOSED)
    chosen = sorted(coming, key=lambda entry: (entry.day, -entry.sequence))[:MOST_PLANS]
    return tuple(_effect(unit, entry, after, networks) for entry in chosen)


def by_packs(names: tuple[str, ...]) -> Change:
    """All plans are judged by these packs."""
    return lambda _problem: load_rule_set(names)


def by_version(old: RulePack, new: RulePack) -> Change:
    """One pack takes the place of another one, or one version that of another, where plans are judged by it."""

    def change(problem: Problem) -> RuleSet:
        if old.name == new.name:
            return with_version(load_rule_set(problem.rule_packs), new)
        return load_rule_set([new.name if name == old.name else name for name in problem.rule_packs])

    return change


def _effect(unit: Unit, entry: PlanEntry, after: Change, networks: RoadNetworks) -> PlanEffect:
    stored = plans.get(unit, entry.id)
    if stored is None:
        return PlanEffect(entry=entry, broken=(), is_known=False)
    problem = stored.problem
    try:
        before = load_rule_set(problem.rule_packs)
        broken = newly_broken(problem, stored.plan, before, after(problem), networks)
    except (InvalidInput, MissingResource):
        return PlanEffect(entry=entry, broken=(), is_known=False)
    return PlanEffect(entry=entry, broken=broken, is_known=True)
