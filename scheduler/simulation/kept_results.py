"""Results in a folder, each step a file that is there as a whole or not at all: what was done is not done again."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from scheduler.documents import canonical_sha256, problem_sha256, read_plan, to_bytes, write_plan
from scheduler.domain.errors import InvalidInput
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.planning import SearchLimits
from scheduler.simulation.chunks import ChunkResult
from scheduler.simulation.experiment import MODEL

PLAN_FORMAT = "visits-simulated-plan/1"
"""What a simulated plan is called: nothing that reads plans takes it for one."""


class KeptResults:
    """The folder of one experiment's results, and the plans that all experiments of the folder share."""

    def __init__(self, folder: Path, experiment_sha256: str) -> None:
        """Use a folder.

        Args:
            folder: Where; made when the first result is kept.
            experiment_sha256: Whose; results of another experiment, or of the same with other data, are not seen.
        """
        self._chunks = folder / "chunks" / experiment_sha256[:32]
        self._plans = folder / "plans"

    def plan(self, problem: Problem, limits: SearchLimits) -> Plan | None:
        """The plan that was made before, by what was planned."""
        document = _read(self._plan_path(problem, limits))
        if document is None or document.get("format") != PLAN_FORMAT:
            return None
        try:
            return read_plan(json.dumps(document["plan"]).encode())
        except InvalidInput:
            return None

    def keep_plan(self, problem: Problem, limits: SearchLimits, plan: Plan) -> None:
        """Keep a plan."""
        document = {"format": PLAN_FORMAT, "plan": write_plan(plan, problem.time_zone)}
        _write(self._plan_path(problem, limits), to_bytes(document))

    def chunk(self, name: str) -> ChunkResult | None:
        """The chunk that was done before; None when it was not, or not whole."""
        document = _read(self._chunks / f"{name}.json")
        return None if document is None else _chunk(document)

    def keep_chunk(self, name: str, result: ChunkResult) -> None:
        """Keep a chunk."""
        document = {
            "figures": result.figures,
            "backlogs": result.backlogs,
            "finishes": {str(minute): count for minute, count in result.finishes.items()},
            "ends": {str(minute): count for minute, count in result.ends.items()},
            "reasons": result.reasons,
            "shortages": [[*cell, *numbers] for cell, numbers in result.shortages.items()],
        }
        _write(self._chunks / f"{name}.json", json.dumps(document, sort_keys=True).encode())

    def _plan_path(self, problem: Problem, limits: SearchLimits) -> Path:
        named = {
            "problem": problem_sha256(problem),
            "iterations": limits.iterations,
            "seed": limits.seed,
            "search_only": limits.search_only,
            "model": MODEL,
        }
        return self._plans / f"{canonical_sha256(named)}.json"


def _chunk(document: Mapping[str, object]) -> ChunkResult | None:
    match document:
        case {
            "figures": list(figures),
            "backlogs": list(backlogs),
            "finishes": dict(finishes),
            "ends": dict(ends),
            "reasons": dict(reasons),
            "shortages": list(shortages),
        }:
            return ChunkResult(
                figures=tuple(tuple(row) for row in figures),
                backlogs=tuple(tuple(row) for row in backlogs),
                finishes={int(minute): count for minute, count in finishes.items()},
                ends={int(minute): count for minute, count in ends.items()},
                reasons=reasons,
                shortages={
                    (district, hour): (wanted, attempted, visits)
                    for district, hour, wanted, attempted, visits in shortages
                },
            )
        case _:
            return None


def _read(path: Path) -> dict[str, object] | None:
    try:
        value = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    neighbour = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    neighbour.write_bytes(content)
    neighbour.replace(path)
