"""What many runs say together: the median over seeds of each instance, then means over instances."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, geometric_mean, median

from benchmarks.record import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One engine on one instance, all seeds together.

    Attributes:
        family: Of the instance.
        instance: Its name.
        size: Visits or customers.
        engine: Its name.
        runs: One a seed.
    """

    family: str
    instance: str
    size: int
    engine: str
    runs: tuple[Run, ...]

    @property
    def is_good(self) -> bool:
        """Whether every run has a solution that holds."""
        return all(run.is_good for run in self.runs)

    @property
    def cost(self) -> float | None:
        """The median; None unless every run is good."""
        return median(run.cost for run in self.runs if run.cost is not None) if self.is_good else None

    @property
    def best_known(self) -> float | None:
        """As the last run knew it."""
        return self.runs[-1].best_known

    @property
    def ratio(self) -> float | None:
        """Median cost over best known."""
        cost, best = self.cost, self.best_known
        return cost / best if cost is not None and best else None

    @property
    def seconds(self) -> float:
        """The median."""
        return median(run.seconds for run in self.runs)

    @property
    def peak_megabytes(self) -> float:
        """The largest."""
        return max(run.peak_megabytes for run in self.runs)

    def ratio_after(self, seconds: float) -> float | None:
        """Cost after so many seconds over that at the end, the median; None where a run had no solution by then."""
        ratios = [run.ratio_after(seconds) for run in self.runs]
        known = [ratio for ratio in ratios if ratio is not None]
        return median(known) if self.is_good and known and len(known) == len(ratios) else None

    def gain(self, step: str) -> float:
        """What a step of the engine took off, as a share of the cost at the end; the mean over seeds."""
        return fmean(dict(run.gains).get(step, 0.0) / run.cost if run.cost else 0.0 for run in self.runs)

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps that took something off in some run."""
        return tuple(dict.fromkeys(step for run in self.runs for step, gain in run.gains if gain))

    @property
    def reason(self) -> str:
        """Why it has no cost; empty when it has one."""
        return "; ".join(dict.fromkeys(run.reason for run in self.runs if run.reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One engine on one family; ratios are to the best known.

    Attributes:
        engine: Its name.
        ratios: By instance, of those with a good solution and a best-known cost.
        failed: Instances without a good solution.
        seconds: The mean of the instances' medians.
        peak_megabytes: The largest of all runs.
    """

    engine: str
    ratios: tuple[float, ...]
    failed: int
    seconds: float
    peak_megabytes: float

    @property
    def geometric_mean(self) -> float:
        """Of the ratios."""
        return geometric_mean(self.ratios)

    @property
    def mean_gap(self) -> float:
        """Of the ratios, as a share above the best known."""
        return fmean(self.ratios) - 1

    @property
    def worst(self) -> float:
        """The largest ratio."""
        return max(self.ratios)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duel:
    """Costs of one engine over those of another, instance by instance; below 1 the first one is better."""

    engine: str
    other: str
    ratios: tuple[float, ...]

    @property
    def geometric_mean(self) -> float:
        """Of the ratios."""
        return geometric_mean(self.ratios)


def outcomes(runs: Iterable[Run]) -> list[Outcome]:
    """Runs with one limit, by instance and engine."""
    together: dict[tuple[str, str, str], list[Run]] = {}
    for run in runs:
        together.setdefault((run.family, run.instance, run.engine), []).append(run)
    return [
        Outcome(family=family, instance=instance, size=made[0].size, engine=engine, runs=tuple(made))
        for (family, instance, engine), made in together.items()
    ]


def scores(found: Sequence[Outcome]) -> list[Score]:
    """Of the outcomes of one family, by engine; engines that can express none of it have no score."""
    made: list[Score] = []
    for engine in dict.fromkeys(outcome.engine for outcome in found):
        own = [outcome for outcome in found if outcome.engine == engine]
        ratios = tuple(outcome.ratio for outcome in own if outcome.ratio is not None)
        if not ratios:
            continue
        solved = [outcome for outcome in own if outcome.is_good]
        made.append(
            Score(
                engine=engine,
                ratios=ratios,
                failed=len(own) - len(solved),
                seconds=fmean(outcome.seconds for outcome in solved),
                peak_megabytes=max(outcome.peak_megabytes for outcome in solved),
            )
        )
    return made


def duel(found: Sequence[Outcome], engine: str, other: str) -> Duel | None:
    """One engine against another on the instances that both solved; None when there are none."""
    costs = {(outcome.instance, outcome.engine): outcome.cost for outcome in found}
    ratios = []
    for outcome in found:
        theirs = costs.get((outcome.instance, other))
        if outcome.engine == engine and outcome.cost is not None and theirs:
            ratios.append(outcome.cost / theirs)
    return Duel(engine=engine, other=other, ratios=tuple(ratios)) if ratios else None
