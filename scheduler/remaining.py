"""What is left of a problem whose day has begun, as a problem of its own; and a plan of that as a plan of the whole.

A crew that is out begins the rest of its shift where its last stop was, at the time at which it can go on. What lies
behind it counts towards limits of visits and towards working time, and costs nothing any more. Its way home is part
of the rest only while a visit is left.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scheduler.domain.collector import Collector, Shift
from scheduler.domain.crew_progress import CrewProgress
from scheduler.domain.plan import Route, Stop, StopType
from scheduler.domain.problem import History, Problem
from scheduler.domain.travel import TravelMatrix
from scheduler.domain.visit import Visit

# A position that no route has: a visit pinned to a place in the order that is behind the crew is left out.
_NOWHERE = 1_000_000


def remaining(problem: Problem) -> Problem:
    """The same problem where nothing is behind anybody, else what is left of it.

    Args:
        problem: With its duties formed.
    """
    if not problem.progress:
        return problem
    behind = {progress.shift_id: progress for progress in problem.progress}
    done = {visit_id for progress in problem.progress for visit_id in progress.visit_ids}
    made = _visits_made(problem, behind)
    return replace(
        problem,
        shifts=tuple(
            _rest_of_shift(shift, behind.get(shift.id)) for shift in problem.shifts if _goes_on(shift.id, behind)
        ),
        collectors=tuple(_with_fewer_visits(one, made[one.id]) for one in problem.collectors),
        visits=tuple(_rest_of_visit(visit, behind) for visit in problem.visits if visit.id not in done),
        history=_with_work(problem, behind),
        progress=(),
        document_sha256=None,
    )


def out_already(problem: Problem) -> frozenset[str]:
    """The shifts whose rest begins at a stop of their route and not at their start."""
    return frozenset(progress.shift_id for progress in problem.progress if progress.stops)


def whole_routes(problem: Problem, travel: TravelMatrix, rest: Sequence[Route]) -> tuple[Route, ...]:
    """The routes of the whole day, in the order of the shifts.

    Args:
        problem: With its duties formed, and the progress of the day.
        travel: Between its locations.
        rest: The routes of what is left.
    """
    if not problem.progress:
        return tuple(rest)
    behind = {progress.shift_id: progress for progress in problem.progress}
    planned = {route.shift_id: route for route in rest}
    found = (_whole(shift, behind.get(shift.id), planned.get(shift.id), travel) for shift in problem.shifts)
    return tuple(route for route in found if route is not None)


def rest_orders(
    problem: Problem, orders: Mapping[str, Sequence[tuple[str, str]]]
) -> dict[str, Sequence[tuple[str, str]]]:
    """Orders of visits and places of the whole day without what is behind the crews."""
    done = {visit_id for progress in problem.progress for visit_id in progress.visit_ids}
    return {shift_id: [stop for stop in order if stop[0] not in done] for shift_id, order in orders.items()}


def _goes_on(shift_id: str, behind: Mapping[str, CrewProgress]) -> bool:
    return shift_id not in behind or not behind[shift_id].is_over


def _rest_of_shift(shift: Shift, progress: CrewProgress | None) -> Shift:
    if progress is None:
        return shift
    if not progress.stops:
        return replace(shift, earliest_start=_later(shift.earliest_start, progress.free_at))
    most = shift.max_visits
    return replace(
        shift,
        earliest_start=progress.free_at,
        start_location_id=progress.stops[-1].location_id,
        breaks=shift.breaks[progress.breaks_taken :],
        max_visits=None if most is None else max(0, most - len(progress.visit_ids)),
    )


def _rest_of_visit(visit: Visit, behind: Mapping[str, CrewProgress]) -> Visit:
    pin = visit.pinned
    if pin is None or pin.position is None or pin.shift_id not in behind:
        return visit
    position = pin.position - len(behind[pin.shift_id].visit_ids)
    return replace(visit, pinned=replace(pin, position=position if position > 0 else _NOWHERE))


def _visits_made(problem: Problem, behind: Mapping[str, CrewProgress]) -> Counter[str]:
    """By collector; of several days in one problem the limits of all days count them, which is stricter than asked."""
    made: Counter[str] = Counter()
    for shift in problem.shifts:
        if shift.id in behind:
            made.update(dict.fromkeys(shift.collector_ids, len(behind[shift.id].visit_ids)))
    return made


def _with_fewer_visits(collector: Collector, made: int) -> Collector:
    if collector.max_visits is None or not made:
        return collector
    return replace(collector, max_visits=max(0, collector.max_visits - made))


def _with_work(problem: Problem, behind: Mapping[str, CrewProgress]) -> History | None:
    """The history with the working time that is behind the crews."""
    history = problem.history or History()
    working = dict(history.working)
    for shift in problem.shifts:
        progress = behind.get(shift.id)
        if progress is not None and progress.stops:
            for name in set(shift.collector_ids):
                worked = _elapsed(progress.stops[0].departure_time, progress.free_at)
                working[name] = working.get(name, timedelta()) + worked
    return problem.history if working == history.working else replace(history, working=working)


def _whole(shift: Shift, progress: CrewProgress | None, rest: Route | None, travel: TravelMatrix) -> Route | None:
    if progress is None or not progress.stops:
        return rest
    if rest is None and not progress.visit_ids:
        return None  # a crew that left for nothing has no route
    stops = (_end(shift, progress, travel),) if rest is None else rest.stops[1:]
    return Route(shift_id=shift.id, collector_ids=shift.collector_ids, stops=(*progress.stops, *stops))


def _end(shift: Shift, progress: CrewProgress, travel: TravelMatrix) -> Stop:
    """The way home of a crew that has nothing left, at the speed of the matrix whatever the hour."""
    ways, origin = travel.of(shift.travel_profile), progress.stops[-1].location_id
    seconds = timedelta(seconds=ways.seconds(origin, shift.end_location_id) or 0)
    home = (progress.free_at.astimezone(UTC) + seconds).astimezone(progress.free_at.tzinfo)
    return Stop(
        type=StopType.END,
        location_id=shift.end_location_id,
        arrival_time=home,
        service_start_time=home,
        departure_time=home,
        travel=seconds,
        travel_meters=ways.meters(origin, shift.end_location_id),
    )


def _later(one: datetime, other: datetime) -> datetime:
    return one if _elapsed(other, one) >= timedelta() else other


def _elapsed(start: datetime, end: datetime) -> timedelta:
    return end.astimezone(UTC) - start.astimezone(UTC)
