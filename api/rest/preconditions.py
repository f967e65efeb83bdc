"""Changing only what the caller has seen: `ETag` tells the revision, `If-Match` must name it."""

from flask import request
from werkzeug.exceptions import PreconditionFailed, PreconditionRequired

from api.store.audit import Change


def etag_of(rev: int) -> str:
    """The entity tag of a revision, without its quotes."""
    return f"r{rev}"


def require_match(rev: int, change: Change | None = None) -> None:
    """Refuse a request that was made for another revision.

    Args:
        rev: The revision that is stored.
        change: What was last done to it, for who has to look again.

    Raises:
        PreconditionRequired: The request names none (428).
        PreconditionFailed: It names another one (412).
    """
    if "If-Match" not in request.headers:
        raise PreconditionRequired("Send If-Match with the ETag that you have seen.")
    if not request.if_match.contains(etag_of(rev)):
        told = "" if change is None else f" Last: {change.action} by {change.actor} at {change.at.isoformat()}."
        raise PreconditionFailed(f"This was changed since you saw it; it is now at {etag_of(rev)}.{told}")
