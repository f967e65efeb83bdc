"""Crews that drive and crews that walk, on the small town's roads: each on the network of its profile."""

import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from api.drawn_roads import drawn_roads
from scheduler.domain.errors import MissingResource
from scheduler.domain.plan import Plan, StopType
from scheduler.domain.problem import Problem, RoadTravel
from scheduler.domain.travel import Profile
from scheduler.planning import SearchLimits, check_plan, plan_visits
from scheduler.travel import RoadNetworks, route_geometries, travel_matrix
from scheduler.travel.build import build_network
from scheduler.travel.road_matrix import road_times
from scheduler.travel.roads import Detail
from scheduler.travel.sources import FALLBACKS
from tests.builders import LOCATIONS, a_problem, a_shift, a_visit, at
from tests.small_roads import BUILT_AT, NAME, networks_in, town_locations, write_extract

LIMITS = SearchLimits(seconds=None, iterations=50)


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> RoadNetworks:
    """The town for cars and for people on foot."""
    folder = tmp_path_factory.mktemp("profiles")
    extract = write_extract(folder / "town.osm.pbf")
    for profile in (Profile.CAR, Profile.FOOT):
        build_network(extract, folder=folder / "networks", name=NAME, profile=profile, now=BUILT_AT)
    return networks_in(folder)


def mixed(*profiles: Profile, fallback: bool = False) -> Problem:
    """Nine visits all over the town, with one crew for each profile."""
    shifts = [a_shift(str(profile), profile=profile) for profile in profiles]
    problem = a_problem([a_visit(f"v{i}", 3 * i, minutes=60) for i in range(1, 10)], shifts)
    places = tuple(replace(place, id=at(number)) for number, place in enumerate(town_locations(LOCATIONS)))
    return replace(problem, travel=RoadTravel(network=NAME, fallback=fallback), locations=places)


def legs_of(plan: Plan, profile: Profile) -> list[tuple[str, str, int]]:
    """From where to where each leg of the profile's crew goes, and its seconds."""
    route = plan.route_of(str(profile))
    assert route is not None
    stops = [stop for stop in route.stops if stop.type is not StopType.BREAK]
    return [
        (before.location_id, after.location_id, int(after.travel.total_seconds())) for before, after in pairwise(stops)
    ]


def test_each_crew_travels_on_the_network_of_its_profile(networks: RoadNetworks) -> None:
    problem = mixed(Profile.CAR, Profile.FOOT)
    plan = plan_visits(problem, limits=LIMITS, networks=networks)
    assert plan.travel_source == "osrm:town"
    for profile in (Profile.CAR, Profile.FOOT):
        matrix = road_times(networks, NAME, profile).matrix(problem.locations)
        assert [matrix.seconds(here, there) for here, there, _ in legs_of(plan, profile)] == [
            seconds for _, _, seconds in legs_of(plan, profile)
        ]
    assert check_plan(problem, plan, networks) == ()


def test_a_walker_is_slower_than_a_car_and_may_walk_against_the_traffic(networks: RoadNetworks) -> None:
    matrix = travel_matrix(mixed(Profile.CAR, Profile.FOOT), networks)
    walked = matrix.of(Profile.FOOT)
    assert sum(walked.duration_seconds) > 3 * sum(matrix.duration_seconds)
    assert walked.distance_meters is not None
    assert matrix.distance_meters is not None
    assert sum(walked.distance_meters) < sum(matrix.distance_meters)


def test_a_missing_network_of_one_profile_stops_planning_or_makes_an_estimate_for_all(networks: RoadNetworks) -> None:
    with pytest.raises(MissingResource, match="'town' is not built on this machine for bicycle") as missing:
        travel_matrix(mixed(Profile.CAR, Profile.BICYCLE), networks)
    assert "--profile bicycle" in missing.value.hint
    matrix = travel_matrix(mixed(Profile.CAR, Profile.BICYCLE, fallback=True), networks)
    locations = mixed(Profile.CAR).locations
    for profile in (Profile.CAR, Profile.BICYCLE):
        assert matrix.of(profile).duration_seconds == FALLBACKS[profile].matrix(locations).duration_seconds
        assert matrix.of(profile).estimated


def test_a_server_for_cars_is_not_asked_about_walkers(tmp_path: Path) -> None:
    only_cars = networks_in(tmp_path, servers={NAME: "http://127.0.0.1:1"})
    with pytest.raises(MissingResource, match="'town' is not built on this machine for foot"):
        road_times(only_cars, NAME, Profile.FOOT)


def test_routes_are_drawn_as_their_crews_travel(networks: RoadNetworks) -> None:
    problem = mixed(Profile.CAR, Profile.FOOT)
    plan = plan_visits(problem, limits=LIMITS, networks=networks)
    drawn = route_geometries(problem, plan, networks)
    assert list(drawn) == [route.shift_id for route in plan.routes]
    everybody_drives = replace(problem, shifts=tuple(replace(s, travel_profile=Profile.CAR) for s in problem.shifts))
    by_car = route_geometries(everybody_drives, plan, networks)
    assert drawn["car"] == by_car["car"]
    assert drawn["foot"] != by_car["foot"]


def test_the_map_of_a_crew_on_foot_needs_no_network_for_cars(networks: RoadNetworks, tmp_path: Path) -> None:
    assert networks.folder is not None
    shutil.copytree(networks.folder / NAME / "foot", tmp_path / NAME / "foot")
    on_foot = RoadNetworks(folder=tmp_path)
    problem = mixed(Profile.FOOT)
    plan = plan_visits(problem, limits=LIMITS, networks=on_foot)

    roads = drawn_roads(problem, plan, on_foot, detail=Detail.FULL)

    assert roads is not None
    assert roads.streets_around(["foot"])
    assert not roads.geometry["foot"].estimated
