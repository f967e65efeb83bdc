"""The tool that changes the law's code tells the truth, and the list of changes that no test notices is readable."""

import json
from pathlib import Path

import pytest

from benchmarks.law_mutants import LIST, Change, Judged, changes, judged, prepared, reasons, report
from benchmarks.mutants import ROOT, MutantsFailed

MADE = """
def x_too_small__mutmut_orig(people):
    count = len(people)
    return count < 2

def x_too_small__mutmut_1(people):
    count = len(people)
    return count <= 2

def x_too_small__mutmut_2(people):
    count = None
    return count < 2
"""
ONE = Change("a.py", "return count < 2", "return count <= 2")
OTHER = Change("a.py", "count = len(people)", "count = None")


def a_run(folder: Path, **codes: int | None) -> Path:
    """What mutmut leaves behind when it has judged mutants of one file."""
    place = folder / "mutants"
    place.mkdir()
    (place / "a.py").write_text(MADE, encoding="utf-8")
    answers = {f"a.x_too_small__mutmut_{name.removeprefix('m')}": code for name, code in codes.items()}
    (place / "a.py.meta").write_text(json.dumps({"exit_code_by_key": answers}), encoding="utf-8")
    return folder


def test_a_mutant_is_known_by_the_lines_that_it_changes() -> None:
    assert list(changes("a.py", MADE, ["x_too_small__mutmut_1", "x_too_small__mutmut_2"])) == [ONE, OTHER]


@pytest.mark.parametrize(
    ("code", "survives"),
    [(0, True), (33, True), (1, False), (3, False), (24, False), (36, False)],
    ids=["tests pass", "no tests", "tests fail", "tests break", "too slow", "too slow for mutmut"],
)
def test_a_mutant_survives_when_its_tests_pass_or_there_are_none(tmp_path: Path, code: int, survives: bool) -> None:
    found = judged(a_run(tmp_path, m1=1, m2=code))
    assert (found.made, found.survivors) == (2, (OTHER,) if survives else ())
    assert found.percent == (50 if survives else 100)


def test_a_run_that_was_broken_off_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(MutantsFailed, match="not judged"):
        judged(a_run(tmp_path, m1=1, m2=None))


@pytest.mark.parametrize(
    ("made", "listed", "good"),
    [
        (10, {ONE: "why"}, True),
        (9, {ONE: "why"}, False),
        (10, {}, False),
        (10, {ONE: "why", OTHER: "why"}, False),
    ],
    ids=["nine of ten", "eight of nine", "not listed", "listed and killed"],
)
def test_nine_of_ten_are_killed_and_the_list_names_the_others_and_no_more(
    made: int, listed: dict[Change, str], good: bool
) -> None:
    lines, answer = report(Judged(made, (ONE,)), listed)
    assert answer is good
    assert lines[0].startswith(f"killed {made - 1} of {made}")


def test_the_copy_tells_mutmut_what_to_change_and_what_to_run(tmp_path: Path) -> None:
    settings = (prepared(tmp_path) / "pyproject.toml").read_text(encoding="utf-8")
    assert '"scheduler/checker/*.py"' in settings
    assert '"tests/test_decision_table.py"' in settings


def test_every_listed_survivor_has_a_reason_and_stands_in_the_code() -> None:
    listed = reasons(LIST)
    assert listed
    for change, reason in listed.items():
        code = " ".join(line.strip() for line in (ROOT / change.path).read_text(encoding="utf-8").splitlines())
        assert change.before in code, change
        assert reason.endswith("."), change
