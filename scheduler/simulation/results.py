"""What all chunks of a scenario come to together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from scheduler.simulation.chunks import ChunkResult
from scheduler.simulation.figures import FIGURES


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioResult:
    """A scenario's replications.

    Attributes:
        name: Of the scenario.
        amount: The number that a grid varies; None where there is none.
        inputs: Its changes, as written.
        by_seed: By planner seed, the figures of every replication by name; all with the same luck. Kept results of
            before may have fewer replications of later seeds.
        backlogs: Of the first planner seed: a row a replication, the backlog after each day.
        finishes: Minutes after the shift's end -> how many crews came home then.
        ends: Minutes after the lawful limit, at most 0 -> how many visits ended then.
        reasons: Why visits were not attempted, per replication.
        shortages: By district and hour: visits wanted and attempted per replication, and different visits.
    """

    name: str
    amount: float | None
    inputs: tuple[Mapping[str, object], ...]
    by_seed: tuple[Mapping[str, tuple[float, ...]], ...]
    backlogs: tuple[tuple[int, ...], ...]
    finishes: Mapping[int, int]
    ends: Mapping[int, int]
    reasons: Mapping[str, float]
    shortages: Mapping[tuple[str, int], tuple[float, float, int]]

    def values(self, figure: str) -> tuple[float, ...]:
        """A figure of every replication, as the mean over planner seeds: for means and their differences.

        What a single plan's routes make of the luck averages out; days of one plan are `of_days`.
        """
        first, *others = (figures[figure] for figures in self.by_seed)
        whole = [first, *(values for values in others if len(values) == len(first))]
        return tuple(fmean(values) for values in zip(*whole, strict=True))

    def of_days(self, figure: str) -> tuple[float, ...]:
        """A figure of every replication, with the first planner seed: for chances, quantiles and spreads of days."""
        return self.by_seed[0][figure]

    @property
    def count(self) -> int:
        """How many replications."""
        return len(self.backlogs)


def neighbours(results: Sequence[ScenarioResult]) -> list[tuple[ScenarioResult, ScenarioResult]]:
    """Each scenario of a grid with the one of the next larger amount: what one step more brings."""
    curve = sorted((one for one in results if one.amount is not None), key=lambda one: one.amount or 0.0)
    return list(pairwise(curve))


def collected(
    name: str,
    amount: float | None,
    inputs: tuple[Mapping[str, object], ...],
    by_seed: Sequence[Sequence[ChunkResult]],
) -> ScenarioResult:
    """Put the chunks of a scenario together, by planner seed, in the order of their replications."""
    first = by_seed[0]
    count = sum(len(chunk.figures) for chunk in first)
    finishes: Counter[int] = Counter()
    ends: Counter[int] = Counter()
    reasons: Counter[str] = Counter()
    wanted: Counter[tuple[str, int]] = Counter()
    attempted: Counter[tuple[str, int]] = Counter()
    visits: dict[tuple[str, int], int] = {}
    for chunk in first:
        finishes.update(chunk.finishes)
        ends.update(chunk.ends)
        reasons.update(chunk.reasons)
        for cell, (is_wanted, is_attempted, different) in chunk.shortages.items():
            wanted[cell] += is_wanted  # type: ignore[assignment]  # a counter of shares
            attempted[cell] += is_attempted  # type: ignore[assignment]  # the same
            visits[cell] = max(visits.get(cell, 0), different)
    return ScenarioResult(
        name=name,
        amount=amount,
        inputs=inputs,
        by_seed=tuple(_columns(chunks) for chunks in by_seed),
        backlogs=tuple(row for chunk in first for row in chunk.backlogs),
        finishes=dict(sorted(finishes.items())),
        ends=dict(sorted(ends.items())),
        reasons={reason: number / count for reason, number in sorted(reasons.items())},
        shortages={cell: (wanted[cell] / count, attempted[cell] / count, visits[cell]) for cell in sorted(visits)},
    )


def _columns(chunks: Sequence[ChunkResult]) -> Mapping[str, tuple[float, ...]]:
    rows = [row for chunk in chunks for row in chunk.figures]
    return {figure: tuple(row[number] for row in rows) for number, figure in enumerate(FIGURES)}
