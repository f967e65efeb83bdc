"""A lender's tables in the store: what comes out is what went in, whatever is imported twice or changed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from api.importing import Imported, import_files
from api.store import Database
from api.store.day_records import day_problem
from api.store.imports import ImportMode
from api.store.tables.cases import CaseRow, ContactRow
from api.store.tables.organisation import TenantRow
from fixtures.generate_city import COMMITTED
from fixtures.generate_city import DAY as CITY_DAY
from scheduler.documents import to_bytes, write_problem, write_texts
from scheduler.domain.case import Case
from scheduler.domain.errors import InvalidInput
from tests.lender import NOW, a_scope, files_in, keep, sources_of
from tests.sheets import DAY, Sheet, a_shift_row, sheets

PACKS = ("cn-base", "cn-house")
CITY = sorted(COMMITTED.glob("*.csv"))


def imported_day_of(database: Database, day: date = DAY) -> Imported:
    with database.reading(a_scope(database), NOW) as unit:
        return day_problem(unit, day)


def keep_tables(
    database: Database, mode: ImportMode = ImportMode.CREATE, **changed: Sheet
) -> dict[str, dict[str, int]]:
    with database.writing(a_scope(database), NOW) as unit:
        return dict(keep(unit, sources_of(sheets(**changed)), mode).counts)


def case_of(imported: Imported, case_id: str) -> Case:
    (found,) = [visit.case for visit in imported.problem.visits if visit.id == case_id]
    assert found is not None
    return found


def test_the_fixture_citys_day_from_the_store_is_that_of_the_files_to_the_byte(database: Database) -> None:
    scope = a_scope(database)
    with database.writing(scope, NOW) as unit:
        unit.session.scalars(select(TenantRow)).one().rule_packs = list(PACKS)
        keep(unit, files_in(CITY), day=CITY_DAY)

    kept = imported_day_of(database, CITY_DAY)
    from_files = import_files(CITY, CITY_DAY, rule_packs=PACKS, as_of=NOW)

    assert to_bytes(write_problem(kept.problem)) == to_bytes(write_problem(from_files.problem))
    assert to_bytes(write_texts(kept.texts)) == to_bytes(write_texts(from_files.texts))


def test_a_day_can_be_planned_at_any_moment_and_with_facts_of_any_moment(database: Database) -> None:
    moment = NOW.replace(microsecond=123_456)
    keep_tables(database)
    with database.writing(a_scope(database), moment) as unit:
        case = unit.session.scalars(select(CaseRow).order_by(CaseRow.code)).first()
        assert case is not None
        unit.session.add(ContactRow(case_id=case.id, channel="phone", at=moment))

    with database.reading(a_scope(database), moment) as unit:
        problem = day_problem(unit, DAY).problem

    contacts = problem.visits[0].case.contacts if problem.visits[0].case else ()
    assert NOW in {contact.at for contact in contacts or ()}
    assert problem.as_of == NOW
    assert to_bytes(write_problem(problem))


def test_days_past_due_are_counted_on_the_day_that_is_planned(database: Database) -> None:
    keep_tables(database, shifts=[a_shift_row("B1"), a_shift_row("B2", 日期="2026-12-11")])

    assert case_of(imported_day_of(database), "C1").days_past_due == 60
    assert case_of(imported_day_of(database, DAY + timedelta(days=10)), "C1").days_past_due == 70


def test_a_day_on_which_nobody_works_has_nothing_to_plan(database: Database) -> None:
    keep_tables(database)

    with pytest.raises(InvalidInput) as refused:
        imported_day_of(database, DAY + timedelta(days=1))

    assert [fault.code for fault in refused.value.faults] == ["nothing_to_plan"]


def test_what_is_kept_already_is_not_changed_by_the_same_tables(database: Database) -> None:
    created = keep_tables(database)
    again = keep_tables(database, ImportMode.UPDATE)

    assert created["cases"] == {"created": 2}
    assert {what for counts in again.values() for what, number in counts.items() if number} == {"unchanged"}
