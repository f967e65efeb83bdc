"""Who can reach `visits serve`, and how people get in on a laptop."""

from datetime import timedelta
from typing import TYPE_CHECKING

from scheduler.domain.errors import Fault, InvalidInput

if TYPE_CHECKING:
    from api.current import Kept
    from api.settings import Settings

SIGN_IN_LIFE = timedelta(minutes=15)


def refuse_to_be_found_without_encryption(host: str, settings: "Settings") -> None:
    """Refuse an address beyond this machine unless people reach it by an encrypted name.

    Raises:
        InvalidInput: The address is none of loopback, and no public address with https is set.
    """
    from api.security import is_loopback_host

    if is_loopback_host(host) or (settings.public_url or "").startswith("https://"):
        return
    message = f"Without VISITS_PUBLIC_URL with https, {host!r} would send borrowers' data unencrypted over the network."
    raise _refusal(message, "Use 127.0.0.1, ::1 or localhost, or put a reverse proxy with https before it.")


def refuse_to_be_found_without_people(host: str, kept: "Kept") -> None:
    """Refuse an address beyond this machine while nobody could sign in there.

    Raises:
        InvalidInput: Nobody has a password, and there is no identity provider.
    """
    from api.security import is_loopback_host

    if not is_loopback_host(host) and not people_can_sign_in(kept):
        message = f"Nobody has a password, so nobody could sign in on {host!r}."
        raise _refusal(message, "Run: visits user add LOGIN --role administrator")


def people_can_sign_in(kept: "Kept") -> bool:
    """Whether somebody has a password, or there is an identity provider."""
    from api.store import users

    if kept.settings.oidc_issuer is not None:
        return True
    with kept.plans.database.reading(None, kept.clock()) as unit:
        return users.has_passwords(unit)


def sign_in_addresses(kept: "Kept", origin: str) -> dict[str, str]:
    """One address for each role that signs in once, soon, on a laptop: with SQLite, and nobody who can sign in.

    The secret stands in the fragment, which browsers send to nobody.
    """
    from api.access import Role
    from api.store import sessions
    from api.store.laptop import demo_users

    if people_can_sign_in(kept) or not kept.settings.database_url.startswith("sqlite"):
        return {}
    with kept.plans.database.writing(kept.plans.scope, kept.clock()) as unit:
        found = demo_users(unit, kept.plans.scope, tuple(Role), Role.COLLECTOR)
        return {
            role: f"{origin}/sign-in/once#{sessions.add_sign_in(unit, user_id, life=SIGN_IN_LIFE)}"
            for role, user_id in found.items()
        }


def _refusal(message: str, hint: str) -> InvalidInput:
    return InvalidInput([Fault(where="--host", code="not_loopback", message=message, hint=hint)])
