"""The numbers behind the plots: how the gap falls over time, and how it grows with size."""

from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

from benchmarks.record import Run
from benchmarks.summary import Outcome

MOMENTS = 40
FIRST_MOMENT_SECONDS = 0.1


class TimePoint(NamedTuple):
    """The mean gap of an engine at a moment, in percent."""

    engine: str
    seconds: float
    gap: float


class SizePoint(NamedTuple):
    """The gap of an engine on an instance, in percent."""

    engine: str
    family: str
    size: int
    gap: float


def gap_over_time(runs: Sequence[Run]) -> list[TimePoint]:
    """By engine, from the moment at which it has a solution of each of its instances."""
    points: list[TimePoint] = []
    told = [run for run in runs if run.is_good and run.best_known and run.points]
    # Some engines answer a little after their limit.
    moments = _moments(max((max(run.limit_seconds, run.points[-1][0]) for run in told), default=0.0))
    for engine in dict.fromkeys(run.engine for run in told):
        own = [run for run in told if run.engine == engine]
        for moment in moments:
            gaps = [_gap_at(run, moment) for run in own]
            known = [gap for gap in gaps if gap is not None]
            if known and len(known) == len(gaps):
                points.append(TimePoint(engine, moment, fmean(known)))
    return points


def gap_by_size(found: Sequence[Outcome]) -> list[SizePoint]:
    """By instance and engine."""
    return [
        SizePoint(outcome.engine, outcome.family, outcome.size, _percent(outcome.ratio))
        for outcome in found
        if outcome.ratio is not None
    ]


def _moments(limit: float) -> list[float]:
    """Evenly spread over the logarithm of time, up to the limit."""
    if limit <= FIRST_MOMENT_SECONDS:
        return [limit] if limit else []
    steps = (limit / FIRST_MOMENT_SECONDS) ** (1 / (MOMENTS - 1))
    return [*(FIRST_MOMENT_SECONDS * steps**number for number in range(MOMENTS - 1)), limit]


def _gap_at(run: Run, moment: float) -> float | None:
    reached = run.cost_after(moment)
    return _percent(reached / run.best_known) if reached is not None and run.best_known else None


def _percent(ratio: float) -> float:
    return 100 * (ratio - 1)
