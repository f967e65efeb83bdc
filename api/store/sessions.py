"""Browsers that are signed in, and addresses that sign in once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from api.store.database import Unit
from api.store.tables.organisation import SessionRow, SignInRow, UserRow
from api.store.users import KnownUser, hash_of, known


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A browser that is signed in now; see `SessionRow` for the fields."""

    id: str
    user: KnownUser
    seen_at: datetime
    expires_at: datetime


def start(unit: Unit, user_id: str, *, life: timedelta, way: str) -> str:
    """Sign a browser in.

    Args:
        unit: Of the user's scope.
        user_id: Whom.
        life: How long at most.
        way: How the user was known: `password`, `once` or `oidc`.

    Returns:
        The secret for the browser's cookie, which is not kept.
    """
    secret = secrets.token_urlsafe(32)
    row = SessionRow(
        user_id=user_id,
        secret_sha256=hash_of(secret),
        created_at=unit.now,
        seen_at=unit.now,
        expires_at=unit.now + life,
        epoch=unit.epoch(),
    )
    unit.session.add(row)
    unit.session.flush()
    unit.note("session.started", f"session:{row.id}", way=way)
    return secret


def by_secret(unit: Unit, secret: str) -> OpenSession | None:
    """The session of this secret: None for an unknown, expired or ended one, and for a disabled user."""
    query = (
        select(SessionRow, UserRow)
        .join(UserRow, UserRow.id == SessionRow.user_id)
        .where(
            SessionRow.secret_sha256 == hash_of(secret),
            SessionRow.revoked_at.is_(None),
            SessionRow.expires_at > unit.now,
            SessionRow.epoch == unit.epoch(),
        )
    )
    found = unit.session.execute(query).one_or_none()
    user = None if found is None else known(found.UserRow, unit.now)
    if found is None or user is None:
        return None
    row: SessionRow = found.SessionRow
    return OpenSession(id=row.id, user=user, seen_at=row.seen_at, expires_at=row.expires_at)


def see(unit: Unit, session_id: str) -> None:
    """Keep that the browser asked now."""
    row = unit.session.get(SessionRow, session_id)
    if row is not None:
        row.seen_at = unit.now


def end(unit: Unit, session_id: str) -> None:
    """Sign a browser out."""
    row = unit.session.get(SessionRow, session_id)
    if row is not None and row.revoked_at is None:
        row.revoked_at = unit.now
        unit.note("session.ended", f"session:{session_id}")


def add_sign_in(unit: Unit, user_id: str, *, life: timedelta) -> str:
    """Make a secret that signs a user in once.

    Returns:
        The secret, which is not kept.
    """
    secret = secrets.token_urlsafe(32)
    row = SignInRow(
        user_id=user_id,
        secret_sha256=hash_of(secret),
        created_at=unit.now,
        expires_at=unit.now + life,
        epoch=unit.epoch(),
    )
    unit.session.add(row)
    unit.session.flush()
    unit.note("sign_in.made", f"sign_in:{row.id}", user=user_id)
    return secret


def use_sign_in(unit: Unit, secret: str) -> KnownUser | None:
    """Whom a secret signs in, this once: None for an unknown, expired or used one, and for a disabled user."""
    query = select(SignInRow).where(
        SignInRow.secret_sha256 == hash_of(secret),
        SignInRow.used_at.is_(None),
        SignInRow.expires_at > unit.now,
        SignInRow.epoch == unit.epoch(),
    )
    row = unit.session.scalars(query).one_or_none()
    if row is None:
        return None
    row.used_at = unit.now
    return known(unit.session.get(UserRow, row.user_id), unit.now)
