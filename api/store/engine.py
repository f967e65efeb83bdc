"""Connections to the database: SQLite in a file, or PostgreSQL."""

from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from api.settings import Settings

_WRITES = "visits_writes"
# Any number that no other program takes for its own locks on this database.
_WRITERS_LOCK = 7_236_512


def open_engine(settings: Settings) -> Engine:
    """An engine on the settings' database; a SQLite file is made readable by its owner alone."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        engine = create_engine(url, pool_pre_ping=True)
        event.listen(engine, "begin", _begin_on_postgresql)
        return engine
    settings.make_data_dir()
    if url.database is not None:
        # SQLite gives its -wal and -shm files the mode of the database file.
        Path(url.database).touch(mode=0o600, exist_ok=True)
    engine = create_engine(url)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_on_sqlite)
    return engine


def for_writing(engine: Engine) -> Engine:
    """The same connections, with transactions that take the writers' lock at their start.

    A transaction that first reads and then wants to write fails at once when another wrote in between; one that
    takes the lock first waits for its turn. Both databases have one writer at a time, so that the audit trail has no
    gaps and what was read before a decision still holds when it is written.
    """
    return engine.execution_options(**{_WRITES: True})


def _set_pragmas(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself, `_begin_on_sqlite` does
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(_WRITES, False))


def _begin_on_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _begin_on_postgresql(connection: Connection) -> None:
    if _writes(connection):
        connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")
