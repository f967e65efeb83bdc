"""What a running service sees to by itself.

Once a day it notes outside of the database where the audit trail ends, and every night it asks for the purge of what
lenders may no longer keep and, where the operator wants that, for the week plan of every branch.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from api.jobs import purging, weeks
from api.store import Database, anchors
from scheduler.domain.errors import StorageFault

_PAUSE_SECONDS = 600.0
_logger = logging.getLogger(__name__)


@contextmanager
def upkeep(
    database: Database,
    data_dir: Path,
    clock: Callable[[], datetime],
    pause_seconds: float = _PAUSE_SECONDS,
    *,
    plans_weeks: bool = False,
) -> Iterator[None]:
    """See to it while the block runs.

    Args:
        database: The service's.
        data_dir: Where the ends are noted.
        clock: Says what time it is.
        pause_seconds: Between two looks at the clock.
        plans_weeks: Whether it also asks for the week of every branch.
    """
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(pause_seconds):
            try:
                with database.reading(None, clock()) as unit:
                    anchors.note_daily(unit, data_dir)
            except (StorageFault, OSError) as error:
                _logger.warning("the end of the audit trail could not be noted: %s", type(error).__name__)
            try:
                purging.ask_nightly(database, clock())
                if plans_weeks:
                    weeks.ask_nightly(database, clock())
            except StorageFault as error:
                _logger.warning("what is due every night could not be asked for: %s", type(error).__name__)

    thread = threading.Thread(target=look, name="upkeep", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
