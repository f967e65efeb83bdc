"""How often one client may try: for pages and operations that are open to everyone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request

from api import current
from api.access.tries import refuse_to_go_on

LOOK_UPS = "20 per minute"
GUESSES = "5 per 10 minutes"
MESSAGES = "10 per hour"
_LIMITS = "visits_limits"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limit:
    rate: str
    scope: str | None
    key: Callable[[], str]


def _client() -> str:
    return request.remote_addr or ""


def limited[F: Callable[..., Any]](
    rate: str, *, scope: str | None = None, key: Callable[[], str] = _client
) -> Callable[[F], F]:
    """Let a view be called so often; stands below `open_to_everyone`. A view may have several limits.

    Args:
        rate: See `Counts`.
        scope: Views with the same one are counted together; None counts this view alone.
        key: What is counted for; the client's address unless given.
    """

    def mark(view: F) -> F:
        setattr(view, _LIMITS, (*getattr(view, _LIMITS, ()), _Limit(rate=rate, scope=scope, key=key)))
        return view

    return mark


def keep_limits(app: Flask) -> None:
    """Refuse calls of a view beyond its limits, before it sees them; stands after `be_strict`."""
    app.before_request(_refuse_too_many)


def _refuse_too_many() -> None:
    if request.endpoint is None:
        return
    for limit in getattr(current_app.view_functions[request.endpoint], _LIMITS, ()):
        key = f"{limit.scope or request.endpoint} {limit.key()}"
        refuse_to_go_on(current.counts().count(limit.rate, key))
