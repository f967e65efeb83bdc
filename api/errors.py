"""How faults are answered: problem documents (RFC 9457) for programs, a plain page in their language for people."""

import logging
import traceback
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, json, render_template, request
from pydantic import BaseModel, Field, ValidationError
from werkzeug.exceptions import HTTPException

from scheduler.domain.errors import Fault, InvalidInput, MissingResource

PROBLEM_TYPE = "application/problem+json"
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")
_EXPLAINED = frozenset({404, 405, 421, 503})
_CONFLICTS = frozenset({"id_exists"})
_CODES = {
    "extra_forbidden": "field_unknown",
    "missing": "field_required",
    "greater_than": "number_range",
    "greater_than_equal": "number_range",
    "less_than": "number_range",
    "less_than_equal": "number_range",
    "finite_number": "number_not_finite",
    "string_too_long": "too_long",
    "timezone_aware": "tz_missing",
    "date_from_datetime_parsing": "date_format",
    "date_parsing": "date_format",
    "datetime_from_date_parsing": "time_format",
    "datetime_parsing": "time_format",
    "string_unicode": "invalid_unicode",
}
_logger = logging.getLogger(__name__)


class ProblemError(BaseModel):
    """One mistake in a request."""

    pointer: str = Field(description="A JSON pointer, or file:row:column for tables.")
    code: str = Field(description="A stable word for programs.")
    detail: str = Field(description="What is wrong, in one sentence.")
    hint: str = Field(default="", description="What to do about it.")
    detail_zh: str = Field(default="", description="The detail in Chinese.")
    hint_zh: str = Field(default="", description="The hint in Chinese.")


class ProblemDetails(BaseModel):
    """An RFC 9457 problem document."""

    type: str = Field(default="about:blank", description="What kind of problem this is.")
    title: str = Field(description="The kind of problem, in words.")
    status: int = Field(description="The HTTP status code.", ge=400, le=599)
    detail: str | None = Field(default=None, description="What went wrong this time.")
    code: str | None = Field(default=None, description="A stable word for programs.")
    current: dict[str, Any] | None = Field(default=None, description="What stands now, for who wanted to change it.")
    errors: list[ProblemError] | None = Field(default=None, description="Each mistake in the request.")


def handle_errors(app: Flask) -> None:
    """Answer every fault of `app` here."""
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(InvalidInput, _on_invalid_input)
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
            ProblemError(pointer="/" + "/".join(map(str, one["loc"])), code=_code_of(one["type"]), detail=one["msg"])
            for one in found
        ],
    )


def problem_response(status: int, *, detail: str, code: str, current: dict[str, Any] | None = None) -> Response:
    """A problem document with a code of its own; see `ProblemDetails`."""
    return _problem(status, detail=detail, code=code, current=current)


def _code_of(kind: str) -> str:
    """Our word for what a model refuses; the library's own where we have none."""
    if kind.startswith(("int_", "float_", "decimal_")):
        return "type_number"
    return _CODES.get(kind, kind)


def _on_http(error: HTTPException) -> Response | HTTPException:
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error  # redirects and ready answers
    response = _answer(error.code, error.description)
    for name, value in error.get_headers(request.environ):
        if name in _KEPT_HEADERS:
            response.headers[name] = value
    return response


def _on_invalid_input(error: InvalidInput) -> Response:
    if not _is_for_programs():
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY)
    is_conflict = {fault.code for fault in error.faults} <= _CONFLICTS
    status = HTTPStatus.CONFLICT if is_conflict else HTTPStatus.UNPROCESSABLE_ENTITY
    return _problem(status, errors=[_of_fault(fault) for fault in error.faults])


def _on_missing_resource(error: MissingResource) -> Response:
    _logger.error("%s: a resource is missing: %s", request.endpoint, error.message)
    return _answer(HTTPStatus.SERVICE_UNAVAILABLE, str(error))


def _on_fault(error: Exception) -> Response:
    # The frames without the exception's own text and without the address asked for: either may hold what says
    # something about a person.
    frames = "".join(traceback.format_tb(error.__traceback__))
    _logger.error("%s: %s\n%s", request.endpoint, type(error).__name__, frames)
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, None)


def _is_for_programs() -> bool:
    return request.path == "/openapi.json" or request.path == "/livez" or request.path.startswith("/api/")


def _answer(status: int, detail: str | None) -> Response:
    return _problem(status, detail=detail) if _is_for_programs() else _page(status)


def _problem(
    status: int,
    *,
    detail: str | None = None,
    errors: Sequence[ProblemError] | None = None,
    code: str | None = None,
    current: dict[str, Any] | None = None,
) -> Response:
    document = ProblemDetails(
        title=_title(status),
        status=status,
        detail=detail,
        errors=None if errors is None else list(errors),
        code=code,
        current=current,
    )
    body = json.dumps(document.model_dump(exclude_none=True), ensure_ascii=False)
    return Response(body, status=status, content_type=PROBLEM_TYPE)


def _page(status: int) -> Response:
    kind = str(status) if status in _EXPLAINED else ("5xx" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "4xx")
    return Response(render_template("error.html", status=status, kind=kind), status=status, mimetype="text/html")


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _of_fault(fault: Fault) -> ProblemError:
    return ProblemError(
        pointer=fault.where,
        code=fault.code,
        detail=fault.message,
        hint=fault.hint,
        detail_zh=fault.message_zh,
        hint_zh=fault.hint_zh,
    )
