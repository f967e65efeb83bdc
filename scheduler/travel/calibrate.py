"""Fits the great circle to a road network, and says how wrong it still is."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from scheduler.domain.errors import ImplausibleRoads
from scheduler.domain.location import Coordinates, Location
from scheduler.travel.build import node_degrees
from scheduler.travel.great_circle import GreatCircle, haversine_meters
from scheduler.travel.networks import BuiltNetwork
from scheduler.travel.roads import Roads

POINTS = 200
SHORTEST_METERS = 200.0
"""Nobody plans by the great circle around the corner, and relative errors mean nothing there."""
FARTHEST_SNAP_METERS = 20.0
_SPEEDS_KMH = np.arange(1.0, 130.05, 0.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FitError:
    """How wrong travel times are.

    Attributes:
        mean_seconds: On average; this is what fitting makes small.
        median: Half of the pairs have a smaller error, as a share of the true time.
        p90: Nine tenths have.
    """

    mean_seconds: float
    median: float
    p90: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The great circle that fits a network best.

    Attributes:
        line: The three numbers, rounded as they may stand in a problem.
        pairs: How many pairs of random points they were fitted to.
        error: What is left of it.
        default_error: Of the constants that a fallback uses, on the same pairs.
    """

    line: GreatCircle
    pairs: int
    error: FitError
    default_error: FitError


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
    # A crossing of a car park or a yard is far from where ways begin.
    on_road = table.snap_meters <= FARTHEST_SNAP_METERS
    used = (table.seconds > 0) & (straight >= SHORTEST_METERS) & on_road[:, None] & on_road[None, :]
    if used.sum() < len(points):
        name = network.manifest.name
        raise ImplausibleRoads(f"The road network '{name}' joins too few places to be fitted.", hint="Is it whole?")
    straight, seconds, meters = straight[used], table.seconds[used], table.meters[used]
    detour = round(min(max(_weighted_median(meters / straight, straight), 1.0), 10.0), 2)
    line = _fitted(straight * detour, seconds, detour)
    error, default_error = (_error(one, straight, seconds) for one in (line, default))
    return Calibration(line=line, pairs=len(seconds), error=error, default_error=default_error)


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


def _error(line: GreatCircle, straight_meters: np.ndarray, seconds: np.ndarray) -> FitError:
    driving = np.ceil(straight_meters * line.detour_factor / (line.speed_kmh / 3.6))
    wrong = np.abs(driving + line.overhead.total_seconds() - seconds)
    return FitError(
        mean_seconds=float(wrong.mean()),
        median=float(np.median(wrong / seconds)),
        p90=float(np.quantile(wrong / seconds, 0.9)),
    )
