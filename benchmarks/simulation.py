"""`python -m benchmarks.simulation answers|times|variance CITY.json`: what simulations of the fixture city are worth.

`visits import fixtures/city/*.csv --date 2026-12-01 --as-of "2026-11-27 18:00" --rule-packs cn-base,cn-house -o
CITY.json` makes the day; docs/simulation.md and docs/scale.md show what came of it.
"""

import json
import math
import resource
import tempfile
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import click

from api.what_if.executors import local_executor
from api.what_if.tables import steps
from scheduler.documents import read_problem
from scheduler.simulation.experiment import Experiment, Replications
from scheduler.simulation.kept_results import KeptResults
from scheduler.simulation.questions import answer
from scheduler.simulation.reading import read_experiment
from scheduler.simulation.results import ScenarioResult, neighbours
from scheduler.simulation.running import RunResult, run_experiment
from scheduler.simulation.snapshot import Snapshot, snapshot_of
from scheduler.simulation.statistics import Interval, paired_difference

EXPERIMENTS = Path(__file__).parent.parent / "fixtures" / "experiments"
CITY = click.argument("city", type=click.Path(exists=True, dir_okay=False, path_type=Path))
REPLICATIONS = click.option("--replications", default=100, show_default=True)
_STAFFINGS = tuple(range(3, 13))
_COMPARED = ("attempted", "finish_mean_minutes")
EXPERIMENT_NAMES = ("crews", "hours", "week")
GAIN_TITLES = ("experiment", "scenario", "against", "figure", "difference", "gain", "at most", "spreads", "correlation")


@click.group()
def main() -> None:
    """Measure simulations."""


@main.command()
@CITY
@REPLICATIONS
@click.option("--seeds", default=2, show_default=True, help="The first one, and others that must agree with it.")
def answers(city: Path, replications: int, seeds: int) -> None:
    """Whether capacity grows with crews within its intervals, and whether another seed gives the same answers."""
    snapshot = _snapshot(city)
    runs = []
    for seed in range(1, seeds + 1):
        limits = {"most": replications, "chunk": 20}
        experiment = _fixture("crews", seed=seed, planner=_planner("crews"), replications=limits)
        run = _run(experiment, snapshot)
        runs.append((experiment, run))
        falling = falling_steps(run.scenarios, "attempted")
        click.echo(f"seed {seed}: capacity falls with one crew more in {len(falling)} conclusive steps {falling}")
        for question in experiment.questions:
            found = answer(question, run.scenarios)
            click.echo(f"seed {seed}: {found.code} {_told(found.facts)} conclusive={found.conclusive}")
    first, *others = (run for _, run in runs)
    for seed, other in enumerate(others, start=2):
        apart = disagreements(first.scenarios, other.scenarios, "attempted")
        click.echo(f"seed {seed}: differences that its interval and the first seed's tell apart: {len(apart)} {apart}")


@main.command()
@CITY
@click.option("--replications", default=1000, show_default=True)
@click.option("--days", default=1, show_default=True)
@click.option("--processes", default=2, show_default=True)
@click.option("--with-one/--without-one", default=True, help="With one process too.")
def times(city: Path, *, replications: int, days: int, processes: int, with_one: bool) -> None:
    """Seconds of ten scenarios with plans that are known, and what more processes than one cost beside the work."""
    snapshot = _snapshot(city)
    document = {
        "format": "visits-experiment/1",
        "name": "ten staffings",
        "days": days,
        "planner": {"iterations": 300},
        "replications": {"most": replications, "chunk": 50 if days == 1 else 5},
        "grid": [{"kind": "crews", "vary": "count", "values": list(_STAFFINGS[:-1])}],
    }
    experiment = read_experiment(json.dumps(document).encode())
    count = len(experiment.scenarios) * replications
    with tempfile.TemporaryDirectory() as folder:
        plans = Path(folder)
        _run(replace(experiment, replications=replace(experiment.replications, most=2)), snapshot, plans)
        spent = {}
        for number in sorted({1, processes} if with_one else {processes}):
            seconds, spent[number] = _timed(experiment, snapshot, plans, number)
            each = 1000 * spent[number] / count / days
            click.echo(f"{number} processes: {seconds:.1f} s for {count} replications of {days} days")
            click.echo(f"  {spent[number]:.1f} processor seconds, {each:.2f} ms a simulated day")
    if with_one and processes > 1:
        # On a machine that others use too, the clock tells of them; what a second process adds is processor time.
        click.echo(f"efficiency on {processes} by processor time: {100 * spent[1] / spent[processes]:.0f} %")


