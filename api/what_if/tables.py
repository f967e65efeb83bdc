"""What an experiment came to, as tables of plain cells; cells with fewer than five visits behind them are not shown."""

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import stdev

from api.what_if.words import answer_sentence, figure_name, reason_name, word
from scheduler.simulation.experiment import Experiment
from scheduler.simulation.figures import FIGURES
from scheduler.simulation.questions import FEWEST_SHOWN, answer
from scheduler.simulation.results import ScenarioResult, neighbours
from scheduler.simulation.running import RunResult
from scheduler.simulation.statistics import (
    Difference,
    compared,
    mean_interval,
    paired_difference,
    planner_share,
    quantile_interval,
)

type Cell = str | float | int | None
_PLACES = 6
_QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table.

    Attributes:
        name: Of its file and sheet.
        header: Titles of the columns.
        rows: As many cells in each as there are titles.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def finite_rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows, with nothing in the place of numbers without end."""
        return tuple(tuple(None if _is_endless(cell) else cell for cell in row) for row in self.rows)

    def csv(self) -> bytes:
        """As CSV in UTF-8 that spreadsheets open, numbers with a point."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(self.header)
        writer.writerows([["" if cell is None else _text(cell) for cell in row] for row in self.rows])
        return "\ufeff".encode() + file.getvalue().encode()


def differences(results: Sequence[ScenarioResult], figure: str) -> tuple[Difference, ...]:
    """Every scenario but the first against it, with Holm's correction over all of them."""
    base = results[0].values(figure)
    return compared([paired_difference(one.values(figure), base) for one in results[1:]])


def steps(results: Sequence[ScenarioResult], figure: str) -> tuple[Difference, ...]:
    """Every amount of a grid against the next smaller one, with Holm's correction over all of them."""
    pairs = neighbours(results)
    return compared([paired_difference(more.values(figure), less.values(figure)) for less, more in pairs])


def all_tables(experiment: Experiment, run: RunResult, language: str) -> tuple[Table, ...]:
    """Every table, the answers first."""
    results = run.scenarios
    return (
        _answers(experiment, results, language),
        _inputs(results, language),
        _scenarios(results, language),
        _differences(results, language),
        _steps(results, language),
        _planner(results, language),
        _bias(run, language),
        _reasons(results, language),
        _shortages(results, language),
        _backlogs(results, language),
        _replications(results),
    )


def _answers(experiment: Experiment, results: Sequence[ScenarioResult], language: str) -> Table:
    answers = [answer(question, results) for question in experiment.questions]
    rows = [(answer_sentence(one, language), word("yes" if one.conclusive else "not_yet", language)) for one in answers]
    return Table(name="answers", header=_titles(("answer", "conclusive"), language), rows=tuple(rows))


def _inputs(results: Sequence[ScenarioResult], language: str) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in results:
        for change in one.inputs:
            told = ", ".join(f"{key} = {value}" for key, value in change.items() if key != "kind")
            rows.append((one.name, str(change.get("kind", "")), told))
    return Table(name="inputs", header=_titles(("scenario", "change", "values"), language), rows=tuple(rows))


def _scenarios(results: Sequence[ScenarioResult], language: str) -> Table:
    header = _titles(
        ("scenario", "figure", "replications", "mean", "low", "high", "sd", "p5", "p50", "p95", "p95_low", "p95_high"),
        language,
    )
    rows: list[tuple[Cell, ...]] = []
    for one in results:
        for figure in FIGURES:
            mean = mean_interval(one.values(figure))
            days = one.of_days(figure)
            quantiles = [quantile_interval(days, share) for share in _QUANTILES]
            last = quantiles[-1]
            spread = stdev(days) if len(days) > 1 else 0.0
            rows.append(
                (
                    *(one.name, figure_name(figure, language), one.count, mean.estimate, mean.low, mean.high, spread),
                    *(quantile.estimate for quantile in quantiles),
                    *(last.low, last.high),
                )
            )
    return Table(name="scenarios", header=header, rows=tuple(rows))


def _differences(results: Sequence[ScenarioResult], language: str) -> Table:
    """What differs from the first scenario; figures that are equal in all replications are hidden."""
    header = _titles(
        ("scenario", "figure", "difference", "low", "high", "percent", "p_value", "variance_ratio", "conclusive"),
        language,
    )
    rows: list[tuple[Cell, ...]] = []
    for figure in FIGURES:
        base = mean_interval(results[0].values(figure)).estimate
        for one, found in zip(results[1:], differences(results, figure), strict=True):
            if found.p_value < 1.0:
                interval = found.interval
                percent = 100 * interval.estimate / abs(base) if base else None
                rows.append(
                    (
                        *(one.name, figure_name(figure, language), interval.estimate, interval.low, interval.high),
                        *(percent, *_judged(found, language)),
                    )
                )
    return Table(name="differences", header=header, rows=tuple(rows))


