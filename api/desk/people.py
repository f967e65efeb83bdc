"""Users: adding and changing them, by pages and by the interface for programs alike."""

from dataclasses import dataclass

from api.access import Role
from api.access.actor import Actor
from api.access.logins import as_login
from api.access.passwords import hashed, refuse_weak
from api.store import Unit, dismissal, users
from scheduler.domain.errors import NotNow


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChanges:
    """What shall be different; None stays.

    Attributes:
        role: Ends the user's sessions.
        name: The person's name.
        password_hash: Ends the user's sessions.
        pin_hash: A collector's, for another phone.
        is_disabled: True ends sessions, tokens and links at once.
    """

    role: Role | None = None
    name: str | None = None
    password_hash: str | None = None
    pin_hash: str | None = None
    is_disabled: bool | None = None


def checked_login(typed: str, password: str | None) -> tuple[str, str | None]:
    """A new user's login, and what is kept of the password; hashing takes long, so outside of a unit of work.

    Raises:
        InvalidInput: The login has other signs than logins have, or the password is weak.
    """
    login = as_login(typed, "/login")
    return login, None if password is None else checked_password(password, login)


def checked_password(password: str, login: str) -> str:
    """What is kept of a user's new password.

    Raises:
        InvalidInput: It is weak.
    """
    refuse_weak(password, login, "/password")
    return hashed(password)


def refuse_own(asking: Actor, user_id: str, changes: UserChanges) -> None:
    """Refuse what another administrator must do for who asks: disabling, and taking the own role away.

    Raises:
        NotNow: It is the own user.
    """
    if user_id == asking.user_id and (changes.is_disabled or changes.role not in (None, asking.role)):
        raise NotNow("own_user", "Another administrator must do this to you.")


def change(unit: Unit, user_id: str, changes: UserChanges) -> None:
    """Change a user of the scope, and end what the change makes void."""
    given = (changes.role, changes.name, changes.password_hash, changes.pin_hash)
    if any(value is not None for value in given):
        users.change(
            unit,
            user_id,
            role=changes.role,
            name=changes.name,
            password_hash=changes.password_hash,
            pin_hash=changes.pin_hash,
        )
    if changes.role is not None or changes.password_hash is not None:
        dismissal.end_sessions(unit, user_id)
    if changes.is_disabled is not None:
        (dismissal.disable if changes.is_disabled else dismissal.enable)(unit, user_id)
