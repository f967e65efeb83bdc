"""Kills what does jobs, again and again, and counts: every job must end in exactly one final state.

Cancels jobs too, and measures how soon each has its final state. `make jobfaults` writes
what it found into docs/proof.md.

python -m benchmarks.job_faults 100
"""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import click

from api.client import FINAL_STATES, VisitsClient
from api.clock import utc_now
from api.settings import Settings
from api.store import PlanStore, users
from api.store.audit import entries_about
from benchmarks.proof import put_section
from scheduler.planning import compile_search

ROOT = Path(__file__).parent.parent
VICTIMS = ("planning process", "server")
PATIENCE_SECONDS = 300.0
CANCEL_AIM_SECONDS = 1.0
RECOVERY_AIM_SECONDS = 30.0
KILLS_AIM = 100
_LONG_SECONDS = 120
_PAUSE_SECONDS = 0.02


@dataclass(kw_only=True)
class Tally:
    """What came of it.

    Attributes:
        kills: By victim.
        states: Final states of jobs.
        ends: How often jobs ended.
        seconds: From the moment at which somebody could do the job again to its end.
        cancel_seconds: From the answer to a wish to stop to the final state, of jobs that were cancelled.
    """

    kills: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    ends: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    cancel_seconds: list[float] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether every job ended exactly once."""
        return set(self.ends) <= {1} and set(self.states) <= FINAL_STATES

    def __str__(self) -> str:
        """One line."""
        longest = max(self.seconds, default=0.0)
        return (
            f"kills: {dict(self.kills)}; jobs: {dict(self.states)}; ends of one job: {dict(self.ends)};"
            f" longest to its end after recovery: {longest:.1f} s"
        )

    def section(self, seed: int) -> str:
        """For docs/proof.md."""
        kills = ", ".join(f"{number} times the {victim}" for victim, number in sorted(self.kills.items()))
        states = ", ".join(f"{number} {state}" for state, number in sorted(self.states.items()))
        once = self.ends[1]
        cancels = sorted(self.cancel_seconds)
        cancelled = "not measured"
        if cancels:
            middle = cancels[len(cancels) // 2]
            in_time = sum(seconds <= CANCEL_AIM_SECONDS for seconds in cancels)
            cancelled = f"median {middle:.1f} s, longest {cancels[-1]:.1f} s, {in_time} of {len(cancels)} within 1 s"
        return f"""\
`make jobfaults`, seed {seed}: a service on SQLite, one job at a time, killed by SIGKILL at a random moment of the job;
the audit trail says afterwards how often each job ended. A cancelled job is asked to stop at a random moment, by a
request to a process that is not the worker.

