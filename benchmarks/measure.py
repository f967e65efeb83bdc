"""One measured run: a Problem document planned in a fresh process, and its plan checked in this one."""

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from scheduler.documents import read_problem
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.planning import SearchLimits, check_plan, plan_visits


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run measured.

    Attributes:
        instance: The file's name without its endings.
        engine: `auto` or `ortools`.
        seed: Given.
        cost_seconds: Of the plan.
        unassigned: Visits left out.
        violations: What the checker found; 0 for every good run.
        elapsed_seconds: From the call to the checked plan, in the planning process.
        peak_megabytes: Largest resident size of the planning process.
        best_known_seconds: From the table of best-known values, None where there is none.
    """

    instance: str
    engine: str
    seed: int
    cost_seconds: int
    unassigned: int
    violations: int
    elapsed_seconds: float
    peak_megabytes: float
    best_known_seconds: int | None

    @property
    def ratio(self) -> float | None:
        """Cost over best known."""
        return None if self.best_known_seconds is None else self.cost_seconds / self.best_known_seconds


def instance_name(path: Path) -> str:
    """`visits-60-6` for `.../visits-60-6.json.gz`."""
    return path.name.removesuffix(".gz").removesuffix(".json")


def measure(path: Path, *, engine: str, seed: int, seconds: float, best_known: dict[str, int]) -> Run:
    """Plan one document and check the plan."""
    problem = read_problem(path.read_bytes())
    limits = SearchLimits(seconds=seconds, seed=seed)
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        plan, elapsed, peak = pool.submit(_plan, problem, limits, engine).result()
    name = instance_name(path)
    return Run(
        instance=name,
        engine=engine,
        seed=seed,
        cost_seconds=plan.cost.total_seconds,
        unassigned=len(plan.unassigned),
        violations=len(check_plan(problem, plan)),
        elapsed_seconds=elapsed,
        peak_megabytes=peak,
        best_known_seconds=best_known.get(name),
    )


def _plan(problem: Problem, limits: SearchLimits, engine: str) -> tuple[Plan, float, float]:
    begin = time.monotonic()
    plan = plan_visits(problem, limits=limits, engine=engine)
    elapsed = time.monotonic() - begin
    return plan, elapsed, _peak_megabytes()


def _peak_megabytes() -> float:
    """The largest resident size since this program began; Linux only, elsewhere 0.

    Not `getrusage`: its figure survives exec, so a spawned process would report its parent's size.
    """
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)
