"""Many runs, one after the other; what the table of runs already holds is not done again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.best_known import BestKnown, lists_near
from benchmarks.engines import Engine
from benchmarks.measure import measure
from benchmarks.readers import Benchmark, read_benchmark
from benchmarks.record import Run, add_run, read_runs
from scheduler.solver.limits import usable_cores

NOT_INSTALLED = "not installed (make benchtools)"
# The first few say what is wrong.
MOST_FAULTS_TOLD = 3
# Whole numbers and lists of best-known costs are rounded.
ENOUGH = 1 + 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What to run.

    Attributes:
        paths: The instances' files.
        engines: In this order on each instance and seed, so that drifts of the machine meet all alike.
        seeds: So many on each instance, from 0.
        seconds: The limit of each run.
        best_known: Lists of best-known costs; empty for those that stand with each instance.
        record: The table of runs.
        fresh: Whether runs that the table holds are done again.
        until_best: Whether engines stop at the best-known cost.
    """

    paths: Sequence[Path]
    engines: Sequence[Engine]
    seeds: int
    seconds: float
    best_known: Sequence[Path]
    record: Path
    fresh: bool
    until_best: bool = False

    def runs(self) -> Iterator[Run]:
        """Each run once it is done, or at once where it was done before."""
        known = {} if self.fresh else {run.key: run for run in read_runs(self.record)}
        for path in self.paths:
            benchmark = read_benchmark(path)
            best = BestKnown.read(self.best_known or lists_near(path)).of(benchmark.family, benchmark.name)
            for seed in range(self.seeds):
                for engine in self.engines:
                    wanted = self._run(benchmark, engine, seed, best)
                    done = known.get(wanted.key)
                    yield replace(done, best_known=best) if done else self._measured(path, benchmark, engine, wanted)

    def _run(self, benchmark: Benchmark, engine: Engine, seed: int, best: float | None) -> Run:
        return Run(
            family=benchmark.family,
            instance=benchmark.name,
            size=benchmark.size,
            engine=engine.name,
            seed=seed,
            limit_seconds=self.seconds,
            version=engine.code_version if engine.is_installed else "",
            cores=usable_cores(),
            best_known=best,
            until_best=self.until_best,
        )

    def _measured(self, path: Path, benchmark: Benchmark, engine: Engine, wanted: Run) -> Run:
        if not engine.is_installed:
            return replace(wanted, reason=NOT_INSTALLED)
        enough = ENOUGH * wanted.best_known if self.until_best and wanted.best_known else None
        found = measure(path, benchmark, engine, seed=wanted.seed, seconds=wanted.limit_seconds, enough=enough)
        run = replace(
            wanted,
            cost=found.cost,
            faults=len(found.faults),
            left_out=found.left_out,
            seconds=found.seconds,
            peak_megabytes=found.peak_megabytes,
            reason=found.reason or "; ".join(found.faults[:MOST_FAULTS_TOLD]),
            points=found.points,
            gains=found.gains,
        )
        add_run(self.record, run)
        return run