| What | Measured | Aim | Reached |
|---|---|---|---|
| killed | {kills} | 100 | {"yes" if self.kills.total() >= KILLS_AIM else "no"} |
| final states | {states} | one each | {"yes" if self.is_clean else "no"} |
| jobs that ended exactly once | {once} of {self.ends.total()} | all | {"yes" if once == self.ends.total() else "no"} |
| longest from recovery to its end | {max(self.seconds, default=0.0):.1f} s | 30 s | \
{"yes" if max(self.seconds, default=0.0) <= RECOVERY_AIM_SECONDS else "no"} |
| cancel | {cancelled} | 1 s | {"yes" if cancels and cancels[-1] <= CANCEL_AIM_SECONDS else "no"} |
"""


def kill_while_planning(
    settings: Settings,
    problem: bytes,
    *,
    cycles: int,
    random: Random,
    seconds: int = 2,
    until: float = float("inf"),
) -> Tally:
    """Kill the planning process or the whole server at random moments of a job, one job a cycle.

    Args:
        settings: Of a service on this machine.
        problem: A Problem document.
        cycles: How many jobs.
        random: Chooses victims and moments.
        seconds: How long a job searches.
        until: No job is begun after this monotonic time.
    """
    tally = Tally()
    token = _token(settings)
    asked: list[str] = []
    with contextlib.ExitStack() as stack:
        server, client = stack.enter_context(served(settings, token))
        for number in range(cycles):
            if time.monotonic() > until:
                break
            victim = VICTIMS[number % len(VICTIMS)]
            asked.append(client.compute(problem, seconds=seconds).id)
            _wait_for_planning(server.pid, client, asked[-1])
            time.sleep(random.uniform(0.0, 3.0))
            tally.kills[victim] += 1
            if victim == "server":
                os.kill(server.pid, signal.SIGKILL)
                server.wait()
                server, client = stack.enter_context(served(settings, token))
            else:
                for process_id in _planning_processes(server.pid):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(process_id, signal.SIGKILL)
            began = time.monotonic()
            tally.states[client.wait(asked[-1], timeout_seconds=PATIENCE_SECONDS).state] += 1
            tally.seconds.append(time.monotonic() - began)
    _count_ends(settings, asked, tally)
    return tally


def cancel_while_planning(
    settings: Settings, problem: bytes, *, cycles: int, random: Random, tally: Tally, until: float
) -> None:
    """Ask jobs of another process to stop at random moments, and note how long that takes.

    Args:
        settings: Of a service on this machine.
        problem: A Problem document.
        cycles: How many jobs.
        random: Chooses moments.
        tally: Takes the seconds.
        until: No job is begun after this monotonic time.
    """
    token = _token(settings)
    asked: list[str] = []
    with served(settings, token, "--no-jobs") as (_, client), served(settings, token):
        while len(asked) < cycles and time.monotonic() < until:
            asked.append(client.compute(problem, seconds=_LONG_SECONDS).id)
            while client.job(asked[-1]).state != "running":
                time.sleep(_PAUSE_SECONDS)
            time.sleep(random.uniform(0.0, 6.0))
            client.cancel(asked[-1])
            began = time.monotonic()
            client.wait(asked[-1], timeout_seconds=PATIENCE_SECONDS, pause_seconds=_PAUSE_SECONDS)
            tally.cancel_seconds.append(time.monotonic() - began)
    _count_ends(settings, asked, tally)


def a_day() -> dict[str, object]:
    """A Problem document with two crews and eight visits, and no law beyond their hours."""
    hours = {"earliest_start": "2026-12-01T09:00:00+08:00", "latest_end": "2026-12-01T18:00:00+08:00"}
    points = [{"id": f"l{n}", "latitude": 31.2 + n / 100, "longitude": 112.9 + n * n / 1000} for n in range(9)]
    office = {"start_location_id": "l0", "end_location_id": "l0"}
    return {
        "format": "visit-planning-problem/1",
        "time_zone": "Asia/Shanghai",
        "rule_packs": [],
        "travel": {"source": "great_circle", "detour_factor": 1.4, "speed_kmh": 25, "overhead_seconds": 60},
        "locations": points,
        "collectors": [{"id": "c1"}, {"id": "c2"}],
        "shifts": [{"id": f"s{n}", "collector_ids": [f"c{n}"], **hours, **office} for n in (1, 2)],
        "visits": [
            {
                "id": f"v{n}",
                "service_duration_seconds": 1800,
                "places": [{"id": f"v{n}-home", "kind": "home", "location_id": f"l{n}", "time_windows": [hours]}],
            }
            for n in range(1, 9)
        ],
    }


def _count_ends(settings: Settings, job_ids: list[str], tally: Tally) -> None:
    store = PlanStore(settings)
    try:
        with store.database.reading(None, utc_now()) as unit:
            for job_id in job_ids:
                tally.ends[entries_about(unit.session, f"job:{job_id}").count("job.ended")] += 1
    finally:
        store.close()


def _token(settings: Settings) -> str:
    store = PlanStore(settings)
    try:
        with store.database.writing(store.scope, utc_now()) as unit:
            login = f"faults-{secrets.token_hex(4)}"
            branch_id = store.scope.branch_id
            user_id = users.add(unit, login=login, role="dispatcher", name="", branch_id=branch_id)
            return users.add_token(unit, user_id, name="faults", life=timedelta(days=1))
    finally:
        store.close()


@contextlib.contextmanager
def served(settings: Settings, token: str, *words: str) -> Iterator[tuple["subprocess.Popen[str]", VisitsClient]]:
    """A service in a process of its own, killed at the end, and a client of it.

    Args:
        settings: Of the service, on this machine.
        token: Of the client's user.
        *words: More for the command.
    """
    given = {
        "VISITS_DATA_DIR": str(settings.data_dir),
        "VISITS_SECRET_KEY": settings.secret_key.decode(),
        "VISITS_DATABASE_URL": settings.database_url,
        "VISITS_WORKER_NAME": settings.worker_name,
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "api.cli", "serve", "--port", "0", *words]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, env=os.environ | given, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            line = "" if process.stdout is None else process.stdout.readline()
            yield process, VisitsClient(line.split()[2].rstrip("/"), token=token, timeout_seconds=60)
        finally:
            process.kill()


def _wait_for_planning(server_id: int, client: VisitsClient, job_id: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _planning_processes(server_id) and not client.job(job_id).is_over:
        if time.monotonic() > deadline:
            raise TimeoutError("no planning process came")
        time.sleep(0.05)


def _planning_processes(server_id: int) -> list[int]:
    """Children of a process that multiprocessing spawned, without its resource tracker."""
    children = Path(f"/proc/{server_id}/task").glob("*/children")
    return [number for path in children for number in _numbers_in(path) if _is_spawned(number)]


def _numbers_in(path: Path) -> list[int]:
    try:
        return [int(word) for word in path.read_text().split()]
    except OSError:  # gone in between
        return []


def _is_spawned(process_id: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{process_id}/cmdline").read_bytes()
    except OSError:
        return False


@click.command()
@click.argument("cycles", type=click.IntRange(min=1), default=100)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--cancels", type=click.IntRange(min=0), default=20, show_default=True, help="Jobs to cancel.")
@click.option("--minutes", type=float, default=90.0, show_default=True, help="Begin no job after so long.")
@click.option("--into", type=click.Path(path_type=Path), default=Path("docs/proof.md"), show_default=True)
def main(cycles: int, seed: int, cancels: int, minutes: float, into: Path) -> None:
    """Kill CYCLES times; exit 1 when a job did not end exactly once."""
    problem, random = json.dumps(a_day()).encode(), Random(seed)  # noqa: S311 - chance for faults, not for secrets
    until = time.monotonic() + minutes * 60
    # Kernels are compiled once on a machine; that would be no moment of planning.
    compile_search()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), given_secret_key=secrets.token_hex(32).encode())
        tally = kill_while_planning(settings, problem, cycles=cycles, random=random, until=until)
        cancel_while_planning(settings, problem, cycles=cancels, random=random, tally=tally, until=until + 120)
    click.echo(f"seed {seed}; {tally}")
    put_section(into, "Jobs", tally.section(seed))
    sys.exit(0 if tally.is_clean else 1)


if __name__ == "__main__":
    main()
