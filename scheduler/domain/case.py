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
    LETTER = "letter"
    VISIT = "visit"


class Actor(StrEnum):
    """Who collects: the lender itself, or somebody for it."""

    FIRST_PARTY = "first_party"
    THIRD_PARTY = "third_party"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One attempt to reach the borrower, or somebody of the same household, about this debt or another.

    Attributes:
        channel: How.
        at: When, aware.
        reached: Whether the borrower was reached, None when the log does not say.
        debt: The debt it was about, None for the debt of the case.
        person: Whom it was meant for, None for the person of the case.
        place_id: Where a visit was, None when the log does not say.
        place_kind: `home`, `workplace` or `other`, where a visit was; None when the log does not say.
        outcome: The code that a visit ended with; None for none.
        until: What the outcome names: the day of a promise, an appointment or a review; None for none.
        record: An id of this entry, for corrections; None when it was never given one.
        corrects: The `record` of the entry that this one replaces; None when it is a new event.
    """

    channel: Channel
    at: datetime
    reached: bool | None = None
    debt: str | None = None
    person: str | None = None
    place_id: str | None = None
    place_kind: str | None = None
    outcome: str | None = None
    until: date | None = None
    record: str | None = None
    corrects: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A circumstance that may forbid a visit, such as `disputed` or `hardship`.

    Attributes:
        code: The circumstance; rules name the codes that block.
        until: The last local day on which it holds, inclusive; None while nobody has lifted it.
        owner: The code of the team that may lift it; None when nobody is named.
    """

    code: str
    until: date | None = None
    owner: str | None = None


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
class Notice:
    """One announcement of a visit to the borrower.

    Attributes:
        sent_at: When, aware.
        delivered_at: When it was received, by a receipt; None without one.
        first_day: The first local day that it announces, inclusive.
        last_day: The last local day that it announces, inclusive.
        collector_ids: Who it says will come, substitutes included.
        consented_at: When the borrower agreed to be visited without waiting; None when nobody asked, or for no.
    """

    sent_at: datetime
    first_day: date
    last_day: date
    delivered_at: datetime | None = None
    collector_ids: frozenset[str] = frozenset()
    consented_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """An exception from a rule of the house for one case, which two people wanted.

    Attributes:
        rule_id: The rule; one that knows no exceptions judges all the same.
        valid_until: The last local day on which the exception holds, inclusive.
    """

    rule_id: str
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One overdue debt of one borrower; None means that the fact is not known, and what is not known denies.

    Attributes:
        version: The version of this extension of the Problem document.
        days_past_due: Whole days since the debt fell due, on the day of the import.
        subject: Who would be visited: `debtor`, `guarantor`, or somebody whom the rules may bar.
        actor: Who collects: `first_party` or `third_party`.
        product: What was lent, such as `consumer_loan`; rules name those that they are about.
        debt: A number for this debt that says nothing about anybody; None when other debts are not in the log.
        person: The same for the borrower; visits to one person are counted together.
        blocks: All circumstances on record; None when nobody has checked, the empty tuple when there are none.
        contacts: The contact log in any order; None when it was not given.
        consents: What the borrower said about places.
        notices: Visits announced to the borrower; None when it is not known whether any was.
        overrides: Exceptions granted for this case.
    """

    version: int = 1
    days_past_due: int | None = None
    subject: str | None = None
    actor: str | None = None
    product: str | None = None
    debt: str | None = None
    person: str | None = None
    blocks: tuple[Block, ...] | None = None
    contacts: tuple[Contact, ...] | None = None
    consents: tuple[Consent, ...] = ()
    notices: tuple[Notice, ...] | None = None
    overrides: tuple[Override, ...] = ()

    @property
    def log(self) -> tuple[Contact, ...] | None:
        """The contact log with its corrections made: entries that another one replaces are gone."""
        if self.contacts is None:
            return None
        replaced = {contact.corrects for contact in self.contacts if contact.corrects is not None}
        if not replaced:
            return self.contacts
        return tuple(contact for contact in self.contacts if contact.record not in replaced)
