"""What lists show masked, in full, to who says why."""

import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from werkzeug.exceptions import TooManyRequests

from api.access import Role
from api.access.policy import actor
from api.store import Unit, reveals
from api.store.reveals import Revealed
from api.store.tenants import zone_of

REVEALERS = (Role.DISPATCHER, Role.COMPLIANCE)
A_DAY = 50


class RevealReason(StrEnum):
    """Why somebody must see it; a closed list, so that no person's text comes into the audit trail."""

    CONTACT = "contact"
    VISIT_PREPARATION = "visit_preparation"
    WRONG_ADDRESS = "wrong_address"
    COMPLAINT = "complaint"
    AUDIT = "audit"


def reveal(unit: Unit, subject: str, reason: RevealReason) -> Revealed | None:
    """A text in full, which leaves one line in the audit trail.

    Args:
        unit: Of who asks.
        subject: `case:ID` or `place:ID`.
        reason: Why.

    Returns:
        None when the scope has nothing of this id.

    Raises:
        TooManyRequests: The user has seen as many today as one may.
    """
    kind, _, subject_id = subject.partition(":")
    _refuse_too_many(unit)
    found = (reveals.case_text if kind == "case" else reveals.place_text)(unit, subject_id)
    if found is not None:
        reveals.note(unit, subject, reason)
    return found


def _refuse_too_many(unit: Unit) -> None:
    zone = ZoneInfo(zone_of(unit, actor().tenant_id))
    today = unit.now.astimezone(zone).date()
    midnight = datetime.datetime.combine(today, datetime.time(), zone)
    if reveals.count_since(unit, actor().user_id, midnight) >= A_DAY:
        tomorrow = datetime.datetime.combine(today + datetime.timedelta(days=1), datetime.time(), zone)
        raise TooManyRequests(f"{A_DAY} texts a day are shown to one user.", retry_after=tomorrow)
