"""Users, and the keys of programs that act for them."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.exc import IntegrityError

from api.store.database import Unit
from api.store.tables.organisation import BranchRow, TokenRow, UserRow
from api.store.tables.people import CollectorRow
from api.store.tables.service import InstallationRow
from scheduler.domain.errors import Fault, InternalFault, InvalidInput

TOKEN_PREFIX = "visits_"  # noqa: S105 - what tokens begin with, so that a leaked one is recognised
LONGEST_LIFE = timedelta(days=366)

_users, _tokens, _installation = (
    row.metadata.tables[row.__tablename__] for row in (UserRow, TokenRow, InstallationRow)
)
_BY_TOKEN = (
    select(_users.c.id, _users.c.tenant_id, _users.c.branch_id, _users.c.role, _users.c.collector_id)
    .join(_tokens, _tokens.c.user_id == _users.c.id)
    .where(
        _tokens.c.secret_sha256 == bindparam("secret_sha256"),
        _tokens.c.revoked_at.is_(None),
        _tokens.c.expires_at > bindparam("now"),
        _tokens.c.epoch == select(_installation.c.epoch).scalar_subquery(),
        or_(_users.c.disabled_at.is_(None), _users.c.disabled_at > bindparam("now")),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownUser:
    """A user as the rest of the service sees one; see `UserRow` for the fields."""

    id: str
    tenant_id: str
    branch_id: str | None
    role: str
    collector_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEntry:
    """A user as those see one who look after users; see `UserRow` for the fields."""

    id: str
    login: str
    name: str
    role: str
    branch_id: str | None
    collector_id: str | None
    has_password: bool
    created_at: datetime
    disabled_at: datetime | None
    rev: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a password is compared with: `user` is None for nobody whom we let in, `password_hash` for no password."""

    user: KnownUser | None
    password_hash: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenEntry:
    """A program's key without its secret; see `TokenRow` for the fields."""

    id: str
    user_id: str
    name: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def add(
    unit: Unit,
    *,
    login: str,
    role: str,
    name: str,
    branch_id: str | None = None,
    collector_id: str | None = None,
    password_hash: str | None = None,
    subject: str | None = None,
) -> str:
    """Add a user of the scope's lender; one of the scope's branch where the scope has one.

    Returns:
        The user's id.

    Raises:
        InvalidInput: The login is taken, or the scope knows no such branch or collector.
    """
    _refuse_unknown(unit, branch_id, collector_id)
    row = UserRow(
        login=login,
        role=role,
        sealed_name=unit.seal(name),
        branch_id=branch_id,
        collector_id=collector_id,
        password_hash=password_hash,
        subject=subject,
        created_at=unit.now,
    )
    unit.session.add(row)
    try:
        unit.session.flush()
    except IntegrityError as error:
        # Another lender's user may have it, so it cannot be looked for first.
        message = "The login is taken."
        raise InvalidInput([Fault(where="/login", code="login_taken", message=message)]) from error
    unit.note("user.added", f"user:{row.id}", role=role)
    return row.id


def change(
    unit: Unit,
    user_id: str,
    *,
    role: str | None = None,
    name: str | None = None,
    password_hash: str | None = None,
    pin_hash: str | None = None,
) -> bool:
    """Change what is not None of a user; False when the scope has none of this id."""
    row = _row(unit, user_id)
    if row is None:
        return False
    given = {"role": role, "password_hash": password_hash, "pin_hash": pin_hash}
    for field, value in given.items():
        if value is not None:
            setattr(row, field, value)
    if name is not None:
        row.sealed_name = unit.seal(name)
    changed = [field.removesuffix("_hash") for field, value in (given | {"name": name}).items() if value is not None]
    unit.note("user.changed", f"user:{user_id}", fields=sorted(changed), role=row.role)
    return True


def move(unit: Unit, user_id: str, branch_id: str | None) -> bool:
    """Let a user see one branch, or all of the lender's; False when the scope has none of this id.

    Raises:
        InvalidInput: The scope knows no such branch.
    """
    _refuse_unknown(unit, branch_id, None)
    row = _row(unit, user_id)
    if row is None:
        return False
    if row.branch_id != branch_id:
        row.branch_id = branch_id
        unit.note("user.moved", f"user:{user_id}", branch=branch_id)
    return True


def logins(unit: Unit, user_ids: Iterable[str]) -> Mapping[str, str]:
    """The logins of the lender's users by their ids, those of other branches too: they stand in shared records."""
    query = select(_users.c.id, _users.c.login).where(_users.c.id.in_(sorted(set(user_ids))))
    if unit.scope is not None:
        query = query.where(_users.c.tenant_id == unit.scope.tenant_id)
    return {row.id: row.login for row in unit.session.connection().execute(query)}


def tokens_of(unit: Unit, user_id: str) -> tuple[TokenEntry, ...]:
    """The keys of one user of the scope, the newest first."""
    query = select(TokenRow).join(UserRow, UserRow.id == TokenRow.user_id).where(UserRow.id == user_id)
    return tuple(_token_entry(row) for row in unit.session.scalars(query.order_by(TokenRow.created_at.desc())))


def listed(unit: Unit, *, limit: int, after: str | None = None) -> tuple[UserEntry, ...]:
    """The scope's users by their ids, from the one after `after` on."""
    query = select(UserRow).order_by(UserRow.id).limit(limit)
    if after is not None:
        query = query.where(UserRow.id > after)
    return tuple(_entry(unit, row) for row in unit.session.scalars(query))


