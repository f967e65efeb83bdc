"""The steps between shapes of the tables."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from api.settings import Settings
from api.store import Database, migrate, newest_step, step_of
from api.store.migrations.steps import config
from api.store.tables import Table
from scheduler.domain.errors import MissingResource


def test_the_steps_lead_to_the_tables_that_the_program_knows(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_all_steps_can_be_taken_back_and_forth(database: Database) -> None:
    with database.engine.begin() as connection:
        command.downgrade(config(connection), "base")
    assert step_of(database.engine) is None
    assert inspect(database.engine).get_table_names() == ["alembic_version"]
    migrate(database.engine)
    assert step_of(database.engine) == newest_step()


def test_taking_a_whole_database_forward_changes_nothing(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE installation SET epoch = 7"))
    migrate(database.engine)
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT epoch FROM installation")).scalar_one() == 7


def test_a_database_of_a_newer_program_is_left_alone(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(MissingResource, match="newer version"):
        migrate(database.engine)
    assert step_of(database.engine) == "9999"


def test_tables_of_another_program_are_left_alone(tmp_path: Path) -> None:
    database = Database(Settings(data_dir=tmp_path))
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE plans (id INTEGER)"))
    with pytest.raises(MissingResource, match="did not make"):
        migrate(database.engine)
    assert inspect(database.engine).get_table_names() == ["plans"]
    database.close()
