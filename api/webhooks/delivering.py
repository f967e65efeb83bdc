"""One round of sending: what is due goes out, what every receiver answered is written down."""

import contextlib
import hashlib
import hmac
import http.client
import json
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from api.store import Database, Unit, links, notices, webhooks
from api.store.webhooks import Message
from api.webhooks import loopback_is_allowed
from api.webhooks.addresses import RefusedAddressError, Target, address_of, target_of

ROUND = 50
PAUSE_SECONDS = 5.0
_logger = logging.getLogger(__name__)
_TIMEOUT_SECONDS = 10
_SUBJECT_OF_NOTICE = "notice:"

type Post = Callable[[str, bytes, dict[str, str]], int | None]
"""Sends a body with headers to an address; the status of the answer, None without one."""


def deliver_due(database: Database, clock: Callable[[], datetime], post: Post, public_url: str | None) -> int:
    """Send what is due; a message that was sent when this process dies is sent again, with the same id.

    Args:
        database: The installation's.
        clock: What time it is.
        post: Sends one message; `sender` makes one.
        public_url: Where borrowers' links lead; None leaves them out.

    Returns:
        How many arrived.
    """
    with database.reading(None, clock()) as unit:
        waiting = webhooks.due(unit, ROUND)
    arrived = 0
    for message in waiting:
        body = body_of(message, public_url)
        status = post(message.url, body, signed(message, body, clock()))
        with database.writing(None, clock()) as unit:
            if webhooks.settle(unit, message.delivery_id, status):
                arrived += 1
                _hand_over(unit, message)
    return arrived


def keep_delivering(
    database: Database,
    clock: Callable[[], datetime],
    post: Post,
    public_url: str | None,
    ended: threading.Event,
) -> None:
    """Send what is due, round after round, until told to end; what goes wrong in one round is tried in the next.

    Args:
        database: As of `deliver_due`.
        clock: The same.
        post: The same.
        public_url: The same.
        ended: Set to end.
    """
    while not ended.wait(PAUSE_SECONDS):
        try:
            deliver_due(database, clock, post, public_url)
        except Exception as error:  # the thread must live on, whatever a database says
            _logger.error("webhooks: %s", type(error).__name__)


def body_of(message: Message, public_url: str | None) -> bytes:
    """The message as JSON: ids and codes; a notice also carries the borrower's link."""
    event = message.event
    content: dict[str, object] = {
        "id": message.delivery_id,
        "sequence": event.sequence,
        "kind": event.kind,
        "at": event.at.astimezone(UTC).isoformat(),
        "subject": event.subject,
        "facts": event.facts,
    }
    if message.link_secret is not None and public_url is not None:
        content["link"] = f"{public_url}/n#{message.link_secret}"
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def signed(message: Message, body: bytes, now: datetime) -> dict[str, str]:
    """The headers: `Visits-Signature: t=SECONDS,v1=HEX`, HMAC-SHA256 of `SECONDS.BODY` with the webhook's secret."""
    seconds = str(int(now.timestamp()))
    digest = hmac.new(message.secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "Visits-Delivery": message.delivery_id,
        "Visits-Signature": f"t={seconds},v1={digest}",
    }


@contextlib.contextmanager
def delivering(database: Database, clock: Callable[[], datetime], public_url: str | None) -> Iterator[None]:
    """Send what is due in a thread of its own while the block runs; see `keep_delivering`."""
    ended = threading.Event()
    post = sender(allow_loopback=loopback_is_allowed(public_url))
    work = (database, clock, post, public_url, ended)
    thread = threading.Thread(target=keep_delivering, args=work, name="webhooks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def sender(*, allow_loopback: bool) -> Post:
    """Sends over the network, to one address that was looked up and judged, and follows no redirect."""

    def post(url: str, body: bytes, headers: dict[str, str]) -> int | None:
        try:
            target = target_of(url, allow_loopback=allow_loopback)
            address = address_of(target, allow_loopback=allow_loopback)
            return _post(target, address, body, headers)
        except (RefusedAddressError, OSError, http.client.HTTPException):
            return None

    return post


def _post(target: Target, address: str, body: bytes, headers: dict[str, str]) -> int:
    with socket.create_connection((address, target.port), timeout=_TIMEOUT_SECONDS) as plain:
        connection = http.client.HTTPConnection(target.host, target.port, timeout=_TIMEOUT_SECONDS)
        # The connection is ours: http.client would look the name up again.
        connection.sock = (
            ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
            if target.is_encrypted
            else plain
        )
        try:
            connection.request("POST", target.path, body=body, headers=headers)
            return connection.getresponse().status
        finally:
            connection.close()


def _hand_over(unit: Unit, message: Message) -> None:
    """A notice that the lender took is sent; its link's secret is needed no more."""
    subject = message.event.subject
    if message.link_secret is not None and subject.startswith(_SUBJECT_OF_NOTICE):
        notice_id = subject.removeprefix(_SUBJECT_OF_NOTICE)
        notices.hand_over(unit, notice_id)
        links.forget_secret(unit, notice_id)
