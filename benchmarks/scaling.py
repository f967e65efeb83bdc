"""`python -m benchmarks.scaling`: what more workers bring, by a paper model and by a simulation of it.

python -m benchmarks.scaling overhead CITY.json     measures what a task costs beside its work
python -m benchmarks.scaling paper                  300 branches of 200 visits on 1 to 64 workers
"""

import heapq
import json
import math
import pickle
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import click

from api.what_if.executors import dask_executor, local_executor
from scheduler.documents import read_problem
from scheduler.domain.plan import Plan
from scheduler.simulation.chunks import ChunkWork, run_chunk
from scheduler.simulation.day_planning import KeptPlans, limits_of, problem_to_plan
from scheduler.simulation.horizon import first_world
from scheduler.simulation.reading import read_experiment
from scheduler.simulation.snapshot import snapshot_of
from scheduler.simulation.world import World

_FEW, _MANY = 10, 130
_WORKERS = (1, 2, 4, 8, 16, 32, 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Work to be spread.

    Attributes:
        branches: How many experiments.
        visits: Of each day.
        scenarios: Of each experiment.
        replications: Of each scenario.
        chunk: Replications in a task.
        milliseconds: Of a core for each simulated visit.
        dispatch_milliseconds: What the one who hands tasks out spends on each.
        worker_milliseconds: What a worker spends on each beside its work.
        plan_seconds: Of a core for a scenario's plan.
    """

    branches: int = 300
    visits: int = 200
    scenarios: int = 10
    replications: int = 1000
    chunk: int = 50
    milliseconds: float
    dispatch_milliseconds: float
    worker_milliseconds: float
    plan_seconds: float

    @property
    def tasks(self) -> int:
        """Chunks of all experiments."""
        return self.branches * self.scenarios * math.ceil(self.replications / self.chunk)

    @property
    def task_seconds(self) -> float:
        """Of a worker for one chunk."""
        return (self.chunk * self.visits * self.milliseconds + self.worker_milliseconds) / 1000


def on_paper(load: Load, workers: int) -> float:
    """Seconds: either the workers are what is short, or the one who hands out."""
    plans = load.branches * load.scenarios * load.plan_seconds
    work = (load.tasks * load.task_seconds + plans) / workers
    handing_out = load.tasks * load.dispatch_milliseconds / 1000
    return max(work, handing_out) + load.task_seconds


def simulated(load: Load, workers: int, seed: int = 1, spread: float = 0.25) -> float:
    """Seconds of one run: tasks of uneven length, handed out one after another to whoever is free first."""
    draws = Random(seed)  # noqa: S311  # no secret
    free = [0.0] * workers
    hand = 0.0
    sigma = math.sqrt(math.log(1 + spread**2))
    lengths = [load.plan_seconds] * (load.branches * load.scenarios) + [load.task_seconds] * load.tasks
    for length in lengths:
        hand += load.dispatch_milliseconds / 1000
        begin = max(hand, heapq.heappop(free))
        heapq.heappush(free, begin + length * draws.lognormvariate(-(sigma**2) / 2, sigma))
    return max(free)


@click.group()
def main() -> None:
    """Measure and extrapolate."""


@main.command()
@click.argument("city", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dask/--no-dask", default=False, help="A local Dask cluster too.")
def overhead(city: Path, *, dask: bool) -> None:
    """What a task costs beside its work: a chunk of one replication, less the time that its work takes alone."""
    document = {"format": "visits-experiment/1", "name": "overhead", "planner": {"iterations": 300}}
    experiment = read_experiment(json.dumps(document).encode())
    snapshot = snapshot_of(read_problem(city.read_bytes()))
    world = experiment.world_of(experiment.scenarios[0], snapshot)
    first = first_world(world)
    begun = time.process_time()
    plan = KeptPlans()(problem_to_plan(first), limits_of(first, 0))
    click.echo(f"plan of 300 iterations: {time.process_time() - begun:.2f} s of a core")
    small = _work(world, plan, count=1)
    click.echo(f"a task is {len(pickle.dumps(small)):,} bytes, a result {len(pickle.dumps(run_chunk(small))):,}")
    alone = _each(lambda: run_chunk(small))
    large = _each(lambda: run_chunk(_work(world, plan, count=50)), rounds=3)
    each = (large - alone) / 49
    click.echo(f"a replication: {1000 * each:.2f} ms, {1000 * each / len(first.problem.visits):.4f} ms a visit")
    click.echo(f"a worker's own share of a task: {1000 * (alone - each):.1f} ms")
    _tell("one process", lambda: local_executor(1)(), small, alone)
    if dask:
        _tell("Dask, one worker", _a_cluster, small, alone)


@contextmanager
def _a_cluster() -> Iterator[Executor]:
    """One worker of one thread; the scheduler lives in this process."""
    from distributed import LocalCluster

    with (
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, scheduler_port=0) as cluster,
        dask_executor(cluster.scheduler_address)() as executor,
    ):
        yield executor


@main.command()
@click.option("--milliseconds", default=0.0874, show_default=True, help="Of a core for each simulated visit.")
@click.option("--dispatch", default=78.6, show_default=True, help="Milliseconds to hand out a task.")
@click.option("--worker", default=72.6, show_default=True, help="Milliseconds of a worker beside a task's work.")
@click.option("--plan", default=2.5, show_default=True, help="Seconds of a core for a plan.")
@click.option("--chunk", default=50, show_default=True, help="Replications in a task.")
def paper(milliseconds: float, dispatch: float, worker: float, plan: float, chunk: int) -> None:
    """Print the model beside its simulation."""
    load = Load(
        milliseconds=milliseconds,
        dispatch_milliseconds=dispatch,
        worker_milliseconds=worker,
        plan_seconds=plan,
        chunk=chunk,
    )
    click.echo(f"{load.tasks:,} tasks of {load.task_seconds:.2f} s, {load.branches * load.scenarios:,} plans")
    single = simulated(load, 1)
    click.echo("| workers | on paper, s | simulated, s | efficiency |\n|---|---|---|---|")
    for workers in _WORKERS:
        seconds = simulated(load, workers)
        share = single / workers / seconds
        click.echo(f"| {workers} | {on_paper(load, workers):,.0f} | {seconds:,.0f} | {100 * share:.1f} % |")


def _tell(name: str, opened: Callable[[], AbstractContextManager[Executor]], small: ChunkWork, alone: float) -> None:
    """Processor seconds by the slope between few tasks and many, so that what beginning costs falls out."""
    (few_own, few_workers), (many_own, many_workers) = (_spent(opened, small, count) for count in (_FEW, _MANY))
    tasks = _MANY - _FEW
    own, workers = (many_own - few_own) / tasks, (many_workers - few_workers) / tasks
    click.echo(
        f"{name}: {1000 * own:.2f} ms of the one who hands a task out, "
        f"{1000 * (workers - alone):.2f} ms of a worker beside its work"
    )


def _spent(opened: Callable[[], AbstractContextManager[Executor]], small: ChunkWork, count: int) -> tuple[float, float]:
    """Processor seconds of this process and of its children for so many tasks, and for beginning and ending."""
    own, before = time.process_time(), _of_children()
    with opened() as executor:
        for future in [executor.submit(run_chunk, small) for _ in range(count)]:
            future.result()
    return time.process_time() - own, _of_children() - before


def _of_children() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def _each(do: Callable[[], object], rounds: int = 15) -> float:
    """The median of several times, in processor seconds."""
    found = []
    for _ in range(rounds):
        begun = time.process_time()
        do()
        found.append(time.process_time() - begun)
    return statistics.median(found)


def _work(world: World, plan: Plan, count: int) -> ChunkWork:
    return ChunkWork(
        world=world,
        seed=1,
        planner_seed=0,
        first=0,
        count=count,
        days=1,
        priority_a=75,
        first_plan=plan,
    )


if __name__ == "__main__":
    main()
