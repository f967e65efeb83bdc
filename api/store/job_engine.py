"""Where the job engine keeps its queue: a SQLite file of its own, or a schema of its own in the operator's PostgreSQL.

What people see of a job stands in our own table; losing the engine's file loses no job.
"""

import sqlite3
import sys
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from api.settings import Settings
from scheduler.domain.errors import MissingResource

SCHEMA = "visits_jobs"
FILE = "jobs.sqlite"
_OLDEST_SQLITE = (3, 42)


def open_job_engine(settings: Settings) -> Engine:
    """An engine for the queue.

    Raises:
        MissingResource: This machine's SQLite is too old, and there is no newer one.
    """
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    path = settings.make_data_dir() / FILE
    path.touch(mode=0o600, exist_ok=True)
    engine = create_engine(f"sqlite:///{path}", module=_sqlite_module(), connect_args={"timeout": 30})
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _sqlite_module() -> ModuleType:
    """The SQLite of Python where it is new enough, else the one that the package pysqlite3 brings."""
    if sqlite3.sqlite_version_info >= _OLDEST_SQLITE:
        return sqlite3
    try:
        import pysqlite3.dbapi2 as newer
    except ImportError:
        raise MissingResource(
            f"Jobs need SQLite 3.42, this Python has {sqlite3.sqlite_version}, and no package brings a newer one"
            f" for {sys.platform}.",
            hint="Use a Python with a newer SQLite, or PostgreSQL by VISITS_DATABASE_URL.",
        ) from None
    module: ModuleType = newer
    return module


def _set_pragmas(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = "IMMEDIATE"  # the engine expects its transactions to take the writers' lock
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
