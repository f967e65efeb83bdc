"""Straight-line travel times for places without road data; every plan made with them is an estimate."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from scheduler.domain.location import Coordinates, Location
from scheduler.domain.travel import ESTIMATED_SOURCE, UNREACHABLE, Profile, TravelMatrix

# The mean radius of the Earth (IUGG), which the document format names; not geopy's default.
EARTH_RADIUS_METERS = 6_371_008.8


@dataclass(frozen=True, slots=True, kw_only=True)
class GreatCircle:
    """Seconds = ceil(haversine meters * detour / speed) + overhead; exactly zero between equal coordinates."""

    detour_factor: float
    speed_kmh: float
    overhead: timedelta
    profile: Profile = Profile.CAR

    def matrix(self, locations: Sequence[Location]) -> TravelMatrix:
        """Travel between all pairs; a location without coordinates is unreachable from everywhere."""
        meters = haversine_meters(locations) * self.detour_factor
        seconds = np.ceil(meters / (self.speed_kmh / 3.6)) + self.overhead.total_seconds()
        seconds[_equal_coordinates(locations)] = 0.0
        return TravelMatrix(
            location_ids=tuple(location.id for location in locations),
            duration_seconds=_entries(seconds),
            distance_meters=_entries(np.round(meters)),
            source=ESTIMATED_SOURCE,
            estimated=True,
            profile=self.profile,
        )


def meters_between(one: Coordinates, other: Coordinates) -> float:
    """Great-circle meters between two points."""
    both = [Location(id="one", coordinates=one), Location(id="other", coordinates=other)]
    return float(haversine_meters(both)[0, 1])


def haversine_meters(locations: Sequence[Location]) -> np.ndarray:
    """Great-circle meters between all pairs, shape (n, n); NaN where a location has no coordinates."""
    latitude, longitude = np.radians(_degrees(locations)).T
    half_latitude = np.sin((latitude[None, :] - latitude[:, None]) / 2) ** 2
    half_longitude = np.sin((longitude[None, :] - longitude[:, None]) / 2) ** 2
    chord = half_latitude + np.cos(latitude)[:, None] * np.cos(latitude)[None, :] * half_longitude
    meters: np.ndarray = 2 * EARTH_RADIUS_METERS * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
    return meters


def _degrees(locations: Sequence[Location]) -> np.ndarray:
    rows = [
        (np.nan, np.nan)
        if location.coordinates is None
        else (location.coordinates.latitude_degrees, location.coordinates.longitude_degrees)
        for location in locations
    ]
    return np.array(rows, dtype=np.float64).reshape(len(rows), 2)


def _equal_coordinates(locations: Sequence[Location]) -> np.ndarray:
    latitude, longitude = _degrees(locations).T
    equal: np.ndarray = (latitude[:, None] == latitude[None, :]) & (longitude[:, None] == longitude[None, :])
    return equal


def _entries(values: np.ndarray) -> array[int]:
    whole = np.where(np.isnan(values), UNREACHABLE, values).astype(np.int32)
    return array("i", whole.tobytes())
