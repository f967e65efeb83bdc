"""Messages to the lender: signed, tried again by the schedule, and sent nowhere but to the open internet."""

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from sqlalchemy import select

from api.store import Database, Scope, events, links, notices, webhooks
from api.store.events import EventKind
from api.store.links import LinkKind
from api.store.tables.service import DeliveryRow, WebhookRow
from api.store.webhooks import MOST_FAILURES, PAUSES
from api.webhooks import delivering
from api.webhooks.addresses import RefusedAddressError, is_public, target_of
from api.webhooks.delivering import deliver_due, sender
from tests.visiting import PERSONAL, PUBLISHED_AT, a_branch, a_published_plan

SITE = "https://visits.example.org"


class Received:
    """What a receiver got, and what it answers."""

    def __init__(self) -> None:
        self.messages: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.location: str | None = None
        self.port = 0


@contextmanager
def a_receiver() -> Iterator[Received]:
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.messages.append((dict(self.headers), body))
            self.send_response(received.status)
            if received.location is not None:
                self.send_header("Location", received.location)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    received.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def a_webhook(database: Database, scope: Scope, url: str, kinds: tuple[str, ...] = ()) -> str:
    with database.writing(scope, PUBLISHED_AT) as unit:
        _, secret = webhooks.add(unit, url, kinds)
    return secret


def test_a_published_plan_tells_the_lender_with_a_signature_that_it_can_check(database: Database) -> None:
    scope = a_branch(database)
    with a_receiver() as received:
        secret = a_webhook(database, scope, f"http://127.0.0.1:{received.port}/visits?x=1")
        plan_id = a_published_plan(database, scope, {"s1": ["c1"]})
        assert deliver_due(database, lambda: PUBLISHED_AT, sender(allow_loopback=True), SITE) == 2
        assert deliver_due(database, lambda: PUBLISHED_AT, sender(allow_loopback=True), SITE) == 0
    bodies = []
    for headers, body in received.messages:
        seconds, _, digest = headers["Visits-Signature"].partition(",")
        expected = hmac.new(secret.encode(), seconds[2:].encode() + b"." + body, hashlib.sha256).hexdigest()
        assert digest == f"v1={expected}"
        assert not any(word.encode() in body for word in PERSONAL)
        bodies.append(json.loads(body))
        assert headers["Visits-Delivery"] == bodies[-1]["id"]
    notice, published = sorted(bodies, key=lambda one: str(one["kind"]))
    assert (notice["kind"], published["kind"]) == ("notice.issued", "plan.published")
    assert notice["facts"] == {
        "plan": plan_id,
        "case": "c1",
        "day": "2026-12-04",
        "collectors": ["s1-a", "s1-b"],
    }
    with database.reading(scope, PUBLISHED_AT) as unit:
        address, _, link_secret = str(notice["link"]).partition("#")
        assert address == f"{SITE}/n"
        assert links.open_by_secret(unit, LinkKind.NOTICE, link_secret) is not None
        assert notices.of_plan(unit, plan_id)[0].sent_at == PUBLISHED_AT
    assert "link" not in published


def test_a_webhook_is_told_of_the_kinds_that_it_wants(database: Database) -> None:
    scope = a_branch(database)
    a_webhook(database, scope, SITE, ("plan.closed",))
    with database.writing(scope, PUBLISHED_AT) as unit:
        events.append(unit, EventKind.PLAN_PUBLISHED, "plan:x")
        events.append(unit, EventKind.PLAN_CLOSED, "plan:x")
    with database.reading(None, PUBLISHED_AT) as unit:
        assert [message.event.kind for message in webhooks.due(unit, 10)] == ["plan.closed"]


