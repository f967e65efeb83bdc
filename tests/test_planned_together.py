"""Caps count the visits of a plan together, and a notice decides who may go: rules and checker, without a search."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.checker import violations
from scheduler.domain.case import Notice
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.eligibility import decide
from scheduler.rules.kinds.frequency_cap import Scope
from scheduler.rules.load import load_rule_set
from scheduler.rules.rule_pack import RuleSet
from scheduler.solver.instance import build_instance
from tests.builders import DAY, a_shift, time
from tests.plans import a_plan, change_stop, line_matrix
from tests.weeks import PACKS, a_call, a_house_rule, a_visit_made, a_week, quiet_after_visits, with_log


def unlawful_visits(problem: Problem, plan: Plan, rules: RuleSet) -> list[str | None]:
    """The visits that the checker calls unlawful."""
    found = violations(problem, plan, travel=line_matrix(), rules=rules)
    return [violation.visit_id for violation in found if violation.code == "unlawful"]


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


@pytest.mark.parametrize(("days_ago", "unlawful"), [(24, []), (23, ["two"]), (-6, ["two"]), (-7, [])])
def test_the_log_counts_from_the_first_day_of_the_window_to_the_day_of_the_visit(
    days_ago: int, unlawful: list[str]
) -> None:
    # Thirty days that end six days after the first of the week.
    log = with_log(a_visit_made(DAY - timedelta(days=days_ago)))
    problem = a_week(a_call("one", person="p1", contacts=log), a_call("two", position=2, person="p1", contacts=log))
    plan = a_plan(problem, {"s0": ["one"], "s6": ["two"]})
    assert unlawful_visits(problem, plan, a_house_rule("CN-VIS-CAP-30")) == unlawful


@pytest.mark.parametrize(("position", "unlawful"), [(1, ["two"]), (2, [])])
def test_the_checker_counts_visits_to_one_address_together(position: int, unlawful: list[str]) -> None:
    problem = a_week(a_call("one", person="p1"), a_call("two", position=position, person="p2"))
    plan = a_plan(problem, {"s0": ["one"], "s1": ["two"]})
    assert unlawful_visits(problem, plan, a_house_rule("CN-VIS-CAP", scope=Scope.ADDRESS)) == unlawful


def test_visits_after_a_stop_that_cannot_be_judged_are_counted_all_the_same() -> None:
    problem = a_week(*(a_call(name, person=person) for name, person in (("lost", "p0"), ("one", "p1"), ("two", "p1"))))
    plan = change_stop(a_plan(problem, {"s0": ["lost", "one", "two"]}), 1, place_id="nowhere")
    assert unlawful_visits(problem, plan, a_house_rule("CN-VIS-CAP")) == ["two"]


def test_a_cap_of_two_with_one_in_the_log_leaves_room_for_one_of_two() -> None:
    log = with_log(a_visit_made(DAY - timedelta(days=20)))
    calls = [
        a_call(name, person="p1", contacts=log, priority=priority) for name, priority in (("low", 10), ("high", 90))
    ]
    decisions = decide(a_week(*calls), a_house_rule("CN-VIS-CAP-30"))
    allowed = {visit_id: decisions[visit_id][f"{visit_id}-home"].allowed for visit_id in ("low", "high")}
    assert allowed == {"low": False, "high": True}


def test_the_checker_counts_visits_of_different_people_apart() -> None:
    problem = a_week(a_call("one", person="p1"), a_call("two", position=2, person="p2"))
    plan = a_plan(problem, {"s0": ["one", "two"]})
    assert violations(problem, plan, travel=line_matrix(), rules=load_rule_set(PACKS)) == ()


def test_visits_of_one_person_share_a_cap_before_anything_is_planned() -> None:
    calls = [a_call("low", person="p1", priority=10), a_call("high", person="p1", priority=90, position=2)]
    decisions = decide(a_week(*calls), load_rule_set(PACKS))
    assert not decisions["low"]["low-home"].allowed
    assert decisions["high"]["high-home"].allowed


def test_only_a_crew_that_the_notice_names_may_go() -> None:
    sent = time("10:00", DAY - timedelta(days=8))
    notice = Notice(
        sent_at=sent, delivered_at=sent, first_day=DAY, last_day=DAY, collector_ids=frozenset({"ann", "bo", "cy"})
    )
    problem = a_week(a_call("v", notices=(notice,)))
    others = (a_shift("named", "ann", "cy"), a_shift("unnamed", "ann", "di"))
    problem = replace(problem, shifts=(problem.shifts[0], *others), collectors=problem.collectors)
    people = {person: replace(problem.collectors[0], id=person) for person in ("ann", "bo", "cy", "di")}
    problem = replace(problem, collectors=tuple(people.values()))
    instance = build_instance(problem, decide(problem, load_rule_set(PACKS)), line_matrix())
    assert instance.allowed_shifts == (frozenset({0, 1}),)


@pytest.mark.parametrize(("apart", "unlawful"), [(0, ["two"]), (2, ["two"]), (3, [])])
def test_a_planned_visit_begins_the_quiet_days_of_the_same_borrower(apart: int, unlawful: list[str]) -> None:
    problem = a_week(a_call("one", person="p1"), a_call("two", position=2, person="p1"))
    stops: dict[str, list[str]] = {"s0": ["one"], f"s{apart}": ["two"]} if apart else {"s0": ["one", "two"]}
    assert unlawful_visits(problem, a_plan(problem, stops), quiet_after_visits(3)) == unlawful


def test_quiet_days_leave_room_for_one_visit_of_a_borrower_before_anything_is_planned() -> None:
    calls = [a_call("low", person="p1", priority=10), a_call("high", person="p1", priority=90, position=2)]
    decisions = decide(a_week(*calls), quiet_after_visits(3))
    assert not decisions["low"]["low-home"].allowed
    assert decisions["high"]["high-home"].allowed
