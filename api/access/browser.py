"""Browsers sign in with a session cookie; what changes something needs the session's own word too.

The cookie is `__Host-visits` and Secure where the request came encrypted, so that nothing else on the host or its
neighbours can set it. A request with an Authorization header is a program's: its cookie is passed over.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Response, g, request
from werkzeug.exceptions import Forbidden

from api import current
from api.access.actor import Actor
from api.access.bearer import actor_of, by_token
from api.access.roles import Role
from api.store import sessions
from api.store.users import KnownUser

CSRF_FIELD = "csrf_token"
CSRF_HEADER = "X-CSRF-Token"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# A phone asks often; that it did is worth a write only now and then.
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The session of a request: its id, until when it lasts at most, and the word that its forms carry."""

    id: str
    expires_at: datetime
    csrf_token: str


def who_asks() -> Actor | None:
    """The one who sends a request: a program by its token, else a person by the session cookie."""
    return by_token() if "Authorization" in request.headers else by_session()


def by_session() -> Actor | None:
    """Whose session the cookie names, None without one.

    Raises:
        Forbidden: The request would change something and does not come from one of our own pages.
    """
    secret = request.cookies.get(_cookie_name())
    if not secret:
        return None
    with current.database().reading(None, current.now()) as unit:
        found = sessions.by_secret(unit, secret)
    if found is None:
        return None
    asking = actor_of(found.user)
    if asking.role is Role.COLLECTOR and not _keep_awake(found, asking):
        return None
    word = _csrf_token_of(secret)
    if request.method not in _SAFE_METHODS:
        require_own_page()
        given = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
        if not hmac.compare_digest(given.encode(), word.encode()):
            raise Forbidden("The request does not carry its session's token.")
    g.signed_in = SignedIn(id=found.id, expires_at=found.expires_at, csrf_token=word)
    return asking


def signed_in() -> SignedIn | None:
    """The session of this request, None for programs and strangers."""
    found: SignedIn | None = g.get("signed_in")
    return found


def sign_in(response: Response, user: KnownUser, way: str) -> Response:
    """Begin a session with a new secret, and end the one that this browser had.

    Args:
        response: What takes the cookie along.
        user: Whose session.
        way: See `sessions.start`.
    """
    life = timedelta(hours=current.settings().session_hours)
    old = request.cookies.get(_cookie_name())
    with current.database().writing(actor_of(user).scope, current.now()) as unit:
        before = sessions.by_secret(unit, old) if old else None
        if before is not None:
            sessions.end(unit, before.id)
        secret = sessions.start(unit, user.id, life=life, way=way)
    response.set_cookie(
        _cookie_name(), secret, max_age=life, secure=request.is_secure, httponly=True, samesite="Lax", path="/"
    )
    return response


def sign_out(response: Response, asking: Actor) -> Response:
    """End the session of this request."""
    session = signed_in()
    if session is not None:
        with current.database().writing(asking.scope, current.now()) as unit:
            sessions.end(unit, session.id)
    response.delete_cookie(_cookie_name(), secure=request.is_secure, httponly=True, samesite="Lax", path="/")
    return response


def require_own_page() -> None:
    """Refuse what a page of another origin sends.

    Our pages send no referrer, so browsers call the origin of their forms `null`; what they say in Sec-Fetch-Site
    is then asked instead, which no page can set.

    Raises:
        Forbidden: The request comes from elsewhere, or does not say from where.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "null")
    is_named = origin != "null"
    is_own = origin in _own_origins() if is_named else site == "same-origin"
    if not is_own or site not in (None, "same-origin"):
        raise Forbidden("The request does not come from a page of this service.")


def _own_origins() -> set[str]:
    origins = {f"{request.scheme}://{request.host}"}
    public = current.settings().public_url
    if public is not None:
        parts = urlsplit(public)
        origins.add(f"{parts.scheme}://{parts.netloc}")
    return origins


def _keep_awake(found: sessions.OpenSession, asking: Actor) -> bool:
    """Whether the browser asked lately, which is then kept; phones are lost."""
    now = current.now()
    if now - found.seen_at >= timedelta(minutes=current.settings().session_idle_minutes):
        return False
    if now - found.seen_at >= _SEEN_EVERY:
        with current.database().writing(asking.scope, now) as unit:
            sessions.see(unit, found.id)
    return True


def _cookie_name() -> str:
    return "__Host-visits" if request.is_secure else "visits"


def _csrf_token_of(secret: str) -> str:
    return hmac.new(secret.encode(), b"visits/csrf/1", sha256).hexdigest()
