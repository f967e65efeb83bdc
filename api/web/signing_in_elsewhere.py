"""Signing in at the operator's identity provider; without one, there is nothing here."""

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for

from api import current
from api.access import open_to_everyone
from api.access.browser import sign_in
from api.access.oidc import (
    TO_RETURN,
    Journey,
    NotSignedIn,
    Provider,
    departure,
    packed_journey,
    provider_of,
    subject_of,
)
from api.store import users
from api.web.signing_in import UNAUTHORIZED, own_path
from scheduler.domain.errors import MissingResource

_COOKIE = "visits-journey"
_NOT_FOUND = 404
elsewhere = Blueprint("elsewhere", __name__)


@elsewhere.get("/sign-in/elsewhere")
@open_to_everyone("It leads to the identity provider, and shows nothing.")
def leave_for_provider() -> Response:
    """Send the browser to the identity provider."""
    provider = _provider()
    wish = own_path(request.args.get("next", "/"))
    url, journey = departure(provider, _return_url(), next_path=wish, now=current.now())
    response = make_response(redirect(url))
    sealed = current.database().cipher.seal(journey.packed()).decode()
    response.set_cookie(_COOKIE, sealed, max_age=TO_RETURN, **_cookie_options())
    return response


@elsewhere.get("/sign-in/elsewhere/return")
@open_to_everyone("Only who the identity provider vouches for gets in.")
def come_back() -> Response:
    """Take back a browser that the identity provider sends."""
    provider = _provider()
    try:
        journey = _journey()
        subject = subject_of(provider, _return_url(), journey=journey, arguments=request.args, now=current.now())
    except NotSignedIn:
        return _refused()
    with current.database().reading(None, current.now()) as unit:
        user = users.by_subject(unit, subject)
    if user is None:
        return _refused()
    response = sign_in(make_response(redirect(own_path(journey.next))), user, "oidc")
    response.delete_cookie(_COOKIE, **_cookie_options())
    return response


def _journey() -> Journey:
    try:
        return packed_journey(current.database().cipher.open(request.cookies.get(_COOKIE, "").encode()))
    except MissingResource as error:  # no cookie, or none of ours
        raise NotSignedIn from error


def _refused() -> Response:
    return make_response(render_template("sign_in.html", next="/", is_wrong=True), UNAUTHORIZED)


def _provider() -> Provider:
    found = provider_of(current.settings())
    if found is None:
        abort(_NOT_FOUND)
    return found


def _return_url() -> str:
    public = current.settings().public_url
    path = url_for("elsewhere.come_back")
    return f"{request.host_url.rstrip('/') if public is None else public}{path}"


def _cookie_options() -> dict[str, Any]:
    return {"path": "/sign-in/elsewhere", "secure": request.is_secure, "httponly": True, "samesite": "Lax"}
