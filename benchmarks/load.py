"""`make load`: how fast a service on this machine reads a route, alone and while a plan is computed."""

import os
import re
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from api.cli.demo import AS_OF, DAY, RULE_PACKS
from api.importing import Imported, import_files
from api.settings import Settings
from api.store import PlanState, PlanStore, plans, stops, users
from api.web_processes import how_many
from benchmarks.proof import put_section
from scheduler.documents import to_bytes, write_problem
from scheduler.planning import SearchLimits, plan_visits

_CONNECTIONS = 16
_BUFFER_BYTES = 256 * 1024
_LENGTH = re.compile(rb"content-length: (\d+)", flags=re.IGNORECASE)
_NICE = 10  # how far a planner steps back behind whoever answers people
_HEAD = """`visits serve` (waitress, {processes} web processes) on loopback with a client of its own on the same cores:
{connections} connections, each asks again as soon as it is answered. The client is a plain loop over sockets, so
that it takes little from the service. Every request brings a token, which is looked up with its user and lender, and
reads a plan whose longest route has {stops} visits, or that route. The planner beside it is a process with one
thread at niceness {nice}, as those of the service's own jobs. The worst of {rounds} rounds of {seconds:.0f} s is shown.

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
    lines = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Authorization: Bearer {token}", "", "")
    request = "\r\n".join(lines).encode()
    with selectors.DefaultSelector() as selector, ExitStack() as stack:
        for _ in range(_CONNECTIONS):
            asker = _Asker(stack.enter_context(socket.create_connection(("127.0.0.1", port))), request)
            selector.register(asker.connection, selectors.EVENT_READ, asker)
            asker.ask()
        waits, errors = _asked_until(time.perf_counter() + seconds, selector)
    waits.sort()
    return Figures(
        per_second=len(waits) / seconds,
        p50_ms=share_of(waits, 0.50) * 1000,
        p99_ms=share_of(waits, 0.99) * 1000,
        errors=errors,
    )


def _asked_until(end: float, selector: selectors.BaseSelector) -> tuple[list[float], int]:
    waits, errors = [], 0
    while (now := time.perf_counter()) < end:
        for key, _ in selector.select(end - now):
            asker: _Asker = key.data
            status = asker.answered()
            if status is None:
                continue
            waits.append(time.perf_counter() - asker.begun)
            errors += status != b"200"
            asker.ask()
    return waits, errors


class _Asker:
    """One connection; it reads no more of an answer than it must, because it works on the service's own cores."""

    def __init__(self, connection: socket.socket, request: bytes) -> None:
        self.connection = connection
        self.begun = 0.0
        self._request = request
        self._buffer = bytearray(_BUFFER_BYTES)
        self._head = b""
        self._missing: int | None = None

    def ask(self) -> None:
        """Send the request."""
        self._head, self._missing = b"", None
        self.begun = time.perf_counter()
        self.connection.sendall(self._request)

    def answered(self) -> bytes | None:
        """Take what arrived: the status once the answer is whole, None before."""
        count = self.connection.recv_into(self._buffer)
        if not count:
            raise ConnectionError("the service closed a connection")
        if self._missing is None:
            self._head += self._buffer[:count]
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return None
            length = _LENGTH.search(self._head, 0, end + 2)
            self._missing = (int(length[1]) if length else 0) + end + 4 - len(self._head)
        else:
            self._missing -= count
        return self._head[9:12] if self._missing == 0 else None


def share_of(sorted_waits: list[float], share: float) -> float:
    """A quantile of what is sorted; not a number where nothing is."""
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
        if process.poll() is not None:
            raise ChildProcessError("the planner ended before the measurement did")
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def prepared(folder: Path, imported: Imported) -> tuple[Settings, str, str]:
    """A database with one published plan: the settings, the plan's id, and a token that may read it."""
    problem = imported.problem
    settings = Settings(data_dir=folder / "var")
    now = datetime.now(UTC)  # noqa: TID251 - the token must hold for the service's own clock
    plan = plan_visits(problem, limits=SearchLimits(seconds=None, iterations=2000))
    with closing(PlanStore(settings)) as store:
        plan_id = store.save(problem, plan, imported.texts)
        with store.database.writing(store.scope, now) as unit:
            user = users.add(unit, login="load", role="dispatcher", name="", branch_id=store.scope.branch_id)
            token = users.add_token(unit, user, name="load", life=timedelta(hours=1))
            stops.write(unit, plan_id, plan, case_ids={})  # as publishing does, which would ask for cases and notices
            plans.set_state(unit, plan_id, PlanState.PUBLISHED)
    return settings, plan_id, token


def city_tables() -> list[Path]:
    """Files of the fictional city."""
    import fixtures

    return sorted((Path(fixtures.__file__).parent / "city").glob("*.csv"))


@click.command()
@click.option("--seconds", default=10.0, show_default=True, help="Of a round.")
@click.option("--rounds", default=3, show_default=True, help="The worst is kept.")
@click.option("--into", type=click.Path(path_type=Path), default=Path("docs/proof.md"), show_default=True)
def main(seconds: float, rounds: int, into: Path) -> None:
    """Measure with the fictional city's day."""
    imported = import_files(city_tables(), DAY, rule_packs=RULE_PACKS, as_of=AS_OF)
    problem = imported.problem
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings, plan_id, token = prepared(folder, imported)
        with closing(PlanStore(settings)) as store:
            stored = store.get(plan_id)
        if stored is None or not stored.plan.routes:
            raise click.ClickException("The plan has no routes.")
        longest = max(stored.plan.routes, key=lambda route: len(route.visit_ids))
        paths = {
            "the plan, as JSON": f"/api/v1/plans/{plan_id}",
            "a crew's route, as JSON": f"/api/v1/plans/{plan_id}/routes/{longest.shift_id}",
            "a crew's route, as a page": f"/plans/{plan_id}/crews/{longest.shift_id}",
        }
        aims = [
            Aim(name=name, path=path, per_second=300, p99_ms=100, while_planning=False) for name, path in paths.items()
        ] + [
            Aim(name=f"{name}, while planning", path=path, per_second=150, p99_ms=250, while_planning=True)
            for name, path in paths.items()
        ]
        busy_problem = folder / "problem.json"
        busy_problem.write_bytes(to_bytes(write_problem(problem)))
        rows = []
        with a_service(settings, folder) as port:
            for aim in aims:
                rows.append(_row(aim, _worst(aim, port, token, (seconds, rounds), (busy_problem, folder))))
                click.echo(rows[-1])
    head = _HEAD.format(
        processes=how_many(None),
        connections=_CONNECTIONS,
        stops=len(longest.visit_ids),
        nice=_NICE,
        rounds=rounds,
        seconds=seconds,
    )
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
