"""From a draft to a plan that people follow: only what every rule allows, once, and one at a time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from api.store import Database, PlanState, audit, events, letters, links, notices, plans, stops
from api.store.tables.cases import BlockRow, CaseRow
from api.store.tables.service import DeliveryRow
from api.visiting import changing, publishing
from scheduler.domain.errors import NotNow, RulesBroken, UnknownId
from scheduler.domain.plan_difference import ChangeKind
from scheduler.domain.problem import GreatCircleTravel
from scheduler.editing import Exclude, PinVisit, Place
from scheduler.planning import plan_by_hand
from tests.builders import a_case
from tests.test_store_units import a_tenant
from tests.visiting import (
    PUBLISHED_AT,
    RECEIVED_AT,
    TEXTS,
    a_branch,
    a_day,
    a_draft,
    a_published_plan,
    a_stored_case,
    no_roads,
    published,
)


def codes_of(refused: pytest.ExceptionInfo[RulesBroken]) -> set[str]:
    return {found.rule_id or found.code for found in refused.value.violations}


def test_a_plan_goes_from_draft_to_checked_to_published_with_routes_letters_and_notices(database: Database) -> None:
    scope = a_branch(database)
    with database.writing(scope, PUBLISHED_AT) as unit:
        for code in ("c1", "c2", "c3"):
            a_stored_case(unit, code)
        plan_id = a_draft(unit, {"s1": ["c1", "c2"], "s2": ["c3"]})
        with pytest.raises(NotNow, match="not checked"):
            publishing.publish(unit, plan_id, no_roads(), accept_estimate=False)
        assert publishing.check(unit, plan_id, no_roads()).state is PlanState.CHECKED
        assert publishing.publish(unit, plan_id, no_roads(), accept_estimate=False).state is PlanState.PUBLISHED

    with database.reading(scope, PUBLISHED_AT) as unit:
        assert [(stop.shift_code, stop.visit_code) for stop in stops.of_plan(unit, plan_id)] == [
            ("s1", "c1"),
            ("s1", "c2"),
            ("s2", "c3"),
        ]
        assert {letter.visit_code for letter in letters.of_plan(unit, plan_id)} == {"c1", "c2", "c3"}
        assert {(one.case_code, one.collector_codes) for one in notices.of_plan(unit, plan_id)} == {
            ("c1", ("s1-a", "s1-b")),
            ("c2", ("s1-a", "s1-b")),
            ("c3", ("s2-a", "s2-b")),
        }
        kinds = [event.kind for event in events.after(unit, 0, 100)]
        assert kinds == [*["notice.issued"] * 3, "plan.published"]
        assert audit.broken_chain(unit.session) is None


def test_publishing_twice_is_publishing_once(database: Database) -> None:
    scope = a_branch(database)
    plan_id = a_published_plan(database, scope, {"s1": ["c1"]})

    with database.reading(scope, RECEIVED_AT) as unit:
        before = (letters.of_plan(unit, plan_id), notices.of_plan(unit, plan_id), events.after(unit, 0, 100))
    with database.writing(scope, RECEIVED_AT) as unit:
        publishing.publish(unit, plan_id, no_roads(), accept_estimate=False)
    with database.reading(scope, RECEIVED_AT) as unit:
        assert (letters.of_plan(unit, plan_id), notices.of_plan(unit, plan_id), events.after(unit, 0, 100)) == before


def test_what_the_store_learned_since_keeps_a_plan_from_being_published(database: Database) -> None:
    scope = a_branch(database)
    with database.writing(scope, PUBLISHED_AT) as unit:
        case_id, other = a_stored_case(unit, "c1"), a_stored_case(unit, "c2")
        plan_id = a_draft(unit, {"s1": ["c1", "c2"]})
        publishing.check(unit, plan_id, no_roads())
    with database.writing(scope, PUBLISHED_AT) as unit:
        row = BlockRow(case_id=case_id, sealed_code=unit.seal("disputed"), source="staff", added_at=unit.now)
        unit.session.add(row)
        unit.session.scalars(select(CaseRow).where(CaseRow.id == other)).one().closed_at = unit.now

    with database.writing(scope, PUBLISHED_AT) as unit, pytest.raises(RulesBroken) as refused:
        publishing.publish(unit, plan_id, no_roads(), accept_estimate=False)

    assert codes_of(refused) == {"CN-CARD-69", "case_closed"}
    with database.reading(scope, PUBLISHED_AT) as unit:
        assert stops.of_plan(unit, plan_id) == ()


def test_a_plan_published_too_late_for_its_notices_is_refused(database: Database) -> None:
    scope = a_branch(database)
    with database.writing(scope, PUBLISHED_AT) as unit:
        a_stored_case(unit, "c1")
        plan_id = a_draft(unit, {"s1": ["c1"]})
        publishing.check(unit, plan_id, no_roads())
    with (
        database.writing(scope, PUBLISHED_AT + timedelta(days=5)) as unit,
        pytest.raises(RulesBroken) as refused,
    ):
        publishing.publish(unit, plan_id, no_roads(), accept_estimate=False)
    assert codes_of(refused) == {"CN-NOTE-2"}


def test_a_plan_of_planning_rules_alone_or_of_estimates_is_not_published_unasked(database: Database) -> None:
    scope = a_branch(database)
    problem = a_day("c1")
    estimated = replace(
        problem, travel=GreatCircleTravel(detour_factor=1.4, speed_kmh=25.0, overhead=timedelta(minutes=1))
    )
    without_case = replace(problem, visits=tuple(replace(visit, case=None) for visit in problem.visits))
    for asked, accept, codes in (
        (without_case, False, {"planning_rules_only"}),
        (estimated, False, {"estimated_travel"}),
        (estimated, True, set()),
    ):
        with database.writing(scope, PUBLISHED_AT) as unit:
            plan_id = plans.save(unit, asked, plan_by_hand(asked, {"s1": [("c1", "c1-home")]}), TEXTS)
            publishing.check(unit, plan_id, no_roads())
            if codes:
                with pytest.raises(RulesBroken) as refused:
                    publishing.publish(unit, plan_id, no_roads(), accept_estimate=accept)
                assert codes_of(refused) == codes
            else:
                publishing.publish(unit, plan_id, no_roads(), accept_estimate=accept)


def test_a_plan_that_breaks_a_rule_stays_a_draft(database: Database) -> None:
    scope = a_branch(database)
    with database.writing(scope, PUBLISHED_AT) as unit:
        problem = a_day("c1")
        lawful = plan_by_hand(problem, {"s1": [("c1", "c1-home")]})
        blocked = replace(problem, visits=(replace(problem.visits[0], case=a_case(blocks=None)),))
        plan_id = plans.save(unit, blocked, lawful, TEXTS)
    with database.writing(scope, PUBLISHED_AT) as unit, pytest.raises(RulesBroken) as refused:
        publishing.check(unit, plan_id, no_roads())
    assert "CN-CARD-69" in codes_of(refused)
    with database.reading(scope, PUBLISHED_AT) as unit:
        entry = plans.entry(unit, plan_id)
        assert entry is not None
        assert entry.state is PlanState.DRAFT


def test_a_newer_plan_takes_the_place_of_the_older_one_and_keeps_what_both_have(database: Database) -> None:
    scope = a_branch(database)
    old_id = a_published_plan(database, scope, {"s1": ["c1", "c2"], "s2": ["c3"]})
    with database.writing(scope, PUBLISHED_AT) as unit:
        changed = changing.change(unit, old_id, [Exclude(visit_id="c2")], no_roads())
        new_id = changed.entry.id
        before = {one.visit_code: one.number for one in letters.of_plan(unit, old_id)}
        assert [(one.visit_id, one.kind) for one in changed.difference.changes if one.visit_id == "c2"] == [
            ("c2", ChangeKind.LEFT_OUT)
        ]
        published(unit, new_id)

    with database.reading(scope, PUBLISHED_AT) as unit:
        old = plans.entry(unit, old_id)
        assert old is not None
        assert (old.state, old.replaced_by) == (PlanState.CLOSED, new_id)
        in_force = plans.in_force(unit, old.day)
        assert in_force is not None
        assert in_force.id == new_id
        assert {one.visit_code: one.number for one in letters.of_plan(unit, new_id)} == {
            code: before[code] for code in ("c1", "c3")
        }
        (void,) = letters.of_plan(unit, old_id)
        assert (void.visit_code, void.revoked_at) == ("c2", PUBLISHED_AT)
        assert {one.case_code for one in notices.of_plan(unit, new_id)} == {"c1", "c3"}
        (withdrawn,) = notices.of_plan(unit, old_id)
        assert withdrawn.withdrawn_at == PUBLISHED_AT
        assert {link.plan_id for link in links.of_plan(unit, new_id)} == {new_id}


def test_an_unlawful_change_stores_nothing_and_says_what_it_breaks(database: Database) -> None:
    scope = a_branch(database)
    with database.writing(scope, PUBLISHED_AT) as unit:
        plan_id = a_draft(unit, {"s1": ["c1", "c2"]})
    late = Place(visit_id="c1", shift_id="s1", service_start_time=PUBLISHED_AT.replace(day=4, month=12, hour=13))
    with database.writing(scope, PUBLISHED_AT) as unit, pytest.raises(RulesBroken) as refused:
        changing.change(unit, plan_id, [late], no_roads())
    assert codes_of(refused)
    with database.reading(scope, PUBLISHED_AT) as unit:
        assert [entry.id for entry in plans.listed(unit)] == [plan_id]


def test_every_change_is_a_new_draft_that_knows_what_it_changes(database: Database) -> None:
    scope = a_branch(database)
    with database.writing(scope, PUBLISHED_AT) as unit:
        first = a_draft(unit, {"s1": ["c1", "c2"]})
        moved = changing.change(unit, first, [Place(visit_id="c2", shift_id="s2")], no_roads())
        pinned = changing.change(unit, moved.entry.id, [PinVisit(visit_id="c2")], no_roads())

    assert (moved.entry.based_on, pinned.entry.based_on) == (first, moved.entry.id)
    assert [(one.visit_id, one.kind) for one in moved.difference.changes if one.kind is ChangeKind.MOVED] == [
        ("c2", ChangeKind.MOVED)
    ]
    with database.reading(scope, PUBLISHED_AT) as unit:
        stored = plans.get(unit, pinned.entry.id)
        entry = plans.entry(unit, first)
        assert stored is not None
        assert entry is not None
        pin = next(visit.pinned for visit in stored.problem.visits if visit.id == "c2")
        assert pin is not None
        assert (pin.shift_id, entry.next_id) == ("s2", moved.entry.id)


def test_a_closed_plan_is_neither_published_nor_changed(database: Database) -> None:
    scope = a_branch(database)
    plan_id = a_published_plan(database, scope, {"s1": ["c1"]})
    with database.writing(scope, PUBLISHED_AT) as unit:
        assert publishing.close(unit, plan_id).state is PlanState.CLOSED
        assert links.of_plan(unit, plan_id) == ()
        with pytest.raises(NotNow):
            publishing.publish(unit, plan_id, no_roads(), accept_estimate=False)
        with pytest.raises(NotNow):
            changing.change(unit, plan_id, [Exclude(visit_id="c1")], no_roads())
        assert publishing.close(unit, plan_id).state is PlanState.CLOSED


def test_another_branch_neither_sees_nor_publishes_a_plan(database: Database) -> None:
    scope = a_branch(database)
    plan_id = a_published_plan(database, scope, {"s1": ["c1"]})
    (elsewhere,) = a_tenant(database, "north")

    with database.writing(elsewhere, PUBLISHED_AT) as unit:
        with pytest.raises(UnknownId):
            publishing.check(unit, plan_id, no_roads())
        with pytest.raises(UnknownId):
            publishing.opened(unit, plan_id)
        assert unit.session.scalars(select(DeliveryRow)).all() == []
