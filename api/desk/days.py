"""Which day it is for the lender."""

from datetime import date

from api import current
from api.importing.records import ZONE


def today() -> date:
    """The local day."""
    return current.now().astimezone(ZONE).date()


def day_or_today(text: str | None) -> date:
    """The day that a text names; the local day where it names none."""
    try:
        return date.fromisoformat(text) if text else today()
    except ValueError:
        return today()
