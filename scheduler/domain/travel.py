"""Travel times between locations, as the planner and the checker read them."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, Self

from scheduler.domain.location import Coordinates, Location

UNREACHABLE = -1
ESTIMATED_SOURCE = "great_circle"
"""The source of every matrix that is estimated, and of no other."""
OSM_ATTRIBUTION = "© OpenStreetMap contributors"
"""What must show wherever roads from OpenStreetMap do."""
PROGRESS_PER_SECOND = 1_000_000
"""A leg of t seconds in the matrix is driven when the progress of its seconds on the road reaches t times this."""


class Profile(StrEnum):
    """How people travel; each of these takes its own time, on roads of its own."""

    CAR = "car"
    BICYCLE = "bicycle"
    FOOT = "foot"

    @property
    def is_slowed_by_hours(self) -> bool:
        """Whether the factors of a problem's hours hold: only cars stand in the traffic of the rush hours."""
        return self is Profile.CAR


def progress_by_hour(hour_factors: Sequence[float]) -> tuple[int, ...]:
    """How far one second of driving gets in each local clock hour, in whole numbers; 1.5 is half as long again."""
    return tuple(round(PROGRESS_PER_SECOND / factor) for factor in hour_factors)


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelMatrix:
    """Seconds, and meters where known, from every location to every other, as one profile travels.

    A problem whose shifts travel by several profiles has the others' matrices beside the one of its first profile.

    Attributes:
        location_ids: The order of rows and columns.
        duration_seconds: Row-major, `array("i")` with len(location_ids) ** 2 entries; row = from, column = to;
            `UNREACHABLE` where there is no way. Not symmetric in general.
        distance_meters: The same shape, or None when distances are not known.
        source: What the times come from, as the plan names it: `great_circle`, `matrix` or `osrm:NETWORK`.
        estimated: Whether the times stand in for a road network, and must be labelled so.
        profile: Who travels.
        others: The matrices of the other profiles; of the same locations and source.
    """

    location_ids: tuple[str, ...]
    duration_seconds: array[int]
    distance_meters: array[int] | None
    source: str
    estimated: bool
    profile: Profile = Profile.CAR
    others: Mapping[Profile, Self] = field(default_factory=dict)
    _index: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the shapes and index the ids."""
        entries = len(self.location_ids) ** 2
        if len(self.duration_seconds) != entries:
            raise ValueError(f"{len(self.duration_seconds)} durations for {entries} pairs")
        if self.distance_meters is not None and len(self.distance_meters) != entries:
            raise ValueError(f"{len(self.distance_meters)} distances for {entries} pairs")
        if any(other.location_ids != self.location_ids for other in self.others.values()):
            raise ValueError("the profiles have different locations")
        object.__setattr__(self, "_index", {name: row for row, name in enumerate(self.location_ids)})

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """Those that have a matrix, this one's first."""
        return (self.profile, *self.others)

    def of(self, profile: Profile) -> Self:
        """The matrix of one of the `profiles`."""
        return self if profile is self.profile else self.others[profile]

    def index_of(self, location_id: str) -> int:
        """The row of a location."""
        return self._index[location_id]

    def seconds(self, origin_id: str, destination_id: str) -> int | None:
        """Travel time in whole seconds, None where there is no way."""
        entry = self.duration_seconds[self._entry(origin_id, destination_id)]
        return None if entry == UNREACHABLE else entry

    def meters(self, origin_id: str, destination_id: str) -> int | None:
        """Distance in whole meters, None where it is not known or there is no way."""
        if self.distance_meters is None:
            return None
        entry = self.distance_meters[self._entry(origin_id, destination_id)]
        return None if entry == UNREACHABLE else entry

    def _entry(self, origin_id: str, destination_id: str) -> int:
        return self._index[origin_id] * len(self.location_ids) + self._index[destination_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteGeometry:
    """The way that a route takes, in WGS-84.

    Attributes:
        legs: The points of each leg from one stop to the next, in the order of the route's visits and its end; breaks
            have no leg of their own. A leg has at least its two ends.
        estimated: Whether the legs are straight lines that stand in for roads.
    """

    legs: tuple[tuple[Coordinates, ...], ...]
    estimated: bool


class TravelTimes(Protocol):
    """Anything that can say how long travel takes."""

    def matrix(self, locations: Sequence[Location]) -> TravelMatrix:
        """Travel between all pairs; a location without coordinates is unreachable from everywhere."""
        ...
