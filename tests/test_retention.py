"""What may no longer be kept goes, from the files too, and a certificate stays."""

import json
from contextlib import closing
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select, update

from api.store import Database, Scope, plans, users
from api.store.keeping import KEEP_RULES, keep_days, set_keep_days
from api.store.retention import purge
from api.store.tables.cases import BlockRow, BorrowerRow, CaseRow, ContactRow, PlaceRow
from api.store.tables.organisation import TenantRow, TokenRow
from api.store.tables.plans import PlanRow
from api.store.tables.service import AuditRow, JobRow, PurgeRow
from api.store.tables.visiting import WishRow
from scheduler.domain.errors import InvalidInput
from tests.databases import sqlite_settings
from tests.service import TEXTS, a_day, its_plan
from tests.stored import NOW, a_case, a_scope

LONG_AGO = NOW - timedelta(days=3000)


def filled(database: Database) -> Scope:
    """A case that was closed long ago, one that was closed lately, and one that is open."""
    scope = a_scope(database)
    with database.writing(scope, NOW) as unit:
        a_case(unit, "old", closed_at=LONG_AGO)
        a_case(unit, "fresh", closed_at=NOW - timedelta(days=10))
        a_case(unit, "open")
    return scope


def test_a_case_that_was_closed_long_ago_loses_its_texts_and_others_keep_theirs(database: Database) -> None:
    scope = filled(database)

    done = purge(database, lambda: NOW)

    assert (done.counts["case_texts"], done.counts["contacts"], done.counts["wishes"]) == (1, 1, 1)
    with database.reading(scope, NOW) as unit:
        notes = {row.code: unit.opened(row.sealed_note) for row in unit.session.scalars(select(CaseRow))}
        names = {row.code: unit.opened(row.sealed_text) for row in unit.session.scalars(select(BorrowerRow))}
        assert notes == {"old": "", "fresh": "note of fresh", "open": "note of open"}
        assert names["b-old"] == "{}"
        assert "name of fresh" in names["b-fresh"]
        assert set(unit.session.scalars(select(PlaceRow.code))) == {"fresh-home", "open-home"}
        for table in (ContactRow, BlockRow, WishRow):
            assert len(unit.session.scalars(select(table)).all()) == 2
    assert sum(purge(database, lambda: NOW).counts.values()) == 0


def test_a_borrower_with_another_case_keeps_the_name(database: Database) -> None:
    scope = filled(database)
    with database.writing(scope, NOW) as unit:
        borrower = unit.session.scalars(select(CaseRow.borrower_id).where(CaseRow.code == "old")).one()
        unit.session.execute(update(CaseRow).where(CaseRow.code == "open").values(borrower_id=borrower))

    purge(database, lambda: NOW)

    with database.reading(scope, NOW) as unit:
        row = unit.session.scalars(select(BorrowerRow).where(BorrowerRow.code == "b-old")).one()
        assert row.purged_at is None
        assert "name of old" in unit.opened(row.sealed_text)


def test_counting_deletes_nothing(database: Database) -> None:
    filled(database)
    first = purge(database, lambda: NOW, only_counts=True)
    second = purge(database, lambda: NOW, only_counts=True)
    assert first == second
    assert first.counts["case_texts"] == 1
    assert first.certificates == ()


def test_the_certificate_tells_how_much_of_what_went_and_its_hash_is_in_the_trail(database: Database) -> None:
    filled(database)
    done = purge(database, lambda: NOW)
    with database.reading(None, NOW) as unit:
        certificate = unit.session.scalars(select(PurgeRow.certificate)).one()
        assert isinstance(certificate, dict)
        digest = certificate.pop("sha256")
        content = json.dumps(certificate, sort_keys=True, separators=(",", ":")).encode()
        assert sha256(content).hexdigest() == digest == done.certificates[0]
        rows = {rule["kind"]: rule["rows"] for rule in certificate["rules"]}
        assert rows == dict(done.counts)
        noted = unit.session.scalars(select(AuditRow).where(AuditRow.action == "data.purged")).one()
        assert isinstance(noted.facts, dict)
        assert noted.facts["sha256"] == digest


