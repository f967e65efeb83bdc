"""What an import is answered, whether the caller waits for it or asks for it when the job has ended."""

from collections.abc import Set
from http import HTTPStatus

from pydantic import BaseModel, Field

from api.errors import ProblemDetails
from api.import_steps import ImportAsked
from api.importing.fault_list import MORE_FAULTS, FaultList
from api.importing.records import Records
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


class ImportResult(BaseModel):
    """What an import that was done as a job is answered: one of both."""

    status: int = Field(description="What the operation itself would have answered.")
    answer: ImportAnswer | None = Field(description="Of an import that was kept, or could be; null of a refusal.")
    refusal: ImportRefusal | None = Field(description="Of an import of which nothing was kept; null of any other.")


def accepted_answer(
    asked: ImportAsked, entry: ImportEntry | None, records: Records, warnings: tuple[Fault, ...]
) -> ImportAnswer:
    """Of an import that was kept, or could be where there is no entry."""
    return ImportAnswer(
        id=None if entry is None else entry.id,
        mode=asked.mode,
        dry_run=asked.is_dry,
        imported_at=None if entry is None else entry.imported_at.isoformat(),
        counts={} if entry is None else entry.counts,
        files=[
            ReadFile(file=read.file, table=table, encoding=read.encoding, rows=read.rows)
            for table, read in records.tables.items()
        ],
        warnings=[_fault(fault) for fault in warnings],
    )


def accepted_status(entry: ImportEntry | None) -> HTTPStatus:
    """The status that goes with it."""
    return HTTPStatus.OK if entry is None else HTTPStatus.CREATED


def already_imported(first: ImportEntry) -> ImportRefusal:
    """Of files that were imported alike before."""
    faults = FaultList()
    faults.add("", "already_imported")
    return refusal_of(faults.refusal, import_id=first.id)


def refusal_of(refused: InvalidInput, import_id: str | None = None) -> ImportRefusal:
    """Of an import with mistakes, or of files that were imported already."""
    faults = [fault for fault in refused.faults if fault.code != MORE_FAULTS]
    status = _status({_STATUS_OF.get(fault.code, HTTPStatus.UNPROCESSABLE_ENTITY) for fault in faults})
    return ImportRefusal(
        title=status.phrase,
        status=status,
        detail="Nothing was kept.",
        code="import_rejected" if import_id is None else "already_imported",
        import_id=import_id,
        error_count=len(faults) + refused.left_out,
        stored=0,
        faults=[_fault(fault) for fault in faults],
    )


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
