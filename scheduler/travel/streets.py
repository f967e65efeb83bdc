"""The streets of a network as lines for maps, by the part that a map shows."""

from dataclasses import dataclass

import numpy as np

from scheduler.domain.location import Coordinates
from scheduler.travel.manifest import STREETS_FILE, Box
from scheduler.travel.networks import BuiltNetwork

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


def read_streets(network: BuiltNetwork) -> Streets | None:
    """The streets of a network that was opened; None where it was built before streets were written."""
    if STREETS_FILE not in network.manifest.files:
        return None
    with np.load(network.folder / STREETS_FILE, allow_pickle=False) as kept:
        return Streets(points=kept["points"], starts=kept["starts"], main=kept["main"])
