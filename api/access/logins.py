"""What people type to say who they are."""

import re
import unicodedata

from scheduler.domain.errors import Fault, InvalidInput

TYPED_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$"
_KEPT = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}", re.ASCII)


def plain_login(typed: str) -> str:
    """A login as it is kept, in small letters of one width and without spaces around it; empty for what is none."""
    login = unicodedata.normalize("NFKC", typed).strip().casefold()
    return login if _KEPT.fullmatch(login) else ""


def as_login(typed: str, where: str) -> str:
    """A new user's login.

    Args:
        typed: As somebody wrote it.
        where: What the fault names.

    Raises:
        InvalidInput: It has other signs than logins have.
    """
    login = plain_login(typed)
    if not login:
        hint = "Use 1 to 64 of a-z, 0-9, dot, dash, underscore and @, with a letter or digit first."
        raise InvalidInput([Fault(where=where, code="bad_login", message="The login has other signs.", hint=hint)])
    return login
