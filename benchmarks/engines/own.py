"""Our planner, whole or its routing model alone."""

import time
from collections.abc import Callable

from benchmarks.document import Document
from benchmarks.engines.answer import Answer, Points, Task, falling
from scheduler.planning import Progress, SearchLimits, compile_search, plan_visits
from scheduler.solver.instance import Instance
from scheduler.solver.search import Found, search

__all__ = ["compile_search", "run_search", "solve_model_alone", "solve_whole"]


def solve_whole(task: Task) -> Answer:
    """Everything that the planner does; `compile_search` goes before."""
    return _solve(task, "auto")


def solve_model_alone(task: Task) -> Answer:
    """OR-Tools: the planner's routing model from its first solution by insertion."""
    return _solve(task, "ortools")


def run_search(instance: Instance, limits: SearchLimits, engine: str, on_progress: Callable[[Progress], None]) -> Found:
    """The planner's search from now on."""
    return search(
        instance,
        limits=limits,
        engine=engine,
        began=time.monotonic(),
        on_progress=on_progress,
        should_stop=lambda: False,
    )


def _solve(task: Task, engine: str) -> Answer:
    limits = SearchLimits(seconds=task.seconds, seed=task.seed)
    told: list[Progress] = []
    if isinstance(task.benchmark, Document):
        plan = plan_visits(task.benchmark.problem, limits=limits, engine=engine, on_progress=told.append)
        return Answer(solution=plan, points=_points(told, mandatory=False))
    case = task.benchmark.case()
    found = run_search(case.instance, limits, engine, told.append)
    routes = task.benchmark.routes(case.instance, found.orders)
    return Answer(solution=routes, points=_points(told, mandatory=case.mandatory))


def _points(told: list[Progress], *, mandatory: bool) -> Points:
    """Where visits must be made, a solution is one that makes them all."""
    complete = (progress for progress in told if not (mandatory and progress.unassigned))
    return falling((progress.seconds, float(progress.cost_seconds)) for progress in complete)
