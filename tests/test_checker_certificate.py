"""A certificate speaks of one plan, one problem, one set of rules and one checker."""

from dataclasses import replace
from datetime import UTC

import pytest

from scheduler.checker import CHECKER_VERSION, certificate_scope, certificate_violations, decisions
from scheduler.domain.plan import Certificate, Plan, StopDecision
from scheduler.rules.load import load_rule_set
from tests.builders import a_case, a_problem, a_visit, time
from tests.plans import a_plan, change_stop, line_matrix

RULES = load_rule_set(("cn-base",))


def a_certificate(**changes: object) -> Certificate:
    """A sound certificate, spoiled where named."""
    sound = Certificate(
        scope="all rules",
        rule_packs=tuple(RULES.versions),
        checker_version=CHECKER_VERSION,
        problem_sha256="a" * 64,
        plan_sha256="b" * 64,
    )
    return replace(sound, **changes)  # type: ignore[arg-type]  # a builder takes what the test names


def a_plan_with(certificate: Certificate | None) -> Plan:
    """Any plan with this certificate."""
    return replace(a_plan(a_problem(), {}), certificate=certificate)


DECISION = StopDecision(
    visit_id="v1",
    place_id="v1-home",
    rule_ids=("CN-HRS-1",),
    lawful_from=time("08:00"),
    lawful_until=time("22:00"),
    crew_minimum=2,
)


def codes(
    certificate: Certificate | None,
    scope: str | None = None,
    derived: tuple[StopDecision, ...] | None = None,
) -> list[str]:
    """What is wrong with a certificate."""
    found = certificate_violations(
        a_plan_with(certificate),
        rules=RULES,
        problem_sha256="a" * 64,
        plan_sha256="b" * 64,
        scope=scope,
        decisions=derived,
    )
    return [violation.code for violation in found]


def test_a_sound_certificate_is_accepted() -> None:
    assert codes(a_certificate()) == []
    assert codes(a_certificate(), scope="all rules") == []


def test_a_plan_without_a_certificate_is_refused() -> None:
    assert codes(None) == ["no_certificate"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"problem_sha256": "b" * 64}, "other_problem"),
        ({"plan_sha256": "a" * 64}, "plan_changed"),
        ({"checker_version": "0"}, "other_checker"),
        ({"rule_packs": ()}, "other_rules"),
        ({"rule_packs": (replace(RULES.versions[0], name="cn-other"),)}, "other_rules"),
        ({"rule_packs": (replace(RULES.versions[0], version="0"),)}, "other_rules"),
        ({"rule_packs": (replace(RULES.versions[0], sha256="c" * 64),)}, "other_rules"),
    ],
)
def test_a_certificate_of_something_else_is_refused(changes: dict[str, object], code: str) -> None:
    assert codes(a_certificate(**changes)) == [code]


def test_a_certificate_that_claims_more_than_the_facts_prove_is_refused() -> None:
    assert codes(a_certificate(), scope="planning rules") == ["other_scope"]


def test_all_faults_of_a_certificate_are_told_at_once() -> None:
    assert codes(a_certificate(problem_sha256="", plan_sha256="")) == ["other_problem", "plan_changed"]


def test_all_rules_are_proven_when_every_visit_has_a_case() -> None:
    visits = [a_visit("v1", case=a_case()), a_visit("v2", case=a_case())]
    assert certificate_scope(a_problem(visits, rule_packs=("cn-base",))) == "all rules"


def test_one_visit_without_a_case_leaves_the_planning_rules() -> None:
    visits = [a_visit("v1", case=a_case()), a_visit("v2")]
    assert certificate_scope(a_problem(visits, rule_packs=("cn-base",))) == "planning rules"


def test_visits_without_any_rule_pack_leave_the_planning_rules() -> None:
    assert certificate_scope(a_problem([a_visit("v1", case=a_case())])) == "planning rules"


@pytest.mark.parametrize("packs", [(), ("cn-base",)])
def test_a_problem_without_visits_leaves_nothing_unproven(packs: tuple[str, ...]) -> None:
    assert certificate_scope(a_problem(rule_packs=packs)) == "all rules"


def test_a_certificate_that_tells_the_decisions_of_the_rules_is_accepted_in_any_offset() -> None:
    elsewhere = replace(DECISION, lawful_from=time("08:00").astimezone(UTC), lawful_until=time("22:00").astimezone(UTC))
    assert codes(a_certificate(decisions=(DECISION,)), derived=(elsewhere,)) == []


def test_a_certificate_that_tells_no_decisions_is_accepted() -> None:
    assert codes(a_certificate(), derived=(DECISION,)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"visit_id": "v2"},
        {"place_id": "v1-workplace"},
        {"rule_ids": ()},
        {"lawful_from": None},
        {"lawful_from": time("07:59")},
        {"lawful_until": time("22:01")},
        {"lawful_until": time("22:00").replace(tzinfo=None)},
        {"crew_minimum": 1},
    ],
    ids=str,
)
def test_a_certificate_that_tells_another_decision_is_refused(changes: dict[str, object]) -> None:
    told = replace(DECISION, **changes)  # type: ignore[arg-type]  # fields of a decision
    assert codes(a_certificate(decisions=(told,)), derived=(DECISION,)) == ["other_decision"]


@pytest.mark.parametrize("told", [(), (DECISION, DECISION)], ids=["one less", "one more"])
def test_a_certificate_with_a_decision_more_or_less_than_the_plan_has_visits_is_refused(
    told: tuple[StopDecision, ...],
) -> None:
    assert codes(a_certificate(decisions=told), derived=(DECISION,)) == ["other_decision"]


def test_the_checker_derives_the_decision_of_a_planned_visit_from_the_problem_and_the_packs() -> None:
    problem = a_problem([a_visit("v1", case=a_case()), a_visit("v2")], rule_packs=("cn-base",))
    plan = a_plan(problem, {"s1": ["v1", "v2"]})
    first, second = decisions(problem, plan, travel=line_matrix(), rules=RULES)
    assert (first.visit_id, first.place_id, first.crew_minimum) == ("v1", "v1-home", 2)
    assert (first.lawful_from, first.lawful_until) == (time("08:00"), time("22:00"))
    assert {"CN-HRS-1", "CN-CREW-1", "CN-STAFF-1", "CN-LADDER-1"} <= set(first.rule_ids)
    assert set(second.rule_ids) == {"CN-HRS-1", "CN-CREW-1", "CN-STAFF-1"}


def test_a_decision_says_nothing_of_hours_without_a_rule_about_them() -> None:
    problem = a_problem([a_visit("v1")])
    (decision,) = decisions(problem, a_plan(problem, {"s1": ["v1"]}), travel=line_matrix(), rules=load_rule_set(()))
    assert decision == replace(DECISION, rule_ids=(), lawful_from=None, lawful_until=None, crew_minimum=1)


def test_no_decision_is_derived_for_a_stop_that_the_problem_does_not_know() -> None:
    problem = a_problem([a_visit("v1")], rule_packs=("cn-base",))
    plan = change_stop(a_plan(problem, {"s1": ["v1"]}), 1, place_id="nowhere")
    assert decisions(problem, plan, travel=line_matrix(), rules=RULES) == ()
