"""`make load`, its second half: what a service does for people who ask now and then, and for large files.

Requests begin at fixed moments, whether the ones before are answered or not, and a wait counts from that moment: a
service that stands still for a second makes every request of that second wait.
"""

import http.client
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from pathlib import Path

import click

from api.cli.demo import AS_OF, DAY, RULE_PACKS
from api.client import RefusedError, VisitsClient
from api.importing import import_files
from benchmarks.faults import writes
from benchmarks.imports import lender_tables
from benchmarks.load import a_service, city_tables, prepared, share_of
from benchmarks.proof import put_section

_THREADS = 16
YES, NO = "yes", "no"
_BOUNDARY = "a-boundary-of-parts"
_ROWS = 100_000
_ROWS_REFUSED = 1_000_000
_REFUSED_WITHIN_SECONDS = 2.0
_HEAD = """`visits serve` on loopback, its clients on the same cores. Requests begin at fixed moments and wait from then
on, so a service that stands still makes all of them wait. While files of {rows:,} rows are imported, in the background,
a plan is read; refused are files with {refused:,} rows.

| What | p50 ms | p99 ms | Errors | Aim | Reached |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long requests waited, in seconds, sorted, and how many got no good answer."""

    seconds: Sequence[float]
    errors: int

    def row(self, name: str, most_ms: float) -> str:
        """A line of the table."""
        p50, p99 = (share_of(list(self.seconds), share) * 1000 for share in (0.50, 0.99))
        reached = p99 <= most_ms and not self.errors
        return f"| {name} | {p50:.0f} | {p99:.0f} | {self.errors} | p99 ≤ {most_ms:.0f} ms | {YES if reached else NO} |"


def asked_at_pace(ask: Callable[[], bool], per_second: float, goes_on: Callable[[int], bool]) -> Waits:
    """Ask again and again.

    Args:
        ask: Sends a request, and says whether its answer was good.
        per_second: How often.
        goes_on: Whether there is one more, by how many there were.
    """
    with ThreadPoolExecutor(_THREADS) as threads:
        begun, asked = time.perf_counter(), []
        for number in count():
            if not goes_on(number):
                break
            due = begun + number / per_second
            time.sleep(max(0.0, due - time.perf_counter()))
            asked.append(threads.submit(_waited, ask, due))
        answers = [one.result() for one in asked]
    return Waits(seconds=sorted(wait for wait, _ in answers), errors=sum(not good for _, good in answers))


def _waited(ask: Callable[[], bool], due: float) -> tuple[float, bool]:
    good = ask()
    return time.perf_counter() - due, good


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A service with a published plan, and who asks it."""

    port: int
    plan_id: str
    token: str

    def client(self) -> VisitsClient:
        """A dispatcher's program."""
        return VisitsClient(f"http://127.0.0.1:{self.port}", token=self.token)

    def gets(self, path: str) -> Callable[[], bool]:
        """Reads an address as a dispatcher."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return lambda: self._status("GET", path, None, headers) == HTTPStatus.OK

    def verifies(self) -> Callable[[], bool]:
        """Asks who stands at the door, by a number that nobody has; each time another one."""
        numbers = count(100_000)

        def ask() -> bool:
            body = f'{{"number": "XXXX-XXXX-{next(numbers)}"}}'.encode()
            headers = {"Content-Type": "application/json"}
            status = self._status("POST", "/api/v1/verifications/by-number", body, headers)
            return status in {HTTPStatus.OK, HTTPStatus.TOO_MANY_REQUESTS}

        return ask

    def writes(self) -> Callable[[], bool]:
        """Adds cases; an answer says that one is on the disk."""
        client, numbers = self.client(), count()

        def ask() -> bool:
            try:
                writes.new_case(f"paced-{next(numbers)}").send(client)
            except RefusedError:
                return False
            return True

        return ask

    def imports(self, parts: Sequence[tuple[str, bytes]], *, in_background: bool) -> tuple[int, float]:
        """Sends files: the status, and after how many seconds it came."""
        body = b"".join(_form(parts, in_background=in_background))
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
            "Idempotency-Key": f"paced-{len(body)}",
        }
        begun = time.perf_counter()
        status = self._status("POST", "/api/v1/imports", body, headers)
        return status, time.perf_counter() - begun

    def _status(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> int:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status


def _form(parts: Sequence[tuple[str, bytes]], *, in_background: bool) -> Iterator[bytes]:
    said = {"mode": "create", "true_on": DAY.isoformat(), "in_background": str(in_background).lower()}
    for name, value in said.items():
        yield f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for name, content in parts:
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        yield f"{head}Content-Type: text/csv\r\n\r\n".encode()
        yield content + b"\r\n"
    yield f"--{_BOUNDARY}--\r\n".encode()


@contextmanager
def a_trial(folder: Path) -> Iterator[Trial]:
    """The real command, with the fictional city's day published."""
    imported = import_files(city_tables(), DAY, rule_packs=RULE_PACKS, as_of=AS_OF)
    settings, plan_id, token = prepared(folder, imported)
    with a_service(settings, folder) as port:
        yield Trial(port=port, plan_id=plan_id, token=token)


