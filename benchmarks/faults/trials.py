"""The trials: kill -9 at any moment, failing disks by strace, a cut power by loop mounts, a database held by others."""

import ctypes
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from api.store import Database, Scope
from benchmarks.faults.ledger import Child, Ledger, Verdict, verdict
from benchmarks.faults.writer import NOW, prepare, settings_in, work, write_case
from scheduler.domain.errors import StorageBusy

_QUIET_SECONDS = 5.0
_PR_SET_PTRACER = 0x59616D61
_TRIALS_OF = {"signal=KILL": "F5", "error=EIO": "F6", "error=ENOSPC": "F7"}
_COMMIT_SECONDS = 300  # the file system keeps what nobody asked to be written for longer than a trial lasts


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a trial showed.

    Attributes:
        name: Of the trial.
        runs: How often it was done; 0 where it could not be.
        acknowledged: Writes that were promised.
        lost: Of those, how many were gone.
        half: Writes of which only a part was there.
        passed: Whether all is as it must be.
        remark: What else is worth telling.
    """

    name: str
    runs: int
    acknowledged: int = 0
    lost: int = 0
    half: int = 0
    passed: bool
    remark: str = ""


def killed(cycles: int, seed: int, folder: Path) -> Outcome:
    """F4: one database, a writer killed at a random moment, again and again; nothing is ever repaired by hand."""
    random = Random(seed)  # noqa: S311 - chance for moments, not for secrets
    scope, ledger = prepare(folder), Ledger()
    for cycle in range(cycles):
        child = Child(lambda pipe, cycle=cycle: work(folder, scope, f"k{cycle}", pipe))  # type: ignore[misc]
        child.read_for(_QUIET_SECONDS, enough=1)
        time.sleep(random.random() * 0.1)
        child.end(ledger)
    found = verdict(folder, ledger)
    return _outcome(f"F4: kill -9, {cycles} cycles, seed {seed}", cycles, found)


def traced(call: str, fault: str, at: range, folder: Path) -> Outcome:
    """F5 to F7: the N-th call of a kind kills the writer or fails, for each N; one database lives through them all.

    Args:
        call: System calls as strace names them, with commas.
        fault: What is done to it: `signal=KILL`, `error=EIO`, `error=ENOSPC`.
        at: Which calls.
        folder: Where the database is.
    """
    steps = "" if at.step == 1 else f" in steps of {at.step}"
    name = f"{_TRIALS_OF[fault]}: {call}, {fault}, N = {at.start} to {at[-1]}{steps}"
    if shutil.which("strace") is None:
        return Outcome(name=name, runs=0, passed=False, remark="NOT RUN: there is no strace here")
    scope, ledger = prepare(folder), Ledger()
    hit = 0
    for number in at:
        ready, go = os.pipe()
        child = Child(lambda pipe, number=number, ready=ready: _work_when_traced(folder, scope, number, (ready, pipe)))  # type: ignore[misc]
        with _strace(child.pid, f"{call}:{fault}:when={number}") as trace:
            os.write(go, b"!")
            child.read_for(_QUIET_SECONDS, enough=number // at.step + 20)
            died = child.is_over
            child.end(ledger)
        os.close(ready)
        os.close(go)
        hit += int(trace.was_injected or died)
    found = verdict(folder, ledger)
    refused = ", ".join(f"{word} {count}" for word, count in sorted(ledger.refused.items()))
    outcome = _outcome(name, len(at), found, remark=f"hit in {hit} runs; refused: {refused or 'none'}")
    return outcome if hit else _blind(outcome)


def power_cut(cuts: int, seed: int, *, synchronous: str) -> Outcome:
    """F8: the disk's image is copied after a kill, so that only what reached the disk is found.

    Args:
        cuts: How many.
        seed: Of the moments.
        synchronous: SQLite's setting; ours is FULL. With NORMAL something must be lost, or the trial sees nothing.
    """
    name = f"F8: power cut, synchronous={synchronous}, {cuts} cuts, seed {seed}"
    if os.geteuid() != 0:
        return Outcome(name=name, runs=0, passed=False, remark="NOT RUN: mounting needs root")
    random = Random(seed)  # noqa: S311 - chance for moments, not for secrets
    total = [0, 0, 0]
    sound = 0
    for _ in range(cuts):
        try:
            found = _one_cut(random.random() * 0.4 + 0.2, synchronous)
        except (OSError, subprocess.CalledProcessError) as error:
            return Outcome(name=name, runs=0, passed=False, remark=f"NOT RUN: {type(error).__name__} at mounting")
        total = [total[0] + found.acknowledged, total[1] + found.lost, total[2] + found.half]
        sound += int(found.is_whole)
    must_lose = synchronous != "FULL"
    return Outcome(
        name=name,
        runs=cuts,
        acknowledged=total[0],
        lost=total[1],
        half=total[2],
        passed=total[1] > 0 if must_lose else total[1] == total[2] == 0 and sound == cuts,
        remark="control: it must lose, else this trial is blind" if must_lose else f"whole after {sound} of {cuts}",
    )


def held(folder: Path) -> Outcome:
    """F9: another process holds the writers' lock, for two seconds and for longer than anybody waits."""
    scope = prepare(folder)
    with closing(Database(settings_in(folder))) as database:
        waited = _write_while_held(database, scope, folder, "short", seconds=2.0)
        refused = _write_while_held(database, scope, folder, "long", seconds=30.0)
        with database.writing(scope, NOW) as unit:
            write_case(unit, "after")
    ledger = Ledger(kept=["short", "after"])
    found = verdict(folder, ledger)
    is_right = waited is not None and waited >= 1 and refused is None and found.is_good
    remark = "waits for two seconds and succeeds; is refused as busy within 6 s of thirty"
    return Outcome(name="F9: the database is held by another process", runs=2, passed=is_right, remark=remark)


