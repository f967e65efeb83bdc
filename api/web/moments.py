"""Moments as the lender's clocks show them."""

from datetime import date, datetime

from api.importing.records import ZONE
from api.web.catalogue import clock, day_in_words
from api.web.language import page_language


def moment_in_words(moment: datetime) -> str:
    """Day and time."""
    local = moment.astimezone(ZONE)
    return f"{day_in_words(local.date(), page_language())} {clock(local)}"


def day_text(day: date | None) -> str:
    """`2026-12-01`; empty for none."""
    return "" if day is None else day.isoformat()
