"""Travel times on the small town's roads."""

from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.domain.errors import ImplausibleRoads, MissingResource
from scheduler.domain.location import Coordinates, Location
from scheduler.domain.plan import ReasonCode
from scheduler.domain.problem import Problem, RoadTravel
from scheduler.domain.travel import UNREACHABLE, Profile, TravelMatrix
from scheduler.planning import SearchLimits, check_plan, explain_visit, plan_visits, staffed
from scheduler.travel import RoadNetworks, travel_matrix
from scheduler.travel.great_circle import haversine_meters
from scheduler.travel.road_matrix import RoadTimes, road_times
from tests.builders import a_duty, a_problem, a_visit, at
from tests.small_roads import (
    COLUMN_DEGREES,
    FAR_AWAY,
    ISLAND,
    LAKE,
    NAME,
    ONE_WAY_ROW,
    ROW_DEGREES,
    SOUTH,
    WEST,
    a_location,
    networks_in,
    town_locations,
)

TOWN = town_locations(30)
LIMITS = SearchLimits(seconds=None, iterations=50)


def on_roads(*, fallback: bool = False, network: str = NAME, moved: dict[str, Coordinates] | None = None) -> Problem:
    """Ten visits along the line of builders, some of them moved."""
    problem = a_problem([a_visit(f"v{i}", 3 * i) for i in range(1, 10)])
    moved = moved or {}
    places = tuple(replace(one, coordinates=moved.get(one.id, one.coordinates)) for one in problem.locations)
    return replace(problem, travel=RoadTravel(network=network, fallback=fallback), locations=places)


def matrix_of(folder: Path, *locations: Location) -> TravelMatrix:
    return road_times(networks_in(folder), NAME).matrix((*TOWN, *locations))


def test_ways_in_the_town_are_no_shorter_than_straight_lines_and_go_at_the_speed_of_cars(data_dir: Path) -> None:
    matrix = matrix_of(data_dir)
    straight = haversine_meters(TOWN)
    assert UNREACHABLE not in matrix.duration_seconds
    for i, origin in enumerate(TOWN):
        for j, destination in enumerate(TOWN):
            meters, seconds = (of(origin.id, destination.id) for of in (matrix.meters, matrix.seconds))
            assert meters is not None
            assert seconds is not None
            # Both ends begin on a road nearby, so a way may be shorter by that much.
            assert meters >= straight[i, j] - 300
            assert meters <= 70 / 3.6 * seconds
    assert (matrix.source, matrix.estimated) == ("osrm:town", False)


def test_a_one_way_street_takes_longer_against_its_direction(data_dir: Path) -> None:
    row = SOUTH + ONE_WAY_ROW * ROW_DEGREES
    ends = [
        a_location(name, Coordinates(latitude_degrees=row, longitude_degrees=WEST + column * COLUMN_DEGREES))
        for name, column in (("west", 9.5), ("east", 12.5))
    ]
    matrix = matrix_of(data_dir, *ends)
    along, against = matrix.meters("west", "east"), matrix.meters("east", "west")
    assert along is not None
    assert against is not None
    assert against > 1.2 * along


@pytest.mark.parametrize("point", [ISLAND, LAKE, FAR_AWAY, None], ids=["island", "lake", "6,000 km away", "nowhere"])
def test_a_place_without_a_way_is_unreachable_from_everywhere_and_changes_nothing_else(
    data_dir: Path, point: Coordinates | None
) -> None:
    matrix, without = matrix_of(data_dir, a_location("x", point)), matrix_of(data_dir)
    for location in TOWN:
        assert matrix.seconds("x", location.id) is None
        assert matrix.meters(location.id, "x") is None
        assert matrix.seconds("t0", location.id) == without.seconds("t0", location.id)


def test_the_farthest_a_way_may_begin_from_its_place_is_the_operators_choice(data_dir: Path) -> None:
    near_the_shore = a_location("x", Coordinates(latitude_degrees=SOUTH - 0.004, longitude_degrees=112.81))
    near, far = (
        road_times(networks_in(data_dir, snap_limit_meters=meters), NAME).matrix((*TOWN, near_the_shore))
        for meters in (200.0, 1_000.0)
    )
    assert near.seconds("t0", "x") is None
    assert far.seconds("t0", "x") is not None


def test_equal_places_are_no_time_apart(data_dir: Path) -> None:
    twin = a_location("twin", TOWN[4].coordinates)
    matrix = matrix_of(data_dir, twin)
    assert matrix.seconds("t4", "twin") == matrix.seconds("twin", "t4") == 0
    assert [matrix.seconds("twin", one.id) for one in TOWN] == [matrix.seconds("t4", one.id) for one in TOWN]


