"""WGS-84, GCJ-02 (Amap, Tencent, Apple in China) and BD-09 (Baidu).

`Coordinates` elsewhere means WGS-84; here alone it also carries a point of the datum that a function's name says.
The offset of GCJ-02 is applied everywhere on earth: which datum a number has is told by whoever gave it, never
guessed from where it lies, because the customary rectangle around China holds Seoul and Hanoi too.

The formulas are the published reconstruction, with the radius and eccentricity of the ellipsoid Krasovsky 1940.
"""

import math
from collections.abc import Callable
from enum import StrEnum

from scheduler.domain.location import Coordinates

_SEMI_MAJOR_AXIS_METERS = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BAIDU_RADIANS_PER_DEGREE = math.pi * 3000.0 / 180.0
_BAIDU_SHIFT_LATITUDE_DEGREES = 0.006
_BAIDU_SHIFT_LONGITUDE_DEGREES = 0.0065
_INVERSE_ITERATIONS = 4  # leaves less than a micrometer; one alone leaves up to 3.5 meters


class Datum(StrEnum):
    """What a pair of numbers counts from."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def to_wgs84(point: Coordinates, datum: Datum) -> Coordinates:
    """The point that a pair of a datum names."""
    if datum is Datum.GCJ02:
        return gcj02_to_wgs84(point)
    return bd09_to_wgs84(point) if datum is Datum.BD09 else point


def wgs84_to_gcj02(point: Coordinates) -> Coordinates:
    """What Amap and Tencent call the point."""
    x, y = point.longitude_degrees - 105.0, point.latitude_degrees - 35.0
    root = math.sqrt(abs(x))
    ripple = 20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (ripple + _waves(y, 160.0, 320.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (ripple + _waves(x, 150.0, 300.0)) * 2.0 / 3.0

    latitude = math.radians(point.latitude_degrees)
    curvature = 1.0 - _ECCENTRICITY_SQUARED * math.sin(latitude) ** 2
    meridian_meters = _SEMI_MAJOR_AXIS_METERS * (1.0 - _ECCENTRICITY_SQUARED) / (curvature * math.sqrt(curvature))
    parallel_meters = _SEMI_MAJOR_AXIS_METERS / math.sqrt(curvature) * math.cos(latitude)
    return Coordinates(
        latitude_degrees=point.latitude_degrees + math.degrees(north / meridian_meters),
        longitude_degrees=point.longitude_degrees + math.degrees(east / parallel_meters),
    )


def gcj02_to_wgs84(point: Coordinates) -> Coordinates:
    """The point of a GCJ-02 pair; less than a millimeter off after the way there and back."""
    return _inverse(wgs84_to_gcj02, point)


def gcj02_to_bd09(point: Coordinates) -> Coordinates:
    """What Baidu calls the point that Amap calls `point`."""
    radius = math.hypot(point.longitude_degrees, point.latitude_degrees)
    radius += 0.00002 * math.sin(point.latitude_degrees * _BAIDU_RADIANS_PER_DEGREE)
    angle = math.atan2(point.latitude_degrees, point.longitude_degrees)
    angle += 0.000003 * math.cos(point.longitude_degrees * _BAIDU_RADIANS_PER_DEGREE)
    return Coordinates(
        latitude_degrees=radius * math.sin(angle) + _BAIDU_SHIFT_LATITUDE_DEGREES,
        longitude_degrees=radius * math.cos(angle) + _BAIDU_SHIFT_LONGITUDE_DEGREES,
    )


def bd09_to_gcj02(point: Coordinates) -> Coordinates:
    """What Amap calls the point that Baidu calls `point`; the customary closed form is up to 16 cm off this."""
    return _inverse(gcj02_to_bd09, point)


def wgs84_to_bd09(point: Coordinates) -> Coordinates:
    """What Baidu calls the point."""
    return gcj02_to_bd09(wgs84_to_gcj02(point))


def bd09_to_wgs84(point: Coordinates) -> Coordinates:
    """The point of a BD-09 pair."""
    return gcj02_to_wgs84(bd09_to_gcj02(point))


def _waves(degrees: float, long: float, longest: float) -> float:
    half_turns = degrees * math.pi
    short = 20.0 * math.sin(half_turns) + 40.0 * math.sin(half_turns / 3.0)
    return short + long * math.sin(half_turns / 12.0) + longest * math.sin(half_turns / 30.0)


def _inverse(forward: Callable[[Coordinates], Coordinates], target: Coordinates) -> Coordinates:
    guess = target
    for _ in range(_INVERSE_ITERATIONS):
        image = forward(guess)
        guess = Coordinates(
            latitude_degrees=guess.latitude_degrees + target.latitude_degrees - image.latitude_degrees,
            longitude_degrees=guess.longitude_degrees + target.longitude_degrees - image.longitude_degrees,
        )
    return guess
