"""Planning in a process of its own.

OR-Tools' routing search holds the interpreter's lock for the whole solve: in the caller's process it would freeze
progress bars, web requests and Ctrl-C alike.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event

from scheduler.domain.errors import InternalFault, SchedulerError
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.planning import Progress, SearchLimits, plan_visits
from scheduler.travel import RoadNetworks

type Message = Progress | Plan | SchedulerError


def plan_in_process(
    problem: Problem,
    *,
    limits: SearchLimits,
    engine: str = "auto",
    without_shifts: frozenset[str] = frozenset(),
    networks: RoadNetworks | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """Plan in a spawned process; Ctrl-C in the caller keeps the best plan so far.

    Args:
        problem: See `scheduler.planning.plan_visits`.
        limits: When to stop.
        engine: `auto` or `ortools`.
        without_shifts: Ids of shifts that get no visits.
        networks: Where road networks are; None has none.
        on_progress: Told of each better plan, in the caller's process.

    Raises:
        SchedulerError: Whatever planning raised.
        InternalFault: The process died.
    """
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    ours, theirs = context.Pipe(duplex=False)
    work = (problem, limits, engine, without_shifts, networks)
    process = context.Process(target=_work, args=(theirs, stop, work), daemon=True)
    process.start()
    theirs.close()
    with _ctrl_c_sets(stop):
        try:
            return _listen(ours, on_progress or (lambda _: None))
        finally:
            stop.set()
            process.join()


def _listen(ours: Connection, on_progress: Callable[[Progress], None]) -> Plan:
    while True:
        try:
            message: Message = ours.recv()
        except EOFError:
            raise InternalFault("the planning process died before it answered") from None
        if isinstance(message, Plan):
            return message
        if isinstance(message, BaseException):
            raise message
        on_progress(message)


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


def _work(
    pipe: Connection,
    stop: Event,
    work: tuple[Problem, SearchLimits, str, frozenset[str], RoadNetworks | None],
) -> None:
    # The terminal sends Ctrl-C to the whole group; the parent alone decides, by the event.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()
    problem, limits, engine, without_shifts, networks = work
    try:
        plan = plan_visits(
            problem,
            limits=limits,
            engine=engine,
            without_shifts=without_shifts,
            networks=networks,
            on_progress=pipe.send,
            should_stop=lambda: stop.is_set() or os.getppid() != parent,
        )
        pipe.send(plan)
    except SchedulerError as fault:
        pipe.send(fault)
    finally:
        pipe.close()
