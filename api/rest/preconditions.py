"""Changes name the revision that they change: ETag and If-Match."""

import re
from collections.abc import Callable, Mapping

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


def require_match(rev: int, current: Callable[[], Mapping[str, object] | None] | None = None) -> None:
    """Let a change through that names the present revision.

    Args:
        rev: The present revision.
        current: Says what stands now, for who wanted to change something older.

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
    told = None if current is None else current()
    response = problem_response(412, detail=detail, code="stale", current=None if told is None else dict(told))
    raise PreconditionFailed(response=with_etag(response, rev))


def require_last(unit: Unit, rev: int, subject: str) -> None:
    """The same for a subject of the audit trail, such as `plan:ID`; others are told who changed it last, and how."""
    require_match(rev, lambda: _what_was_last_done(unit, subject))


def _what_was_last_done(unit: Unit, subject: str) -> dict[str, object] | None:
    change = audit.last_change(unit.session, subject)
    return None if change is None else {"at": change.at.isoformat(), "by": change.actor, "action": change.action}
