"""Rows in the store: a lender, and cases with everything that says something about a person."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from api.store import SYSTEM, Database, Scope, Unit
from api.store.database import first_scope
from api.store.tables.cases import BlockRow, CaseRow, ContactRow
from api.store.tables.visiting import WishRow
from benchmarks.stored_cases import add_case

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def a_scope(database: Database) -> Scope:
    """The first branch of the first lender."""
    with database.writing(None, NOW) as unit:
        return first_scope(unit, SYSTEM)


def a_case(unit: Unit, code: str, *, closed_at: datetime | None = None) -> CaseRow:
    """A borrower with a case, a place, a contact, a block and a wish, added to the unit."""
    case = add_case(
        unit,
        code,
        name=f"name of {code}",
        phone=f"139 {code}",
        address=f"address of {code}",
        note=f"note of {code}",
        closed_at=closed_at,
    )
    unit.session.add_all(
        [
            ContactRow(case_id=case.id, channel="phone", at=unit.now - timedelta(days=9)),
            BlockRow(case_id=case.id, sealed_code=unit.seal("illness"), source="import", added_at=unit.now),
            WishRow(case_id=case.id, kind="another_time", sealed_text=unit.seal(f"wish of {code}"), asked_at=unit.now),
        ]
    )
    unit.session.flush()
    return case


@contextmanager
def a_busy_writer(database: Database, scope: Scope) -> Iterator[list[str]]:
    """Cases are written as fast as they can be while the block runs: their codes, each once it is acknowledged."""
    acknowledged: list[str] = []
    stop = threading.Event()
    faults: list[Exception] = []

    def write() -> None:
        while not stop.wait(0.005):
            code = f"w{len(acknowledged)}"
            try:
                with database.writing(scope, NOW) as unit:
                    a_case(unit, code)
                    unit.note("case.added", f"case:{code}")
            except Exception as error:
                faults.append(error)
                return
            acknowledged.append(code)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield acknowledged
    finally:
        stop.set()
        thread.join()
    assert faults == []
