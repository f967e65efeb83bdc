"""Whether the database may be worked on: one that is missing, damaged or not ours is left as it is."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import make_url

from api.settings import Settings
from api.store.anchors import ANCHOR_FILE, noted_in
from scheduler.domain.errors import MissingResource

_RESTORE = "Restore a backup with: visits db restore FILE --replace"


def sqlite_file(settings: Settings) -> Path | None:
    """The file of a SQLite database, None for another kind."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or url.database is None:
        return None
    return Path(url.database)


def refuse_the_unsound(settings: Settings) -> None:
    """Refuse a SQLite file that is damaged, and one that is missing or empty where there was one before.

    Nothing is written. PostgreSQL looks after its files by itself.

    Raises:
        MissingResource: With what is wrong.
    """
    path = sqlite_file(settings)
    if path is None:
        return
    if not path.exists() or path.stat().st_size == 0:
        if noted_in(settings.data_dir):
            raise MissingResource(
                f"The database file {path.name} is gone; {ANCHOR_FILE} says that there was one.",
                hint=f"{_RESTORE}. To begin with nothing, move {ANCHOR_FILE} away.",
            )
        return
    if not is_sound(path):
        raise MissingResource(f"The database file {path.name} is damaged.", hint=f"{_RESTORE}.")


def is_sound(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with a file; it is only read."""
    with contextlib.suppress(sqlite3.DatabaseError), _only_reading(path) as connection:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()
        return bool(found == ("ok",))
    return False


@contextlib.contextmanager
def _only_reading(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, timeout=5)
    try:
        yield connection
    finally:
        connection.close()
