"""Plans for the tests of maps and exports, written by hand: no planner is asked."""

import math
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from scheduler.domain.location import Coordinates, Location
from scheduler.domain.plan import (
    Cost,
    Engine,
    Plan,
    PlanStatus,
    Reason,
    ReasonCode,
    Route,
    Stop,
    StopType,
    Unassigned,
)
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text
from scheduler.domain.travel import RouteGeometry
from scheduler.domain.visit import PlaceKind, Visit
from tests.builders import MINUTE, a_place, a_problem, a_shift, a_visit, at

OFFICE = Coordinates(latitude_degrees=31.2304, longitude_degrees=121.4737)
KINDS = (PlaceKind.HOME, PlaceKind.WORKPLACE, PlaceKind.HOME, PlaceKind.OTHER)


def a_day(crews: int = 2, stops: int = 3, left_out: int = 1) -> Problem:
    """Crews `S1`, `S2`, ... with `stops` visits `v0`, `v1`, ... each around one office, and `x0`, ... for nobody."""
    names = [f"v{i}" for i in range(crews * stops)] + [f"x{i}" for i in range(left_out)]
    visits = [_visit(name, i) for i, name in enumerate(names)]
    problem = a_problem(visits, [a_shift(f"S{i + 1}") for i in range(crews)])
    points = tuple(Location(id=at(i), coordinates=point_of(i, stops)) for i in range(len(visits) + 1))
    return replace(problem, locations=points)


def _visit(name: str, index: int) -> Visit:
    return a_visit(name, places=(a_place(f"{name}-place", index + 1, kind=KINDS[index % len(KINDS)]),))


def point_of(index: int, stops: int) -> Coordinates:
    """Location 0 is the office; each crew's visits go outwards in its own direction."""
    if index == 0:
        return OFFICE
    crew, step = divmod(index - 1, stops)
    north = (0, 1, 1, 1, 0, -1, -1, -1)[crew % 8]
    east = (1, 1, 0, -1, -1, -1, 0, 1)[crew % 8]
    turn = (step % 3 - 1) * 0.006
    reach = 0.011 * (step + 1)
    return Coordinates(
        latitude_degrees=OFFICE.latitude_degrees + north * reach - east * turn,
        longitude_degrees=OFFICE.longitude_degrees + east * reach + north * turn,
    )


def a_plan(problem: Problem, *, travel_source: str = "great_circle", with_break: bool = True) -> Plan:
    """The visits `v...` in order, the same number for each shift; the visits `x...` are unassigned."""
    planned = [visit for visit in problem.visits if visit.id.startswith("v")]
    each = len(planned) // max(1, len(problem.shifts))
    routes = []
    for row, shift in enumerate(problem.shifts):
        visits = planned[row * each : (row + 1) * each]
        clock = shift.earliest_start
        stops = [_stop(StopType.START, shift.start_location_id, clock, clock)]
        for number, visit in enumerate(visits):
            if with_break and number == 2:
                stops.append(_stop(StopType.BREAK, stops[-1].location_id, clock, clock + 45 * MINUTE))
                clock += 45 * MINUTE
            clock += 12 * MINUTE
            stop = _stop(StopType.VISIT, visit.places[0].location_id, clock, clock + 30 * MINUTE)
            stops.append(replace(stop, visit_id=visit.id, place_id=visit.places[0].id))
            clock += 30 * MINUTE
        clock += 15 * MINUTE
        stops.append(_stop(StopType.END, shift.end_location_id, clock, clock))
        routes.append(Route(shift_id=shift.id, collector_ids=shift.collector_ids, stops=tuple(stops)))
    return Plan(
        status=PlanStatus.FEASIBLE,
        cost=Cost(travel_seconds=0, preference_penalty_seconds=0, unassigned_penalty_seconds=0),
        travel_source=travel_source,
        engine=Engine(name="visits", version="1", seed=0, iterations=1),
        routes=tuple(routes),
        unassigned=tuple(
            Unassigned(visit_id=visit.id, reasons=(Reason(code=ReasonCode.VISIT_LIMIT, detail="Full."),))
            for visit in problem.visits
            if visit not in planned
        ),
    )


def roads_of(problem: Problem, *, points: int = 9) -> dict[str, RouteGeometry]:
    """Winding ways for the routes of `a_plan`, with so many points a leg."""
    at_id = {location.id: location.coordinates for location in problem.locations}
    roads = {}
    for route in a_plan(problem).routes:
        passed = [at_id[stop.location_id] for stop in route.stops if stop.type is not StopType.BREAK]
        legs = tuple(_winding(here, there, points) for here, there in pairwise(passed) if here and there)
        roads[route.shift_id] = RouteGeometry(legs=legs, estimated=False)
    return roads


def _winding(start: Coordinates, end: Coordinates, points: int) -> tuple[Coordinates, ...]:
    north = end.latitude_degrees - start.latitude_degrees
    east = end.longitude_degrees - start.longitude_degrees
    way = []
    for index in range(points):
        along = index / (points - 1)
        # Two waves, so that a line of many points keeps its bends when it is simplified.
        aside = 0.1 * math.sin(along * math.tau) + 0.02 * math.sin(along * math.tau * points / 5)
        way.append(
            Coordinates(
                latitude_degrees=start.latitude_degrees + along * north - aside * east,
                longitude_degrees=start.longitude_degrees + along * east + aside * north,
            )
        )
    return tuple([start, *way[1:-1], end])


def texts_of(problem: Problem) -> dict[str, Text]:
    """A name and an address for everything that has an id."""
    texts = {at(0): Text(name="城东办公室", address="青石路1号")}
    for number, visit in enumerate(problem.visits):
        texts[visit.id] = Text(name=f"访客{number}", note="请先按门铃，二楼左手边")
        texts[visit.places[0].id] = Text(address=f"云河区柳荫街{number + 10}号{number % 4 + 1}单元")
    for number, collector in enumerate(problem.collectors):
        texts[collector.id] = Text(name=f"外访员{number}")
    return texts


def ids_of(problem: Problem) -> list[str]:
    """Every id that may have a text."""
    return [
        *(visit.id for visit in problem.visits),
        *(place.id for visit in problem.visits for place in visit.places),
        *(collector.id for collector in problem.collectors),
        *(location.id for location in problem.locations),
    ]


def _stop(kind: StopType, location_id: str, start: datetime, end: datetime) -> Stop:
    return Stop(type=kind, location_id=location_id, arrival_time=start, service_start_time=start, departure_time=end)
