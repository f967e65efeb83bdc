"""A small town's roads, written as an extract and built once for all tests.

The town lies around the line of `tests.builders.locations`: crooked blocks, some without a side, two speeds, one street
of one-way traffic. An island in the north hangs together and has no bridge; around the town is a lake.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import osmium

from scheduler.domain.location import Coordinates, Location
from scheduler.travel.networks import RoadNetworks

NAME = "town"
BUILT_AT = datetime(2026, 11, 1, tzinfo=UTC)
COLUMNS, ROWS = 24, 14
ONE_WAY_ROW = 3
WEST, SOUTH = 112.794, 31.1895
COLUMN_DEGREES, ROW_DEGREES = 0.0017, 0.0015
ISLAND_SOUTH = 31.26
ISLAND_SIDE = 12

ISLAND = Coordinates(latitude_degrees=ISLAND_SOUTH + 0.003, longitude_degrees=WEST + 0.003)
LAKE = Coordinates(latitude_degrees=31.235, longitude_degrees=112.81)
FAR_AWAY = Coordinates(latitude_degrees=60.17, longitude_degrees=24.94)


@dataclass(kw_only=True)
class _Extract:
    writer: osmium.SimpleWriter
    chance: Random
    nodes: dict[tuple[str, int, int], int] = field(default_factory=dict)
    ways: int = 0

    def node(self, part: str, column: int, row: int, south: float) -> None:
        jitter = [self.chance.uniform(-0.3, 0.3) for _ in range(2)]
        longitude, latitude = WEST + (column + jitter[0]) * COLUMN_DEGREES, south + (row + jitter[1]) * ROW_DEGREES
        number = self.nodes[part, column, row] = len(self.nodes) + 1
        self.writer.add_node(osmium.osm.mutable.Node(id=number, location=(longitude, latitude)))

    def way(self, *ends: tuple[str, int, int], highway: str, one_way: bool = False) -> None:
        self.ways += 1
        tags = {"highway": highway, "name": f"第{self.ways}街"} | ({"oneway": "yes"} if one_way else {})
        self.writer.add_way(osmium.osm.mutable.Way(id=self.ways, nodes=[self.nodes[end] for end in ends], tags=tags))


def write_extract(path: Path, *, south: float = SOUTH) -> Path:
    """The town as an `.osm.pbf` file; `south` moves it to another latitude, as another town."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        town = _Extract(writer=writer, chance=Random(5))
        for row in range(ROWS):
            for column in range(COLUMNS):
                town.node("town", column, row, south)
        for row in range(ISLAND_SIDE):
            for column in range(ISLAND_SIDE):
                town.node("island", column, row, south - SOUTH + ISLAND_SOUTH)
        _streets(town, "town", COLUMNS, ROWS)
        _streets(town, "island", ISLAND_SIDE, ISLAND_SIDE)
    return path


def _streets(town: _Extract, part: str, columns: int, rows: int) -> None:
    """All streets along rows and at both ends, and two thirds of those between."""
    for row in range(rows):
        one_way = part == "town" and row == ONE_WAY_ROW
        for column in range(columns - 1):
            highway = "secondary" if row % 5 == 2 else "residential"
            town.way((part, column, row), (part, column + 1, row), highway=highway, one_way=one_way)
    for row in range(rows - 1):
        for column in range(columns):
            if column in {0, columns - 1} or town.chance.random() < 0.65:
                town.way((part, column, row), (part, column, row + 1), highway="residential")


def town_locations(count: int, seed: int = 1, prefix: str = "t") -> tuple[Location, ...]:
    """Random places in the town."""
    chance = Random(seed)
    return tuple(
        a_location(
            f"{prefix}{number}",
            Coordinates(
                latitude_degrees=SOUTH + chance.random() * (ROWS - 1) * ROW_DEGREES,
                longitude_degrees=WEST + chance.random() * (COLUMNS - 1) * COLUMN_DEGREES,
            ),
        )
        for number in range(count)
    )


def a_location(name: str, point: Coordinates | None) -> Location:
    """A location at a point."""
    return Location(id=name, coordinates=point)


def networks_in(folder: Path, **settings: object) -> RoadNetworks:
    """The networks of a data directory."""
    return RoadNetworks(folder=folder / "networks", **settings)  # type: ignore[arg-type]  # a test names what it is about
