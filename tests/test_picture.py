"""A route's picture: read as XML, and once as pixels by Chromium."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from maps.picture import route_picture
from scheduler.domain.errors import InvalidInput
from scheduler.domain.location import Location
from scheduler.domain.problem import Problem
from tests.builders import a_shift
from tests.map_days import a_day, a_plan, ids_of, roads_of

SVG = "{http://www.w3.org/2000/svg}"


def picture(problem: Problem, shift_id: str = "S1", *, width: int = 800, height: int = 500) -> ElementTree.Element:
    drawn = route_picture(a_plan(problem), problem, shift_id, width_pixels=width, height_pixels=height)
    return ElementTree.fromstring(drawn)  # noqa: S314  our own


def numbers_in(root: ElementTree.Element) -> list[str]:
    return [str(text.text) for text in root.iter(f"{SVG}text") if str(text.text).isdigit()]


def test_every_visit_has_its_number_and_the_first_lies_on_top() -> None:
    assert numbers_in(picture(a_day(crews=1, stops=5))) == ["5", "4", "3", "2", "1"]


def test_only_the_crew_that_was_asked_for_is_drawn() -> None:
    assert numbers_in(picture(a_day(crews=3, stops=2), "S2")) == ["2", "1"]


def test_a_picture_holds_no_id_and_refers_to_nothing() -> None:
    problem = a_day(crews=1, stops=3)
    drawn = route_picture(a_plan(problem), problem, "S1", geometry=roads_of(problem)["S1"])
    words = set(re.findall(r"[\w.-]+", drawn))
    assert not words & {*ids_of(problem), "S1"}
    assert re.findall(r"href|url\(|<script|<style|<image|https?://(?!www\.w3\.org/2000/svg)", drawn) == []


def test_a_road_is_a_solid_line_and_a_straight_one_is_dashed() -> None:
    problem = a_day(crews=1, stops=3)
    by_road = route_picture(a_plan(problem), problem, "S1", geometry=roads_of(problem)["S1"])
    assert "stroke-dasharray" not in by_road
    assert "stroke-dasharray" in route_picture(a_plan(problem), problem, "S1")
    estimated = replace(roads_of(problem)["S1"], estimated=True)
    assert "stroke-dasharray" in route_picture(a_plan(problem), problem, "S1", geometry=estimated)


def test_an_arrow_lies_on_every_long_leg() -> None:
    problem = a_day(crews=1, stops=2)
    arrows = [path for path in picture(problem).iter(f"{SVG}path") if "rotate" in path.get("transform", "")]
    assert len(arrows) >= 3


@pytest.mark.parametrize(("width", "height"), [(800, 500), (300, 900)])
def test_every_pin_lies_inside_the_picture(width: int, height: int) -> None:
    root = picture(a_day(crews=1, stops=12), width=width, height=height)
    moved = [group.get("transform", "") for group in root.iter(f"{SVG}g")]
    assert len(moved) == 13
    for found in [re.fullmatch(r"translate\(([\d.-]+) ([\d.-]+)\)", text) for text in moved]:
        assert found is not None
        assert 0 < float(found[1]) < width
        assert 0 < float(found[2]) < height


def test_a_workplace_is_square_and_a_home_is_round() -> None:
    root = picture(a_day(crews=1, stops=2))
    office, workplace, home = root.iter(f"{SVG}g")
    assert home.find(f"{SVG}circle") is not None
    assert workplace.find(f"{SVG}rect") is not None
    assert office.find(f"{SVG}text") is None


def test_visits_at_one_door_are_fanned_out_and_the_picture_keeps_a_scale() -> None:
    problem = a_day(crews=1, stops=3)
    together = tuple(replace(location, coordinates=problem.locations[0].coordinates) for location in problem.locations)
    root = picture(replace(problem, locations=together))
    assert len({group.get("transform") for group in root.iter(f"{SVG}g")}) == 4
    assert [text.text for text in root.iter(f"{SVG}text")][-1] == "20 m"


def test_a_route_without_points_or_visits_gives_an_empty_picture() -> None:
    problem = a_day(crews=1, stops=2)
    unknown = tuple(Location(id=location.id, coordinates=None) for location in problem.locations)
    assert numbers_in(picture(replace(problem, locations=unknown))) == []
    idle = replace(problem, shifts=(*problem.shifts, a_shift("idle")))
    assert "stroke-dasharray" not in route_picture(a_plan(problem), idle, "idle")


def test_the_same_route_gives_the_same_picture() -> None:
    problem = a_day()
    first, second = (route_picture(a_plan(problem), problem, "S1") for _ in range(2))
    assert first == second


def test_what_cannot_be_drawn_is_refused() -> None:
    problem = a_day(crews=1, stops=2)
    with pytest.raises(InvalidInput):
        route_picture(a_plan(problem), problem, "S9")
    with pytest.raises(ValueError, match="100 x 100"):
        route_picture(a_plan(problem), problem, "S1", width_pixels=100, height_pixels=100)
    with pytest.raises(ValueError, match="legs of geometry"):
        route_picture(a_plan(problem), problem, "S1", geometry=roads_of(a_day(crews=1, stops=1))["S1"])
