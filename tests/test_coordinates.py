"""Known answers agreed by four independent implementations, and the way there and back."""

from collections.abc import Callable
from math import cos, hypot, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.coordinates import (
    Datum,
    bd09_to_gcj02,
    bd09_to_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from scheduler.domain.location import Coordinates

METERS_PER_DEGREE = 111_195.08
in_mainland = st.builds(
    Coordinates,
    latitude_degrees=st.floats(min_value=18.0, max_value=53.0),
    longitude_degrees=st.floats(min_value=74.0, max_value=134.0),
)


def point(longitude: float, latitude: float) -> Coordinates:
    """In the order in which the known answers are published."""
    return Coordinates(latitude_degrees=latitude, longitude_degrees=longitude)


def meters_between(first: Coordinates, second: Coordinates) -> float:
    """Good to a millionth for points that are near each other."""
    north = first.latitude_degrees - second.latitude_degrees
    east = (first.longitude_degrees - second.longitude_degrees) * cos(radians(first.latitude_degrees))
    return hypot(north, east) * METERS_PER_DEGREE


@pytest.mark.parametrize(
    ("convert", "given_point", "answer"),
    [
        (wgs84_to_gcj02, point(121.5272106, 31.1774276), point(121.531541859215, 31.17530398364597)),
        (wgs84_to_gcj02, point(113.912316, 22.543847), point(113.9171764808363, 22.540796131694766)),
        (wgs84_to_gcj02, point(116.377817, 39.911954), point(116.38404722455657, 39.91334545536069)),
        (wgs84_to_gcj02, point(116.404, 39.915), point(116.41024449916938, 39.91640428150164)),
        (gcj02_to_bd09, point(116.404, 39.915), point(116.41036949371029, 39.92133699351021)),
    ],
)
def test_a_published_answer_is_met_to_the_last_digits(
    convert: Callable[[Coordinates], Coordinates], given_point: Coordinates, answer: Coordinates
) -> None:
    converted = convert(given_point)

    assert converted.latitude_degrees == pytest.approx(answer.latitude_degrees, abs=1e-12)
    assert converted.longitude_degrees == pytest.approx(answer.longitude_degrees, abs=1e-12)


def test_the_way_back_from_baidu_is_within_twenty_centimeters_of_the_customary_closed_form() -> None:
    closed_form = point(116.39762729119315, 39.90865673957631)

    assert meters_between(bd09_to_gcj02(point(116.404, 39.915)), closed_form) < 0.2


@pytest.mark.parametrize(
    ("there", "back"),
    [
        (wgs84_to_gcj02, gcj02_to_wgs84),
        (gcj02_to_bd09, bd09_to_gcj02),
        (wgs84_to_bd09, bd09_to_wgs84),
    ],
)
@given(start=in_mainland)
def test_there_and_back_ends_within_a_millimeter(
    there: Callable[[Coordinates], Coordinates], back: Callable[[Coordinates], Coordinates], start: Coordinates
) -> None:
    assert meters_between(back(there(start)), start) < 0.001


@pytest.mark.parametrize(
    ("datum", "there"),
    [(Datum.WGS84, lambda same: same), (Datum.GCJ02, wgs84_to_gcj02), (Datum.BD09, wgs84_to_bd09)],
    ids=["wgs84", "gcj02", "bd09"],
)
def test_a_pair_of_any_datum_is_turned_into_the_point_that_it_names(
    datum: Datum, there: Callable[[Coordinates], Coordinates]
) -> None:
    start = point(112.8021, 31.2034)

    assert meters_between(to_wgs84(there(start), datum), start) < 0.001


@given(start=in_mainland)
def test_mistaking_one_datum_for_another_would_put_a_crew_at_another_door(start: Coordinates) -> None:
    assert 10 < meters_between(wgs84_to_gcj02(start), start) < 1_000
    assert 700 < meters_between(gcj02_to_bd09(start), start) < 1_100


def test_the_datum_is_never_guessed_from_where_a_point_lies() -> None:
    seoul = point(126.978, 37.5665)

    assert meters_between(wgs84_to_gcj02(seoul), seoul) > 400
    assert meters_between(gcj02_to_wgs84(wgs84_to_gcj02(seoul)), seoul) < 0.001