def test_what_was_deleted_stands_in_no_file_of_sqlite_any_longer(tmp_path: Path) -> None:
    settings = sqlite_settings(tmp_path)
    with closing(Database(settings)) as database:
        filled(database)
        with database.reading(None, NOW) as unit:
            sealed = [*unit.session.scalars(select(CaseRow.sealed_note).where(CaseRow.code == "old"))]
            sealed += [*unit.session.scalars(select(BorrowerRow.sealed_text).where(BorrowerRow.code == "b-old"))]
            sealed += [*unit.session.scalars(select(PlaceRow.sealed_point).where(PlaceRow.code == "old-home"))]

        def found() -> int:
            content = b"".join(path.read_bytes() for path in settings.data_dir.glob("visits.sqlite*"))
            return sum(one in content for one in sealed)

        assert found() == 3
        purge(database, lambda: NOW)
        assert found() == 0


def test_an_old_plan_keeps_its_ids_and_times_and_loses_what_it_knew_of_people(database: Database) -> None:
    scope = a_scope(database)
    with database.writing(scope, NOW) as unit:
        plan_id = plans.save(unit, a_day(), its_plan(), TEXTS)
    with database.reading(scope, NOW) as unit:
        assert plans.get(unit, plan_id) is not None

    done = purge(database, lambda: NOW + timedelta(days=100))

    assert done.counts["plans"] == 1
    with database.reading(scope, NOW) as unit:
        assert plans.get(unit, plan_id) is None
        assert plans.document(unit, plan_id) is not None
        row = unit.session.scalars(select(PlanRow)).one()
        assert (row.sealed_problem, row.sealed_facts, row.sealed_texts) == (b"", b"", b"")


def test_tokens_and_inputs_of_jobs_go_some_time_after_their_end(database: Database) -> None:
    scope = a_scope(database)
    with database.writing(scope, LONG_AGO) as unit:
        user_id = users.add(unit, login="li", role="dispatcher", name="李")
        users.add_token(unit, user_id, name="export", life=timedelta(days=1))
        unit.session.add(
            JobRow(
                kind="plan",
                state="done",
                arguments={},
                progress={},
                attempts=1,
                asked_at=LONG_AGO,
                ended_at=LONG_AGO,
                sealed_input=unit.seal("x"),
            )
        )
    done = purge(database, lambda: NOW)
    assert (done.counts["tokens"], done.counts["job_inputs"]) == (1, 1)
    with database.reading(None, NOW) as unit:
        assert unit.session.scalars(select(TokenRow)).all() == []
        assert unit.session.scalars(select(JobRow.sealed_input)).one() is None


def test_another_lenders_time_holds_for_its_own_data(database: Database) -> None:
    scope = filled(database)
    with database.writing(scope, NOW) as unit:
        set_keep_days(unit, "case_texts", 5)
    assert purge(database, lambda: NOW).counts["case_texts"] == 2


def test_what_a_pack_wants_kept_cannot_be_deleted_earlier(database: Database) -> None:
    scope = a_scope(database)
    with database.writing(scope, NOW) as unit:
        with pytest.raises(InvalidInput) as refused:
            set_keep_days(unit, "contacts", 30)
        assert refused.value.faults[0].code == "number_range"
        with pytest.raises(InvalidInput) as unknown:
            set_keep_days(unit, "everything", 30)
        assert unknown.value.faults[0].code == "unknown_kind"
        tenant = unit.session.scalars(select(TenantRow)).one()
        tenant.keep_days = {"contacts": 1}
        assert keep_days(tenant, date(2026, 12, 1))["contacts"] >= 5 * 365


def test_every_kind_has_a_way_to_go(database: Database) -> None:
    a_scope(database)
    assert set(purge(database, lambda: NOW, only_counts=True).counts) == {rule.kind for rule in KEEP_RULES}
