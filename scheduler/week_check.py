"""Whether the days of a week are lawful together; shares no code with what plans them.

The checker judges each day by what was known when the week was planned. Here every planned visit becomes an entry of
the contact log of all later ones of the same borrower, and the rules are asked again: caps and quiet periods have to
hold over the whole week, whoever else was planned to be visited on another day.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scheduler.domain.case import Case, Channel, Contact
from scheduler.domain.plan import Plan, Stop
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.violation import Violation
from scheduler.domain.visit import Place, Visit
from scheduler.rules.decision import RuleReason
from scheduler.rules.evaluate import evaluate
from scheduler.rules.kinds.frequency_cap import FrequencyCapParams, Scope
from scheduler.rules.load import load_rule_set
from scheduler.rules.question import Question
from scheduler.rules.rule_pack import RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """A planned visit with the day's problem that it stands in."""

    problem: Problem
    visit: Visit
    place: Place
    stop: Stop

    @property
    def start(self) -> datetime:
        return self.stop.service_start_time


def week_violations(days: Iterable[tuple[Problem, Plan]]) -> tuple[Violation, ...]:
    """Everything that the days break together; the empty tuple proves the week sound.

    A visit is counted as if it met the borrower, which is the worst that caps and quiet periods can think of.

    Args:
        days: Each day's problem with its plan, in any order. What a day breaks by itself is the checker's to say;
            it is told here too when a rule about the case says no.
    """
    planned = sorted((one for problem, plan in days for one in _planned(problem, plan)), key=lambda one: one.start)
    found = list(_twice(planned))
    for number, one in enumerate(planned):
        if one.visit.case is not None:
            found += [_unlawful(one, reason) for reason in _reasons(one, one.visit.case, planned[:number])]
    return tuple(found)


def _planned(problem: Problem, plan: Plan) -> Iterator[_Planned]:
    visits = {visit.id: visit for visit in problem.visits}
    for route in plan.routes:
        for stop in route.stops:
            visit = visits.get(stop.visit_id or "")
            place = None if visit is None else next((one for one in visit.places if one.id == stop.place_id), None)
            if visit is not None and place is not None:
                yield _Planned(problem=problem, visit=visit, place=place, stop=stop)


def _twice(planned: Sequence[_Planned]) -> Iterator[Violation]:
    seen: set[str] = set()
    for one in planned:
        if one.visit.id in seen:
            yield Violation(code="visit_twice", message="the visit is planned on two days", visit_id=one.visit.id)
        seen.add(one.visit.id)


def _reasons(one: _Planned, case: Case, before: Sequence[_Planned]) -> tuple[RuleReason, ...]:
    rules = load_rule_set(one.problem.rule_packs)
    same_person = [other for other in before if _is_same_person(other.visit.case, case)]
    reasons = _asked(rules, one, _with_log(case, [_entry(other, case) for other in same_person]))
    at_addresses = _of_addresses(rules)
    if not at_addresses.rules:
        return reasons
    neighbours = [other for other in before if other.place.location_id == one.place.location_id]
    entries = [replace(_entry(other, case), place_id=one.place.id) for other in neighbours]
    return tuple(dict.fromkeys((*reasons, *_asked(at_addresses, one, _with_log(case, entries)))))


def _asked(rules: RuleSet, one: _Planned, case: Case) -> tuple[RuleReason, ...]:
    zone = one.problem.place_zones[one.place.location_id]
    question = Question(
        place_kind=one.place.kind,
        place_id=one.place.id,
        time_zone=zone,
        days=(one.start.astimezone(zone).date(),),
        case=case,
        planned=TimeWindow(earliest_start=one.start, latest_end=one.stop.departure_time),
        notices_from=one.problem.notices_from(zone),
    )
    return evaluate(rules, question).reasons


def _is_same_person(other: Case | None, case: Case) -> bool:
    return other is not None and other.person is not None and other.person == case.person


def _with_log(case: Case, entries: Sequence[Contact]) -> Case:
    return case if case.contacts is None else replace(case, contacts=(*case.contacts, *entries))


def _entry(other: _Planned, case: Case) -> Contact:
    """A planned visit as the log will have it; nobody knows yet whether it will meet the borrower, so it counts."""
    debt = None if other.visit.case is None else other.visit.case.debt
    return Contact(
        channel=Channel.VISIT,
        at=other.start,
        debt=debt,
        person=case.person,
        place_id=other.place.id,
        place_kind=str(other.place.kind),
    )


def _of_addresses(rules: RuleSet) -> RuleSet:
    """The caps alone that count all visits to one address."""
    packs = tuple(
        replace(
            pack,
            rules=tuple(
                rule
                for rule in pack.rules
                if isinstance(rule.params, FrequencyCapParams) and rule.params.scope is Scope.ADDRESS
            ),
        )
        for pack in rules.packs
    )
    return RuleSet.of(packs)


def _unlawful(one: _Planned, reason: RuleReason) -> Violation:
    return Violation(
        code="unlawful_in_the_week",
        message=reason.en,
        message_zh=reason.zh,
        visit_id=one.visit.id,
        rule_id=reason.rule_id,
    )
