"""How the database and its queue are, for who watches over the service."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from api.store.database import Unit
from api.store.tables.service import InstallationRow, JobRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What is told.

    Attributes:
        jobs: By state.
        oldest_queued: How long the oldest job waits that nobody has begun; zero where none waits.
        restored_at: When the database was last restored from a backup; None when it never was.
        restored_to: The moment of that backup: what was kept later is lost.
    """

    jobs: Mapping[str, int]
    oldest_queued: timedelta
    restored_at: datetime | None
    restored_to: datetime | None


def health(unit: Unit) -> Health:
    """Ask the database, of all lenders together."""
    installation = unit.session.scalars(select(InstallationRow)).one()
    counted = unit.session.execute(select(JobRow.state, func.count()).group_by(JobRow.state))
    oldest: datetime | None = unit.session.scalar(select(func.min(JobRow.asked_at)).where(JobRow.state == "queued"))
    waiting = timedelta(0) if oldest is None else max(timedelta(0), unit.now - oldest)
    return Health(
        jobs={row[0]: row[1] for row in counted},
        oldest_queued=waiting,
        restored_at=installation.restored_at,
        restored_to=installation.restored_to,
    )
