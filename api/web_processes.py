"""Several processes that answer requests: they take connections of the same sockets and end with their parent.

What has to be one for all of them stays in the parent or in memory that they share: it counts tries, hears of writes
that failed, and sees to it that their figures and lost log lines are added up.
"""

import contextlib
import gc
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from ctypes import Array, c_bool, c_long
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from multiprocessing.sharedctypes import RawArray, RawValue

from api.access.tries import Counts, OwnCounts
from api.current import Kept
from api.logs import count_dropped_in, log_lines, logger
from api.metrics import FOLDER
from api.process_limits import die_with_parent
from api.serving import SECONDS_TO_FINISH, Share, WebServer
from api.settings import Settings
from api.store import Database
from scheduler.domain.errors import ProcessDied, SchedulerError

MOST_UNLESS_ASKED = 4  # each takes some 300 MB
_LOOK_SECONDS = 0.5
_SECONDS_BETWEEN_STARTS = 1.0
_SECONDS_BEYOND_FINISHING = 5.0
_TOLD_BY_PARENT_ALONE = frozenset({signal.SIGINT, signal.SIGTERM})
_log = logger(__name__)


def how_many(asked: int | None) -> int:
    """How many web processes a service has: one a core unless asked, and one where sockets cannot be handed over."""
    if sys.platform == "win32":
        return 1
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return asked or min(cores, MOST_UNLESS_ASKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Memory that all processes of a service share.

    Attributes:
        doubted: Whether the last write of one of them failed; see `Database`.
        dropped: Log lines that each of them could not write; the parent's own first.
        connections: How many each of them has, without the parent.
    """

    doubted: c_bool = field(default_factory=lambda: RawValue(c_bool))
    dropped: "Array[c_long]"
    connections: "Array[c_long]"

    @classmethod
    def by(cls, processes: int) -> "Shared":
        """For so many web processes and their parent."""
        return cls(dropped=RawArray(c_long, processes + 1), connections=RawArray(c_long, processes))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What a web process is given; `place` counts from 1."""

    settings: Settings
    clock: Callable[[], datetime]
    listeners: tuple[socket.socket, ...]
    shared: Shared
    place: int
    parent: int
    orders: Connection
    questions: Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class _Child:
    """A web process as its parent sees it; what it is told by `orders` ends it, as does their end."""

    place: int
    process: SpawnProcess
    orders: Connection
    started: float


class WebProcesses:
    """Web processes, kept alive until somebody wants them to stop."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime],
        listeners: Sequence[socket.socket],
        shared: Shared,
    ) -> None:
        """Start all of them; the thread that does must live as long as they shall.

        Args:
            settings: Of the service, whose database is ready for work.
            clock: Says what time it is; each process gets one of its own.
            listeners: See `WebServer`; they are closed here when the processes end.
            shared: For as many processes as shall be started.
        """
        self._given = (settings, clock, tuple(listeners), shared)
        self._counts = OwnCounts()
        self._stop = threading.Event()
        count_dropped_in(shared.dropped, 0)
        self._figures = tempfile.TemporaryDirectory(prefix="visits-figures-")
        self._children: list[_Child] = []
        try:
            for place in range(1, len(shared.connections) + 1):
                self._children.append(self._started(place))
        except BaseException:
            self.end()
            raise

    def wait_until_ready(self) -> None:
        """Wait until all of them answer.

        Raises:
            SchedulerError: One of them could not start.
        """
        for child in self._children:
            _wait_until_ready(child)

    def run(self) -> None:
        """Start anew whichever process dies, until `stop`; then they `end`."""
        while not self._stop.is_set():
            wait([child.process.sentinel for child in self._children], timeout=_LOOK_SECONDS)
            self._children = [self._living(child) for child in self._children]
        self.end()

    def stop(self) -> None:
        """Let `run` come to its end; safe from any thread."""
        self._stop.set()

    def _living(self, child: _Child) -> _Child:
        if child.process.is_alive():
            return child
        child.process.join()
        child.orders.close()
        _log.error("web_process_died", code=child.process.exitcode, count=child.place)
        # One that cannot live must not keep the machine busy with its deaths.
        self._stop.wait(max(0.0, child.started + _SECONDS_BETWEEN_STARTS - time.monotonic()))
        return child if self._stop.is_set() else self._started(child.place)

    def _started(self, place: int) -> _Child:
        settings, clock, listeners, shared = self._given
        context = multiprocessing.get_context("spawn")
        orders, its_orders = context.Pipe()
        questions, its_questions = context.Pipe()
        work = _Work(
            settings=settings,
            clock=clock,
            listeners=listeners,
            shared=shared,
            place=place,
            parent=os.getpid(),
            orders=its_orders,
            questions=its_questions,
        )
        process = context.Process(target=_serve, args=(work,), name=f"web-{place}", daemon=True)
        with _untold(), _figures_in(self._figures.name):
            process.start()
        its_orders.close()
        its_questions.close()
        answering = (questions, self._counts)
        threading.Thread(target=_answer, args=answering, name=f"web-{place}-counts", daemon=True).start()
        return _Child(place=place, process=process, orders=orders, started=time.monotonic())

    def end(self) -> None:
        """Let them finish what has begun, see `WebServer.run`, and wait for it; ending twice does nothing more."""
        for listener in self._given[2]:
            listener.close()
        for child in self._children:
            child.orders.close()
        deadline = time.monotonic() + SECONDS_TO_FINISH + _SECONDS_BEYOND_FINISHING
        for child in self._children:
            child.process.join(max(0.0, deadline - time.monotonic()))
            if child.process.is_alive():
                child.process.kill()
                child.process.join()
        self._figures.cleanup()


def web_server(kept: Kept, listeners: Sequence[socket.socket], share: Share | None = None) -> WebServer:
    """What answers requests in this process; see `WebServer`."""
    from api.app import create_app

    app = create_app(kept.settings, kept.clock, kept)
    # What stands by now stays. Looking through it for garbage held requests up by 60 ms each time (measured).
    gc.freeze()
    # What proxies say is believed by the application, as far as the settings name proxies.
    return WebServer(app, listeners, believes_proxies=bool(kept.settings.proxies), share=share)


class _AskedCounts:
    """The parent's counts, asked by a web process."""

    def __init__(self, questions: Connection) -> None:
        self._questions = questions
        self._lock = threading.Lock()

    def wait_seconds(self, rate: str, key: str) -> int:
        """See `Counts`."""
        return self._asked("wait_seconds", rate, key)

    def count(self, rate: str, key: str) -> int:
        """See `Counts`."""
        return self._asked("count", rate, key)

    def _asked(self, *question: str) -> int:
        with self._lock:
            self._questions.send(question)
            answer: int = self._questions.recv()
        return answer


def _answer(questions: Connection, counts: Counts) -> None:
    """Answer what one web process asks, until it ends."""
    with contextlib.suppress(EOFError, OSError), questions:
        while True:
            what, rate, key = questions.recv()
            questions.send(counts.count(rate, key) if what == "count" else counts.wait_seconds(rate, key))


def _wait_until_ready(child: _Child) -> None:
    try:
        said: SchedulerError | None = child.orders.recv()
    except (EOFError, ConnectionResetError):
        raise ProcessDied("a web process died before it answered") from None
    if said is not None:
        raise said


@contextlib.contextmanager
def _untold() -> Iterator[None]:
    """Ctrl-C and SIGTERM wait in this thread, and in processes that are started here until they say otherwise."""
    resource_tracker.ensure_running()  # starting it later would let them through
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _TOLD_BY_PARENT_ALONE)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _figures_in(folder: str) -> Iterator[None]:
    """Processes that are started here add up their figures in a folder."""
    os.environ[FOLDER] = folder
    try:
        yield
    finally:
        del os.environ[FOLDER]


def _serve(work: _Work) -> None:
    # The terminal sends Ctrl-C to the whole group, and systemd SIGTERM; the parent alone decides, by its orders.
    for number in _TOLD_BY_PARENT_ALONE:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _TOLD_BY_PARENT_ALONE)
    die_with_parent(work.parent)
    count_dropped_in(work.shared.dropped, work.place)
    with log_lines(work.settings.log_file):
        try:
            _serve_until_told(work)
        except SchedulerError as fault:
            with contextlib.suppress(OSError):
                work.orders.send(fault)


def _serve_until_told(work: _Work) -> None:
    counts = _AskedCounts(work.questions)
    database = Database(work.settings, work.shared.doubted)  # the parent saw to it that it is whole and has its tables
    kept = Kept.opened(work.settings, work.clock, database=database, counts=counts)
    with contextlib.closing(kept.plans):
        server = web_server(kept, work.listeners, Share(counts=work.shared.connections, place=work.place - 1))
        work.orders.send(None)
        threading.Thread(target=_stop_when_told, args=(work.orders, server), name="orders", daemon=True).start()
        server.run()


def _stop_when_told(orders: Connection, server: WebServer) -> None:
    with contextlib.suppress(EOFError, OSError):
        orders.recv()
    server.stop()
