"""The short version of `make faults`: what was acknowledged is there, whatever happens to the process and the disk."""

import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from api.settings import Settings
from api.store import SYSTEM, Database, answers, users
from api.store.answers import Answer
from api.store.database import first_scope
from benchmarks.faults.lawful_day import NOW as DAY_BEGINS
from benchmarks.faults.ledger import Ledger, verdict
from benchmarks.faults.service import killed_service
from benchmarks.faults.trials import Outcome, killed, traced
from benchmarks.faults.writer import NOW, prepare, settings_in, write_case
from benchmarks.faults.writes import Seen, new_case
from benchmarks.proof import put_section
from benchmarks.stored_cases import add_case

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="no strace on this machine")


def apart(trial: Callable[..., Outcome], *arguments: object) -> Outcome:
    """Run a trial in a process of its own: it forks, and this one may have threads."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(trial, *arguments).result()


def test_a_writer_that_is_killed_again_and_again_loses_nothing(tmp_path: Path) -> None:
    outcome = apart(killed, 10, 7, tmp_path / "var")
    assert outcome.passed, outcome
    assert outcome.acknowledged >= 10


def test_a_service_that_is_killed_while_programs_write_by_its_interface_does_each_write_once(
    database_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = killed_service(5, 3, database_settings)
    with capsys.disabled():
        print(f" [{outcome.acknowledged} acknowledged; {outcome.remark}]", end="")  # noqa: T201
    assert outcome.passed, outcome
    assert outcome.acknowledged >= 10


def test_the_trial_of_the_service_sees_what_is_lost_what_is_half_and_what_is_twice(database: Database) -> None:
    with database.writing(None, DAY_BEGINS) as unit:
        scope = first_scope(unit, SYSTEM)
    write = new_case("c1")
    with database.writing(scope, DAY_BEGINS) as unit:
        assert write.seen(unit) is Seen.NOTHING
        user_id = users.add(unit, login="li", role="dispatcher", name="")
        answer = Answer(request_sha256="0" * 64, status=201, headers={}, body=b"")
        answers.keep(unit, answer, user_id=user_id, key=write.key)
        assert write.seen(unit) is Seen.WRONG
        case = add_case(unit, "c1")
        unit.note("case.added", f"case:{case.id}")
        assert write.seen(unit) is Seen.ONCE
        unit.note("case.added", f"case:{case.id}")
        assert write.seen(unit) is Seen.WRONG


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
