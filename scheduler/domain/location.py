"""Points on the ground."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinates:
    """A point in WGS-84, in degrees; the only datum that is ever stored."""

    latitude_degrees: float
    longitude_degrees: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A point with an id.

    Attributes:
        id: The id.
        coordinates: None while the address is not geocoded.
        time_zone: What clocks show there, by which rules judge visits; None where it is the problem's zone.
    """

    id: str
    coordinates: Coordinates | None
    time_zone: ZoneInfo | None = None
