"""Units of work: whole or not at all, inside their scope, with an audit trail that shows what was touched."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError, StatementError

from api.store import SYSTEM, Database, Scope, Unit, audit, users
from api.store.database import first_scope
from api.store.tables.cases import BorrowerRow
from api.store.tables.organisation import BranchRow, TenantRow, UserRow
from api.store.tables.service import AuditRow
from scheduler.domain.errors import InternalFault

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def a_tenant(database: Database, *branches: str) -> list[Scope]:
    """A lender with branches: the scope of each."""
    with database.writing(None, NOW) as unit:
        tenant = TenantRow(name="a lender", time_zone="Asia/Shanghai", rule_packs=["cn-base"])
        unit.session.add(tenant)
        unit.session.flush()
        rows = [BranchRow(tenant_id=tenant.id, code=code, name=code) for code in branches]
        unit.session.add_all(rows)
        unit.session.flush()
        return [Scope(tenant_id=tenant.id, branch_id=row.id, actor=SYSTEM) for row in rows]


def a_borrower(unit: Unit, code: str, **changes: object) -> BorrowerRow:
    """A borrower's row, added to the unit."""
    row = BorrowerRow(code=code, sealed_text=unit.seal("{}"), name_index=unit.index(code), **changes)
    unit.session.add(row)
    return row


def codes(unit: Unit) -> list[str]:
    """The borrowers that a unit sees."""
    return list(unit.session.scalars(select(BorrowerRow.code).order_by(BorrowerRow.code)))


