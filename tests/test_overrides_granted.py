"""Exceptions that two officers granted are facts of the case: for plans, for publishing, at the door, and for "why"."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from api.access import Role
from api.access.actor import Actor
from api.desk import approving
from api.store import Database, Scope, approvals, letters, stops, users
from api.store.approvals import ApprovalState
from api.store.case_decisions import decisions_of
from api.store.case_facts import known_cases
from api.store.day_records import day_records
from api.store.tables.cases import ContactRow
from api.store.tables.service import AuditRow
from api.visiting import visits
from scheduler.domain.case import Channel, Override
from scheduler.domain.errors import NotNow, RulesBroken
from tests.visiting import (
    CARRIED,
    CREWS,
    DAY,
    PUBLISHED_AT,
    a_branch,
    a_draft,
    a_stored_case,
    at_the_door,
    published,
    received,
)

CAP = "CN-VIS-CAP"


def a_case_met_lately(database: Database) -> tuple[Scope, str]:
    """A case that the caps of the house forbid on the day, and its id."""
    scope = a_branch(database)
    with database.writing(scope, PUBLISHED_AT) as unit:
        case_id = a_stored_case(unit, "c1")
        unit.session.add(
            ContactRow(
                case_id=case_id,
                channel=Channel.VISIT,
                at=datetime(2026, 12, 1, 3, tzinfo=UTC),
                reached=True,
                place_code="c1-home",
                place_kind="home",
            )
        )
    return scope, case_id


def decide(
    database: Database, scope: Scope, case_id: str, *, rule_id: str, until: date, is_granted: bool | None
) -> str:
    """One officer asks, another one decides, if anybody does; the id of the request."""
    with database.writing(replace(scope, branch_id=None), PUBLISHED_AT) as unit:
        first, second = (
            users.add(unit, login=f"{word}-{rule_id}", role=Role.COMPLIANCE, name="x", branch_id=None)
            for word in ("asks", "decides")
        )
        made = approvals.ask(
            unit,
            first,
            kind=approvals.OVERRIDE,
            subject=approvals.subject_of(case_id),
            facts={"rule_id": rule_id, "until": until.isoformat()},
            reason="x",
            branch_id=scope.branch_id,
        )
        if is_granted is not None:
            approvals.decide(unit, made, second, is_granted=is_granted)
    return made


def an_officer(database: Database, scope: Scope) -> Actor:
    """One more compliance officer."""
    with database.writing(scope, PUBLISHED_AT) as unit:
        user_id = users.add(unit, login="third", role=Role.COMPLIANCE, name="x", branch_id=scope.branch_id)
    return Actor(
        user_id=user_id,
        role=Role.COMPLIANCE,
        tenant_id=scope.tenant_id,
        branch_id=scope.branch_id,
        collector_id=None,
    )


@pytest.mark.parametrize("is_granted", [True, False])
def test_a_visit_that_a_cap_forbids_is_published_and_begun_by_a_granted_exception_alone(
    database: Database, *, is_granted: bool
) -> None:
    scope, case_id = a_case_met_lately(database)
    decide(database, scope, case_id, rule_id=CAP, until=DAY, is_granted=is_granted)

    with database.writing(scope, PUBLISHED_AT) as unit:
        plan_id = a_draft(unit, {"s1": ["c1"]})
        if not is_granted:
            with pytest.raises(RulesBroken) as refused:
                published(unit, plan_id)
            assert {one.rule_id for one in refused.value.violations} == {CAP}
            return
        published(unit, plan_id)
    received(database, scope, plan_id)
    with database.writing(scope, at_the_door("10:00")) as unit:
        record = visits.check_in(unit, plan_id, "c1", by="s1-a", present=CREWS["s1"], carried=CARRIED)
    assert record.checked_in_at == at_the_door("10:00")


def test_an_exception_that_is_over_on_the_day_helps_nobody(database: Database) -> None:
    scope, case_id = a_case_met_lately(database)
    decide(database, scope, case_id, rule_id=CAP, until=DAY - timedelta(days=1), is_granted=True)

    with database.reading(scope, PUBLISHED_AT) as unit:
        (decision,) = decisions_of(unit, case_id, "c1", DAY).places.values()

    assert CAP in {reason.rule_id for reason in decision.reasons}
    assert decision.overridden_rule_ids == ()


def test_the_days_problem_and_the_answer_to_why_tell_of_the_exception(database: Database) -> None:
    scope, case_id = a_case_met_lately(database)
    decide(database, scope, case_id, rule_id=CAP, until=DAY, is_granted=True)

    with database.reading(scope, PUBLISHED_AT) as unit:
        (record,) = day_records(unit, DAY).cases
        (decision,) = decisions_of(unit, case_id, "c1", DAY).places.values()
        known = known_cases(unit, ["c1"], DAY)["c1"]

    assert record.overrides == known.facts.overrides == (Override(rule_id=CAP, valid_until=DAY),)
    assert decision.overridden_rule_ids == (CAP,)
    assert CAP not in {reason.rule_id for reason in decision.reasons}


def test_withdrawing_an_exception_calls_off_the_visit_that_it_allowed_and_leaves_the_others(database: Database) -> None:
    scope, case_id = a_case_met_lately(database)
    approval_id = decide(database, scope, case_id, rule_id=CAP, until=DAY, is_granted=True)
    with database.writing(scope, PUBLISHED_AT) as unit:
        a_stored_case(unit, "c2")
        plan_id = a_draft(unit, {"s1": ["c1", "c2"]})
        other_id = a_draft(unit, {"s1": ["c2", "c1"]})
        published(unit, plan_id)
    officer = an_officer(database, scope)

    for _ in range(2):
        with database.writing(scope, PUBLISHED_AT) as unit:
            ended = approving.withdraw(unit, officer, approval_id)
            assert ended is not None
            assert (ended.state, ended.withdrawn_by) == (ApprovalState.WITHDRAWN, officer.user_id)

    with database.writing(scope, PUBLISHED_AT) as unit:
        assert {one.visit_code: one.cancelled_for for one in stops.of_plan(unit, plan_id)} == {"c1": CAP, "c2": None}
        assert {one.visit_code for one in letters.of_plan(unit, plan_id) if one.revoked_at is not None} == {"c1"}
        with pytest.raises(RulesBroken) as refused:
            published(unit, other_id)
        assert {one.rule_id for one in refused.value.violations} == {CAP}
        said = [row.action for row in unit.session.query(AuditRow).filter(AuditRow.action.like("approval.%"))]
    assert said == ["approval.asked", "approval.decided", "approval.withdrawn"]


@pytest.mark.parametrize("is_granted", [False, None], ids=["refused", "waiting"])
def test_nothing_but_a_granted_exception_is_withdrawn(database: Database, *, is_granted: bool | None) -> None:
    scope, case_id = a_case_met_lately(database)
    approval_id = decide(database, scope, case_id, rule_id=CAP, until=DAY, is_granted=is_granted)
    officer = an_officer(database, scope)
    with database.writing(scope, PUBLISHED_AT) as unit:
        with pytest.raises(NotNow):
            approving.withdraw(unit, officer, approval_id)
        assert approving.withdraw(unit, officer, "0" * 32) is None
