"""Real cities' roads, where they are at hand."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from scheduler.domain.location import Coordinates
from scheduler.domain.travel import UNREACHABLE, Profile
from scheduler.travel.build import build_network, node_degrees
from scheduler.travel.calibrate import calibrate
from scheduler.travel.networks import BuiltNetwork
from scheduler.travel.osrm_process import OsrmProcess
from scheduler.travel.road_matrix import road_times
from scheduler.travel.sources import FALLBACKS
from tests.parts import require_helsinki, require_road_extract
from tests.small_roads import BUILT_AT, NAME, a_location, networks_in

CITIES: dict[str, Callable[[], Path]] = {"Taipei": require_road_extract, "Helsinki": require_helsinki}


@pytest.fixture(scope="module", params=list(CITIES.values()), ids=list(CITIES))
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> BuiltNetwork:
    """A city's network in a folder of its own."""
    folder = tmp_path_factory.mktemp("city")
    extract: Path = request.param()
    return build_network(extract, folder=folder / "networks", name=NAME, now=BUILT_AT).network


def test_a_route_of_a_day_is_as_long_as_its_legs_in_the_matrix(city: BuiltNetwork) -> None:
    chance = Random(3)
    crossings = node_degrees(city.base).tolist()
    points = [
        Coordinates(latitude_degrees=latitude, longitude_degrees=longitude)
        for latitude, longitude in chance.sample(crossings, 60)
    ]
    locations = [a_location(str(number), point) for number, point in enumerate(points)]
    times = road_times(networks_in(city.folder.parents[2]), NAME)
    matrix = times.matrix(locations)
    assert matrix.duration_seconds.count(UNREACHABLE) < 0.1 * len(matrix.duration_seconds)
    pairs = [(i, j) for i, j in zip(range(60), range(1, 60), strict=False) if matrix.meters(str(i), str(j)) is not None]
    legs = times.roads.legs([(points[i], points[j]) for i, j in pairs])
    assert sum(leg.meters for leg in legs if leg) == pytest.approx(
        sum(matrix.meters(str(i), str(j)) or 0 for i, j in pairs), rel=0.01
    )


def test_a_fitted_great_circle_is_nearer_to_the_roads_than_the_fallback(city: BuiltNetwork) -> None:
    found = calibrate(city, OsrmProcess(network=city), FALLBACKS[Profile.CAR])
    assert found.error.mean_seconds < found.default_error.mean_seconds
    assert found.error.median < 0.3
    assert found.error.p90 >= found.error.median
    assert 1 <= found.line.detour_factor < 2.5
    assert calibrate(city, OsrmProcess(network=city), FALLBACKS[Profile.CAR]) == found
