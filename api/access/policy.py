"""Every view says who may call it; an application with a view that does not say so does not start."""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.exceptions import Forbidden, Unauthorized

from api.access.actor import Actor
from api.access.roles import Role
from api.audience import is_for_programs
from scheduler.domain.errors import InternalFault

_POLICY = "visits_policy"
type View = Callable[..., Any]
type Authenticator = Callable[[], Actor | None]


def allow[F: View](*roles: Role) -> Callable[[F], F]:
    """Let users of these roles call a view, and nobody else. Stands below the route's decorator."""

    def mark(view: F) -> F:
        setattr(view, _POLICY, frozenset(roles))
        return view

    return mark


def open_to_everyone[F: View](reason: str) -> Callable[[F], F]:
    """Let everyone call a view, signed in or not.

    Args:
        reason: Why that shows nobody anything; it is read by whoever reviews the list of open views.
    """

    def mark(view: F) -> F:
        setattr(view, _POLICY, reason)
        return view

    return mark


def policy_of(view: View) -> frozenset[Role] | str | None:
    """The roles that may call a view, or why everyone may; None where it does not say."""
    policy: frozenset[Role] | str | None = getattr(view, _POLICY, None)
    return policy


def check_policies(app: Flask) -> None:
    """Refuse an application of which a view has no policy.

    Raises:
        InternalFault: Naming the views.
    """
    silent = sorted(
        endpoint for endpoint, view in app.view_functions.items() if endpoint != "static" and policy_of(view) is None
    )
    if silent:
        raise InternalFault(f"these views do not say who may call them: {', '.join(silent)}")


def enforce(app: Flask, authenticate: Authenticator) -> None:
    """Ask each request's policy before its view.

    Args:
        app: The application.
        authenticate: Says who asks, None for nobody whom we know; called at most once a request.
    """

    @app.before_request
    def _refuse_who_may_not() -> None:
        if request.endpoint is None or request.endpoint == "static":
            return
        policy = policy_of(current_app.view_functions[request.endpoint])
        if isinstance(policy, str):
            return
        g.actor = authenticate()
        if g.actor is None:
            raise _unauthorized()
        if policy is None or g.actor.role not in policy:
            raise Forbidden("Your role may not do this.")


def _unauthorized() -> Unauthorized:
    """A page leads to the page for signing in, everything else says what is missing."""
    if request.method == "GET" and not is_for_programs():
        return Unauthorized(response=redirect(url_for("signing_in.show", next=request.path)))
    return Unauthorized("Sign in, or send a token: Authorization: Bearer TOKEN.")


def actor() -> Actor:
    """Who asks; only in views that are not open to everyone."""
    found: Actor = g.actor
    return found
