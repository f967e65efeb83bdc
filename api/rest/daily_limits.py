"""How often a user may see what tells about people, by the lender's day; counted in the audit trail."""

import datetime
from zoneinfo import ZoneInfo

from werkzeug.exceptions import TooManyRequests

from api.access.policy import actor
from api.store import Unit, audit
from api.store.tenants import zone_of


def refuse_beyond(unit: Unit, most: int, message: str, *actions: str) -> int:
    """Refuse what a user has done often enough since midnight.

    Args:
        unit: Whose clock it is.
        most: How often a day.
        message: What is said to who wants more.
        *actions: Of the audit trail, counted together.

    Returns:
        How often it was done so far.

    Raises:
        TooManyRequests: Till the next midnight.
    """
    zone = ZoneInfo(zone_of(unit, actor().tenant_id))
    today = unit.now.astimezone(zone).date()
    midnight = datetime.datetime.combine(today, datetime.time(), zone)
    done = audit.count_since(unit.session, actor().user_id, actions, midnight)
    if done >= most:
        tomorrow = datetime.datetime.combine(today + datetime.timedelta(days=1), datetime.time(), zone)
        raise TooManyRequests(message, retry_after=tomorrow)
    return done
