"""How faults are answered: problem documents (RFC 9457) for programs, a plain page in their language for people."""

import logging
import re
import traceback
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, json, render_template, request
from pydantic import BaseModel, Field, ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date

from api.audience import is_for_programs
from api.operation import metrics_of, request_id
from scheduler.domain.errors import (
    Fault,
    InvalidInput,
    MissingResource,
    NotNow,
    RulesBroken,
    StorageBusy,
    StorageFault,
    StorageFull,
    UnknownId,
)
from scheduler.domain.violation import Violation

PROBLEM_TYPE = "application/problem+json"
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")
_EXPLAINED = frozenset({401, 403, 404, 405, 421, 429, 503})
# What a page has words of its own for.
_EXPLAINED_WORDS = frozenset({"export_limit", "paper_limit"})
MOST_ERRORS = 1000
_BUSY_SECONDS = "2"
_CONFLICTS = frozenset({"id_exists"})
# Pydantic's words where the service has its own.
_WORDS = {
    "extra_forbidden": "field_unknown",
    "missing": "field_required",
    "greater_than": "number_range",
    "greater_than_equal": "number_range",
    "less_than": "number_range",
    "less_than_equal": "number_range",
    "finite_number": "number_not_finite",
    "string_too_long": "too_long",
    "string_type": "type_text",
    "literal_error": "value_unknown",
    "enum": "value_unknown",
    "timezone_aware": "tz_missing",
    "date_from_datetime_parsing": "date_format",
    "date_parsing": "date_format",
    "datetime_from_date_parsing": "time_format",
    "datetime_parsing": "time_format",
    "string_unicode": "invalid_unicode",
    "int_parsing_size": "number_range",
}
_WORD = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_logger = logging.getLogger(__name__)


class ProblemError(BaseModel):
    """One mistake in a request."""

    pointer: str = Field(description="A JSON pointer, or file:row:column for tables.")
    code: str = Field(description="A stable word for programs.")
    detail: str = Field(description="What is wrong, in one sentence.")
    hint: str = Field(default="", description="What to do about it.")
    detail_zh: str = Field(default="", description="The detail in Chinese.")
    hint_zh: str = Field(default="", description="The hint in Chinese.")
    rule_id: str | None = Field(default=None, description="The rule of a rule pack that says no.")


class ProblemDetails(BaseModel):
    """An RFC 9457 problem document."""

    type: str = Field(default="about:blank", description="What kind of problem this is.")
    title: str = Field(description="The kind of problem, in words.")
    status: int = Field(description="The HTTP status code.", ge=400, le=599)
    code: str | None = Field(
        default=None, description="A stable word for programs, where the status alone is not enough."
    )
    detail: str | None = Field(default=None, description="What went wrong this time.")
    request_id: str | None = Field(default=None, description="Names this request in the operator's log.")
    current: dict[str, Any] | None = Field(default=None, description="What stands now, for who wanted to change it.")
    errors: list[ProblemError] | None = Field(default=None, description="Each mistake in the request.")


class Refusal(HTTPException):
    """A request that is refused with a word of its own for programs."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        errors: Sequence[ProblemError] | None = None,
        *,
        retry_after: datetime | None = None,
    ) -> None:
        """Say why.

        Args:
            status: The HTTP status code.
            code: The word.
            message: What is wrong, without what says something about a person.
            errors: Each mistake in the request, where there are several.
            retry_after: From when on the same request may be answered otherwise.
        """
        super().__init__(message)
        self.code = status
        self.word = code
        self.errors = errors
        self.retry_after = retry_after

    def get_headers(self, *args: Any, **kwargs: Any) -> list[tuple[str, str]]:
        """Those of every refusal, and when to ask again."""
        later = [] if self.retry_after is None else [("Retry-After", http_date(self.retry_after))]
        return [*super().get_headers(*args, **kwargs), *later]


def handle_errors(app: Flask) -> None:
    """Answer every fault of `app` here."""
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(InvalidInput, _on_invalid_input)
    app.register_error_handler(RulesBroken, _on_rules_broken)
    app.register_error_handler(NotNow, _on_not_now)
    app.register_error_handler(UnknownId, _on_unknown_id)
    app.register_error_handler(StorageFault, _on_storage_fault)
    app.register_error_handler(MissingResource, _on_missing_resource)
    app.register_error_handler(Exception, _on_fault)


def on_validation_error(error: ValidationError) -> Response:
    """Answer a request that its model refused; the values themselves are not repeated."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    # Halves of characters are no mistake in a value: no text can hold them.
    is_text = all(one["type"] != "string_unicode" for one in found)
    return _problem(
        HTTPStatus.UNPROCESSABLE_ENTITY if is_text else HTTPStatus.BAD_REQUEST,
        errors=[
            ProblemError(pointer=_pointer_of(one["loc"]), code=_code_of(one["type"]), detail=one["msg"])
            for one in found
        ],
    )


def page_without_font(missing: MissingResource) -> Response:
    """Say that nothing can be printed here, and what whoever runs the service has to do."""
    _log_missing(missing)
    return _page(HTTPStatus.SERVICE_UNAVAILABLE, kind="no_font")


