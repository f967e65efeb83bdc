"""Requests with an Idempotency-Key act once: the second one gets the answer of the first.

The answer is kept in the unit of work of what the request did (`current.writing`), so there is no moment in which one
stands without the other. Answers that refuse a request are not kept, because nothing was done.
"""

import contextlib
import functools
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from hashlib import file_digest, sha256
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, g, request
from werkzeug.datastructures import FileStorage

from api import current
from api.access.policy import actor
from api.current import RequestUnit
from api.errors import Refusal
from api.store import Unit, answers
from api.store.answers import Answer
from scheduler.domain.errors import StorageFault

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
LONGEST_KEY = 255
KEY_PATTERN = "^[!-~]+$"
PATIENCE_SECONDS = 2.0
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_IN_FLIGHT = "visits_in_flight"
_FORM = "multipart/form-data"
_KEPT_HEADERS = ("Content-Type", "ETag", "Location", "Retry-After")


class InFlight:
    """Keys whose requests this process is answering now.

    Other processes meet in the database, where one writes at a time: the second waits, and then finds the answer.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._changed = threading.Condition()
        self._names: set[tuple[str, str]] = set()

    @contextlib.contextmanager
    def alone(self, user_id: str, key: str) -> Iterator[None]:
        """Answer a user's key in this block, after whoever answers the same one.

        Raises:
            Refusal: Another request with it takes too long.
        """
        name = (user_id, key)
        with self._changed:
            if not self._changed.wait_for(lambda: name not in self._names, PATIENCE_SECONDS):
                message = f"A request with this {HEADER} is being answered. Ask again in a second."
                raise Refusal(409, "idempotency_in_flight", message)
            self._names.add(name)
        try:
            yield
        finally:
            with self._changed:
                self._names.discard(name)
                self._changed.notify_all()


class _Replay(Exception):
    """Leaves the view, whose work is done already."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__()


class _Undo(Exception):
    """Forgets what a view wrote that refuses its request after all."""

    def __init__(self, response: Response) -> None:
        self.response = response
        super().__init__()


def guard(app: Flask) -> None:
    """Let every unsafe operation of the interface act once a key; stands after all views are there."""
    app.extensions[_IN_FLIGHT] = InFlight()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/") and (rule.methods or set()) & UNSAFE:
            app.view_functions[rule.endpoint] = _once(app.view_functions[rule.endpoint])


def _in_flight(key: str | None) -> AbstractContextManager[None]:
    if key is None:
        return contextlib.nullcontext()
    kept: InFlight = current_app.extensions[_IN_FLIGHT]
    return kept.alone(actor().user_id, key)


def _once(view: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Response:
        if request.method not in UNSAFE or g.get("actor") is None:
            return current_app.make_response(view(*args, **kwargs))
        key = _key()
        try:
            return _acted(lambda: view(*args, **kwargs), key)
        except _Replay as replay:
            return _again(replay.answer)
        except _Undo as refused:
            return _earlier(key) or refused.response
        except StorageFault:
            raise
        except Exception:
            # A view may look before it writes, and refuse what this very request has done before.
            earlier = _earlier(key)
            if earlier is None:
                raise
            return earlier

    return answered


def _acted(view: Callable[[], Any], key: str | None) -> Response:
    with _in_flight(key), current.request_unit(on_open=lambda unit: _replay(unit, key)) as unit:
        response = current_app.make_response(view())
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            raise _Undo(response)
        _remember(unit, key, response)
        return response


def _key() -> str | None:
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if len(key) > LONGEST_KEY or re.fullmatch(KEY_PATTERN, key) is None:
        message = f"{HEADER} must have 1 to {LONGEST_KEY} printable ASCII signs and no spaces."
        raise Refusal(400, "idempotency_key", message)
    return key


def _replay(unit: Unit, key: str | None) -> None:
    """Leave the view when its work is done already."""
    if key is None:
        return
    answer = answers.given(unit, user_id=actor().user_id, key=key)
    if answer is None:
        return
    if answer.request_sha256 != _request_sha256():
        raise Refusal(422, "idempotency_key_reused", f"{HEADER} was sent before with another request.")
    raise _Replay(answer)


def _earlier(key: str | None) -> Response | None:
    """The answer that the same request with this key has got already; None without one."""
    if key is None:
        return None
    with current.database().reading(actor().scope, current.now()) as unit:
        answer = answers.given(unit, user_id=actor().user_id, key=key)
    return _again(answer) if answer is not None and answer.request_sha256 == _request_sha256() else None


def _remember(request_unit: RequestUnit, key: str | None, response: Response) -> None:
    if key is None or request_unit.unit is None:
        return
    answer = Answer(
        request_sha256=_request_sha256(),
        status=response.status_code,
        headers={name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers},
        body=response.get_data(),
    )
    answers.keep(request_unit.unit, answer, user_id=actor().user_id, key=key)


def _again(answer: Answer) -> Response:
    response = Response(answer.body, status=answer.status)
    for name, value in answer.headers.items():
        response.headers[name] = value
    response.headers[REPLAYED] = "true"
    return response


def _request_sha256() -> str:
    asked = [request.method, request.full_path, request.headers.get("If-Match", "")]
    return sha256("\n".join(asked).encode() + b"\n" + _content()).hexdigest()


def _content() -> bytes:
    """What the body says: a form part by part, because its bytes are gone and a repeated one has other boundaries."""
    if request.mimetype != _FORM:
        return request.get_data(cache=True)
    fields = sorted(request.form.items(multi=True))
    files = sorted((name, file.filename, _file_sha256(file)) for name, file in request.files.items(multi=True))
    return json.dumps([fields, files]).encode()


def _file_sha256(file: FileStorage) -> str:
    position = file.stream.tell()
    file.stream.seek(0)
    try:
        return file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]  # it can do what is needed
    finally:
        file.stream.seek(position)
