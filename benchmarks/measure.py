"""Measures one engine on one instance: in a fresh process, or two, and judged in this one."""

import time
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.document import Document
from benchmarks.engines import Answer, Engine, NoAnswer, Task
from benchmarks.engines.answer import Gains, Points, falling
from benchmarks.readers import Benchmark, read_benchmark
from benchmarks.textbook import Textbook
from benchmarks.verify import textbook_cost, textbook_faults
from scheduler.domain.plan import Plan
from scheduler.planning import check_plan

# An engine that has not answered so long after its limit is taken for hung; reading and building are in it.
GRACE_SECONDS = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of a run.

    Attributes:
        seconds: From the call to the answer, the slowest process.
        peak_megabytes: Largest resident size, all processes together.
        cost: In the units of the instance's file; None without a solution.
        faults: What the solution breaks, in words.
        left_out: Visits or customers without a place on a route.
        points: Seconds and cost of better and better solutions, in the units of the file.
        gains: By how much each step lowered the cost, in the units of the file; of the first process.
        reason: Why there is no solution; empty when there is one.
    """

    seconds: float
    peak_megabytes: float
    cost: float | None = None
    faults: tuple[str, ...] = ()
    left_out: int = 0
    points: Points = ()
    gains: Gains = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    path: Path
    engine: Engine
    seed: int
    seconds: float
    enough: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    answer: Answer | NoAnswer
    seconds: float = 0.0
    peak_megabytes: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    cost: float
    faults: tuple[str, ...]
    left_out: int


def measure(
    path: Path, benchmark: Benchmark, engine: Engine, *, seed: int, seconds: float, enough: float | None = None
) -> Measured:
    """Run an engine in as many fresh processes as it has, and judge the best of their answers.

    Args:
        path: The instance's file; each process reads it anew.
        benchmark: The same, read.
        engine: Which.
        seed: Process k of n runs with seed * n + k.
        seconds: The limit given to the engine.
        enough: The cost at which the engine may stop, in the units of the file; None to use all seconds.
    """
    seeds = [seed * engine.processes + number for number in range(engine.processes)]
    tasks = [_Task(path=path, engine=engine, seed=own, seconds=seconds, enough=enough) for own in seeds]
    replies = _replies(tasks, deadline=time.monotonic() + seconds + GRACE_SECONDS)
    elapsed = max(reply.seconds for reply in replies)
    peak = sum(reply.peak_megabytes for reply in replies)
    answers = [reply.answer for reply in replies if isinstance(reply.answer, Answer)]
    if not answers:
        reasons = dict.fromkeys(reply.answer.reason for reply in replies if isinstance(reply.answer, NoAnswer))
        return Measured(seconds=elapsed, peak_megabytes=peak, reason="; ".join(reasons))
    best = min((_judged(benchmark, answer) for answer in answers), key=lambda found: (bool(found.faults), found.cost))
    points = falling(point for answer in answers for point in answer.points)
    return Measured(
        seconds=elapsed,
        peak_megabytes=peak,
        cost=best.cost,
        faults=best.faults,
        left_out=best.left_out,
        points=tuple((moment, cost / benchmark.scale) for moment, cost in points),
        gains=tuple((step, gain / benchmark.scale) for step, gain in answers[0].gains),
    )


def _judged(benchmark: Benchmark, answer: Answer) -> _Judged:
    solution = answer.solution
    if isinstance(benchmark, Textbook) and not isinstance(solution, Plan):
        return _Judged(
            cost=textbook_cost(benchmark, solution),
            faults=textbook_faults(benchmark, solution),
            left_out=benchmark.size - len({benchmark.nodes[node].customer for route in solution for node in route}),
        )
    if isinstance(benchmark, Document) and isinstance(solution, Plan):
        return _Judged(
            cost=solution.cost.total_seconds,
            faults=tuple(violation.message for violation in check_plan(benchmark.problem, solution)),
            left_out=len(solution.unassigned),
        )
    raise TypeError(f"a {type(solution).__name__} answers no {type(benchmark).__name__}")


def _replies(tasks: list[_Task], *, deadline: float) -> list[_Reply]:
    context = get_context("spawn")
    running = []
    for task in tasks:
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, task))
        process.start()
        theirs.close()
        running.append((process, ours))
    try:
        return [_reply(connection, deadline) for _, connection in running]
    finally:
        for process, connection in running:
            process.kill()
            process.join()
            connection.close()


def _reply(connection: Connection, deadline: float) -> _Reply:
    reason = "did not end"
    try:
        if connection.poll(max(0.0, deadline - time.monotonic())):
            reply: _Reply = connection.recv()
            return reply
    except EOFError:
        reason = "its process died"
    return _Reply(answer=NoAnswer(reason=reason))


def _work(connection: Connection, own: _Task) -> None:
    """In the fresh process."""
    benchmark = read_benchmark(own.path)
    enough = None if own.enough is None else own.enough * benchmark.scale
    task = Task(benchmark=benchmark, seed=own.seed, seconds=own.seconds, enough=enough)
    solve = own.engine.load()
    began = time.monotonic()
    answer = solve(task)
    elapsed = time.monotonic() - began
    connection.send(_Reply(answer=answer, seconds=elapsed, peak_megabytes=_peak_megabytes()))


def _peak_megabytes() -> float:
    """The largest resident size since this program began; Linux only, elsewhere 0.

    Not `getrusage`: its figure survives exec, so a spawned process would report its parent's size.
    """
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)
