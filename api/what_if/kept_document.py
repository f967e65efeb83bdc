"""What is kept of an experiment: its results, and what it learnt of past days."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from scheduler.documents import read_plan, read_problem, to_bytes, write_plan, write_problem
from scheduler.domain.visit import PlaceKind
from scheduler.simulation.behaviour import Behaviour
from scheduler.simulation.calibration import Calibration, CalibrationWarning, PastVisit, WarningCode
from scheduler.simulation.replay import PastDay, Replayed
from scheduler.simulation.run_document import read_run, write_run
from scheduler.simulation.running import RunResult


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDocument:
    """What an experiment came to.

    Attributes:
        run: Its results.
        fitted: What was fitted to past days; its behaviour is not kept. None where nothing was to be fitted.
        replays: Past days: planned, simulated and actual.
    """

    run: RunResult
    fitted: Calibration | None
    replays: tuple[Replayed, ...]

    def written(self) -> bytes:
        """As bytes; the same results are the same bytes."""
        document = {
            "run": write_run(self.run),
            "fitted": None if self.fitted is None else _fitted(self.fitted),
            "replays": [_replay(one) for one in self.replays],
        }
        return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def read(cls, content: bytes) -> "KeptDocument":
        """What `written` wrote."""
        document = json.loads(content)
        fitted = document["fitted"]
        return cls(
            run=read_run(document["run"]),
            fitted=None if fitted is None else _read_fitted(fitted),
            replays=tuple(Replayed(**{**one, "day": date.fromisoformat(one["day"])}) for one in document["replays"]),
        )


def written_days(days: Sequence[PastDay]) -> list[Mapping[str, object]]:
    """Past days as a part of a job's document."""
    return [
        {
            "day": one.day.isoformat(),
            "problem": write_problem(one.problem),
            "plan": write_plan(one.plan, one.problem.time_zone),
            "visits": [
                [visit.at.isoformat(), visit.place_kind, visit.found, visit.planned_seconds, visit.served_seconds]
                for visit in one.visits
            ],
        }
        for one in days
    ]


def read_days(document: Sequence[Mapping[str, Any]]) -> tuple[PastDay, ...]:
    """What `written_days` wrote."""
    return tuple(
        PastDay(
            day=date.fromisoformat(one["day"]),
            problem=read_problem(to_bytes(one["problem"])),
            plan=read_plan(to_bytes(one["plan"])),
            visits=tuple(
                PastVisit(
                    at=datetime.fromisoformat(at),
                    place_kind=PlaceKind(kind),
                    found=found,
                    planned_seconds=planned,
                    served_seconds=served,
                )
                for at, kind, found, planned, served in one["visits"]
            ),
        )
        for one in document
    )


def _fitted(fitted: Calibration) -> Mapping[str, object]:
    return {
        "times": fitted.times,
        "doors": {str(kind): count for kind, count in fitted.doors.items()},
        "fit": fitted.fit,
        "distance": fitted.distance,
        "warnings": [[one.code, one.subject, one.count] for one in fitted.warnings],
    }


def _read_fitted(document: Mapping[str, Any]) -> Calibration:
    return Calibration(
        behaviour=Behaviour(),
        times=document["times"],
        doors={PlaceKind(kind): count for kind, count in document["doors"].items()},
        fit=tuple((share, measured, fitted) for share, measured, fitted in document["fit"]),
        distance=document["distance"],
        warnings=tuple(
            CalibrationWarning(code=WarningCode(code), subject=subject, count=count)
            for code, subject, count in document["warnings"]
        ),
    )


def _replay(one: Replayed) -> Mapping[str, object]:
    return {
        "day": one.day.isoformat(),
        "figure": one.figure,
        "planned": one.planned,
        "mean": one.mean,
        "low": one.low,
        "high": one.high,
        "actual": one.actual,
    }
