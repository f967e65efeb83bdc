"""Plans are lawful, and one bound passed by a minute, a day or a person is refused by the rule that set it."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.checker import violations
from scheduler.documents import read_plan, to_bytes, write_plan
from scheduler.domain.case import Block, Case, Channel, Contact, Notice
from scheduler.domain.collector import Qualification
from scheduler.domain.plan import Plan, Stop, StopDecision, StopType
from scheduler.domain.problem import Problem
from scheduler.domain.visit import Visit
from scheduler.eligibility import decide
from scheduler.planning import SearchLimits, check_plan, plan_visits
from scheduler.rules.load import load_rule_set
from tests.builders import DAY, MINUTE, a_case, a_problem, a_shift, a_visit, time, window
from tests.plans import change_stop, later, line_matrix
from tests.random_problems import a_random_problem
from tests.random_questions import CERTIFICATES
from tests.weeks import WEEK, a_call, a_week, with_log

LIMITS = SearchLimits(seconds=None, iterations=5)


@dataclass(frozen=True, kw_only=True)
class Law:
    """What packs say of visits on the day, in the words of their tables, and by which rule.

    `caps` are rules and their days for one visit; `notice` is a rule and its days of lead by a receipt.
    """

    packs: tuple[str, ...]
    opens: str
    closes: str
    hours_rule: str
    block: tuple[str, str]
    crew_rule: str | None = None
    caps: dict[str, int] = field(default_factory=dict)
    notice: tuple[str, int] | None = None


LAWS = (
    Law(
        packs=("cn-base",),
        opens="08:00",
        closes="22:00",
        hours_rule="CN-HRS-1",
        block=("disputed", "CN-CARD-69"),
        crew_rule="CN-CREW-1",
    ),
    Law(
        packs=("cn-base", "cn-house"),
        opens="09:00",
        closes="20:00",
        hours_rule="CN-HRS-3",
        block=("hardship", "CN-BLK-1"),
        crew_rule="CN-CREW-1",
        caps={"CN-VIS-CAP": 7},
        notice=("CN-NOTE-2", 3),
    ),
    Law(
        packs=("us-ma",),
        opens="08:00",
        closes="21:00",
        hours_rule="US-HRS-1",
        block=("cease_request", "US-CSE-1"),
        caps={"MA-VIS-2": 30},
    ),
    # In Kolkata it is two hours and a half earlier than at the places of these problems.
    Law(packs=("in-rbi",), opens="10:30", closes="21:30", hours_rule="IN-HRS-1", block=("open_complaint", "IN-BLK-2")),
    Law(
        packs=("ru-base",),
        opens="08:00",
        closes="22:00",
        hours_rule="RU-VIS-1-HOURS",
        block=("minor", "RU-BLK-1"),
        caps={"RU-VIS-1": 7},
    ),
)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A visit on a route of a plan, and where it stands there."""

    law: Law
    problem: Problem
    plan: Plan
    route: int
    index: int

    @property
    def stop(self) -> Stop:
        return self.plan.routes[self.route].stops[self.index]

    def denied(self, problem: Problem | None = None, plan: Plan | None = None) -> set[str | None]:
        """The rules that refuse the visit, in another problem or plan where these are given."""
        problem, plan = problem or self.problem, plan or self.plan
        found = violations(problem, plan, travel=line_matrix(), rules=load_rule_set(self.law.packs))
        return {one.rule_id for one in found if one.code == "unlawful" and one.visit_id == self.stop.visit_id}

    def moved(self, by: timedelta) -> Plan:
        return change_stop(self.plan, self.index, self.route, **later(self.stop, by))

    def with_case(self, **facts: object) -> Problem:
        """The problem with other facts of the visit's case."""
        visits = [
            replace(visit, case=replace(_case_of(visit), **facts)) if visit.id == self.stop.visit_id else visit  # type: ignore[arg-type]  # facts of a case
            for visit in self.problem.visits
        ]
        return replace(self.problem, visits=tuple(visits))

    def with_crew_of(self, count: int) -> Problem:
        shift_id = self.plan.routes[self.route].shift_id
        shifts = [
            replace(shift, collector_ids=shift.collector_ids[:count]) if shift.id == shift_id else shift
            for shift in self.problem.shifts
        ]
        return replace(self.problem, shifts=tuple(shifts))


def _case_of(visit: Visit) -> Case:
    assert visit.case is not None
    return visit.case


