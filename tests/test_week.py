"""A week's problem keeps caps, quiet days and blocks on each of its days, and among its own visits."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from scheduler.checker import violations
from scheduler.domain.case import Block, Channel, Contact, Notice
from scheduler.domain.collector import Shift
from scheduler.domain.plan import Plan, ReasonCode
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Visit
from scheduler.eligibility import decide
from scheduler.planning import SearchLimits, check_plan, plan_visits
from scheduler.rules.load import load_rule_set
from scheduler.rules.rule_pack import RuleSet
from tests.builders import DAY, ZONE, a_case, a_problem, a_shift, a_visit, time
from tests.plans import a_plan, line_matrix

PACKS = ("cn-base", "cn-house")
WEEK = tuple(DAY + timedelta(days=offset) for offset in range(7))
LIMITS = SearchLimits(seconds=None, iterations=60)


def a_call(name: str, *, position: int = 1, priority: int = 50, **facts: object) -> Visit:
    """A visit at any time of the week."""
    any_time = TimeWindow(earliest_start=time("00:00", WEEK[0]), latest_end=time("23:59", WEEK[-1]))
    return a_visit(name, position, any_time, priority=priority, case=a_case(**facts))


def a_week(*visits: Visit) -> Problem:
    shifts: list[Shift] = [
        a_shift(f"s{number}", "ann", "bo", start="09:00", end="18:00", day=day) for number, day in enumerate(WEEK)
    ]
    return a_problem(visits, shifts, rule_packs=PACKS)


def planned(problem: Problem) -> Plan:
    plan = plan_visits(problem, limits=LIMITS)
    assert check_plan(problem, plan) == ()
    return plan


def days_of(plan: Plan) -> dict[str, date]:
    return {
        stop.visit_id: stop.service_start_time.astimezone(ZONE).date()
        for route in plan.routes
        for stop in route.stops
        if stop.visit_id is not None
    }


def a_visit_made(day: date, *, reached: bool = True, outcome: str | None = None) -> Contact:
    at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    return Contact(channel=Channel.VISIT, at=at, reached=reached, outcome=outcome)


def with_log(*more: Contact) -> tuple[Contact, ...]:
    return (*(a_case().contacts or ()), *more)


def test_a_week_is_planned_day_by_day_within_every_rule() -> None:
    log = with_log(a_visit_made(DAY - timedelta(days=4)))
    problem = a_week(
        a_call("free"),
        a_call("met", position=2, contacts=log),
        a_call("blocked", position=3, blocks=(Block(code="disputed", until=WEEK[1]),)),
        a_call("away", position=4, contacts=with_log(a_visit_made(WEEK[0], reached=False, outcome="ID_NOT_ACCEPTED"))),
    )
    plan = planned(problem)
    days = days_of(plan)
    assert days["free"] in WEEK
    assert days["met"] >= DAY + timedelta(days=3)  # the seventh day after the visit before
    assert days["blocked"] >= WEEK[2]
    assert "away" not in days  # quiet until the eighth day


def test_a_notice_binds_the_day_and_the_crew() -> None:
    def noticed(*people: str) -> tuple[Notice, ...]:
        sent = time("10:00", DAY - timedelta(days=8))
        return (
            Notice(
                sent_at=sent,
                delivered_at=sent,
                first_day=WEEK[3],
                last_day=WEEK[3],
                collector_ids=frozenset(people),
            ),
        )

    calls = (a_call("known", notices=noticed("ann", "bo")), a_call("other", notices=noticed("ann", "cy")))
    days = days_of(planned(a_problem_that_cannot_send(*calls)))
    assert days == {"known": WEEK[3]}


def a_problem_that_cannot_send(*visits: Visit) -> Problem:
    return replace(a_week(*visits), as_of=None)


def test_visits_of_one_person_share_a_cap_and_the_more_important_one_is_made() -> None:
    problem = a_week(
        a_call("small", priority=20, person="p1", debt="d1"),
        a_call("large", priority=80, person="p1", debt="d2", position=2),
        a_call("alone", priority=10, person="p2", position=3),
    )
    plan = planned(problem)
    assert set(days_of(plan)) == {"large", "alone"}
    (left_out,) = plan.unassigned
    assert [(reason.code, reason.rule_id) for reason in left_out.reasons] == [(ReasonCode.FREQUENCY_CAP, "CN-VIS-CAP")]


def test_what_was_visited_before_counts_with_what_is_planned() -> None:
    before = with_log(a_visit_made(DAY - timedelta(days=20)), a_visit_made(DAY - timedelta(days=10)))
    log = with_log(a_visit_made(DAY - timedelta(days=20)))
    problem = a_week(a_call("third", contacts=before), a_call("second", contacts=log, position=2))
    plan = planned(problem)
    assert set(days_of(plan)) == {"second"}


@pytest.mark.parametrize(("apart", "broken"), [(0, ["CN-VIS-CAP"]), (6, ["CN-VIS-CAP"])])
def test_the_checker_refuses_two_visits_of_one_person_too_near_each_other(apart: int, broken: list[str]) -> None:
    problem = a_week(a_call("one", person="p1"), a_call("two", position=2, person="p1"))
    stops: dict[str, list[str]] = {"s0": ["one"], f"s{apart}": ["two"]}
    if apart == 0:
        stops = {"s0": ["one", "two"]}
    plan = a_plan(problem, stops)
    found = violations(problem, plan, travel=line_matrix(), rules=load_rule_set(PACKS))
    assert [violation.rule_id for violation in found if violation.code == "unlawful"] == broken


def test_the_checker_counts_planned_visits_with_those_in_the_log() -> None:
    log = with_log(a_visit_made(DAY - timedelta(days=20)))
    problem = a_week(a_call("one", person="p1", contacts=log), a_call("two", position=2, person="p1", contacts=log))
    plan = a_plan(problem, {"s0": ["one"], "s6": ["two"]})
    found = violations(problem, plan, travel=line_matrix(), rules=load_rule_set(PACKS))
    unlawful = [(violation.visit_id, violation.rule_id) for violation in found if violation.code == "unlawful"]
    assert unlawful == [("two", "CN-VIS-CAP"), ("two", "CN-VIS-CAP-30")]


def test_a_cap_of_two_with_one_in_the_log_leaves_room_for_one_of_two() -> None:
    (house,) = (pack for pack in load_rule_set(PACKS).packs if pack.name == "cn-house")
    cap = tuple(rule for rule in house.rules if rule.id == "CN-VIS-CAP-30")
    log = with_log(a_visit_made(DAY - timedelta(days=20)))
    calls = [
        a_call(name, person="p1", contacts=log, priority=priority) for name, priority in (("low", 10), ("high", 90))
    ]
    decisions = decide(a_week(*calls), RuleSet.of((replace(house, rules=cap),)))
    allowed = {visit_id: decisions[visit_id][f"{visit_id}-home"].allowed for visit_id in ("low", "high")}
    assert allowed == {"low": False, "high": True}


def test_the_checker_counts_visits_of_different_people_apart() -> None:
    problem = a_week(a_call("one", person="p1"), a_call("two", position=2, person="p2"))
    plan = a_plan(problem, {"s0": ["one", "two"]})
    assert violations(problem, plan, travel=line_matrix(), rules=load_rule_set(PACKS)) == ()
