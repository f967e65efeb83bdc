"""The trial of the whole service: programs write by the interface, and `visits serve` is killed at any moment."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import IO

from api.settings import Settings
from api.store import SYSTEM, Database, audit, users
from api.store.database import first_scope
from api.store.soundness import is_sound, sqlite_file
from api.store.start import open_database
from api.store.tables.organisation import BranchRow
from benchmarks.faults.clients import Program
from benchmarks.faults.lawful_day import NOW, add_cases, add_crew
from benchmarks.faults.served import GONE, PID
from benchmarks.faults.trials import Outcome
from benchmarks.faults.writes import Seen
from scheduler.domain.errors import ProcessDied

PROGRAMS = 4
_ROOT = Path(__file__).parent.parent.parent
_MOST_ANSWERS = 12  # before a kill: by answers and not by seconds, so that a busy machine tries as much as an idle one
_MOST_SECONDS = 0.03  # from the last of them: about a write
_LOOK_SECONDS = 0.5


def killed_service(cycles: int, seed: int, settings: Settings) -> Outcome:
    """F4 through the interface: what it acknowledged is there once, all else once or not at all, and whole.

    Ctrl-C ends it early; what was done until then is judged, and the number of runs says how much that was.

    Args:
        cycles: How often the service is killed.
        seed: Of the moments.
        settings: Of an empty database.
    """
    random = Random(seed)  # noqa: S311 - chance for moments, not for secrets
    programs = _prepared(settings, cases=cycles)
    done = half = 0
    with _launcher(settings) as launcher:
        try:
            while done < cycles:
                _work_until_killed(launcher, programs, random)
                half += _look_for_unanswered(settings, programs)
                done += 1
        except KeyboardInterrupt:
            half += _look_for_unanswered(settings, programs)
    name = f"F4: `visits serve` killed, {done} cycles, {PROGRAMS} programs, seed {seed}"
    return _judged(name, done, half, settings, programs)


def _prepared(settings: Settings, *, cases: int) -> list[Program]:
    """A lender with a branch for each program, and in each a crew and cases that may be visited."""
    programs = []
    with closing(open_database(settings, NOW)) as database:
        with database.writing(None, NOW) as unit:
            scope = first_scope(unit, SYSTEM)
            branches = [BranchRow(tenant_id=scope.tenant_id, code=f"b{n}", name="") for n in range(PROGRAMS)]
            unit.session.add_all(branches)
            unit.session.flush()
            ids = {branch.code: branch.id for branch in branches}
        for prefix, branch_id in ids.items():
            eligible = [f"{prefix}-{number}" for number in range(cases)]
            own = type(scope)(tenant_id=scope.tenant_id, branch_id=branch_id, actor=SYSTEM)
            with database.writing(own, NOW) as unit:
                add_crew(unit, prefix)
                add_cases(unit, eligible)
                user_id = users.add(unit, login=prefix, role="dispatcher", name="", branch_id=branch_id)
                token = users.add_token(unit, user_id, name="", life=timedelta(days=30))
            programs.append(Program(prefix=prefix, token=token, eligible=eligible))
    return programs


@dataclass(frozen=True, slots=True, kw_only=True)
class _Launcher:
    """See `benchmarks.faults.served`."""

    orders: IO[str]
    said: IO[str]

    def begin(self) -> tuple[int, str]:
        """A new service: its process, and its address once it listens."""
        self.orders.write("begin\n")
        self.orders.flush()
        pid, address = None, None
        while pid is None or address is None:
            line = self._line()
            if line.startswith(f"{PID} "):
                pid = int(line.split()[1])
            elif found := re.search(r"http://127\.0\.0\.1:\d+", line):
                address = address or found[0]
        return pid, address

    def wait_until_gone(self) -> None:
        """The process that was begun last has ended."""
        while self._line().strip() != GONE:
            pass

    def _line(self) -> str:
        line = self.said.readline()
        if not line:
            raise ProcessDied("the service cannot be begun any more")
        return line


@contextmanager
def _launcher(settings: Settings) -> Iterator[_Launcher]:
    given = {
        "VISITS_DATA_DIR": str(settings.data_dir),
        "VISITS_SECRET_KEY": settings.secret_key.decode(),
        "VISITS_DATABASE_URL": settings.database_url,
        "VISITS_LOG_FILE": str(settings.data_dir / "log.jsonl"),
        "PYTHONUNBUFFERED": "1",
    }
    words = [sys.executable, "-m", "benchmarks.faults.served"]
    process = subprocess.Popen(  # noqa: S603 - the words are ours
        words, env=os.environ | given, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    if process.stdin is None or process.stdout is None:
        raise ValueError("the pipes were asked for")
    with process.stdin, process.stdout:
        try:
            yield _Launcher(orders=process.stdin, said=process.stdout)
        finally:
            process.kill()
            process.wait()


def _work_until_killed(launcher: _Launcher, programs: Sequence[Program], random: Random) -> None:
    answers, seconds = random.randint(1, _MOST_ANSWERS), random.random() * _MOST_SECONDS
    pid, address = launcher.begin()
    answered = threading.Semaphore(0)
    threads = [threading.Thread(target=one.work, args=(address, answered.release)) for one in programs]
    for thread in threads:
        thread.start()
    try:
        while answers > 0 and any(thread.is_alive() for thread in threads):
            answers -= int(answered.acquire(timeout=_LOOK_SECONDS))
        time.sleep(seconds)
    finally:
        os.kill(pid, signal.SIGKILL)
        launcher.wait_until_gone()
        for thread in threads:
            thread.join()


def _look_for_unanswered(settings: Settings, programs: Sequence[Program]) -> int:
    """Note which writes without an answer are there, before anybody sends them again.

    Returns:
        How many are there in part, or more than once.
    """
    half = 0
    with closing(Database(settings)) as database, database.reading(None, NOW) as unit:
        for program in programs:
            if program.unanswered is not None:
                seen = program.unanswered.seen(unit)
                program.was_there = seen is Seen.ONCE
                half += int(seen is Seen.WRONG)
    return half


def _judged(name: str, cycles: int, half: int, settings: Settings, programs: Sequence[Program]) -> Outcome:
    acknowledged = [write for program in programs for write in program.acknowledged]
    path = sqlite_file(settings)
    with closing(Database(settings)) as database, database.reading(None, NOW) as unit:
        found = Counter(write.seen(unit) for write in acknowledged)
        is_whole = audit.broken_chain(unit.session) is None and (path is None or is_sound(path))
    surprises = [surprise for program in programs for surprise in program.surprises]
    resent = sum((program.resent for program in programs), start=Counter[bool]())
    kinds = Counter(write.kind for write in acknowledged)
    half += found[Seen.WRONG]
    return Outcome(
        name=name,
        runs=cycles,
        acknowledged=len(acknowledged),
        lost=found[Seen.NOTHING],
        half=half,
        passed=found[Seen.NOTHING] == half == len(surprises) == 0 < len(acknowledged) and is_whole,
        remark=(
            f"{', '.join(f'{kind} {number}' for kind, number in sorted(kinds.items()))}; no answer came to"
            f" {resent.total()}, of which {resent[True]} were there: sent again, each is there once;"
            f" database and audit trail {'whole' if is_whole else 'NOT WHOLE'}"
            f"{''.join(f'; NOT EXPECTED: {one}' for one in surprises[:3])}"
        ),
    )
