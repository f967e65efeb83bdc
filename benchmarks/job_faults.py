"""Kills what does jobs, again and again, and counts: every job must end in exactly one final state.

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

ROOT = Path(__file__).parent.parent
VICTIMS = ("planning process", "server")
PATIENCE_SECONDS = 300.0


@dataclass(kw_only=True)
class Tally:
    """What came of it.

    Attributes:
        kills: By victim.
        states: Final states of jobs.
        ends: How often jobs ended.
        seconds: From the moment at which somebody could do the job again to its end.
    """

    kills: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    ends: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

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


def kill_while_planning(settings: Settings, problem: bytes, *, cycles: int, random: Random, seconds: int = 2) -> Tally:
    """Kill the planning process or the whole server at random moments of a job, one job a cycle.

    Args:
        settings: Of a service on this machine.
        problem: A Problem document.
        cycles: How many jobs.
        random: Chooses victims and moments.
        seconds: How long a job searches.
    """
    tally = Tally()
    token = _token(settings)
    asked: list[str] = []
    with contextlib.ExitStack() as stack:
        server, client = stack.enter_context(_served(settings, token))
        for number in range(cycles):
            victim = VICTIMS[number % len(VICTIMS)]
            asked.append(client.compute(problem, seconds=seconds).id)
            _wait_for_planning(server.pid, client, asked[-1])
            time.sleep(random.uniform(0.0, 3.0))
            tally.kills[victim] += 1
            if victim == "server":
                os.kill(server.pid, signal.SIGKILL)
                server.wait()
                server, client = stack.enter_context(_served(settings, token))
            else:
                for process_id in _planning_processes(server.pid):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(process_id, signal.SIGKILL)
            began = time.monotonic()
            tally.states[client.wait(asked[-1], timeout_seconds=PATIENCE_SECONDS).state] += 1
            tally.seconds.append(time.monotonic() - began)
    _count_ends(settings, asked, tally)
    return tally


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
def _served(settings: Settings, token: str) -> Iterator[tuple["subprocess.Popen[str]", VisitsClient]]:
    given = {
        "VISITS_DATA_DIR": str(settings.data_dir),
        "VISITS_SECRET_KEY": settings.secret_key.decode(),
        "VISITS_DATABASE_URL": settings.database_url,
        "VISITS_WORKER_NAME": settings.worker_name,
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "api.cli", "serve", "--port", "0"]
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
def main(cycles: int, seed: int) -> None:
    """Kill CYCLES times; exit 1 when a job did not end exactly once."""
    with tempfile.TemporaryDirectory() as folder:
        tally = kill_while_planning(
            Settings(data_dir=Path(folder), given_secret_key=secrets.token_hex(32).encode()),
            json.dumps(a_day()).encode(),
            cycles=cycles,
            random=Random(seed),  # noqa: S311 - chance for faults, not for secrets
        )
    click.echo(f"seed {seed}; {tally}")
    sys.exit(0 if tally.is_clean else 1)


if __name__ == "__main__":
    main()
