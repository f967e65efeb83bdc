"""What the databases' own errors mean to us, told in one place for SQLite and PostgreSQL."""

import contextlib
import sqlite3
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from scheduler.domain.errors import StorageBroken, StorageBusy, StorageFault, StorageFull

_ASK_AGAIN = "Nothing was kept; ask again in some seconds."
_ROOM = "Nothing was kept. Make room on its disk; nothing needs to be started anew."
_LOOK = "Look at its disk and its log; the service writes again when a trial write succeeds."

# SQLite's primary result codes: https://www.sqlite.org/rescode.html
_SQLITE: dict[int, type[StorageFault]] = {
    5: StorageBusy,  # BUSY
    6: StorageBusy,  # LOCKED
    8: StorageBroken,  # READONLY
    10: StorageBroken,  # IOERR
    11: StorageBroken,  # CORRUPT
    13: StorageFull,  # FULL
    14: StorageBroken,  # CANTOPEN
    26: StorageBroken,  # NOTADB
}
# PostgreSQL's SQLSTATE, the longest prefix that fits: https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL: dict[str, type[StorageFault]] = {
    "08": StorageBroken,  # connections
    "40001": StorageBusy,  # serialization failure
    "40P01": StorageBusy,  # deadlock
    "53": StorageBusy,  # out of connections or memory
    "53100": StorageFull,  # disk full
    "55P03": StorageBusy,  # lock not available
    "57P": StorageBroken,  # the server is going down or coming up
    "58": StorageBroken,  # the system below it fails
    "XX001": StorageBroken,  # damaged data
    "XX002": StorageBroken,  # damaged index
}
_WORDS: dict[type[StorageFault], tuple[str, str]] = {
    StorageBusy: ("The database is busy.", _ASK_AGAIN),
    StorageFull: ("There is no room left for the database.", _ROOM),
    StorageBroken: ("The database fails.", _LOOK),
}


def told(kind: type[StorageFault]) -> StorageFault:
    """The fault with its words."""
    message, hint = _WORDS[kind]
    return kind(message, hint=hint)


@contextlib.contextmanager
def storage_faults() -> Iterator[None]:
    """Turn what the database cannot do now into our own faults; our mistakes, such as bad SQL, pass as they are."""
    try:
        yield
    except NoConnectionFree as error:
        raise told(StorageBusy) from error
    except DBAPIError as error:
        kind = _meaning(error)
        if kind is None:
            raise
        raise told(kind) from error
    except sqlite3.Error as error:  # where SQLite is spoken to without SQLAlchemy between
        kind = _meaning_of_sqlite(error)
        if kind is None:
            raise
        raise told(kind) from error


def _meaning_of_sqlite(error: BaseException | None) -> type[StorageFault] | None:
    code = getattr(error, "sqlite_errorcode", None)
    # The low byte of an extended code is its primary code.
    return _SQLITE.get(code & 0xFF) if isinstance(code, int) else None


def _meaning(error: DBAPIError) -> type[StorageFault] | None:
    if kind := _meaning_of_sqlite(error.orig):
        return kind
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(state, str):
        fitting = [prefix for prefix in _POSTGRESQL if state.startswith(prefix)]
        return _POSTGRESQL[max(fitting, key=len)] if fitting else None
    # A connection that broke off, or never came about, has no state to tell.
    return StorageBroken if error.connection_invalidated or _is_without_server(error) else None


def _is_without_server(error: DBAPIError) -> bool:
    return type(error.orig).__name__ == "OperationalError" and type(error.orig).__module__.startswith("psycopg")
