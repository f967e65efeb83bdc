"""The table of finished runs: a CSV, one row a run, added when the run ends, so that none is done twice."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import NamedTuple

from benchmarks.engines.answer import Gains, Points

DEFAULT_PATH = Path(__file__).parent / "runs.csv"


class Key(NamedTuple):
    """What makes a run the same as another: it then needs no repeating."""

    family: str
    instance: str
    engine: str
    seed: int
    limit_seconds: float
    version: str
    until_best: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One finished run.

    Attributes:
        family: Of the instance, such as `visits` or `solomon`.
        instance: Its name.
        size: Visits or customers.
        engine: Its name.
        seed: Given.
        limit_seconds: The limit given to the engine.
        version: Of the engine's package and of our sources it depends on.
        cores: Of the machine, as far as this program may use them.
        cost: In the units of the instance's file; None without a solution.
        best_known: In the same units; None where no list has it.
        faults: What the solution breaks; 0 for every good run.
        left_out: Visits or customers without a place on a route.
        seconds: From the call to the answer.
        peak_megabytes: Largest resident size of all its processes.
        reason: Why there is no solution, or what is wrong with it.
        points: Seconds and cost of better and better solutions.
        until_best: Whether the engine stopped at the best-known cost.
        gains: By how much each step of the engine lowered the cost, where it tells.
    """

    family: str
    instance: str
    size: int
    engine: str
    seed: int
    limit_seconds: float
    version: str
    cores: int
    cost: float | None = None
    best_known: float | None = None
    faults: int = 0
    left_out: int = 0
    seconds: float = 0.0
    peak_megabytes: float = 0.0
    reason: str = ""
    points: Points = ()
    until_best: bool = False
    gains: Gains = ()

    @property
    def key(self) -> Key:
        """What it is known by."""
        return Key(
            self.family, self.instance, self.engine, self.seed, self.limit_seconds, self.version, self.until_best
        )

    @property
    def is_good(self) -> bool:
        """Whether there is a solution and nothing is wrong with it."""
        return self.cost is not None and not self.faults

    @property
    def ratio(self) -> float | None:
        """Cost over best known, where both are there and the solution holds."""
        if self.cost is None or not self.is_good or not self.best_known:
            return None
        return self.cost / self.best_known

    def ratio_after(self, seconds: float) -> float | None:
        """The best cost after so many seconds over that at the end; None without a solution by then."""
        reached = self.cost_after(seconds)
        return reached / self.cost if reached is not None and self.cost else None

    def cost_after(self, seconds: float) -> float | None:
        """The best cost after so many seconds; None without a solution by then."""
        reached = [cost for moment, cost in self.points if moment <= seconds]
        return reached[-1] if reached else None


HEADINGS = tuple(field.name for field in fields(Run))


def read_runs(path: Path) -> list[Run]:
    """All runs of a table, in order; none when it is not there."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return [_run(row) for row in csv.DictReader(lines)]


def latest(runs: Iterable[Run]) -> list[Run]:
    """Of runs alike but for the version, the one added last, in order of first appearance."""
    kept: dict[Key, Run] = {}
    for run in runs:
        kept[run.key._replace(version="", until_best=False)] = run
    return list(kept.values())


def add_run(path: Path, run: Run) -> None:
    """Add one run, whole or not at all as far as one write can be."""
    is_new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        if is_new:
            writer.writerow(HEADINGS)
        writer.writerow([_text(name, getattr(run, name)) for name in HEADINGS])


def _text(name: str, value: object) -> str:
    if name == "points" and isinstance(value, tuple):
        return ";".join(f"{seconds:.3f}:{cost:.10g}" for seconds, cost in value)
    if name == "gains" and isinstance(value, tuple):
        return ";".join(f"{step}:{gain:.10g}" for step, gain in value)
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _run(row: dict[str, str]) -> Run:
    return Run(
        family=row["family"],
        instance=row["instance"],
        size=int(row["size"]),
        engine=row["engine"],
        seed=int(row["seed"]),
        limit_seconds=float(row["limit_seconds"]),
        version=row["version"],
        cores=int(row["cores"]),
        cost=_number(row["cost"]),
        best_known=_number(row["best_known"]),
        faults=int(row["faults"]),
        left_out=int(row["left_out"]),
        seconds=float(row["seconds"]),
        peak_megabytes=float(row["peak_megabytes"]),
        reason=row["reason"],
        points=_points(row["points"]),
        until_best=row["until_best"] == str(True),
        gains=_gains(row["gains"]),
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def _points(text: str) -> Points:
    return tuple((float(seconds), float(cost)) for seconds, cost in _pairs(text))


def _gains(text: str) -> Gains:
    return tuple((step, float(gain)) for step, gain in _pairs(text))


def _pairs(text: str) -> Iterator[list[str]]:
    return (pair.split(":") for pair in text.split(";") if pair)
