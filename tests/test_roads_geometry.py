"""The ways of routes, and their lengths."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from scheduler.domain.errors import MissingResource
from scheduler.domain.location import Location
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem, RoadTravel
from scheduler.planning import SearchLimits, plan_visits
from scheduler.travel import route_geometries
from scheduler.travel.great_circle import haversine_meters
from scheduler.travel.osrm_process import OsrmProcess
from scheduler.travel.road_matrix import road_times
from scheduler.travel.roads import Detail
from tests.builders import a_break, a_problem, a_shift, a_visit
from tests.small_roads import NAME, a_location, networks_in, town_locations

LIMITS = SearchLimits(seconds=None, iterations=50)


@pytest.fixture(scope="module")
def planned(data_dir: Path) -> tuple[Problem, Plan]:
    """Two crews on the town's roads, one of them with a break."""
    shifts = (a_shift("s1", breaks=(a_break("12:00", "14:00"),)), a_shift("s2", office=30))
    problem = a_problem([a_visit(f"v{i}", 3 * i, minutes=60) for i in range(1, 10)], shifts)
    problem = replace(problem, travel=RoadTravel(network=NAME, fallback=True))
    return problem, plan_visits(problem, limits=LIMITS, networks=networks_in(data_dir))


def test_a_route_is_as_long_as_the_sum_of_its_legs_in_the_matrix(data_dir: Path) -> None:
    stops = town_locations(12, seed=4)
    times = road_times(networks_in(data_dir), NAME)
    matrix = times.matrix(stops)
    ends = [(a.coordinates, b.coordinates) for a, b in pairwise(stops) if a.coordinates and b.coordinates]
    legs = [leg for leg in times.roads.legs(ends) if leg is not None]
    meters = [matrix.meters(a.id, b.id) or 0 for a, b in pairwise(stops)]
    seconds = [matrix.seconds(a.id, b.id) or 0 for a, b in pairwise(stops)]
    assert sum(leg.meters for leg in legs) == pytest.approx(sum(meters), rel=0.01)
    assert sum(leg.seconds for leg in legs) == pytest.approx(sum(seconds), rel=0.01)


def test_a_drawn_way_is_as_long_as_the_matrix_says(planned: tuple[Problem, Plan], data_dir: Path) -> None:
    problem, plan = planned
    drawn = route_geometries(problem, plan, networks_in(data_dir), detail=Detail.FULL)
    for route in plan.routes:
        geometry = drawn[route.shift_id]
        meters = sum(stop.travel_meters or 0 for stop in route.stops)
        length = sum(_length([a_location(str(i), point) for i, point in enumerate(leg[1:-1])]) for leg in geometry.legs)
        assert length == pytest.approx(meters, rel=0.01)


def _length(points: list[Location]) -> float:
    between = haversine_meters(points)
    return float(sum(between[i, i + 1] for i in range(len(points) - 1)))


def test_legs_go_from_door_to_door_and_breaks_have_none(planned: tuple[Problem, Plan], data_dir: Path) -> None:
    problem, plan = planned
    at = {location.id: location.coordinates for location in problem.locations}
    drawn = route_geometries(problem, plan, networks_in(data_dir))
    assert set(drawn) == {"s1", "s2"}
    for route in plan.routes:
        legs = drawn[route.shift_id].legs
        stops = [stop for stop in route.stops if stop.type != "break"]
        assert len(legs) == len(stops) - 1
        assert [(leg[0], leg[-1]) for leg in legs] == [
            (at[before.location_id], at[after.location_id]) for before, after in pairwise(stops)
        ]
        assert not drawn[route.shift_id].estimated


def test_a_simplified_way_has_fewer_points(planned: tuple[Problem, Plan], data_dir: Path) -> None:
    problem, plan = planned
    full, simplified = (
        sum(len(leg) for leg in route_geometries(problem, plan, networks_in(data_dir), detail=detail)["s1"].legs)
        for detail in (Detail.FULL, Detail.SIMPLIFIED)
    )
    assert simplified < full


def test_only_the_routes_asked_for_are_drawn(planned: tuple[Problem, Plan], data_dir: Path) -> None:
    problem, plan = planned
    assert set(route_geometries(problem, plan, networks_in(data_dir), shift_ids=["s2"])) == {"s2"}


def test_an_estimated_plan_is_drawn_in_straight_lines_that_say_so(planned: tuple[Problem, Plan]) -> None:
    problem, _ = planned
    drawn = route_geometries(problem, plan_visits(problem, limits=LIMITS))
    assert drawn["s1"].estimated
    assert all(len(leg) == 2 for leg in drawn["s1"].legs)


def test_a_plan_on_roads_that_are_gone_is_not_drawn_as_if_they_were_straight(planned: tuple[Problem, Plan]) -> None:
    problem, plan = planned
    with pytest.raises(MissingResource):
        route_geometries(problem, plan)


def test_a_route_over_a_place_without_coordinates_is_not_drawn() -> None:
    problem = a_problem([a_visit("v1", 3), a_visit("v2", 5)])
    plan = plan_visits(problem, limits=LIMITS)
    locations = tuple(replace(one, coordinates=None) if one.id == "l5" else one for one in problem.locations)
    assert set(route_geometries(problem, plan)) == {"s1"}
    assert route_geometries(replace(problem, locations=locations), plan) == {}


def test_two_stops_at_one_door_are_a_leg_with_two_ends(data_dir: Path) -> None:
    (home,) = town_locations(1)
    roads = OsrmProcess(network=networks_in(data_dir).open(NAME))
    assert home.coordinates is not None
    (leg,) = roads.legs([(home.coordinates, home.coordinates)])
    assert leg is not None
    assert leg.meters == 0
