"""The audit trail: searched, checked and taken along; what is looked for may name a person and is in no address."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from flask import Blueprint, Response, make_response, render_template, request

from api import current
from api.access import Role, allow
from api.access.logins import plain_login
from api.access.policy import actor
from api.desk.days import named_day
from api.importing.records import ZONE
from api.rest.given_files import AUDIT_EXPORTED, EXPORTS, give
from api.rest.given_files import download as download_of
from api.store import Unit, anchors, audit, users
from api.store.audit_search import AuditEntry, AuditSearch, found_rows
from api.store.scope import LINK, SYSTEM
from api.web.audit_view import audit_lines
from api.web.audit_words import FAMILIES, break_in_words, family_in_words
from api.web.language import page_language
from maps.formulas import inert

_UNPROCESSABLE = 422
_ROWS = 50
_MOST_ROWS = 50_000
_LONGEST = 100
_NOBODY = "nobody"
_COLUMNS = ("sequence", "at", "actor", "action", "subject", "facts", "sha256")
audit_pages = Blueprint("audit_pages", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a form asks for, as it was typed."""

    who: str = ""
    what: str = ""
    subject: str = ""
    first: str = ""
    last: str = ""


class BadDays(Exception):
    """The days of a search are no days, or the last one lies before the first."""


@audit_pages.get("/audit")
@allow(Role.COMPLIANCE)
def show() -> str:
    """The last rows."""
    return _page(Asked())


@audit_pages.post("/audit")
@allow(Role.COMPLIANCE)
def search() -> Response:
    """The rows that a form asks for, a page of them."""
    asked = _asked()
    before = request.form.get("before", "")
    try:
        return make_response(_page(asked, int(before) if before.isdecimal() else None))
    except BadDays:
        return make_response(_page(asked, trouble="audit_bad_days"), _UNPROCESSABLE)


@audit_pages.post("/audit/check")
@allow(Role.COMPLIANCE)
def check() -> str:
    """Whether nobody changed, removed or cut off a row."""
    settings = current.settings()
    with current.database().reading(None, current.now()) as unit:
        broken = anchors.broken_trail(unit, settings.data_dir)
        sequence, sha256 = audit.chain_end(unit.session)
    language = page_language()
    return _page(
        Asked(),
        checked={
            "is_whole": broken is None,
            "rows": sequence,
            "sha256": sha256,
            "row": None if broken is None else broken.sequence,
            "what": "" if broken is None else break_in_words(broken, language),
        },
    )


@audit_pages.post("/audit/rows.csv")
@allow(Role.COMPLIANCE)
def download() -> Response:
    """The rows that a form asks for as a table, the oldest first."""
    try:
        with current.writing() as unit:
            rows = found_rows(unit, _search(unit, _asked()), limit=_MOST_ROWS, oldest_first=True)
            content = _table(rows)
            give(unit, EXPORTS, AUDIT_EXPORTED, "audit", rows=len(rows), sha256=sha256(content).hexdigest())
    except BadDays:
        return make_response(_page(_asked(), trouble="audit_bad_days"), _UNPROCESSABLE)
    return download_of(content, "text/csv; charset=utf-8", f"audit-{current.now():%Y%m%d}.csv")


def _table(rows: Sequence[AuditEntry]) -> bytes:
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(_COLUMNS)
    for row in rows:
        facts = json.dumps(row.facts, ensure_ascii=False, sort_keys=True)
        texts = (row.actor, row.action, row.subject, facts, row.sha256)
        writer.writerow([row.sequence, row.at.astimezone(ZONE).isoformat(), *map(inert, texts)])
    return ("\ufeff" + sheet.getvalue()).encode()


def _page(
    asked: Asked, before: int | None = None, *, trouble: str | None = None, checked: dict[str, object] | None = None
) -> str:
    language = page_language()
    with current.database().reading(actor().scope, current.now()) as unit:
        wanted = AuditSearch() if trouble else _search(unit, asked)
        rows = found_rows(unit, wanted, limit=_ROWS + 1, before=before)
        lines = audit_lines(unit, rows[:_ROWS], language)
    return render_template(
        "audit.html",
        asked=asked,
        lines=lines,
        next_before=rows[_ROWS - 1].sequence if len(rows) > _ROWS else None,
        families=[(f"{name}.", family_in_words(name, language)) for name in FAMILIES],
        trouble=trouble,
        checked=checked,
        of_branch=actor().branch_id is not None,
    )


def _asked() -> Asked:
    given = {name: request.form.get(name, "").strip()[:_LONGEST] for name in Asked.__dataclass_fields__}
    return replace(Asked(), **given)


def _search(unit: Unit, asked: Asked) -> AuditSearch:
    first, last = _day(asked.first), _day(asked.last)
    if first is not None and last is not None and last < first:
        raise BadDays
    return AuditSearch(
        actor=_actor(unit, asked.who),
        action=asked.what or None,
        subject=asked.subject or None,
        since=None if first is None else _midnight(first),
        until=None if last is None else _midnight(last + timedelta(days=1)),
    )


def _actor(unit: Unit, who: str) -> str | None:
    """Whom a typed word means; a login that nobody has finds nothing."""
    if not who:
        return None
    if who == SYSTEM or who.startswith(LINK):
        return who
    user = users.find(unit, plain_login(who)) or users.get(unit, who)
    return _NOBODY if user is None else user.id


def _day(text: str) -> date | None:
    if not text:
        return None
    found = named_day(text)
    if found is None or not date(2000, 1, 1) <= found <= date(2999, 1, 1):
        raise BadDays
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, ZONE)
