"""Points on the ground."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinates:
    """A point in WGS-84, in degrees; the only datum that is ever stored."""

    latitude_degrees: float
    longitude_degrees: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A point with an id; `coordinates` is None while the address is not geocoded."""

    id: str
    coordinates: Coordinates | None
