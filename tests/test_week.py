"""A week's problem keeps caps, quiet days and blocks on each of its days, and among its own visits."""

from dataclasses import replace
from datetime import date, timedelta

from scheduler.domain.case import Block, Notice
from scheduler.domain.plan import Plan, ReasonCode
from scheduler.domain.problem import Problem
from scheduler.domain.visit import Visit
from scheduler.planning import SearchLimits, check_plan, plan_visits
from tests.builders import DAY, ZONE, time
from tests.weeks import WEEK, a_call, a_visit_made, a_week, with_log

LIMITS = SearchLimits(seconds=None, iterations=60)


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
