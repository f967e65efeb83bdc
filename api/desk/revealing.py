"""What lists show masked, in full, to who says why."""

from enum import StrEnum

from api.access import Role
from api.rest.daily_limits import refuse_beyond
from api.store import Unit, reveals
from api.store.reveals import Revealed

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
    refuse_beyond(unit, A_DAY, f"{A_DAY} texts a day are shown to one user.", reveals.ACTION)
    found = (reveals.case_text if kind == "case" else reveals.place_text)(unit, subject_id)
    if found is not None:
        reveals.note(unit, subject, reason)
    return found
