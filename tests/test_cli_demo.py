"""The main job in one command: the fictional city's day, and an answer for every visit it leaves out."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.settings import Settings
from api.store import PlanStore
from maps.page import vendored_bytes
from scheduler.documents import read_problem, read_texts
from scheduler.planning import check_plan
from tests.command import Answer, plan_at, visits
from tests.parts import require_paper_font
from tests.pdf_text import pages_of


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, city_data_dir: Path) -> Iterator[tuple[Answer, Path, Path]]:
    """The demo's answer, its folder and its data directory, in which the city's roads stand already."""
    out, data = tmp_path_factory.mktemp("demo"), tmp_path_factory.mktemp("data")
    (data / "networks").symlink_to(city_data_dir / "networks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VISITS_DATA_DIR", str(data))
        patch.chdir(out)
        yield visits("demo", "-o", out / "out", "--seconds", "3"), out / "out", data


def test_the_demo_ends_well_and_says_what_a_dispatcher_needs(demo: tuple[Answer, Path, Path]) -> None:
    answer, _, _ = demo

    assert answer.code == 0, answer.err
    for word in ("NOT_ELIGIBLE", "travel", "crew", "visits serve", "visits why"):
        assert word in answer.out


def test_the_demos_plan_passes_the_checker_and_carries_a_certificate(demo: tuple[Answer, Path, Path]) -> None:
    _, out, data = demo
    plan = plan_at(out / "plan.json")
    networks = Settings(data_dir=data).road_networks

    assert check_plan(read_problem((out / "problem.json").read_bytes()), plan, networks) == ()
    assert plan.certificate is not None


def test_the_demo_plans_on_the_citys_roads_and_does_not_build_them_twice(demo: tuple[Answer, Path, Path]) -> None:
    answer, out, _ = demo

    assert plan_at(out / "plan.json").travel_source == "osrm:fixture-city"
    assert "estimated" not in answer.out
    assert "reading the roads" not in answer.err


def test_the_demo_writes_a_map_a_table_a_calendar_and_points_for_each_crew(demo: tuple[Answer, Path, Path]) -> None:
    _, out, _ = demo
    shifts = {route.shift_id for route in plan_at(out / "plan.json").routes}

    assert (out / "overview.html").is_file()
    assert {path.name for path in (out / "crews").iterdir()} == {
        f"{shift}.{kind}" for shift in shifts for kind in ("html", "csv", "ics", "gpx")
    }


def test_the_demo_prints_a_route_sheet_for_each_crew(demo: tuple[Answer, Path, Path]) -> None:
    require_paper_font()
    _, out, _ = demo
    pages = pages_of((out / "route-sheets.pdf").read_bytes())

    assert all(any(route.shift_id in page for page in pages) for route in plan_at(out / "plan.json").routes)


def test_the_demos_maps_follow_roads_above_streets_that_owe_nobody_a_word(demo: tuple[Answer, Path, Path]) -> None:
    _, out, _ = demo
    maps = [out / "overview.html", *(out / "crews").glob("*.html")]

    for path in maps:
        page = path.read_text("utf-8")
        assert '"estimated":true' not in page
        assert '"streets":{' in page
        assert '"attributions":[]' in page
        assert len(page.encode()) - vendored_bytes() <= 400_000


def test_what_shows_a_person_is_readable_by_its_owner_alone(demo: tuple[Answer, Path, Path]) -> None:
    _, out, _ = demo
    open_to_others = {
        path.relative_to(out).as_posix()
        for path in out.rglob("*")
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077
    }

    assert open_to_others <= {"problem.json", "plan.json"}


def test_problem_plan_and_screen_hold_no_persons_text(demo: tuple[Answer, Path, Path]) -> None:
    answer, out, _ = demo
    texts = read_texts((out / "texts.json").read_bytes())
    words = {word for text in texts.values() for word in (text.name, text.address, text.note) if word}
    shown = answer.out + answer.err + "".join((out / name).read_text("utf-8") for name in ("problem.json", "plan.json"))

    assert len(words) > 80
    assert not [word for word in words if word in shown]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_unassigned_visit_of_the_demo_is_answered(demo: tuple[Answer, Path, Path], language: str) -> None:
    _, out, _ = demo
    plan = plan_at(out / "plan.json")

    assert plan.unassigned
    for left_out in plan.unassigned:
        answer = visits(
            "why", out / "problem.json", left_out.visit_id, "--plan", out / "plan.json", "--language", language
        )
        assert answer.code == 0, left_out.visit_id
        assert left_out.visit_id in answer.out.splitlines()[0]
        for reason in left_out.reasons:
            assert reason.code.value in answer.out
            assert reason.rule_id is None or reason.rule_id in answer.out


def test_the_demos_day_is_in_the_store_of_the_service(demo: tuple[Answer, Path, Path]) -> None:
    _, out, data = demo
    store = PlanStore(Settings(data_dir=data))
    try:
        stored = store.list()
    finally:
        store.close()

    assert len(stored) == 1
    assert plan_at(out / "plan.json").certificate is not None
