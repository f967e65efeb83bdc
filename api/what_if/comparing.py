"""Scenarios beside one another: what was put in above what came out, each against the first one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.what_if.change_words import change_told, kind_name
from api.what_if.tables import differences
from api.what_if.words import figure_name
from scheduler.simulation.figures import FIGURES
from scheduler.simulation.results import ScenarioResult
from scheduler.simulation.statistics import Difference, mean_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedCell:
    """A scenario's figure.

    Attributes:
        mean: Over all replications.
        difference: To the first scenario; None in its own column, and where all replications are equal.
        percent: The same as a share of the first one's mean; None where that is 0.
    """

    mean: float
    difference: Difference | None
    percent: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """A figure in every scenario that is compared."""

    figure: str
    cells: tuple[ComparedCell, ...]

    @property
    def is_equal(self) -> bool:
        """Whether no scenario differs from the first one."""
        return all(cell.difference is None for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRow:
    """A kind of change in words, and what each scenario has of it; empty where it has none."""

    kind: str
    cells: tuple[str, ...]


def compared_inputs(results: Sequence[ScenarioResult], language: str) -> tuple[InputRow, ...]:
    """What differs between the inputs, a row a kind of change."""
    kinds = dict.fromkeys(str(change["kind"]) for one in results for change in one.inputs)
    return tuple(
        InputRow(kind=kind_name(kind, language), cells=tuple(_told(one.inputs, kind, language) for one in results))
        for kind in kinds
    )


def compared_figures(results: Sequence[ScenarioResult], language: str) -> tuple[ComparedRow, ...]:
    """What came out, a row a figure; Holm's correction is over the scenarios that are compared."""
    return tuple(_row(results, figure, language) for figure in FIGURES)


def _row(results: Sequence[ScenarioResult], figure: str, language: str) -> ComparedRow:
    means = [mean_interval(one.values(figure)).estimate for one in results]
    found: list[Difference | None] = [None]
    found += [None if one.p_value == 1.0 else one for one in differences(results, figure)]
    cells = tuple(
        ComparedCell(
            mean=mean,
            difference=difference,
            percent=100 * difference.interval.estimate / abs(means[0]) if difference and means[0] else None,
        )
        for mean, difference in zip(means, found, strict=True)
    )
    return ComparedRow(figure=figure_name(figure, language), cells=cells)


def _told(inputs: Sequence[Mapping[str, object]], kind: str, language: str) -> str:
    return "; ".join(change_told(change, language) for change in inputs if change["kind"] == kind)