@main.command()
@CITY
@REPLICATIONS
@click.option("--steady", default=None, type=int, help="Other seconds than each experiment's own; 0 for none.")
@click.option("--only", default=EXPERIMENT_NAMES, multiple=True, type=click.Choice(EXPERIMENT_NAMES))
def variance(city: Path, replications: int, *, steady: int | None, only: tuple[str, ...]) -> None:
    """What common random numbers gain in each difference that an experiment tells, and the most that can be gained."""
    snapshot = _snapshot(city)
    click.echo(f"| {' | '.join(GAIN_TITLES)} |\n|{'---|' * len(GAIN_TITLES)}")
    for name in only:
        planner = _planner(name) | ({} if steady is None else {"steady_seconds": steady})
        limits = {"most": replications, "chunk": _chunk(name)}
        run = _run(_fixture(name, planner=planner, replications=limits), snapshot)
        pairs = {"base": [(run.scenarios[0], one) for one in run.scenarios[1:]], "next": neighbours(run.scenarios)}
        for figure in _COMPARED:
            for against, both in pairs.items():
                gains = [gain_of(more.values(figure), less.values(figure)) for less, more in both]
                for (less, more), gain in zip(both, gains, strict=True):
                    click.echo(f"| {name} | {more.name} | {less.name} | {figure} | {' | '.join(gain.told())} |")
                if gains:
                    click.echo(f"| {name} | all | {against} | {figure} | | {pooled(gains):.1f} | | | |")


def falling_steps(results: tuple[ScenarioResult, ...], figure: str) -> list[str]:
    """Neighbours on the curve of which the larger one does conclusively worse, as the table of steps tells it."""
    return [
        f"{less.name} > {more.name} ({step.interval.low:+.2f} to {step.interval.high:+.2f}, p = {step.p_value:.3f})"
        for (less, more), step in zip(neighbours(results), steps(results, figure), strict=True)
        if step.conclusive and step.interval.high < 0
    ]


