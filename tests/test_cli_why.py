"""`visits why`: for every visit an answer, in both languages, with and without a plan."""

from pathlib import Path

import pytest

from api.cli.explanation_words import WORDS
from scheduler.domain.case import Block
from scheduler.domain.visit import PriorityCode, PriorityPart
from scheduler.layers import Layer
from scheduler.planning import SearchLimits, plan_visits
from tests.builders import a_case, a_problem, a_shift, a_visit, window
from tests.command import plan_file, problem_file, visits
from tests.service import a_day
from tests.weeks import WEEK, a_call, a_week

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


def test_every_layer_is_told_and_the_one_that_sets_each_end(tmp_path: Path) -> None:
    barred_on_the_first_days = a_call("v1", blocks=(Block(code="disputed", until=WEEK[1]),))
    path = problem_file(tmp_path, a_week(barred_on_the_first_days))
    english, chinese = (visits("why", path, "v1", "--language", language).out for language in LANGUAGES)

    assert "2. Borrower\n   v1-home (home): not on every day\n      CN-CARD-69: " in english
    assert "(until 2026-12-02, inclusive)" in english
    assert "3. Place windows\n   v1-home: 2026-12-01 00:00-2026-12-07 23:59" in english
    assert "v1-home, s2: 2026-12-03 09:00-18:00 (start: law CN-HRS-3, shift s2; end: shift s2)" in english
    assert "6. Answer\n   nothing speaks against it" in english
    assert "2. 借款人\n   v1-home（住所）：部分日期不允许" in chinese
    assert "（至 2026-12-02（含））" in chinese
    assert "v1-home，s2：2026-12-03 09:00-18:00（开始：法规 CN-HRS-3，班次 s2；结束：班次 s2）" in chinese


def test_json_holds_every_layer_of_a_place(tmp_path: Path) -> None:
    barred_on_the_first_days = a_call("v1", blocks=(Block(code="disputed", until=WEEK[1]),))
    path = problem_file(tmp_path, a_week(barred_on_the_first_days))
    (place,) = visits("why", path, "v1", "--json").document()["places"]

    assert place["allowed"] is True
    assert place["law"]["reasons"] == []
    assert [(one["rule_id"], one["until"]) for one in place["borrower"]["reasons"]] == [("CN-CARD-69", "2026-12-02")]
    assert place["shifts"][0]["reason"]["code"] == "OUTSIDE_LAWFUL_HOURS"
    assert place["common"][0] == {
        "shift_id": "s2",
        "earliest_start": "2026-12-03T09:00:00+08:00",
        "latest_end": "2026-12-03T18:00:00+08:00",
        "start_bounds": [{"layer": "law", "id": "CN-HRS-3"}, {"layer": "shift", "id": "s2"}],
        "end_bounds": [{"layer": "shift", "id": "s2"}],
    }


@pytest.mark.parametrize(
    ("language", "words"), [("en", "no rule about them was asked"), ("zh-CN", "未询问与之有关的规则")]
)
def test_without_the_facts_of_a_case_the_layer_of_the_borrower_says_so(
    files: tuple[Path, Path], language: str, words: str
) -> None:
    assert words in visits("why", files[0], "fits", "--language", language).out


def test_a_priority_is_told_with_its_parts(tmp_path: Path) -> None:
    parts = (
        PriorityPart(code="days_past_due", points=30),
        PriorityPart(code="waiting", points=5),
        PriorityPart(code="house:vip", points=1),
    )
    problem = a_problem([a_visit("v1", priority=36, priority_parts=parts), a_visit("v2", priority=7)])
    path = problem_file(tmp_path, problem)

    assert "\nPriority 36: days past due 30, waiting 5, house:vip 1\n" in visits("why", path, "v1").out
    assert "\n优先级 36：逾期天数 30，等待 5，house:vip 1\n" in visits("why", path, "v1", "--language", "zh-CN").out
    assert "\nPriority 7\n" in visits("why", path, "v2").out
    document = visits("why", path, "v1", "--json").document()
    assert document["priority"] == 36
    assert document["priority_parts"] == [{"code": part.code, "points": part.points} for part in parts]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_of_a_priority_and_every_layer_has_its_words(language: str) -> None:
    assert all(f"part_{code}" in WORDS[language] for code in PriorityCode)
    assert all(f"bound_{layer}" in WORDS[language] for layer in Layer)


def test_an_unknown_visit_is_bad_input(tmp_path: Path) -> None:
    answer = visits("why", problem_file(tmp_path, a_day()), "v99")

    assert answer.code == 2
    assert "has no visit 'v99'" in answer.err


def test_a_plan_of_another_problem_is_bad_input(tmp_path: Path, files: tuple[Path, Path]) -> None:
    _, plan = files
    answer = visits("why", problem_file(tmp_path, a_day(), "day.json"), "v1", "--plan", plan)

    assert answer.code == 2
    assert "other_problem" in answer.err
