"""The streets of the fixture city: what the committed file says, and that the generator still makes it."""

import itertools
import math
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import osmium
import pytest

from api.importing import import_files
from fixtures import invented_words as words
from fixtures.generate_city import COMMITTED, DAY, generate, point_at
from fixtures.generate_roads import FILE, main
from fixtures.street_plan import plan_streets, river_north_km
from scheduler.domain.location import Coordinates

ORIGIN = point_at(0, 0)
CORNER = point_at(1, 1)
NEAR_KM = 0.15

type Kilometers = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way of the file with the ids and points of its nodes."""

    tags: dict[str, str]
    nodes: tuple[int, ...]
    points: tuple[Kilometers, ...]

    @property
    def steps(self) -> Iterator[tuple[int, int]]:
        """Each stretch between neighbours, in the directions in which it may be driven."""
        for start, end in itertools.pairwise(self.nodes):
            yield start, end
            if self.tags.get("oneway") != "yes":
                yield end, start


def in_kilometers(point: Coordinates) -> Kilometers:
    return (
        (point.longitude_degrees - ORIGIN.longitude_degrees) / (CORNER.longitude_degrees - ORIGIN.longitude_degrees),
        (point.latitude_degrees - ORIGIN.latitude_degrees) / (CORNER.latitude_degrees - ORIGIN.latitude_degrees),
    )


def read(path: Path) -> list[Way]:
    ways = []
    for way in osmium.FileProcessor(str(path), osmium.osm.WAY | osmium.osm.NODE).with_locations():
        if isinstance(way, osmium.osm.Way):
            at = [Coordinates(latitude_degrees=node.lat, longitude_degrees=node.lon) for node in way.nodes]
            ways.append(
                Way(
                    tags={tag.k: tag.v for tag in way.tags},
                    nodes=tuple(node.ref for node in way.nodes),
                    points=tuple(map(in_kilometers, at)),
                )
            )
    return ways


def places(folder: Path) -> list[Kilometers]:
    locations = import_files(sorted(folder.glob("*.csv")), DAY).problem.locations
    return [in_kilometers(location.coordinates) for location in locations if location.coordinates is not None]


def kilometers_to(street: Way, place: Kilometers) -> float:
    return min(_to_stretch(place, start, end) for start, end in itertools.pairwise(street.points))


def _to_stretch(place: Kilometers, start: Kilometers, end: Kilometers) -> float:
    east, north = end[0] - start[0], end[1] - start[1]
    along = ((place[0] - start[0]) * east + (place[1] - start[1]) * north) / (east**2 + north**2)
    along = max(0.0, min(1.0, along))
    return math.hypot(place[0] - start[0] - along * east, place[1] - start[1] - along * north)


def is_on_the_north_bank(point: Kilometers) -> bool:
    return point[1] > river_north_km(point[0])


def reached(steps: Iterable[tuple[int, int]], start: int) -> set[int]:
    following = defaultdict(list)
    for one, other in steps:
        following[one].append(other)
    found, waiting = {start}, [start]
    while waiting:
        new = set(following[waiting.pop()]) - found
        found |= new
        waiting += new
    return found


@pytest.fixture(scope="module")
def ways() -> list[Way]:
    return read(FILE)


def test_the_committed_network_is_what_the_generator_makes(tmp_path: Path, ways: list[Way]) -> None:
    made = tmp_path / "roads.osm.pbf"
    main(["--output", str(made)])

    assert read(made) == ways
    assert FILE.stat().st_size < 1_000_000


def test_the_same_seed_makes_the_same_bytes_and_another_seed_another_city(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.osm.pbf" for number in range(3)]
    for path, seed in zip(paths, ("7", "7", "8"), strict=True):
        main(["--seed", seed, "--output", str(path)])

    first, again, other = (path.read_bytes() for path in paths)
    assert first == again
    assert first != other


def test_every_place_and_office_lies_near_a_street_and_none_in_the_river(ways: list[Way]) -> None:
    found = places(COMMITTED)

    assert max(min(kilometers_to(way, place) for way in ways) for place in found) < NEAR_KM
    assert min(abs(north - river_north_km(east)) for east, north in found) > NEAR_KM


def test_the_places_of_a_city_of_another_seed_lie_near_a_street_too(tmp_path: Path, ways: list[Way]) -> None:
    for name, data in generate(seed=3, cases=80, collectors=16).items():
        (tmp_path / name).write_bytes(data)

    far = [place for place in places(tmp_path) if min(kilometers_to(way, place) for way in ways) > 2 * NEAR_KM]

    assert not far


def test_every_junction_can_be_driven_to_and_away_from(ways: list[Way]) -> None:
    steps = [step for way in ways for step in way.steps]
    start = ways[0].nodes[0]
    nodes = {node for way in ways for node in way.nodes}

    assert reached(steps, start) == nodes
    assert reached([(end, begin) for begin, end in steps], start) == nodes


def test_the_river_is_crossed_on_bridges_alone(ways: list[Way]) -> None:
    crossing = [
        way.tags.get("bridge") == "yes"
        for way in ways
        for start, end in itertools.pairwise(way.points)
        if is_on_the_north_bank(start) != is_on_the_north_bank(end)
    ]

    assert all(crossing)
    assert 8 <= len(crossing) <= 30


def test_streets_are_of_many_classes_and_the_large_ones_are_faster(ways: list[Way]) -> None:
    speeds = {way.tags["highway"]: int(way.tags["maxspeed"]) for way in ways}

    assert all(speeds[way.tags["highway"]] == int(way.tags["maxspeed"]) for way in ways)
    ordered = ("motorway", "trunk", "primary", "secondary", "tertiary", "residential", "living_street")
    assert sorted(ordered, key=lambda highway: -speeds[highway]) == list(ordered)
    assert 100 < sum(way.tags.get("oneway") == "yes" for way in ways) < len(ways) / 2


def test_it_is_no_grid_streets_run_in_all_directions(ways: list[Way]) -> None:
    directions = Counter(
        round(math.degrees(math.atan2(end[1] - start[1], end[0] - start[0])) % 90 // 10)
        for way in ways
        for start, end in itertools.pairwise(way.points)
    )

    assert len(directions) == 9
    assert max(directions.values()) < 0.25 * directions.total()


def test_every_street_has_a_chinese_name_and_those_of_the_addresses_are_among_them(ways: list[Way]) -> None:
    names = {way.tags["name"] for way in ways}

    assert not [name for name in names if re.fullmatch("[\u4e00-\u9fff]{3,6}", name) is None]
    assert {street for streets in words.STREETS.values() for street in streets} <= names
    assert len(names) > 500


def test_a_street_of_the_addresses_lies_in_its_own_district() -> None:
    plan = plan_streets(seed=5)
    district, east, north, spread = words.DISTRICTS[0]
    own = [street for street in plan.streets if street.name in words.STREETS[district]]

    assert own
    for street in own:
        point = plan.junctions[street.junctions[len(street.junctions) // 2]]
        assert math.hypot(point.east_km - east, point.north_km - north) < 2.5 * spread


def test_the_network_is_one_piece_of_at_least_fifteen_thousand_edges_to_the_routing_engine(tmp_path: Path) -> None:
    (tmp_path / "city.osm.pbf").write_bytes(FILE.read_bytes())
    engine = find_spec("osrm")
    assert engine is not None
    profile = Path(str(engine.origin)).parent / "share" / "profiles" / "car.lua"

    words_said = subprocess.run(
        [sys.executable, "-m", "osrm", "extract", "-t", "1", "-p", str(profile), str(tmp_path / "city.osm.pbf")],
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    assert "Found 1 SCC" in words_said
    edges = re.search(r"Generated (\d+) nodes", words_said)
    assert edges
    assert int(edges[1]) >= 15_000
