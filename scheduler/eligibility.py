"""Which visits are lawful on the days of a problem, where, and within which hours."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from scheduler.domain.plan import Route, StopDecision, StopType
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Place, PlaceKind, Visit
from scheduler.rules.decision import Decision, RuleReason
from scheduler.rules.evaluate import Cap, Question, caps_on_visits, evaluate
from scheduler.rules.hours import LawfulHours, lawful_hours
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
    alone = {visit.id: _decide_visit(problem, rules, visit, days, without_case) for visit in problem.visits}
    barred = _barred_by_others(problem, rules, days, alone) if days else {}
    return alone | {visit_id: _with_reason(alone[visit_id], reason) for visit_id, reason in barred.items()}


def decide_stops(problem: Problem, rules: RuleSet, routes: Iterable[Route]) -> tuple[StopDecision, ...]:
    """What the rules say of each planned visit on its own day, in the order of the routes.

    Args:
        problem: What was planned.
        rules: The packs that the problem names.
        routes: Of a plan that stops at visits and places of the problem.
    """
    places = {(visit.id, place.id): (visit, place) for visit in problem.visits for place in visit.places}
    found = []
    for stop in (stop for route in routes for stop in route.stops if stop.type is StopType.VISIT):
        visit, place = places[stop.visit_id or "", stop.place_id or ""]
        days = (problem.local_date(stop.service_start_time),)
        found.append(_decide_place(problem, rules, visit, place, days).of_stop(stop))
    return tuple(found)


def asked_days(problem: Problem) -> tuple[date, ...]:
    """The local days that the rules are asked about, sorted."""
    windows: Iterable[TimeWindow] = problem.working_windows
    if not windows:
        windows = (window for visit in problem.visits for place in visit.places for window in place.time_windows)
    return tuple(sorted({day for window in set(windows) for day in _touched_days(problem, window)}))


def hours_at(problem: Problem, rules: RuleSet, visit: Visit, place: Place) -> LawfulHours:
    """What the rules about hours leave at a place, before any rule about the case takes days away."""
    days = asked_days(problem)
    if not days:
        return LawfulHours(())
    question = _question(problem, visit, place, days)
    return lawful_hours(rules, question.topic, question.time_zone, question.days)


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


def _barred_by_others(
    problem: Problem, rules: RuleSet, days: tuple[date, ...], alone: Mapping[str, Mapping[str, Decision]]
) -> Mapping[str, RuleReason]:
    """Visits that may be made alone, but not together with more important ones of the same person, debt or address.

    A cap leaves room for so many visits in all of the days together, which is at least as strict as it asks.
    """
    room: dict[tuple[str, str], int] = {}
    barred: dict[str, RuleReason] = {}
    for visit in sorted(problem.visits, key=_most_important_first):
        places = [place for place in visit.places if alone[visit.id][place.id].allowed]
        caps = {key: cap for place in places for key, cap in _shared_caps(problem, rules, visit, place, days)}
        for key, cap in caps.items():
            if key not in room:
                room[key] = max(1, cap.params.left(cap.facts))
        full = next((cap for key, cap in caps.items() if room[key] < 1), None)
        if full is not None:
            barred[visit.id] = full.reason
            continue
        for key in caps:
            room[key] -= 1
    return barred


def _shared_caps(
    problem: Problem, rules: RuleSet, visit: Visit, place: Place, days: tuple[date, ...]
) -> Iterable[tuple[tuple[str, str], Cap]]:
    """The caps that count a visit with others, by rule and by what these have in common."""
    for cap in caps_on_visits(rules, _question(problem, visit, place, days)):
        common = cap.params.together(cap.facts.case, place.location_id)
        if common is not None:
            yield (cap.rule_id, common), cap


def _most_important_first(visit: Visit) -> tuple[bool, bool, int, str]:
    return (visit.pinned is None, not visit.mandatory, -visit.priority, visit.id)


def _with_reason(decisions: Mapping[str, Decision], reason: RuleReason) -> Mapping[str, Decision]:
    return {
        place_id: replace(decision, allowed=False, reasons=(*decision.reasons, reason))
        for place_id, decision in decisions.items()
    }


def _decide_place(problem: Problem, rules: RuleSet, visit: Visit, place: Place, days: tuple[date, ...]) -> Decision:
    if not days:
        return Decision(allowed=True, windows=())
    return evaluate(rules, _question(problem, visit, place, days))


def _question(problem: Problem, visit: Visit, place: Place, days: tuple[date, ...]) -> Question:
    return Question(
        place_kind=place.kind,
        place_id=place.id,
        time_zone=problem.time_zone,
        days=days,
        case=visit.case,
        notices_from=problem.notices_from,
    )


def _touched_days(problem: Problem, window: TimeWindow) -> Iterable[date]:
    first, last = problem.local_date(window.earliest_start), problem.local_date(window.latest_end)
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))
