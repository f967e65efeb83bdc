"""Messages to the lender's own systems: signed, tried again, and sent nowhere but where the lender may send them."""

from urllib.parse import urlsplit

from api.security import is_loopback_host


def loopback_is_allowed(public_url: str | None) -> bool:
    """Whether this machine itself may be told: only where the service is tried out, not where people are sent to it."""
    return public_url is None or is_loopback_host(urlsplit(public_url).hostname or "")
