"""What was told wrongly of a visit is corrected: nothing is lost, and the rules go by the truth at once."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from api.access import Role
from api.settings import Settings
from api.store import Database, Scope, audit, letters, records
from api.store.case_decisions import decisions_of
from api.store.case_facts import known_cases
from api.store.records import VisitRecord
from api.store.tables.cases import CaseRow, ConsentRow
from api.visiting import correcting, visits
from api.visiting.visits import Ended
from scheduler.domain.errors import InvalidInput, NotNow
from tests.visiting import CARRIED, CREWS, DAY, a_branch, a_day, a_published_plan, at_the_door, received
from tests.visiting_service import VisitingService, a_visiting_service

LATER = DAY + timedelta(days=10)
NOON = at_the_door("12:00")


def a_visit_that_ended(
    database: Database, outcome: str, until: date | None = None, *, at_work: bool = False
) -> tuple[Scope, VisitRecord]:
    scope = a_branch(database)
    problem = a_day("c1", at_work=frozenset({"c1"} if at_work else ()))
    plan_id = a_published_plan(database, scope, {"s1": ["c1"]}, problem)
    received(database, scope, plan_id)
    with database.writing(scope, at_the_door("10:00")) as unit:
        begun = visits.check_in(unit, plan_id, "c1", by="s1-a", present=CREWS["s1"], carried=CARRIED)
    with database.writing(scope, at_the_door("10:20")) as unit:
        return scope, visits.end(unit, begun.id, outcome=outcome, until=until).record


def corrected(
    database: Database, scope: Scope, record: VisitRecord, outcome: str, until: date | None = None, clock: str = "12:00"
) -> Ended:
    with database.writing(scope, at_the_door(clock)) as unit:
        return correcting.correct(unit, record.id, outcome=outcome, until=until, reason="看错了名单")


def forbidding(database: Database, scope: Scope, record: VisitRecord, day: date = LATER) -> set[str]:
    """The rules by which nobody may visit the borrower on a day."""
    assert record.case_id is not None
    with database.reading(scope, NOON) as unit:
        found = decisions_of(unit, record.case_id, "c1", day).places
        return {reason.rule_id for decision in found.values() for reason in decision.reasons} - {"CN-NOTE-2"}


@pytest.mark.parametrize(
    ("mistaken", "rules"),
    [
        ("DISPUTED", {"CN-CARD-69", "CN-OUT-1"}),
        ("CEASE_REQ", {"CN-BLK-1", "CN-OUT-1"}),
        ("HARDSHIP", {"CN-BLK-1", "CN-OUT-1"}),
        ("REFUSED_TALK", {"CN-OUT-1"}),
    ],
)
def test_what_a_mistaken_outcome_forbids_is_allowed_again_at_once(
    database: Database, mistaken: str, rules: set[str]
) -> None:
    scope, record = a_visit_that_ended(database, mistaken)
    assert forbidding(database, scope, record) == rules

    corrected(database, scope, record, "NOT_HOME")

    assert forbidding(database, scope, record) == set()


def test_what_the_true_outcome_forbids_is_forbidden_at_once(database: Database) -> None:
    scope, record = a_visit_that_ended(database, "NOT_HOME")
    assert forbidding(database, scope, record) == set()

    ended = corrected(database, scope, record, "CEASE_REQ")

    assert ended.code.next_step == "letter_only"
    assert forbidding(database, scope, record) == {"CN-BLK-1", "CN-OUT-1"}


def test_a_case_that_was_closed_and_a_place_that_was_given_up_by_mistake_come_back(database: Database) -> None:
    scope, record = a_visit_that_ended(database, "MOVED")

    def known() -> tuple[bool, frozenset[str]]:
        with database.reading(scope, NOON) as unit:
            case = known_cases(unit, ["c1"], DAY)["c1"]
        return case.is_closed, case.removed_places

    assert known() == (False, frozenset({"c1-home"}))
    corrected(database, scope, record, "PAID_FULL", clock="12:00")
    assert known() == (True, frozenset())
    corrected(database, scope, record, "NOT_HOME", clock="12:10")
    assert known() == (False, frozenset())


def test_a_refusal_that_nobody_spoke_leaves_the_borrowers_own_words_alone(database: Database) -> None:
    scope, record = a_visit_that_ended(database, "TPC_OTHER", at_work=True)

    def refusals() -> int:
        with database.reading(scope, NOON) as unit:
            return len(unit.session.scalars(select(ConsentRow).where(ConsentRow.given.is_(False))).all())

    assert refusals() == 1
    corrected(database, scope, record, "NOT_HOME")
    assert refusals() == 0
    with database.reading(scope, NOON) as unit:
        assert len(unit.session.scalars(select(ConsentRow)).all()) == 1


def test_everything_that_was_said_stays_and_the_last_correction_counts(database: Database) -> None:
    scope, record = a_visit_that_ended(database, "DISPUTED")
    corrected(database, scope, record, "NOT_HOME", clock="12:00")
    corrected(database, scope, record, "PTP", DAY + timedelta(days=9), clock="12:05")

    with database.reading(scope, NOON) as unit:
        kept = records.get(unit, record.id)
        log = known_cases(unit, ["c1"], DAY)["c1"].facts.log
        assert audit.broken_chain(unit.session) is None
    assert kept is not None
    assert (kept.outcome, kept.present_outcome) == ("DISPUTED", ("PTP", DAY + timedelta(days=9)))
    assert [(one.replaces, one.outcome, one.reason) for one in kept.corrections] == [
        ("DISPUTED", "NOT_HOME", "看错了名单"),
        ("NOT_HOME", "PTP", "看错了名单"),
    ]
    assert [one.outcome for one in log or () if one.outcome] == ["PTP"]


def test_a_phone_that_tells_the_first_outcome_again_after_a_correction_changes_nothing(database: Database) -> None:
    scope, record = a_visit_that_ended(database, "DISPUTED")
    corrected(database, scope, record, "NOT_HOME")

    with database.writing(scope, NOON) as unit:
        again = visits.end(unit, record.id, outcome="DISPUTED", until=None)

    assert again.record.present_outcome == ("NOT_HOME", None)


def test_a_visit_that_goes_on_is_not_corrected_nor_one_to_what_it_is(database: Database) -> None:
    scope, record = a_visit_that_ended(database, "NOT_HOME")
    with pytest.raises(InvalidInput):
        corrected(database, scope, record, "NOT_HOME")
    with pytest.raises(InvalidInput):
        corrected(database, scope, record, "NO_SUCH_CODE")
    assert forbidding(database, scope, record) == set()


@pytest.mark.parametrize("outcome", correcting.NOT_BEGUN)
def test_a_visit_that_nobody_could_begin_counts_as_no_attempt(database: Database, outcome: str) -> None:
    scope = a_branch(database)
    plan_id = a_published_plan(database, scope, {"s1": ["c1"]})
    received(database, scope, plan_id)

    def give_up(reason: str = "weather", what: str = outcome) -> VisitRecord:
        with database.writing(scope, NOON) as unit:
            return correcting.give_up(unit, plan_id, "c1", outcome=what, reason=reason)

    first = give_up()

    assert give_up() == first
    assert (first.checked_in_at, first.outcome, first.reason) == (None, outcome, "weather")
    with pytest.raises(NotNow):
        give_up("other-reason")
    with database.writing(scope, NOON) as unit, pytest.raises(NotNow, match="Nobody goes there"):
        visits.check_in(unit, plan_id, "c1", by="s1-a", present=CREWS["s1"], carried=CARRIED)
    with database.writing(scope, NOON) as unit, pytest.raises(NotNow, match="Nobody began"):
        correcting.correct(unit, first.id, outcome="NOT_HOME", until=None, reason="x")
    with database.reading(scope, NOON) as unit:
        log = known_cases(unit, ["c1"], DAY)["c1"].facts.log
        letter = letters.of_visit(unit, plan_id, "c1")
        case = unit.session.scalars(select(CaseRow)).one()
    assert not [one for one in log or () if one.outcome]
    assert letter is None or letter.revoked_at is not None
    assert case.closed_at is None


def test_a_visit_that_was_begun_ends_in_another_way(database: Database) -> None:
    scope, record = a_visit_that_ended(database, "NOT_HOME")
    with database.writing(scope, NOON) as unit:
        with pytest.raises(NotNow):
            correcting.give_up(unit, record.plan_id, "c1", outcome="ABORT_OPS", reason="weather")
        with pytest.raises(InvalidInput):
            correcting.give_up(unit, record.plan_id, "c1", outcome="NOT_HOME", reason="weather")


@pytest.fixture
def service(database_settings: Settings) -> Iterator[VisitingService]:
    with a_visiting_service(database_settings, now=at_the_door("10:00")) as made:
        yield made


def body(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_a_dispatcher_corrects_the_revision_that_was_read_and_everybody_concerned_sees_it(
    service: VisitingService,
) -> None:
    client = service.client(Role.DISPATCHER)
    asked = {"plan_id": service.plan_id, "visit_id": "c1", "present": list(CREWS["s1"]), "carried": list(CARRIED)}
    begun = body(client.post("/api/v1/visit-records", json=asked), 201)
    path = f"/api/v1/visit-records/{begun['id']}"
    change = {"outcome": "NOT_HOME", "reason": "看错了名单"}
    read = {"If-Match": client.get(path).headers["ETag"]}
    assert client.post(f"{path}/corrections", json=change, headers=read).status_code == 409
    body(client.post(f"{path}/outcome", json={"outcome": "DISPUTED"}))
    assert client.post(f"{path}/corrections", json=change).status_code == 428
    assert client.post(f"{path}/corrections", json=change, headers=read).status_code == 412

    read = {"If-Match": client.get(path).headers["ETag"]}
    answer = client.post(f"{path}/corrections", json=change, headers=read)

    told = body(answer, 201)
    assert (told["record"]["outcome"], told["record"]["corrections"]) == ("NOT_HOME", 1)
    assert answer.headers["ETag"] == client.get(path).headers["ETag"] != read["If-Match"]
    listed = body(service.client(Role.COMPLIANCE).get(f"{path}/corrections"))
    (one,) = listed["corrections"]
    assert (listed["first_outcome"], one["replaces"], one["reason"]) == ("DISPUTED", "DISPUTED", "看错了名单")
    assert one["corrected_by"]
    assert "看错了名单" not in client.get(path).text
    events = body(client.get("/api/v1/events?after=0"))["events"]
    corrected, task = events[-2:]
    assert (corrected["kind"], corrected["facts"]["replaces"]) == ("visit.corrected", "DISPUTED")
    assert (task["kind"], task["facts"]["replaces"]) == ("followup.due", "investigate")


def test_a_crew_that_a_rule_kept_away_says_so_without_a_check_in(service: VisitingService) -> None:
    client = service.client(Role.DISPATCHER)
    path = f"/api/v1/plans/{service.plan_id}/visits/c1/not-begun"
    assert client.post(path, json={"outcome": "NOT_HOME", "reason": "x"}).status_code == 422

    told = body(client.post(path, json={"outcome": "ABORT_RULE", "reason": "CN-CREW-1"}), 201)

    assert (told["outcome"], told["reason"], told["checked_in_at"]) == ("ABORT_RULE", "CN-CREW-1", None)
    listed = body(client.get(f"/api/v1/plans/{service.plan_id}/visit-records"))["records"]
    assert listed == [told]
    nobody = path.replace("c1", "c9")
    assert client.post(nobody, json={"outcome": "ABORT_OPS", "reason": "weather"}).status_code == 404
