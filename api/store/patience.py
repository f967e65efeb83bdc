"""Units of work for those who can wait: nobody stands behind them who would ask again."""

import time
from collections.abc import Callable
from datetime import datetime

from api.store.database import Database, Unit
from api.store.scope import Scope
from scheduler.domain.errors import StorageFault

_PAUSES_SECONDS = (0.1, 0.5, 2.0, 5.0, 10.0)


def patiently[Kept](
    database: Database, scope: Scope | None, clock: Callable[[], datetime], change: Callable[[Unit], Kept]
) -> Kept:
    """Write; when the database is busy or away, try again for some time.

    Args:
        database: The database.
        scope: Of the unit of work.
        clock: Says what time it is.
        change: What to write; each try calls it in a unit of work of its own.

    Returns:
        What `change` gave.
    """
    for pause in _PAUSES_SECONDS:
        try:
            with database.writing(scope, clock()) as unit:
                return change(unit)
        except StorageFault:
            time.sleep(pause)
    with database.writing(scope, clock()) as unit:
        return change(unit)
