"""What the service itself needs: the audit trail, jobs, requests that must not act twice, events, deletions."""

import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.store.tables.organisation import SHA256_LENGTH
from api.store.tables.parent import ID_LENGTH, Json, OfBranch, OfSomeBranch, OfTenant, Table, Versioned, a_code, an_id

# SQLite counts rows by INTEGER alone.
_COUNTED = BigInteger().with_variant(Integer(), "sqlite")


class InstallationRow(Table):
    """The one row about this database.

    Attributes:
        id: Always 1.
        epoch: Counts how often it was restored; sessions, tokens and links of another epoch are void.
        restored_at: When it was last restored; None when it never was.
        restored_to: The moment that the restored backup was taken at.
    """

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[int]
    restored_at: Mapped[datetime.datetime | None]
    restored_to: Mapped[datetime.datetime | None]


class AuditRow(Table):
    """One link of the chain of what was done; rows are added and never changed.

    Attributes:
        sequence: From 1, without gaps.
        tenant_id: Whose it is; None for what concerns the installation.
        at: When.
        actor: The id of the user, `link:ID`, or `system`.
        action: What was done, `plan.published` and the like.
        subject: What it was done to: `plan:ID` and the like.
        facts: Codes, counts and ids; never a person's text.
        previous_sha256: The hash of the row before; of the first row 64 zeros.
        sha256: Of the canonical JSON of all of the above.
    """

    __tablename__ = "audit"

    sequence: Mapped[int] = mapped_column(_COUNTED, primary_key=True, autoincrement=False)
    tenant_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), index=True)
    at: Mapped[datetime.datetime]
    actor: Mapped[str] = mapped_column(String(100), index=True)
    action: Mapped[str] = a_code(index=True)
    subject: Mapped[str] = mapped_column(String(100), index=True)
    facts: Mapped[Json]
    previous_sha256: Mapped[str] = mapped_column(String(SHA256_LENGTH))
    sha256: Mapped[str] = mapped_column(String(SHA256_LENGTH))


class GuessRow(Table):
    """A wrong guess at a short secret, whoever made it; kept for minutes.

    Attributes:
        id: Random.
        kind: Of which secrets.
        at: When.
    """

    __tablename__ = "guesses"

    id: Mapped[str] = an_id()
    kind: Mapped[str] = a_code(index=True)
    at: Mapped[datetime.datetime] = mapped_column(index=True)


class AnsweredRow(OfTenant, Table):
    """A request with an Idempotency-Key and the answer that it got; written with what the request did.

    Attributes:
        id: Random.
        user_id: Who asked.
        key: The header's value.
        request_sha256: Of method, path and body.
        status: Of the answer.
        headers: Of the answer, those that matter.
        body: Of the answer, encrypted.
        answered_at: When.
    """

    __tablename__ = "answered"
    __table_args__ = (UniqueConstraint("tenant_id", "user_id", "key"),)

    id: Mapped[str] = an_id()
    user_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("users.id"))
    key: Mapped[str] = mapped_column(String(255))
    request_sha256: Mapped[str] = mapped_column(String(SHA256_LENGTH))
    status: Mapped[int]
    headers: Mapped[Json]
    sealed_body: Mapped[bytes] = mapped_column(LargeBinary)
    answered_at: Mapped[datetime.datetime]


class JobRow(OfBranch, Versioned, Table):
    """Work that goes on after the request; its arguments and results are ids and counts alone.

    Attributes:
        id: Random; the engine's name for it too.
        kind: One of `api.jobs.kinds.KINDS`.
        state: One of `api.store.jobs.JobState`.
        arguments: Ids and numbers.
        sealed_input: What the job works on, encrypted; None when it is all in the store.
        sealed_result: The document that it made, encrypted; None where the result is kept elsewhere.
        progress: Numbers for people who wait.
        result: Ids and counts; None before.
        error_code: A word; None unless it failed.
        attempts: How often it was begun.
        asked_by: The user; None for the program itself.
        asked_at: When.
        started_at: When it was last begun.
        ended_at: When it got its last state.
        cancel_asked_at: When somebody asked to stop it.
    """

    __tablename__ = "jobs"

    id: Mapped[str] = an_id()
    kind: Mapped[str] = a_code()
    state: Mapped[str] = a_code(index=True)
    arguments: Mapped[Json]
    sealed_input: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    sealed_result: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    progress: Mapped[Json]
    result: Mapped[Json | None]
    error_code: Mapped[str | None] = a_code()
    attempts: Mapped[int]
    asked_by: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("users.id"))
    asked_at: Mapped[datetime.datetime] = mapped_column(index=True)
    started_at: Mapped[datetime.datetime | None]
    ended_at: Mapped[datetime.datetime | None]
    cancel_asked_at: Mapped[datetime.datetime | None]


