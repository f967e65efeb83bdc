"""Whether a plan's certificate speaks of this plan, this problem and these rules."""

from collections.abc import Iterator
from itertools import zip_longest

from scheduler.domain.plan import Certificate, Plan, StopDecision
from scheduler.domain.problem import Problem
from scheduler.domain.violation import Violation
from scheduler.rules.rule_pack import RuleSet

CHECKER_VERSION = "2"
"""Changes whenever the checker accepts or refuses a plan that it judged otherwise before."""

ALL_RULES = "all rules"
PLANNING_RULES = "planning rules"


def certificate_scope(problem: Problem) -> str:
    """What a check of any plan for this problem can prove.

    Returns:
        `planning rules` when a visit comes without its case facts or no rule pack applies to the visits there are,
        else `all rules`.
    """
    facts_are_known = all(visit.case is not None for visit in problem.visits)
    has_law = bool(problem.rule_packs) or not problem.visits
    return ALL_RULES if facts_are_known and has_law else PLANNING_RULES


def certificate_violations(
    plan: Plan,
    *,
    rules: RuleSet,
    problem_sha256: str,
    plan_sha256: str,
    scope: str | None = None,
    decisions: tuple[StopDecision, ...] | None = None,
) -> tuple[Violation, ...]:
    """What the plan's certificate claims and cannot.

    Args:
        plan: The plan with its certificate.
        rules: The rules in force for the problem.
        problem_sha256: The hash of the Problem document.
        plan_sha256: The hash of the Plan document without its certificate.
        scope: What `certificate_scope` says of the problem; None leaves the scope unchecked.
        decisions: What the rules say of each visit stop; None leaves those of the certificate unchecked, as they are
            in a certificate that tells none.
    """
    if plan.certificate is None:
        return (Violation(code="no_certificate", message="the plan has no certificate"),)
    return (
        *_mismatches(plan.certificate, rules, problem_sha256, plan_sha256, scope),
        *_other_decisions(plan.certificate.decisions, decisions),
    )


def _mismatches(
    certificate: Certificate, rules: RuleSet, problem_sha256: str, plan_sha256: str, scope: str | None
) -> Iterator[Violation]:
    if certificate.problem_sha256 != problem_sha256:
        yield Violation(code="other_problem", message="the certificate is for another problem")
    if certificate.plan_sha256 != plan_sha256:
        yield Violation(code="plan_changed", message="the plan was changed after it was certified")
    if certificate.rule_packs != tuple(rules.versions):
        yield Violation(code="other_rules", message="the certificate is from other rule packs or versions of them")
    if certificate.checker_version != CHECKER_VERSION:
        yield Violation(
            code="other_checker",
            message=f"the certificate is from checker {certificate.checker_version}, this is {CHECKER_VERSION}",
        )
    if scope is not None and certificate.scope != scope:
        yield Violation(code="other_scope", message=f"the certificate claims {certificate.scope}, proven are {scope}")


def _other_decisions(
    claimed: tuple[StopDecision, ...] | None, derived: tuple[StopDecision, ...] | None
) -> Iterator[Violation]:
    if claimed is None or derived is None:
        return
    for told, found in zip_longest(claimed, derived):
        if told != found:
            yield Violation(
                code="other_decision",
                message="the certificate says something else about a visit than the rules do",
                visit_id=(told or found).visit_id,
            )
