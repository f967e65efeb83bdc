"""Lines of many points in few bytes: what the eye cannot see is left out, the rest is written as encoded polylines."""

import math
from collections.abc import Sequence

from scheduler.domain.location import Coordinates

type Line = tuple[Coordinates, ...]

METERS_PER_DEGREE = 111_195  # along a meridian of the sphere that the domain measures with
_FIRST_TOLERANCE_METERS = 1.0


def encoded_within(lines: Sequence[Line], budget_bytes: int) -> tuple[str, ...]:
    """Every line encoded, all of them as exact as the budget allows.

    The tolerance starts at one meter and doubles until the lines fit, or nothing but their ends is left.

    Args:
        lines: Of at least two points each, or empty.
        budget_bytes: For all of them together.
    """
    tolerance = _FIRST_TOLERANCE_METERS
    drawn = tuple(simplified(line, tolerance) for line in lines)
    while True:
        written = tuple(encoded(line) for line in drawn)
        if sum(map(len, written)) <= budget_bytes or all(len(line) <= 2 for line in drawn):
            return written
        tolerance *= 2
        drawn = tuple(simplified(line, tolerance) for line in drawn)


def encoded(line: Line) -> str:
    """A line in Google's encoded polyline format with five decimals, about one meter."""
    return encoded_together([line])


def encoded_together(lines: Sequence[Line]) -> str:
    """Lines apart by spaces, each beginning from the end of the one before instead of from zero, which is shorter."""
    written: list[str] = []
    latitude = longitude = 0
    for line in lines:
        signs: list[str] = []
        for point in line:
            north, east = round(point.latitude_degrees * 1e5), round(point.longitude_degrees * 1e5)
            signs.append(_encoded_number(north - latitude))
            signs.append(_encoded_number(east - longitude))
            latitude, longitude = north, east
        written.append("".join(signs))
    return " ".join(written)


def simplified(line: Line, tolerance_meters: float) -> Line:
    """A line without the points that lie nearer than the tolerance to what is left of it.

    References:
        D. H. Douglas, T. K. Peucker: Algorithms for the reduction of the number of points required to represent a
        digitized line or its caricature, 1973, doi 10.3138/FM57-6770-U75U-7727.
    """
    if len(line) < 3:
        return line
    east_per_degree = math.cos(math.radians(line[0].latitude_degrees)) * METERS_PER_DEGREE
    places = [(point.longitude_degrees * east_per_degree, point.latitude_degrees * METERS_PER_DEGREE) for point in line]
    kept = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]  # a stack: a route of many thousand points would be too deep for calls
    while spans:
        first, last = spans.pop()
        farthest, distance = first, tolerance_meters
        for index in range(first + 1, last):
            away = _distance_to_segment(places[index], places[first], places[last])
            if away > distance:
                farthest, distance = index, away
        if farthest != first:
            kept.add(farthest)
            spans += [(first, farthest), (farthest, last)]
    return tuple(line[index] for index in sorted(kept))


def _distance_to_segment(place: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    east, north = end[0] - start[0], end[1] - start[1]
    length_squared = east * east + north * north
    along = 0.0
    if length_squared > 0:
        along = ((place[0] - start[0]) * east + (place[1] - start[1]) * north) / length_squared
        along = min(1.0, max(0.0, along))
    return math.hypot(place[0] - start[0] - along * east, place[1] - start[1] - along * north)


def _encoded_number(number: int) -> str:
    left = ~(number << 1) if number < 0 else number << 1
    signs = []
    while left >= 0x20:
        signs.append(chr((0x20 | (left & 0x1F)) + 63))
        left >>= 5
    signs.append(chr(left + 63))
    return "".join(signs)
