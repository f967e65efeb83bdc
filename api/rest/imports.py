"""`/api/v1/imports`: a lender's tables, kept all or not at all."""

import json
from collections.abc import Set
from http import HTTPStatus

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.file import FileStorage
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.exceptions import NotFound

from api import current
from api.access import allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.desk.days import today
from api.desk.imports import (
    IMPORTERS,
    MOST_FILES,
    MOST_FORM_BYTES,
    AskedImport,
    check,
    first_of,
    keep,
    name_of,
)
from api.errors import PROBLEM_TYPE, ProblemDetails
from api.importing.fault_list import MORE_FAULTS, FaultList
from api.importing.records import Records
from api.importing.sources import Source
from api.importing.templates import kind_named, template
from api.rest.answers import ID_PATTERN, TOKEN, answer
from api.rest.bodies import takes
from api.rest.cursors import Cursor, PageQuery, page_of
from api.rest.responses import REFUSALS, DayText, Line, parsed_day, scope_of_branch
from api.store import imports
from api.store.imports import ImportEntry, ImportMode
from scheduler.domain.errors import Fault, InvalidInput

_STATUS_OF = {
    "file_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too_many_rows": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "zip_bomb": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "looks_like_xlsx": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "looks_like_xls": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "not_a_table": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "id_exists": HTTPStatus.CONFLICT,
    "already_imported": HTTPStatus.CONFLICT,
}
_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class ImportForm(BaseModel):
    """Up to seven files and what to do with them."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    files: list[FileStorage] = Field(
        description="CSV or XLSX, one table each, recognised by its headers.", min_length=1, max_length=MOST_FILES
    )
    mode: ImportMode = Field(
        description="create: nothing of it is kept yet; update: everything is; replace: the tables are the whole truth."
    )
    dry_run: bool = Field(default=False, description="Check everything and keep nothing.")
    true_on: DayText | None = Field(
        default=None, description="The day on which the tables were true, for days past due; today unless given."
    )
    branch: Line | None = Field(default=None, description="The branch's code; needed by who sees several.")


class ImportFault(BaseModel):
    """One mistake, or one oddity."""

    pointer: str = Field(description="file:row:column; a JSON pointer where no row is meant.")
    file: str = Field(description="The file's name as it was sent.")
    row: int | None = Field(description="As a spreadsheet shows it; the header is row 1.")
    field: str | None = Field(description="The header as it was sent.")
    code: str = Field(description="A stable word for programs.")
    message: str = Field(description="What is wrong, in English.")
    message_zh: str = Field(description="What is wrong, in Chinese.")
    hint: str = Field(description="What to do about it, in English.")
    hint_zh: str = Field(description="What to do about it, in Chinese.")


class ReadFile(BaseModel):
    """What a file was."""

    file: str
    table: str
    encoding: str = Field(description="utf-8, gb18030 or xlsx.")
    rows: int = Field(ge=0)


class ImportAnswer(BaseModel):
    """An import that was kept, or that could be."""

    id: str | None = Field(description="None of a dry run.")
    mode: ImportMode
    dry_run: bool
    imported_at: str | None = Field(json_schema_extra={"format": "date-time"})
    counts: dict[str, dict[str, int]] = Field(description="By table: created, changed, unchanged, ended.")
    files: list[ReadFile]
    warnings: list[ImportFault] = Field(description="What is odd and was let in; at most a thousand.")


class ImportRefusal(ProblemDetails):
    """An import of which nothing was kept."""

    import_id: str | None = Field(default=None, description="The import of the same files, where there was one.")
    error_count: int = Field(description="Of all mistakes, also those that are not listed.", ge=1)
    stored: int = Field(description="Rows that were kept: none.", ge=0, le=0)
    faults: list[ImportFault] = Field(description="At most a thousand.")


class ImportItem(BaseModel):
    """A line of the list of imports."""

    id: str = Field(pattern=ID_PATTERN)
    mode: ImportMode
    counts: dict[str, dict[str, int]]
    imported_by: str | None = Field(description="The user; null for the program itself.")
    imported_at: str = Field(json_schema_extra={"format": "date-time"})


class ImportList(BaseModel):
    """The newest first."""

    imports: list[ImportItem]
    next_cursor: str | None


class TemplatePath(BaseModel):
    """A table's name and a format: `cases.csv`."""

    name: str


class TemplateQuery(BaseModel):
    """In which language."""

    model_config = ConfigDict(extra="forbid")

    language: str = Field(default="zh-CN", pattern="^(zh-CN|en)$", description="Of the headers: zh-CN or en.")