def test_no_places_and_no_coordinates_need_no_roads(data_dir: Path) -> None:
    times = road_times(networks_in(data_dir), NAME)
    assert len(times.matrix(()).duration_seconds) == 0
    assert list(times.matrix((a_location("x", None),)).duration_seconds) == [UNREACHABLE]


def test_a_network_of_another_place_is_refused_for_what_it_is(data_dir: Path) -> None:
    elsewhere = [a_location(f"x{i}", replace(FAR_AWAY, latitude_degrees=60 + i / 100)) for i in range(40)]
    with pytest.raises(ImplausibleRoads, match="is not of this place: 40 of 70 locations lie more than 500 m"):
        matrix_of(data_dir, *elsewhere)


def on_the_island(count: int) -> list[Location]:
    return [
        a_location(f"x{i}", replace(ISLAND, longitude_degrees=ISLAND.longitude_degrees + i / 1000))
        for i in range(count)
    ]


def test_a_network_in_pieces_is_refused(data_dir: Path) -> None:
    with pytest.raises(ImplausibleRoads, match="is in pieces: 14 of 44 locations"):
        matrix_of(data_dir, *on_the_island(14))


def test_some_places_on_an_island_only_reach_one_another(data_dir: Path) -> None:
    matrix = matrix_of(data_dir, *on_the_island(3))
    assert matrix.seconds("x0", "x2") is not None
    assert matrix.seconds("x0", "t0") is None


def test_speeds_that_nobody_travels_are_refused(data_dir: Path) -> None:
    as_car = road_times(networks_in(data_dir), NAME)
    on_foot = RoadTimes(name=NAME, profile=Profile.FOOT, roads=as_car.roads)
    with pytest.raises(ImplausibleRoads, match="km/h in the median, which nobody travels by foot"):
        on_foot.matrix(TOWN)


def test_a_plan_on_roads_passes_the_check_on_the_same_roads_only(data_dir: Path) -> None:
    networks = networks_in(data_dir)
    plan = plan_visits(on_roads(), limits=LIMITS, networks=networks)
    assert plan.travel_source == "osrm:town"
    assert sum(len(route.visit_ids) for route in plan.routes) == 9
    assert check_plan(on_roads(), plan, networks) == ()
    with pytest.raises(MissingResource):
        check_plan(on_roads(), plan)


def test_only_the_visit_in_the_lake_is_left_out_and_says_why(data_dir: Path) -> None:
    problem = on_roads(moved={at(6): LAKE, at(12): FAR_AWAY, at(18): ISLAND})
    networks = networks_in(data_dir)
    plan = plan_visits(problem, limits=LIMITS, networks=networks)
    assert {one.visit_id: one.reasons[0].code for one in plan.unassigned} == dict.fromkeys(
        ("v2", "v4", "v6"), ReasonCode.LOCATION_UNREACHABLE
    )
    explained = explain_visit(problem, "v4", plan, networks)
    assert explained.reasons[0].code == ReasonCode.LOCATION_UNREACHABLE


@pytest.mark.parametrize("networks", [None, RoadNetworks()], ids=["no networks", "no folder"])
def test_a_missing_network_stops_planning_with_a_way_out(networks: RoadNetworks | None) -> None:
    with pytest.raises(MissingResource, match="'town' is not built on this machine") as missing:
        travel_matrix(on_roads(), networks)
    assert "visits roads build" in missing.value.hint
    assert "great_circle" in missing.value.hint


def test_a_missing_network_gives_the_labelled_estimate_where_that_is_allowed() -> None:
    plan = plan_visits(on_roads(fallback=True), limits=LIMITS)
    assert plan.travel_source == "great_circle"
    assert travel_matrix(on_roads(fallback=True)).estimated


def test_an_implausible_network_gives_the_labelled_estimate_where_that_is_allowed(data_dir: Path) -> None:
    moved = {at(i): replace(FAR_AWAY, longitude_degrees=24 + i / 100) for i in range(31)}
    assert travel_matrix(on_roads(fallback=True, moved=moved), networks_in(data_dir)).source == "great_circle"
    with pytest.raises(ImplausibleRoads):
        travel_matrix(on_roads(moved=moved), networks_in(data_dir))


def test_forming_crews_needs_no_roads() -> None:
    problem = a_problem([a_visit("v1", crew_size=2)], duties=[a_duty("a"), a_duty("b")])
    formed = staffed(replace(problem, travel=RoadTravel(network="nowhere")))
    assert formed.shifts == staffed(problem).shifts
