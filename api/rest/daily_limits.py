"""How often a user may see what tells about people, by the lender's day; counted in the audit trail."""

import datetime
from zoneinfo import ZoneInfo

from werkzeug.exceptions import TooManyRequests

from api.access.policy import actor
from api.store import Unit, audit
from api.store.tenants import zone_of


def refuse_beyond(unit: Unit, most: int, message: str, *actions: str) -> None:
    """Refuse what a user has done often enough since midnight.

    Args:
        unit: Whose clock it is.
        most: How often a day.
        message: What is said to who wants more.
        *actions: Of the audit trail, counted together.

    Raises:
        TooManyRequests: Till the next midnight.
    """
    midnight, next_midnight = day_of(unit)
    if audit.count_since(unit.session, actor().user_id, actions, midnight) >= most:
        raise TooManyRequests(message, retry_after=next_midnight)


def day_of(unit: Unit) -> tuple[datetime.datetime, datetime.datetime]:
    """When the lender's day began, and when the next one does."""
    zone = ZoneInfo(zone_of(unit, actor().tenant_id))
    today = unit.now.astimezone(zone).date()
    tomorrow = today + datetime.timedelta(days=1)
    midnight = datetime.time()
    return datetime.datetime.combine(today, midnight, zone), datetime.datetime.combine(tomorrow, midnight, zone)
