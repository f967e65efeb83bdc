"""What an experiment came to, as JSON that can be kept and read again, number for number."""

from collections.abc import Mapping, Sequence
from typing import Any

from scheduler.domain.errors import InternalFault
from scheduler.simulation.figures import FIGURES
from scheduler.simulation.results import ScenarioResult
from scheduler.simulation.running import RunResult

FORMAT = "visits-simulation-results/1"


def write_run(run: RunResult) -> Mapping[str, object]:
    """The results as a JSON document."""
    return {
        "format": FORMAT,
        "precise": run.precise,
        "scenarios": [_written(one) for one in run.scenarios],
        "bias": None if run.bias is None else [_written(one) for one in run.bias],
    }


def read_run(document: Mapping[str, Any]) -> RunResult:
    """What `write_run` wrote; figures that came up later are 0, and ends of visits were not always kept.

    Raises:
        InternalFault: It is no such document.
    """
    if document.get("format") != FORMAT:
        raise InternalFault("results of a simulation that nobody here wrote")
    bias = document["bias"]
    return RunResult(
        scenarios=tuple(_read(one) for one in document["scenarios"]),
        bias=None if bias is None else (_read(bias[0]), _read(bias[1])),
        precise=document["precise"],
    )


def _written(result: ScenarioResult) -> Mapping[str, object]:
    return {
        "name": result.name,
        "amount": result.amount,
        "inputs": [dict(one) for one in result.inputs],
        "by_seed": [{figure: _plain(values) for figure, values in figures.items()} for figures in result.by_seed],
        "backlogs": result.backlogs,
        "finishes": [[minute, count] for minute, count in result.finishes.items()],
        "ends": [[minute, count] for minute, count in result.ends.items()],
        "reasons": dict(result.reasons),
        "shortages": [[*cell, *numbers] for cell, numbers in result.shortages.items()],
    }


def _plain(values: Sequence[float]) -> list[float]:
    """Whole numbers without their `.0`: most figures are counts."""
    return [int(value) if value.is_integer() else value for value in values]


def _read(document: Mapping[str, Any]) -> ScenarioResult:
    return ScenarioResult(
        name=document["name"],
        amount=document["amount"],
        inputs=tuple(document["inputs"]),
        by_seed=tuple(_figures(one) for one in document["by_seed"]),
        backlogs=tuple(tuple(row) for row in document["backlogs"]),
        finishes={minute: count for minute, count in document["finishes"]},
        ends={minute: count for minute, count in document.get("ends", ())},
        reasons=document["reasons"],
        shortages={(cell[0], cell[1]): (cell[2], cell[3], cell[4]) for cell in document["shortages"]},
    )


def _figures(document: Mapping[str, Sequence[float]]) -> Mapping[str, tuple[float, ...]]:
    count = len(next(iter(document.values())))
    return {figure: tuple(float(value) for value in document.get(figure, [0.0] * count)) for figure in FIGURES}
