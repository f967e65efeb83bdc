"""The facts behind a plan's reasons, which the Plan document leaves out and a Chinese sentence needs."""

from collections.abc import Sequence
from dataclasses import replace

from scheduler.domain.plan import Plan

ReasonFacts = list[list[dict[str, str]]]


def facts_of(plan: Plan) -> ReasonFacts:
    """The facts of every reason, in the order of the plan's unassigned visits and their reasons."""
    return [[dict(reason.facts) for reason in left_out.reasons] for left_out in plan.unassigned]


def has_facts(plan: Plan) -> bool:
    """Whether the plan still knows them; one that was read from a document does not."""
    return any(reason.facts for left_out in plan.unassigned for reason in left_out.reasons)


def with_facts(plan: Plan, facts: Sequence[Sequence[dict[str, str]]]) -> Plan:
    """The plan with what `facts_of` gave for it."""
    unassigned = tuple(
        replace(
            left_out,
            reasons=tuple(
                replace(reason, facts=known) for reason, known in zip(left_out.reasons, of_visit, strict=True)
            ),
        )
        for left_out, of_visit in zip(plan.unassigned, facts, strict=True)
    )
    return replace(plan, unassigned=unassigned)
