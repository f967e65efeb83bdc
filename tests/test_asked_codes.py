"""What an import of one row may refer to is looked up one by one, and is the same as what is read for whole tables."""

from dataclasses import fields

import pytest
from sqlalchemy import event

from api.cli.demo import DAY
from api.importing.reading import Kept
from api.kept_city import keep_city
from api.store import imports
from api.store.tables.cases import PlaceRow
from api.store.tables.people import CollectorRow
from tests.people import House, a_case, a_collector

NAMES = [field.name for field in fields(Kept)]


@pytest.mark.parametrize("name", NAMES)
def test_each_code_is_found_where_all_of_them_stand_and_others_are_not(each_house: House, name: str) -> None:
    with each_house.writing() as unit:
        a_case(unit)
        _, place_id = a_case(unit)
        unit.session.get_one(PlaceRow, place_id).removed_at = unit.now
        a_collector(unit, "here")
        unit.session.get_one(CollectorRow, a_collector(unit, "gone")).left_at = unit.now
    with each_house.writing(each_house.beside) as unit:
        a_case(unit)
        a_collector(unit, "beside")

    with each_house.database.reading(each_house.own, each_house.clock()) as unit:
        every, asked = getattr(imports.kept(unit), name), getattr(imports.asked(unit), name)
        assert isinstance(every, frozenset)
        assert len(every) == {
            "case_ids": 2,
            "case_ids_with_place": 1,
            "collector_ids": 1,
            "former_collector_ids": 1,
        }.get(name, 0)
        assert all(code in asked for code in every)
        assert set(asked) == every
        assert len(asked) == len(every)
        assert "beside" not in asked
        assert "nobody" not in asked


def test_a_code_is_looked_up_once_in_a_unit_of_work(each_house: House) -> None:
    with each_house.writing() as unit:
        a_collector(unit, "here")
    statements: list[str] = []

    def listen(*told: object) -> None:
        statements.append(str(told[2]))

    with each_house.database.reading(each_house.own, each_house.clock()) as unit:
        asked = imports.asked(unit).collector_ids
        event.listen(each_house.database.engine, "before_cursor_execute", listen)
        try:
            assert ["here" in asked for _ in range(3)] == [True] * 3
            assert ["gone" in asked for _ in range(3)] == [False] * 3
        finally:
            event.remove(each_house.database.engine, "before_cursor_execute", listen)
    assert len([one for one in statements if "FROM collectors" in one]) == 2


def test_after_an_import_sqlite_finds_what_belongs_to_a_case_by_the_case(house: House) -> None:
    with house.writing() as unit:
        assert keep_city(unit, DAY)
    asked = "EXPLAIN QUERY PLAN SELECT * FROM {} WHERE case_id = 'x' AND tenant_id = 'y' AND branch_id = 'z'"
    with house.database.reading(house.own, house.clock()) as unit:
        connection = unit.session.connection()
        ways = [connection.exec_driver_sql(asked.format(table)).one()[3] for table in ("places", "contacts")]
    assert all("_case_id" in way for way in ways), ways
