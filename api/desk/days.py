"""Which day it is for the lender."""

from datetime import date

from api import current
from api.importing.records import ZONE
from scheduler.domain.errors import Fault, InvalidInput


def today() -> date:
    """The local day."""
    return current.now().astimezone(ZONE).date()


def named_day(text: str | None) -> date | None:
    """The day that a text names; None where it names none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def day_or_today(text: str | None) -> date:
    """The day that a text names; the local day where it names none."""
    return named_day(text) or today()


def wanted_day(text: str, where: str) -> date:
    """The day that somebody names in what they send.

    Args:
        text: What they wrote.
        where: Where it stands, as a JSON pointer.

    Raises:
        InvalidInput: The calendar has no such day.
    """
    found = named_day(text)
    if found is None:
        message, message_zh = "This is no day of the calendar.", "日期不存在。"
        raise InvalidInput([Fault(where=where, code="date_invalid", message=message, message_zh=message_zh)])
    return found
