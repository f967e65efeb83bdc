"""What a change of a rule pack does, in words, and whom it leaves unvisited."""

from pathlib import Path

import pytest

import scheduler.rules
from scheduler.documents import to_bytes, write_plan
from scheduler.domain.case import Channel, Contact
from scheduler.domain.errors import InvalidInput
from scheduler.domain.problem import Problem
from scheduler.planning import SearchLimits, plan_visits
from scheduler.rules.load import load_rule_set, read_version, with_version
from tests.builders import DAY, a_case, a_problem, a_shift, a_visit, time
from tests.command import problem_file, visits

PACKS = ("cn-base", "cn-house")
HOUSE = Path(scheduler.rules.__file__).parent / "packs" / "cn-house.toml"


def an_edited_house(folder: Path, *edits: tuple[str, str]) -> Path:
    """The house's pack with other words, as its owner would save it."""
    text = HOUSE.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    path = folder / "cn-house.toml"
    path.write_text(text, encoding="utf-8")
    return path


def a_stricter_cap(folder: Path) -> Path:
    """Three vain visits in thirty days are enough; the examples say so too."""
    return an_edited_house(
        folder,
        ('version = "2026.11.2"', 'version = "2026.12.1"'),
        ("max_count = 4, window_days = 30", "max_count = 3, window_days = 30"),
        ("own = [2026-11-02, 2026-11-09, 2026-11-16, 2026-11-23]", "own = [2026-11-02, 2026-11-16, 2026-11-23]"),
        ("own = [2026-11-09, 2026-11-16, 2026-11-23]", "own = [2026-11-16, 2026-11-23]"),
    )


def a_day_with_vain_visits() -> Problem:
    vain = tuple(
        Contact(channel=Channel.VISIT, at=time("10:00", DAY.replace(month=11, day=day)), reached=False)
        for day in (10, 15, 20)
    )
    tried = a_case(contacts=(*(a_case().contacts or ()), *vain))
    return a_problem(
        [a_visit("tried", case=tried), a_visit("fresh", 2, case=a_case())], [a_shift("s1")], rule_packs=PACKS
    )


def test_a_change_is_said_in_words_of_both_languages(tmp_path: Path) -> None:
    answer = visits("rules", "diff", "cn-house", a_stricter_cap(tmp_path))
    assert answer.code == 0
    assert answer.out.splitlines() == [
        "CN-VIS-CAP-TRY: changed",
        "  - at most 4 attempts by visit within 30 days for one person, all debts together",
        "  + at most 3 attempts by visit within 30 days for one person, all debts together",
    ]
    answer = visits("rules", "diff", "cn-house", a_stricter_cap(tmp_path), "--language", "zh-CN")
    assert "CN-VIS-CAP-TRY: 修改" in answer.out
    assert "至多3次" in answer.out


def test_the_same_pack_twice_changes_nothing() -> None:
    assert visits("rules", "diff", "cn-house", "cn-house").out == "Nothing changes.\n"


def test_rules_that_come_and_go_are_told_whole(tmp_path: Path) -> None:
    other = an_edited_house(tmp_path, ('id = "CN-REC-2"', 'id = "CN-REC-9"'))
    answer = visits("rules", "diff", "cn-house", other)
    assert "CN-REC-2: removed" in answer.out
    assert "CN-REC-9: added" in answer.out
    assert "  + source: House policy" in answer.out


def test_visits_of_a_problem_and_of_its_plan_that_fall_out_are_named_with_the_rule(tmp_path: Path) -> None:
    problem = a_day_with_vain_visits()
    plan = plan_visits(problem, limits=SearchLimits(seconds=None, iterations=30))
    assert not plan.unassigned
    plan_path = tmp_path / "plan.json"
    plan_path.write_bytes(to_bytes(write_plan(plan, problem.time_zone)))
    answer = visits(
        "rules",
        "diff",
        "cn-house",
        a_stricter_cap(tmp_path),
        "--problem",
        problem_file(tmp_path, problem),
        "--plan",
        plan_path,
    )
    assert answer.code == 0
    whole, _, planned = answer.out.partition("planned visit that falls out")
    for part in (whole, planned):
        rows = [line.split()[:2] for line in part.splitlines() if line.startswith("tried")]
        assert rows == [["tried", "CN-VIS-CAP-TRY"]]
    assert "fresh" not in answer.out


def test_nobody_falls_out_of_a_milder_pack(tmp_path: Path) -> None:
    problem = problem_file(tmp_path, a_day_with_vain_visits())
    answer = visits("rules", "diff", a_stricter_cap(tmp_path), "cn-house", "--problem", problem)
    assert "No visit of the problem falls out." in answer.out


def test_a_faulty_file_and_an_unknown_name_are_refused(tmp_path: Path) -> None:
    faulty = an_edited_house(tmp_path, ("max_count = 4, window_days = 30", "max_count = 3, window_days = 30"))
    answer = visits("rules", "diff", "cn-house", faulty)
    assert answer.code == 2
    assert "example_failed" in answer.err
    answer = visits("rules", "diff", "cn-house", "cn-garden")
    assert answer.code == 2
    assert "cn-house@" in answer.err
    assert visits("rules", "diff", "cn-house", "cn-house", "--plan", HOUSE).code == 2


def test_a_version_takes_the_place_of_the_other_ones(tmp_path: Path) -> None:
    rules = load_rule_set(PACKS)
    other = read_version(str(a_stricter_cap(tmp_path)))
    replaced = with_version(rules, other)
    assert [(pack.name, pack.version) for pack in replaced.packs] == [
        ("cn-base", rules.packs[0].version),
        ("cn-house", "2026.12.1"),
    ]
    assert with_version(load_rule_set(("cn-base",)), other).packs == rules.packs[:1]
    with pytest.raises(InvalidInput):
        read_version("cn-house@1999.1")
