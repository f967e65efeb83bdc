"""The short version of `make faults`: what was acknowledged is there, whatever happens to the process and the disk."""

import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from api.store import Database
from benchmarks.faults.ledger import Ledger, verdict
from benchmarks.faults.trials import Outcome, killed, traced
from benchmarks.faults.writer import NOW, prepare, settings_in, write_case
from benchmarks.proof import put_section

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="no strace on this machine")


def apart(trial: Callable[..., Outcome], *arguments: object) -> Outcome:
    """Run a trial in a process of its own: it forks, and this one may have threads."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(trial, *arguments).result()


def test_a_writer_that_is_killed_again_and_again_loses_nothing(tmp_path: Path) -> None:
    outcome = apart(killed, 10, 7, tmp_path / "var")
    assert outcome.passed, outcome
    assert outcome.acknowledged >= 10


@needs_strace
@pytest.mark.parametrize(
    ("call", "fault"),
    [("fdatasync,fsync", "signal=KILL"), ("fdatasync,fsync", "error=EIO"), ("pwrite64", "error=ENOSPC")],
)
def test_a_disk_that_fails_loses_nothing_that_was_acknowledged(tmp_path: Path, call: str, fault: str) -> None:
    outcome = apart(traced, call, fault, range(6, 10), tmp_path / "var")
    assert outcome.passed, outcome


def test_the_trial_sees_what_is_lost_and_what_is_half(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    scope = prepare(folder)
    database = Database(settings_in(folder))
    with database.writing(scope, NOW) as unit:
        write_case(unit, "there")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM events")
    database.close()

    found = verdict(folder, Ledger(kept=["there", "never"]))

    assert (found.lost, found.half, found.is_good) == (2, 1, False)


def test_a_section_of_the_proof_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "proof.md"
    put_section(page, "One", "first")
    put_section(page, "Two", "second")
    put_section(page, "One", "third")
    text = page.read_text()
    assert "first" not in text
    assert text.index("third") < text.index("## Two") < text.index("second")
