"""Collectors, where they start, and when they work."""

import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.store.tables.organisation import SHA256_LENGTH
from api.store.tables.parent import ID_LENGTH, Json, OfBranch, Ordered, Table, Versioned, a_code, an_id


class CollectorRow(OfBranch, Versioned, Ordered, Table):
    """A trained person.

    Attributes:
        id: Random.
        code: The id in documents, unique in the lender.
        badge_number: On the badge and in the verification answer; None without one.
        employer: Who employs the person, as the verification answer says; None for the lender.
        skills: Codes.
        max_visits: Per local day; None for no limit.
        is_new: See the domain's `Collector`.
        prohibited_partners: Codes of collectors.
        sealed_text: A Text as JSON, encrypted: name, identity number, phone.
        name_index: For looking a name up.
        sealed_photo: A JPEG or PNG, encrypted; None without one.
        left_at: When the person left; None while working here.
    """

    __tablename__ = "collectors"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    id: Mapped[str] = an_id()
    code: Mapped[str] = a_code()
    badge_number: Mapped[str | None] = a_code()
    employer: Mapped[str | None] = mapped_column(String(200))
    skills: Mapped[Json]
    max_visits: Mapped[int | None]
    is_new: Mapped[bool]
    prohibited_partners: Mapped[Json]
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    name_index: Mapped[str] = mapped_column(String(SHA256_LENGTH), index=True)
    sealed_photo: Mapped[bytes | None] = mapped_column(LargeBinary)
    left_at: Mapped[datetime.datetime | None]


class QualificationRow(OfBranch, Ordered, Table):
    """A certificate of a collector; `valid_until` is a local date, inclusive."""

    __tablename__ = "qualifications"
    __table_args__ = (UniqueConstraint("collector_id", "code"),)

    id: Mapped[str] = an_id()
    collector_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("collectors.id"), index=True)
    code: Mapped[str] = a_code()
    valid_until: Mapped[datetime.date]


class OfficeRow(OfBranch, Versioned, Ordered, Table):
    """Where shifts start and end; no secret."""

    __tablename__ = "offices"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    id: Mapped[str] = an_id()
    code: Mapped[str] = a_code()
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(500))
    latitude_degrees: Mapped[float]
    longitude_degrees: Mapped[float]


class ShiftRow(OfBranch, Versioned, Ordered, Table):
    """A crew's working period, or the duties of people who are in no crew yet.

    Attributes:
        id: Random.
        code: The id in documents, unique in the lender; None for duties.
        day: The local day on which it starts.
        collector_codes: The crew, in order; for duties, the people.
        earliest_start: When it starts.
        latest_end: When it ends.
        start_office_code: Where it starts.
        end_office_code: Where it ends.
        breaks: Each with `earliest_start`, `latest_end` and `duration_seconds`, as in the Problem document.
        max_visits: None for no limit.
        travel_profile: `car`, `bicycle` or `foot`.
    """

    __tablename__ = "shifts"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    id: Mapped[str] = an_id()
    code: Mapped[str | None] = a_code()
    day: Mapped[datetime.date] = mapped_column(index=True)
    collector_codes: Mapped[Json]
    earliest_start: Mapped[datetime.datetime]
    latest_end: Mapped[datetime.datetime]
    start_office_code: Mapped[str] = a_code()
    end_office_code: Mapped[str] = a_code()
    breaks: Mapped[Json]
    max_visits: Mapped[int | None]
    travel_profile: Mapped[str] = a_code()
