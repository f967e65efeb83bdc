"""What happened, for programs that follow along, and the messages that tell it to webhooks: one unit keeps both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from api.store.audit import Fact
from api.store.database import Unit
from api.store.tables.plans import PlanRow
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
    VISIT_REFUSED = "visit.refused"
    VISIT_LEFT = "visit.left"
    VISIT_URGENT = "visit.urgent"
    FOLLOWUP_DUE = "followup.due"
    LINK_OPENED = "link.opened"
    VISIT_BOOKED = "visit.booked"
    WISH_ASKED = "wish.asked"
    CREW_ALARM = "crew.alarm"
    CREW_ANSWERED = "crew.answered"
    CREW_LATE = "crew.late"
    CREW_SHORT = "crew.short"
    CREW_WHOLE = "crew.whole"
    CREW_STRANDED = "crew.stranded"
    CREW_MOBILE = "crew.mobile"
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


def of_day(unit: Unit, plan_id: str, *kinds: EventKind) -> Sequence[Event]:
    """What was told of the day of a plan, in order: of this plan, and of those that its branch followed before it.

    Args:
        unit: Of the branch or lender.
        plan_id: A plan that is there.
        *kinds: Of events whose subject is a plan.
    """
    this = select(PlanRow.day, PlanRow.branch_id).where(PlanRow.id == plan_id).subquery()
    same_day = (PlanRow.day == this.c.day, PlanRow.branch_id == this.c.branch_id)
    plans = unit.session.scalars(select(PlanRow.id).where(*same_day, PlanRow.published_at.is_not(None)))
    return of_plans(unit, plans, *kinds)


def of_plans(unit: Unit, plan_ids: Iterable[str], *kinds: EventKind) -> Sequence[Event]:
    """The events of these kinds whose subject is one of these plans, in order."""
    subjects = [f"plan:{one}" for one in plan_ids]
    query = select(EventRow).where(EventRow.subject.in_(subjects), EventRow.kind.in_(kinds))
    return [_event(row) for row in unit.session.scalars(query.order_by(EventRow.sequence))]


def get(unit: Unit, sequence: int) -> Event:
    """One that is there."""
    return _event(unit.session.scalars(select(EventRow).where(EventRow.sequence == sequence)).one())


def _event(row: EventRow) -> Event:
    facts = row.facts if isinstance(row.facts, dict) else {}
    return Event(sequence=row.sequence, at=row.at, kind=row.kind, subject=row.subject, facts=facts)
