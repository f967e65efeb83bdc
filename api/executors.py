"""Planning in a process of its own.

OR-Tools' routing search holds the interpreter's lock for the whole solve: in the caller's process it would freeze
progress bars, web requests and Ctrl-C alike.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event

from api.process_limits import MEMORY_EXIT_CODE, be_polite, die_with_parent, limit_memory
from scheduler.domain.errors import MemoryExhausted, ProcessDied, ProcessHung, SchedulerError
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.planning import Progress, SearchLimits, compile_search, plan_visits
from scheduler.travel import RoadNetworks

SECONDS_BETWEEN_LOOKS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Began:
    """The planning process is ready: from here on its limit counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a planning process may take.

    Attributes:
        memory_bytes: Address space; None for all that the machine has. Kept on Linux and other POSIX systems.
        niceness: How much it steps back behind other processes, from 0 to 19.
        grace_seconds: How long after the search's limit it is ended; None lets it run on.
        start_seconds: How long it may load and compile before the search begins; with `grace_seconds` only.
    """

    memory_bytes: int | None = None
    niceness: int = 0
    grace_seconds: float | None = None
    start_seconds: float = 900.0


type Message = Began | Progress | Plan | SchedulerError
type Work = tuple[Problem, SearchLimits, str, frozenset[str], Plan | None, RoadNetworks | None, Bounds]


def plan_in_process(
    problem: Problem,
    *,
    limits: SearchLimits,
    engine: str = "auto",
    without_shifts: frozenset[str] = frozenset(),
    first_plan: Plan | None = None,
    networks: RoadNetworks | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    bounds: Bounds | None = None,
) -> Plan:
    """Plan in a spawned process; Ctrl-C in the caller keeps the best plan so far.

    Args:
        problem: See `scheduler.planning.plan_visits`.
        limits: When to stop.
        engine: `auto` or `ortools`.
        without_shifts: Ids of shifts that get no visits.
        first_plan: Where the search begins.
        networks: Where road networks are; None has none.
        on_progress: Told of each better plan, in the caller's process.
        should_stop: The caller's wish to stop with the best so far; asked about ten times a second, in the caller's
            process. What it raises ends the planning process at once.
        bounds: What the process may take; everything unless given.

    Raises:
        SchedulerError: Whatever planning raised.
        MemoryExhausted: The process needed more than `bounds` allow.
        ProcessHung: The process did not keep its limit.
        ProcessDied: The process died.
    """
    bounds = bounds or Bounds()
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    ours, theirs = context.Pipe(duplex=False)
    work: Work = (problem, limits, engine, without_shifts, first_plan, networks, bounds)
    process = context.Process(target=_work, args=(theirs, stop, work), daemon=True)
    process.start()
    theirs.close()
    with _ctrl_c_sets(stop), _ended(process), ours:
        deadline = _Deadline(limits, bounds)
        while True:
            message = _next_message(ours, process, bounds)
            if isinstance(message, Plan):
                return message
            if isinstance(message, BaseException):
                raise message
            if isinstance(message, Began):
                deadline.begin()
            elif message is not None and on_progress is not None:
                on_progress(message)
            if should_stop is not None and should_stop() and not stop.is_set():
                stop.set()
                deadline.stop()
            deadline.check()


class _Deadline:
    """When to end a process that does not end by itself."""

    def __init__(self, limits: SearchLimits, bounds: Bounds) -> None:
        self._limit = limits.seconds
        self._grace = bounds.grace_seconds
        self._end = None if self._grace is None else time.monotonic() + bounds.start_seconds

    def begin(self) -> None:
        """The search begins now; without a clock of its own it may take as long as it takes."""
        if self._grace is not None:
            self._end = None if self._limit is None else time.monotonic() + self._limit + self._grace

    def stop(self) -> None:
        """Somebody wants it to end now."""
        if self._grace is not None:
            end = time.monotonic() + self._grace
            self._end = end if self._end is None else min(self._end, end)

    def check(self) -> None:
        """Raise when it is past."""
        if self._end is not None and time.monotonic() > self._end:
            raise ProcessHung("the planning process did not keep its limit")


def _next_message(ours: Connection, process: SpawnProcess, bounds: Bounds) -> Message | None:
    """What the process says, None when it said nothing for a moment."""
    try:
        if not ours.poll(SECONDS_BETWEEN_LOOKS):
            return None
        message: Message = ours.recv()
    except (EOFError, OSError):
        # Between two messages, or in the middle of one.
        process.join()
        if bounds.memory_bytes is not None and process.exitcode in _OUT_OF_MEMORY:
            raise MemoryExhausted("The plan needs more memory than it may take.", hint=_MEMORY_HINT) from None
        raise ProcessDied("the planning process died before it answered") from None
    return message


# A process that stays at its bound ends itself; C++ answers a refused allocation by ending it.
_OUT_OF_MEMORY = (MEMORY_EXIT_CODE, -signal.SIGABRT, -signal.SIGSEGV)
_MEMORY_HINT = "Split the day by district, or raise VISITS_PLANNING_MEMORY_MB."


@contextlib.contextmanager
def _ended(process: SpawnProcess) -> Iterator[None]:
    """No process is left behind, and none is waited for: leaving takes an interpreter seconds where cores are busy."""
    try:
        yield
    finally:
        process.kill()
        process.join()


@contextlib.contextmanager
def _ctrl_c_sets(stop: Event) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda *_: stop.set())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _work(pipe: Connection, stop: Event, work: Work) -> None:
    # The terminal sends Ctrl-C to the whole group, and systemd SIGTERM; the parent alone decides, by the event.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    parent = os.getppid()
    problem, limits, engine, without_shifts, first_plan, networks, bounds = work
    die_with_parent(parent)
    be_polite(bounds.niceness)
    try:
        if engine == "auto":
            compile_search()
        limit_memory(bounds.memory_bytes)
        pipe.send(Began())
        plan = plan_visits(
            problem,
            limits=limits,
            engine=engine,
            without_shifts=without_shifts,
            first_plan=first_plan,
            networks=networks,
            on_progress=pipe.send,
            should_stop=lambda: stop.is_set() or os.getppid() != parent,
        )
        pipe.send(plan)
    except SchedulerError as fault:
        pipe.send(fault)
    except MemoryError:
        pipe.send(MemoryExhausted("The plan needs more memory than it may take.", hint=_MEMORY_HINT))
    finally:
        pipe.close()
