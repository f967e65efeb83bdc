"""Whether the rules in force allow every visit as planned: that crew, that place, those times."""

from collections.abc import Iterator
from dataclasses import replace

from scheduler.checker.instants import ZERO, elapsed, is_usable
from scheduler.checker.lookup import Lookup, RoutedVisit
from scheduler.checker.reports import of_stop
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.violation import Violation
from scheduler.rules.decision import RuleReason
from scheduler.rules.evaluate import Question, evaluate
from scheduler.rules.rule_pack import RuleSet


def law_violations(lookup: Lookup, rules: RuleSet) -> Iterator[Violation]:
    """One violation per rule that says no to a planned visit.

    A visit at an unknown place, or with times from which no span of time can be made, is refused by other checks
    and not judged here. A visit on an unknown shift is judged without its crew.
    """
    for routed in lookup.routed:
        for reason in _reasons(lookup, rules, routed):
            yield replace(of_stop("unlawful", reason.en, routed.route, routed.stop), rule_id=reason.rule_id)


def _reasons(lookup: Lookup, rules: RuleSet, routed: RoutedVisit) -> tuple[RuleReason, ...]:
    start, end = routed.stop.service_start_time, routed.stop.departure_time
    if routed.place is None or not (is_usable(start) and is_usable(end)) or elapsed(start, end) < ZERO:
        return ()
    as_of = lookup.problem.as_of
    question = Question(
        place_kind=routed.place.kind,
        place_id=routed.place.id,
        time_zone=lookup.problem.time_zone,
        days=(lookup.problem.local_date(start),),
        case=routed.visit.case,
        planned=TimeWindow(earliest_start=start, latest_end=end),
        crew=None if routed.shift is None else routed.crew,
        notices_from=None if as_of is None else lookup.problem.local_date(as_of),
    )
    return evaluate(rules, question).reasons
