"""What replications prove: intervals, paired differences, and when it is enough.

Sources: Law, Simulation Modeling and Analysis, 5th ed., ch. 9-11 (replications, common random numbers); Holm 1979, "A
simple sequentially rejective multiple test procedure"; Hanley and Lippman-Hand 1983, "If nothing goes wrong, is
everything all right?" (rule of three); Hahn and Meeker, Statistical Intervals, ch. 5 (order statistics).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # loads its parts when they are first used

CONFIDENCE = 0.95
_BOOTSTRAPS = 4000
_TWO_SIDED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate with what it may also be, at a confidence of 95 % unless asked otherwise."""

    estimate: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half of what is between the ends."""
        return (self.high - self.low) / 2

    def holds(self, value: float) -> bool:
        """Whether a value lies inside, ends included."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A scenario against the first one, replication by replication.

    Attributes:
        interval: Of the mean difference.
        p_value: Of the paired t test; 1 where all differences are zero.
        variance_ratio: How many times the variance of independent runs would be that of the paired ones: what common
            random numbers gain; infinite where the differences do not vary.
        conclusive: Whether the difference is told from zero after Holm's correction.
    """

    interval: Interval
    p_value: float
    variance_ratio: float
    conclusive: bool = False


def mean_interval(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """Student's interval of a mean; without an end where one value says nothing of its spread."""
    count = len(values)
    mean = math.fsum(values) / count
    if count == 1:
        return Interval(estimate=mean, low=-math.inf, high=math.inf)
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (count - 1))
    half = float(scipy.stats.t.ppf((1 + confidence) / 2, count - 1)) * spread / math.sqrt(count)
    return Interval(estimate=mean, low=mean - half, high=mean + half)


def bootstrap_interval(values: Sequence[float], confidence: float = CONFIDENCE, seed: int = 0) -> Interval:
    """The bias-corrected and accelerated bootstrap interval of a mean, for values that are far from normal."""
    mean = math.fsum(values) / len(values)
    if len(set(values)) == 1:
        return Interval(estimate=mean, low=mean, high=mean)
    found = scipy.stats.bootstrap(
        (np.asarray(values),),
        np.mean,
        confidence_level=confidence,
        n_resamples=_BOOTSTRAPS,
        rng=np.random.Generator(np.random.Philox(key=seed)),
    ).confidence_interval
    return Interval(estimate=mean, low=float(found.low), high=float(found.high))


def share_interval(hits: int, count: int, confidence: float = CONFIDENCE) -> Interval:
    """The exact interval of Clopper and Pearson for a chance.

    With no hit its upper end is the exact form of the rule of three: `1 - 0.05 ** (1 / count)`, close to 3 / count.
    """
    if hits == 0:
        return Interval(estimate=0.0, low=0.0, high=1 - (1 - confidence) ** (1 / count))
    if hits == count:
        return Interval(estimate=1.0, low=(1 - confidence) ** (1 / count), high=1.0)
    found = scipy.stats.binomtest(hits, count).proportion_ci(confidence_level=confidence, method="exact")
    return Interval(estimate=hits / count, low=float(found.low), high=float(found.high))


def quantile_interval(values: Sequence[float], share: float, confidence: float = CONFIDENCE) -> Interval:
    """A quantile between two order statistics, whatever the distribution; infinite where the values are too few."""
    ordered, count = sorted(values), len(values)
    tail = (1 - confidence) / _TWO_SIDED
    low = int(scipy.stats.binom.ppf(tail, count, share))
    low = low - 1 if scipy.stats.binom.cdf(low - 1, count, share) > tail else low
    high = int(scipy.stats.binom.ppf(1 - tail, count, share)) + 1
    return Interval(
        estimate=float(np.quantile(ordered, share)),
        low=ordered[low - 1] if low >= 1 else -math.inf,
        high=ordered[high - 1] if high <= count else math.inf,
    )


def paired_difference(scenario: Sequence[float], baseline: Sequence[float]) -> Difference:
    """One scenario against another one that had the same luck, replication by replication."""
    differences = [one - other for one, other in zip(scenario, baseline, strict=True)]
    paired = _variance(differences)
    apart = _variance(scenario) + _variance(baseline)
    if paired == 0:
        same = differences[0]
        sure = Interval(estimate=same, low=same, high=same)
        ratio = math.inf if apart else 1.0
        return Difference(interval=sure, p_value=0.0 if same else 1.0, variance_ratio=ratio)
    interval = mean_interval(differences)
    statistic = interval.estimate / math.sqrt(paired / len(differences))
    p_value = float(_TWO_SIDED * scipy.stats.t.sf(abs(statistic), len(differences) - 1))
    return Difference(interval=interval, p_value=p_value, variance_ratio=apart / paired)


def holm(p_values: Sequence[float], level: float = 1 - CONFIDENCE) -> tuple[bool, ...]:
    """Which of several comparisons hold together at a level: the smallest first, each against the level it is due."""
    order = sorted(range(len(p_values)), key=lambda number: p_values[number])
    told = [False] * len(p_values)
    for rank, number in enumerate(order):
        if p_values[number] > level / (len(p_values) - rank):
            break
        told[number] = True
    return tuple(told)


def compared(differences: Sequence[Difference]) -> tuple[Difference, ...]:
    """The same comparisons, each told conclusive or not by Holm's procedure over all of them."""
    told = holm([one.p_value for one in differences])
    return tuple(
        Difference(
            interval=one.interval, p_value=one.p_value, variance_ratio=one.variance_ratio, conclusive=is_conclusive
        )
        for one, is_conclusive in zip(differences, told, strict=True)
    )


def replications_needed(values: Sequence[float], half_width: float, confidence: float = CONFIDENCE) -> int:
    """How many replications would bring the interval of the mean to a half-width, by the spread seen so far."""
    spread = math.sqrt(_variance(values))
    if spread == 0:
        return len(values)
    quantile = float(scipy.stats.t.ppf((1 + confidence) / 2, len(values) - 1))
    return math.ceil((quantile * spread / half_width) ** 2)


def planner_share(values: Sequence[Sequence[float]]) -> float:
    """Which share of the variance of a figure comes from the planner's own chance.

    Args:
        values: By planner seed, by replication; every seed has the same replications, so that luck and seeds cross.

    Returns:
        The variance component of the seeds over the sum of all components (a two-way layout with random effects).
    """
    table = np.asarray(values, dtype=float)
    seeds, replications = table.shape
    if seeds < _TWO_SIDED or replications < _TWO_SIDED:
        return math.nan
    rows, columns, mean = table.mean(axis=1), table.mean(axis=0), table.mean()
    of_seeds = replications * float(((rows - mean) ** 2).sum()) / (seeds - 1)
    of_luck = seeds * float(((columns - mean) ** 2).sum()) / (replications - 1)
    rest_table = table - rows[:, None] - columns[None, :] + mean
    rest = float((rest_table**2).sum()) / ((seeds - 1) * (replications - 1))
    planner, luck = max(0.0, (of_seeds - rest) / replications), max(0.0, (of_luck - rest) / seeds)
    # What is left depends on both: another plan meets other luck.
    whole = planner + luck + rest
    return (planner + rest) / whole if whole else 0.0


def distance(values: Sequence[float], median: float, high: float) -> float:
    """How far measured values are from a lognormal with this median and 90th percentile: Kolmogorov and Smirnov's."""
    sigma = math.log(high / median) / float(scipy.stats.norm.ppf(0.9))
    return float(scipy.stats.kstest(values, scipy.stats.lognorm(s=sigma, scale=median).cdf).statistic)


def _variance(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values) / max(1, len(values) - 1)
