"""`visits plan`, `visits check` and `visits compare`."""

import gzip
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.planning import SearchLimits, plan_visits
from tests.builders import a_problem, a_shift, a_visit
from tests.command import Answer, plan_at, plan_file, problem_file, visits
from tests.plans import change_stop, later
from tests.service import a_day

FEW = ("--iterations", "20")


def planned(folder: Path, *words: str, output: str = "made.json") -> tuple[Answer, Path]:
    """Plan `tests.service.a_day`."""
    path = folder / output
    return visits("plan", problem_file(folder), "-o", path, *FEW, *words), path


def test_a_plan_is_written_that_the_check_accepts(tmp_path: Path) -> None:
    answer, path = planned(tmp_path)
    checked = visits("check", tmp_path / "problem.json", path)

    assert (answer.code, checked.code) == (0, 0)
    assert f"Written to {path}." in answer.out
    assert "The plan keeps every rule." in checked.out


def test_a_plan_from_the_command_line_is_the_plan_of_the_library(tmp_path: Path) -> None:
    _, path = planned(tmp_path, "--seed", "7")

    assert plan_at(path) == plan_visits(a_day(), limits=SearchLimits(seconds=None, iterations=20, seed=7))


def test_the_same_seed_and_iterations_give_the_same_bytes(tmp_path: Path) -> None:
    _, first = planned(tmp_path, "--seed", "3", output="first.json")
    _, second = planned(tmp_path, "--seed", "3", output="second.json")

    assert first.read_bytes() == second.read_bytes()


def test_a_name_that_ends_in_gz_is_gzipped_and_read_back(tmp_path: Path) -> None:
    _, plain = planned(tmp_path)
    _, packed = planned(tmp_path, output="made.json.gz")

    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()
    assert visits("check", tmp_path / "problem.json", packed).code == 0


def test_json_tells_programs_what_the_table_tells_people(tmp_path: Path) -> None:
    answer, path = planned(tmp_path, "--json")

    document = answer.document()
    assert document["plan"] == str(path)
    assert document["cost_seconds"] == plan_at(path).cost.total_seconds


