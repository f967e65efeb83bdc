"""Opening the database of a service: what its tables must be, and what is noted at each start."""

from ctypes import c_bool
from datetime import datetime

from api.settings import Settings
from api.store import anchors
from api.store.database import Database
from api.store.faults import storage_faults
from api.store.migrations import migrate, newest_step, step_of
from api.store.soundness import refuse_the_unsound, sqlite_file
from scheduler.domain.errors import MissingResource


def open_database(settings: Settings, now: datetime, doubted: c_bool | None = None) -> Database:
    """Open the database for work.

    A laptop's SQLite is taken to the newest shape of its tables. PostgreSQL is shared by several machines, so that
    step is its operator's decision.

    Args:
        settings: Where it is, and the keys.
        now: What time it is.
        doubted: See `Database`.

    Raises:
        MissingResource: The database is missing, damaged, not ours, or its tables have another shape; it is untouched.
    """
    refuse_the_unsound(settings)
    with storage_faults():
        database = Database(settings, doubted)
        try:
            _bring_up(database, settings)
        except BaseException:
            database.close()
            raise
    with database.reading(None, now) as unit:
        broken = anchors.broken_anchor(unit, settings.make_data_dir())
        if broken is None:
            anchors.note_daily(unit, settings.data_dir)
    if broken is not None:
        database.close()
        raise MissingResource(
            f"The audit trail is not whole: row {broken.sequence} {broken.what}.",
            hint="Run visits db verify-audit, and restore a backup; see docs/operations.md.",
        )
    return database


def upgrade(settings: Settings) -> tuple[str | None, str]:
    """Take the tables to their newest shape.

    Returns:
        The shape before, None for no tables, and the one now.
    """
    refuse_the_unsound(settings)
    with storage_faults():
        database = Database(settings)
        try:
            before = step_of(database.engine)
            migrate(database.engine)
        finally:
            database.close()
    return before, newest_step()


def _bring_up(database: Database, settings: Settings) -> None:
    if sqlite_file(settings) is not None:
        migrate(database.engine)
        return
    step, wanted = step_of(database.engine), newest_step()
    if step != wanted:
        raise MissingResource(
            f"The database's tables have step {step or 'none'}, this program wants {wanted}.",
            hint="Back it up, then run: visits db upgrade",
        )
