"""An OSRM server of the operator's, asked over HTTP."""

import http.client
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from scheduler.domain.errors import MissingResource
from scheduler.domain.location import Coordinates
from scheduler.domain.travel import Profile
from scheduler.travel.networks import ALLOW_THE_ESTIMATE
from scheduler.travel.roads import Detail, RoadLeg, RoadTable, road_leg, whole_meters, whole_seconds

# A server answers tables of at most 100 points unless it was started with another limit.
POINTS_AT_ONCE = 50
SECONDS_TO_ANSWER = 30.0
LARGEST_ANSWER_BYTES = 16_000_000
LARGEST_NUMBER = 100_000_000
"""More seconds than three years and more meters than twice around the Earth are no answer."""
NO_WAY = "NoRoute"


@dataclass(frozen=True, slots=True, kw_only=True)
class OsrmServer:
    """`Roads` on a server; its answers are not kept, for nobody knows when its network changes.

    Attributes:
        name: The network's name in problems.
        url: Where the server is, `http://` or `https://`.
        profile: Who travels; a server has one, and believes any name.
    """

    name: str
    url: str
    profile: Profile

    def table(self, points: Sequence[Coordinates], sources: Sequence[int], destinations: Sequence[int]) -> RoadTable:
        """See `Roads`; `MissingResource` when the server does not answer as it should."""
        seconds = np.empty((len(sources), len(destinations)), dtype=np.int32)
        meters, snaps = np.empty_like(seconds), np.zeros(len(sources), dtype=np.float32)
        with _Session(self) as session:
            for row in range(0, len(sources), POINTS_AT_ONCE):
                for column in range(0, len(destinations), POINTS_AT_ONCE):
                    rows, columns = slice(row, row + POINTS_AT_ONCE), slice(column, column + POINTS_AT_ONCE)
                    part = session.block([points[i] for i in sources[rows]], [points[i] for i in destinations[columns]])
                    seconds[rows, columns], meters[rows, columns] = part.seconds, part.meters
                    snaps[rows] = part.snap_meters
        return RoadTable(seconds=seconds, meters=meters, snap_meters=snaps)

    def legs(
        self, ends: Sequence[tuple[Coordinates, Coordinates]], detail: Detail = Detail.SIMPLIFIED
    ) -> tuple[RoadLeg | None, ...]:
        """See `Roads`; `MissingResource` when the server does not answer as it should."""
        with _Session(self) as session:
            return tuple(session.leg(list(pair), detail) for pair in ends)


class _Session:
    """One connection for all requests of a table."""

    def __init__(self, server: OsrmServer) -> None:
        parts = urlsplit(server.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._server = server
        self._path = parts.path.rstrip("/")
        self._connection = kind(parts.hostname or "", parts.port, timeout=SECONDS_TO_ANSWER)

    def __enter__(self) -> "_Session":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def block(self, sources: list[Coordinates], destinations: list[Coordinates]) -> RoadTable:
        between = len(sources)
        query = "&".join(
            (
                "annotations=duration,distance",
                f"sources={_numbers(range(between))}",
                f"destinations={_numbers(range(between, between + len(destinations)))}",
                "generate_hints=false",
            )
        )
        answer = self._answer("table", [*sources, *destinations], query)
        try:
            table = RoadTable(
                seconds=whole_seconds(_rows(answer["durations"])),
                meters=whole_meters(_rows(answer["distances"])),
                snap_meters=np.array([_number(source["distance"]) for source in answer["sources"]], dtype=np.float32),
            )
        except (KeyError, TypeError, ValueError, OverflowError):
            raise self._refused("answered with something that is no table") from None
        shape = (len(sources), len(destinations))
        if table.seconds.shape != shape or table.meters.shape != shape or len(table.snap_meters) != len(sources):
            raise self._refused("answered with a table of another size")
        return table

    def leg(self, ends: list[Coordinates], detail: Detail) -> RoadLeg | None:
        query = f"overview={detail}&geometries=polyline6&continue_straight=false&generate_hints=false"
        answer = self._answer("route", ends, query)
        if answer["code"] == NO_WAY:
            return None
        try:
            leg = road_leg(answer["routes"][0])
            for number in (leg.seconds, leg.meters):
                _number(number)
        except (KeyError, TypeError, ValueError, IndexError, OverflowError):
            raise self._refused("answered with something that is no route") from None
        if not all(_is_on_earth(point) for point in leg.points):
            raise self._refused("answered with a route that is not on Earth")
        return leg

    def _answer(self, service: str, points: list[Coordinates], query: str) -> dict[str, Any]:
        """What the server says; its words are never repeated, for they may hold coordinates."""
        written = ";".join(f"{point.longitude_degrees:.6f},{point.latitude_degrees:.6f}" for point in points)
        try:
            self._connection.request("GET", f"{self._path}/{service}/v1/{self._server.profile}/{written}?{query}")
            response = self._connection.getresponse()
            content = response.read(LARGEST_ANSWER_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            raise self._refused(f"does not answer ({type(error).__name__})") from None
        try:
            answer = json.loads(content) if len(content) <= LARGEST_ANSWER_BYTES else None
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or not isinstance(answer.get("code"), str):
            raise self._refused(f"answered HTTP {response.status} with something that is not OSRM's")
        if answer["code"] != "Ok" and not (service == "route" and answer["code"] == NO_WAY):
            raise self._refused(f"refused the request: {answer['code'][:40]}")
        return answer

    def _refused(self, what: str) -> MissingResource:
        return MissingResource(
            f"The road server of '{self._server.name}' {what}.",
            hint=f"Start it or correct its address in VISITS_OSRM; or {ALLOW_THE_ESTIMATE}.",
        )


def _rows(given: list[list[float | None]]) -> list[list[float | None]]:
    return [[None if entry is None else _number(entry) for entry in row] for row in given]


def _number(given: object) -> float:
    """A number that a travel time can be; JSON as Python reads it also has NaN and infinity."""
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= LARGEST_NUMBER:
        raise ValueError("no travel time")
    return float(given)


def _is_on_earth(point: Coordinates) -> bool:
    return abs(point.latitude_degrees) <= 90 and abs(point.longitude_degrees) <= 180


def _numbers(numbers: range) -> str:
    return ";".join(map(str, numbers))
