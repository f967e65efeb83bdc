"""Check-in by the rules of the moment, outcomes with all that follows, and what borrowers ask."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from api.store import Database, PlanState, Scope, audit, events, letters, links, notices, plans, records, stops, wishes
from api.store.links import LinkKind
from api.store.records import VisitRecord
from api.store.tables.cases import BorrowerRow, CaseRow, ConsentRow, PlaceRow
from api.store.wishes import Wanted, WishKind
from api.visiting import visits, wishing
from scheduler.domain.errors import InvalidInput, NotNow, RulesBroken
from tests.visiting import CARRIED, CREWS, DAY, PUBLISHED_AT, a_branch, a_day, a_published_plan, at_the_door, received


def checked_in(
    database: Database,
    scope: Scope,
    plan_id: str,
    code: str = "c1",
    *,
    at: datetime | None = None,
    present: Collection[str] = CREWS["s1"],
    carried: Collection[str] = CARRIED,
) -> VisitRecord:
    with database.writing(scope, at or at_the_door("10:00")) as unit:
        return visits.check_in(unit, plan_id, code, by="s1-a", present=present, carried=carried)


def a_followed_plan(database: Database, *codes: str) -> tuple[Scope, str]:
    scope = a_branch(database)
    plan_id = a_published_plan(database, scope, {"s1": codes or ("c1",)})
    received(database, scope, plan_id)
    return scope, plan_id


def test_a_full_crew_in_lawful_hours_after_a_received_notice_may_begin(database: Database) -> None:
    scope, plan_id = a_followed_plan(database)

    record = checked_in(database, scope, plan_id)

    assert record.checked_in_at == at_the_door("10:00")
    assert record.present_collectors == CREWS["s1"]
    with database.reading(scope, at_the_door("10:00")) as unit:
        entry = plans.entry(unit, plan_id)
        assert entry is not None
        assert entry.state is PlanState.RUNNING
        assert checked_in_ids(database, scope) == ["visit.started"]


def checked_in_ids(database: Database, scope: Scope) -> list[str]:
    with database.reading(scope, PUBLISHED_AT) as unit:
        return [event.kind for event in events.after(unit, 0, 100) if event.kind.startswith("visit.")]


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"at": at_the_door("20:10")}, {"CN-HRS-3", "outside_time_window", "letter_invalid", "CN-ID-2"}),
        ({"at": at_the_door("19:31")}, {"CN-HRS-3", "outside_time_window"}),
        ({"at": at_the_door("08:59")}, {"CN-HRS-3", "outside_time_window"}),
        ({"present": ["s1-a"]}, {"CN-CREW-1", "crew_incomplete"}),
        ({"present": ["s1-a", "s2-a"]}, {"CN-NOTE-2", "crew_incomplete"}),
        ({"present": ["s1-a", "nobody"]}, {"CN-CREW-1", "crew_incomplete", "unknown_collector"}),
        ({"carried": ["work-badge"]}, {"CN-ID-1"}),
        (
            {"at": at_the_door("10:00") + timedelta(days=3)},
            {"CN-NOTE-2", "outside_time_window", "letter_invalid", "CN-ID-2"},
        ),
    ],
    ids=["late", "would-end-late", "early", "alone", "other-crew", "stranger", "no-identity-card", "another-day"],
)
def test_a_check_in_that_a_rule_forbids_is_refused_in_its_words(
    database: Database, changes: dict[str, object], rules: set[str]
) -> None:
    scope, plan_id = a_followed_plan(database)

    with pytest.raises(RulesBroken) as refused:
        checked_in(database, scope, plan_id, **changes)  # type: ignore[arg-type]

    assert {found.rule_id or found.code for found in refused.value.violations} == rules
    assert all(found.message and found.message_zh for found in refused.value.violations)
    assert checked_in_ids(database, scope) == []


def test_without_a_receipt_nobody_begins(database: Database) -> None:
    scope = a_branch(database)
    plan_id = a_published_plan(database, scope, {"s1": ["c1"]})
    with pytest.raises(RulesBroken) as refused:
        checked_in(database, scope, plan_id)
    assert {found.rule_id for found in refused.value.violations} == {"CN-NOTE-2"}

    received(database, scope, plan_id)
    checked_in(database, scope, plan_id)


def test_telling_a_check_in_twice_is_telling_it_once(database: Database) -> None:
    scope, plan_id = a_followed_plan(database)
    first = checked_in(database, scope, plan_id)
    again = checked_in(database, scope, plan_id, at=at_the_door("10:05"))
    assert again == first
    assert checked_in_ids(database, scope) == ["visit.started"]


def test_paid_in_full_closes_the_case_and_calls_off_the_borrowers_other_visits(database: Database) -> None:
    scope = a_branch(database)
    plan_id = a_published_plan(database, scope, {"s1": ["c1"], "s2": ["c2"]})
    received(database, scope, plan_id)
    with database.writing(scope, PUBLISHED_AT) as unit:
        # Two debts of one person; the caps of the house would not plan both, so they became one afterwards.
        first = unit.session.scalars(select(CaseRow).where(CaseRow.code == "c1")).one()
        unit.session.execute(update(CaseRow).where(CaseRow.code == "c2").values(borrower_id=first.borrower_id))
    record = checked_in(database, scope, plan_id)
    with database.writing(scope, at_the_door("10:20")) as unit:
        ended = visits.end(unit, record.id, outcome="PAID_FULL", until=None)
    assert ended.code.next_step == "close_case"
    with database.reading(scope, at_the_door("10:20")) as unit:
        case = unit.session.scalars(select(CaseRow).where(CaseRow.code == "c1")).one()
        assert case.closed_at == at_the_door("10:20")
        facts = {one.visit_code: one.revoked_at is not None for one in letters.of_plan(unit, plan_id)}
        assert facts["c1"]
        assert unit.session.scalars(select(BorrowerRow)).all()


@pytest.mark.parametrize("outcome", ["CEASE_REQ", "DISPUTED", "HARDSHIP", "REFUSED_TALK", "DECEASED"])
def test_an_outcome_that_forbids_visits_calls_the_next_ones_off_at_once(database: Database, outcome: str) -> None:
    scope, plan_id = a_followed_plan(database)
    tomorrow = a_published_later(database, scope)
    record = checked_in(database, scope, plan_id)

    with database.writing(scope, at_the_door("10:20")) as unit:
        ended = visits.end(unit, record.id, outcome=outcome, until=None)

    assert ended.cancelled == ("c1",)
    with database.reading(scope, at_the_door("10:20")) as unit:
        (stop,) = stops.of_plan(unit, tomorrow)
        assert stop.cancelled_at == at_the_door("10:20")
        (letter,) = letters.of_plan(unit, tomorrow)
        assert letter.revoked_at is not None
        assert notices.of_plan(unit, tomorrow)[0].withdrawn_at is not None
        assert audit.broken_chain(unit.session) is None
    with (
        database.writing(scope, at_the_door("10:00") + LATER) as unit,
        pytest.raises(NotNow, match="called off"),
    ):
        visits.check_in(unit, tomorrow, "c1", by=None, present=CREWS["s1"], carried=CARRIED)


LATER = timedelta(days=10)


def a_published_later(database: Database, scope: Scope) -> str:
    """Another plan for c1, ten days later."""
    from dataclasses import replace

    from api.store import plans as stored_plans
    from scheduler.planning import plan_by_hand
    from tests.visiting import TEXTS, published

    day = a_day("c1")
    moved = replace(
        day,
        shifts=tuple(
            replace(one, earliest_start=one.earliest_start + LATER, latest_end=one.latest_end + LATER)
            for one in day.shifts
        ),
        visits=tuple(
            replace(
                visit,
                places=tuple(
                    replace(
                        place,
                        time_windows=tuple(
                            replace(one, earliest_start=one.earliest_start + LATER, latest_end=one.latest_end + LATER)
                            for one in place.time_windows
                        ),
                    )
                    for place in visit.places
                ),
            )
            for visit in day.visits
        ),
    )
    with database.writing(scope, PUBLISHED_AT) as unit:
        plan_id = stored_plans.save(unit, moved, plan_by_hand(moved, {"s1": [("c1", "c1-home")]}), TEXTS)
        published(unit, plan_id)
    received(database, scope, plan_id)
    return plan_id


def test_a_place_where_nobody_lives_is_not_visited_any_more(database: Database) -> None:
    scope, plan_id = a_followed_plan(database)
    record = checked_in(database, scope, plan_id)
    with database.writing(scope, at_the_door("10:20")) as unit:
        visits.end(unit, record.id, outcome="MOVED", until=None)
    with database.reading(scope, at_the_door("10:20")) as unit:
        assert unit.session.scalars(select(PlaceRow.removed_at)).one() == at_the_door("10:20")


def test_telling_an_outcome_twice_is_telling_it_once_and_another_one_is_refused(database: Database) -> None:
    scope, plan_id = a_followed_plan(database)
    record = checked_in(database, scope, plan_id)
    for _ in range(2):
        with database.writing(scope, at_the_door("10:20")) as unit:
            ended = visits.end(unit, record.id, outcome="PTP", until=date(2026, 12, 20))
            assert ended.record.outcome == "PTP"
    with database.writing(scope, at_the_door("10:21")) as unit, pytest.raises(NotNow, match="PTP"):
        visits.end(unit, record.id, outcome="NOT_HOME", until=None)
    assert checked_in_ids(database, scope) == ["visit.started", "visit.ended"]


@pytest.mark.parametrize(
    ("outcome", "until", "where"),
    [
        ("SOMETHING", None, "/outcome"),
        ("PTP", None, "/until"),
        ("PAID_PART", None, "/until"),
        ("PTP", DAY - timedelta(days=1), "/until"),
    ],
)
def test_an_outcome_of_no_list_or_without_its_day_is_refused(
    database: Database, outcome: str, until: date | None, where: str
) -> None:
    scope, plan_id = a_followed_plan(database)
    record = checked_in(database, scope, plan_id)
    with database.writing(scope, at_the_door("10:20")) as unit, pytest.raises(InvalidInput) as refused:
        visits.end(unit, record.id, outcome=outcome, until=until)
    assert refused.value.faults[0].where == where
    with database.reading(scope, at_the_door("10:20")) as unit:
        kept = records.get(unit, record.id)
        assert kept is not None
        assert kept.outcome is None


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (WishKind.STOP, "CN-BLK-1"),
        (WishKind.NEED_HELP, "CN-BLK-1"),
        (WishKind.DISPUTE, "CN-CARD-69"),
        (WishKind.ANOTHER_TIME, "borrower_asked_another_time"),
        (WishKind.ANOTHER_PLACE, "borrower_asked_another_place"),
        (WishKind.NOT_AT_WORK, None),
    ],
)
def test_what_a_borrower_asks_acts_at_once_and_only_ever_stops(
    database: Database, kind: WishKind, reason: str | None
) -> None:
    scope, plan_id = a_followed_plan(database)
    with database.reading(scope, PUBLISHED_AT) as unit:
        (link,) = [one for one in links.of_plan(unit, plan_id) if one.kind is LinkKind.NOTICE]
    for _ in range(2):
        with database.writing(link.scope, at_the_door("08:00")) as unit:
            wishing.ask(unit, link, kind, "请改期")
    with database.reading(scope, at_the_door("08:00")) as unit:
        (stop,) = stops.of_plan(unit, plan_id)
        assert stop.cancelled_for == reason
        (wish,) = wishes.listed(unit, Wanted())
        assert (wish.kind, wish.text, wish.case_code) == (kind, "请改期", "c1")
        refused = select(ConsentRow).where(ConsentRow.given.is_(False))
        assert len(unit.session.scalars(refused).all()) == (kind is WishKind.NOT_AT_WORK)
        assert audit.broken_chain(unit.session) is None