def problem_response(status: int, *, detail: str, code: str, current: dict[str, Any] | None = None) -> Response:
    """A problem document with a code of its own; see `ProblemDetails`."""
    return _problem(status, detail=detail, code=code, current=current)


def _pointer_of(path: Sequence[str | int]) -> str:
    """A JSON pointer; a key that is no word of a program's may be a person's name, and is not repeated."""
    return "".join(f"/{part if _WORD.fullmatch(str(part)) else '…'}" for part in path) or "/"


def _code_of(kind: str) -> str:
    """Our word for what a model refuses; the library's own where we have none."""
    if kind in _WORDS:
        return _WORDS[kind]
    return "type_number" if kind.startswith(("int_", "float_", "decimal_")) else kind


def _on_http(error: HTTPException) -> Response | HTTPException:
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error  # redirects and ready answers
    if isinstance(error, Refusal) and is_for_programs():
        response = _problem(error.code, code=error.word, detail=error.description, errors=error.errors)
    elif isinstance(error, Refusal) and error.word in _EXPLAINED_WORDS:
        response = _page(error.code, kind=error.word)
    else:
        response = _answer(error.code, error.description)
    for name, value in error.get_headers(request.environ):
        if name in _KEPT_HEADERS:
            response.headers[name] = value
    return response


def _on_invalid_input(error: InvalidInput) -> Response:
    if not is_for_programs():
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY)
    is_conflict = {fault.code for fault in error.faults} <= _CONFLICTS
    status = HTTPStatus.CONFLICT if is_conflict else HTTPStatus.UNPROCESSABLE_ENTITY
    return _problem(status, errors=[error_of(fault) for fault in error.faults])


def _on_rules_broken(error: RulesBroken) -> Response:
    if not is_for_programs():
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY)
    shown = error.violations[:MOST_ERRORS]
    detail = f"This would break rules: {len(error.violations)} in all. Nothing was saved."
    errors = [problem_of(found) for found in shown]
    return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail=detail, errors=errors)


def _on_not_now(error: NotNow) -> Response:
    if not is_for_programs():
        return _page(HTTPStatus.CONFLICT)
    told = ProblemError(pointer="", code=error.code, detail=error.message)
    return _problem(HTTPStatus.CONFLICT, detail=error.message, errors=[told])


def _on_unknown_id(error: UnknownId) -> Response:
    return _answer(HTTPStatus.NOT_FOUND, str(error))


def _on_missing_resource(error: MissingResource) -> Response:
    _log_missing(error)
    return _answer(HTTPStatus.SERVICE_UNAVAILABLE, str(error))


def _log_missing(error: MissingResource) -> None:
    _logger.error("%s: a resource is missing: %s", request.endpoint, error.message)


def _on_storage_fault(error: StorageFault) -> Response:
    _logger.error("%s: the database cannot do this now: %s", request.endpoint, error.code)
    metrics_of(current_app).storage_faults.labels(error.code).inc()
    status = HTTPStatus.INSUFFICIENT_STORAGE if isinstance(error, StorageFull) else HTTPStatus.SERVICE_UNAVAILABLE
    response = _answer(status, str(error), code=error.code)
    if isinstance(error, StorageBusy):
        response.headers["Retry-After"] = _BUSY_SECONDS
    return response


def _on_fault(error: Exception) -> Response:
    # The frames without the exception's own text and without the address asked for: either may hold what says
    # something about a person.
    frames = "".join(traceback.format_tb(error.__traceback__))
    _logger.error("%s: %s\n%s", request.endpoint, type(error).__name__, frames)
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, None)


def _answer(status: int, detail: str | None, *, code: str | None = None) -> Response:
    return _problem(status, detail=detail, code=code) if is_for_programs() else _page(status)


def _problem(
    status: int,
    *,
    detail: str | None = None,
    code: str | None = None,
    errors: Sequence[ProblemError] | None = None,
    current: dict[str, Any] | None = None,
) -> Response:
    document = ProblemDetails(
        title=_title(status),
        status=status,
        code=code,
        detail=detail,
        request_id=request_id(),
        errors=None if errors is None else list(errors),
        current=current,
    )
    body = json.dumps(document.model_dump(exclude_none=True), ensure_ascii=False)
    return Response(body, status=status, content_type=PROBLEM_TYPE)


def _page(status: int, kind: str | None = None) -> Response:
    if kind is None:
        kind = str(status) if status in _EXPLAINED else ("5xx" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "4xx")
    return Response(render_template("error.html", status=status, kind=kind), status=status, mimetype="text/html")


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def problem_of(found: Violation) -> ProblemError:
    """A broken rule as one of the errors of a problem document."""
    where = f"/visits/{found.visit_id}" if found.visit_id else (f"/routes/{found.shift_id}" if found.shift_id else "")
    return ProblemError(
        pointer=where, code=found.code, detail=found.message, rule_id=found.rule_id, detail_zh=found.message_zh or ""
    )


def error_of(fault: Fault) -> ProblemError:
    """A fault as problem documents tell it."""
    return ProblemError(
        pointer=fault.where,
        code=fault.code,
        detail=fault.message,
        hint=fault.hint,
        detail_zh=fault.message_zh,
        hint_zh=fault.hint_zh,
    )
