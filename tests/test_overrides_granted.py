"""Exceptions that two officers granted are facts of the case: for plans, for publishing, at the door, and for "why"."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from api.access import Role
from api.store import Database, Scope, approvals, users
from api.store.case_decisions import decisions_of
from api.store.case_facts import known_cases
from api.store.day_records import day_records
from api.store.tables.cases import ContactRow
from api.visiting import visits
from scheduler.domain.case import Channel, Override
from scheduler.domain.errors import RulesBroken
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


def decide(database: Database, scope: Scope, case_id: str, *, rule_id: str, until: date, is_granted: bool) -> None:
    """One officer asks, another one decides."""
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
        approvals.decide(unit, made, second, is_granted=is_granted)


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
