"""The layers of one visit as JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from scheduler.domain.plan import Reason
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Place, Visit
from scheduler.rules.decision import RuleReason
from scheduler.wording import reason_sentence

if TYPE_CHECKING:  # importing the planner takes OR-Tools with it
    from scheduler.layers import Bound, CrewLayer, PlaceLayers

Document = dict[str, object]


def place_documents(visit: Visit, places: "Sequence[PlaceLayers]", problem: Problem, language: str) -> list[Document]:
    """Every layer at each place of the visit."""
    own = {place.id: place for place in visit.places}
    return [_place(visit, own[layers.place_id], layers, problem, language) for layers in places]


def reason_document(reason: Reason, language: str) -> dict[str, str | None]:
    """What stands against a visit."""
    return {
        "code": reason.code.value,
        "shift_id": reason.shift_id,
        "rule_id": reason.rule_id,
        "sentence": reason_sentence(reason, language),
    }


def _place(visit: Visit, place: Place, layers: "PlaceLayers", problem: Problem, language: str) -> Document:
    return {
        "place_id": place.id,
        "kind": place.kind.value,
        "allowed": layers.decision.allowed,
        "law": _law(layers, problem),
        "borrower": _borrower(visit, layers),
        "time_windows": _windows(place.time_windows, problem),
        "shifts": [_shift(crew, problem, language) for crew in layers.crews],
        "common": [
            {
                "shift_id": crew.shift_id,
                **_window(common.window, problem),
                "start_bounds": _bounds(common.start_bounds),
                "end_bounds": _bounds(common.end_bounds),
            }
            for crew in layers.crews
            for common in crew.common
        ],
    }


def _law(layers: "PlaceLayers", problem: Problem) -> Document:
    decision = layers.decision
    return {
        "windows": None if layers.law_windows is None else _windows(layers.law_windows, problem),
        "hours_rule_ids": list(layers.law_rule_ids),
        "crew_minimum": decision.crew_minimum,
        "crew_rule_id": decision.crew_rule_id,
        "qualifications": [asdict(needed) for needed in decision.qualifications],
        "reasons": _rule_reasons(layers.law_reasons),
    }


def _borrower(visit: Visit, layers: "PlaceLayers") -> Document | None:
    """None when the facts of the case are not given."""
    if visit.case is None:
        return None
    named = layers.decision.collector_ids
    return {
        "reasons": _rule_reasons(layers.borrower_reasons),
        "collector_ids": None if named is None else sorted(named),
        "collectors_rule_id": layers.decision.collectors_rule_id,
        "overridden_rule_ids": list(layers.decision.overridden_rule_ids),
    }


def _shift(crew: "CrewLayer", problem: Problem, language: str) -> Document:
    return {
        "shift_id": crew.shift_id,
        **_window(crew.working, problem),
        "pinned_elsewhere": crew.is_pinned_elsewhere,
        "reason": None if crew.reason is None else reason_document(crew.reason, language),
    }


def _rule_reasons(reasons: Iterable[RuleReason]) -> list[Document]:
    return [
        {
            "rule_id": one.rule_id,
            "kind": one.kind,
            "zh": one.zh,
            "en": one.en,
            "until": None if one.until is None else one.until.isoformat(),
        }
        for one in reasons
    ]


def _bounds(bounds: "Iterable[Bound]") -> list[dict[str, str]]:
    return [{"layer": bound.layer.value, "id": bound.id} for bound in bounds]


def _windows(windows: Iterable[TimeWindow], problem: Problem) -> list[dict[str, str]]:
    return [_window(window, problem) for window in windows]


def _window(window: TimeWindow, problem: Problem) -> dict[str, str]:
    return {
        "earliest_start": window.earliest_start.astimezone(problem.time_zone).isoformat(),
        "latest_end": window.latest_end.astimezone(problem.time_zone).isoformat(),
    }
