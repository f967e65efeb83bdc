"""The facts of an overdue debt that the rules ask for: codes and times only, never a person's text."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Channel(StrEnum):
    """How the borrower was contacted."""

    PHONE = "phone"
    SMS = "sms"
    EMAIL = "email"
    PUSH = "push"
    VISIT = "visit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One attempt to reach the borrower.

    Attributes:
        channel: How.
        at: When, aware.
        reached: Whether the borrower was reached, None when the log does not say.
    """

    channel: Channel
    at: datetime
    reached: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A circumstance that may forbid a visit, such as `disputed` or `hardship`.

    Attributes:
        code: The circumstance; rules name the codes that block.
        until: The last local day on which it holds, inclusive; None while nobody has lifted it.
    """

    code: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What the borrower said about one kind of place.

    Attributes:
        place_kind: `home`, `workplace` or `other`.
        given: True for consent, False for refusal.
        at: When it was recorded, aware. The newest record per kind counts.
    """

    place_kind: str
    given: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One overdue debt of one borrower; None means that the fact is not known, and what is not known denies.

    Attributes:
        version: The version of this extension of the Problem document.
        days_past_due: Whole days since the debt fell due, on the day of the import.
        subject: Who would be visited: `debtor`, `guarantor`, or somebody whom the rules may bar.
        blocks: All circumstances on record; None when nobody has checked, the empty tuple when there are none.
        contacts: The contact log in any order; None when it was not given.
        consents: What the borrower said about places.
    """

    version: int = 1
    days_past_due: int | None = None
    subject: str | None = None
    blocks: tuple[Block, ...] | None = None
    contacts: tuple[Contact, ...] | None = None
    consents: tuple[Consent, ...] = ()