@pytest.fixture(scope="module")
def what_if(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A problem, its plan, and its plan without shift s1."""
    folder = tmp_path_factory.mktemp("what-if")
    _, whole = planned(folder)
    _, reduced = planned(folder, "--without-shift", "s1", output="reduced.json")
    return folder / "problem.json", whole, reduced


def test_a_shift_kept_out_has_no_route_and_the_plan_is_still_lawful(what_if: tuple[Path, Path, Path]) -> None:
    problem, whole, reduced = what_if

    assert [route.shift_id for route in plan_at(whole).routes] == ["s1"]
    assert [route.shift_id for route in plan_at(reduced).routes] == ["s2"]
    assert visits("check", problem, reduced).code == 0


def test_only_shifts_keeps_all_others_out(tmp_path: Path, what_if: tuple[Path, Path, Path]) -> None:
    _, _, reduced = what_if
    _, path = planned(tmp_path, "--only-shifts", "s2")

    assert path.read_bytes() == reduced.read_bytes()


def test_compare_tells_programs_the_differences(what_if: tuple[Path, Path, Path]) -> None:
    _, whole, reduced = what_if
    compared = visits("compare", whole, reduced, "--json").document()
    first, second = compared["plans"]

    assert compared["same_problem"]
    assert first["difference"] is None
    assert (
        second["difference"]["cost_seconds"] == plan_at(reduced).cost.total_seconds - plan_at(whole).cost.total_seconds
    )


def test_compare_shows_one_table_with_differences(what_if: tuple[Path, Path, Path]) -> None:
    _, whole, reduced = what_if
    answer = visits("compare", whole, reduced)

    assert answer.code == 0
    kept_out = next(line for line in answer.out.splitlines() if line.startswith("shifts kept out"))
    assert kept_out.split() == ["shifts", "kept", "out", "none", "s1"]


def test_compare_says_when_the_plans_answer_different_problems(
    tmp_path: Path, what_if: tuple[Path, Path, Path]
) -> None:
    _, one, _ = what_if
    other = tmp_path / "other.json"
    visits("plan", problem_file(tmp_path, a_problem([a_visit("v1", 2)]), "small.json"), "-o", other, *FEW)

    assert "do not answer the same problem" in visits("compare", one, other).out


def test_a_plan_that_breaks_a_rule_is_refused_with_exit_code_one(tmp_path: Path) -> None:
    problem = a_problem([a_visit("v1", 3)], [a_shift("s1")])
    good = plan_visits(problem, limits=SearchLimits(seconds=None, iterations=5))
    late = change_stop(good, 1, **later(good.routes[0].stops[1], timedelta(hours=14)))
    answer = visits("check", problem_file(tmp_path, problem), plan_file(tmp_path, late), "--json")

    assert answer.code == 1
    assert not answer.document()["lawful"]
    assert "outside_time_window" in {one["code"] for one in answer.document()["violations"]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--seconds", "1"), "exclude each other"),
        (("--without-shift", "s9"), "has no shift 's9'"),
        (("--only-shifts", "s1,s9"), "has no shift 's9'"),
        (("--only-shifts", "s1,,s2"), "has an empty name"),
        (("--iterations", "0"), "--iterations"),
        (("--seed", "-1"), "--seed"),
        (("--engine", "magic"), "--engine"),
        (("--threads", "0"), "--threads"),
    ],
)
def test_a_wrong_option_is_bad_input_and_writes_nothing(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    answer, path = planned(tmp_path, *words)

    assert answer.code == 2
    assert said in answer.err
    assert not path.exists()


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon", "86401"])
def test_a_senseless_time_limit_is_bad_input(tmp_path: Path, seconds: str) -> None:
    answer = visits("plan", problem_file(tmp_path), "-o", tmp_path / "made.json", "--seconds", seconds)

    assert answer.code == 2
    assert seconds in answer.err


def test_the_problem_is_never_overwritten_by_the_plan(tmp_path: Path) -> None:
    path = problem_file(tmp_path)
    before = path.read_bytes()
    answer = visits("plan", path, "-o", tmp_path / "." / "problem.json", *FEW)

    assert answer.code == 2
    assert "would_overwrite" in answer.err
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"{", "not_json"), (b"", "not_json"), (b'{"version": 1}', "field_unknown"), (b"\xff\xfe", "not_utf8")],
)
def test_a_broken_problem_is_bad_input_with_the_file_named(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "problem.json"
    path.write_bytes(content)
    answer = visits("plan", path, "-o", tmp_path / "made.json", *FEW)

    assert answer.code == 2
    assert answer.err.startswith(f"{path}: ")
    assert f": {code}: " in answer.err


def test_faults_come_as_json_when_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    path.write_bytes(b"[]")
    answer = visits("check", path, path, "--json")

    assert answer.code == 2
    assert answer.document()["file"] == str(path)
    assert answer.document()["faults"][0]["where"] == ""


@pytest.mark.parametrize(("name", "code"), [("nowhere.json", "file_not_found"), ("", "not_a_file")])
def test_a_file_that_is_not_there_is_bad_input(tmp_path: Path, name: str, code: str) -> None:
    answer = visits("plan", tmp_path / name, "-o", tmp_path / "made.json", *FEW)

    assert answer.code == 2
    assert code in answer.err


def test_a_folder_that_is_not_there_takes_no_plan(tmp_path: Path) -> None:
    answer, _ = planned(tmp_path, output="nowhere/made.json")

    assert answer.code == 2
    assert "cannot_write" in answer.err


def test_comparing_one_plan_is_bad_input(tmp_path: Path) -> None:
    assert visits("compare", tmp_path / "plan.json").code == 2
