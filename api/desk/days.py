"""Which day it is for the lender."""

from datetime import date

from api import current
from api.importing.records import ZONE


def today() -> date:
    """The local day."""
    return current.now().astimezone(ZONE).date()
