"""The ways that the routes of a plan take."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from scheduler.domain.location import Coordinates
from scheduler.domain.plan import Plan, Route, StopType
from scheduler.domain.problem import Problem, RoadTravel
from scheduler.domain.travel import Profile, RouteGeometry
from scheduler.travel.networks import RoadNetworks
from scheduler.travel.road_matrix import SOURCE_PREFIX, road_times
from scheduler.travel.roads import Detail, RoadLeg, Roads

type Ends = tuple[Coordinates, Coordinates]


def route_geometries(
    problem: Problem,
    plan: Plan,
    networks: RoadNetworks | None = None,
    *,
    detail: Detail = Detail.SIMPLIFIED,
    shift_ids: Sequence[str] | None = None,
) -> Mapping[str, RouteGeometry]:
    """The way of each route, by shift: along roads where the plan was made on them, else in straight lines.

    A route with a stop that has no coordinates has no geometry.

    Args:
        problem: The problem that the plan answers.
        plan: The plan.
        networks: Where road networks are; None has none.
        detail: How exactly roads are drawn.
        shift_ids: Only these routes; None for all.

    Raises:
        MissingResource: The plan was made on a road network that is not here or cannot be used.
    """
    routes = [route for route in plan.routes if shift_ids is None or route.shift_id in shift_ids]
    ends = {route.shift_id: _ends(problem, route) for route in routes}
    drawn = {shift_id: pairs for shift_id, pairs in ends.items() if pairs}
    network = network_of(problem, plan)
    if network is None:
        return {shift_id: RouteGeometry(legs=pairs, estimated=True) for shift_id, pairs in drawn.items()}
    profiles = {shift.id: shift.travel_profile for shift in (*problem.shifts, *plan.shifts)}
    found: dict[str, RouteGeometry] = {}
    for profile in Profile:
        own = {shift_id: pairs for shift_id, pairs in drawn.items() if profiles.get(shift_id, Profile.CAR) is profile}
        if own:
            found |= _along_roads(road_times(networks or RoadNetworks(), network, profile).roads, own, detail)
    return {shift_id: found[shift_id] for shift_id in drawn}


def _along_roads(roads: Roads, drawn: Mapping[str, tuple[Ends, ...]], detail: Detail) -> Mapping[str, RouteGeometry]:
    legs = iter(roads.legs([pair for pairs in drawn.values() for pair in pairs], detail))
    return {
        shift_id: RouteGeometry(legs=tuple(_from_door_to_door(pair, next(legs)) for pair in pairs), estimated=False)
        for shift_id, pairs in drawn.items()
    }


def network_of(problem: Problem, plan: Plan) -> str | None:
    """The road network that the plan was made on, None where it was made on none."""
    travel = problem.travel
    if not isinstance(travel, RoadTravel) or plan.travel_source != f"{SOURCE_PREFIX}{travel.network}":
        return None
    return travel.network


def _ends(problem: Problem, route: Route) -> tuple[Ends, ...]:
    """Where each leg begins and ends; empty when that is not known for one of them."""
    at = {location.id: location.coordinates for location in problem.locations}
    points = [at.get(stop.location_id) for stop in route.stops if stop.type is not StopType.BREAK]
    known = [point for point in points if point is not None]
    return tuple(pairwise(known)) if len(known) == len(points) else ()


def _from_door_to_door(ends: Ends, leg: RoadLeg | None) -> tuple[Coordinates, ...]:
    """The way with both of its ends, which lie a little off the road; straight where there is no way."""
    start, end = ends
    return (start, *(leg.points if leg else ()), end)
