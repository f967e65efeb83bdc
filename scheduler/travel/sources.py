"""From a problem's `travel` to its matrix."""

from array import array
from datetime import timedelta

from scheduler.domain.errors import MissingResource
from scheduler.domain.problem import GreatCircleTravel, MatrixTravel, Problem, RoadTravel
from scheduler.domain.travel import UNREACHABLE, TravelMatrix
from scheduler.travel.great_circle import GreatCircle
from scheduler.travel.networks import RoadNetworks
from scheduler.travel.road_matrix import road_times

# Fair constants for a town whose roads are not known: fitted on real networks, still 25 % wrong in the median.
FALLBACK = GreatCircle(detour_factor=1.4, speed_kmh=25.0, overhead=timedelta(seconds=60))


def travel_matrix(problem: Problem, networks: RoadNetworks | None = None) -> TravelMatrix:
    """The travel times of a problem, between all of its locations.

    Args:
        problem: The problem.
        networks: Where road networks are; None has none.

    Raises:
        MissingResource: The problem wants a road network that is not here or cannot be used, and allows no fallback.
    """
    if isinstance(problem.travel, MatrixTravel):
        return _given(problem, problem.travel)
    if isinstance(problem.travel, GreatCircleTravel):
        line = GreatCircle(
            detour_factor=problem.travel.detour_factor,
            speed_kmh=problem.travel.speed_kmh,
            overhead=problem.travel.overhead,
        )
        return line.matrix(problem.locations)
    return _by_road(problem, problem.travel, networks or RoadNetworks())


def _by_road(problem: Problem, travel: RoadTravel, networks: RoadNetworks) -> TravelMatrix:
    try:
        return road_times(networks, travel.network).matrix(problem.locations)
    except MissingResource:
        if travel.fallback:
            return FALLBACK.matrix(problem.locations)
        raise


def _given(problem: Problem, travel: MatrixTravel) -> TravelMatrix:
    return TravelMatrix(
        location_ids=tuple(location.id for location in problem.locations),
        duration_seconds=_flat(travel.duration_seconds),
        distance_meters=None if travel.distance_meters is None else _flat(travel.distance_meters),
        source="matrix",
        estimated=False,
    )


def _flat(rows: tuple[tuple[int | None, ...], ...]) -> array[int]:
    return array("i", [UNREACHABLE if entry is None else entry for row in rows for entry in row])