def _while_importing(trial: Trial) -> Waits:
    """Reads at fifty a second from when a large import is accepted until it has ended."""
    tables = [(source.name, source.content) for source in lender_tables(_ROWS // 10)]
    client = trial.client()
    status, _ = trial.imports(tables, in_background=True)
    if status != HTTPStatus.ACCEPTED:
        raise click.ClickException(f"The import was answered {status}.")
    job_id = next(client.jobs(kind="import")).id

    def goes_on(number: int) -> bool:
        return number < 100 or number % 25 != 0 or not client.job(job_id).is_over

    waits = asked_at_pace(trial.gets(f"/api/v1/plans/{trial.plan_id}"), 50, goes_on)
    if (state := client.job(job_id).state) != "done":
        raise click.ClickException(f"The import ended as {state}.")
    return waits


def _refused(trial: Trial) -> str:
    source = lender_tables(1)[2]
    head, row = source.content.split(b"\n")[:2]
    content = b"\n".join([head, *([row] * _ROWS_REFUSED)])
    status, seconds = trial.imports([(source.name, content)], in_background=False)
    is_refused = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    reached, ms = is_refused and seconds <= _REFUSED_WITHIN_SECONDS, f"{seconds * 1000:.0f}"
    return f"| {len(content) >> 20} MiB refused ({status}) | {ms} | {ms} | 0 | ≤ 2000 ms | {YES if reached else NO} |"


@click.command()
@click.option("--seconds", default=15.0, show_default=True, help="Of each trial at a pace.")
@click.option("--into", type=click.Path(path_type=Path), default=Path("docs/proof.md"), show_default=True)
def main(seconds: float, into: Path) -> None:
    """Measure with the fictional city's day."""

    def for_some_time(per_second: float) -> Callable[[int], bool]:
        return lambda number: number < seconds * per_second

    with tempfile.TemporaryDirectory() as name, a_trial(Path(name)) as trial:
        map_page = trial.gets(f"/plans/{trial.plan_id}/map")
        map_page()  # made once
        rows = [
            asked_at_pace(map_page, 150, for_some_time(150)).row("the map, 150/s", 200),
            asked_at_pace(trial.verifies(), 50, for_some_time(50)).row("verification of a number, 50/s", 100),
            asked_at_pace(trial.writes(), 20, for_some_time(20)).row("a case written to the disk, 20/s", 150),
            _while_importing(trial).row("the plan, 50/s, during an import", 300),
            _refused(trial),
        ]
    click.echo("\n".join(rows))
    put_section(into, "Load at a pace", _HEAD.format(rows=_ROWS, refused=_ROWS_REFUSED) + "\n".join(rows))


if __name__ == "__main__":
    main()
