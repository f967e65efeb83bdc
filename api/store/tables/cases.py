"""Borrowers, their cases, and what is known about each; what says something about a person is encrypted."""

import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.store.tables.organisation import SHA256_LENGTH
from api.store.tables.parent import ID_LENGTH, Json, OfBranch, Ordered, Table, Versioned, WholeSeconds, a_code, an_id


class BorrowerRow(OfBranch, Versioned, Table):
    """A person who owes, or stands in for one.

    Attributes:
        id: Random.
        code: The lender's number for the person, unique in the lender; None when it gave none.
        sealed_text: JSON with `name` and `phone`, encrypted.
        name_index: For looking a name up.
        phone_index: For looking a phone up; None where none is known.
        purged_at: When name and phone were deleted; None while they are here.
    """

    __tablename__ = "borrowers"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    id: Mapped[str] = an_id()
    code: Mapped[str | None] = a_code()
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    name_index: Mapped[str] = mapped_column(String(SHA256_LENGTH), index=True)
    phone_index: Mapped[str | None] = mapped_column(String(SHA256_LENGTH), index=True)
    purged_at: Mapped[datetime.datetime | None]


class CaseRow(OfBranch, Versioned, Ordered, Table):
    """One overdue debt; None means that the fact is not known, and what is not known denies.

    Attributes:
        id: Random.
        code: The id in documents, unique in the lender.
        borrower_id: Whose.
        due_since: The local day on which the debt fell due.
        subject: Who would be visited, a code of the domain's `Case`.
        actor: `first_party` or `third_party`.
        product: What was lent, a code.
        amount_band: `low`, `middle`, `high`.
        priority: 0 to 100, as given; None when it is made from the case.
        service_duration_seconds: The time at the door.
        crew_size: The least number of people.
        required_skills: Codes.
        required_collectors: Codes.
        preferred_collectors: Codes.
        prohibited_collectors: Codes.
        pinned_shift_code: The shift that a dispatcher chose; None for none.
        pinned_start_minute: From midnight of the shift's day; None for no time.
        blocks_checked: Whether somebody looked for circumstances that forbid a visit.
        contacts_known: Whether the contact log was given.
        notices_known: Whether it is known which notices were sent.
        sealed_note: For the crew's eyes, encrypted.
        opened_at: When it came here.
        closed_at: When it was paid or called back; None while it is open.
        purged_at: When its texts, places and blocks were deleted; None while they are here.
    """

    __tablename__ = "cases"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    id: Mapped[str] = an_id()
    code: Mapped[str] = a_code()
    borrower_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("borrowers.id"), index=True)
    due_since: Mapped[datetime.date | None]
    subject: Mapped[str | None] = a_code()
    actor: Mapped[str | None] = a_code()
    product: Mapped[str | None] = a_code()
    amount_band: Mapped[str | None] = a_code()
    priority: Mapped[int | None]
    service_duration_seconds: Mapped[int]
    crew_size: Mapped[int]
    required_skills: Mapped[Json]
    required_collectors: Mapped[Json]
    preferred_collectors: Mapped[Json]
    prohibited_collectors: Mapped[Json]
    pinned_shift_code: Mapped[str | None] = a_code()
    pinned_start_minute: Mapped[int | None]
    blocks_checked: Mapped[bool]
    contacts_known: Mapped[bool]
    notices_known: Mapped[bool]
    sealed_note: Mapped[bytes] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime.datetime]
    closed_at: Mapped[datetime.datetime | None]
    purged_at: Mapped[datetime.datetime | None]


class _OfCase(OfBranch):
    """A fact of one case."""

    id: Mapped[str] = an_id()
    case_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("cases.id"), index=True)


