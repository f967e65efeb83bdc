"""The independent proof of a plan: everything in it is derived again, by code that no solver shares."""

from scheduler.checker.certificate import (
    ALL_RULES,
    CHECKER_VERSION,
    PLANNING_RULES,
    certificate_scope,
    certificate_violations,
)
from scheduler.checker.law import LawAnswers
from scheduler.checker.violations import decisions, violations

__all__ = [
    "ALL_RULES",
    "CHECKER_VERSION",
    "PLANNING_RULES",
    "LawAnswers",
    "certificate_scope",
    "certificate_violations",
    "decisions",
    "violations",
]
