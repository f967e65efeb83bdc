"""What whoever runs the service asks it, and what it notes about each request."""

import secrets
import time
from ipaddress import ip_address

import structlog
from flask import Flask, Response, current_app, g, jsonify, request
from werkzeug.exceptions import Forbidden

from api import current
from api.access import Role, open_to_everyone
from api.access.bearer import by_token
from api.logs import logger
from api.metrics import Metrics
from api.store import newest_step, step_of
from api.store.health import Health, health
from scheduler.domain.errors import MissingResource

_log = logger("api.requests")
_METRICS = "visits_metrics"
# Whoever stands in front of the service says so, and then nobody is on this machine for certain.
_PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")


def watch(app: Flask) -> None:
    """Give each request an id, a line in the log and a place in the figures; answer the watchers' questions."""
    app.extensions[_METRICS] = Metrics.new()
    app.before_request(_begin)
    app.after_request(_note)
    app.add_url_rule("/livez", "livez", _livez)
    app.add_url_rule("/readyz", "readyz", _readyz)
    app.add_url_rule("/metrics", "metrics", _metrics)


def metrics_of(app: Flask) -> Metrics:
    """The figures of an application."""
    found: Metrics = app.extensions[_METRICS]
    return found


def request_id() -> str:
    """This request's id; its own log lines and its answer carry it."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    found: str = g.request_id
    return found


def _begin() -> None:
    g.begun = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id())


def _note(response: Response) -> Response:
    elapsed = time.perf_counter() - g.get("begun", time.perf_counter())
    endpoint = request.endpoint or "none"
    method = request.method if request.url_rule is not None or request.method in {"GET", "POST"} else "other"
    metrics_of(current_app).requests.labels(method, endpoint, str(response.status_code)).observe(elapsed)
    actor = g.get("actor")
    _log.info(
        "request",
        method=method,
        endpoint=endpoint,
        status=response.status_code,
        milliseconds=round(elapsed * 1000, 1),
        user_id=None if actor is None else actor.user_id,
    )
    response.headers["X-Request-Id"] = request_id()
    return response


@open_to_everyone("It says that the process answers, and nothing else.")
def _livez() -> Response:
    return jsonify(status="ok")


@open_to_everyone("It says whether the database answers and how long jobs wait, and nothing about anybody.")
def _readyz() -> tuple[Response, int]:
    database = current.database()
    answer: dict[str, object] = {"database": "ok", "tables": "ok", "writing": "ok"}
    try:
        found: Health | None = _asked()
        if step_of(database.engine) != newest_step():
            answer["tables"] = "other_step"
    except MissingResource:
        found = None
        answer["database"] = "failing"
    if database.is_doubted:
        answer["writing"] = "failing"
    if found is not None:
        answer["oldest_queued_seconds"] = int(found.oldest_queued.total_seconds())
    is_ready = answer["database"] == answer["tables"] == answer["writing"] == "ok"
    answer["status"] = "ok" if is_ready else "not_ready"
    return jsonify(answer), 200 if is_ready else 503


@open_to_everyone("It shows figures by endpoint; it answers this machine alone, or an administrator's token.")
def _metrics() -> Response:
    if not _is_this_machine():
        asking = by_token()
        if asking is None or asking.role is not Role.ADMINISTRATOR:
            raise Forbidden("Ask from this machine, or with an administrator's token.")
    found = _asked()
    text = metrics_of(current_app).written(jobs=found.jobs, oldest_queued_seconds=found.oldest_queued.total_seconds())
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _asked() -> Health:
    with current.database().reading(None, current.now()) as unit:
        return health(unit)


def _is_this_machine() -> bool:
    if any(name in request.headers for name in _PROXY_HEADERS):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
