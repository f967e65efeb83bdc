"""Straight-line travel, against an independent library."""

import math
from datetime import timedelta

import pytest
from geopy.distance import great_circle
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.location import Coordinates, Location
from scheduler.travel.great_circle import EARTH_RADIUS_METERS, GreatCircle

LINE = GreatCircle(detour_factor=1.4, speed_kmh=25.0, overhead=timedelta(seconds=60))
points = st.tuples(st.floats(-85, 85), st.floats(-180, 180))


def location(name: str, point: tuple[float, float] | None) -> Location:
    if point is None:
        return Location(id=name, coordinates=None)
    return Location(id=name, coordinates=Coordinates(latitude_degrees=point[0], longitude_degrees=point[1]))


@given(points, points)
def test_meters_agree_with_an_independent_library_on_the_same_radius(
    here: tuple[float, float], there: tuple[float, float]
) -> None:
    matrix = LINE.matrix([location("a", here), location("b", there)])
    expected = great_circle(here, there, radius=EARTH_RADIUS_METERS / 1000).meters * 1.4
    assert matrix.meters("a", "b") == pytest.approx(expected, abs=1.0)


def test_seconds_are_rounded_up_and_carry_the_overhead() -> None:
    matrix = LINE.matrix([location("a", (31.2, 112.8)), location("b", (31.21, 112.8))])
    meters = math.radians(0.01) * EARTH_RADIUS_METERS * 1.4
    assert matrix.seconds("a", "b") == math.ceil(meters / (25 / 3.6)) + 60


def test_equal_coordinates_are_no_travel_at_all() -> None:
    matrix = LINE.matrix([location("a", (31.2, 112.8)), location("b", (31.2, 112.8))])
    assert matrix.seconds("a", "b") == matrix.meters("a", "b") == 0


def test_a_location_without_coordinates_is_unreachable_from_everywhere() -> None:
    matrix = LINE.matrix([location("a", (31.2, 112.8)), location("b", None)])
    assert matrix.seconds("a", "b") is None
    assert matrix.seconds("b", "a") is None
    assert matrix.meters("a", "b") is None
