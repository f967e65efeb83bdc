"""What stands before every page: who may ask, and what a browser may do with the answer.

The Host header must be a loopback name or the name of the public address, so that a foreign page cannot read the
service by pointing its own name at it, and no link is made of a name that somebody else sent.
"""

import re
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, NotFound

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
_LOOPBACK_HEADER = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?", re.ASCII | re.IGNORECASE)

_PAGE_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A map is a foreign body: it runs in an origin of its own (sandbox) and can ask nobody for anything. Leaflet places its
# pictures by style attributes. Navigation links open as ordinary pages, hence the escape.
_MAP_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; img-src {pictures}; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'; "
    "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox"
)
_PERMISSIONS = "camera=(), geolocation={position}, microphone=(), payment=(), usb=()"
_IS_HTTPS = "VISITS_IS_HTTPS"
_ONLY_HTTPS = "max-age=31536000; includeSubDomains"
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class MisdirectedRequest(HTTPException):
    """The Host header names another server."""

    code = 421
    description = "This service answers to its public name, and on its own machine to 127.0.0.1, localhost or [::1]."


def is_loopback_host(host: str) -> bool:
    """Whether a service bound to `host` (a name or address without a port) is reachable from this machine alone."""
    return host.lower() in LOOPBACK_HOSTS


def protect(app: Flask, public_url: str | None) -> None:
    """Check the Host header of every request and put the security headers on every response.

    Args:
        app: The application.
        public_url: What people call it by; None for a service that answers its own machine alone.
            When it is https, browsers are told to come by nothing else.
    """
    app.config[_IS_HTTPS] = (public_url or "").startswith("https:")
    public_host = None if public_url is None else urlsplit(public_url).netloc.lower()

    @app.before_request
    def _refuse_other_hosts() -> None:
        if not request.path.isprintable():
            raise NotFound("Nothing is at this address.")  # and some databases cannot even look for it
        # The raw header: `request.host` would fall back to the server's own name when there is none.
        given = request.environ.get("HTTP_HOST", "")
        if given.lower() != public_host and _LOOPBACK_HEADER.fullmatch(given) is None:
            raise MisdirectedRequest

    app.after_request(_add_headers)


def script_nonce() -> str:
    """The word that this response's own scripts carry; another one for each request."""
    if "script_nonce" not in g:
        g.script_nonce = secrets.token_urlsafe(16)
    return str(g.script_nonce)


def allow_map(response: Response, tile_origin: str | None) -> Response:
    """Give a response that is a whole map page its own policy, and let our pages frame it.

    Args:
        response: The page.
        tile_origin: The one server that it may ask for pictures, None for none.
    """
    pictures = "data:" if tile_origin is None else f"data: {tile_origin}"
    response.headers["Content-Security-Policy"] = _MAP_POLICY.format(nonce=script_nonce(), pictures=pictures)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def allow_own_style(response: Response) -> Response:
    """Let a page carry its style in itself, marked by the nonce, so that it needs no second request."""
    policy = _PAGE_POLICY.format(nonce=script_nonce()).replace("style-src ", f"style-src 'nonce-{script_nonce()}' ")
    response.headers["Content-Security-Policy"] = policy
    return response


def allow_position(response: Response) -> Response:
    """Let a page ask the browser where it is; it may only after its user agrees."""
    response.headers["Permissions-Policy"] = _PERMISSIONS.format(position="(self)")
    return response


def _add_headers(response: Response) -> Response:
    for name, value in _ALWAYS.items():
        response.headers[name] = value
    response.headers.setdefault("Content-Security-Policy", _PAGE_POLICY.format(nonce=script_nonce()))
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Permissions-Policy", _PERMISSIONS.format(position="()"))
    if request.is_secure or current_app.config.get(_IS_HTTPS, False):
        response.headers["Strict-Transport-Security"] = _ONLY_HTTPS
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