def get(unit: Unit, user_id: str) -> UserEntry | None:
    """A user, None when the scope has none of this id."""
    row = _row(unit, user_id)
    return None if row is None else _entry(unit, row)


def find(unit: Unit, login: str) -> UserEntry | None:
    """The scope's user with this login, None without one."""
    row = unit.session.scalars(select(UserRow).where(UserRow.login == login)).one_or_none()
    return None if row is None else _entry(unit, row)


def has_passwords(unit: Unit) -> bool:
    """Whether somebody who is let in has a password."""
    query = select(UserRow.id).where(UserRow.password_hash.is_not(None), UserRow.disabled_at.is_(None)).limit(1)
    return unit.session.scalars(query).first() is not None


def credentials(unit: Unit, login: str) -> Credentials:
    """What belongs to a login, which need not exist."""
    row = unit.session.scalars(select(UserRow).where(UserRow.login == login)).one_or_none()
    return Credentials(user=known(row, unit.now), password_hash=None if row is None else row.password_hash)


def by_subject(unit: Unit, subject: str) -> KnownUser | None:
    """Whom an identity provider means by a subject; None for nobody whom we let in."""
    return known(unit.session.scalars(select(UserRow).where(UserRow.subject == subject)).one_or_none(), unit.now)


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


def tokens(unit: Unit, *, limit: int, after: str | None = None) -> tuple[TokenEntry, ...]:
    """The keys of the scope's users by their ids, from the one after `after` on."""
    # The join keeps the keys of another branch's users out: a key has no branch of its own.
    query = select(TokenRow).join(UserRow, UserRow.id == TokenRow.user_id).order_by(TokenRow.id).limit(limit)
    if after is not None:
        query = query.where(TokenRow.id > after)
    return tuple(_token_entry(row) for row in unit.session.scalars(query))


def token_of(unit: Unit, secret: str) -> TokenEntry | None:
    """The key that has this secret, valid or not."""
    row = _token(unit, TokenRow.secret_sha256 == hash_of(secret))
    return None if row is None else _token_entry(row)


def revoke_token(unit: Unit, token_id: str) -> bool:
    """End a key at once; False when the scope has none of this id."""
    row = _token(unit, TokenRow.id == token_id)
    if row is None:
        return False
    if row.revoked_at is None:
        row.revoked_at = unit.now
        unit.note("token.revoked", f"token:{token_id}", user=row.user_id)
    return True


def by_token(unit: Unit, secret: str) -> KnownUser | None:
    """Who may act by this secret now: None for an unknown, expired or revoked one, and for a disabled user.

    Args:
        unit: Of no scope: who asks is found before it is known what they may see.
        secret: What a program sends.
    """
    if unit.scope is not None:
        raise InternalFault("a token was looked up in a scope")
    # Asked with every request, so without the mapper, which is what sees to scopes.
    found = unit.session.connection().execute(_BY_TOKEN, {"secret_sha256": hash_of(secret), "now": unit.now})
    row = found.one_or_none()
    return None if row is None else KnownUser(**row._mapping)


def collector_code(unit: Unit, collector_id: str | None) -> str | None:
    """The code by which plans call the collector that a user is; None for who visits nobody."""
    if collector_id is None:
        return None
    return unit.session.scalars(select(CollectorRow.code).where(CollectorRow.id == collector_id)).one_or_none()


def pin_hash_of(unit: Unit, collector_codes: Iterable[str]) -> tuple[str, ...]:
    """The hashes of the PINs of these collectors who may sign in now and have one."""
    query = (
        select(UserRow.pin_hash)
        .join(CollectorRow, CollectorRow.id == UserRow.collector_id)
        .where(
            CollectorRow.code.in_(sorted(collector_codes)),
            UserRow.pin_hash.is_not(None),
            or_(UserRow.disabled_at.is_(None), UserRow.disabled_at > unit.now),
        )
    )
    return tuple(found for found in unit.session.scalars(query) if found is not None)


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


def _refuse_unknown(unit: Unit, branch_id: str | None, collector_id: str | None) -> None:
    asked = (("branch", BranchRow.id, branch_id), ("collector", CollectorRow.id, collector_id))
    faults = [
        Fault(where=f"/{what}_id", code=f"unknown_{what}", message=f"There is no {what} of this id.")
        for what, column, given in asked
        if given is not None and unit.session.scalars(select(column).where(column == given)).first() is None
    ]
    if faults:
        raise InvalidInput(faults)


def _row(unit: Unit, user_id: str) -> UserRow | None:
    return unit.session.scalars(select(UserRow).where(UserRow.id == user_id)).one_or_none()


def _token(unit: Unit, which: ColumnElement[bool]) -> TokenRow | None:
    query = select(TokenRow).join(UserRow, UserRow.id == TokenRow.user_id).where(which)
    return unit.session.scalars(query).one_or_none()


def _entry(unit: Unit, row: UserRow) -> UserEntry:
    return UserEntry(
        id=row.id,
        login=row.login,
        name=unit.opened(row.sealed_name),
        role=row.role,
        branch_id=row.branch_id,
        collector_id=row.collector_id,
        has_password=row.password_hash is not None,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        rev=row.rev,
    )


def _token_entry(row: TokenRow) -> TokenEntry:
    return TokenEntry(
        id=row.id,
        user_id=row.user_id,
        name=row.name,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
