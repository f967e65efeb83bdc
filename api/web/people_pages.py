"""Users: adding, changing and disabling them, and the keys of programs that act for them."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, abort, make_response, render_template, request

from api import current
from api.access import Role, allow
from api.access.passwords import LONGEST, SHORTEST, hashed
from api.access.policy import actor
from api.desk import people
from api.desk.people import UserChanges
from api.store import Unit, branches, users
from api.store.places_of_users import collector_id_of
from api.store.users import TokenEntry, UserEntry
from api.web.forms import FaultLine, done, fault_lines
from api.web.language import page_language
from api.web.moments import moment_in_words
from scheduler.domain.errors import Fault, InvalidInput, NotNow

NOT_FOUND, _CONFLICT, _UNPROCESSABLE = 404, 409, 422
_MOST = 500
_LONGEST_NAME, _LONGEST_DAYS = 200, 366
_SHORTEST_PIN, _LONGEST_PIN = 6, 12
_ALL = "all"
people_pages = Blueprint("people_pages", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenView:
    """A key without its secret, in words; `is_valid` while it opens something."""

    entry: TokenEntry
    expires: str
    is_valid: bool


@people_pages.get("/people")
@allow(Role.ADMINISTRATOR)
def list_people() -> str:
    """All users that the reader may see."""
    return _list(())


@people_pages.post("/people")
@allow(Role.ADMINISTRATOR)
def add() -> Response:
    """Add a user."""
    form = request.form
    password = form.get("password") or None
    try:
        role = _role(form.get("role", ""))
        login, password_hash = people.checked_login(form.get("login", ""), password)
        with current.writing() as unit:
            code = form.get("collector", "").strip()
            user_id = users.add(
                unit,
                login=login,
                role=role,
                name=_name(form.get("name", "")),
                branch_id=_branch(form.get("branch", "")),
                collector_id=collector_id_of(unit, code) if code else None,
                password_hash=password_hash,
            )
    except InvalidInput as refused:
        return make_response(_list(fault_lines(refused.faults, page_language())), _UNPROCESSABLE)
    return done("people_pages.show", "user_added", user_id=user_id)


@people_pages.get("/people/<user_id>")
@allow(Role.ADMINISTRATOR)
def show(user_id: str) -> str:
    """One user."""
    return _one(user_id, ())


@people_pages.post("/people/<user_id>")
@allow(Role.ADMINISTRATOR)
def change(user_id: str) -> Response:
    """Change role, name and branch."""
    form = request.form
    known = _known(user_id)
    try:
        role, name = _role(form.get("role", "")), _name(form.get("name", ""))
        changes = UserChanges(role=None if role == known.role else role, name=None if name == known.name else name)
        people.refuse_own(actor(), user_id, changes)
        with current.writing() as unit:
            people.change(unit, user_id, changes)
            if actor().branch_id is None and "branch" in form:
                users.move(unit, user_id, _branch(form["branch"]))
    except InvalidInput as refused:
        return make_response(_one(user_id, fault_lines(refused.faults, page_language())), _UNPROCESSABLE)
    except NotNow:
        return make_response(_one(user_id, (), "people_own"), _CONFLICT)
    return done("people_pages.show", "user_changed", user_id=user_id)


@people_pages.post("/people/<user_id>/secrets")
@allow(Role.ADMINISTRATOR)
def reset(user_id: str) -> Response:
    """Give a new password or a new PIN."""
    known = _known(user_id)
    password, pin = request.form.get("password", ""), request.form.get("pin", "")
    try:
        changes = UserChanges(
            password_hash=people.checked_password(password, known.login) if password else None,
            pin_hash=_pin_hash(pin) if pin else None,
        )
        if changes == UserChanges():
            raise InvalidInput([_fault("/password", "Nothing was given.", "没有填写。")])
    except InvalidInput as refused:
        return make_response(_one(user_id, fault_lines(refused.faults, page_language())), _UNPROCESSABLE)
    with current.writing() as unit:
        people.change(unit, user_id, changes)
    return done("people_pages.show", "user_reset", user_id=user_id)


@people_pages.post("/people/<user_id>/state")
@allow(Role.ADMINISTRATOR)
def switch(user_id: str) -> Response:
    """Let somebody in no more, or again."""
    _known(user_id)
    changes = UserChanges(is_disabled=request.form.get("disable") == "yes")
    try:
        people.refuse_own(actor(), user_id, changes)
    except NotNow:
        return make_response(_one(user_id, (), "people_own"), _CONFLICT)
    with current.writing() as unit:
        people.change(unit, user_id, changes)
    if changes.is_disabled:
        return done("people_pages.show", "user_disabled", user_id=user_id)
    return done("people_pages.show", "user_enabled", user_id=user_id)


@people_pages.post("/people/<user_id>/tokens")
@allow(Role.ADMINISTRATOR)
def add_token(user_id: str) -> Response:
    """Make a key for a program; its secret is shown on this answer alone."""
    known = _known(user_id)
    name, days = request.form.get("token_name", "").strip(), request.form.get("days", "")
    if not name or len(name) > 100 or not name.isprintable():
        fault = _fault("/token_name", "A name has 1 to 100 signs.", "名称为 1 至 100 个字符。")
        return make_response(_one(user_id, fault_lines([fault], page_language())), _UNPROCESSABLE)
    if not days.isdecimal() or not 1 <= int(days) <= _LONGEST_DAYS:
        fault = _fault("/days", f"A key opens for 1 to {_LONGEST_DAYS} days.", f"有效期为 1 至 {_LONGEST_DAYS} 天。")
        return make_response(_one(user_id, fault_lines([fault], page_language())), _UNPROCESSABLE)
    with current.writing() as unit:
        secret = users.add_token(unit, user_id, name=name, life=timedelta(days=int(days)))
    return make_response(render_template("token.html", user=known, name=name, secret=secret))


@people_pages.post("/people/<user_id>/tokens/<token_id>/end")
@allow(Role.ADMINISTRATOR)
def end_token(user_id: str, token_id: str) -> Response:
    """End a key at once."""
    with current.writing() as unit:
        if token_id not in {one.id for one in users.tokens_of(unit, user_id)}:
            abort(NOT_FOUND)
        users.revoke_token(unit, token_id)
    return done("people_pages.show", "token_ended", user_id=user_id)


def _list(faults: tuple[FaultLine, ...]) -> str:
    with current.database().reading(actor().scope, current.now()) as unit:
        found = users.listed(unit, limit=_MOST)
        known = branches.listed(unit)
    ordered = sorted(found, key=lambda one: (one.disabled_at is not None, one.login))
    return render_template(
        "people.html",
        people=ordered,
        branches=known,
        branch_words=_branch_words(known),
        faults=faults,
        typed=request.form,
        roles=tuple(Role),
        sees_all=actor().branch_id is None,
        shortest=SHORTEST,
        longest=LONGEST,
    )


def _one(user_id: str, faults: tuple[FaultLine, ...], trouble: str | None = None) -> str:
    with current.database().reading(actor().scope, current.now()) as unit:
        found = _there(unit, user_id)
        known = branches.listed(unit)
        tokens = users.tokens_of(unit, user_id)
    now = current.now()
    return render_template(
        "person.html",
        user=found,
        added=moment_in_words(found.created_at),
        disabled="" if found.disabled_at is None else moment_in_words(found.disabled_at),
        branches=known,
        branch_words=_branch_words(known),
        faults=faults,
        trouble=trouble,
        roles=tuple(Role),
        sees_all=actor().branch_id is None,
        is_own=user_id == actor().user_id,
        tokens=[
            TokenView(
                entry=one,
                expires=moment_in_words(one.expires_at),
                is_valid=one.revoked_at is None and one.expires_at > now,
            )
            for one in tokens
        ],
        shortest=SHORTEST,
        longest=LONGEST,
    )


def _known(user_id: str) -> UserEntry:
    with current.database().reading(actor().scope, current.now()) as unit:
        return _there(unit, user_id)


def _there(unit: Unit, user_id: str) -> UserEntry:
    found = users.get(unit, user_id)
    if found is None:
        abort(NOT_FOUND)
    return found


def _branch_words(known: tuple[branches.Branch, ...]) -> dict[str, str]:
    return {one.id: one.name or one.code for one in known}


def _role(text: str) -> Role:
    if text not in set(Role):
        raise InvalidInput([_fault("/role", "There is no such role.", "没有这个角色。")])
    return Role(text)


def _name(text: str) -> str:
    name = text.strip()
    if len(name) > _LONGEST_NAME:
        message_zh = f"姓名最多 {_LONGEST_NAME} 个字符。"
        raise InvalidInput([_fault("/name", f"A name has at most {_LONGEST_NAME} signs.", message_zh)])
    return name


def _branch(text: str) -> str | None:
    """The branch that a form names; the scope's own one where the one who asks sees only that."""
    return actor().branch_id if text in ("", _ALL) else text


def _pin_hash(pin: str) -> str:
    if not (pin.isascii() and pin.isdecimal() and _SHORTEST_PIN <= len(pin) <= _LONGEST_PIN):
        message = f"A PIN has {_SHORTEST_PIN} to {_LONGEST_PIN} digits."
        raise InvalidInput([_fault("/pin", message, f"PIN 为 {_SHORTEST_PIN} 至 {_LONGEST_PIN} 位数字。")])
    return hashed(pin)


def _fault(where: str, message: str, message_zh: str) -> Fault:
    return Fault(where=where, code="bad_value", message=message, message_zh=message_zh)
