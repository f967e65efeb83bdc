"""Whether the rules in force allow every visit as planned: that crew, that place, those times."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from scheduler.checker.instants import ZERO, elapsed, is_usable
from scheduler.checker.lookup import Lookup, RoutedVisit
from scheduler.checker.reports import of_stop
from scheduler.domain.plan import StopDecision
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.violation import Violation
from scheduler.rules.decision import RuleReason
from scheduler.rules.evaluate import Cap, Question, caps_on_visits, evaluate
from scheduler.rules.rule_pack import RuleSet

type _AsPlanned = tuple[str, str | None, str, datetime, datetime]


@dataclass(frozen=True, slots=True)
class LawAnswers:
    """What the rules said of visits as planned, for who has many plans of one problem judged.

    The plans may be of problems that differ in pins alone. A visit with the same place, crew and times is not asked
    about again.
    """

    reasons: dict[_AsPlanned, tuple[RuleReason, ...]] = field(default_factory=dict)
    caps: dict[_AsPlanned, tuple[Cap, ...]] = field(default_factory=dict)


def law_violations(lookup: Lookup, rules: RuleSet, known: LawAnswers) -> Iterator[Violation]:
    """One violation per rule that says no to a planned visit.

    A visit at an unknown place, or with times from which no span of time can be made, is refused by other checks
    and not judged here. A visit on an unknown shift is judged without its crew.
    """
    for routed in lookup.routed:
        for reason in _reasons(lookup, rules, routed, known):
            yield _unlawful(routed, reason)


def cap_violations(lookup: Lookup, rules: RuleSet, known: LawAnswers) -> Iterator[Violation]:
    """One violation for each visit that comes too soon after other planned ones of the same person, debt or address."""
    planned: dict[tuple[str, str], list[_Capped]] = {}
    for routed in lookup.routed:
        if routed.place is None:
            continue
        for cap in _caps(lookup, rules, routed, known):
            common = cap.params.together(cap.facts.case, routed.place.location_id)
            if common is not None:
                day = cap.facts.day_of(routed.stop.service_start_time)
                planned.setdefault((cap.rule_id, common), []).append(_Capped(day, routed, cap))
    for visits in planned.values():
        # Visits that the cap does not bar are made anyway, so that the others of their day come after them.
        in_order = sorted(visits, key=lambda visit: (visit.day, visit.cap.bars, visit.routed.visit.id))
        for number, (day, routed, cap) in enumerate(in_order):
            first = cap.params.begin_of_window(day)
            before = sum(first <= earlier.day for earlier in in_order[:number])
            logged = sum(first <= logged <= day for logged in cap.params.counted_days(cap.facts) or ())
            if cap.bars and before and before + logged >= cap.params.max_count:
                yield _unlawful(routed, cap.reason)


def stop_decisions(lookup: Lookup, rules: RuleSet) -> tuple[StopDecision, ...]:
    """What the rules say of each planned visit, as planned; none of those that cannot be judged."""
    asked = ((routed, _question(lookup, routed)) for routed in lookup.routed)
    return tuple(evaluate(rules, question).of_stop(routed.stop) for routed, question in asked if question is not None)


class _Capped(NamedTuple):
    """A planned visit on its local day, under a cap."""

    day: date
    routed: RoutedVisit
    cap: Cap


def _unlawful(routed: RoutedVisit, reason: RuleReason) -> Violation:
    broken = of_stop("unlawful", reason.en, routed.route, routed.stop)
    return replace(broken, rule_id=reason.rule_id, message_zh=reason.zh)


def _reasons(lookup: Lookup, rules: RuleSet, routed: RoutedVisit, known: LawAnswers) -> tuple[RuleReason, ...]:
    key = _as_planned(routed)
    if key not in known.reasons:
        question = _question(lookup, routed)
        known.reasons[key] = () if question is None else evaluate(rules, question).reasons
    return known.reasons[key]


def _caps(lookup: Lookup, rules: RuleSet, routed: RoutedVisit, known: LawAnswers) -> tuple[Cap, ...]:
    key = _as_planned(routed)
    if key not in known.caps:
        question = _question(lookup, routed)
        known.caps[key] = () if question is None else caps_on_visits(rules, question)
    return known.caps[key]


def _as_planned(routed: RoutedVisit) -> _AsPlanned:
    stop = routed.stop
    return routed.visit.id, stop.place_id, routed.route.shift_id, stop.service_start_time, stop.departure_time


def _question(lookup: Lookup, routed: RoutedVisit) -> Question | None:
    """What the rules are asked about a planned visit; None when its place or times cannot be used."""
    start, end = routed.stop.service_start_time, routed.stop.departure_time
    if routed.place is None or not (is_usable(start) and is_usable(end)) or elapsed(start, end) < ZERO:
        return None
    zone = lookup.zones[routed.place.location_id]
    return Question(
        place_kind=routed.place.kind,
        place_id=routed.place.id,
        time_zone=zone,
        days=(start.astimezone(zone).date(),),
        case=routed.visit.case,
        planned=TimeWindow(earliest_start=start, latest_end=end),
        crew=None if routed.shift is None else routed.crew,
        notices_from=lookup.problem.notices_from(zone),
    )
