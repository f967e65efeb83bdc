"""Users, and the keys of programs that act for them."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select

from api.store.database import Unit
from api.store.tables.organisation import TokenRow, UserRow

TOKEN_PREFIX = "visits_"  # noqa: S105 - what tokens begin with, so that a leaked one is recognised
LONGEST_LIFE = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownUser:
    """A user as the rest of the service sees one; see `UserRow` for the fields."""

    id: str
    tenant_id: str
    branch_id: str | None
    role: str
    collector_id: str | None


def add(
    unit: Unit,
    *,
    login: str,
    role: str,
    name: str,
    branch_id: str | None = None,
    collector_id: str | None = None,
) -> str:
    """Add a user of the scope's lender.

    Returns:
        The user's id.
    """
    row = UserRow(
        login=login,
        role=role,
        sealed_name=unit.seal(name),
        branch_id=branch_id,
        collector_id=collector_id,
        created_at=unit.now,
    )
    unit.session.add(row)
    unit.session.flush()
    unit.note("user.added", f"user:{row.id}", role=role)
    return row.id


def add_token(unit: Unit, user_id: str, *, name: str, life: timedelta) -> str:
    """Make a key for a program that acts as a user.

    Returns:
        The secret, which is not kept and cannot be shown again.
    """
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    row = TokenRow(
        user_id=user_id,
        name=name,
        secret_sha256=hash_of(secret),
        created_at=unit.now,
        expires_at=unit.now + min(life, LONGEST_LIFE),
        epoch=unit.epoch(),
    )
    unit.session.add(row)
    unit.session.flush()
    unit.note("token.added", f"token:{row.id}", user=user_id)
    return secret


def by_token(unit: Unit, secret: str) -> KnownUser | None:
    """Who may act by this secret now: None for an unknown, expired or revoked one, and for a disabled user."""
    query = (
        select(UserRow)
        .join(TokenRow, TokenRow.user_id == UserRow.id)
        .where(
            TokenRow.secret_sha256 == hash_of(secret),
            TokenRow.revoked_at.is_(None),
            TokenRow.expires_at > unit.now,
            TokenRow.epoch == unit.epoch(),
        )
    )
    return known(unit.session.scalars(query).one_or_none(), unit.now)


def known(row: UserRow | None, now: datetime) -> KnownUser | None:
    """The user of a row, None where there is none or the user is disabled."""
    if row is None or (row.disabled_at is not None and row.disabled_at <= now):
        return None
    return KnownUser(
        id=row.id,
        tenant_id=row.tenant_id,
        branch_id=row.branch_id,
        role=row.role,
        collector_id=row.collector_id,
    )


def hash_of(secret: str) -> str:
    """What is kept of a secret with at least 128 random bits; a slow hash would add nothing to those."""
    return sha256(secret.encode()).hexdigest()
