"""Whether the parts of the plan's cost are what its routes and gaps amount to."""

from collections.abc import Iterator
from datetime import timedelta

from scheduler.checker.instants import SECOND, ZERO
from scheduler.checker.lookup import Lookup
from scheduler.domain.violation import Violation


def cost_violations(lookup: Lookup) -> Iterator[Violation]:
    """Each part of the cost that differs from what the checker adds up."""
    said = lookup.plan.cost
    parts = (
        ("travel", said.travel_seconds, _travel_seconds(lookup)),
        ("preference", said.preference_penalty_seconds, _preference(lookup) // SECOND),
        ("unassigned", said.unassigned_penalty_seconds, _unassigned(lookup) // SECOND),
        ("collector", said.non_preferred_collector_seconds, _non_preferred(lookup) // SECOND),
    )
    for name, given, derived in parts:
        if given != derived:
            yield Violation(code=f"wrong_{name}_cost", message=f"the plan says {given} s, it is {derived} s")


def _travel_seconds(lookup: Lookup) -> int:
    return sum(leg.seconds or 0 for route in lookup.plan.routes for leg in lookup.legs_of(route))


def _preference(lookup: Lookup) -> timedelta:
    return sum((routed.place.preference_penalty for routed in lookup.routed if routed.place is not None), ZERO)


def _unassigned(lookup: Lookup) -> timedelta:
    left_out = {unassigned.visit_id for unassigned in lookup.plan.unassigned} & set(lookup.visits)
    return sum((lookup.visits[visit_id].unassigned_penalty for visit_id in left_out), ZERO)


def _non_preferred(lookup: Lookup) -> timedelta:
    disappointed = sum(
        1
        for routed in lookup.routed
        if routed.visit.preferred_collectors
        and not routed.visit.preferred_collectors & {member.id for member in routed.crew}
    )
    return disappointed * lookup.problem.objective.non_preferred_collector
