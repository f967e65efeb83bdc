"""Routes as GPX."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest

from maps.gpx import route_gpx
from scheduler.domain.errors import InvalidInput
from scheduler.domain.location import Location
from tests.map_days import a_day, a_plan

SPACE = {"gpx": "http://www.topografix.com/GPX/1/1"}


def routes_of(content: bytes) -> dict[str, list[tuple[str, str, str]]]:
    """The points of each route: name, latitude, longitude."""
    routes = ElementTree.fromstring(content).findall("gpx:rte", SPACE)  # noqa: S314  our own file
    return {
        route.findtext("gpx:name", "", SPACE): [
            (point.findtext("gpx:name", "", SPACE), point.attrib["lat"], point.attrib["lon"])
            for point in route.findall("gpx:rtept", SPACE)
        ]
        for route in routes
    }


def test_a_route_has_its_start_its_numbered_visits_and_its_end() -> None:
    problem = a_day(crews=1, stops=3, left_out=1)
    assert routes_of(route_gpx(a_plan(problem), problem)) == {
        "S1": [
            ("Start", "31.230400", "121.473700"),
            ("1", "31.236400", "121.484700"),
            ("2", "31.230400", "121.495700"),
            ("3", "31.224400", "121.506700"),
            ("End", "31.230400", "121.473700"),
        ]
    }


def test_a_stop_without_coordinates_is_left_out_and_the_others_keep_their_numbers() -> None:
    problem = a_day(crews=1, stops=2, left_out=0)
    place = problem.visits[0].places[0].location_id
    points = tuple(Location(id=one.id, coordinates=None) if one.id == place else one for one in problem.locations)
    content = route_gpx(a_plan(problem), replace(problem, locations=points))
    assert [name for name, _, _ in routes_of(content)["S1"]] == ["Start", "2", "End"]


def test_only_the_shifts_asked_for_are_in_the_file() -> None:
    problem = a_day(crews=3, stops=1)
    assert list(routes_of(route_gpx(a_plan(problem), problem, shift_ids=["S2"]))) == ["S2"]


def test_start_and_end_are_in_the_language_asked_for() -> None:
    problem = a_day(crews=1, stops=1)
    points = routes_of(route_gpx(a_plan(problem), problem, language="zh-CN"))["S1"]
    assert [name for name, _, _ in points] == ["出发", "1", "返回"]


def test_an_unknown_shift_or_language_is_refused() -> None:
    problem = a_day()
    with pytest.raises(InvalidInput, match="unknown_id"):
        route_gpx(a_plan(problem), problem, shift_ids=["S9"])
    with pytest.raises(InvalidInput, match="unknown_language"):
        route_gpx(a_plan(problem), problem, language="fr")
