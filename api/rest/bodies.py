"""What a request may bring: JSON as strictly as a contract needs it, of a size that its view expects."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Request, current_app, request
from werkzeug.exceptions import LengthRequired

from api.errors import ProblemError, Refusal, error_of
from scheduler.documents import parse_json
from scheduler.domain.errors import InvalidInput

JSON = "application/json"
SMALL_BODY = 256 * 1024
LONGEST_BODY = 64 * 1024**2
_BODY = "visits_body"
_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_GZIP_MAGIC = b"\x1f\x8b"
# What is wrong with the bytes, whatever they were meant to say; the request is bad, not what it asks for.
_OF_BYTES: Mapping[str, str] = {
    "duplicate_key": "json_duplicate_key",
    "not_finite": "json_not_finite",
    "not_json": "json_syntax",
    "not_utf8": "invalid_unicode",
    "number_range": "number_range",
    "too_deep": "json_too_deep",
    "too_many": "json_too_many",
}


def takes[F: Callable[..., Any]](*content_types: str, most_bytes: int) -> Callable[[F], F]:
    """Let a view take a body of other types, or a longer one, than small JSON; stands below `allow`."""

    def mark(view: F) -> F:
        setattr(view, _BODY, (content_types, most_bytes))
        return view

    return mark


class StrictRequest(Request):
    """A request whose JSON is read by the project's own reader: no repeated keys, no NaN, no deep nesting."""

    def on_json_loading_failed(self, e: ValueError | None) -> Any:
        """Nothing reads JSON before `_read_json` has, so that nothing fails here but an empty body."""
        raise Refusal(400, "json_syntax", "The request has no JSON body.") from e

    def keep_json(self, value: object) -> None:
        """Let `get_json` give this."""
        self._cached_json = (value, value)


def be_strict(app: Flask) -> None:
    """Refuse bodies that cannot be taken, before their views see them; stands after `enforce`."""
    app.request_class = StrictRequest
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    app.before_request(_refuse_bad_bodies)


def document_of[Document](read: Callable[[bytes], Document]) -> Document:
    """The document that is this request's body; bytes that are no JSON are a bad request, all else the reader's fault.

    Args:
        read: Reads it, raising InvalidInput.
    """
    try:
        return read(request.get_data())
    except InvalidInput as bad:
        _raise_if_of_bytes(bad)
        raise


def _refuse_bad_bodies() -> None:
    if not request.path.startswith("/api/"):
        page = current_app.view_functions.get(request.endpoint or "")
        _, request.max_content_length = getattr(page, _BODY, ((), SMALL_BODY))
        return
    if request.method not in _WITH_BODY or request.endpoint is None:
        return
    view = current_app.view_functions[request.endpoint]
    content_types, most_bytes = getattr(view, _BODY, ((JSON,), SMALL_BODY))
    request.max_content_length = most_bytes
    if not request.content_length and request.content_type is None:
        return
    _refuse_hidden_lengths()
    if request.mimetype not in content_types:
        raise Refusal(415, "content_type", f"Send the body as {' or '.join(content_types)}.")
    if request.mimetype == JSON and not hasattr(view, _BODY):
        _read_json()
    elif request.mimetype == JSON and request.get_data(cache=True).startswith(_GZIP_MAGIC):
        raise Refusal(415, "encoding_unsupported", "Send the document unzipped.")


def _refuse_hidden_lengths() -> None:
    """Refuse a body of which nobody knows beforehand how large it is."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refusal(415, "encoding_unsupported", "Send the body as it is, without Content-Encoding.")
    if request.content_length is None and "Transfer-Encoding" in request.headers:
        raise LengthRequired("Say in Content-Length how large the body is.")


def _read_json() -> None:
    content = request.get_data(cache=True)
    if content.startswith(_GZIP_MAGIC):
        raise Refusal(415, "encoding_unsupported", "Send the body unzipped.")
    try:
        value = parse_json(content)
    except InvalidInput as bad:
        _raise_if_of_bytes(bad)
        raise
    if not isinstance(value, dict):
        raise Refusal(422, "type_object", "The body must be a JSON object.")
    strict: Any = request
    strict.keep_json(value)


def _raise_if_of_bytes(bad: InvalidInput) -> None:
    of_bytes = [fault for fault in bad.faults if fault.code in _OF_BYTES]
    if of_bytes:
        first = of_bytes[0]
        errors = [
            ProblemError(**(error_of(fault).model_dump() | {"code": _OF_BYTES[fault.code]})) for fault in of_bytes
        ]
        raise Refusal(400, _OF_BYTES[first.code], "The body is not JSON that can be relied on.", errors) from None
