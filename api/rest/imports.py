"""`/api/v1/imports`: a lender's tables, kept all or not at all."""

import json

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
from api.desk.imports import IMPORTERS, MOST_FILES, MOST_FORM_BYTES, check, first_of, keep, name_of
from api.errors import PROBLEM_TYPE, ProblemDetails, Refusal
from api.import_answers import (
    ImportAnswer,
    ImportRefusal,
    ImportResult,
    accepted_answer,
    accepted_status,
    already_imported,
    refusal_of,
)
from api.import_steps import ImportAsked
from api.importing.fault_list import FaultList
from api.importing.sources import Source
from api.importing.templates import kind_named, template
from api.jobs.importing import arguments_of, packed_sources
from api.rest.answers import ID_PATTERN, TOKEN, NoQuery, answer
from api.rest.bodies import takes
from api.rest.cursors import Cursor, PageQuery, page_of
from api.rest.job_models import JobPath, JobView
from api.rest.jobs import accepted, job_answer
from api.rest.responses import ONE, REFUSALS, DayText, Line, parsed_day, scope_of_branch
from api.store import imports
from api.store.imports import ImportEntry, ImportMode
from scheduler.domain.errors import InvalidInput

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
    in_background: bool = Field(default=False, description="Answer 202 at once, and do it as a job.")
    check_addresses: bool = Field(
        default=False,
        description="Ask the geocoder where the addresses are and warn of points that do not fit; in the background.",
    )


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
        202: JobView,
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
    """Everything is kept, or nothing and every mistake is named. 200 for a dry run, 202 with `in_background`."""
    asked = ImportAsked(
        sources=[Source(name_of(file.filename), file.stream.read()) for file in form.files],
        mode=form.mode,
        true_on=today() if form.true_on is None else parsed_day(form.true_on),
        is_dry=form.dry_run,
    )
    if form.check_addresses and not form.in_background:
        raise Refusal(422, "background_only", "check_addresses takes as long as the provider does: ask in_background.")
    scope = scope_of_branch(form.branch)
    first = first_of(asked, scope)
    if first is not None:
        return _refusal(already_imported(first))
    if form.in_background:
        with current.writing(scope) as unit:
            packed, arguments = packed_sources(asked.sources), arguments_of(asked, check_addresses=form.check_addresses)
            return accepted(unit, "import", arguments, branch_id=scope.branch_id, document=packed)
    faults = FaultList()
    try:
        records = check(asked, scope, faults)
        entry = keep(asked, scope, records)
    except InvalidInput as refused:
        return _refusal(refusal_of(refused))
    return answer(accepted_answer(asked, entry, records, faults.warnings), accepted_status(entry))


@imports_api.get(
    "/imports/results/<job_id>",
    operation_id="getImportResult",
    summary="Get what an import in the background is answered",
    responses=ONE | {200: ImportResult, 409: ProblemDetails},
    security=TOKEN,
)
@allow(*IMPORTERS)
def get_import_result(path: JobPath, query: NoQuery) -> Response:
    """The same that the operation answers who waits for it: counts and warnings, or every mistake."""
    return job_answer(path.job_id, "import", "import job")


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


def _refusal(document: ImportRefusal) -> Response:
    body = json.dumps(document.model_dump(exclude_none=True), ensure_ascii=False)
    return Response(body, status=document.status, content_type=PROBLEM_TYPE)


def _item(entry: ImportEntry) -> ImportItem:
    return ImportItem(
        id=entry.id,
        mode=entry.mode,
        counts=entry.counts,
        imported_by=entry.imported_by,
        imported_at=entry.imported_at.isoformat(),
    )
