"""Several processes answer requests: as one service would, whichever dies, and none is left behind."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from ctypes import Array, c_bool, c_long
from dataclasses import replace
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask

from api import serving
from api.clock import utc_now
from api.serving import Share, WebServer, listening, port_of
from api.settings import Settings
from api.store import Database, migrate
from api.web_processes import MOST_UNLESS_ASKED, Shared, WebProcesses, how_many
from scheduler.domain.errors import MissingResource
from tests.databases import sqlite_settings
from tests.live_service import running
from tests.service import a_client

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
_SECONDS = 60


@contextmanager
def a_service(settings: Settings) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """Two web processes, and nobody who does jobs: the parent and the port."""
    with running(settings, "serve", "--port", "0", "--processes", "2", "--no-jobs") as (parent, line):
        yield parent, int(line.partition("127.0.0.1:")[2].partition("/")[0])


def web_processes_of(parent: int) -> list[int]:
    """Those that answer requests, among all that a process has started."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in _command_of(pid)]


def _command_of(pid: str) -> bytes:
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@contextmanager
def only(pid: int, parent: int) -> Iterator[None]:
    """Nobody but one of the web processes takes connections."""
    others = [other for other in web_processes_of(parent) if other != pid]
    for other in others:
        os.kill(other, signal.SIGSTOP)
        while Path(f"/proc/{other}/stat").read_text().rpartition(")")[2].split()[0] != "T":
            os.sched_yield()
    try:
        yield
    finally:
        for other in others:
            os.kill(other, signal.SIGCONT)


