"""What people type to say who they are."""

import re
import unicodedata

from scheduler.domain.errors import Fault, InvalidInput

PATTERN = r"^[a-z0-9][a-z0-9._@-]{0,63}$"


def plain_login(typed: str) -> str:
    """A login as it is kept: without spaces around it, in small letters of one width."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def as_login(typed: str, where: str) -> str:
    """A new user's login.

    Args:
        typed: As somebody wrote it.
        where: What the fault names.

    Raises:
        InvalidInput: It has other signs than logins have.
    """
    login = plain_login(typed)
    if re.fullmatch(PATTERN, login, re.ASCII) is None:
        hint = "Use 1 to 64 of a-z, 0-9, dot, dash, underscore and @, with a letter or digit first."
        raise InvalidInput([Fault(where=where, code="bad_login", message="The login has other signs.", hint=hint)])
    return login