def _steps(results: Sequence[ScenarioResult], language: str) -> Table:
    """What each amount of a grid brings beyond the next smaller one; equal figures are hidden."""
    header = _titles(
        ("scenario", "against", "figure", "difference", "low", "high", "p_value", "variance_ratio", "conclusive"),
        language,
    )
    rows: list[tuple[Cell, ...]] = []
    for figure in FIGURES:
        for (less, more), found in zip(neighbours(results), steps(results, figure), strict=True):
            if found.p_value < 1.0:
                interval = found.interval
                numbers = (interval.estimate, interval.low, interval.high, *_judged(found, language))
                rows.append((more.name, less.name, figure_name(figure, language), *numbers))
    return Table(name="steps", header=header, rows=tuple(rows))


def _judged(found: Difference, language: str) -> tuple[Cell, ...]:
    """How sure a difference is, and what luck in common gains."""
    return found.p_value, found.variance_ratio, word("yes" if found.conclusive else "not_yet", language)


def _planner(results: Sequence[ScenarioResult], language: str) -> Table:
    """Which share of the variance is the planner's own chance; empty with one planner seed."""
    rows: list[tuple[Cell, ...]] = []
    for one in results:
        if len(one.by_seed) < 2:
            continue
        shared = min(len(figures["attempted"]) for figures in one.by_seed)
        for figure in ("attempted", "finish_mean_minutes", "travel_minutes"):
            share = planner_share([figures[figure][:shared] for figures in one.by_seed])
            rows.append((one.name, figure_name(figure, language), len(one.by_seed), share))
    header = _titles(("scenario", "figure", "planner_seeds", "planner_share"), language)
    return Table(name="planner_noise", header=header, rows=tuple(rows))


def _bias(run: RunResult, language: str) -> Table:
    """What production's budget would change on the first day of the baseline."""
    rows: list[tuple[Cell, ...]] = []
    if run.bias is not None:
        budget, production = run.bias
        for figure in FIGURES:
            found = paired_difference(budget.values(figure), production.values(figure)).interval
            rows.append((figure_name(figure, language), found.estimate, found.low, found.high))
    return Table(name="budget_bias", header=_titles(("figure", "bias", "low", "high"), language), rows=tuple(rows))


def _reasons(results: Sequence[ScenarioResult], language: str) -> Table:
    rows = tuple(
        (one.name, reason, reason_name(reason, language), number)
        for one in results
        for reason, number in one.reasons.items()
    )
    header = _titles(("scenario", "reason_code", "reason", "visits_a_replication"), language)
    return Table(name="reasons", header=header, rows=rows)


def _shortages(results: Sequence[ScenarioResult], language: str) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in results:
        for (district, hour), (wanted, attempted, visits) in one.shortages.items():
            is_shown = visits >= FEWEST_SHOWN
            numbers: tuple[Cell, ...] = (wanted, attempted, wanted - attempted) if is_shown else (None, None, None)
            rows.append((one.name, district, hour, *numbers))
    header = _titles(("scenario", "district", "hour", "wanted", "attempted", "missing"), language)
    return Table(name="shortages", header=header, rows=tuple(rows))


def _backlogs(results: Sequence[ScenarioResult], language: str) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in results:
        for day, values in enumerate(zip(*one.backlogs, strict=True), start=1):
            quantiles = [quantile_interval(values, share).estimate for share in _QUANTILES]
            rows.append((one.name, day, mean_interval(values).estimate, *quantiles))
    header = _titles(("scenario", "day", "mean", "p5", "p50", "p95"), language)
    return Table(name="backlogs", header=header, rows=tuple(rows))


def _replications(results: Sequence[ScenarioResult]) -> Table:
    """Every replication, with the names of figures that programs know."""
    rows = [
        (one.name, seed, number, *row)
        for one in results
        for seed, figures in enumerate(one.by_seed)
        for number, row in enumerate(zip(*(figures[figure] for figure in FIGURES), strict=True))
    ]
    return Table(name="replications", header=("scenario", "planner_seed", "replication", *FIGURES), rows=tuple(rows))


def _is_endless(cell: Cell) -> bool:
    return isinstance(cell, float) and not math.isfinite(cell)


def _titles(names: Sequence[str], language: str) -> tuple[str, ...]:
    return tuple(word(name, language) for name in names)


def _text(cell: str | float) -> str:
    if isinstance(cell, float):
        return f"{cell:.{_PLACES}f}".rstrip("0").rstrip(".") if abs(cell) < float("inf") else ""
    # A spreadsheet runs what begins like a formula.
    text = str(cell)
    return f"'{text}" if text[:1] in "=+-@\t\r" and not isinstance(cell, int) else text