def ask(port: int, path: str, **form: str) -> tuple[int, str]:
    """GET a path, or POST a form to it, by a connection of its own."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=_SECONDS)) as connection:
        connection.request("POST" if form else "GET", path, urlencode(form) if form else None, _FORM if form else {})
        response: HTTPResponse = connection.getresponse()
        return response.status, response.read().decode()


def figure(port: int, name: str) -> float:
    """One of the figures for Prometheus."""
    (line,) = [line for line in ask(port, "/metrics")[1].splitlines() if line.startswith(name + " ")]
    return float(line.split()[-1])


def wait_for_end(pids: list[int]) -> list[int]:
    """Those that have not ended after a long time."""
    left = []
    for pid in pids:
        try:
            watched = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        if not select.select([watched], [], [], _SECONDS)[0]:
            left.append(pid)
        os.close(watched)
    return left


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """A service of two web processes that can write no log: its parent and its port."""
    folder = tmp_path_factory.mktemp("pair")
    settings = replace(sqlite_settings(folder), log_file=folder / "no such folder" / "log")
    with a_service(settings) as (parent, port):
        yield parent.pid, port


def test_wrong_tries_at_one_process_count_at_the_other(pair: tuple[int, int]) -> None:
    parent, port = pair
    first, second = web_processes_of(parent)

    def tried() -> int:
        return ask(port, "/sign-in", login="li", password="a wrong password")[0]  # noqa: S106 - it is wrong

    with only(first, parent):
        assert [tried() for _ in range(3)] == [401] * 3
    with only(second, parent):
        assert [tried() for _ in range(3)] == [401, 401, 429]


def test_look_ups_at_one_process_count_at_the_other(pair: tuple[int, int]) -> None:
    parent, port = pair
    first, second = web_processes_of(parent)

    with only(first, parent):
        assert {ask(port, "/verify", number="YX-1")[0] for _ in range(20)} == {200}
    with only(second, parent):
        assert ask(port, "/verify", number="YX-1")[0] == 429


def test_figures_are_those_of_all_processes_together(pair: tuple[int, int]) -> None:
    parent, port = pair
    name = 'visits_request_seconds_count{endpoint="livez",method="GET",status="200"}'
    for times, pid in enumerate(web_processes_of(parent), 1):
        with only(pid, parent):
            for _ in range(times):
                ask(port, "/livez")

    assert figure(port, name) == 3


def test_log_lines_that_were_lost_are_those_of_all_processes_together(pair: tuple[int, int]) -> None:
    parent, port = pair
    first, second = web_processes_of(parent)
    with only(first, parent):
        before = figure(port, "visits_log_lines_dropped")
    with only(second, parent):
        ask(port, "/livez")
    with only(first, parent):
        assert figure(port, "visits_log_lines_dropped") == before + 2  # that one's, and our own first question's


def test_a_process_that_was_killed_is_replaced_and_the_others_answer_meanwhile(tmp_path: Path) -> None:
    settings = replace(sqlite_settings(tmp_path), log_file=tmp_path / "log")
    with a_service(settings) as (parent, port):
        first, second = web_processes_of(parent.pid)
        os.kill(first, signal.SIGKILL)
        assert wait_for_end([first]) == []
        assert ask(port, "/livez")[0] == 200

        while len(web_processes_of(parent.pid)) < 2:
            os.sched_yield()
        (new,) = set(web_processes_of(parent.pid)) - {second}
        with only(new, parent.pid):
            assert ask(port, "/livez")[0] == 200
        lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
        (death,) = [line for line in lines if line["event"] == "web_process_died"]
        assert death["code"] == -signal.SIGKILL

        parent.kill()
        parent.wait()
        assert wait_for_end([second, new]) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_all_end_in_good_order_however_the_signal_reaches_them(tmp_path: Path, number: signal.Signals) -> None:
    with a_service(sqlite_settings(tmp_path)) as (parent, port):
        children = web_processes_of(parent.pid)
        with closing(HTTPConnection("127.0.0.1", port, timeout=_SECONDS)) as connection:
            for pid in children:  # as a terminal and systemd tell every process of the group
                os.kill(pid, number)
            connection.request("GET", "/livez")
            assert connection.getresponse().status == 200
        parent.send_signal(number)

        assert parent.wait(_SECONDS) == 0
        assert wait_for_end(children) == []
        with pytest.raises(ConnectionRefusedError):
            ask(port, "/livez")


def test_a_process_that_cannot_start_says_why(tmp_path: Path) -> None:
    settings = sqlite_settings(tmp_path)
    path = settings.make_data_dir() / "visits.sqlite"
    path.touch(mode=0o600)
    path.write_bytes(b"no database" * 1000)
    web = WebProcesses(settings, utc_now, listening("127.0.0.1", 0), Shared.by(1))
    try:
        with pytest.raises(MissingResource, match="database fails"):
            web.wait_until_ready()
    finally:
        web.end()


def test_a_write_that_failed_in_one_process_makes_the_others_try_first(tmp_path: Path) -> None:
    settings = sqlite_settings(tmp_path)
    shared = c_bool()
    with closing(Database(settings, shared)) as one, closing(Database(settings, shared)) as other:
        migrate(one.engine)
        shared.value = True
        assert (one.is_doubted, other.is_doubted) == (True, True)
        with other.writing(None, utc_now()):
            pass
        assert (one.is_doubted, other.is_doubted) == (False, False)


def test_a_name_with_two_addresses_has_one_port() -> None:
    listeners = listening("localhost", 0)
    try:
        assert len({port_of(one) for one in listeners}) == 1
        with pytest.raises(OSError, match="in use"):
            listening("127.0.0.1", port_of(listeners[0]))
    finally:
        for one in listeners:
            one.close()


@contextmanager
def web_servers(app: Flask, counts: "Array[c_long]", places: Sequence[int]) -> Iterator[int]:
    """Servers that share sockets and are in the given places of those who do: the port."""
    listeners = listening("127.0.0.1", 0)
    port = port_of(listeners[0])
    servers = [
        WebServer(app, [one.dup() for one in listeners], share=Share(counts=counts, place=place)) for place in places
    ]
    threads = [threading.Thread(target=server.run) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield port
    finally:
        for server in servers:
            server.stop()
        for thread in threads:
            thread.join()
        for one in listeners:
            one.close()


def still_open(port: int, stack: ExitStack) -> HTTPConnection:
    """A connection that was answered and stays."""
    connection = stack.enter_context(closing(HTTPConnection("127.0.0.1", port, timeout=_SECONDS)))
    connection.request("GET", "/livez")
    assert connection.getresponse().read()
    return connection


def test_a_connection_goes_to_whoever_has_fewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "MOMENT_SECONDS", float(_SECONDS))
    counts = (c_long * 2)()
    app = a_client(sqlite_settings(tmp_path)).application
    with web_servers(app, counts, (0, 1)) as port, ExitStack() as stack:
        still_open(port, stack)
        still_open(port, stack)
        assert list(counts) == [1, 1]


def test_one_that_has_more_takes_a_connection_that_nobody_else_takes(tmp_path: Path) -> None:
    counts = (c_long * 2)()
    app = a_client(sqlite_settings(tmp_path)).application
    with web_servers(app, counts, (0,)) as port, ExitStack() as stack:
        for _ in range(3):
            still_open(port, stack)
        assert list(counts) == [3, 0]


def test_there_is_a_process_a_core_unless_asked() -> None:
    assert how_many(3) == 3
    assert 1 <= how_many(None) <= min(MOST_UNLESS_ASKED, os.cpu_count() or 1)
