"""The streets of a network as lines for maps: written when it is built, and read by the part that a map shows."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium

from scheduler.domain.location import Coordinates
from scheduler.travel.manifest import STREETS_FILE, Box
from scheduler.travel.networks import BuiltNetwork

# By these people find their way.
_MAIN = frozenset({"motorway", "trunk", "primary", "secondary"})
# Footways, tracks and the drives of yards are left out: a town has more of them than of streets, each a few steps long.
_SIDE = frozenset({"tertiary", "unclassified", "residential", "living_street", "pedestrian", "road"})
_PARTS_PER_DEGREE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetLine:
    """One street.

    Attributes:
        points: In their order, at least two.
        main: Whether it is one by which people find their way.
    """

    points: tuple[Coordinates, ...]
    main: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Streets:
    """All streets of a network, in arrays.

    Attributes:
        points: Latitude and longitude in millionths of a degree, shape (n, 2).
        starts: Where each street begins among the points, and behind them where the last one ends.
        main: See `StreetLine`, by street.
    """

    points: np.ndarray
    starts: np.ndarray
    main: np.ndarray

    def within(self, box: Box, *, most_lines: int) -> tuple[StreetLine, ...]:
        """The streets that come into a box; where there are more than `most_lines`, the main ones alone."""
        chosen = self._in(box)
        if len(chosen) > most_lines:
            chosen = chosen[self.main[chosen]]
        return tuple(self._line(number) for number in chosen.tolist())

    def _in(self, box: Box) -> np.ndarray:
        if len(self.main) == 0:
            return np.empty(0, dtype=np.int64)
        lowest, highest = (bound.reduceat(self.points, self.starts[:-1]) for bound in (np.minimum, np.maximum))
        south_west, north_east = (
            np.array(corner) * _PARTS_PER_DEGREE for corner in ((box.south, box.west), (box.north, box.east))
        )
        return np.flatnonzero(((lowest <= north_east) & (highest >= south_west)).all(axis=1))

    def _line(self, number: int) -> StreetLine:
        degrees = (self.points[self.starts[number] : self.starts[number + 1]] / _PARTS_PER_DEGREE).tolist()
        points = (
            Coordinates(latitude_degrees=latitude, longitude_degrees=longitude) for latitude, longitude in degrees
        )
        return StreetLine(points=tuple(points), main=bool(self.main[number]))


def write_streets(extract: Path, path: Path) -> None:
    """Write the streets of an extract to a file whose name ends in `.npz`."""
    ways = osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    points: list[tuple[int, int]] = []
    starts, main = [0], []
    for way in ways:
        if not isinstance(way, osmium.osm.Way) or (is_main := _is_main(way)) is None:
            continue
        # A way over the border of the extract has nodes that are not in it.
        line = [_parts(node.location) for node in way.nodes if node.location.valid()]
        if len(line) > 1:
            points += line
            starts.append(len(points))
            main.append(is_main)
    np.savez_compressed(
        path,
        points=np.array(points, dtype=np.int32).reshape(-1, 2),
        starts=np.array(starts, dtype=np.int64),
        main=np.array(main, dtype=np.bool_),
    )


def read_streets(network: BuiltNetwork) -> Streets | None:
    """The streets of a network that was opened; None where it was built before streets were written."""
    if STREETS_FILE not in network.manifest.files:
        return None
    with np.load(network.folder / STREETS_FILE, allow_pickle=False) as kept:
        return Streets(points=kept["points"], starts=kept["starts"], main=kept["main"])


def _is_main(way: osmium.osm.Way) -> bool | None:
    """Whether a way is a main street; None when it is no street to be drawn."""
    kind = (way.tags.get("highway") or "").removesuffix("_link")
    if kind in _MAIN:
        return True
    return False if kind in _SIDE and way.tags.get("area") != "yes" else None


def _parts(location: osmium.osm.Location) -> tuple[int, int]:
    """Osmium counts ten millionths."""
    return round(location.y / 10), round(location.x / 10)