class WorkerRow(Table):
    """A process that does jobs; who has not beaten for long is dead."""

    __tablename__ = "workers"

    executor_id: Mapped[str] = a_code(primary_key=True)
    started_at: Mapped[datetime.datetime]
    seen_at: Mapped[datetime.datetime]


class ImportRow(OfBranch, Table):
    """An import that was kept, so that the same files are recognised.

    Attributes:
        id: Random.
        content_sha256: Of the files, in an order that does not matter, and the mode.
        mode: `create`, `update` or `replace`.
        counts: Rows by table.
        imported_by: The user; None for the program itself.
        imported_at: When.
    """

    __tablename__ = "imports"
    __table_args__ = (UniqueConstraint("branch_id", "content_sha256"),)

    id: Mapped[str] = an_id()
    content_sha256: Mapped[str] = mapped_column(String(SHA256_LENGTH))
    mode: Mapped[str] = a_code()
    counts: Mapped[Json]
    imported_by: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("users.id"))
    imported_at: Mapped[datetime.datetime]


class EventRow(OfBranch, Table):
    """What happened, for programs that follow along; ids and codes alone."""

    __tablename__ = "events"

    sequence: Mapped[int] = mapped_column(_COUNTED, primary_key=True, autoincrement=True)
    at: Mapped[datetime.datetime]
    kind: Mapped[str] = a_code()
    subject: Mapped[str] = mapped_column(String(100), index=True)
    facts: Mapped[Json]


class WebhookRow(OfTenant, Versioned, Table):
    """Where the lender wants to be told of events.

    Attributes:
        id: Random.
        url: The address.
        sealed_secret: What its messages are signed with, encrypted.
        kinds: Of events; empty for all.
        created_at: When.
        disabled_at: When it was switched off, by somebody or after too many failures; None while it is on.
        failures: How many messages failed in a row.
    """

    __tablename__ = "webhooks"

    id: Mapped[str] = an_id()
    url: Mapped[str] = mapped_column(String(500))
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    kinds: Mapped[Json]
    created_at: Mapped[datetime.datetime]
    disabled_at: Mapped[datetime.datetime | None]
    failures: Mapped[int]


class DeliveryRow(OfTenant, Table):
    """A message to a webhook.

    Attributes:
        id: Random; receivers know a repeated message by it.
        webhook_id: Whom it is for.
        event_sequence: What it tells.
        notice_id: The notice that shall be sent to a borrower; None for any other event.
        attempts: How often it was tried.
        next_at: When it is tried next; None when it arrived or was given up.
        delivered_at: When it arrived.
        last_status: Of the last answer; None without one.
    """

    __tablename__ = "deliveries"

    id: Mapped[str] = an_id()
    webhook_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("webhooks.id"), index=True)
    event_sequence: Mapped[int] = mapped_column(_COUNTED, ForeignKey("events.sequence"))
    notice_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("notices.id"))
    attempts: Mapped[int]
    next_at: Mapped[datetime.datetime | None] = mapped_column(index=True)
    delivered_at: Mapped[datetime.datetime | None]
    last_status: Mapped[int | None]


class ApprovalRow(OfSomeBranch, Table):
    """Something that two people must want.

    Attributes:
        id: Random.
        kind: `override`, `keep_days` or `rule_packs`.
        subject: What it is about: `case:ID` and the like.
        facts: Codes: which rule, until when; which kind of data, for how long.
        sealed_reason: Why, encrypted.
        asked_by: The first user.
        asked_at: When.
        decided_by: The second user, another one; None before.
        decided_at: When.
        is_granted: What the second one said; None before.
        sealed_decision_reason: Why the second one said so, encrypted; None where nothing was said.
        withdrawn_by: The user who ended an exception before its last day; None while nobody did.
        withdrawn_at: When.
    """

    __tablename__ = "approvals"

    id: Mapped[str] = an_id()
    kind: Mapped[str] = a_code()
    subject: Mapped[str] = mapped_column(String(100), index=True)
    facts: Mapped[Json]
    sealed_reason: Mapped[bytes] = mapped_column(LargeBinary)
    asked_by: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("users.id"))
    asked_at: Mapped[datetime.datetime]
    decided_by: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("users.id"))
    decided_at: Mapped[datetime.datetime | None]
    is_granted: Mapped[bool | None]
    sealed_decision_reason: Mapped[bytes | None] = mapped_column(LargeBinary)
    withdrawn_by: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime.datetime | None]


class PurgeRow(OfTenant, Table):
    """A certificate of deletion: how many rows of each table, and by which rule of keeping; no ids of people."""

    __tablename__ = "purges"

    id: Mapped[str] = an_id()
    purged_at: Mapped[datetime.datetime]
    certificate: Mapped[Json]
