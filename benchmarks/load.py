"""`make load`: how fast a service on this machine reads a route, alone and while a plan is computed."""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from api.cli.demo import AS_OF, DAY, RULE_PACKS
from api.importing import Imported, import_files
from api.settings import Settings
from api.store import PlanStore, users
from benchmarks.proof import put_section
from scheduler.documents import to_bytes, write_problem
from scheduler.planning import SearchLimits, plan_visits

_CONNECTIONS = 16
_NICE = 10  # how far a planner steps back behind whoever answers people
_HEAD = """`visits serve` on loopback with a client of its own on the same cores: {connections} connections, each asks
again as soon as it is answered. Every request brings a token, which is looked up with its user and lender, and reads a
plan whose longest route has {stops} visits. The worst of {rounds} rounds of {seconds:.0f} s is shown.

| What | Requests/s | p50 ms | p99 ms | Errors | Aim | Reached |
|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One round."""

    per_second: float
    p50_ms: float
    p99_ms: float
    errors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What is measured, and what it shall reach."""

    name: str
    path: str
    per_second: float
    p99_ms: float
    while_planning: bool


def measure(port: int, path: str, token: str, seconds: float) -> Figures:
    """Ask as fast as the service answers.

    Args:
        port: Where it listens.
        path: What is asked for.
        token: Who asks.
        seconds: For how long.
    """
    return asyncio.run(_measure(port, path, token, seconds))


async def _measure(port: int, path: str, token: str, seconds: float) -> Figures:
    lines = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Authorization: Bearer {token}", "", "")
    request = "\r\n".join(lines).encode()
    end = time.perf_counter() + seconds
    answers = await asyncio.gather(*(_ask_again(port, request, end) for _ in range(_CONNECTIONS)))
    waits = sorted(wait for some, _ in answers for wait in some)
    return Figures(
        per_second=len(waits) / seconds,
        p50_ms=_share(waits, 0.50) * 1000,
        p99_ms=_share(waits, 0.99) * 1000,
        errors=sum(errors for _, errors in answers),
    )


async def _ask_again(port: int, request: bytes, end: float) -> tuple[list[float], int]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    waits, errors = [], 0
    while (begun := time.perf_counter()) < end:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, flags=re.IGNORECASE)
        await reader.readexactly(int(length[1]) if length else 0)
        waits.append(time.perf_counter() - begun)
        errors += not head.startswith(b"HTTP/1.1 200 ")
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    return waits, errors


def _share(sorted_waits: list[float], share: float) -> float:
    return sorted_waits[min(len(sorted_waits) - 1, int(share * len(sorted_waits)))] if sorted_waits else float("nan")


@contextmanager
def a_service(settings: Settings, folder: Path) -> Iterator[int]:
    """The real command in a process of its own: the port that it listens on."""
    env = os.environ | {
        "VISITS_DATA_DIR": str(settings.data_dir),
        "VISITS_SECRET_KEY": settings.secret_key.decode(),
        "VISITS_LOG_FILE": str(folder / "log.jsonl"),
        "PYTHONUNBUFFERED": "1",
    }
    words = [sys.executable, "-m", "api.cli", "serve", "--port", "0"]
    process = subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True)  # noqa: S603 - the words are ours
    if process.stdout is None:
        raise ValueError("the pipe was asked for")
    try:
        found = None
        while found is None:
            line = process.stdout.readline()
            if not line:
                raise ChildProcessError("the service did not start")
            found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        yield int(found[1])
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@contextmanager
def a_planner(problem_path: Path, folder: Path) -> Iterator[None]:
    """A plan is computed while the block runs, niced like the service's own."""
    words = ["nice", "-n", str(_NICE), sys.executable, "-m", "api.cli", "plan", str(problem_path)]
    words += ["-o", str(folder / "made.json"), "--seconds", "600", "--threads", "1"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)  # noqa: S603
    if process.stderr is None:
        raise ValueError("the pipe was asked for")
    try:
        process.stderr.readline()  # it says that it plans
        time.sleep(2)
        yield
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def prepared(folder: Path, imported: Imported) -> tuple[Settings, str, str]:
    """A database with one plan: the settings, the plan's id, and a token that may read it."""
    problem = imported.problem
    settings = Settings(data_dir=folder / "var")
    now = datetime.now(UTC)  # noqa: TID251 - the token must hold for the service's own clock
    plan = plan_visits(problem, limits=SearchLimits(seconds=None, iterations=2000))
    with closing(PlanStore(settings)) as store:
        plan_id = store.save(problem, plan, imported.texts)
        with store.database.writing(store.scope, now) as unit:
            user = users.add(unit, login="load", role="dispatcher", name="", branch_id=store.scope.branch_id)
            token = users.add_token(unit, user, name="load", life=timedelta(hours=1))
    return settings, plan_id, token


