"""The audit trail: a chain in which each row names the hash of the one before, so that nobody can edit it unseen."""

import contextlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.store.tables.service import AuditRow

FIRST_PREVIOUS = "0" * 64
type Fact = str | int | bool | list[str] | None


class Break(StrEnum):
    """What can be wrong with a row."""

    MISSING = "is missing"
    LOOSE = "does not follow the row before it"
    CHANGED = "was changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenChain:
    """Where the chain does not hold: the sequence of the first wrong row, and what is wrong with it.

    Attributes:
        sequence: The row.
        what: A `Break`, or with a moment a longer sentence about a row that was noted then.
    """

    sequence: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Who did what, when."""

    at: datetime
    actor: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done to what."""

    action: str
    subject: str
    facts: dict[str, Fact]


def last_change(session: Session, subject: str) -> Change | None:
    """What was last done to a subject such as `plan:ID`; None for nothing."""
    query = select(AuditRow).where(AuditRow.subject == subject).order_by(AuditRow.sequence.desc()).limit(1)
    row = session.scalars(query).one_or_none()
    return None if row is None else Change(at=row.at, actor=row.actor, action=row.action)


def append(
    session: Session,
    *,
    at: datetime,
    tenant_id: str | None,
    actor: str,
    action: str,
    subject: str,
    facts: dict[str, Fact],
) -> None:
    """Add a row; the caller's transaction holds the writers' lock, so that two cannot take one number."""
    last = session.execute(
        select(AuditRow.sequence, AuditRow.sha256).order_by(AuditRow.sequence.desc()).limit(1)
    ).one_or_none()
    sequence, previous = (1, FIRST_PREVIOUS) if last is None else (last.sequence + 1, last.sha256)
    row = AuditRow(
        sequence=sequence,
        tenant_id=tenant_id,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        facts=facts,
        previous_sha256=previous,
    )
    row.sha256 = _hash_of(row)
    session.add(row)
    session.flush()


def broken_chain(session: Session) -> BrokenChain | None:
    """The first row at which the chain does not hold, None where it holds to its end.

    Rows cut off at the end leave a chain that holds; they are noticed by comparing `chain_end` with one that was
    noted elsewhere.
    """
    expected, previous = 1, FIRST_PREVIOUS
    query = select(AuditRow).order_by(AuditRow.sequence).execution_options(yield_per=1000)
    with contextlib.closing(session.scalars(query)) as rows:
        for row in rows:
            if row.sequence != expected:
                return BrokenChain(sequence=expected, what=Break.MISSING)
            if row.previous_sha256 != previous:
                return BrokenChain(sequence=row.sequence, what=Break.LOOSE)
            if row.sha256 != _hash_of(row):
                return BrokenChain(sequence=row.sequence, what=Break.CHANGED)
            expected, previous = row.sequence + 1, row.sha256
    return None


def chain_end(session: Session) -> tuple[int, str]:
    """The last number and its hash, to be noted outside of the database; (0, zeros) of an empty chain."""
    last = session.execute(
        select(AuditRow.sequence, AuditRow.sha256).order_by(AuditRow.sequence.desc()).limit(1)
    ).one_or_none()
    return (0, FIRST_PREVIOUS) if last is None else (last.sequence, last.sha256)


def entries_about(session: Session, subject: str) -> list[str]:
    """What was done to something, in its order."""
    query = select(AuditRow.action).where(AuditRow.subject == subject).order_by(AuditRow.sequence)
    return list(session.scalars(query))


def _hash_of(row: AuditRow) -> str:
    content = [
        row.sequence,
        row.tenant_id,
        row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        row.actor,
        row.action,
        row.subject,
        row.facts,
        row.previous_sha256,
    ]
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(written.encode()).hexdigest()


def done_since(session: Session, actor: str, actions: Collection[str], since: datetime) -> tuple[Done, ...]:
    """What somebody did of these from a moment on, in its order."""
    which = (AuditRow.actor == actor, AuditRow.action.in_(actions), AuditRow.at >= since)
    rows = session.scalars(select(AuditRow).where(*which).order_by(AuditRow.sequence))
    return tuple(Done(action=row.action, subject=row.subject, facts=dict(row.facts)) for row in rows)


def count_since(session: Session, actor: str, actions: Collection[str], since: datetime) -> int:
    """How often somebody did one of these from a moment on."""
    which = (AuditRow.actor == actor, AuditRow.action.in_(actions), AuditRow.at >= since)
    return session.scalars(select(func.count()).select_from(AuditRow).where(*which)).one()
