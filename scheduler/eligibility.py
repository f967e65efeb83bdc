"""Which visits are lawful on the days of a problem, where, and within which hours."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.domain.plan import Route, StopDecision, StopType
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Place, PlaceKind, Visit
from scheduler.rules.decision import Decision, RuleReason
from scheduler.rules.evaluate import Cap, Question, caps_on_visits, evaluate
from scheduler.rules.hours import LawfulHours, lawful_hours
from scheduler.rules.overrides import rules_for
from scheduler.rules.rule_pack import RuleSet


def decide(problem: Problem, rules: RuleSet) -> Mapping[str, Mapping[str, Decision]]:
    """Judge every visit at each of its places, by the clocks of the place.

    Args:
        problem: What is to be planned.
        rules: The packs that the problem names.

    Returns:
        Visit id -> place id -> decision over all local days that the shifts touch; without shifts, over those that
        the visits' own windows touch. Where no day is left to ask about, the decision allows no hour.
    """
    return decide_together(problem, rules, decide_alone(problem, rules))


def decide_alone(problem: Problem, rules: RuleSet) -> Mapping[str, Mapping[str, Decision]]:
    """Judge every visit as if no other one were made; arguments and answer as of `decide`. Pins play no part in it."""
    asking = _Asking(problem, rules)
    without_case: dict[tuple[PlaceKind, ZoneInfo], Decision] = {}
    return {visit.id: _decide_visit(asking, visit, without_case) for visit in problem.visits}


def decide_together(
    problem: Problem, rules: RuleSet, alone: Mapping[str, Mapping[str, Decision]]
) -> Mapping[str, Mapping[str, Decision]]:
    """The same decisions, with those denied that leave no room for more important visits."""
    barred = _barred_by_others(_Asking(problem, rules), alone)
    return {**alone, **{visit_id: _with_reason(alone[visit_id], reason) for visit_id, reason in barred.items()}}


def decide_stops(problem: Problem, rules: RuleSet, routes: Iterable[Route]) -> tuple[StopDecision, ...]:
    """What the rules say of each planned visit on its own day, in the order of the routes.

    Args:
        problem: What was planned.
        rules: The packs that the problem names.
        routes: Of a plan that stops at visits and places of the problem.
    """
    places: dict[tuple[str | None, str | None], tuple[Visit, Place]] = {
        (visit.id, place.id): (visit, place) for visit in problem.visits for place in visit.places
    }
    asking = _Asking(problem, rules)
    found = []
    for stop in (stop for route in routes for stop in route.stops if stop.type is StopType.VISIT):
        visit, place = places[stop.visit_id, stop.place_id]
        found.append(_decide_place(asking, visit, place, on=stop.service_start_time).of_stop(stop))
    return tuple(found)


def asked_days(problem: Problem, time_zone: ZoneInfo) -> tuple[date, ...]:
    """The local days of a zone that the rules are asked about, sorted."""
    windows: Iterable[TimeWindow] = problem.working_windows
    if not windows:
        windows = (window for visit in problem.visits for place in visit.places for window in place.time_windows)
    return tuple(sorted({day for window in set(windows) for day in _touched_days(window, time_zone)}))


class _Asking:
    """Puts the question about a place of a visit, with the days of the place's own zone."""

    def __init__(self, problem: Problem, rules: RuleSet) -> None:
        self.problem = problem
        self.rules = rules
        self._zones = problem.place_zones
        self._days = {zone: asked_days(problem, zone) for zone in {problem.time_zone, *self._zones.values()}}

    def zone(self, place: Place) -> ZoneInfo:
        return self._zones[place.location_id]

    def question(self, visit: Visit, place: Place, on: datetime | None = None) -> Question | None:
        """About the day of a moment, or about all days; None when there is no day to ask about."""
        zone = self.zone(place)
        days = self._days[zone] if on is None else (on.astimezone(zone).date(),)
        if not days:
            return None
        return Question(
            place_kind=place.kind,
            place_id=place.id,
            time_zone=zone,
            days=days,
            case=visit.case,
            notices_from=self.problem.notices_from(zone),
        )


def hours_at(problem: Problem, rules: RuleSet, visit: Visit, place: Place) -> LawfulHours:
    """What the rules about hours leave at a place, before any rule about the case takes days away."""
    asking = _Asking(problem, rules)
    question = asking.question(visit, place)
    if question is None:
        return LawfulHours(())
    return lawful_hours(rules_for(asking.rules, visit.case), question.topic, question.time_zone, question.days)


def _decide_visit(
    asking: _Asking, visit: Visit, without_case: dict[tuple[PlaceKind, ZoneInfo], Decision]
) -> Mapping[str, Decision]:
    """Judge one visit; the decisions of visits without a case are the same for all of a zone, and shared."""
    if visit.case is not None:
        return {place.id: _decide_place(asking, visit, place) for place in visit.places}
    decisions = {}
    for place in visit.places:
        alike = (place.kind, asking.zone(place))
        if alike not in without_case:
            without_case[alike] = _decide_place(asking, visit, place)
        decisions[place.id] = without_case[alike]
    return decisions


def _barred_by_others(asking: _Asking, alone: Mapping[str, Mapping[str, Decision]]) -> Mapping[str, RuleReason]:
    """Visits that may be made alone, but not together with more important ones of the same person, debt or address.

    A cap leaves room for so many visits in all of the days together, which is at least as strict as it asks. Visits
    that overrides except from a cap are counted by it, before all others.
    """
    room: dict[tuple[str, str], int] = {}
    barred: dict[str, RuleReason] = {}
    shared = []
    for visit in asking.problem.visits:
        places = [place for place in visit.places if alone[visit.id][place.id].allowed]
        shared.append((visit, {key: cap for place in places for key, cap in _shared_caps(asking, visit, place)}))
    for visit, caps in sorted(shared, key=lambda one: (_binds(one[1]), _most_important_first(one[0]))):
        for key, cap in caps.items():
            if key not in room:
                room[key] = max(1, cap.params.left(cap.facts))
        full = next((cap for key, cap in caps.items() if cap.bars and room[key] < 1), None)
        if full is not None:
            barred[visit.id] = full.reason
            continue
        for key in caps:
            room[key] -= 1
    return barred


def _shared_caps(asking: _Asking, visit: Visit, place: Place) -> Iterable[tuple[tuple[str, str], Cap]]:
    """The caps that count a visit with others, by rule and by what these have in common."""
    question = asking.question(visit, place)
    for cap in () if question is None else caps_on_visits(asking.rules, question):
        common = cap.params.together(cap.facts.case, place.location_id)
        if common is not None:
            yield (cap.rule_id, common), cap


def _binds(caps: Mapping[tuple[str, str], Cap]) -> bool:
    return all(cap.bars for cap in caps.values())


def _most_important_first(visit: Visit) -> tuple[bool, bool, int, str]:
    return (visit.pinned is None, not visit.mandatory, -visit.priority, visit.id)


def _with_reason(decisions: Mapping[str, Decision], reason: RuleReason) -> Mapping[str, Decision]:
    return {
        place_id: replace(decision, allowed=False, reasons=(*decision.reasons, reason))
        for place_id, decision in decisions.items()
    }


def _decide_place(asking: _Asking, visit: Visit, place: Place, on: datetime | None = None) -> Decision:
    question = asking.question(visit, place, on)
    return Decision(allowed=True, windows=()) if question is None else evaluate(asking.rules, question)


def _touched_days(window: TimeWindow, time_zone: ZoneInfo) -> Iterable[date]:
    first, last = (moment.astimezone(time_zone).date() for moment in (window.earliest_start, window.latest_end))
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))
