"""Lenders, their branches, and who may sign in."""

import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.store.tables.parent import ID_LENGTH, Json, OfSomeBranch, OfTenant, Table, Versioned, a_code, an_id

SHA256_LENGTH = 64


class TenantRow(Table):
    """A lender.

    Attributes:
        id: Random.
        name: As it is called.
        time_zone: Of its days.
        rule_packs: Names of the packs that its plans are judged by.
        keep_days: Kind of data -> days that it is kept, where that differs from `api.store.keeping`.
    """

    __tablename__ = "tenants"

    id: Mapped[str] = an_id()
    name: Mapped[str] = mapped_column(String(200))
    time_zone: Mapped[str] = a_code()
    rule_packs: Mapped[Json]
    keep_days: Mapped[Json] = mapped_column(default=dict)


class BranchRow(OfTenant, Table):
    """A branch; its people see its own cases.

    Attributes:
        id: Random.
        code: In tables and documents.
        name: As it is called.
        road_network: The roads that its crews drive on; None for straight lines.
        weighs_found_rates: Whether its plans weigh how often visits met somebody; None as the installation says.
        found_rates_chosen_at: When that was chosen; None while it never was.
    """

    __tablename__ = "branches"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    id: Mapped[str] = an_id()
    code: Mapped[str] = a_code()
    name: Mapped[str] = mapped_column(String(200))
    road_network: Mapped[str | None] = mapped_column(String(64))
    weighs_found_rates: Mapped[bool | None]
    found_rates_chosen_at: Mapped[datetime.datetime | None]


class UserRow(OfSomeBranch, Versioned, Table):
    """Somebody who may sign in, or a program with a token; a user of no branch sees all of the lender's.

    Attributes:
        id: Random.
        login: What is typed to sign in; unique in the installation, so that nobody has to name a lender.
        role: One of `api.access.roles.Role`.
        password_hash: Argon2; None for who signs in elsewhere or only by token.
        pin_hash: Argon2 of a collector's PIN; None without one.
        collector_id: Which collector this is; None for who visits nobody.
        sealed_name: Encrypted.
        subject: Who the identity provider says that this is; None without one.
        created_at: When.
        disabled_at: From when on nothing of this user is let in; None while let in.
    """

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("login"), UniqueConstraint("subject"))

    id: Mapped[str] = an_id()
    login: Mapped[str] = a_code()
    role: Mapped[str] = a_code()
    password_hash: Mapped[str | None] = mapped_column(String(200))
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    collector_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("collectors.id"))
    sealed_name: Mapped[bytes] = mapped_column(LargeBinary)
    subject: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime.datetime]
    disabled_at: Mapped[datetime.datetime | None]


class SessionRow(OfTenant, Table):
    """A browser that is signed in; its cookie holds the secret, of which only the hash stands here.

    Attributes:
        id: Random.
        user_id: Whose.
        secret_sha256: Of the cookie's secret.
        created_at: When the user signed in.
        seen_at: When the browser last asked.
        expires_at: From then on it is over, whatever happens.
        revoked_at: When it was ended before; None while it was not.
        epoch: Of the installation when it began; a restored database makes it void.
    """

    __tablename__ = "sessions"

    id: Mapped[str] = an_id()
    user_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("users.id"), index=True)
    secret_sha256: Mapped[str] = mapped_column(String(SHA256_LENGTH), unique=True)
    created_at: Mapped[datetime.datetime]
    seen_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime]
    revoked_at: Mapped[datetime.datetime | None]
    epoch: Mapped[int]


class SignInRow(OfTenant, Table):
    """An address that signs one user in once; only the hash of its secret stands here.

    Attributes:
        id: Random.
        user_id: Whom.
        secret_sha256: Of the secret in the address's fragment.
        created_at: When it was made.
        expires_at: From then on it opens nothing.
        used_at: When it was used or ended; None before.
        epoch: As of a session.
    """

    __tablename__ = "sign_ins"

    id: Mapped[str] = an_id()
    user_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("users.id"), index=True)
    secret_sha256: Mapped[str] = mapped_column(String(SHA256_LENGTH), unique=True)
    created_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime]
    used_at: Mapped[datetime.datetime | None]
    epoch: Mapped[int]


class TokenRow(OfTenant, Table):
    """A program's key; the program shows the secret, of which only the hash stands here.

    Attributes:
        id: Random.
        user_id: As whom the program acts.
        name: What it is for.
        secret_sha256: Of the secret.
        created_at: When.
        expires_at: From then on it opens nothing.
        revoked_at: When it was ended before; None while it was not.
        epoch: As of a session.
    """

    __tablename__ = "tokens"

    id: Mapped[str] = an_id()
    user_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    secret_sha256: Mapped[str] = mapped_column(String(SHA256_LENGTH), unique=True)
    created_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime]
    revoked_at: Mapped[datetime.datetime | None]
    epoch: Mapped[int]
