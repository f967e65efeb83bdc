"""The page on which a lender's tables come in: checked, faults shown in their rows, then kept all or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, render_template, request

from api import current
from api.access import allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.desk import imports as desk
from api.desk.days import today, wanted_day
from api.desk.imports import IMPORTERS, MOST_FILES, MOST_FORM_BYTES
from api.import_steps import ImportAsked
from api.importing.columns import TABLE_KINDS
from api.importing.fault_list import FaultList
from api.importing.records import ReadTable
from api.importing.sources import Source
from api.rest.bodies import takes
from api.rest.cursors import Cursor, page_of
from api.rest.responses import scope_of_branch
from api.store import branches, imports, users
from api.store.imports import ImportEntry, ImportMode
from api.store.scope import Scope
from api.web.forms import FaultLine, fault_lines
from api.web.import_view import FaultsView, faults_view, warning_lines
from api.web.language import page_language
from api.web.moments import moment_in_words
from scheduler.domain.errors import Fault, InvalidInput

A_PAGE = 20
_DAYS = 3
import_pages = Blueprint("import_pages", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What became of the rows of a table."""

    table: str
    created: int
    changed: int
    unchanged: int
    ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierImport:
    """A line of the list of imports."""

    id: str
    mode: str
    when: str
    by: str
    counts: tuple[Counted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of files that were sent.

    Attributes:
        kept: The import; None where nothing was kept.
        first: The import of the same files before; None where there was none.
        files: What each file was.
        warnings: What is odd and was let in, as much as a page shows.
        warning_count: Of all of that.
        faults: What is wrong in the files; None for nothing.
        refused: What is wrong with the form.
        days: The first ones with shifts that were kept; their plans come next.
    """

    kept: EarlierImport | None = None
    first: EarlierImport | None = None
    files: tuple[tuple[str, ReadTable], ...] = ()
    warnings: tuple[FaultLine, ...] = ()
    warning_count: int = 0
    faults: FaultsView | None = None
    refused: tuple[FaultLine, ...] = ()
    days: tuple[date, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Nothing speaks against keeping it."""
        return self.faults is None and self.first is None and not self.refused

    @property
    def status(self) -> HTTPStatus:
        """What the answer says to programs."""
        if self.first is not None:
            return HTTPStatus.CONFLICT
        return HTTPStatus.OK if self.is_sound else HTTPStatus.UNPROCESSABLE_ENTITY


@import_pages.get("/imports")
@allow(*STAFF)
def show_imports() -> Response:
    """What was imported, and the form for more."""
    return _page(None)


@import_pages.post("/imports")
@allow(*IMPORTERS)
@takes("multipart/form-data", most_bytes=MOST_FORM_BYTES)
def send_import() -> Response:
    """Check files, and keep them if that was asked for and nothing speaks against it."""
    try:
        asked = _asked()
        scope = scope_of_branch(request.form.get("branch") or None)
    except InvalidInput as refused:
        return _page(Result(refused=fault_lines(refused.faults, page_language())))
    return _page(_result(asked, scope))


def _asked() -> ImportAsked:
    files = [file for file in request.files.getlist("files") if file.filename]
    if not 1 <= len(files) <= MOST_FILES:
        raise InvalidInput([_FILES_WANTED])
    if request.form.get("mode") not in set(ImportMode):
        abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    day = request.form.get("true_on")
    return ImportAsked(
        sources=[Source(desk.name_of(file.filename), file.stream.read()) for file in files],
        mode=ImportMode(request.form["mode"]),
        true_on=wanted_day(day, "") if day else today(),
        is_dry=request.form.get("step") != "keep",
    )


_FILES_WANTED = Fault(
    where="",
    code="files_wanted",
    message=f"Choose at least one file and at most {MOST_FILES}.",
    message_zh=f"请选择 1 至 {MOST_FILES} 个文件。",
)


def _result(asked: ImportAsked, scope: Scope) -> Result:
    first = desk.first_of(asked, scope)
    if first is not None:
        return Result(first=_earlier([first])[0])
    faults, language = FaultList(), page_language()
    try:
        records = desk.check(asked, scope, faults)
        entry = desk.keep(asked, scope, records)
    except InvalidInput as refused:
        return Result(faults=faults_view(asked.sources, refused, language))
    return Result(
        kept=None if entry is None else _earlier([entry])[0],
        files=tuple(records.tables.items()),
        warnings=warning_lines(faults.warnings, language),
        warning_count=len(faults.warnings),
        days=() if entry is None else tuple(sorted({shift.day for shift in records.shifts}))[:_DAYS],
    )


def _page(result: Result | None) -> Response:
    cursor = Cursor.read(request.args.get("cursor"), 2)
    after = None if cursor is None else (cursor.moment(0), cursor.parts[1])
    with current.database().reading(actor().scope, current.now()) as unit:
        found = imports.listed(unit, after=after, most=A_PAGE + 1)
        codes = branches.codes(unit)
    shown, last = page_of(found, A_PAGE)
    # The form stays as it is, with its files, where a script put the answer below it.
    is_part = request.headers.get("HX-Request") == "true"
    page = render_template(
        "imports_result.html" if is_part else "imports.html",
        result=result,
        earlier=_earlier(shown),
        following=None if last is None else Cursor((last.imported_at.isoformat(), last.id)).written,
        mode=request.form.get("mode", str(ImportMode.CREATE)),
        modes=[str(mode) for mode in ImportMode],
        true_on=request.form.get("true_on") or today().isoformat(),
        branch=request.form.get("branch", ""),
        branches=codes if len(codes) > 1 and actor().branch_id is None else (),
        may_import=actor().role in IMPORTERS,
        tables=[kind.name for kind in TABLE_KINDS],
    )
    return make_response(page, HTTPStatus.OK if result is None else result.status)


def _earlier(entries: Sequence[ImportEntry]) -> tuple[EarlierImport, ...]:
    with current.database().reading(actor().scope, current.now()) as unit:
        known = {user_id: users.get(unit, user_id) for user_id in {entry.imported_by or "" for entry in entries}}
    return tuple(
        EarlierImport(
            id=entry.id,
            mode=str(entry.mode),
            when=moment_in_words(entry.imported_at),
            by="" if (user := known[entry.imported_by or ""]) is None else user.login,
            counts=tuple(_counted(table, counts) for table, counts in entry.counts.items()),
        )
        for entry in entries
    )


def _counted(table: str, counts: Mapping[str, int]) -> Counted:
    created, changed, unchanged, ended = (counts.get(key, 0) for key in ("created", "changed", "unchanged", "ended"))
    return Counted(table=table, created=created, changed=changed, unchanged=unchanged, ended=ended)
