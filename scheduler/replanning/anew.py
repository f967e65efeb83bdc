"""A new plan for the rest of a day, from the routes that people know."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from scheduler.domain.plan import Plan
from scheduler.domain.plan_difference import PlanDifference, plan_difference
from scheduler.domain.problem import Problem
from scheduler.planning import Progress, SearchLimits, plan_visits
from scheduler.replanning.disturbance import Disturbance, disturbance
from scheduler.replanning.situation import Situation, left_to_plan
from scheduler.travel import RoadNetworks

# Answered, checked and certified within three seconds at 300 visits and 28 crews.
LIMITS = SearchLimits(seconds=2.6)
# Moving a visit is worth so much driving.
CHANGE_COST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanned:
    """A plan in place of another one; nothing holds of it before somebody accepts it.

    Attributes:
        problem: What the plan answers: the problem with what happened.
        plan: Checked and certified. What is behind the crews stands in it as it was, and its cost is that of the rest.
        difference: Without what is behind the crews.
        disturbance: How many people it disturbs, those not counted whose visit is not made any more anyway.
    """

    problem: Problem
    plan: Plan
    difference: PlanDifference
    disturbance: Disturbance


def replan(
    problem: Problem,
    plan: Plan,
    situation: Situation,
    *,
    limits: SearchLimits = LIMITS,
    change_cost: timedelta = CHANGE_COST,
    networks: RoadNetworks | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    make_plan: Callable[[Problem], Plan] | None = None,
) -> Replanned:
    """Plan the rest of a day.

    What is done or runs stays as it was, and what was promised is kept or left out. The search goes on from the routes
    of the plan, and each visit that is moved to another crew or by more than a quarter of an hour costs something.

    Args:
        problem: What the plan answers.
        plan: The plan that people know.
        situation: What happened since.
        limits: When to stop.
        change_cost: What it costs to move a visit, unless the problem's objective says.
        networks: Where road networks are; None has none.
        on_progress: As of `plan_visits`.
        should_stop: As of `plan_visits`.
        make_plan: Plans what is left in some other way, such as in a process of its own; the four before this one are
            then its to know.

    Raises:
        InvalidInput: The situation names what is not there.
        MissingResource: A road network that is not here or cannot be used.
        PlanRefused: Our own mistake: the checker refused the plan.
    """

    def plan_left(left: Problem) -> Plan:
        return plan_visits(
            left, limits=limits, first_plan=plan, networks=networks, on_progress=on_progress, should_stop=should_stop
        )

    turned: frozenset[str] = frozenset()
    while True:
        left = left_to_plan(problem, plan, situation, change_cost=change_cost, not_on_the_way=turned)
        made = (make_plan or plan_left)(left)
        missed = _missed(left, made)
        if not missed:
            break
        # A crew that is on its way to a visit which it cannot make in its hours is free from where it is now.
        turned |= missed
    behind = frozenset(visit_id for progress in left.progress for visit_id in progress.visit_ids)
    return Replanned(
        problem=left,
        plan=made,
        difference=plan_difference(plan, made, behind=behind),
        disturbance=disturbance(plan, made, leaving_out=behind | situation.cancelled),
    )


def _missed(problem: Problem, plan: Plan) -> frozenset[str]:
    """The shifts whose crew does not make the visit that it is on its way to."""
    left_out = {one.visit_id for one in plan.unassigned}
    return frozenset(
        visit.pinned.shift_id
        for visit in problem.visits
        if visit.id in left_out and visit.pinned is not None and visit.pinned.position is not None
    )
