"""A week is planned as one, taken apart by day, and keeps what was announced, agreed and learned at doors."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from scheduler.domain.case import Block, Channel, Contact, Notice
from scheduler.domain.errors import InvalidInput
from scheduler.domain.problem import Problem
from scheduler.domain.visit import Visit
from scheduler.planning import SearchLimits, check_plan
from scheduler.week_check import week_violations
from scheduler.week_planning import WeekPlan, plan_week, united
from tests.builders import DAY, ZONE, a_problem, a_shift, time, window
from tests.weeks import PACKS, WEEK, a_call, a_visit_made, a_week, with_log

LIMITS = SearchLimits(seconds=None, iterations=60)


def planned(*problems: Problem) -> WeekPlan:
    made = plan_week(united(problems), limits=LIMITS)
    assert check_plan(made.problem, made.plan) == ()
    for day in made.days:
        assert check_plan(day.problem, day.plan) == ()
    assert week_violations((day.problem, day.plan) for day in made.days) == ()
    return made


def day_of(made: WeekPlan, visit_id: str) -> date | None:
    return next((one.day for one in made.days for route in one.plan.routes if visit_id in route.visit_ids), None)


def start_of(made: WeekPlan, visit_id: str) -> datetime:
    (start,) = (
        stop.service_start_time.astimezone(ZONE)
        for one in made.days
        for route in one.plan.routes
        for stop in route.stops
        if stop.visit_id == visit_id
    )
    return start


def of_days(week: Problem) -> list[Problem]:
    """The same week as a problem a day, all with one name for the shift."""
    return [replace(week, shifts=(replace(shift, id="crew"),)) for shift in week.shifts]


def test_every_day_has_a_lawful_plan_of_its_own_and_each_visit_one_day() -> None:
    made = planned(a_week(*(a_call(f"v{number}", position=number) for number in range(1, 12))))
    assert [one.day for one in made.days] == list(WEEK)
    assert sum(len(route.visit_ids) for one in made.days for route in one.plan.routes) == 11
    assert made.plan.unassigned == ()


def test_days_given_one_by_one_make_the_same_week_and_keep_the_names_of_their_shifts() -> None:
    made = planned(*of_days(a_week(a_call("a"), a_call("b", position=3))))
    assert {route.shift_id for one in made.days for route in one.plan.routes} == {"crew"}
    assert {day_of(made, name) for name in ("a", "b")} <= set(WEEK)


def test_problems_of_the_same_day_are_refused() -> None:
    week = of_days(a_week(a_call("a")))
    with pytest.raises(InvalidInput) as refused:
        united([week[0], week[0]])
    assert [fault.code for fault in refused.value.faults] == ["day_twice"]


def test_problems_further_apart_than_a_week_are_refused() -> None:
    near, far = (a_problem([a_call("a")], [a_shift("s", day=DAY + timedelta(days=days))]) for days in (0, 7))
    with pytest.raises(InvalidInput) as refused:
        united([near, far])
    assert [fault.code for fault in refused.value.faults] == ["too_many_days"]


def test_problems_under_different_law_are_refused() -> None:
    one, other, *_ = of_days(a_week(a_call("a")))
    with pytest.raises(InvalidInput) as refused:
        united([one, replace(other, rule_packs=("cn-base",))])
    assert [fault.code for fault in refused.value.faults] == ["not_of_one_week"]


def a_vain_visit(day: date, clock: str) -> Contact:
    return Contact(channel=Channel.VISIT, at=time(clock, day), reached=False, outcome="NOT_HOME", place_kind="home")


def test_after_a_vain_visit_the_next_one_is_on_another_weekday_and_in_another_part_of_the_day() -> None:
    log = with_log(a_vain_visit(DAY - timedelta(days=7), "10:00"))
    start = start_of(planned(a_week(a_call("again", contacts=log))), "again")
    assert start.date().weekday() != DAY.weekday()
    assert start.hour >= 12


def test_where_no_other_weekday_is_left_another_part_of_the_day_will_do() -> None:
    log = with_log(a_vain_visit(DAY - timedelta(days=7), "10:00"))
    tuesday = replace(a_week(a_call("again", contacts=log)), shifts=(a_shift("s0", "ann", "bo"),))
    assert start_of(planned(tuesday), "again").hour >= 12


def test_where_the_borrower_has_no_other_hours_the_same_ones_will_do() -> None:
    log = with_log(a_vain_visit(DAY - timedelta(days=7), "10:00"))
    call = a_call("again", contacts=log)
    mornings = replace(call, places=(replace(call.places[0], time_windows=(window("09:00", "11:00"),)),))
    assert start_of(planned(a_week(mornings)), "again").hour < 11


def test_an_agreed_day_is_kept() -> None:
    agreed = Contact(
        channel=Channel.VISIT,
        at=time("10:00", DAY - timedelta(days=9)),
        reached=True,
        outcome="RESCHEDULE",
        until=WEEK[4],
    )
    assert day_of(planned(a_week(a_call("agreed", contacts=with_log(agreed)))), "agreed") == WEEK[4]


def a_notice(first: date, last: date) -> Notice:
    sent = time("10:00", DAY - timedelta(days=8))
    return Notice(
        sent_at=sent, delivered_at=sent, first_day=first, last_day=last, collector_ids=frozenset({"ann", "bo"})
    )


def test_a_visit_is_made_before_its_notice_expires() -> None:
    noticed = a_call("noticed", notices=(a_notice(WEEK[1], WEEK[1]),))
    made = planned(a_week(noticed, *(a_call(f"v{number}", position=number) for number in range(2, 6))))
    assert day_of(made, "noticed") == WEEK[1]


def as_of(week: Problem, day: date) -> Problem:
    return replace(week, as_of=time("08:00", day))


def test_days_inside_the_notice_lead_are_firm_and_the_rest_is_free() -> None:
    made = planned(as_of(a_week(a_call("a")), DAY - timedelta(days=1)))
    assert [one.day for one in made.days if one.is_firm] == [WEEK[0], WEEK[1]]
    assert day_of(made, "a") not in {WEEK[0], WEEK[1]}


def test_without_a_rule_about_notices_no_day_is_firm() -> None:
    made = planned(replace(a_week(a_call("a")), rule_packs=("cn-base",)))
    assert not any(one.is_firm for one in made.days)


def published(visit_ids: tuple[str, ...]) -> list[Problem]:
    """The problems of a week whose first day was published with these visits, announced in time; today is the eve."""
    notice = a_notice(WEEK[0], WEEK[0])
    calls = [a_call(name, position=number, notices=(notice,)) for number, name in enumerate(visit_ids, start=1)]
    before = of_days(as_of(a_week(*calls), DAY - timedelta(days=10)))
    (first, *_) = planned(before[0]).days
    today = of_days(as_of(a_week(*calls), DAY - timedelta(days=1)))
    return [replace(today[0], published_plan=first.plan), *today[1:]]


def test_a_published_visit_of_a_firm_day_stays_with_its_crew_at_its_time() -> None:
    problems = published(("a", "b", "c"))
    plan = problems[0].published_plan
    assert plan is not None
    before = {stop.visit_id: stop.service_start_time for route in plan.routes for stop in route.stops if stop.visit_id}
    made = planned(*problems)
    assert len(before) == 3
    assert {name: start_of(made, name or "") for name in before} == before


def test_a_published_visit_that_is_not_lawful_any_more_is_not_held() -> None:
    problems = published(("a", "b"))
    disputed = [
        replace(
            problem,
            visits=tuple(
                replace(visit, case=replace(visit.case, blocks=(Block(code="disputed", until=WEEK[2]),)))
                if visit.id == "a" and visit.case is not None
                else visit
                for visit in problem.visits
            ),
        )
        for problem in problems
    ]
    made = planned(*disputed)
    assert day_of(made, "b") == WEEK[0]
    assert day_of(made, "a") in WEEK[3:]


def test_the_week_check_finds_two_days_with_one_person() -> None:
    problem = replace(a_week(a_call("one", person="p1")), rule_packs=PACKS)
    other = a_week(a_call("two", position=2, person="p1"))
    days = [planned(replace(week, shifts=(week.shifts[at],))).days[0] for at, week in ((0, problem), (3, other))]
    found = week_violations((day.problem, day.plan) for day in days)
    assert {(one.visit_id, one.rule_id) for one in found} == {("two", "CN-VIS-CAP")}


def test_the_week_check_finds_a_visit_that_stands_on_two_days() -> None:
    week = replace(a_week(a_call("one")), rule_packs=())
    days = [planned(replace(week, shifts=(shift,))).days[0] for shift in week.shifts[:2]]
    assert [one.code for one in week_violations((day.problem, day.plan) for day in days)] == ["visit_twice"]


def test_a_log_of_before_counts_in_the_week_check() -> None:
    problem = a_week(a_call("one", contacts=with_log(a_visit_made(DAY - timedelta(days=3)))))
    made = planned(problem)
    assert day_of(made, "one") in WEEK[4:]
    at = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) - timedelta(days=1)
    later = Contact(channel=Channel.VISIT, at=at, reached=True)
    days = [
        (replace(day.problem, visits=tuple(_with(visit, later) for visit in day.problem.visits)), day.plan)
        for day in made.days
    ]
    assert {one.rule_id for one in week_violations(days)} == {"CN-VIS-CAP", "CN-VIS-CAP-30"}


def _with(visit: Visit, contact: Contact) -> Visit:
    case = visit.case
    assert case is not None
    assert case.contacts is not None
    return replace(visit, case=replace(case, contacts=(*case.contacts, contact)))
