"""Passwords: what is kept of them, and which are too weak."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from scheduler.domain.errors import Fault, InvalidInput

SHORTEST = 12
LONGEST = 128
# 19 MiB and two passes: what OWASP asks for at least. More memory would let a few sign-ins at once fill a small server.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hashed(password: str) -> str:
    """What is kept of a password or a PIN."""
    return _HASHER.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether a password is the one that was hashed; takes as long where there is none."""
    try:
        _HASHER.verify(_hash_of_nobody() if password_hash is None else password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def refuse_weak(password: str, login: str, where: str) -> None:
    """Refuse a password that others guess.

    Args:
        password: The password.
        login: Whose it shall be.
        where: What faults name.

    Raises:
        InvalidInput: It is too short or too long, holds the login, or repeats a few signs.
    """
    faults = []
    if not SHORTEST <= len(password) <= LONGEST:
        faults.append(("bad_length", f"A password has {SHORTEST} to {LONGEST} signs."))
    elif login.casefold() in password.casefold():
        faults.append(("holds_login", "The password holds the login."))
    elif len(set(password)) < SHORTEST // 3:
        faults.append(("too_simple", "The password repeats a few signs."))
    if faults:
        hint = "Take four words that have nothing to do with one another."
        raise InvalidInput([Fault(where=where, code=code, message=message, hint=hint) for code, message in faults])


@cache
def _hash_of_nobody() -> str:
    return hashed("the password of somebody who does not exist")
