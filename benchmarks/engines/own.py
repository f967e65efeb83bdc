"""Our planner, whole or its routing model alone."""

import time
from collections.abc import Callable
from itertools import pairwise

from benchmarks.document import Document
from benchmarks.engines.answer import Answer, Gains, Routes, Task, falling
from scheduler.domain.plan import Plan
from scheduler.planning import Progress, SearchLimits, compile_search, plan_visits
from scheduler.solver import annealed_search, division, ruin_recreate
from scheduler.solver.instance import Instance
from scheduler.solver.search import Found, search

__all__ = ["compile_search", "run_search", "solve_model_alone", "solve_whole"]

# Where the constants of the search stand.
TUNED = (ruin_recreate, annealed_search, division)


def solve_whole(task: Task) -> Answer:
    """Everything that the planner does; `compile_search` goes before."""
    return _solve(task, "auto")


def solve_model_alone(task: Task) -> Answer:
    """OR-Tools: the planner's routing model from its first solution by insertion."""
    return _solve(task, "ortools")


def try_constant(name: str, value: float) -> None:
    """Let the search run with another value of one of its constants.

    Raises:
        KeyError: There is none of this name.
    """
    module = next((module for module in TUNED if hasattr(module, name)), None)
    if module is None:
        raise KeyError(name)
    setattr(module, name, type(getattr(module, name))(value))


def run_search(
    instance: Instance,
    limits: SearchLimits,
    engine: str,
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool] = lambda: False,
) -> Found:
    """The planner's search from now on."""
    return search(
        instance,
        limits=limits,
        engine=engine,
        began=time.monotonic(),
        on_progress=on_progress,
        should_stop=should_stop,
    )


def _solve(task: Task, engine: str) -> Answer:
    limits = SearchLimits(seconds=task.seconds, seed=task.seed)
    watch = _Watch(task)
    if isinstance(task.benchmark, Document):
        plan = plan_visits(
            task.benchmark.problem,
            limits=limits,
            engine=engine,
            on_progress=watch.note,
            should_stop=watch.has_enough,
        )
        return watch.answer(plan)
    case = task.benchmark.case()
    watch.mandatory = case.mandatory
    found = run_search(case.instance, limits, engine, watch.note, watch.has_enough)
    return watch.answer(task.benchmark.routes(case.instance, found.orders))


class _Watch:
    """What the planner told of its solutions; where visits must be made, a solution is one that makes them all."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._told: list[Progress] = []
        self.mandatory = False

    def note(self, progress: Progress) -> None:
        if not (self.mandatory and progress.unassigned):
            self._told.append(progress)

    def has_enough(self) -> bool:
        return bool(self._told) and self._task.is_enough(self._told[-1].cost_seconds)

    def answer(self, solution: Plan | Routes) -> Answer:
        points = falling((progress.seconds, float(progress.cost_seconds)) for progress in self._told)
        return Answer(solution=solution, points=points, gains=self._gains())

    def _gains(self) -> Gains:
        gains: dict[str, float] = {}
        for before, after in pairwise(self._told):
            gains[after.step] = gains.get(after.step, 0.0) + before.cost_seconds - after.cost_seconds
        return tuple(gains.items())
