"""The whole check of a plan against its problem, the travel times and the law."""

from scheduler.checker.assignment import assignment_violations
from scheduler.checker.breaks import break_violations
from scheduler.checker.cost import bound_violations, cost_violations
from scheduler.checker.duties import duty_violations
from scheduler.checker.law import LawAnswers, cap_violations, law_violations, stop_decisions
from scheduler.checker.limits import limit_violations, pin_violations
from scheduler.checker.lookup import look_up
from scheduler.checker.people import people_violations
from scheduler.checker.progress import progress_violations, what_lies_ahead
from scheduler.checker.structure import structure_violations
from scheduler.checker.times import time_violations
from scheduler.domain.plan import Plan, StopDecision
from scheduler.domain.problem import Problem
from scheduler.domain.travel import TravelMatrix
from scheduler.domain.violation import Violation
from scheduler.rules.rule_pack import RuleSet


def violations(
    problem: Problem, plan: Plan, *, travel: TravelMatrix, rules: RuleSet, known: LawAnswers | None = None
) -> tuple[Violation, ...]:
    """Everything that is wrong with a plan; the empty tuple proves it sound.

    Nothing that the plan says is believed: ids, times, legs, limits, law and cost are derived again from the problem.
    A plan however broken is answered with violations, never with an exception. The certificate has a check of its
    own, `certificate_violations`.

    Args:
        problem: What the plan answers.
        plan: The plan.
        travel: Travel between the problem's locations.
        rules: The problem's rule packs.
        known: What the rules said of visits of such plans before; what they say now is added. None asks about all.

    Returns:
        In the order of the checks: duties, structure, progress, assignment, times, breaks, people, limits, pins, law,
        caps, cost, bound.
    """
    whole = look_up(problem.with_formed(plan.shifts), plan, travel)
    ahead = whole if not problem.progress else look_up(*what_lies_ahead(whole), travel)
    known = known or LawAnswers()
    return (
        *duty_violations(problem, plan),
        *structure_violations(whole),
        *progress_violations(whole),
        *assignment_violations(whole),
        *time_violations(ahead),
        *break_violations(ahead),
        *people_violations(ahead),
        *limit_violations(whole),
        *pin_violations(ahead),
        *law_violations(ahead, rules, known),
        *cap_violations(ahead, rules, known),
        *cost_violations(ahead),
        *bound_violations(ahead),
    )


def decisions(problem: Problem, plan: Plan, *, travel: TravelMatrix, rules: RuleSet) -> tuple[StopDecision, ...]:
    """What the plan's certificate has to say of each visit stop, derived from the problem and its rule packs.

    Args:
        problem: What the plan answers.
        plan: The plan.
        travel: Travel between the problem's locations.
        rules: The problem's rule packs.
    """
    return stop_decisions(look_up(problem.with_formed(plan.shifts), plan, travel), rules)
