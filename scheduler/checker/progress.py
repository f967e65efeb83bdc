"""On a day that has begun: whether a plan leaves alone what is behind the crews, and what of it is still to be judged.

What is behind a crew is a fact: no rule about times, law or cost judges it again. It counts towards limits of visits
and towards working time. The rest of a route is judged like any other, as if its shift began where and when the crew
can go on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from scheduler.checker.instants import SECOND, ZERO, elapsed
from scheduler.checker.lookup import Lookup
from scheduler.checker.reports import of_route, of_stop
from scheduler.domain.collector import Shift
from scheduler.domain.crew_progress import CrewProgress
from scheduler.domain.plan import Plan, Route, Stop, StopType
from scheduler.domain.problem import History, Problem
from scheduler.domain.violation import Violation
from scheduler.domain.visit import Visit


def progress_violations(whole: Lookup) -> Iterator[Violation]:
    """Routes that tell what is behind their crews otherwise than it was, or go on where nothing goes on."""
    for progress in whole.problem.progress:
        route = whole.plan.route_of(progress.shift_id)
        if route is None:
            if progress.visit_ids:
                message = f"{progress.shift_id} has visits behind it, and no route"
                yield Violation(code="history_changed", message=message, shift_id=progress.shift_id)
            continue
        count = len(progress.stops)
        if route.stops[:count] != progress.stops:
            message = f"the route of {route.shift_id} does not begin with what is behind its crew"
            yield of_route("history_changed", message, route)
        ahead = route.stops[count:]
        if progress.is_over and any(stop.type is StopType.VISIT for stop in ahead):
            yield of_route("goes_on_when_over", f"{route.shift_id} makes no more visits, its route does", route)
        elif progress.stops and all(stop.type is not StopType.VISIT for stop in ahead):
            yield from _way_home(whole, route, progress, ahead)


def _way_home(whole: Lookup, route: Route, progress: CrewProgress, ahead: tuple[Stop, ...]) -> Iterator[Violation]:
    """Nothing is left but the way home, which is told at the speed of the matrix, whatever the hour."""
    shift, travel = whole.shifts.get(route.shift_id), whole.travel_of(route)
    if len(ahead) != 1 or ahead[0].type is not StopType.END or shift is None or travel is None:
        yield of_route("not_only_home", f"{route.shift_id} has no visits left, its route more than its end", route)
        return
    end, origin_id = ahead[0], progress.stops[-1].location_id
    if not {origin_id, shift.end_location_id} <= whole.travelled_ids:
        return  # the stop before is a fact of another place
    seconds = (travel.seconds(origin_id, shift.end_location_id) or 0) * SECOND
    if end.travel != seconds or end.travel_meters != travel.meters(origin_id, shift.end_location_id):
        yield of_stop("wrong_travel", f"the way home says {end.travel}, it takes {seconds}", route, end)
    if any(
        elapsed(progress.free_at, moment) != seconds
        for moment in (end.arrival_time, end.service_start_time, end.departure_time)
    ):
        yield of_stop("wrong_arrival", "the crew is not at the end of its way home then", route, end)


def what_lies_ahead(whole: Lookup) -> tuple[Problem, Plan]:
    """The problem and the plan without what is behind the crews."""
    problem, plan = whole.problem, whole.plan
    behind = {progress.shift_id: progress for progress in problem.progress}
    made = {visit_id for progress in problem.progress for visit_id in progress.visit_ids}
    over = {progress.shift_id for progress in problem.progress if progress.is_over}
    left = replace(
        problem,
        shifts=tuple(_from_here(shift, behind.get(shift.id)) for shift in problem.shifts if shift.id not in over),
        visits=tuple(_counted_from_here(visit, behind) for visit in problem.visits if visit.id not in made),
        history=_history(problem, behind),
        progress=(),
    )
    routes = (_ahead(route, behind.get(route.shift_id)) for route in plan.routes)
    return left, replace(plan, routes=tuple(route for route in routes if route is not None))


def _ahead(route: Route, progress: CrewProgress | None) -> Route | None:
    """What is left of a route, from where the crew is; None where that is no visit."""
    if progress is None or not progress.stops:
        return None if progress is not None and progress.is_over else route
    ahead = route.stops[len(progress.stops) :]
    if all(stop.type is not StopType.VISIT for stop in ahead):
        return None
    here = replace(
        progress.stops[-1],
        type=StopType.START,
        arrival_time=progress.free_at,
        service_start_time=progress.free_at,
        departure_time=progress.free_at,
        waiting=ZERO,
        travel=ZERO,
        travel_meters=None if ahead[0].travel_meters is None else 0,
        visit_id=None,
        place_id=None,
    )
    return replace(route, stops=(here, *ahead))


def _from_here(shift: Shift, progress: CrewProgress | None) -> Shift:
    if progress is None:
        return shift
    if not progress.stops:
        is_later = elapsed(shift.earliest_start, progress.free_at) > ZERO
        return replace(shift, earliest_start=progress.free_at) if is_later else shift
    taken = [stop for stop in progress.stops if stop.type is StopType.BREAK]
    return replace(
        shift,
        earliest_start=progress.free_at,
        start_location_id=progress.stops[-1].location_id,
        breaks=shift.breaks[len(taken) :],
    )


def _counted_from_here(visit: Visit, behind: Mapping[str, CrewProgress]) -> Visit:
    """With a pinned position that counts the visits ahead; one that is behind the crew fits no route."""
    pin = visit.pinned
    if pin is None or pin.position is None or pin.shift_id not in behind:
        return visit
    return replace(visit, pinned=replace(pin, position=pin.position - len(behind[pin.shift_id].visit_ids)))


def _history(problem: Problem, behind: Mapping[str, CrewProgress]) -> History | None:
    if problem.history is None and not problem.objective.unfairness_weight:
        return None
    history = problem.history or History()
    working = dict(history.working)
    for shift in problem.shifts:
        progress = behind.get(shift.id)
        if progress is None or not progress.stops:
            continue
        span = elapsed(progress.stops[0].departure_time, progress.free_at)
        for name in set(shift.collector_ids):
            working[name] = working.get(name, ZERO) + span
    return replace(history, working=working)
