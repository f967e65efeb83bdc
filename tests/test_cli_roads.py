"""`visits roads`, and planning on what it builds."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from api.fixture_city import city_tables
from scheduler.documents import read_problem
from scheduler.domain.problem import GreatCircleTravel, Problem, RoadTravel
from scheduler.domain.travel import Profile
from tests.builders import a_problem, a_visit, at
from tests.command import plan_at, problem_file, visits
from tests.small_roads import LAKE, NAME, write_extract

LABEL = '<span class="estimated">'


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The town's network in a data directory of the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VISITS_DATA_DIR", str(tmp_path / "var"))
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "networks").symlink_to(data_dir / "networks")


def a_day_on_roads(**travel: object) -> Problem:
    problem = a_problem([a_visit(f"v{i}", 5 * i) for i in range(1, 5)])
    return replace(problem, travel=RoadTravel(**({"network": NAME} | travel)))  # type: ignore[arg-type]


def test_a_network_is_built_listed_and_checked(tmp_path: Path) -> None:
    (tmp_path / "var" / "networks").unlink()
    assert "There are none." in visits("roads", "list").out
    built = visits("roads", "build", write_extract(tmp_path / "x.osm.pbf"), "--name", "city", "--profile", "bicycle")
    assert built.code == 0, built.err
    assert built.out.startswith("Built 'city' for bicycle in ")
    assert " MB in " in built.out
    assert built.err.splitlines()[0] == "reading the roads ..."
    assert "city     bicycle" in visits("roads", "list").out
    assert "ready" in visits("roads", "list").out
    assert "is whole" in visits("roads", "check", "city", "--profile", "bicycle").out
    by_car = visits("roads", "check", "city")
    assert by_car.code == 3
    assert by_car.err.startswith("missing: The road network 'city' is not built on this machine for car.")


def test_programs_read_the_same_as_json(tmp_path: Path) -> None:
    extract = write_extract(tmp_path / "x.osm.pbf")
    (tmp_path / "var" / "networks").unlink()
    built = visits("roads", "build", extract, "--name", "city", "--attribution", "© City", "--json").document()
    (listed,) = visits("roads", "list", "--json").document()
    checked = visits("roads", "check", "city", "--json").document()
    assert built["box"] == listed["box"] == checked["network"]["box"]
    assert built["checksum"] == checked["network"]["checksum"]
    assert built["attribution"] == "© City"
    assert built["seconds"] > 0
    assert built["size_bytes"] > 0
    assert (listed["name"], listed["profile"], listed["fault"]) == ("city", "car", None)


def test_a_damaged_extract_is_a_fault_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "x.osm.pbf").write_text("x")
    refused = visits("roads", "build", tmp_path / "x.osm.pbf", "--name", "city")
    assert refused.code == 2
    assert "unusable_extract" in refused.err


def test_the_check_of_a_problem_names_what_cannot_be_reached(tmp_path: Path) -> None:
    problem = a_day_on_roads()
    path = problem_file(tmp_path, problem)
    assert visits("roads", "check", NAME, "--problem", path).out.endswith("Every location is reachable.\n")
    moved = tuple(replace(one, coordinates=LAKE) if one.id == at(5) else one for one in problem.locations)
    path = problem_file(tmp_path, replace(problem, locations=moved))
    checked = visits("roads", "check", NAME, "--problem", path, "--json")
    assert (checked.code, checked.document()["unreachable_location_ids"]) == (1, [at(5)])


def test_the_great_circle_is_fitted_to_the_network(tmp_path: Path) -> None:
    document = visits("roads", "calibrate", NAME, "--json").document()
    assert document["travel"]["source"] == "great_circle"
    assert document["error"]["mean_seconds"] < document["fallback_error"]["mean_seconds"]
    words = visits("roads", "calibrate", NAME).out
    assert f'"detour_factor": {document["travel"]["detour_factor"]}' in words
    assert "in the median" in words
    problem = json.loads(problem_file(tmp_path).read_bytes()) | {"travel": document["travel"]}
    assert isinstance(read_problem(json.dumps(problem).encode()).travel, GreatCircleTravel)


def test_the_numbers_of_another_profile_stand_beside_those_of_cars(tmp_path: Path) -> None:
    (tmp_path / "var" / "networks").unlink()  # what is built stays with this test
    visits("roads", "build", write_extract(tmp_path / "x.osm.pbf"), "--name", "walked", "--profile", "foot")
    fitted = visits("roads", "calibrate", "walked", "--profile", "foot", "--json").document()["travel"]
    by_car = {"source": "great_circle", "detour_factor": 1.4, "speed_kmh": 25, "overhead_seconds": 60}
    problem = json.loads(problem_file(tmp_path).read_bytes()) | {"travel": by_car | fitted}
    travel = read_problem(json.dumps(problem).encode()).travel
    assert isinstance(travel, GreatCircleTravel)
    assert 3 < travel.profiles[Profile.FOOT].speed_kmh < 7


def test_a_day_is_planned_explained_and_checked_on_roads(tmp_path: Path) -> None:
    path = problem_file(tmp_path, a_day_on_roads())
    planned = visits("plan", path, "-o", tmp_path / "plan.json", "--iterations", "20")
    assert planned.code == 0, planned.err
    assert "travel by osrm:town" in planned.out
    assert visits("check", path, tmp_path / "plan.json").code == 0
    assert visits("why", path, "v1", "--plan", tmp_path / "plan.json").code == 0
    assert [one.name for one in (tmp_path / "var").iterdir()] == ["networks", "road-times"]


def test_maps_of_a_day_on_roads_follow_them_and_say_so_where_they_cannot(tmp_path: Path) -> None:
    path = problem_file(tmp_path, a_day_on_roads())
    assert visits("plan", path, "-o", tmp_path / "plan.json", "--iterations", "20").code == 0
    for words in ((), ("--shift", "s1")):
        drawn = visits("map", tmp_path / "plan.json", "--problem", path, *words, "--language", "en", "-o", "map.html")
        assert drawn.code == 0, drawn.err
        assert drawn.err == ""
        page = (tmp_path / "map.html").read_text(encoding="utf-8")
        assert LABEL not in page
        assert '"estimated":true' not in page.replace(" ", "")
    (tmp_path / "var" / "networks").unlink()
    without = visits("map", tmp_path / "plan.json", "--problem", path, "--language", "en", "-o", "straight.html")
    assert without.code == 0
    assert "Routes are drawn as straight lines." in without.err
    straight = (tmp_path / "straight.html").read_text(encoding="utf-8")
    assert LABEL in straight
    assert '"estimated":true' in straight.replace(" ", "")


def test_an_import_names_the_network_and_what_stands_in_for_it(tmp_path: Path) -> None:
    words: tuple[str | Path, ...] = ("import", *city_tables(), "--date", "2026-12-01", "-o", tmp_path / "problem.json")
    choices: dict[bool, tuple[str, ...]] = {False: (), True: ("--fallback", "great_circle")}
    for fallback, more in choices.items():
        imported = visits(*words, "--network", NAME, *more)
        assert imported.code == 0, imported.err
        problem = read_problem((tmp_path / "problem.json").read_bytes())
        assert problem.travel == RoadTravel(network=NAME, fallback=fallback)
    alone = visits(*words, "--fallback", "great_circle")
    assert (alone.code, "--network" in alone.err) == (2, True)


def test_without_the_network_planning_stops_or_says_that_it_estimates(tmp_path: Path) -> None:
    words = ("-o", tmp_path / "plan.json", "--iterations", "20")
    refused = visits("plan", problem_file(tmp_path, a_day_on_roads(network="other")), *words)
    assert refused.code == 3
    assert "visits roads build" in refused.err
    path = problem_file(tmp_path, a_day_on_roads(network="other", fallback=True))
    told = visits("plan", path, *words, "--json").document()
    assert (told["travel_source"], told["estimated"]) == ("great_circle", True)
    allowed = visits("plan", path, *words)
    assert allowed.code == 0
    assert "The road network 'other' could not be used, so travel times are estimated." in allowed.err
    assert "travel by great_circle (estimated)." in allowed.out
    assert plan_at(tmp_path / "plan.json").travel_source == "great_circle"
