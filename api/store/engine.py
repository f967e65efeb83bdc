"""Connections to the database: SQLite in a file, or PostgreSQL."""

from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from api.key_file import refuse_open_file
from api.settings import Settings

_WRITES = "visits_writes"
# With less than FULL what was acknowledged is lost when the power goes: `make faults` shows it.
PRAGMAS: tuple[str, ...] = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")
# Who waits longer for a connection is told that the database is busy.
_POOL: dict[str, Any] = {"pool_size": 10, "max_overflow": 30, "pool_timeout": 5}
# Looks at so many entries of each index, which takes milliseconds at any size.
_LEARN_SPREAD = ("PRAGMA analysis_limit=1000", "ANALYZE")
# Any number that no other program takes for its own locks on this database.
_WRITERS_LOCK = 7_236_512


def open_engine(settings: Settings) -> Engine:
    """An engine on the settings' database; a SQLite file is made readable by its owner alone."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        engine = create_engine(url, pool_pre_ping=True, **_POOL)
        event.listen(engine, "begin", _begin_on_postgresql)
        return engine
    settings.make_data_dir()
    if url.database is not None:
        # SQLite gives its -wal and -shm files the mode of the database file.
        path = Path(url.database)
        path.touch(mode=0o600, exist_ok=True)
        refuse_open_file(path, code="database_open", message="Other users of this machine can read the database.")
    engine = create_engine(url, **_POOL)
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


def compact(engine: Engine) -> None:
    """Rewrite the database without what was deleted; on SQLite others wait while that goes on."""
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()  # outside of a transaction, which the engine would begin
        try:
            cursor = connection.cursor()
            # The log still holds the pages of before: it is emptied, and once more after the rewriting.
            rewriting = ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
            for statement in (*rewriting, *_LEARN_SPREAD):
                cursor.execute(statement)
                cursor.fetchall()
        finally:
            connection.close()
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as session:
        session.exec_driver_sql("VACUUM")


def learn_spread(connection: Connection) -> None:
    """Let SQLite learn how rows are spread over its indexes; PostgreSQL does so by itself.

    As long as it does not know, it takes the index of a lender, with all rows, for as good as that of a case.
    """
    if connection.dialect.name == "sqlite":
        for statement in _LEARN_SPREAD:
            connection.exec_driver_sql(statement)


def _set_pragmas(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself, `_begin_on_sqlite` does
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(_WRITES, False))


def _begin_on_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _begin_on_postgresql(connection: Connection) -> None:
    if _writes(connection):
        connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")