def test_a_unit_that_fails_leaves_neither_an_event_nor_a_message(database: Database) -> None:
    scope = a_branch(database)
    a_webhook(database, scope, SITE)

    def fail() -> None:
        with database.writing(scope, PUBLISHED_AT) as unit:
            events.append(unit, EventKind.PLAN_CLOSED, "plan:x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.reading(None, PUBLISHED_AT) as unit:
        assert events.after(unit, 0, 10) == []
        assert unit.session.scalars(select(DeliveryRow)).all() == []


@pytest.mark.parametrize("status", [None, 302, 404, 500])
def test_a_message_that_does_not_arrive_is_tried_by_the_schedule_and_then_given_up(
    database: Database, status: int | None
) -> None:
    scope = a_branch(database)
    a_webhook(database, scope, SITE)
    with database.writing(scope, PUBLISHED_AT) as unit:
        events.append(unit, EventKind.PLAN_CLOSED, "plan:x")
    tries: list[str] = []
    moment = PUBLISHED_AT

    def refuse(url: str, _body: bytes, _headers: dict[str, str]) -> int | None:
        tries.append(url)
        return status

    for number, pause in enumerate((*PAUSES, timedelta(days=1), timedelta(days=1)), 1):
        for waited in (timedelta(), pause - timedelta(seconds=1)):
            assert deliver_due(database, partial(datetime.__add__, moment, waited), refuse, None) == 0
        assert len(tries) == min(number, len(PAUSES) + 1)
        moment += pause
    assert len(tries) == len(PAUSES) + 1
    with database.reading(scope, moment) as unit:
        row = unit.session.scalars(select(DeliveryRow)).one()
        assert (row.next_at, row.delivered_at, row.last_status) == (None, None, status)


def test_three_hundred_failures_in_a_row_switch_a_webhook_off_and_one_success_starts_anew(database: Database) -> None:
    scope = a_branch(database)
    a_webhook(database, scope, SITE)

    def failures_after(count: int, status: int | None) -> tuple[int, bool]:
        with database.writing(scope, PUBLISHED_AT) as unit:
            for _ in range(count):
                events.append(unit, EventKind.PLAN_CLOSED, "plan:x")
        while deliver_due(database, lambda: PUBLISHED_AT, lambda *_: status, None):
            pass
        with database.writing(None, PUBLISHED_AT) as unit:
            for message in webhooks.due(unit, 1000):
                webhooks.settle(unit, message.delivery_id, status)
        with database.reading(scope, PUBLISHED_AT) as unit:
            row = unit.session.scalars(select(WebhookRow)).one()
            return row.failures, row.disabled_at is not None

    assert failures_after(MOST_FAILURES - 1, 500) == (MOST_FAILURES - 1, False)
    assert failures_after(1, 200) == (0, False)
    assert failures_after(MOST_FAILURES, 500) == (MOST_FAILURES, True)


def test_a_redirect_is_not_followed(database: Database) -> None:
    scope = a_branch(database)
    with a_receiver() as trap, a_receiver() as received:
        received.status, received.location = 302, f"http://127.0.0.1:{trap.port}/"
        a_webhook(database, scope, f"http://127.0.0.1:{received.port}/")
        with database.writing(scope, PUBLISHED_AT) as unit:
            events.append(unit, EventKind.PLAN_CLOSED, "plan:x")
        assert deliver_due(database, lambda: PUBLISHED_AT, sender(allow_loopback=True), None) == 0
        assert (len(received.messages), trap.messages) == (1, [])


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://127.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:a00:1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://172.16.0.1/",
        "https://100.64.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://224.0.0.1/",
        "https://user:word@example.org/",
        "https://example.org/#x",
        "file:///etc/passwd",
        "gopher://example.org/",
        "ftp://example.org/",
        "https:///x",
        "https://例え.example/",
        "https://exa mple.org/",
        "https://example.org:99999/",
        "",
    ],
)
def test_an_address_that_is_not_one_of_the_open_internet_is_refused(url: str) -> None:
    with pytest.raises(RefusedAddressError):
        target_of(url, allow_loopback=False)


@pytest.mark.parametrize(
    "url", ["https://example.org/x?y=1", "https://93.184.216.34/", "https://[2606:2800:220:1::1]/"]
)
def test_an_address_of_the_open_internet_is_taken(url: str) -> None:
    assert target_of(url, allow_loopback=False).is_encrypted


def test_a_name_that_leads_to_a_private_address_is_never_connected_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answers = {"one.example": ["127.0.0.1"], "two.example": ["93.184.216.34", "10.0.0.1"]}
    asked: list[str] = []

    def look_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answers[host]]

    def connect(*_: object, **__: object) -> socket.socket:
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    for host in answers:
        assert sender(allow_loopback=False)(f"https://{host}/", b"", {}) is None
    assert asked == ["one.example", "two.example"]


def test_the_address_that_was_judged_is_the_one_that_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[object] = []

    def connect(address: object, **_: object) -> socket.socket:
        connected.append(address)
        raise OSError

    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert sender(allow_loopback=False)("https://example.org/", b"", {}) is None
    assert connected == [("93.184.216.34", 443)]


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "fe80::1%eth0", "nonsense"])
def test_a_private_address_is_none_whatever_it_is_wrapped_in(address: str) -> None:
    assert not is_public(address)


def test_a_round_that_fails_does_not_end_the_rounds(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    scope = a_branch(database)
    a_webhook(database, scope, SITE)
    with database.writing(scope, PUBLISHED_AT) as unit:
        events.append(unit, EventKind.PLAN_CLOSED, "plan:x")
    monkeypatch.setattr(delivering, "PAUSE_SECONDS", 0.01)
    ended = threading.Event()
    tries = iter([RuntimeError("broken"), None])

    def post(_url: str, _body: bytes, _headers: dict[str, str]) -> int | None:
        found = next(tries)
        if found is not None:
            raise found
        ended.set()
        return 200

    delivering.keep_delivering(database, lambda: PUBLISHED_AT, post, None, ended)
    with database.reading(scope, PUBLISHED_AT) as unit:
        assert unit.session.scalars(select(DeliveryRow.delivered_at)).one() == PUBLISHED_AT
