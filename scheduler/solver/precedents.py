"""What a crew costs at a visit because of what people know: their wish, who went there last, the published plan."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from scheduler.domain.collector import Shift
from scheduler.domain.order import out_of_order
from scheduler.domain.plan import Route
from scheduler.domain.problem import PLAN_CHANGE_TOLERANCE, Problem
from scheduler.domain.visit import Visit
from scheduler.solver.suitability import is_non_preferred

_SECOND = timedelta(seconds=1)


class Published(NamedTuple):
    """Where and when a visit is in the published plan."""

    shift_id: str
    start: datetime


class CrewPenalties(NamedTuple):
    """What a shift costs at a visit, whatever the time, in whole seconds."""

    non_preferred_collector: int
    change_of_collector: int
    change_of_plan: int


class WorkingTime(NamedTuple):
    """Who works on which shift, and how long each has worked before; people are counted from 0."""

    collectors_of_shift: tuple[tuple[int, ...], ...]
    past: tuple[int, ...]


def published_visits(problem: Problem) -> Mapping[str, Published]:
    """The published plan by visit; empty when it does not matter, or there is none."""
    plan = problem.published_plan
    if plan is None or not problem.objective.change_of_plan:
        return {}
    return {
        stop.visit_id: Published(route.shift_id, stop.service_start_time)
        for route in plan.routes
        for stop in route.stops
        if stop.visit_id is not None
    }


def in_time(published: Mapping[str, Published], route: Route) -> list[str]:
    """The visits that a route makes on their published shift and at about their published time, in its order."""
    return [
        stop.visit_id
        for stop in route.stops
        if stop.visit_id is not None
        and (known := published.get(stop.visit_id)) is not None
        and known.shift_id == route.shift_id
        and not is_retimed(known, stop.service_start_time)
    ]


def is_retimed(published: Published, start: datetime) -> bool:
    """Whether a visit begins at another time than people know."""
    return abs(start.astimezone(UTC) - published.start.astimezone(UTC)) > PLAN_CHANGE_TOLERANCE


def overtaken(published: Mapping[str, Published], routes: Sequence[Route]) -> int:
    """How many visits are changed in nothing but their order.

    Args:
        published: The published plan; its visits stand in the order of its routes.
        routes: Of a plan, or of what is left of it.
    """
    ranks = {visit_id: rank for rank, visit_id in enumerate(published)}
    count = 0
    for route in routes:
        kept = in_time(published, route)
        count += len(out_of_order(kept, [ranks[visit_id] for visit_id in kept]))
    return count


def crew_penalties(problem: Problem, visit: Visit, shift: Shift, published: Published | None) -> CrewPenalties:
    """What the shift costs at the visit.

    Args:
        problem: The problem.
        visit: The visit.
        shift: The shift that makes it.
        published: What `published_visits` says of the visit.
    """
    objective = problem.objective
    last = problem.history.last_collectors.get(visit.id, frozenset()) if problem.history else frozenset()
    comes_new = bool(last) and last.isdisjoint(shift.collector_ids)
    moves = published is not None and published.shift_id != shift.id
    return CrewPenalties(
        is_non_preferred(visit, shift) * objective.non_preferred_collector // _SECOND,
        comes_new * objective.change_of_collector // _SECOND,
        moves * objective.change_of_plan // _SECOND,
    )


def shift_penalties(
    problem: Problem, shifts: Sequence[Shift], published: Mapping[str, Published]
) -> tuple[Mapping[int, int], ...]:
    """By visit, the number of each shift that costs something there, and how much."""
    return tuple(
        {
            number: penalty
            for number, shift in enumerate(shifts if _has_precedents(problem, visit, published) else ())
            if (penalty := sum(crew_penalties(problem, visit, shift, published.get(visit.id))))
        }
        for visit in problem.visits
    )


def _has_precedents(problem: Problem, visit: Visit, published: Mapping[str, Published]) -> bool:
    last_collectors = problem.history.last_collectors if problem.history else {}
    return bool(visit.preferred_collectors) or visit.id in last_collectors or visit.id in published


def working_time(problem: Problem, shifts: Sequence[Shift]) -> WorkingTime:
    """The people of all the problem's shifts, and which of them stand in `shifts`."""
    names = dict.fromkeys(name for shift in problem.shifts for name in shift.collector_ids)
    number_of = {name: number for number, name in enumerate(names)}
    past = problem.history.working if problem.history else {}
    return WorkingTime(
        tuple(tuple(sorted({number_of[name] for name in shift.collector_ids})) for shift in shifts),
        tuple(past.get(name, timedelta()) // _SECOND for name in names),
    )