class PlaceRow(_OfCase, Versioned, Ordered, Table):
    """Where the borrower may be visited.

    Attributes:
        code: The id in documents, unique in the lender.
        kind: `home`, `workplace` or `other`.
        sealed_point: JSON with `address`, `latitude_degrees` and `longitude_degrees` (null while not geocoded),
            and `lookup` where a geocoder was asked, encrypted.
        hours: `10:00-12:00;14:00-17:00` of the local day; empty for no wish.
        preference_penalty_seconds: See the domain's `Place`.
        removed_at: From when on nobody goes there; None while it counts.
    """

    __tablename__ = "places"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    code: Mapped[str] = a_code()
    kind: Mapped[str] = a_code()
    sealed_point: Mapped[bytes] = mapped_column(LargeBinary)
    hours: Mapped[str] = mapped_column(String(200))
    preference_penalty_seconds: Mapped[int]
    removed_at: Mapped[datetime.datetime | None]


class ContactRow(_OfCase, Ordered, Table):
    """An entry of the contact log, never changed; fields as of the domain's `Contact`."""

    __tablename__ = "contacts"

    channel: Mapped[str] = a_code()
    at: Mapped[datetime.datetime] = mapped_column(WholeSeconds)
    reached: Mapped[bool | None]
    place_code: Mapped[str | None] = a_code()
    place_kind: Mapped[str | None] = a_code()
    outcome: Mapped[str | None] = a_code()
    until: Mapped[datetime.date | None]
    record: Mapped[str | None] = a_code()
    corrects: Mapped[str | None] = a_code()


class BlockRow(_OfCase, Ordered, Table):
    """A circumstance that may forbid a visit; it may tell of an illness, so it is encrypted.

    Attributes:
        sealed_code: A code of the domain's `Block`, encrypted.
        until: The last local day on which it holds; None while nobody has lifted it.
        owner: The code of the team that may lift it; None when nobody is named.
        source: `import`, `outcome`, `borrower` or `staff`.
        added_at: When.
        lifted_at: When it was lifted; None while it holds.
    """

    __tablename__ = "blocks"

    sealed_code: Mapped[bytes] = mapped_column(LargeBinary)
    until: Mapped[datetime.date | None]
    owner: Mapped[str | None] = a_code()
    source: Mapped[str] = a_code()
    added_at: Mapped[datetime.datetime]
    lifted_at: Mapped[datetime.datetime | None]


class ConsentRow(_OfCase, Ordered, Table):
    """What the borrower said about one kind of place; the newest of a kind counts."""

    __tablename__ = "consents"

    place_kind: Mapped[str] = a_code()
    given: Mapped[bool]
    at: Mapped[datetime.datetime] = mapped_column(WholeSeconds)
    source: Mapped[str] = a_code()


class NoticeRow(_OfCase, Versioned, Ordered, Table):
    """An announcement of a visit to the borrower.

    Attributes:
        plan_id: The plan that it was issued for; None for one that was sent elsewhere.
        sent_at: When it was handed to the lender's messages; None while it waits.
        delivered_at: By a receipt; None without one.
        first_day: The first local day that it announces.
        last_day: The last one.
        collector_codes: Who it says will come, substitutes included.
        earliest_start: No earlier than this, it says, the visit begins; None where it says no hours.
        latest_end: By then, it says, the visit is over; None where it says no hours.
        consented_at: When the borrower agreed not to wait; None when nobody asked, or for no.
        withdrawn_at: When it was called back; None while it stands.
    """

    __tablename__ = "notices"

    plan_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("plans.id"), index=True)
    sent_at: Mapped[datetime.datetime | None] = mapped_column(WholeSeconds)
    delivered_at: Mapped[datetime.datetime | None] = mapped_column(WholeSeconds)
    first_day: Mapped[datetime.date]
    last_day: Mapped[datetime.date]
    collector_codes: Mapped[Json]
    earliest_start: Mapped[datetime.datetime | None] = mapped_column(WholeSeconds)
    latest_end: Mapped[datetime.datetime | None] = mapped_column(WholeSeconds)
    consented_at: Mapped[datetime.datetime | None] = mapped_column(WholeSeconds)
    withdrawn_at: Mapped[datetime.datetime | None]