def _write_while_held(database: Database, scope: Scope, folder: Path, code: str, *, seconds: float) -> float | None:
    """How long the write took, None where it was refused as busy in time.

    Raises:
        TimeoutError: It took longer than it may to be refused.
    """
    holder = Child(lambda pipe: _hold(folder, seconds, pipe))
    holder.read_for(_QUIET_SECONDS, enough=1)
    begun = time.monotonic()
    try:
        with database.writing(scope, NOW) as unit:
            write_case(unit, code)
    except StorageBusy:
        if time.monotonic() - begun > 6:
            raise TimeoutError("a busy database is told too late") from None
        return None
    finally:
        holder.end(Ledger())
    return time.monotonic() - begun


def _hold(folder: Path, seconds: float, pipe: int) -> None:
    with closing(sqlite3.connect(folder / "visits.sqlite", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        os.write(pipe, b"held\n")
        time.sleep(seconds)
        connection.execute("ROLLBACK")


def _work_when_traced(folder: Path, scope: Scope, number: int, pipes: tuple[int, int]) -> None:
    # Where only parents may trace, this process says that strace may too; elsewhere the call does nothing.
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)
    ready, answers = pipes
    os.read(ready, 1)  # strace is there
    work(folder, scope, f"t{number}-{os.getpid()}", answers)


@dataclass(slots=True)
class _Trace:
    """Whether the fault came; known when strace has ended."""

    was_injected: bool = False


@contextmanager
def _strace(pid: int, injection: str) -> Iterator[_Trace]:
    trace = _Trace()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        calls = injection.split(":")[0]
        words = ["strace", "-f", "-p", str(pid), "-o", str(log), "-e", f"trace={calls}", "-e", f"inject={injection}"]
        process = subprocess.Popen(words, stderr=subprocess.PIPE)  # noqa: S603 - the words are ours
        if process.stderr is None:
            raise ValueError("the pipe was asked for")
        process.stderr.readline()  # it says that it is attached
        try:
            yield trace
        finally:
            process.wait(timeout=60)
            process.stderr.close()
            trace.was_injected = "(INJECTED" in log.read_text(errors="replace")


def _one_cut(seconds: float, synchronous: str) -> Verdict:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        disk, copy, place = folder / "disk", folder / "copy", folder / "mounted"
        place.mkdir()
        with disk.open("wb") as file:
            file.truncate(64 << 20)
        _run("mkfs.ext4", "-q", str(disk))
        ledger = Ledger()
        with _mounted(disk, place):
            scope = prepare(place / "var")
            _run("sync")
            child = Child(lambda pipe: _work_with(synchronous, place / "var", scope, pipe))
            child.read_for(_QUIET_SECONDS, enough=1)
            time.sleep(seconds)
            child.end(ledger)
            shutil.copyfile(disk, copy)  # what the disk has, not what the memory has
        with _mounted(copy, place):
            return verdict(place / "var", ledger)


def _work_with(synchronous: str, folder: Path, scope: Scope, pipe: int) -> None:
    from api.store import engine

    engine.PRAGMAS = tuple(f"synchronous={synchronous}" if "synchronous" in one else one for one in engine.PRAGMAS)
    work(folder, scope, "p", pipe)


@contextmanager
def _mounted(disk: Path, place: Path) -> Iterator[None]:
    _run("mount", "-o", f"loop,commit={_COMMIT_SECONDS}", str(disk), str(place))
    try:
        yield
    finally:
        _run("umount", str(place))


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603 - the words are ours


def _outcome(name: str, runs: int, found: Verdict, remark: str = "") -> Outcome:
    return Outcome(
        name=name,
        runs=runs,
        acknowledged=found.acknowledged,
        lost=found.lost,
        half=found.half,
        passed=found.is_good and found.acknowledged > 0,
        remark=remark or ("database and audit trail whole" if found.is_whole else "NOT WHOLE"),
    )


def _blind(outcome: Outcome) -> Outcome:
    return Outcome(name=outcome.name, runs=outcome.runs, passed=False, remark="NOT RUN: nothing was ever injected")
