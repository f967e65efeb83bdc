"""What happens around a published visit: links, letters, the visit itself, and what borrowers ask or report."""

import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.store.tables.organisation import SHA256_LENGTH
from api.store.tables.parent import ID_LENGTH, Json, OfBranch, OfTenant, Table, Versioned, a_code, an_id


class VisitRecordRow(OfBranch, Versioned, Table):
    """What happened at one visit.

    Attributes:
        id: Random.
        stop_id: Which planned visit.
        plan_id: Of which plan.
        case_id: Of which case.
        checked_in_at: When the crew said that it is at the door; None for a visit that nobody began.
        checked_in_by: The collector.
        present_collectors: Codes of the crew that is there.
        checklist: Codes of what was shown and switched on.
        outcome: A code of the closed list; None while the visit goes on.
        until: The local day that the outcome names.
        ended_at: When the outcome was given.
        reason: Why nobody began the visit, a rule's id or a code; None for one that was begun.
        recording: Where the recording is kept, an opaque reference; None without one.
        recording_sha256: Of the recording's content, by which it is known again; None where nobody said.
        recording_seconds: Its length; None where nobody said.
        is_near: Whether the phone was near the place at the check-in; None where the phone could not say.
        accuracy_meters: How far off the phone's position may have been; None likewise. The position itself is not kept.
        left_at: When the crew said that it left the door; None where it said so with the outcome.
        sealed_note: Encrypted.
    """

    __tablename__ = "visit_records"
    __table_args__ = (UniqueConstraint("stop_id"),)

    id: Mapped[str] = an_id()
    stop_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("stops.id"))
    plan_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("plans.id"), index=True)
    case_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("cases.id"), index=True)
    checked_in_at: Mapped[datetime.datetime | None]
    checked_in_by: Mapped[str | None] = a_code()
    present_collectors: Mapped[Json]
    checklist: Mapped[Json]
    outcome: Mapped[str | None] = a_code()
    until: Mapped[datetime.date | None]
    ended_at: Mapped[datetime.datetime | None]
    reason: Mapped[str | None] = a_code()
    recording: Mapped[str | None] = mapped_column(String(200))
    recording_sha256: Mapped[str | None] = mapped_column(String(SHA256_LENGTH))
    recording_seconds: Mapped[int | None]
    is_near: Mapped[bool | None]
    accuracy_meters: Mapped[int | None]
    left_at: Mapped[datetime.datetime | None]
    sealed_note: Mapped[bytes] = mapped_column(LargeBinary)


class CorrectionRow(OfBranch, Table):
    """What a visit really ended with, said later; rows are added and never changed, and the last one counts.

    Attributes:
        id: Random.
        record_id: Of which visit.
        outcome: A code of the closed list.
        until: The local day that the outcome names.
        replaces: The outcome that stood before.
        sealed_reason: Why, encrypted.
        corrected_by: The user.
        corrected_at: When.
    """

    __tablename__ = "corrections"

    id: Mapped[str] = an_id()
    record_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("visit_records.id", ondelete="CASCADE"), index=True
    )
    outcome: Mapped[str] = a_code()
    until: Mapped[datetime.date | None]
    replaces: Mapped[str] = a_code()
    sealed_reason: Mapped[bytes] = mapped_column(LargeBinary)
    corrected_by: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("users.id"))
    corrected_at: Mapped[datetime.datetime]


class LetterRow(OfBranch, Table):
    """A letter of authorization.

    Attributes:
        id: Random.
        number: As it is printed; unique in the installation, and cannot be guessed.
        plan_id: Of which plan.
        visit_code: For which visit.
        collector_codes: Whom it authorizes.
        valid_from: From then on it is valid.
        valid_until: Until then.
        issued_at: When it was made.
        revoked_at: When it was called back; None while it was not.
    """

    __tablename__ = "letters"

    id: Mapped[str] = an_id()
    number: Mapped[str] = a_code(unique=True)
    plan_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("plans.id"), index=True)
    visit_code: Mapped[str] = a_code()
    collector_codes: Mapped[Json]
    valid_from: Mapped[datetime.datetime]
    valid_until: Mapped[datetime.datetime]
    issued_at: Mapped[datetime.datetime]
    revoked_at: Mapped[datetime.datetime | None]


