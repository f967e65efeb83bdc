"""Forms name the revision that they change; who would change an older one is told what has changed meanwhile."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, request
from markupsafe import Markup

from api.store import Unit, audit, users
from api.web.forms import fault_lines
from api.web.language import page_language
from api.web.moments import moment_in_words
from scheduler.domain.errors import InvalidInput

_REV, _SEEN = "rev", "seen"
_MOST_LINES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What became of something between the page that was looked at and now.

    Attributes:
        gone: Lines that held on that page and do no more.
        new: Lines that hold now.
        by: The login of who changed it last; empty where nobody is on record.
        when: When that was, in words; empty as `by`.
    """

    gone: tuple[str, ...]
    new: tuple[str, ...]
    by: str
    when: str


class StaleForm(Exception):
    """A form would change a revision that is not the present one; nothing was written."""

    def __init__(self, changes: Changes) -> None:
        """Keep what has changed."""
        super().__init__("a form of an older revision")
        self.changes = changes


def revision_fields(rev: int, lines: Sequence[str]) -> Markup:
    """The hidden fields of a form: which revision it is about, and what that said, for `require_revision`."""
    hidden = Markup('<input type="hidden" name="{}" value="{}">')
    return hidden.format(_REV, rev) + hidden.format(_SEEN, json.dumps(lines, ensure_ascii=False))


def require_revision(unit: Unit, rev: int, lines: Sequence[str], subject: str) -> None:
    """Let a form through that is about the present revision.

    Args:
        unit: In which it would be changed.
        rev: The present revision.
        lines: What it says.
        subject: As in the audit trail, such as `case:ID`.

    Raises:
        StaleForm: The form is about another one.
    """
    if request.form.get(_REV) == str(rev):
        return
    seen = _seen()
    last = audit.last_change(unit.session, subject)
    user = None if last is None else users.get(unit, last.actor)
    raise StaleForm(
        Changes(
            gone=tuple(line for line in seen if line not in lines),
            new=tuple(line for line in lines if line not in seen) if seen else (),
            by="" if user is None else user.login,
            when="" if last is None else moment_in_words(last.at),
        )
    )


def answered[Said](
    write: Callable[[], Said],
    page: Callable[..., Response],
    after: Callable[[Said], Response],
    fields: Mapping[str, str],
) -> Response:
    """Write, and go on; or show the page again with what has changed meanwhile, or with what is wrong.

    Args:
        write: Writes in a unit of its own, and names what `after` takes, such as the text that says so.
        page: Makes the page, with a status and `changes` or `faults`.
        after: Where to go once it is written.
        fields: As of `fault_lines`.
    """
    try:
        said = write()
    except StaleForm as stale:
        return page(HTTPStatus.PRECONDITION_FAILED, changes=stale.changes)
    except InvalidInput as refused:
        return page(HTTPStatus.UNPROCESSABLE_ENTITY, faults=fault_lines(refused.faults, page_language(), fields))
    return after(said)


def _seen() -> tuple[str, ...]:
    """What the page said; only shown to who sends it."""
    try:
        lines = json.loads(request.form.get(_SEEN, "[]"))
    except ValueError:
        return ()
    if not isinstance(lines, list):
        return ()
    return tuple(line for line in lines[:_MOST_LINES] if isinstance(line, str))