def _city() -> list[Path]:
    import fixtures

    return sorted((Path(fixtures.__file__).parent / "city").glob("*.csv"))


@click.command()
@click.option("--seconds", default=10.0, show_default=True, help="Of a round.")
@click.option("--rounds", default=3, show_default=True, help="The worst is kept.")
@click.option("--into", type=click.Path(path_type=Path), default=Path("docs/proof.md"), show_default=True)
def main(seconds: float, rounds: int, into: Path) -> None:
    """Measure with the fictional city's day."""
    imported = import_files(_city(), DAY, rule_packs=RULE_PACKS, as_of=AS_OF)
    problem = imported.problem
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings, plan_id, token = prepared(folder, imported)
        with closing(PlanStore(settings)) as store:
            stored = store.get(plan_id)
        if stored is None or not stored.plan.routes:
            raise click.ClickException("The plan has no routes.")
        longest = max(stored.plan.routes, key=lambda route: len(route.visit_ids))
        route = f"/plans/{plan_id}/crews/{longest.shift_id}"
        document = f"/api/v1/plans/{plan_id}"
        aims = [
            Aim(name="the plan, as JSON", path=document, per_second=300, p99_ms=100, while_planning=False),
            Aim(name="a crew's route, as a page", path=route, per_second=300, p99_ms=100, while_planning=False),
            Aim(name="the plan, while planning", path=document, per_second=150, p99_ms=250, while_planning=True),
            Aim(name="a crew's route, while planning", path=route, per_second=150, p99_ms=250, while_planning=True),
        ]
        busy_problem = folder / "problem.json"
        busy_problem.write_bytes(to_bytes(write_problem(problem)))
        rows = []
        with a_service(settings, folder) as port:
            for aim in aims:
                rows.append(_row(aim, _worst(aim, port, token, (seconds, rounds), (busy_problem, folder))))
                click.echo(rows[-1])
    head = _HEAD.format(connections=_CONNECTIONS, stops=len(longest.visit_ids), rounds=rounds, seconds=seconds)
    put_section(into, "Load", head + "\n".join(rows))


def _worst(aim: Aim, port: int, token: str, effort: tuple[float, int], planner: tuple[Path, Path]) -> Figures:
    seconds, rounds = effort
    measure(port, aim.path, token, 1.0)  # the first requests open the plan and the connections
    if not aim.while_planning:
        return min((measure(port, aim.path, token, seconds) for _ in range(rounds)), key=lambda one: one.per_second)
    with a_planner(*planner):
        return min((measure(port, aim.path, token, seconds) for _ in range(rounds)), key=lambda one: one.per_second)


def _row(aim: Aim, found: Figures) -> str:
    reached = found.per_second >= aim.per_second and found.p99_ms <= aim.p99_ms and found.errors == 0
    return (
        f"| {aim.name} | {found.per_second:.0f} | {found.p50_ms:.0f} | {found.p99_ms:.0f} | {found.errors}"
        f" | ≥ {aim.per_second:.0f}/s, p99 ≤ {aim.p99_ms:.0f} ms | {'yes' if reached else 'no'} |"
    )


if __name__ == "__main__":
    main()
