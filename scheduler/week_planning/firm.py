"""Days so near that nothing new can be announced for them: what was published stands."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from scheduler.domain.plan import Stop
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Pin
from scheduler.eligibility import decide_alone
from scheduler.rules.decision import Decision
from scheduler.rules.kinds.prior_notice import PriorNoticeParams
from scheduler.rules.rule_pack import RuleSet


def lead_days(rules: RuleSet, day: date) -> int:
    """How many days ahead the packs want a visit on this day announced, at most; 0 where none asks for notice."""
    leads = [
        placed.rule.params.min_lead_days
        for placed in rules.rules
        if isinstance(placed.rule.params, PriorNoticeParams) and placed.in_force(day)
    ]
    return max(leads, default=0)


def is_firm(problem: Problem, rules: RuleSet, day: date) -> bool:
    """Whether a notice that is sent when the problem's facts were true comes too late for the day."""
    lead, told_from = lead_days(rules, day), problem.notices_from(problem.time_zone)
    if not lead:
        return False
    return told_from is None or day < told_from + timedelta(days=lead)


def with_firm_visits(problem: Problem, firm: Iterable[tuple[Problem, Mapping[str, str]]], rules: RuleSet) -> Problem:
    """The problem of the week with the published visits of firm days held to their crew, place and time.

    A visit that is not lawful any more as it was published is not held: its borrower may be met on a later day.

    Args:
        problem: Of the week.
        firm: The problem of each firm day, and the names of its shifts in the week.
        rules: The packs that the problem names.
    """
    pins = {visit_id: pin for day, shift_ids in firm for visit_id, pin in _pins(day, shift_ids, rules)}
    return replace(
        problem,
        visits=tuple(
            replace(visit, pinned=pins[visit.id], mandatory=True, given_penalty=None)
            if visit.pinned is None and visit.id in pins
            else visit
            for visit in problem.visits
        ),
    )


def _pins(day: Problem, shift_ids: Mapping[str, str], rules: RuleSet) -> Iterator[tuple[str, Pin]]:
    plan = day.published_plan
    decisions = {} if plan is None else decide_alone(day, rules)
    for route in () if plan is None else plan.routes:
        for stop in route.stops:
            decision = decisions.get(stop.visit_id or "", {}).get(stop.place_id or "")
            if route.shift_id in shift_ids and decision is not None and _allows(decision, stop):
                pin = Pin(
                    shift_id=shift_ids[route.shift_id],
                    place_id=stop.place_id,
                    service_start_time=stop.service_start_time,
                )
                yield stop.visit_id or "", pin


def _allows(decision: Decision, stop: Stop) -> bool:
    visit = TimeWindow(earliest_start=stop.service_start_time, latest_end=stop.departure_time)
    return decision.allowed and (decision.windows is None or any(span.holds(visit) for span in decision.windows))