def disagreements(first: tuple[ScenarioResult, ...], second: tuple[ScenarioResult, ...], figure: str) -> list[str]:
    """Scenarios whose difference to the baseline is told apart by two seeds."""
    found = []
    for one, other in zip(first[1:], second[1:], strict=True):
        a, b = (
            paired_difference(scenario.values(figure), results[0].values(figure)).interval
            for scenario, results in ((one, first), (other, second))
        )
        if abs(a.estimate - b.estimate) > math.hypot(a.half_width, b.half_width):
            found.append(f"{one.name}: {a.estimate:.2f} and {b.estimate:.2f}")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What common random numbers do to one difference.

    Attributes:
        difference: With its interval.
        apart: The variance that independent runs of both would have: the sum of the two.
        paired: The variance of the paired differences.
        spreads: The smaller standard deviation over the larger one.
        most: What would be gained if both moved together in full: unequal spreads forbid more.
    """

    difference: Interval
    apart: float
    paired: float
    spreads: float
    most: float

    @property
    def times(self) -> float:
        """How many times the paired variance independent runs have."""
        return self.apart / self.paired if self.paired else math.inf

    @property
    def correlation(self) -> float:
        """Of the two figures over replications."""
        product = self.apart * self.spreads / (1 + self.spreads**2)
        return (self.apart - self.paired) / 2 / product if product else math.nan

    def told(self) -> tuple[str, ...]:
        """As cells of a table."""
        found = self.difference
        return (
            f"{found.estimate:+.2f} ± {found.half_width:.2f}",
            f"{self.times:.1f}",
            f"{self.most:.1f}",
            f"{self.spreads:.2f}",
            f"{self.correlation:.2f}",
        )


def gain_of(one: tuple[float, ...], other: tuple[float, ...]) -> Gain:
    """What the same luck gains in the difference of two figures that had it, replication by replication."""
    larger, smaller = sorted((_spread(one), _spread(other)), reverse=True)
    differences = tuple(a - b for a, b in zip(one, other, strict=True))
    apart = larger**2 + smaller**2
    return Gain(
        difference=paired_difference(one, other).interval,
        apart=apart,
        paired=_spread(differences) ** 2,
        spreads=smaller / larger if larger else 1.0,
        most=apart / (larger - smaller) ** 2 if larger != smaller else math.inf,
    )


def pooled(gains: Sequence[Gain]) -> float:
    """How many times the paired variance independent runs have, over all differences together."""
    paired = math.fsum(gain.paired for gain in gains)
    return math.fsum(gain.apart for gain in gains if gain.paired) / paired if paired else math.inf


def _spread(values: tuple[float, ...]) -> float:
    mean = fmean(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def _timed(experiment: Experiment, snapshot: Snapshot, plans: Path, processes: int) -> tuple[float, float]:
    """Seconds from the first step to the last, and processor seconds of all processes; plans are known."""
    fresh = replace(experiment, document={**experiment.document, "processes": processes})
    before = _processor_seconds()
    with local_executor(processes)() as executor:
        # Workers take seconds to begin, once a run.
        list(executor.map(abs, range(processes * 4)))
        kept = KeptResults(plans, fresh.sha256(snapshot))
        begun = time.perf_counter()
        run_experiment(fresh, snapshot, kept=kept, open_executor=lambda: _Open(executor))
        seconds = time.perf_counter() - begun
    return seconds, _processor_seconds() - before


def _processor_seconds() -> float:
    """Of this process and of those of its children that have ended."""
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


class _Open:
    """An executor that somebody else closes."""

    def __init__(self, executor: Any) -> None:
        self._executor = executor

    def __enter__(self) -> Any:
        return self._executor

    def __exit__(self, *_: object) -> None:
        """Leave it open."""


def _run(experiment: Experiment, snapshot: Snapshot, folder: Path | None = None) -> RunResult:
    with tempfile.TemporaryDirectory() as other:
        kept = KeptResults(folder or Path(other), experiment.sha256(snapshot))
        return run_experiment(experiment, snapshot, kept=kept, open_executor=local_executor(2))


def _fixture(name: str, **changes: object) -> Experiment:
    """A fixture experiment with some keys otherwise."""
    return read_experiment(json.dumps({**_document(name), **changes}).encode())


def _document(name: str) -> dict[str, Any]:
    return tomllib.loads((EXPERIMENTS / f"{name}.toml").read_text(encoding="utf-8"))


def _planner(name: str) -> dict[str, Any]:
    """The planner of a fixture experiment, without what measures the planner itself."""
    return {key: value for key, value in _document(name)["planner"].items() if key != "production_iterations"}


def _chunk(name: str) -> int:
    """Replications in a step, as the experiment has them: fewer where one is a week."""
    return int(_document(name)["replications"].get("chunk", Replications().chunk))


def _snapshot(city: Path) -> Snapshot:
    return snapshot_of(read_problem(city.read_bytes()))


def _told(facts: Mapping[str, str | float]) -> str:
    told = (f"{value:.3g}" if isinstance(value, float) else value for value in facts.values())
    return ", ".join(f"{key}={value}" for key, value in zip(facts, told, strict=True))


if __name__ == "__main__":
    main()
