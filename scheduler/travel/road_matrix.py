"""From a road network to the matrix of a problem, refused when it cannot be true."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.domain.errors import ImplausibleRoads
from scheduler.domain.location import Coordinates, Location
from scheduler.domain.travel import UNREACHABLE, Profile, TravelMatrix
from scheduler.travel.matrix_cache import MatrixCache, point_keys
from scheduler.travel.networks import ALLOW_THE_ESTIMATE, SNAP_LIMIT_METERS, RoadNetworks
from scheduler.travel.osrm_http import OsrmServer
from scheduler.travel.osrm_process import OsrmProcess
from scheduler.travel.roads import Roads, RoadTable

SOURCE_PREFIX = "osrm:"

# Beyond these a network is of another city, in pieces, or of another profile; single places are told one by one.
LARGEST_SHARE_OFF_ROAD = 0.5
LARGEST_SHARE_CUT_OFF = 0.25
MOST_CUT_OFF = 2
SPEED_KMH = {Profile.CAR: (4.0, 130.0), Profile.BICYCLE: (3.0, 40.0), Profile.FOOT: (1.0, 10.0)}
SHORTEST_JUDGED_METERS = 500
JUDGED_POINTS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadTimes:
    """`TravelTimes` on the roads of one network.

    Attributes:
        name: The network's name.
        profile: Who travels.
        roads: Who answers.
        cache: What was answered before, None for nothing.
        snap_limit_meters: A place farther from every road than this cannot be reached.
    """

    name: str
    profile: Profile
    roads: Roads
    cache: MatrixCache | None = None
    snap_limit_meters: float = SNAP_LIMIT_METERS

    def matrix(self, locations: Sequence[Location]) -> TravelMatrix:
        """Travel between all pairs; a place without coordinates or off the roads is unreachable from everywhere.

        Raises:
            MissingResource: The network cannot be read.
            ImplausibleRoads: It answers for places that it has no roads for, in pieces, or with impossible speeds.
        """
        points = [location.coordinates for location in locations if location.coordinates is not None]
        placed = [number for number, location in enumerate(locations) if location.coordinates is not None]
        seconds, meters = (array("i", [UNREACHABLE]) * len(locations) ** 2 for _ in range(2))
        if points:
            table, where = self._table(points)
            _spread(seconds, placed, table.seconds, where)
            _spread(meters, placed, table.meters, where)
        return TravelMatrix(
            location_ids=tuple(location.id for location in locations),
            duration_seconds=seconds,
            distance_meters=meters,
            source=f"{SOURCE_PREFIX}{self.name}",
            estimated=False,
            profile=self.profile,
        )

    def _table(self, points: Sequence[Coordinates]) -> tuple[RoadTable, np.ndarray]:
        """The table between different points, and which row is whose."""
        _, first, where = np.unique(point_keys(points), return_index=True, return_inverse=True)
        different = [points[number] for number in first]
        if self.cache is not None:
            table = self.cache.table(self.roads, different)
        else:
            table = self.roads.table(different, range(len(different)), range(len(different)))
        off_road = table.snap_meters > self.snap_limit_meters
        self._refuse_another_city(int(off_road[where].sum()), len(points))
        table.seconds[off_road, :] = table.seconds[:, off_road] = UNREACHABLE
        table.meters[off_road, :] = table.meters[:, off_road] = UNREACHABLE
        self._refuse_the_implausible(table, ~off_road)
        return table, where

    def _refuse_another_city(self, off_road: int, placed: int) -> None:
        if off_road > placed * LARGEST_SHARE_OFF_ROAD:
            raise self._implausible(
                f"is not of this place: {off_road} of {placed} locations lie more than "
                f"{self.snap_limit_meters:g} m from its roads"
            )

    def _refuse_the_implausible(self, table: RoadTable, on_road: np.ndarray) -> None:
        judged_points = np.flatnonzero(on_road)[:: 1 + len(on_road) // JUDGED_POINTS]
        rows = np.ix_(judged_points, judged_points)
        seconds, meters = table.seconds[rows], table.meters[rows]
        there = seconds != UNREACHABLE
        half_of_the_others = (len(there) - 1) / 2
        few = [there.sum(axis=axis) - 1 < half_of_the_others for axis in (0, 1)]
        cut_off = int((few[0] | few[1]).sum())
        if cut_off > max(MOST_CUT_OFF, len(there) * LARGEST_SHARE_CUT_OFF):
            raise self._implausible(
                f"is in pieces: {cut_off} of {len(there)} locations on it have no way to or from half of the others"
            )
        judged = there & (meters >= SHORTEST_JUDGED_METERS)
        if not judged.any():
            return
        speed = float(np.median(meters[judged] * 3.6 / np.maximum(seconds[judged], 1)))
        slowest, fastest = SPEED_KMH[self.profile]
        if not slowest <= speed <= fastest:
            raise self._implausible(f"gives {speed:.0f} km/h in the median, which nobody travels by {self.profile}")

    def _implausible(self, what: str) -> ImplausibleRoads:
        return ImplausibleRoads(
            f"The road network '{self.name}' for {self.profile} {what}.",
            hint=f"Look at it with: visits roads check {self.name}; name the right one, or {ALLOW_THE_ESTIMATE}.",
        )


def _spread(entries: array[int], placed: Sequence[int], values: np.ndarray, where: np.ndarray) -> None:
    """Put the values between different points where the locations with coordinates stand; in place, for the memory."""
    size = round(len(entries) ** 0.5)
    square = np.frombuffer(entries, dtype=np.int32).reshape(size, size)
    for number, row in zip(placed, where.tolist(), strict=True):
        square[number, placed] = values[row, where]


def road_times(networks: RoadNetworks, name: str, profile: Profile = Profile.CAR) -> RoadTimes:
    """Times of a network on a server, where one has its name, or else on this machine.

    Raises:
        MissingResource: It is not here or cannot be used.
    """
    url = networks.server(name, profile)
    if url is not None:
        server = OsrmServer(name=name, url=url, profile=profile)
        return RoadTimes(name=name, profile=profile, roads=server, snap_limit_meters=networks.snap_limit_meters)
    network = networks.open(name, profile)
    cache = None
    if networks.cache_folder is not None:
        cache = MatrixCache.of(networks.cache_folder, network.manifest.checksum)
    return RoadTimes(
        name=name,
        profile=profile,
        roads=OsrmProcess(network=network),
        cache=cache,
        snap_limit_meters=networks.snap_limit_meters,
    )
