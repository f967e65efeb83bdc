"""Which colours a page has: asked for in the address, else remembered, else as the device has them."""

from flask import Response, g, request

from api.web.language import YEAR_SECONDS

THEMES = ("light", "dark")
_COOKIE = "theme"


def page_theme() -> str | None:
    """`light` or `dark`; None for the device's own."""
    wishes = (request.args.get(_COOKIE), request.cookies.get(_COOKIE))
    return next((wish for wish in wishes if wish in THEMES), None)


def remember_theme(response: Response) -> Response:
    """Keep colours that were asked for in the address."""
    wish = request.args.get(_COOKIE)
    if wish in THEMES and not g.get("leaves_nothing_behind", False):
        response.set_cookie(_COOKIE, wish, max_age=YEAR_SECONDS, httponly=True, samesite="Strict")
    return response
