"""What is done for every lender once a night, by its own clock."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.store import Database, Unit, jobs
from api.store.scope import SYSTEM, Scope
from api.store.tenants import every_tenant, lock_tenant

# When nobody works; by the lender's clock.
NIGHTLY_AT = time(3)


def once_a_night(database: Database, now: datetime, kind: str, ask: Callable[[Unit, datetime], object]) -> None:
    """Ask for jobs of every lender whose night has come, once a night, however many processes look.

    Args:
        database: Of all lenders.
        now: What time it is.
        kind: Of the jobs; a lender that asked for one since its night began has done so.
        ask: Asks, in a unit of a whole lender, told when its night was due.
    """
    with database.reading(None, now) as unit:
        tenants = every_tenant(unit)
    for tenant_id, zone in tenants.items():
        scope = Scope(tenant_id=tenant_id, branch_id=None, actor=SYSTEM)
        last = last_night(now, zone)
        # Nearly every look ends here, and holds up nobody who writes.
        with database.reading(scope, now) as unit:
            if jobs.asked_since(unit, kind, last):
                continue
        with database.writing(scope, now) as unit:
            lock_tenant(unit)
            if not jobs.asked_since(unit, kind, last):
                ask(unit, last)


def last_night(now: datetime, zone: ZoneInfo) -> datetime:
    """The last moment at which a lender's nightly work was due."""
    local = now.astimezone(zone)
    due = datetime.combine(local.date(), NIGHTLY_AT, zone)
    return due if due <= local else datetime.combine(local.date() - timedelta(days=1), NIGHTLY_AT, zone)
