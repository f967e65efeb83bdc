"""What happened, for programs that follow along, and the messages that tell it to webhooks: one unit keeps both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from api.store.audit import Fact
from api.store.database import Unit
from api.store.tables.service import DeliveryRow, EventRow, WebhookRow


class EventKind(StrEnum):
    """The closed list of events."""

    PLAN_PUBLISHED = "plan.published"
    PLAN_CLOSED = "plan.closed"
    NOTICE_ISSUED = "notice.issued"
    NOTICE_WITHDRAWN = "notice.withdrawn"
    NOTICE_DELIVERED = "notice.delivered"
    VISIT_STARTED = "visit.started"
    VISIT_ENDED = "visit.ended"
    VISIT_CORRECTED = "visit.corrected"
    VISIT_CANCELLED = "visit.cancelled"
    VISIT_BOOKED = "visit.booked"
    WISH_ASKED = "wish.asked"
    CREW_ALARM = "crew.alarm"
    CREW_ANSWERED = "crew.answered"
    EXPORT_LIMITED = "export.limited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event: `subject` is `plan:ID` and the like, `facts` are ids and codes."""

    sequence: int
    at: datetime
    kind: str
    subject: str
    facts: Mapping[str, Fact]


def append(unit: Unit, kind: EventKind, subject: str, *, notice_id: str | None = None, **facts: Fact) -> int:
    """Tell it: kept for those who ask, and put out for every webhook that wants this kind.

    Args:
        unit: Of a branch.
        kind: What happened.
        subject: To what.
        notice_id: The notice whose link the message shall carry.
        **facts: Ids and codes.

    Returns:
        The event's number.
    """
    row = EventRow(at=unit.now, kind=kind, subject=subject, facts=facts)
    unit.session.add(row)
    unit.session.flush()
    hooks = unit.session.scalars(select(WebhookRow).where(WebhookRow.disabled_at.is_(None)))
    for hook in hooks:
        if not hook.kinds or kind in hook.kinds:
            delivery = DeliveryRow(
                webhook_id=hook.id,
                event_sequence=row.sequence,
                notice_id=notice_id,
                attempts=0,
                next_at=unit.now,
            )
            unit.session.add(delivery)
    return row.sequence


def after(unit: Unit, sequence: int, limit: int) -> Sequence[Event]:
    """The events after a number, in order."""
    query = select(EventRow).where(EventRow.sequence > sequence).order_by(EventRow.sequence).limit(limit)
    return [_event(row) for row in unit.session.scalars(query)]


def get(unit: Unit, sequence: int) -> Event:
    """One that is there."""
    return _event(unit.session.scalars(select(EventRow).where(EventRow.sequence == sequence)).one())


def _event(row: EventRow) -> Event:
    facts = row.facts if isinstance(row.facts, dict) else {}
    return Event(sequence=row.sequence, at=row.at, kind=row.kind, subject=row.subject, facts=facts)
