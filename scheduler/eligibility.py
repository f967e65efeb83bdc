"""Which visits are lawful on the days of a problem, where, and within which hours."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Place, PlaceKind, Visit
from scheduler.rules.decision import Decision
from scheduler.rules.evaluate import Question, evaluate
from scheduler.rules.rule_pack import RuleSet


def decide(problem: Problem, rules: RuleSet) -> Mapping[str, Mapping[str, Decision]]:
    """Judge every visit at each of its places.

    Args:
        problem: What is to be planned.
        rules: The packs that the problem names.

    Returns:
        Visit id -> place id -> decision over all local days that the shifts touch; without shifts, over those that
        the visits' own windows touch. Where no day is left to ask about, the decision allows no hour.
    """
    days = asked_days(problem)
    without_case: dict[PlaceKind, Decision] = {}
    return {visit.id: _decide_visit(problem, rules, visit, days, without_case) for visit in problem.visits}


def asked_days(problem: Problem) -> tuple[date, ...]:
    """The local days that the rules are asked about, sorted."""
    windows: Iterable[TimeWindow] = (shift.window for shift in problem.shifts)
    if not problem.shifts:
        windows = (window for visit in problem.visits for place in visit.places for window in place.time_windows)
    return tuple(sorted({day for window in set(windows) for day in _touched_days(problem, window)}))


def _decide_visit(
    problem: Problem,
    rules: RuleSet,
    visit: Visit,
    days: tuple[date, ...],
    without_case: dict[PlaceKind, Decision],
) -> Mapping[str, Decision]:
    """Judge one visit; the decisions of visits without a case are the same for all, and shared."""
    if visit.case is not None:
        return {place.id: _decide_place(problem, rules, visit, place, days) for place in visit.places}
    for place in visit.places:
        if place.kind not in without_case:
            without_case[place.kind] = _decide_place(problem, rules, visit, place, days)
    return {place.id: without_case[place.kind] for place in visit.places}


def _decide_place(problem: Problem, rules: RuleSet, visit: Visit, place: Place, days: tuple[date, ...]) -> Decision:
    if not days:
        return Decision(allowed=True, windows=())
    question = Question(
        place_kind=place.kind,
        place_id=place.id,
        time_zone=problem.time_zone,
        days=days,
        case=visit.case,
        notices_from=None if problem.as_of is None else problem.local_date(problem.as_of),
    )
    return evaluate(rules, question)


def _touched_days(problem: Problem, window: TimeWindow) -> Iterable[date]:
    first, last = problem.local_date(window.earliest_start), problem.local_date(window.latest_end)
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))
