"""What another version of a rule pack would do to the visits of a problem and of its plan."""

from collections.abc import Mapping

from scheduler.checker import violations
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.violation import Violation
from scheduler.eligibility import decide
from scheduler.rules.decision import RuleReason
from scheduler.rules.load import load_rule_set, with_version
from scheduler.rules.rule_pack import RulePack, RuleSet
from scheduler.travel import RoadNetworks, travel_matrix


def fallen_visits(problem: Problem, old: RulePack, new: RulePack) -> Mapping[str, tuple[RuleReason, ...]]:
    """Visits that some place allows by the old version and none by the new one, with every reason of the new one.

    Args:
        problem: Where packs are named; a pack that it does not name changes nothing.
        old: One version of a pack.
        new: Another one.

    Raises:
        InvalidInput: The packs do not fit together with one of the versions.
    """
    rules = load_rule_set(problem.rule_packs)
    before, after = (decide(problem, with_version(rules, pack)) for pack in (old, new))
    return {
        visit.id: tuple(dict.fromkeys(reason for decision in after[visit.id].values() for reason in decision.reasons))
        for visit in problem.visits
        if any(decision.allowed for decision in before[visit.id].values())
        and not any(decision.allowed for decision in after[visit.id].values())
    }


def fallen_stops(
    problem: Problem, plan: Plan, old: RulePack, new: RulePack, networks: RoadNetworks | None = None
) -> tuple[Violation, ...]:
    """What a plan breaks by the new version and not by the old one.

    Raises:
        InvalidInput: The packs do not fit together with one of the versions.
        MissingResource: A road network that is not here.
    """
    rules = load_rule_set(problem.rule_packs)
    return newly_broken(problem, plan, with_version(rules, old), with_version(rules, new), networks)


def newly_broken(
    problem: Problem, plan: Plan, before: RuleSet, after: RuleSet, networks: RoadNetworks | None = None
) -> tuple[Violation, ...]:
    """What a plan breaks by some rules and not by those of before.

    Raises:
        MissingResource: A road network that is not here.
    """
    travel = travel_matrix(problem, networks)
    old, new = (violations(problem, plan, travel=travel, rules=rules) for rules in (before, after))
    return tuple(violation for violation in new if violation not in old)
