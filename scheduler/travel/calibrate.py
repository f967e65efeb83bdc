"""Fits the great circle to a road network, and says how wrong it still is."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from scheduler.domain.errors import ImplausibleRoads
from scheduler.domain.location import Coordinates, Location
from scheduler.domain.travel import UNREACHABLE
from scheduler.travel.build import node_degrees
from scheduler.travel.great_circle import GreatCircle, haversine_meters
from scheduler.travel.networks import BuiltNetwork
from scheduler.travel.roads import Roads

POINTS = 200
SHORTEST_METERS = 200.0
"""Nobody plans by the great circle around the corner, and relative errors mean nothing there."""
_SPEEDS_KMH = np.arange(1.0, 130.05, 0.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The great circle that fits a network best.

    Attributes:
        line: The three numbers, rounded as they may stand in a problem.
        pairs: How many pairs of random points they were fitted to.
        median_error: Half of the pairs have a smaller relative error of the travel time.
        p90_error: Nine tenths have.
        default_median_error: The median error of the constants that a fallback uses.
    """

    line: GreatCircle
    pairs: int
    median_error: float
    p90_error: float
    default_median_error: float


def calibrate(network: BuiltNetwork, roads: Roads, default: GreatCircle, *, seed: int = 0) -> Calibration:
    """Fit detour factor, speed and overhead by least absolute error on the ways between random crossings.

    Args:
        network: The network; its crossings are drawn from.
        roads: Who answers for it.
        default: Whose error is told beside the fitted one's.
        seed: Of the drawing.

    Raises:
        ImplausibleRoads: Hardly any pair has a way.
    """
    locations = _crossings(network, seed)
    points = [location.coordinates for location in locations if location.coordinates]
    table = roads.table(points, range(len(points)), range(len(points)))
    straight = haversine_meters(locations)
    used = (table.seconds != UNREACHABLE) & (straight >= SHORTEST_METERS)
    if used.sum() < len(points):
        name = network.manifest.name
        raise ImplausibleRoads(f"The road network '{name}' joins too few places to be fitted.", hint="Is it whole?")
    straight, seconds, meters = straight[used], table.seconds[used], table.meters[used]
    detour = round(min(max(_weighted_median(meters / straight, straight), 1.0), 10.0), 2)
    line = _fitted(straight * detour, seconds, detour)
    errors = np.abs(_seconds(line, straight) - seconds) / seconds
    return Calibration(
        line=line,
        pairs=len(seconds),
        median_error=float(np.median(errors)),
        p90_error=float(np.quantile(errors, 0.9)),
        default_median_error=float(np.median(np.abs(_seconds(default, straight) - seconds) / seconds)),
    )


def _crossings(network: BuiltNetwork, seed: int) -> list[Location]:
    degrees = node_degrees(network.base)
    chance = np.random.default_rng(seed)
    chosen = degrees[chance.choice(len(degrees), size=min(POINTS, len(degrees)), replace=False)]
    return [
        Location(id=str(number), coordinates=Coordinates(latitude_degrees=latitude, longitude_degrees=longitude))
        for number, (latitude, longitude) in enumerate(chosen.tolist())
    ]


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    """The factor f that makes the sum of |f * weight - value * weight| smallest."""
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])


def _fitted(meters: np.ndarray, seconds: np.ndarray, detour: float) -> GreatCircle:
    """The speed, on a scale of tenths, and the overhead with the smallest sum of absolute errors."""
    best: tuple[float, float, int] | None = None
    for speed in _SPEEDS_KMH.round(1).tolist():
        driving = meters / (speed / 3.6)
        overhead = max(0, round(float(np.median(seconds - driving))))
        found = (float(np.abs(driving + overhead - seconds).sum()), speed, overhead)
        best = found if best is None else min(best, found)
    if best is None:
        raise AssertionError("there are speeds")
    return GreatCircle(detour_factor=detour, speed_kmh=best[1], overhead=timedelta(seconds=best[2]))


def _seconds(line: GreatCircle, straight_meters: np.ndarray) -> np.ndarray:
    driving: np.ndarray = np.ceil(straight_meters * line.detour_factor / (line.speed_kmh / 3.6))
    return driving + line.overhead.total_seconds()
