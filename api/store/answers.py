"""Answers to requests with an Idempotency-Key, kept in the unit of work of what the request did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from api.store.database import Unit
from api.store.tables.service import AnsweredRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer that was given.

    Attributes:
        request_sha256: Of the request that it answered.
        status: The HTTP status code.
        headers: Those that say something about the answer.
        body: The bytes.
    """

    request_sha256: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def given(unit: Unit, *, user_id: str, key: str) -> Answer | None:
    """The answer that a user's key has got, None for a new key."""
    query = select(AnsweredRow).where(AnsweredRow.user_id == user_id, AnsweredRow.key == key)
    row = unit.session.scalars(query).one_or_none()
    if row is None:
        return None
    return Answer(
        request_sha256=row.request_sha256,
        status=row.status,
        headers=dict(row.headers),
        body=unit.opened_bytes(row.sealed_body),
    )


def keep(unit: Unit, answer: Answer, *, user_id: str, key: str) -> None:
    """Keep an answer with what the unit did."""
    row = AnsweredRow(
        user_id=user_id,
        key=key,
        request_sha256=answer.request_sha256,
        status=answer.status,
        headers=dict(answer.headers),
        sealed_body=unit.seal_bytes(answer.body),
        answered_at=unit.now,
    )
    unit.session.add(row)
    unit.session.flush()


def forget(unit: Unit, *, before: datetime) -> int:
    """Forget answers that are older; their keys are new again.

    Returns:
        How many there were.
    """
    # Read first, because what a deletion tells about its rows depends on the driver.
    old = list(unit.session.scalars(select(AnsweredRow.id).where(AnsweredRow.answered_at < before)))
    unit.session.execute(delete(AnsweredRow).where(AnsweredRow.answered_at < before))
    return len(old)
