"""Which language a page is in: asked for in the address, else remembered, else the operator's."""

from flask import Response, g, request

from api.current import settings
from api.setting_values import LANGUAGES

_COOKIE = "lang"
YEAR_SECONDS = 365 * 24 * 3600


def page_language() -> str:
    """`zh-CN` or `en`; any other wish is passed over."""
    if "page_language" not in g:
        wishes = (request.args.get(_COOKIE), request.cookies.get(_COOKIE), settings().language)
        g.page_language = next(wish for wish in wishes if wish in LANGUAGES)
    return str(g.page_language)


def leave_nothing_behind() -> None:
    """Set no cookie with the answer, not even for the language: the page is looked at from anybody's phone."""
    g.leaves_nothing_behind = True


def remember_language(response: Response) -> Response:
    """Keep a language that was asked for in the address."""
    wish = request.args.get(_COOKIE)
    if wish in LANGUAGES and not g.get("leaves_nothing_behind", False):
        response.set_cookie(_COOKIE, wish, max_age=YEAR_SECONDS, httponly=True, samesite="Strict")
    return response