def test_a_unit_that_raises_leaves_nothing_behind(database: Database) -> None:
    (scope,) = a_tenant(database, "north")

    def fail() -> None:
        with database.writing(scope, NOW) as unit:
            a_borrower(unit, "b1")
            unit.note("borrower.added", "borrower:b1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    with database.reading(None, NOW) as unit:
        assert codes(unit) == []
        assert unit.session.scalars(select(AuditRow)).all() == []


def test_a_unit_sees_its_own_branch_and_neither_another_one_nor_another_lender(database: Database) -> None:
    north, south = a_tenant(database, "north", "south")
    (elsewhere,) = a_tenant(database, "north")
    for scope, code in ((north, "n"), (south, "s"), (elsewhere, "e")):
        with database.writing(scope, NOW) as unit:
            a_borrower(unit, code)
    whole_lender = Scope(tenant_id=north.tenant_id, branch_id=None, actor=SYSTEM)

    def seen(scope: Scope | None) -> list[str]:
        with database.reading(scope, NOW) as unit:
            return codes(unit)

    assert [seen(scope) for scope in (north, south, elsewhere)] == [["n"], ["s"], ["e"]]
    assert seen(whole_lender) == ["n", "s"]
    assert seen(None) == ["e", "n", "s"]


def test_a_row_of_another_branch_is_not_found_by_its_id_either(database: Database) -> None:
    north, south = a_tenant(database, "north", "south")
    with database.writing(north, NOW) as unit:
        row_id = a_borrower(unit, "n").id or ""
        unit.session.flush()
        row_id = unit.session.scalars(select(BorrowerRow.id)).one()

    with database.reading(south, NOW) as unit:
        assert unit.session.get(BorrowerRow, row_id) is None
    with database.reading(north, NOW) as unit:
        assert unit.session.get(BorrowerRow, row_id) is not None


def test_updates_and_deletions_of_many_rows_stay_in_the_scope(database: Database) -> None:
    north, south = a_tenant(database, "north", "south")
    for scope, code in ((north, "n"), (south, "s")):
        with database.writing(scope, NOW) as unit:
            a_borrower(unit, code)
    with database.writing(north, NOW) as unit:
        unit.session.execute(update(BorrowerRow).values(purged_at=NOW))
    with database.reading(None, NOW) as unit:
        purged = {
            row.code: row.purged_at for row in unit.session.execute(select(BorrowerRow.code, BorrowerRow.purged_at))
        }
    assert purged == {"n": NOW, "s": None}

    with database.writing(north, NOW) as unit:
        unit.session.execute(delete(BorrowerRow))
    with database.reading(None, NOW) as unit:
        assert codes(unit) == ["s"]


def test_a_row_for_another_branch_or_lender_is_refused(database: Database) -> None:
    north, south = a_tenant(database, "north", "south")
    (elsewhere,) = a_tenant(database, "north")
    for other in (south, elsewhere):
        with pytest.raises(InternalFault), database.writing(north, NOW) as unit:
            a_borrower(unit, "x", tenant_id=other.tenant_id, branch_id=other.branch_id)
    with database.reading(None, NOW) as unit:
        assert codes(unit) == []


def test_the_first_branch_is_made_once(database: Database) -> None:
    scopes = []
    for _ in range(2):
        with database.writing(None, NOW) as unit:
            scopes.append(first_scope(unit, SYSTEM))
    assert scopes[0] == scopes[1]


def test_moments_come_back_as_they_were_and_naive_ones_are_refused(database: Database) -> None:
    (scope,) = a_tenant(database, "north")
    moment = datetime(2026, 12, 1, 9, 30, 15, 123456, tzinfo=UTC).astimezone()
    with database.writing(scope, NOW) as unit:
        a_borrower(unit, "b", purged_at=moment)
    with database.reading(scope, NOW) as unit:
        assert unit.session.scalars(select(BorrowerRow.purged_at)).one() == moment
    with pytest.raises(StatementError, match="without a zone"), database.writing(scope, NOW) as unit:
        a_borrower(unit, "c", purged_at=datetime(2026, 12, 1))  # noqa: DTZ001 - refused


def test_eight_threads_that_write_at_once_make_one_chain_without_gaps(database: Database) -> None:
    (scope,) = a_tenant(database, "north")

    def write() -> None:
        for number in range(10):
            with database.writing(scope, NOW) as unit:
                unit.note("test.noted", f"number:{number}", count=number)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading(None, NOW) as unit:
        assert list(unit.session.scalars(select(AuditRow.sequence).order_by(AuditRow.sequence))) == list(range(1, 81))
        assert audit.broken_chain(unit.session) is None


@pytest.mark.parametrize(
    ("change", "row", "what"),
    [
        ("UPDATE audit SET action = 'other' WHERE sequence = 3", 3, "was changed"),
        ("UPDATE audit SET tenant_id = NULL WHERE sequence = 3", 3, "was changed"),
        ("DELETE FROM audit WHERE sequence = 3", 3, "is missing"),
        ("UPDATE audit SET sha256 = previous_sha256 WHERE sequence = 3", 3, "was changed"),
        ("UPDATE audit SET previous_sha256 = sha256 WHERE sequence = 3", 3, "does not follow the row before it"),
    ],
)
def test_a_changed_or_missing_row_of_the_trail_is_named(database: Database, change: str, row: int, what: str) -> None:
    (scope,) = a_tenant(database, "north")
    with database.writing(scope, NOW) as unit:
        for number in range(5):
            unit.note("test.noted", f"number:{number}")
    with pytest.raises(DBAPIError, match="only added to"), database.engine.begin() as connection:
        connection.execute(text(change))
    _without_guards(database)
    with database.engine.begin() as connection:
        connection.execute(text(change))
    with database.reading(None, NOW) as unit:
        assert audit.broken_chain(unit.session) == audit.BrokenChain(sequence=row, what=what)


def _without_guards(database: Database) -> None:
    """What somebody with the database's password can do."""
    with database.engine.begin() as connection:
        if database.engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_never_UPDATE"))
            connection.execute(text("DROP TRIGGER audit_never_DELETE"))
        else:
            connection.execute(text("DROP TRIGGER audit_never_changed ON audit"))


def test_a_token_opens_until_it_expires_and_not_for_a_disabled_user(database: Database) -> None:
    (scope,) = a_tenant(database, "north")
    with database.writing(scope, NOW) as unit:
        user_id = users.add(unit, login="li", role="dispatcher", name="李")
        secret = users.add_token(unit, user_id, name="export", life=timedelta(hours=1))

    def opens(secret: str, at: datetime) -> bool:
        with database.reading(None, at) as unit:
            found = users.by_token(unit, secret)
        return found is not None and found.id == user_id

    assert opens(secret, NOW)
    assert not opens(secret + "x", NOW)
    assert not opens(secret, NOW + timedelta(hours=1))
    with database.writing(None, NOW) as unit:
        unit.session.execute(update(UserRow).values(disabled_at=NOW))
    assert not opens(secret, NOW)


def test_a_token_of_before_a_restore_opens_nothing(database: Database) -> None:
    (scope,) = a_tenant(database, "north")
    with database.writing(scope, NOW) as unit:
        user_id = users.add(unit, login="li", role="dispatcher", name="李")
        secret = users.add_token(unit, user_id, name="export", life=timedelta(hours=1))
    with database.writing(None, NOW) as unit:
        unit.session.execute(text("UPDATE installation SET epoch = epoch + 1"))
    with database.reading(None, NOW) as unit:
        assert users.by_token(unit, secret) is None
