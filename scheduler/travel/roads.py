"""What every source of road times answers, wherever its network lies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import numpy as np

from scheduler.domain.location import Coordinates
from scheduler.domain.travel import UNREACHABLE

# One table for everything would need five times the memory, and more time to convert it.
SOURCES_AT_ONCE = 250


class Detail(StrEnum):
    """How exactly a way is drawn: `simplified` for many routes on one map, `full` for one."""

    SIMPLIFIED = "simplified"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadTable:
    """Travel from some points to others.

    Attributes:
        seconds: Shape (sources, destinations), whole and rounded up; `UNREACHABLE` where there is no way.
        meters: The same shape.
        snap_meters: How far each source lies from the road where its way begins.
    """

    seconds: np.ndarray
    meters: np.ndarray
    snap_meters: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadLeg:
    """The way from one point to another.

    Attributes:
        points: As it is drawn, from road to road; the two given points are not among them.
        seconds: As the network counts them.
        meters: The length of the way.
    """

    points: tuple[Coordinates, ...]
    seconds: float
    meters: float


class Roads(Protocol):
    """One network, as one profile uses it."""

    def table(self, points: Sequence[Coordinates], sources: Sequence[int], destinations: Sequence[int]) -> RoadTable:
        """Travel between points, which sources and destinations name by position."""
        ...

    def legs(
        self, ends: Sequence[tuple[Coordinates, Coordinates]], detail: Detail = Detail.SIMPLIFIED
    ) -> tuple[RoadLeg | None, ...]:
        """The way between each pair of points, None where there is none."""
        ...


def whole_seconds(rows: Iterable[Iterable[float | None]]) -> np.ndarray:
    """Durations as a network answers them, rounded up, so that nobody is promised too much."""
    return np.array([_whole(np.ceil(_with_nan(row))) for row in rows])


def whole_meters(rows: Iterable[Iterable[float | None]]) -> np.ndarray:
    """Distances as a network answers them, rounded."""
    return np.array([_whole(np.round(_with_nan(row))) for row in rows])


def _with_nan(row: Iterable[float | None]) -> np.ndarray:
    """None becomes NaN; row by row, because a Python number takes six times the memory of ours."""
    return np.array(list(row), dtype=np.float64)


def _whole(values: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(values), UNREACHABLE, values).astype(np.int32)


def road_leg(route: Mapping[str, Any]) -> RoadLeg:
    """A route of one leg as OSRM answers it."""
    return RoadLeg(
        points=from_polyline(route["geometry"]), seconds=float(route["duration"]), meters=float(route["distance"])
    )


def from_polyline(text: str) -> tuple[Coordinates, ...]:
    """The points of an encoded polyline with six digits after the point."""
    points: list[Coordinates] = []
    totals = [0, 0]
    for number, difference in enumerate(_differences(text)):
        totals[number % 2] += difference
        if number % 2:
            points.append(Coordinates(latitude_degrees=totals[0] / 1e6, longitude_degrees=totals[1] / 1e6))
    return tuple(points)


def _differences(text: str) -> list[int]:
    found, value, shift = [], 0, 0
    for character in text:
        bits = ord(character) - 63
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits < 0x20:
            found.append(~(value >> 1) if value & 1 else value >> 1)
            value, shift = 0, 0
    return found
