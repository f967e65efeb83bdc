"""What planners ask, each answered in one line of numbers with their intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scheduler.simulation.results import ScenarioResult
from scheduler.simulation.statistics import Interval, mean_interval, paired_difference, share_interval

_MOST_CELLS = 3
FEWEST_SHOWN = 5


class Kind(StrEnum):
    """What is asked."""

    LEAST = "least"
    EFFECT = "effect"
    SHORTAGE = "shortage"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.

    Attributes:
        kind: What is asked.
        figure: The figure that it is about.
        scenario: Whose effect; empty for all kinds but `effect`.
        at_least: What the figure is to reach.
        probability: With which chance; for `limit` the chance that is not to be exceeded.
    """

    kind: Kind
    figure: str = "share_a_attempted"
    scenario: str = ""
    at_least: float = 0.95
    probability: float = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer, for words and tables.

    Attributes:
        kind: Of the question.
        figure: Of the question.
        code: Which sentence it is, such as `least_found`.
        facts: Its names and numbers.
        conclusive: False where the intervals leave it open.
    """

    kind: Kind
    figure: str
    code: str
    facts: Mapping[str, str | float]
    conclusive: bool


def answer(question: Question, results: Sequence[ScenarioResult]) -> Answer:
    """Answer a question.

    Args:
        question: The question; it names figures and scenarios that there are.
        results: Of all scenarios, the baseline first.
    """
    match question.kind:
        case Kind.LEAST:
            return _least(question, results)
        case Kind.EFFECT:
            return _effect(question, results)
        case Kind.SHORTAGE:
            return _shortage(question, results[0])
        case Kind.LIMIT:
            return _limit(question, results)


def _least(question: Question, results: Sequence[ScenarioResult]) -> Answer:
    """The least amount with which the figure reaches what it is to reach, with the chance asked for."""
    curve = sorted((one.amount, one) for one in results if one.amount is not None)
    chances = [(amount, _chance(question, one)) for amount, one in curve]
    asked: dict[str, str | float] = {"at_least": question.at_least, "probability": question.probability}
    for number, (amount, chance) in enumerate(chances):
        if chance.estimate < question.probability:
            continue
        facts = {**asked, "amount": amount, "chance": chance.estimate, "low": chance.low, "high": chance.high}
        below = chances[number - 1] if number else None
        if below is not None:
            facts |= {"amount_below": below[0], "chance_below": below[1].estimate}
        is_sure = chance.low >= question.probability and (below is None or below[1].high < question.probability)
        code = "least_found" if below is not None else "least_first"
        return _answered(question, code, facts, conclusive=is_sure)
    best = max((chance.estimate for _, chance in chances), default=0.0)
    is_sure = all(chance.high < question.probability for _, chance in chances)
    return _answered(question, "least_none", {**asked, "chance": best}, conclusive=is_sure)


def _effect(question: Question, results: Sequence[ScenarioResult]) -> Answer:
    scenario = next(one for one in results if one.name == question.scenario)
    found = paired_difference(scenario.values(question.figure), results[0].values(question.figure))
    interval = found.interval
    facts: dict[str, str | float] = {
        "scenario": scenario.name,
        "difference": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        "count": scenario.count,
    }
    return _answered(question, "effect", facts, conclusive=not interval.holds(0.0) or interval.half_width == 0)


def _shortage(question: Question, base: ScenarioResult) -> Answer:
    cells = [
        (wanted - attempted, wanted, cell)
        for cell, (wanted, attempted, visits) in base.shortages.items()
        if visits >= FEWEST_SHOWN
    ]
    worst = sorted(cells, key=lambda one: (-one[0], one[2]))[:_MOST_CELLS]
    told = [f"{district} {hour:02d}:00 ({missing:.1f}/{wanted:.1f})" for missing, wanted, (district, hour) in worst]
    facts: dict[str, str | float] = {"cells": ", ".join(told)}
    return _answered(question, "shortage" if worst else "shortage_none", facts, conclusive=True)


def _limit(question: Question, results: Sequence[ScenarioResult]) -> Answer:
    """The chance that a planned visit would end close to the limit, and the first scenario that keeps it low."""
    base = _risk(results[0])
    facts: dict[str, str | float] = {
        "chance": base.estimate,
        "low": base.low,
        "high": base.high,
        "most": question.probability,
    }
    kept = next((one for one in results if _risk(one).high < question.probability), None)
    if kept is None:
        return _answered(question, "limit_none", facts, conclusive=base.low >= question.probability)
    return _answered(
        question, "limit_kept", {**facts, "scenario": kept.name, "kept": _risk(kept).estimate}, conclusive=True
    )


def _chance(question: Question, result: ScenarioResult) -> Interval:
    values = result.of_days(question.figure)
    return share_interval(sum(value >= question.at_least for value in values), len(values))


def _risk(result: ScenarioResult) -> Interval:
    """Per planned visit; replications, not visits, are what is independent."""
    return mean_interval(result.values("share_near_limit"))


def _answered(question: Question, code: str, facts: Mapping[str, str | float], *, conclusive: bool) -> Answer:
    return Answer(kind=question.kind, figure=question.figure, code=code, facts=dict(facts), conclusive=conclusive)
