"""Whether every visit is on exactly one route or left out with a reason."""

from collections import Counter
from collections.abc import Iterator

from scheduler.checker.lookup import Lookup
from scheduler.domain.plan import Unassigned
from scheduler.domain.violation import Violation


def assignment_violations(lookup: Lookup) -> Iterator[Violation]:
    """Visits that are routed twice, lost, or left out without a sound reason."""
    routed = Counter(routed.visit.id for routed in lookup.routed)
    left_out = Counter(unassigned.visit_id for unassigned in lookup.plan.unassigned)
    for visit in lookup.problem.visits:
        yield from _places_in_plan(visit.id, routed[visit.id], left_out[visit.id])
    for visit_id in left_out:
        if visit_id not in lookup.visits:
            yield Violation(
                code="unknown_visit", message=f"unassigned {visit_id} is not in the problem", visit_id=visit_id
            )
    for unassigned in lookup.plan.unassigned:
        yield from _reasons(lookup, unassigned)


def _places_in_plan(visit_id: str, routed: int, left_out: int) -> Iterator[Violation]:
    if routed > 1:
        yield Violation(code="visit_twice", message=f"{visit_id} is on routes {routed} times", visit_id=visit_id)
    if left_out > 1:
        yield Violation(code="unassigned_twice", message=f"{visit_id} is left out {left_out} times", visit_id=visit_id)
    if routed and left_out:
        yield Violation(
            code="routed_and_unassigned", message=f"{visit_id} is on a route and unassigned", visit_id=visit_id
        )
    if not routed and not left_out:
        yield Violation(
            code="visit_missing", message=f"{visit_id} is neither on a route nor unassigned", visit_id=visit_id
        )


def _reasons(lookup: Lookup, unassigned: Unassigned) -> Iterator[Violation]:
    if not unassigned.reasons:
        yield Violation(
            code="missing_reason",
            message=f"{unassigned.visit_id} is left out without a reason",
            visit_id=unassigned.visit_id,
        )
    for reason in unassigned.reasons:
        if reason.shift_id is not None and reason.shift_id not in lookup.shifts:
            yield Violation(
                code="unknown_shift",
                message=f"a reason for {unassigned.visit_id} names {reason.shift_id}, which the problem does not have",
                visit_id=unassigned.visit_id,
                shift_id=reason.shift_id,
            )