@cache
def a_planned_problem(seed: int, number: int) -> tuple[Problem, Plan]:
    """A few visits with their cases, of which some are barred, and a plan for them."""
    random, law = Random(seed), LAWS[number]
    problem = a_random_problem(random, visits=random.choice((1, 3, 5, 7)), shifts=2, rule_packs=law.packs)
    held = tuple(Qualification(code=code, valid_until=DAY) for code in CERTIFICATES)
    problem = replace(
        problem,
        collectors=tuple(replace(collector, qualifications=held) for collector in problem.collectors),
        visits=tuple(replace(visit, case=_a_random_case(random, law, visit.id)) for visit in problem.visits),
    )
    return problem, plan_visits(problem, limits=LIMITS)


def _a_random_case(random: Random, law: Law, name: str) -> Case:
    return a_case(
        actor="third_party",
        product="consumer_loan",
        debt=name,
        person=random.choice((None, name, "somebody")),
        blocks=(Block(code=law.block[0]),) if random.random() < 0.2 else (),
    )


planned = st.tuples(st.integers(0, 59), st.integers(0, len(LAWS) - 1))
"""Three hundred problems, which all tests here share."""


def placed(made: tuple[int, int]) -> list[Placed]:
    problem, plan = a_planned_problem(*made)
    return [
        Placed(law=LAWS[made[1]], problem=problem, plan=plan, route=route, index=index)
        for route, laid in enumerate(plan.routes)
        for index, stop in enumerate(laid.stops)
        if stop.type is StopType.VISIT
    ]


def told_decisions(made: tuple[int, int]) -> tuple[StopDecision, ...]:
    """What the certificate of the plan tells of its visits."""
    _, plan = a_planned_problem(*made)
    assert plan.certificate is not None
    assert plan.certificate.decisions is not None
    return plan.certificate.decisions


def told_at(moment: datetime) -> tuple[Notice, ...]:
    """A notice of the day for everybody, delivered then."""
    people = frozenset(f"c{shift}{letter}" for shift in range(2) for letter in "abc")
    return (Notice(sent_at=moment, delivered_at=moment, first_day=DAY, last_day=DAY, collector_ids=people),)


@settings(max_examples=300)
@given(planned)
def test_a_plan_of_eligible_visits_passes_the_checker_and_takes_no_barred_one(made: tuple[int, int]) -> None:
    problem, plan = a_planned_problem(*made)
    assert check_plan(problem, plan) == ()
    barred = {visit.id for visit in problem.visits if _case_of(visit).blocks}
    on_route = [one.stop.visit_id for one in placed(made)]
    assert barred.isdisjoint(on_route)
    assert [told.visit_id for told in told_decisions(made)] == on_route


@settings(max_examples=300)
@given(planned)
def test_a_visit_a_minute_past_its_lawful_hours_is_refused_by_the_rule_about_them(made: tuple[int, int]) -> None:
    for one in placed(made):
        earliest = time(one.law.opens) - one.stop.service_start_time
        latest = time(one.law.closes) - one.stop.departure_time
        assert one.denied(plan=one.moved(earliest)) == one.denied(plan=one.moved(latest)) == set()
        assert one.law.hours_rule in one.denied(plan=one.moved(earliest - MINUTE))
        assert one.law.hours_rule in one.denied(plan=one.moved(latest + MINUTE))


@settings(max_examples=300)
@given(planned)
def test_the_certificate_tells_the_hours_that_the_law_leaves(made: tuple[int, int]) -> None:
    for one, told in zip(placed(made), told_decisions(made), strict=True):
        assert (told.lawful_from, told.lawful_until) == (time(one.law.opens), time(one.law.closes))
        assert one.law.hours_rule in told.rule_ids
        assert one.law.block[1] in told.rule_ids
        assert told.crew_minimum == (2 if one.law.crew_rule else 1)


@settings(max_examples=300)
@given(planned)
def test_a_certificate_that_tells_the_law_otherwise_is_refused_and_one_that_tells_nothing_is_not(
    made: tuple[int, int],
) -> None:
    problem, plan = a_planned_problem(*made)
    assert plan.certificate is not None
    for number, told in enumerate(told_decisions(made)):
        others = list(told_decisions(made))
        others[number] = replace(told, rule_ids=told.rule_ids[1:])
        changed = replace(plan.certificate, decisions=tuple(others))
        broken = [(one.code, one.visit_id) for one in check_plan(problem, replace(plan, certificate=changed))]
        assert broken == [("other_decision", told.visit_id)]
    silent = replace(plan, certificate=replace(plan.certificate, decisions=None))
    assert check_plan(problem, silent) == ()


