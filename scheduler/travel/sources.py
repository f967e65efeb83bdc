"""From a problem's `travel` to its matrices, one for each profile that its shifts use."""

from array import array
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from scheduler.domain.errors import Fault, InvalidInput, MissingResource
from scheduler.domain.problem import GreatCircleTravel, MatrixTravel, Problem, RoadTravel
from scheduler.domain.travel import UNREACHABLE, Profile, TravelMatrix
from scheduler.travel.great_circle import GreatCircle
from scheduler.travel.networks import RoadNetworks
from scheduler.travel.road_matrix import road_times

# Fair constants for a town whose roads are not known: those of cars fitted on real networks, still 25 % wrong in the
# median.
FALLBACKS: Mapping[Profile, GreatCircle] = {
    Profile.CAR: GreatCircle(detour_factor=1.4, speed_kmh=25.0, overhead=timedelta(seconds=60)),
    Profile.BICYCLE: GreatCircle(
        detour_factor=1.3, speed_kmh=14.0, overhead=timedelta(seconds=30), profile=Profile.BICYCLE
    ),
    Profile.FOOT: GreatCircle(detour_factor=1.3, speed_kmh=4.5, overhead=timedelta(), profile=Profile.FOOT),
}


def travel_matrix(problem: Problem, networks: RoadNetworks | None = None) -> TravelMatrix:
    """The travel times of a problem, between all of its locations, for each profile of its shifts and duties.

    Args:
        problem: The problem.
        networks: Where road networks are; None has none.

    Raises:
        InvalidInput: The problem gives matrices, but none for a profile.
        MissingResource: The problem wants a road network that is not here or cannot be used, and allows no fallback.
    """
    matrices = [*_matrices(problem, networks or RoadNetworks())]
    return replace(matrices[0], others={matrix.profile: matrix for matrix in matrices[1:]})


def _matrices(problem: Problem, networks: RoadNetworks) -> list[TravelMatrix]:
    travel, profiles = problem.travel, problem.travel_profiles
    if isinstance(travel, MatrixTravel):
        return [_given(problem, travel, profile) for profile in profiles]
    if isinstance(travel, GreatCircleTravel):
        return [_line(travel, profile).matrix(problem.locations) for profile in profiles]
    return _by_road(problem, travel, networks)


def _by_road(problem: Problem, travel: RoadTravel, networks: RoadNetworks) -> list[TravelMatrix]:
    """On the roads of all profiles, or else by the estimate for all: a plan is labelled as a whole."""
    locations, profiles = problem.locations, problem.travel_profiles
    try:
        return [road_times(networks, travel.network, profile).matrix(locations) for profile in profiles]
    except MissingResource:
        if travel.fallback:
            return [FALLBACKS[profile].matrix(locations) for profile in profiles]
        raise


def _line(travel: GreatCircleTravel, profile: Profile) -> GreatCircle:
    given = travel if profile is Profile.CAR else travel.profiles.get(profile)
    if given is None:
        return FALLBACKS[profile]
    return GreatCircle(
        detour_factor=given.detour_factor, speed_kmh=given.speed_kmh, overhead=given.overhead, profile=profile
    )


def _given(problem: Problem, travel: MatrixTravel, profile: Profile) -> TravelMatrix:
    given = travel if profile is Profile.CAR else travel.profiles.get(profile)
    if given is None:
        message = f"There is no matrix for the travel profile '{profile}'."
        raise InvalidInput([Fault(where="travel", code="unknown_profile", message=message)])
    return TravelMatrix(
        location_ids=tuple(location.id for location in problem.locations),
        duration_seconds=_flat(given.duration_seconds),
        distance_meters=None if given.distance_meters is None else _flat(given.distance_meters),
        source="matrix",
        estimated=False,
        profile=profile,
    )


def _flat(rows: tuple[tuple[int | None, ...], ...]) -> array[int]:
    return array("i", [UNREACHABLE if entry is None else entry for row in rows for entry in row])
