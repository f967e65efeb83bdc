"""Whether the parts of the plan's cost are what its routes and gaps amount to, and no bound contradicts them."""

from collections.abc import Iterator
from datetime import timedelta

from scheduler.checker.instants import SECOND, ZERO
from scheduler.checker.lookup import Lookup
from scheduler.checker.objective_terms import (
    change_of_collector_seconds,
    change_of_plan_seconds,
    missed_contact_seconds,
    overtime_seconds,
    unfairness_seconds,
    waiting_seconds,
)
from scheduler.domain.plan import PlanStatus
from scheduler.domain.violation import Violation


def cost_violations(lookup: Lookup) -> Iterator[Violation]:
    """Each part of the cost that differs from what the checker adds up."""
    said = lookup.plan.cost
    parts = (
        ("travel", said.travel_seconds, _travel(lookup) // SECOND),
        ("preference", said.preference_penalty_seconds, _preference(lookup) // SECOND),
        ("unassigned", said.unassigned_penalty_seconds, _unassigned(lookup) // SECOND),
        ("collector", said.non_preferred_collector_seconds, _non_preferred(lookup) // SECOND),
        ("overtime", said.overtime_penalty_seconds, overtime_seconds(lookup)),
        ("waiting", said.waiting_penalty_seconds, waiting_seconds(lookup)),
        ("unfairness", said.unfairness_penalty_seconds, unfairness_seconds(lookup)),
        ("change_of_collector", said.change_of_collector_seconds, change_of_collector_seconds(lookup)),
        ("change_of_plan", said.change_of_plan_seconds, change_of_plan_seconds(lookup)),
        ("missed_contact", said.missed_contact_seconds, missed_contact_seconds(lookup)),
    )
    for name, given, derived in parts:
        if given != derived:
            yield Violation(code=f"wrong_{name}_cost", message=f"the plan says {given} s, it is {derived} s")


def bound_violations(lookup: Lookup) -> Iterator[Violation]:
    """A lower bound that this very plan disproves, and an optimum that no bound proves."""
    cost, bound = lookup.plan.cost.total_seconds, lookup.plan.engine.lower_bound_seconds
    if bound is not None and bound > cost:
        yield Violation(code="bound_above_cost", message=f"the lower bound is {bound} s, the cost {cost} s")
    elif lookup.plan.status is PlanStatus.OPTIMAL and bound != cost:
        yield Violation(code="unproven_optimum", message=f"the lower bound is {bound}, the cost {cost} s")


def _travel(lookup: Lookup) -> timedelta:
    legs = (leg for route in lookup.plan.routes for leg in lookup.legs_of(route))
    return sum((leg.drive.travel for leg in legs if leg.drive is not None), ZERO)


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
