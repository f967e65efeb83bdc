"""Days that have begun: what crews have behind them, and random events in the middle of random plans."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from scheduler.checker import violations
from scheduler.domain.crew_progress import CrewProgress
from scheduler.domain.plan import Plan, Route, StopType
from scheduler.domain.problem import Problem
from scheduler.domain.violation import Violation
from scheduler.planning import SearchLimits, plan_visits
from scheduler.replanning import Replanned, Situation, as_planned, replan
from scheduler.rules.load import load_rule_set
from scheduler.travel import travel_matrix
from tests.builders import MINUTE, a_visit, time

QUICK = SearchLimits(seconds=None, iterations=300, searches=1, threads=1, search_only=True)


def planned(problem: Problem) -> Plan:
    """A plan, quickly made and the same each time."""
    return plan_visits(problem, limits=QUICK)


def replanned(problem: Problem, plan: Plan, situation: Situation) -> Replanned:
    """The rest of the day, planned in a moment."""
    return replan(problem, plan, situation, limits=QUICK)


def behind_until(plan: Plan, clock: str) -> tuple[CrewProgress, ...]:
    """How far crews are at a time of the day if everything went as planned."""
    return as_planned(plan, time(clock))


def late_by(progress: Sequence[CrewProgress], shift_id: str, minutes: int) -> tuple[CrewProgress, ...]:
    """The same with one crew held up at its last stop."""
    return tuple(
        replace(one, free_at=one.free_at + minutes * MINUTE) if one.shift_id == shift_id else one for one in progress
    )


def what_it_breaks(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """What the checker says of a plan."""
    return violations(problem, plan, travel=travel_matrix(problem, None), rules=load_rule_set(problem.rule_packs))


def orders(plan: Plan) -> dict[str, tuple[str, ...]]:
    """The visits of each route."""
    return {route.shift_id: route.visit_ids for route in plan.routes}


def start_of(plan: Plan, visit_id: str) -> datetime:
    """When a plan has a visit."""
    return next(stop.service_start_time for route in plan.routes for stop in route.stops if stop.visit_id == visit_id)


def a_random_situation(random: Random, problem: Problem, plan: Plan) -> Situation:
    """Some moment of the day with crews late and ill, visits cancelled and new ones."""
    now = time("09:00") + random.randrange(0, 480) * MINUTE
    progress = tuple(_as_it_was(random, one) for one in as_planned(plan, now))
    behind = {visit_id for one in progress for visit_id in one.visit_ids}
    ahead = [visit.id for visit in problem.visits if visit.id not in behind]
    shifts = [shift.id for shift in problem.shifts]
    return Situation(
        now=now,
        progress=progress,
        cancelled=frozenset(random.sample(ahead, k=min(len(ahead), random.randrange(3)))),
        new_visits=tuple(
            a_visit(f"new{number}", random.randrange(1, 30), mandatory=random.random() < 0.5)
            for number in range(random.randrange(3))
        ),
        crews={shift_id: () for shift_id in shifts if random.random() < 0.2},
    )


def _as_it_was(random: Random, progress: CrewProgress) -> CrewProgress:
    """With the last visit a little shorter or longer than planned, and sometimes a crew that is held up."""
    last = progress.stops[-1]
    if last.type is not StopType.VISIT:
        return progress
    took = max(timedelta(), last.departure_time - last.service_start_time + random.randrange(-10, 20) * MINUTE)
    end = last.service_start_time + took
    held_up = random.choice((0, 0, 0, 25)) * MINUTE
    stops = (*progress.stops[:-1], replace(last, departure_time=end))
    return replace(progress, stops=stops, free_at=end + held_up)


def without_behind(route: Route, progress: CrewProgress) -> tuple[str, ...]:
    """The visits of a route that are still to be made."""
    return route.visit_ids[len(progress.visit_ids) :]
