"""`make lawmutants`: change evaluate, eligibility and checker in small ways, and see whether a test notices.

mutmut makes the mutants and judges each by the tests that reach its function, in a copy of the program. Who survives
stands in `docs/law-mutants.csv` with the reason why it may; the list is held to what is found.
"""

import ast
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import ndiff
from pathlib import Path
from typing import NamedTuple

import click

from benchmarks.mutants import COPIED, ROOT, MutantsFailed

LIST = ROOT / "docs" / "law-mutants.csv"
MUTATED = ("scheduler/rules/evaluate.py", "scheduler/eligibility.py", "scheduler/checker/*.py")
TESTS = (
    *("tests/test_checker_certificate.py", "tests/test_checker_cost.py", "tests/test_checker_duties.py"),
    *("tests/test_checker_hours.py", "tests/test_place_zones.py"),
    *("tests/test_checker_law.py", "tests/test_checker_objective.py", "tests/test_checker_people.py"),
    *("tests/test_checker_progress.py", "tests/test_checker_properties.py", "tests/test_checker_rest_of_day.py"),
    *("tests/test_checker_structure.py", "tests/test_checker_times.py", "tests/test_checker_wording.py"),
    "tests/test_decision_table.py",
    *("tests/test_eligibility.py", "tests/test_law_of_plans.py", "tests/test_planned_together.py"),
    *("tests/test_overrides.py", "tests/test_published_order.py", "tests/test_rules_days.py"),
    *("tests/test_rules_evaluate.py", "tests/test_rules_loading.py", "tests/test_rules_properties.py"),
)
LEAST_KILLED_PERCENT = 90
TESTS_PASSED, NO_TESTS = 0, 33
_CACHED = re.compile(r"^@lru_cache\(.*\)\n", re.MULTILINE)
_SETTINGS = """
[tool.mutmut]
source_paths = ["scheduler"]
only_mutate = {mutated}
pytest_add_cli_args = ["-p", "no:cacheprovider"]
pytest_add_cli_args_test_selection = {tests}
timeout_multiplier = 3.0
timeout_constant = 2.0
track_dependencies = false
use_git_change_detection = false
"""


class Change(NamedTuple):
    """What a mutant changes: the lines of a file before and after, each run of blanks as one."""

    path: str
    before: str
    after: str


class Judged(NamedTuple):
    """How many mutants there are, and the changes that no test noticed."""

    made: int
    survivors: tuple[Change, ...]

    @property
    def killed(self) -> int:
        """How many were noticed."""
        return self.made - len(self.survivors)

    @property
    def percent(self) -> float:
        """The share of those."""
        return 100 * self.killed / self.made if self.made else 0.0


def prepared(folder: Path) -> Path:
    """A copy of the program whose project file tells mutmut what to do.

    Nothing is cached there: mutmut leaves decorated functions alone, and an answer kept from before hides a mutant.
    """
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    for pattern in MUTATED:
        for path in folder.glob(pattern):
            path.write_text(_CACHED.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
    settings = _SETTINGS.format(mutated=json.dumps(MUTATED), tests=json.dumps(TESTS))
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as project:
        project.write(settings)
    return folder


def run(folder: Path, jobs: int) -> None:
    """Make and judge all mutants of a prepared copy; the machine's clock is UTC's there, so that all machines agree.

    Raises:
        MutantsFailed: mutmut gave up, as it does when a test fails where nothing is changed.
    """
    environment = os.environ | {"TZ": "UTC"}
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(jobs)]
    done = subprocess.run(  # noqa: S603 - the command is our own
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise MutantsFailed(f"mutmut gave up:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def judged(folder: Path) -> Judged:
    """What a run has left in its folder.

    Raises:
        MutantsFailed: Some mutants were never judged.
    """
    made, survivors = 0, []
    for record in sorted((folder / "mutants").rglob("*.py.meta")):
        answers = json.loads(record.read_text(encoding="utf-8"))["exit_code_by_key"]
        if any(code is None for code in answers.values()):
            raise MutantsFailed(f"{record.name}: some mutants were not judged")
        made += len(answers)
        living = [name.rpartition(".")[2] for name, code in answers.items() if code in (TESTS_PASSED, NO_TESTS)]
        source = record.with_suffix("")
        path = source.relative_to(folder / "mutants").as_posix()
        survivors += list(changes(path, source.read_text(encoding="utf-8"), living))
    return Judged(made, tuple(survivors))


def changes(path: str, source: str, names: Iterable[str]) -> Iterator[Change]:
    """What mutants change, each against the function that it was made of; both stand in the file that mutmut writes."""
    lines = source.splitlines()
    functions = {
        node.name: lines[node.lineno : node.end_lineno]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
    }
    for name in names:
        whole = functions[name.rpartition("__mutmut_")[0] + "__mutmut_orig"]
        yield Change(path, *_differing(whole, functions[name]))


def _differing(before: Sequence[str], after: Sequence[str]) -> tuple[str, str]:
    compared = list(ndiff(before, after))
    gone, come = (" ".join(line[2:].strip() for line in compared if line.startswith(mark)) for mark in ("- ", "+ "))
    return gone, come


def reasons(path: Path = LIST) -> Mapping[Change, str]:
    """The listed survivors, with the reason why each may live."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {Change(row["path"], row["before"], row["after"]): row["reason"] for row in csv.DictReader(lines)}


def report(found: Judged, listed: Mapping[Change, str]) -> tuple[list[str], bool]:
    """What is printed, and whether all is well: enough are killed, and the list is true and complete."""
    living = set(found.survivors)
    lines = [f"killed {found.killed} of {found.made}, {found.percent:.1f} %; survived {len(found.survivors)}"]
    for change in sorted(living):
        lines.append(f"SURVIVED {change.path}\n    {change.before}\n    {change.after}")
        lines.append(f"    {listed.get(change, 'without a reason in docs/law-mutants.csv')}")
    gone = sorted(set(listed) - living)
    lines += [f"LISTED, BUT NO SURVIVOR {change.path}\n    {change.before}\n    {change.after}" for change in gone]
    good = found.percent >= LEAST_KILLED_PERCENT and not gone and living <= set(listed)
    return lines, good


@click.command()
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, help="Mutants judged at a time.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keep the copy and its mutants here.")
def main(jobs: int, folder: Path | None) -> None:
    """Judge all mutants of the law; exit with 1 when too few are killed or the list of survivors is not true."""
    with tempfile.TemporaryDirectory() as name:
        place = prepared(folder or Path(name))
        run(place, jobs)
        lines, good = report(judged(place), reasons())
    click.echo("\n".join(lines))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