class LinkRow(OfBranch, Versioned, Table):
    """A link that opens one thing for one purpose; only the hash of its secret stands here.

    Attributes:
        id: Random.
        kind: `route` for a crew's phone, `notice` for a borrower.
        secret_sha256: Of the secret in the link's fragment.
        sealed_secret: The secret itself, encrypted, while the message that carries it waits; else None.
        plan_id: Of which plan.
        shift_code: Whose route; None for a borrower's link.
        notice_id: Which notice; None for a crew's link.
        created_by: The user who made it; None for the program itself.
        created_at: When.
        valid_from: From then on it opens.
        expires_at: From then on it opens nothing.
        revoked_at: When it was ended before; None while it was not.
        browser_sha256: Of the secret of the browser that came first; None before.
        bound_at: When that was.
        epoch: As of a session.
    """

    __tablename__ = "links"

    id: Mapped[str] = an_id()
    kind: Mapped[str] = a_code()
    secret_sha256: Mapped[str] = mapped_column(String(SHA256_LENGTH), unique=True)
    sealed_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    plan_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("plans.id"), index=True)
    shift_code: Mapped[str | None] = a_code()
    notice_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("notices.id"))
    created_by: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("users.id"))
    created_at: Mapped[datetime.datetime]
    valid_from: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime]
    revoked_at: Mapped[datetime.datetime | None]
    browser_sha256: Mapped[str | None] = mapped_column(String(SHA256_LENGTH))
    bound_at: Mapped[datetime.datetime | None]
    epoch: Mapped[int]


class CodeRow(OfBranch, Table):
    """A short code that a crew shows on its phone, good once and for minutes.

    Attributes:
        id: Random.
        code_hmac: For looking the code up without keeping it.
        link_id: The link by which the phone asked for it.
        letter_id: The letter that it proves.
        made_at: When.
        expires_at: From then on it proves nothing.
        used_at: When somebody checked it; None before.
    """

    __tablename__ = "codes"

    id: Mapped[str] = an_id()
    code_hmac: Mapped[str] = mapped_column(String(SHA256_LENGTH), index=True)
    link_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("links.id", ondelete="CASCADE"), index=True)
    letter_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("letters.id"))
    made_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime]
    used_at: Mapped[datetime.datetime | None]


class WishRow(OfBranch, Table):
    """What a borrower asked by the link of a notice.

    Attributes:
        id: Random.
        case_id: Of which case.
        link_id: The link by which it was asked; None once that was deleted.
        notice_id: What the link announced when it was asked; the same link may lead to another day later.
        kind: `another_time`, `another_place`, `not_at_work`, `dispute`, `need_help` or `stop`.
        sealed_text: What was written, encrypted.
        asked_at: When.
        handled_by: The user who saw to it; None while nobody has.
        handled_at: When.
    """

    __tablename__ = "wishes"

    id: Mapped[str] = an_id()
    case_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("cases.id"), index=True)
    link_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("links.id", ondelete="SET NULL"))
    notice_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("notices.id"))
    kind: Mapped[str] = a_code()
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime.datetime]
    handled_by: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("users.id"))
    handled_at: Mapped[datetime.datetime | None]


class ReportRow(OfTenant, Table):
    """Somebody says on the verification page that a visitor is not whom the page shows.

    Attributes:
        id: Random.
        letter_number: As it was typed, whether it exists or not.
        sealed_text: What was written, encrypted.
        reported_at: When.
        handled_by: The user who saw to it; None while nobody has.
        handled_at: When.
    """

    __tablename__ = "reports"

    id: Mapped[str] = an_id()
    letter_number: Mapped[str] = a_code()
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    reported_at: Mapped[datetime.datetime]
    handled_by: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("users.id"))
    handled_at: Mapped[datetime.datetime | None]
