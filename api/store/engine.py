"""Connections to the database."""

from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from api.settings import Settings

_WRITES = "visits_writes"


def open_engine(settings: Settings) -> Engine:
    """An engine on the settings' database, whose file is made readable by its owner alone."""
    settings.make_data_dir()
    path = make_url(settings.database_url).database
    if path is not None:
        # SQLite gives its -wal and -shm files the mode of the database file.
        Path(path).touch(mode=0o600, exist_ok=True)
    engine = create_engine(settings.database_url)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def for_writing(engine: Engine) -> Engine:
    """The same connections, with transactions that take the writer's lock at their start.

    A transaction that first reads and then wants to write fails at once when another wrote in between; one that
    takes the lock first waits for its turn.
    """
    return engine.execution_options(**{_WRITES: True})


def _set_pragmas(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself, `_begin` does
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
