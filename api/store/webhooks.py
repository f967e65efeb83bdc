"""Where a lender wants to be told of events, and the messages that wait for it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from api.store import events
from api.store.database import Unit
from api.store.events import Event
from api.store.tables.service import DeliveryRow, WebhookRow
from api.store.tables.visiting import LinkRow

# A message that did not arrive is tried again after these pauses, then given up.
PAUSES = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=8),
)
MOST_FAILURES = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One of the lender's; see `WebhookRow`."""

    id: str
    url: str
    kinds: tuple[str, ...]
    created_at: datetime
    disabled_at: datetime | None
    failures: int
    rev: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A delivery that is due, with all that it takes to send it.

    Attributes:
        delivery_id: Receivers know a repeated message by it.
        url: Where it goes.
        secret: What it is signed with.
        event: What it tells.
        link_secret: Of the link that a notice carries; None for other events, and once a notice was handed over.
    """

    delivery_id: str
    url: str
    secret: str
    event: Event
    link_secret: str | None


def add(unit: Unit, url: str, kinds: Sequence[str]) -> tuple[Webhook, str]:
    """Add one.

    Returns:
        The webhook, and the secret that its messages are signed with, which is not shown again.
    """
    secret = secrets.token_urlsafe(32)
    row = WebhookRow(
        url=url, sealed_secret=unit.seal(secret), kinds=list(kinds), created_at=unit.now, failures=0, disabled_at=None
    )
    unit.session.add(row)
    unit.session.flush()
    unit.note("webhook.added", f"webhook:{row.id}", kinds=list(kinds))
    return _webhook(row), secret


def listed(unit: Unit) -> tuple[Webhook, ...]:
    """All of the lender's."""
    query = select(WebhookRow).order_by(WebhookRow.created_at, WebhookRow.id)
    return tuple(_webhook(row) for row in unit.session.scalars(query))


def get(unit: Unit, webhook_id: str) -> Webhook | None:
    """One of them."""
    row = unit.session.scalars(select(WebhookRow).where(WebhookRow.id == webhook_id)).one_or_none()
    return None if row is None else _webhook(row)


def change(unit: Unit, webhook_id: str, *, kinds: Sequence[str] | None, enabled: bool | None) -> Webhook:
    """Change what it is told, or switch it off or on; on again, it starts without failures."""
    row = unit.session.scalars(select(WebhookRow).where(WebhookRow.id == webhook_id)).one()
    if kinds is not None:
        row.kinds = list(kinds)
    if enabled is not None:
        row.disabled_at = None if enabled else row.disabled_at or unit.now
        row.failures = 0 if enabled else row.failures
    unit.session.flush()
    unit.note("webhook.changed", f"webhook:{row.id}", enabled=row.disabled_at is None)
    return _webhook(row)


def due(unit: Unit, limit: int) -> tuple[Message, ...]:
    """The messages that shall go out now, the longest waiting first."""
    query = (
        select(DeliveryRow, WebhookRow)
        .join(WebhookRow, WebhookRow.id == DeliveryRow.webhook_id)
        .where(DeliveryRow.next_at <= unit.now, WebhookRow.disabled_at.is_(None))
        .order_by(DeliveryRow.next_at, DeliveryRow.id)
        .limit(limit)
    )
    return tuple(_message(unit, row, hook) for row, hook in unit.session.execute(query))


def settle(unit: Unit, delivery_id: str, status: int | None) -> bool:
    """Write down what a receiver answered.

    Args:
        unit: Of the installation.
        delivery_id: The message.
        status: Of the answer; None without one.

    Returns:
        Whether it arrived.
    """
    row = unit.session.scalars(select(DeliveryRow).where(DeliveryRow.id == delivery_id)).one()
    hook = unit.session.scalars(select(WebhookRow).where(WebhookRow.id == row.webhook_id)).one()
    row.attempts += 1
    row.last_status = status
    arrived = status is not None and 200 <= status < 300
    if arrived:
        row.delivered_at, row.next_at, hook.failures = unit.now, None, 0
        return True
    hook.failures += 1
    row.next_at = unit.now + PAUSES[row.attempts - 1] if row.attempts <= len(PAUSES) else None
    if hook.failures >= MOST_FAILURES:
        hook.disabled_at = unit.now
    return False


def _message(unit: Unit, row: DeliveryRow, hook: WebhookRow) -> Message:
    link = None
    if row.notice_id is not None:
        # Links of earlier notices may lead to this one too; its message carries its own.
        own = (LinkRow.notice_id == row.notice_id, LinkRow.sealed_secret.is_not(None))
        link = unit.session.scalars(select(LinkRow).where(*own)).one_or_none()
    return Message(
        delivery_id=row.id,
        url=hook.url,
        secret=unit.opened(hook.sealed_secret),
        event=events.get(unit, row.event_sequence),
        link_secret=None if link is None or link.sealed_secret is None else unit.opened(link.sealed_secret),
    )


def _webhook(row: WebhookRow) -> Webhook:
    return Webhook(
        id=row.id,
        url=row.url,
        kinds=tuple(row.kinds),
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        failures=row.failures,
        rev=row.rev,
    )
