"""Lines in few bytes: the encoding that others read, and what may be left out."""

import math
from itertools import pairwise

import pytest

from maps.polyline import METERS_PER_DEGREE, Line, encoded, encoded_within, simplified
from scheduler.domain.location import Coordinates


def a_line(*points: tuple[float, float]) -> Line:
    return tuple(Coordinates(latitude_degrees=north, longitude_degrees=east) for north, east in points)


WAVES = a_line(*((31.2 + 0.001 * math.sin(step / 3), 121.4 + step * 0.0002) for step in range(300)))


def test_a_line_is_encoded_as_the_format_is_documented() -> None:
    assert encoded(a_line((38.5, -120.2), (40.7, -120.95), (43.252, -126.453))) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"


def test_a_line_of_no_points_is_an_empty_text() -> None:
    assert encoded(()) == ""
    assert encoded_within([(), WAVES], 10_000)[0] == ""


def test_points_on_a_straight_way_are_left_out() -> None:
    straight = a_line(*((31.0 + step / 1000, 121.0) for step in range(50)))
    assert simplified(straight, 1) == (straight[0], straight[-1])


def test_no_point_that_is_left_out_lies_farther_from_the_line_than_the_tolerance() -> None:
    kept = simplified(WAVES, 5)
    assert 10 < len(kept) < len(WAVES)
    for point in WAVES:
        away = min(
            abs(point.latitude_degrees - _latitude_at(point.longitude_degrees, here, there))
            for here, there in pairwise(kept)
            if here.longitude_degrees <= point.longitude_degrees <= there.longitude_degrees
        )
        # Measured north and south only; the waves rise twice as steeply as they go east.
        assert away * METERS_PER_DEGREE <= 5 * math.hypot(1, 2.1)


def _latitude_at(longitude_degrees: float, here: Coordinates, there: Coordinates) -> float:
    share = (longitude_degrees - here.longitude_degrees) / (there.longitude_degrees - here.longitude_degrees)
    return here.latitude_degrees + share * (there.latitude_degrees - here.latitude_degrees)


def test_a_way_there_and_back_keeps_its_turning_point() -> None:
    there_and_back = a_line((31.0, 121.0), (31.01, 121.0), (31.0, 121.0))
    assert simplified(there_and_back, 1) == there_and_back


@pytest.mark.parametrize("budget", [2000, 500, 60])
def test_lines_are_made_coarser_until_they_fit(budget: int) -> None:
    written = encoded_within([WAVES, WAVES], budget)
    assert sum(map(len, written)) <= budget


def test_the_ends_stay_even_when_the_budget_is_too_small() -> None:
    assert encoded_within([WAVES], 1) == (encoded((WAVES[0], WAVES[-1])),)
