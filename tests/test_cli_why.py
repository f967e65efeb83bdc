"""`visits why`: for every visit an answer, in both languages, with and without a plan."""

from pathlib import Path

import pytest

from scheduler.domain.case import Block
from scheduler.planning import SearchLimits, plan_visits
from tests.builders import a_case, a_problem, a_shift, a_visit, window
from tests.command import plan_file, problem_file, visits
from tests.service import a_day

LANGUAGES = ("en", "zh-CN")
EARLY = a_visit("early", 2, window("06:00", "07:00"))


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A day with a visit that fits and one that no shift reaches in time, and its plan."""
    problem = a_problem([a_visit("fits", 3), EARLY], [a_shift("s1")], rule_packs=())
    made = plan_visits(problem, limits=SearchLimits(seconds=None, iterations=5))
    return problem_file(tmp_path, problem), plan_file(tmp_path, made, problem)


def test_a_visit_on_a_route_is_answered_with_its_crew_and_hours(files: tuple[Path, Path]) -> None:
    problem, plan = files
    english = visits("why", problem, "fits", "--plan", plan)
    chinese = visits("why", problem, "fits", "--plan", plan, "--language", "zh-CN")

    assert english.code == chinese.code == 0
    assert english.out.startswith("Visit fits is on the route of shift s1: place fits-home, 2026-12-01 ")
    assert chinese.out.startswith("外访 fits 已排入班次 s1 的路线：地点 fits-home，2026-12-01 ")


@pytest.mark.parametrize(
    ("language", "first"), [("en", "Visit early is not on any route."), ("zh-CN", "外访 early 未排入任何路线。")]
)
def test_a_visit_left_out_is_answered_with_each_reason(files: tuple[Path, Path], language: str, first: str) -> None:
    problem, plan = files
    answer = visits("why", problem, "early", "--plan", plan, "--language", language)

    assert answer.code == 0
    assert answer.out.startswith(first)
    assert "NO_COMMON_TIME_WINDOW" in answer.out


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_plan_the_answer_says_what_is_possible(files: tuple[Path, Path], language: str) -> None:
    problem, _ = files
    possible = visits("why", problem, "fits", "--language", language)
    impossible = visits("why", problem, "early", "--language", language)

    assert possible.code == impossible.code == 0
    assert possible.out.splitlines()[0] != impossible.out.splitlines()[0].replace("early", "fits")


def test_json_holds_the_same_answer(files: tuple[Path, Path]) -> None:
    problem, plan = files
    assigned = visits("why", problem, "fits", "--plan", plan, "--json").document()
    left_out = visits("why", problem, "early", "--plan", plan, "--json").document()

    assert assigned["assigned"]["shift_id"] == "s1"
    assert assigned["reasons"] == []
    assert left_out["assigned"] is None
    assert all(reason["code"] and reason["sentence"] for reason in left_out["reasons"])


def test_the_law_of_a_place_is_told_rule_by_rule(tmp_path: Path) -> None:
    barred = a_case(blocks=(Block(code="disputed"),))
    problem = a_problem([a_visit("v1", 3), a_visit("v2", 4, case=barred)], rule_packs=("cn-base", "cn-house"))
    path = problem_file(tmp_path, problem)
    allowed, denied = (visits("why", path, name).out for name in ("v1", "v2"))

    assert "1. Law (cn-base, cn-house)" in allowed
    assert "v1-home (home): allowed, 2026-12-01 09:00-20:00 (CN-HRS-1, CN-HRS-3), at least 2 people" in allowed
    assert "v2-home (home): not allowed" in denied
    assert "CN-CARD-69: The circumstance disputed is on record" in denied


def test_an_unknown_visit_is_bad_input(tmp_path: Path) -> None:
    answer = visits("why", problem_file(tmp_path, a_day()), "v99")

    assert answer.code == 2
    assert "has no visit 'v99'" in answer.err


def test_a_plan_of_another_problem_is_bad_input(tmp_path: Path, files: tuple[Path, Path]) -> None:
    _, plan = files
    answer = visits("why", problem_file(tmp_path, a_day(), "day.json"), "v1", "--plan", plan)

    assert answer.code == 2
    assert "other_problem" in answer.err
