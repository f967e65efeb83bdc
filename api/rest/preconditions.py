"""Changes name the revision that they change: ETag and If-Match."""

import re
from collections.abc import Mapping

from flask import Response, request
from werkzeug.exceptions import PreconditionFailed, PreconditionRequired

from api.errors import problem_response
from api.store import Unit, audit

_ETAG = re.compile(r'"\d{1,9}"', re.ASCII)


def etag_of(rev: int) -> str:
    """The header's value for a revision."""
    return f'"{rev}"'


def with_etag(response: Response, rev: int) -> Response:
    """Say which revision an answer shows."""
    response.headers["ETag"] = etag_of(rev)
    return response


def is_matched(rev: int) -> bool:
    """Whether the request names this revision as the one that it changes."""
    return request.headers.get("If-Match", "").strip() == etag_of(rev)


def require_match(rev: int, current: Mapping[str, object] | None = None) -> None:
    """Let a change through that names the present revision.

    Args:
        rev: The present revision.
        current: What stands now, for who wanted to change something older.

    Raises:
        PreconditionRequired: The request names no revision.
        PreconditionFailed: It names another one.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise PreconditionRequired("Send If-Match with the ETag of what you want to change.")
    if is_matched(rev):
        return
    detail = "Somebody else has changed it meanwhile." if _ETAG.fullmatch(header) else "If-Match names no revision."
    response = problem_response(412, detail=detail, code="stale", current=None if current is None else dict(current))
    raise PreconditionFailed(response=with_etag(response, rev))


def what_was_last_done(unit: Unit, subject: str) -> dict[str, object] | None:
    """Who last changed a subject such as `plan:ID`, when and how, for who wanted to change something older."""
    change = audit.last_change(unit.session, subject)
    return None if change is None else {"at": change.at.isoformat(), "by": change.actor, "action": change.action}
