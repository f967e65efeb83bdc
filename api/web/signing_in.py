"""The pages for signing in and out."""

import re

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from api import current
from api.access import Role, allow, open_to_everyone
from api.access.browser import require_own_page, sign_in, sign_out
from api.access.logins import plain_login
from api.access.passwords import LONGEST, is_right
from api.access.policy import actor
from api.store import sessions, users
from api.store.users import KnownUser

UNAUTHORIZED = 401
_SEE_OTHER = 303
# A path of this service: `//host` and `/\host` would lead elsewhere.
_OWN_PATH = re.compile(r"/(?!/)[!-\[\]-~]*", re.ASCII)
_LONGEST_LOGIN = 64
_NOTHING_SHOWN = "It asks who somebody is, and tells nobody whether a login exists."
signing_in = Blueprint("signing_in", __name__)


@signing_in.get("/sign-in")
@open_to_everyone(_NOTHING_SHOWN)
def show() -> str:
    """The form for login and password."""
    return _form(is_wrong=False)


@signing_in.post("/sign-in")
@open_to_everyone(_NOTHING_SHOWN)
def enter() -> Response:
    """Sign in with a password; who is unknown, wrong or disabled gets one answer after the same work."""
    require_own_page()
    login = plain_login(request.form.get("login", "")[:_LONGEST_LOGIN])
    password = request.form.get("password", "")
    client = request.remote_addr or ""
    with current.database().reading(None, current.now()) as unit:
        target = unit.index(login)
        current.tries().refuse_after_too_many(client, target)
        found = users.credentials(unit, login)
    # Checked outside of the unit: it takes long, and a connection would wait for it.
    is_known = is_right(found.password_hash, password[: LONGEST + 1])
    if found.user is None or not is_known:
        current.tries().was_wrong(client, target)
        return make_response(_form(is_wrong=True), UNAUTHORIZED)
    return _let_in(found.user, "password")


@signing_in.get("/sign-in/once")
@open_to_everyone("It shows a button; the secret stands in the fragment, which no server sees.")
def show_once() -> str:
    """The page of an address that signs in once; its script moves the secret from the fragment into the form."""
    return render_template("sign_in_once.html", is_wrong=False)


@signing_in.post("/sign-in/once")
@open_to_everyone("Only who has the secret of an address gets in, once.")
def enter_once() -> Response:
    """Sign in with the secret of an address."""
    require_own_page()
    client = request.remote_addr or ""
    current.tries().refuse_after_too_many(client, "once")
    with current.database().writing(None, current.now()) as unit:
        user = sessions.use_sign_in(unit, request.form.get("secret", ""))
    if user is None:
        current.tries().was_wrong(client, "once")
        return make_response(render_template("sign_in_once.html", is_wrong=True), UNAUTHORIZED)
    return _let_in(user, "once")


@signing_in.post("/sign-out")
@allow(*Role)
def leave() -> Response:
    """Sign out."""
    response = make_response(redirect(url_for("signing_in.show"), _SEE_OTHER))
    return sign_out(response, actor())


def own_path(wish: str) -> str:
    """Where to go after signing in: a path of this service, else the first page."""
    return wish if _OWN_PATH.fullmatch(wish) else "/"


def _let_in(user: KnownUser, way: str) -> Response:
    return sign_in(make_response(redirect(own_path(request.form.get("next", "/")), _SEE_OTHER)), user, way)


def _form(*, is_wrong: bool) -> str:
    return render_template("sign_in.html", next=own_path(request.values.get("next", "/")), is_wrong=is_wrong)