def test_a_plan_over_several_days_tells_the_hours_of_each_day_and_survives_writing() -> None:
    blocked = a_call("later", person="p2", blocks=(Block(code="hardship", until=WEEK[2]),))
    problem = a_week(a_call("any", person="p1"), blocked)
    plan = read_plan(to_bytes(write_plan(plan_visits(problem, limits=LIMITS), problem.time_zone)))
    assert check_plan(problem, plan) == ()
    assert plan.certificate is not None
    hours = {told.visit_id: told.lawful_from for told in plan.certificate.decisions or ()}
    for route in plan.routes:
        for visit_id in route.visit_ids:
            assert hours[visit_id] == time("09:00", problem.local_date(route.stops[0].departure_time))
    assert sorted(hours) == ["any", "later"]


def test_a_certificate_tells_no_rule_that_comes_into_force_on_a_later_day_of_the_problem() -> None:
    eve = date(2026, 8, 31)
    shifts = [a_shift("s1", day=eve), a_shift("s2", "s1-a", "s1-b", day=eve + timedelta(days=1))]
    visit = a_visit("v1", 1, window("09:00", "12:00", eve), case=a_case(actor="third_party"))
    problem = a_problem([visit], shifts, rule_packs=("us-nyc",))
    plan = plan_visits(problem, limits=LIMITS)
    assert check_plan(problem, plan) == ()
    assert plan.certificate is not None
    (told,) = plan.certificate.decisions or ()
    assert "US-HRS-1" in told.rule_ids
    assert "NYC-FRQ-1" not in told.rule_ids


@settings(max_examples=300)
@given(planned)
def test_a_crew_of_one_person_too_few_is_refused_by_the_rule_about_crews(made: tuple[int, int]) -> None:
    for one in placed(made):
        assert one.denied(one.with_crew_of(2)) == set()
        assert one.denied(one.with_crew_of(1)) == ({one.law.crew_rule} if one.law.crew_rule else set())


@settings(max_examples=300)
@given(planned)
def test_a_block_that_lasts_to_the_day_is_refused_by_its_rule_and_one_that_ended_before_is_not(
    made: tuple[int, int],
) -> None:
    for one in placed(made):
        code, rule_id = one.law.block
        ended, lasting = (Block(code=code, until=DAY - timedelta(days=days)) for days in (1, 0))
        assert one.denied(one.with_case(blocks=(ended,))) == set()
        assert one.denied(one.with_case(blocks=(lasting,))) == {rule_id}


@settings(max_examples=300)
@given(planned)
def test_a_cap_used_up_after_planning_is_refused_by_its_rule_until_its_last_day(made: tuple[int, int]) -> None:
    for one in placed(made):
        for rule_id, days in one.law.caps.items():
            for ago, expected in ((days, False), (days - 1, True)):
                met = Contact(channel=Channel.VISIT, at=time("12:00", DAY - timedelta(days=ago)), reached=True)
                assert (rule_id in one.denied(one.with_case(contacts=with_log(met)))) is expected


@settings(max_examples=300)
@given(planned)
def test_a_notice_a_minute_or_a_day_too_late_is_refused_by_the_rule_about_notices(made: tuple[int, int]) -> None:
    for one in placed(made):
        if one.law.notice is None:
            continue
        rule_id, days = one.law.notice
        last_moment = time("23:59", DAY - timedelta(days=days))
        for late, expected in ((0 * MINUTE, set()), (MINUTE, {rule_id}), (timedelta(days=1), {rule_id})):
            told = replace(one.with_case(notices=told_at(last_moment + late)), as_of=None)
            assert one.denied(told) == expected
            assert one.denied(replace(one.problem, as_of=last_moment + late)) == expected


@settings(max_examples=300)
@given(planned)
def test_what_is_eligible_does_not_depend_on_the_order_of_visits_shifts_and_people(made: tuple[int, int]) -> None:
    problem, _ = a_planned_problem(*made)
    turned = replace(
        problem,
        visits=tuple(reversed(problem.visits)),
        shifts=tuple(reversed(problem.shifts)),
        collectors=tuple(reversed(problem.collectors)),
    )
    rules = load_rule_set(problem.rule_packs)
    assert decide(turned, rules) == decide(problem, rules)


@pytest.mark.parametrize("number", range(len(LAWS)), ids=lambda number: "+".join(LAWS[number].packs))
def test_under_each_law_there_are_visits_to_move(number: int) -> None:
    assert sum(len(placed((seed, number))) for seed in range(20)) > 10
