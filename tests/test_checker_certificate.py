"""A certificate speaks of one plan, one problem, one set of rules and one checker."""

from dataclasses import replace

import pytest

from scheduler.checker import CHECKER_VERSION, certificate_scope, certificate_violations
from scheduler.domain.plan import Certificate, Plan
from scheduler.rules.load import load_rule_set
from tests.builders import a_case, a_problem, a_visit
from tests.plans import a_plan

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


def codes(certificate: Certificate | None, scope: str | None = None) -> list[str]:
    """What is wrong with a certificate."""
    found = certificate_violations(
        a_plan_with(certificate), rules=RULES, problem_sha256="a" * 64, plan_sha256="b" * 64, scope=scope
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
