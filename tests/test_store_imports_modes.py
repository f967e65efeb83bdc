"""Modes of an import: what is created, changed, left alone and ended."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from api.importing.reading import Kept
from api.importing.records import ZONE
from api.store import Database, imports
from api.store.case_writer import CaseWriter
from api.store.imports import ImportMode
from api.store.tables.cases import BlockRow, CaseRow, ContactRow, PlaceRow
from api.store.tables.people import CollectorRow, ShiftRow
from scheduler.domain.errors import InvalidInput
from tests.lender import NOW, a_scope, database_sha256, keep, sources_of
from tests.sheets import DAY, Sheet, a_case_row, a_place_row, a_shift_row, sheets
from tests.test_store_imports import imported_day_of, keep_tables
from tests.test_store_units import a_tenant

DAY_AFTER = DAY + timedelta(days=1)


def keep_some(database: Database, mode: ImportMode, **tables: Sheet) -> dict[str, dict[str, int]]:
    with database.writing(a_scope(database), NOW) as unit:
        return dict(keep(unit, sources_of(tables), mode).counts)


def test_an_update_of_places_is_all_of_a_cases_places(database: Database) -> None:
    keep_tables(database, places=[a_place_row("C1"), a_place_row("C1", 地点类型="单位"), a_place_row("C2")])

    counts = keep_some(database, ImportMode.UPDATE, places=[a_place_row("C1", 地址="云浔市新址")])

    day = imported_day_of(database)
    assert counts["places"] == {"changed": 1, "created": 0, "ended": 1}
    assert [[place.id for place in visit.places] for visit in day.problem.visits] == [["C1-home"], ["C2-home"]]
    assert day.texts["C1-home"].address == "云浔市新址"


def test_replacing_closes_cases_and_lets_collectors_leave_that_are_not_in_the_tables(database: Database) -> None:
    keep_tables(database)
    (first, _) = sheets()["collectors"]

    counts = keep_some(
        database,
        ImportMode.REPLACE,
        cases=[a_case_row("C2"), a_case_row("C3")],
        places=[a_place_row("C2"), a_place_row("C3")],
        collectors=[first],
        shifts=[a_shift_row("B9", 外访员="K1")],
    )

    with database.reading(a_scope(database), NOW) as unit:
        open_cases = select(CaseRow.code).where(CaseRow.closed_at.is_(None)).order_by(CaseRow.code)
        here = select(CollectorRow.code).where(CollectorRow.left_at.is_(None))
        assert list(unit.session.scalars(open_cases)) == ["C2", "C3"]
        assert list(unit.session.scalars(here)) == ["K1"]
        assert list(unit.session.scalars(select(ShiftRow.code))) == ["B9"]
    assert counts["cases"] == {"created": 1, "ended": 1, "changed": 1}


def test_a_case_that_comes_back_is_open_again(database: Database) -> None:
    keep_tables(database)
    keep_some(database, ImportMode.REPLACE, cases=[a_case_row("C2")])
    keep_some(database, ImportMode.REPLACE, cases=[a_case_row("C1"), a_case_row("C2")])

    assert [visit.id for visit in imported_day_of(database).problem.visits] == ["C1", "C2"]


def test_the_contact_log_is_only_added_to_and_never_twice(database: Database) -> None:
    keep_tables(database)
    log = sheets()["contacts"]

    counts = keep_some(database, ImportMode.UPDATE, contacts=[*log, log[0] | {"时间": "2026-11-11 10:00"}])

    with database.reading(a_scope(database), NOW) as unit:
        assert len(unit.session.scalars(select(ContactRow)).all()) == 2
    assert counts == {"contacts": {"created": 1, "unchanged": 1}}


def test_an_import_lifts_what_an_import_put_there_from_the_next_day_on(
    database: Database,
) -> None:
    keep_tables(database, cases=[a_case_row("C1", 冻结原因="disputed"), a_case_row("C2")])

    keep_some(database, ImportMode.UPDATE, cases=[a_case_row("C1", 冻结原因="hardship")])

    visit = imported_day_of(database).problem.visits[0]
    assert visit.case is not None
    today = NOW.astimezone(ZONE).date()
    assert [(block.code, block.until) for block in visit.case.blocks or ()] == [("disputed", today), ("hardship", None)]
    with database.reading(a_scope(database), NOW) as unit:
        assert len(unit.session.scalars(select(BlockRow)).all()) == 2


def test_people_on_duty_are_kept_once(database: Database) -> None:
    keep_tables(database, shifts=[a_shift_row("")])

    counts = keep_some(database, ImportMode.UPDATE, shifts=[a_shift_row("")])

    assert counts == {"shifts": {"created": 0, "unchanged": 1}}
    assert [duty.collector_id for duty in imported_day_of(database).problem.duties] == ["K1", "K2"]


def test_a_pin_to_a_shift_of_a_later_day_keeps_the_case_for_that_day(database: Database) -> None:
    keep_tables(
        database,
        cases=[a_case_row("C1", 固定班次="B2", 固定时间="10:30"), a_case_row("C2")],
        shifts=[a_shift_row("B1"), a_shift_row("B2", 日期="2026-12-02")],
    )

    first, second = imported_day_of(database), imported_day_of(database, DAY_AFTER)

    assert [visit.id for visit in first.problem.visits] == ["C2"]
    pin = second.problem.visits[0].pinned
    assert pin is not None
    assert (pin.shift_id, f"{pin.service_start_time:%d %H:%M}") == ("B2", "02 10:30")


def test_cases_of_one_borrower_have_one_name(database: Database) -> None:
    with_number = [a_case_row("C1") | {"借款人编号": "P1"}, a_case_row("C2", 姓名="陆晚晴") | {"借款人编号": "P1"}]
    keep_tables(database, cases=with_number)

    day = imported_day_of(database)
    assert {day.texts[case_id].name for case_id in ("C1", "C2")} == {"沈知行"}
    assert {visit.case.person for visit in day.problem.visits if visit.case} == {"P1"}


def test_removed_places_stay_on_record(database: Database) -> None:
    keep_tables(database)
    keep_some(database, ImportMode.UPDATE, places=[a_place_row("C1", 地点类型="单位")])

    with database.reading(a_scope(database), NOW) as unit:
        removed = select(PlaceRow.code).where(PlaceRow.removed_at.is_not(None))
        assert list(unit.session.scalars(removed)) == ["C1-home"]


def test_another_branch_sees_nothing_of_an_import_and_cannot_take_its_ids(database: Database) -> None:
    north, south = a_tenant(database, "north", "south")
    with database.writing(north, NOW) as unit:
        keep(unit, sources_of(sheets()))

    with database.reading(south, NOW) as unit:
        assert imports.kept(unit) == Kept()
        assert imports.listed(unit, after=None, most=9) == ()
    with pytest.raises(InvalidInput) as refused, database.writing(south, NOW) as unit:
        keep(unit, sources_of(sheets()))
    assert [fault.code for fault in refused.value.faults] == ["id_exists"]


def test_an_import_that_fails_on_its_way_leaves_the_database_as_it_was(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = a_scope(database)
    before = database_sha256(database)
    monkeypatch.setattr(CaseWriter, "_contacts", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError), database.writing(scope, NOW) as unit:
        keep(unit, sources_of(sheets()))

    assert database_sha256(database) == before


def test_who_left_and_is_still_named_by_a_case_keeps_nobody_from_planning_the_day(database: Database) -> None:
    keep_tables(
        database,
        cases=[a_case_row("C1", 指定外访员="K2"), a_case_row("C2")],
        shifts=[a_shift_row("B1", 外访员="K1")],
    )

    keep_some(database, ImportMode.REPLACE, collectors=sheets()["collectors"][:1])

    first, second = imported_day_of(database).problem.collectors
    assert (first.id, bool(first.qualifications)) == ("K1", True)
    assert (second.id, bool(second.qualifications)) == ("K2", False)


def test_nothing_may_refer_to_who_left(database: Database) -> None:
    keep_tables(database, shifts=[a_shift_row("B1", 外访员="K1")])
    keep_some(database, ImportMode.REPLACE, collectors=sheets()["collectors"][:1])

    with pytest.raises(InvalidInput) as refused:
        keep_some(database, ImportMode.CREATE, shifts=[a_shift_row("B2", 外访员="K2", 日期="2026-12-02")])

    assert [fault.code for fault in refused.value.faults] == ["ref_unknown"]
