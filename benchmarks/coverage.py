"""`python -m benchmarks.coverage`: how often intervals hold the truth, on a model whose truth is a formula.

One crew makes visits of half an hour on average, exponential, at its own office's door. It begins a visit when those
before took no more than the day less half an hour, so it begins one and a Poisson number of them, at most all.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import click

from scheduler.documents import read_problem, to_bytes
from scheduler.planning import SearchLimits, plan_visits
from scheduler.simulation.behaviour import CERTAIN, Behaviour, Distribution, ServiceTimes
from scheduler.simulation.calls import PlannedDay, planned_day
from scheduler.simulation.draws import Draws
from scheduler.simulation.execution import carry_out
from scheduler.simulation.luck import Luck
from scheduler.simulation.statistics import (
    Interval,
    mean_interval,
    paired_difference,
    quantile_interval,
    share_interval,
)
from scheduler.travel import travel_matrix

VISITS = 18  # half hours in a shift of nine hours
SLOWER = 1.25
ENOUGH = 16
EACH = 20
_BUDGET = SearchLimits(seconds=None, iterations=50, threads=1, search_only=True)
_DAY = timedelta(hours=9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """How often an interval of 95 % held the truth.

    Attributes:
        name: Of the interval.
        share: Of all experiments.
        is_exact: Whether it is to hold as often as it says, and not only at least so often.
    """

    name: str
    share: float
    is_exact: bool


def coverage(experiments: int, each: int = EACH) -> tuple[Covered, ...]:
    """Simulate experiments of `each` replications, each with a seed of its own, and count what holds."""
    held = dict.fromkeys(_TRUTHS, 0)
    day = the_queue()
    for seed in range(1, experiments + 1):
        usual, slow = served(day, 1.0, seed, each), served(day, SLOWER, seed, each)
        for name, (interval, truth, _) in _TRUTHS.items():
            held[name] += interval(usual, slow).holds(truth)
    return tuple(
        Covered(name=name, share=held[name] / experiments, is_exact=is_exact)
        for name, (_, _, is_exact) in _TRUTHS.items()
    )


def served(day: PlannedDay, multiple: float, seed: int, each: int) -> list[int]:
    """Visits begun in each replication, where visits take so many times as long."""
    times = ServiceTimes(distribution=Distribution.EXPONENTIAL, median=multiple)
    behaviour: Behaviour = replace(CERTAIN, service_times=times, may_start_early=_DAY, most_overtime=timedelta())
    draws = Draws(seed, 0, each)
    days = [carry_out(day, behaviour, Luck(draws, number)) for number in range(each)]
    return [sum(one.status.is_attempt for one in done.attempts) for done in days]


def the_queue() -> PlannedDay:
    """The crew and its visits."""
    hours = {"earliest_start": "2026-03-02T09:00:00+08:00", "latest_end": "2026-03-02T18:00:00+08:00"}
    place = {"kind": "other", "location_id": "office", "time_windows": [hours]}
    document = {
        "format": "visit-planning-problem/1",
        "time_zone": "Asia/Shanghai",
        "rule_packs": [],
        "travel": {"source": "great_circle", "detour_factor": 1.4, "speed_kmh": 25, "overhead_seconds": 60},
        "locations": [{"id": "office", "latitude": 31.2, "longitude": 112.8}],
        "collectors": [{"id": "c"}],
        "shifts": [
            {"id": "s", "collector_ids": ["c"], "start_location_id": "office", "end_location_id": "office", **hours}
        ],
        "visits": [
            {"id": f"v{number}", "service_duration_seconds": 1800, "places": [{"id": f"p{number}", **place}]}
            for number in range(VISITS)
        ],
    }
    problem = read_problem(to_bytes(document))
    return planned_day(problem, plan_visits(problem, limits=_BUDGET), travel_matrix(problem))


def _chance(count: int, multiple: float) -> float:
    """That exactly so many visits are begun."""
    mean = (VISITS - 1) / multiple
    if count == VISITS:
        return 1 - math.fsum(_chance(fewer, multiple) for fewer in range(1, VISITS))
    return math.exp(-mean) * mean ** (count - 1) / math.factorial(count - 1)


def _mean(multiple: float) -> float:
    return math.fsum(count * _chance(count, multiple) for count in range(1, VISITS + 1))


def _median(multiple: float) -> int:
    below = 0.0
    for count in range(1, VISITS + 1):
        below += _chance(count, multiple)
        if below >= 0.5:
            return count
    return VISITS


type _Of = Callable[[Sequence[int], Sequence[int]], Interval]
_TRUTHS: dict[str, tuple[_Of, float, bool]] = {
    "mean": (lambda _, slow: mean_interval(slow), _mean(SLOWER), True),
    "mean of a figure at its cap": (lambda usual, _: mean_interval(usual), _mean(1.0), True),
    "paired difference": (
        lambda usual, slow: paired_difference(slow, usual).interval,
        _mean(SLOWER) - _mean(1.0),
        True,
    ),
    "chance (Clopper and Pearson)": (
        lambda _, slow: share_interval(sum(one >= ENOUGH for one in slow), len(slow)),
        math.fsum(_chance(count, SLOWER) for count in range(ENOUGH, VISITS + 1)),
        False,
    ),
    "median (order statistics)": (lambda _, slow: quantile_interval(slow, 0.5), float(_median(SLOWER)), False),
}


@click.command()
@click.option("--experiments", default=1000, show_default=True)
@click.option("--each", default=EACH, show_default=True, help="Replications of an experiment.")
def main(experiments: int, each: int) -> None:
    """Print how often each kind of interval held the truth."""
    for one in coverage(experiments, each):
        aim = "93 to 97 %" if one.is_exact else "at least 95 %"
        click.echo(f"{one.name}: {100 * one.share:.1f} % of {experiments} (nominal 95 %, aim {aim})")


if __name__ == "__main__":
    main()
