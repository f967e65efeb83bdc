"""`make mutants`: take one constraint out of one engine at a time, and see whether a test notices.

Each mutant is an exact replacement of text in one file of a copy of the program. The tests named for it must fail
there; where they pass, the constraint is not tested, and the mutant has survived. Kernels run uncompiled, except under
tests that plan: a whole search needs numbers that wrap around as compiled ones do.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from benchmarks.mutations import MUTANTS, Mutant

ROOT = Path(__file__).parents[1]
COPIED = ("scheduler", "tests", "pyproject.toml")
TESTS_FAILED = 1
LONGEST_SECONDS = 600
TESTS_THAT_PLAN = frozenset({"tests/test_checker_progress.py"})
# Random numbers wrap around, of which numpy warns where kernels run uncompiled.
UNCOMPILED = "ignore:overflow encountered:RuntimeWarning"


class MutantsFailed(RuntimeError):
    """The mutants cannot be judged: a text is not there once, or tests fail where nothing is missing."""


def mutated(mutant: Mutant, source: str) -> str:
    """The file's text without the constraint.

    Raises:
        MutantsFailed: What is to be replaced does not stand there exactly once.
    """
    if (count := source.count(mutant.old)) != 1:
        raise MutantsFailed(f"{mutant.title}: its text stands there {count} times, not once")
    return source.replace(mutant.old, mutant.new)


def survives(mutant: Mutant) -> bool:
    """Whether all tests named for a mutant pass without the constraint."""
    with tempfile.TemporaryDirectory() as name:
        folder = _copied(Path(name))
        path = folder / mutant.path
        path.write_text(mutated(mutant, path.read_text(encoding="utf-8")), encoding="utf-8")
        return _pass(mutant.tests, folder)


def all_pass_unchanged(tests: Iterable[str]) -> bool:
    """Whether tests pass in a copy from which nothing is missing."""
    with tempfile.TemporaryDirectory() as name:
        return _pass(tuple(tests), _copied(Path(name)))


def _copied(folder: Path) -> Path:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


def _pass(tests: tuple[str, ...], folder: Path) -> bool:
    planning = tuple(test for test in tests if test in TESTS_THAT_PLAN)
    others = tuple(test for test in tests if test not in TESTS_THAT_PLAN)
    return _all_pass(others, folder, compiled=False) and _all_pass(planning, folder, compiled=True)


def _all_pass(tests: tuple[str, ...], folder: Path, *, compiled: bool) -> bool:
    if not tests:
        return True
    environment = os.environ | {
        "NUMBA_DISABLE_JIT": "0" if compiled else "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(folder),
    }
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider"]
    run = subprocess.run(  # noqa: S603 - the command is our own
        [*command, "-W", UNCOMPILED, *tests],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_SECONDS,
    )
    if run.returncode not in {0, TESTS_FAILED}:
        raise MutantsFailed(f"tests could not be run:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    return run.returncode == 0


def judged(mutants: Iterable[Mutant], *, jobs: int) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant, and whether it survives."""
    chosen = tuple(mutants)
    with ThreadPoolExecutor(max_workers=jobs) as executor:
        yield from zip(chosen, executor.map(survives, chosen), strict=True)


@click.command()
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, help="Mutants judged at a time.")
@click.option("--only", default="", help="Only mutants whose title has this text.")
def main(jobs: int, only: str) -> None:
    """Judge all mutants; exit with 1 when one survives."""
    chosen = [mutant for mutant in MUTANTS if only in mutant.title]
    if not all_pass_unchanged(dict.fromkeys(test for mutant in chosen for test in mutant.tests)):
        raise MutantsFailed("the tests fail although nothing is missing")
    survived = 0
    for mutant, lives in judged(chosen, jobs=jobs):
        survived += lives
        click.echo(f"{'SURVIVED' if lives else 'killed  '} {mutant.title}")
    click.echo(f"{len(chosen) - survived} killed, {survived} survived")
    sys.exit(1 if survived else 0)


if __name__ == "__main__":
    main()
