"""The optimum of a small problem, by dynamic programming over sets of visits; shares no code with the planner.

For each shift, every set of visits gets the cheapest route that makes all of them (labels of cost and time, over the
last stop and the breaks taken); disjoint sets are then combined over the shifts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.domain.collector import Shift
from scheduler.domain.problem import Problem
from scheduler.domain.travel import TravelMatrix
from scheduler.domain.visit import Place, Visit

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Label:
    cost: int
    leaves: datetime
    place: str
    breaks: int


def optimum(problem: Problem, travel: TravelMatrix) -> int:
    """The least possible cost_seconds. No rule packs; a handful of visits."""
    visits = problem.visits
    everyone = (1 << len(visits)) - 1
    best: dict[tuple[int, tuple[int, ...]], int] = {(0, ()): 0}
    for shift in problem.shifts:
        routes = cheapest_routes(problem, shift, travel)
        extended: dict[tuple[int, tuple[int, ...]], int] = {}
        for (done, counts), cost in best.items():
            for chosen, route_cost in routes.items():
                if not chosen & done:
                    key = (done | chosen, (*counts, chosen.bit_count()))
                    extended[key] = min(extended.get(key, cost + route_cost), cost + route_cost)
        best = extended
    return min(
        cost + sum(visits[i].unassigned_penalty // SECOND for i in range(len(visits)) if (everyone ^ done) >> i & 1)
        for (done, counts), cost in best.items()
        if keeps_collector_limits(problem, counts)
    )


def keeps_collector_limits(problem: Problem, counts: tuple[int, ...]) -> bool:
    for collector in problem.collectors:
        by_day: dict[object, int] = {}
        for shift, count in zip(problem.shifts, counts, strict=True):
            if collector.id in shift.collector_ids:
                day = problem.local_date(shift.earliest_start)
                by_day[day] = by_day.get(day, 0) + count
        if collector.max_visits is not None and max(by_day.values(), default=0) > collector.max_visits:
            return False
    return True


def cheapest_routes(problem: Problem, shift: Shift, travel: TravelMatrix) -> dict[int, int]:
    """Set of visits (bits) -> cost of the cheapest route that makes exactly these."""
    travel = travel.of(shift.travel_profile)
    able = [i for i, visit in enumerate(problem.visits) if may_make(problem, shift, visit)]
    most = len(able) if shift.max_visits is None else shift.max_visits
    layer: dict[int, list[Label]] = {0: [Label(0, shift.earliest_start, shift.start_location_id, 0)]}
    found = {0: 0}
    for length in range(min(most, len(able))):
        longer: dict[int, list[Label]] = {}
        for done, labels in layer.items():
            for i in able:
                if not done >> i & 1:
                    new = [
                        reached
                        for label in labels
                        for reached in extensions(problem, shift, travel, label, problem.visits[i], length + 1)
                    ]
                    longer[done | 1 << i] = undominated(longer.get(done | 1 << i, []) + new)
        layer = {done: labels for done, labels in longer.items() if labels}
        for done, labels in layer.items():
            costs = [cost for label in labels if (cost := closed(shift, travel, label)) is not None]
            if costs:
                found[done] = min(costs)
    return found


def may_make(problem: Problem, shift: Shift, visit: Visit) -> bool:
    crew = [collector for collector in problem.collectors if collector.id in shift.collector_ids]
    skills = {skill for collector in crew for skill in collector.skills}
    ids = {collector.id for collector in crew}
    return (
        visit.required_skills <= skills
        and len(ids) >= visit.crew_size
        and visit.required_collectors <= ids
        and not visit.prohibited_collectors & ids
        and (visit.pinned is None or visit.pinned.shift_id == shift.id)
    )


def ready(shift: Shift, label: Label, leg: timedelta, taken: int) -> datetime | None:
    clock, rested = label.leaves, timedelta()
    for rest in shift.breaks[label.breaks : taken]:
        clock = max(clock, rest.window.earliest_start) + rest.duration
        rested += rest.duration
        if clock > rest.window.latest_end:
            return None
    return max(label.leaves + leg + rested, clock)


def extensions(
    problem: Problem, shift: Shift, travel: TravelMatrix, label: Label, visit: Visit, position: int
) -> Iterator[Label]:
    pin = visit.pinned
    if pin is not None and pin.position not in {None, position}:
        return
    for place in visit.places:
        leg = travel.seconds(label.place, place.location_id)
        if leg is None or (pin is not None and pin.place_id not in {None, place.id}):
            continue
        for taken in range(label.breaks, len(shift.breaks) + 1):
            arrival = ready(shift, label, leg * SECOND, taken)
            start = None if arrival is None else first_start(visit, place, arrival)
            if start is not None:
                cost = label.cost + leg + place.preference_penalty // SECOND + disfavour(problem, shift, visit)
                yield Label(cost, start + visit.service_duration, place.location_id, taken)


def disfavour(problem: Problem, shift: Shift, visit: Visit) -> int:
    if not visit.preferred_collectors or visit.preferred_collectors & set(shift.collector_ids):
        return 0
    return problem.objective.non_preferred_collector // SECOND


def first_start(visit: Visit, place: Place, arrival: datetime) -> datetime | None:
    starts = [
        max(arrival, window.earliest_start)
        for window in place.time_windows
        if max(arrival, window.earliest_start) + visit.service_duration <= window.latest_end
    ]
    pinned = visit.pinned.service_start_time if visit.pinned else None
    if pinned is None:
        return min(starts, default=None)
    inside = any(
        window.earliest_start <= pinned and pinned + visit.service_duration <= window.latest_end
        for window in place.time_windows
    )
    return pinned if inside and arrival <= pinned else None


def closed(shift: Shift, travel: TravelMatrix, label: Label) -> int | None:
    leg = travel.seconds(label.place, shift.end_location_id)
    if leg is None:
        return None
    arrival = ready(shift, label, leg * SECOND, len(shift.breaks))
    return None if arrival is None or arrival > shift.latest_end else label.cost + leg


def undominated(labels: Sequence[Label]) -> list[Label]:
    kept: list[Label] = []
    for label in sorted(labels, key=lambda one: (one.cost, one.leaves)):
        if not any(
            other.cost <= label.cost
            and other.leaves <= label.leaves
            and other.place == label.place
            and other.breaks == label.breaks
            for other in kept
        ):
            kept.append(label)
    return kept
