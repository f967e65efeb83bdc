"""The part of a problem that a plan uses: what a question about one more visit needs to know, and no more.

A day's problem has every case that could be visited, at each of its places. Asking the law about all of them and
laying out the ways between all of them takes most of the time of an answer that rests on the planned ones alone.
"""

from collections.abc import Iterator
from dataclasses import replace
from operator import itemgetter

from scheduler.domain.location import Location
from scheduler.domain.plan import Plan
from scheduler.domain.problem import MatrixTravel, Problem
from scheduler.domain.visit import Visit


def planned_part(problem: Problem, plan: Plan, visit_id: str) -> Problem:
    """The same crews with the visits of the plan, each at its place alone, and one visit at all of its places.

    Args:
        problem: What the plan answers.
        plan: The plan.
        visit_id: The visit that is asked about.
    """
    where = {stop.visit_id: stop.place_id for route in plan.routes for stop in route.stops if stop.visit_id is not None}
    whole = {visit_id, *(name for progress in problem.progress for name in progress.visit_ids)}
    visits = tuple(
        visit if visit.id in whole else _at(visit, where[visit.id])
        for visit in problem.visits
        if visit.id in whole or visit.id in where
    )
    return _with_locations(replace(problem, visits=visits, document_sha256=None), plan)


def _at(visit: Visit, place_id: str | None) -> Visit:
    places = tuple(place for place in visit.places if place.id == place_id)
    return replace(visit, places=places) if 0 < len(places) < len(visit.places) else visit


def _with_locations(problem: Problem, plan: Plan) -> Problem:
    used = set(_used(problem, plan))
    numbers = [number for number, location in enumerate(problem.locations) if location.id in used]
    locations: tuple[Location, ...] = tuple(problem.locations[number] for number in numbers)
    travel = problem.travel
    if isinstance(travel, MatrixTravel) and len(numbers) > 1:
        travel = _between(travel, numbers)
    elif isinstance(travel, MatrixTravel):
        return problem
    return replace(problem, locations=locations, travel=travel)


def _used(problem: Problem, plan: Plan) -> Iterator[str]:
    for period in (*problem.shifts, *problem.duties, *plan.shifts):
        yield period.start_location_id
        yield period.end_location_id
    for visit in problem.visits:
        yield from (place.location_id for place in visit.places)
    for progress in problem.progress:
        yield from (stop.location_id for stop in progress.stops)


def _between(travel: MatrixTravel, numbers: list[int]) -> MatrixTravel:
    """The matrix between some of its locations, two at least."""
    chosen = itemgetter(*numbers)
    meters = travel.distance_meters
    return replace(
        travel,
        duration_seconds=tuple(chosen(row) for row in chosen(travel.duration_seconds)),
        distance_meters=None if meters is None else tuple(chosen(row) for row in chosen(meters)),
        profiles={profile: _between(matrix, numbers) for profile, matrix in travel.profiles.items()},
    )
