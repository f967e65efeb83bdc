"""`visits plan-week`: a folder of problems and plans that `visits check` believes."""

from pathlib import Path

from scheduler.documents import read_problem
from scheduler.planning import check_plan
from tests.command import plan_at, problem_file, visits
from tests.weeks import WEEK, a_call, a_week


def written(folder: Path) -> Path:
    return problem_file(folder, a_week(*(a_call(f"v{number}", position=number) for number in (1, 2, 3))))


def test_a_week_is_written_as_a_checked_plan_a_day(tmp_path: Path) -> None:
    out = tmp_path / "out"
    answer = visits("plan-week", written(tmp_path), "-o", out, "--iterations", "30", "--json")
    assert answer.code == 0
    told = answer.document()
    assert [day["day"] for day in told["days"]] == [day.isoformat() for day in WEEK]
    assert sum(day["visits"] for day in told["days"]) == 3
    for name in ("week", *(day.isoformat() for day in WEEK)):
        problem = read_problem((out / f"{name}-problem.json").read_bytes())
        assert check_plan(problem, plan_at(out / f"{name}-plan.json")) == ()


def test_the_same_day_twice_is_refused_in_words(tmp_path: Path) -> None:
    path = written(tmp_path)
    answer = visits("plan-week", path, path, "-o", tmp_path / "out", "--iterations", "30")
    assert answer.code == 2
    assert "day_twice" in answer.err
