"""Secret keys: exchanged while the service works, and never weak or open to others."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select

from api.key_file import KEY_FILE, add_key, kept_keys, weakness_of
from api.settings import Settings
from api.store import Database, keys
from api.store.keys import INDEXES, reseal, sealed_columns
from api.store.tables import Table
from api.store.tables.cases import BorrowerRow, CaseRow
from scheduler.domain.errors import InvalidInput, MissingResource
from tests.command import visits
from tests.databases import KEY
from tests.stored import NOW, a_busy_writer, a_case, a_scope

NEW_KEY = b"another key of thirty-two bytes, for tests"


def with_keys(settings: Settings, current: bytes, *older: bytes) -> Settings:
    return replace(settings, given_secret_key=current, given_old_secret_keys=older)


def notes_opened_by(settings: Settings) -> set[str]:
    with closing(Database(settings)) as database, database.reading(None, NOW) as unit:
        return {unit.opened(sealed) for sealed in unit.session.scalars(select(CaseRow.sealed_note))}


def test_after_the_exchange_the_new_key_alone_opens_everything(database_settings: Settings) -> None:
    with closing(Database(database_settings)) as database:
        scope = a_scope(database)
        with database.writing(scope, NOW) as unit:
            for number in range(7):
                a_case(unit, f"c{number}")

    with closing(Database(with_keys(database_settings, NEW_KEY, KEY))) as database:
        done = reseal(database, lambda: NOW)
        assert done.rows["borrowers"] == done.rows["cases"] == done.rows["places"] == 7
        assert reseal(database, lambda: NOW).total == 0

    renewed = with_keys(database_settings, NEW_KEY)
    assert notes_opened_by(renewed) == {f"note of c{number}" for number in range(7)}
    with pytest.raises(MissingResource):
        notes_opened_by(database_settings)
    with closing(Database(renewed)) as database, database.reading(None, NOW) as unit:
        for column, text in ((BorrowerRow.name_index, "name of c3"), (BorrowerRow.phone_index, "139c3")):
            assert unit.session.scalars(select(BorrowerRow.code).where(column == unit.index(text))).all() == ["b-c3"]


def test_an_exchange_that_was_stopped_goes_on_where_it_was(
    database_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "_BATCH", 3)
    with closing(Database(database_settings)) as database:
        scope = a_scope(database)
        with database.writing(scope, NOW) as unit:
            for number in range(8):
                a_case(unit, f"c{number}")
    units = iter(range(3))

    def clock_that_breaks_off() -> object:
        next(units)
        return NOW

    both = with_keys(database_settings, NEW_KEY, KEY)
    with closing(Database(both)) as database:
        with pytest.raises(StopIteration):
            reseal(database, clock_that_breaks_off)  # type: ignore[arg-type]
        assert len(notes_opened_by(both)) == 8
        rest = reseal(database, lambda: NOW).total
        assert 0 < rest < 8 * 5
    assert len(notes_opened_by(with_keys(database_settings, NEW_KEY))) == 8


def test_others_read_and_write_all_the_time_while_keys_are_exchanged(database_settings: Settings) -> None:
    both = with_keys(database_settings, NEW_KEY, KEY)
    not_yet_swapped = with_keys(database_settings, KEY, NEW_KEY)
    with closing(Database(database_settings)) as database:
        scope = a_scope(database)
        with database.writing(scope, NOW) as unit:
            for number in range(20):
                a_case(unit, f"c{number}")
    with closing(Database(not_yet_swapped)) as other, closing(Database(both)) as database:
        with a_busy_writer(other, scope) as written:
            reseal(database, lambda: NOW)
            with other.reading(scope, NOW) as unit:
                found = select(BorrowerRow.code).where(BorrowerRow.name_index.in_(unit.indexes("name of c3")))
                assert unit.session.scalars(found).all() == ["b-c3"]
        assert len(notes_opened_by(not_yet_swapped)) == 20 + len(written)
        reseal(database, lambda: NOW)
    assert len(notes_opened_by(with_keys(database_settings, NEW_KEY))) == 20 + len(written)


def test_what_no_key_opens_stops_the_exchange_and_stays(database_settings: Settings) -> None:
    with closing(Database(database_settings)) as database:
        scope = a_scope(database)
        with database.writing(scope, NOW) as unit:
            a_case(unit, "c1")
    with closing(Database(with_keys(database_settings, NEW_KEY))) as database, pytest.raises(MissingResource):
        reseal(database, lambda: NOW)
    assert notes_opened_by(database_settings) == {"note of c1"}


def test_every_encrypted_column_and_every_index_is_known_to_the_exchange() -> None:
    binary = {
        f"{table.name}.{column.name}"
        for table in Table.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    walked = {f"{table.name}.{column}" for table in Table.metadata.sorted_tables for column in sealed_columns(table)}
    assert binary - walked == {"plans.plan_document"}, "holds ids and times only"
    indexed = {
        table.name
        for table in Table.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_index")
    }
    assert indexed == set(INDEXES)


def test_a_key_that_can_be_guessed_is_weak() -> None:
    assert weakness_of(b"dev")
    assert weakness_of(b"a" * 64)
    assert weakness_of(b"abcabc" * 10)
    assert not weakness_of(KEY)


def test_a_new_key_stands_before_the_old_ones_for_its_owner_alone(database_settings: Settings) -> None:
    settings = replace(database_settings, given_secret_key=None)
    first = settings.secret_key
    add_key(settings.data_dir / KEY_FILE)
    assert settings.secret_keys[1:] == (first,)
    assert settings.secret_key != first
    assert (settings.data_dir / KEY_FILE).stat().st_mode & 0o077 == 0


def test_a_weak_line_in_the_key_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / KEY_FILE
    path.touch(mode=0o600)
    path.write_bytes(b"a" * 40 + b"\n")
    with pytest.raises(InvalidInput) as refused:
        kept_keys(path)
    assert refused.value.faults[0].code == "key_weak"


def test_the_command_makes_a_key_and_uses_it(database_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = replace(database_settings, given_secret_key=None)
    monkeypatch.setenv("VISITS_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("VISITS_DATABASE_URL", settings.database_url)
    with closing(Database(settings)) as database:
        scope = a_scope(database)
        with database.writing(scope, NOW) as unit:
            a_case(unit, "c1")

    answer = visits("db", "rotate-keys", "--new-key")

    assert answer.code == 0, answer.err
    assert "borrowers: 1" in answer.out
    newest = replace(settings, given_secret_key=settings.secret_key)
    assert notes_opened_by(newest) == {"note of c1"}
