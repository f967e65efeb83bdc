"""Taking a database to the newest shape of its tables, whole or not at all."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from api.store.engine import for_writing
from scheduler.domain.errors import MissingResource

_STEPS = "alembic_version"


def migrate(engine: Engine) -> None:
    """Take the tables to their newest shape; a second process that wants to do so too waits and finds it done.

    Raises:
        MissingResource: The database was made by a program that is newer than this one, or is none of ours.
    """
    with for_writing(engine).begin() as connection:
        _refuse_the_foreign(connection)
        command.upgrade(config(connection), "head")


def step_of(engine: Engine) -> str | None:
    """The shape that the tables have, None where there are none."""
    with engine.connect() as connection:
        return _step_on(connection)


@cache
def newest_step() -> str:
    """The shape that this program wants; its files are read once."""
    head = ScriptDirectory.from_config(config(None)).get_current_head()
    if head is None:
        raise ValueError("there are no migrations")
    return head


def config(connection: Connection | None) -> Config:
    """What Alembic needs to know to work on a connection; None only reads the steps."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def _step_on(connection: Connection) -> str | None:
    # Alembic's own way to ask this makes two log lines each time.
    if not inspect(connection).has_table(_STEPS):
        return None
    return connection.execute(text(f"SELECT version_num FROM {_STEPS}")).scalar_one_or_none()  # noqa: S608 - our word


def _refuse_the_foreign(connection: Connection) -> None:
    current = _step_on(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config(None)).walk_revisions()}
    if current is None and set(inspect(connection).get_table_names()) - {_STEPS}:
        raise MissingResource(
            "The database holds tables that this program did not make, or made before its first release.",
            hint="Move the file away, or name another one with VISITS_DATABASE_URL.",
        )
    if current is not None and current not in known:
        raise MissingResource(
            "The database was made by a newer version of this program.", hint="Install that version, or a newer one."
        )
