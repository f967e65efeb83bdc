"""Exceptions from rules of the house: granted by two people for one case, and honoured wherever a rule judges."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.checker import violations
from scheduler.documents import read_plan, read_problem, to_bytes, write_plan, write_problem
from scheduler.domain.case import Block, Case, Notice, Override
from scheduler.domain.errors import RulesBroken
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.violation import Violation
from scheduler.domain.visit import PlaceKind
from scheduler.eligibility import decide
from scheduler.planning import SearchLimits, check_plan, plan_by_hand, plan_visits
from scheduler.rules.evaluate import Question, evaluate
from scheduler.rules.load import load_rule_set
from scheduler.travel import travel_matrix
from tests.builders import DAY, ZONE, a_case, a_problem, a_shift, a_visit, window
from tests.visiting import PACKS, no_roads

LIMITS = SearchLimits(seconds=None, iterations=5)
EARLY = window("08:00", "08:45")


def a_problem_of(*cases: Case) -> Problem:
    """Visits before the hours of the house and within those of the law, one for each case."""
    visits = [
        a_visit(f"v{number}", 2, EARLY, case=with_notice(case), crew_size=2) for number, case in enumerate(cases, 1)
    ]
    return a_problem(visits, [a_shift("s1", "ann", "bo", start="08:00")], rule_packs=PACKS)


def with_notice(case: Case) -> Case:
    """Told in time of the crew that comes."""
    sent = window("08:00", "09:00", DAY - timedelta(days=9)).earliest_start
    told = Notice(sent_at=sent, delivered_at=sent, first_day=DAY, last_day=DAY, collector_ids=frozenset({"ann", "bo"}))
    return replace(case, notices=(told,))


def excepted(rule_id: str, days: int = 0, **facts: object) -> Case:
    return a_case(overrides=(Override(rule_id=rule_id, valid_until=DAY + timedelta(days=days)),), **facts)


def test_a_visit_before_the_hours_of_the_house_needs_an_exception_of_its_own_case() -> None:
    problem = a_problem_of(a_case(person="p1"), excepted("CN-HRS-3", person="p2"))

    plan = plan_visits(problem, limits=LIMITS)

    assert [stop.visit_id for route in plan.routes for stop in route.stops if stop.visit_id] == ["v2"]
    assert check_plan(problem, plan, no_roads()) == ()
    assert plan.certificate is not None
    assert [one.overridden_rule_ids for one in plan.certificate.decisions or ()] == [("CN-HRS-3",)]


@pytest.mark.parametrize(
    ("case", "rule_id"),
    [
        (excepted("CN-HRS-3", -1), "CN-HRS-3"),
        (excepted("CN-VIS-CAP"), "CN-HRS-3"),
        (excepted("XX-1"), "CN-HRS-3"),
    ],
    ids=["over", "of another rule", "of no rule"],
)
def test_an_exception_that_is_over_or_about_something_else_opens_no_hour(case: Case, rule_id: str) -> None:
    problem = a_problem_of(case)
    by_hand = plan_by_hand(a_problem_of(excepted("CN-HRS-3")), {"s1": [("v1", "v1-home")]})

    assert plan_visits(problem, limits=LIMITS).routes == ()
    assert {one.rule_id for one in broken(problem, by_hand)} == {rule_id}


def broken(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    found = violations(problem, plan, travel=travel_matrix(problem, no_roads()), rules=load_rule_set(PACKS))
    return tuple(one for one in found if one.rule_id)


@pytest.mark.parametrize("rule_id", ["CN-HRS-1", "CN-CREW-1", "CN-CARD-69"])
def test_law_stands_against_an_exception_and_says_that_it_is_in_vain(rule_id: str) -> None:
    spoilt = {"CN-CARD-69": {"blocks": None}}.get(rule_id, {})
    problem = a_problem_of(excepted(rule_id, 9, **spoilt))
    problem = replace(
        problem, visits=(replace(problem.visits[0], places=a_visit("v1", 2, window("06:00", "07:00")).places),)
    )

    (decision,) = decide(problem, load_rule_set(PACKS))["v1"].values()

    assert decision.overridden_rule_ids == ()
    for reason in decision.reasons:
        assert reason.en.endswith("but this rule knows none.") is (reason.rule_id == rule_id)
        assert reason.zh.endswith("此规则不允许例外。") is (reason.rule_id == rule_id)


def test_that_an_exception_is_in_vain_is_said_of_single_days_too() -> None:
    question = Question(
        place_kind=PlaceKind.HOME,
        time_zone=ZONE,
        days=(DAY, DAY + timedelta(days=1)),
        case=excepted("CN-CARD-69", 9, blocks=(Block(code="disputed", until=DAY),)),
        notices_from=DAY - timedelta(days=9),
    )
    (reason,) = evaluate(load_rule_set(PACKS), question).day_reasons
    assert (reason.rule_id, reason.until) == ("CN-CARD-69", DAY)
    assert reason.en.endswith("but this rule knows none.")


def test_an_excepted_visit_still_counts_for_the_other_visits_of_its_borrower() -> None:
    plain = with_notice(a_case(person="p1"))
    free = replace(plain, overrides=(Override(rule_id="CN-VIS-CAP", valid_until=DAY),))
    hours = window("10:00", "12:00")
    problem = a_problem(
        [
            a_visit("plain", 2, hours, case=plain, crew_size=2, priority=90),
            a_visit("free", 3, hours, case=free, crew_size=2),
        ],
        [a_shift("s1", "ann", "bo")],
        rule_packs=PACKS,
    )
    decided = decide(problem, load_rule_set(PACKS))
    with pytest.raises(RulesBroken) as refused:
        plan_by_hand(problem, {"s1": [("plain", "plain-home"), ("free", "free-home")]})

    assert decided["free"]["free-home"].allowed
    assert {one.rule_id for one in decided["plain"]["plain-home"].reasons} == {"CN-VIS-CAP"}
    assert [(one.visit_id, one.rule_id) for one in refused.value.violations] == [("plain", "CN-VIS-CAP")]


def test_documents_carry_exceptions_there_and_back() -> None:
    problem = a_problem_of(excepted("CN-HRS-3"))
    plan = plan_visits(problem, limits=LIMITS)

    again = read_problem(to_bytes(write_problem(problem)))
    plan_again = read_plan(to_bytes(write_plan(plan, problem.time_zone)))

    assert again.visits[0].case == problem.visits[0].case
    assert plan_again.certificate == plan.certificate