imports_api = APIBlueprint("imports_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="imports")])


@imports_api.post(
    "/imports",
    operation_id="createImport",
    summary="Import tables",
    responses=REFUSALS
    | {
        200: ImportAnswer,
        201: ImportAnswer,
        409: ImportRefusal,
        411: ProblemDetails,
        413: ImportRefusal,
        415: ImportRefusal,
        422: ImportRefusal,
    },
    security=TOKEN,
)
@allow(*IMPORTERS)
@takes("multipart/form-data", most_bytes=MOST_FORM_BYTES)
def create_import(form: ImportForm) -> Response:
    """Everything is kept, or nothing and every mistake is named. 200 for a dry run."""
    asked = AskedImport(
        sources=[Source(name_of(file.filename), file.stream.read()) for file in form.files],
        mode=form.mode,
        true_on=today() if form.true_on is None else parsed_day(form.true_on),
        scope=scope_of_branch(form.branch),
    )
    first = first_of(asked)
    if first is not None:
        return _already(first)
    faults = FaultList()
    try:
        records = check(asked, faults)
        entry = None if form.dry_run else keep(asked, records)
    except InvalidInput as refused:
        return _refusal(refused)
    return _answer(form.mode, entry, records, faults)


@imports_api.get(
    "/imports",
    operation_id="listImports",
    summary="List the imports that were kept",
    responses=REFUSALS | {200: ImportList},
    security=TOKEN,
)
@allow(*STAFF)
def list_imports(query: PageQuery) -> Response:
    """The newest first."""
    cursor = Cursor.read(query.cursor, 2)
    after = None if cursor is None else (cursor.moment(0), cursor.parts[1])
    with current.database().reading(actor().scope, current.now()) as unit:
        found = imports.listed(unit, after=after, most=query.limit + 1)
    shown, last = page_of(found, query.limit)
    following = None if last is None else Cursor((last.imported_at.isoformat(), last.id)).written
    return answer(ImportList(imports=[_item(entry) for entry in shown], next_cursor=following))


@imports_api.get(
    "/imports/templates/<name>",
    operation_id="getImportTemplate",
    summary="Get an empty table to fill in",
    responses=REFUSALS | {200: {"content": {kind: {} for kind in _TYPES.values()}}, 404: ProblemDetails},
    security=TOKEN,
)
@allow(*STAFF)
def get_import_template(path: TemplatePath, query: TemplateQuery) -> Response:
    """`cases.csv`, `cases.xlsx` and so on, with Chinese or English headers."""
    table, _, file_format = path.name.rpartition(".")
    kind = kind_named(table)
    if kind is None or file_format not in _TYPES:
        raise NotFound("There is no such table.")
    response = Response(template(kind, file_format, query.language), content_type=_TYPES[file_format])
    response.headers["Content-Disposition"] = f'attachment; filename="{path.name}"'
    return response


def _answer(mode: ImportMode, entry: ImportEntry | None, records: Records, faults: FaultList) -> Response:
    document = ImportAnswer(
        id=None if entry is None else entry.id,
        mode=mode,
        dry_run=entry is None,
        imported_at=None if entry is None else entry.imported_at.isoformat(),
        counts={} if entry is None else entry.counts,
        files=[
            ReadFile(file=read.file, table=table, encoding=read.encoding, rows=read.rows)
            for table, read in records.tables.items()
        ],
        warnings=[_fault(fault) for fault in faults.warnings],
    )
    return answer(document, HTTPStatus.OK if entry is None else HTTPStatus.CREATED)


def _already(first: ImportEntry) -> Response:
    faults = FaultList()
    faults.add("", "already_imported")
    return _refusal(faults.refusal, import_id=first.id)


def _refusal(refused: InvalidInput, import_id: str | None = None) -> Response:
    faults = [fault for fault in refused.faults if fault.code != MORE_FAULTS]
    status = _status({_STATUS_OF.get(fault.code, HTTPStatus.UNPROCESSABLE_ENTITY) for fault in faults})
    document = ImportRefusal(
        title=status.phrase,
        status=status,
        detail="Nothing was kept.",
        code="import_rejected" if import_id is None else "already_imported",
        import_id=import_id,
        error_count=len(faults) + refused.left_out,
        stored=0,
        faults=[_fault(fault) for fault in faults],
    )
    body = json.dumps(document.model_dump(exclude_none=True), ensure_ascii=False)
    return Response(body, status=status, content_type=PROBLEM_TYPE)


def _status(statuses: Set[HTTPStatus]) -> HTTPStatus:
    """A file that cannot be read explains the other mistakes; a conflict is one where all mistakes are."""
    for status in (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE):
        if status in statuses:
            return status
    return HTTPStatus.CONFLICT if statuses == {HTTPStatus.CONFLICT} else HTTPStatus.UNPROCESSABLE_ENTITY


def _fault(fault: Fault) -> ImportFault:
    file, _, rest = fault.where.partition(":")
    row, _, field = rest.partition(":")
    return ImportFault(
        pointer=fault.where,
        file=file,
        row=int(row) if row.isdecimal() else None,
        field=field or None,
        code=fault.code,
        message=fault.message,
        message_zh=fault.message_zh,
        hint=fault.hint,
        hint_zh=fault.hint_zh,
    )


def _item(entry: ImportEntry) -> ImportItem:
    return ImportItem(
        id=entry.id,
        mode=entry.mode,
        counts=entry.counts,
        imported_by=entry.imported_by,
        imported_at=entry.imported_at.isoformat(),
    )
