"""Announcements of visits: issued when a plan is published, received by the lender's word for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select

from api.store import events
from api.store.database import Unit
from api.store.events import EventKind
from api.store.tables.cases import CaseRow, NoticeRow
from scheduler.domain.time_window import TimeWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedNotice:
    """A notice of a published plan; see `NoticeRow`.

    Attributes:
        hours: In which the whole visit lies, as it says; None where it says none.
    """

    id: str
    case_id: str
    case_code: str
    plan_id: str | None
    day: date
    collector_codes: tuple[str, ...]
    hours: TimeWindow | None
    sent_at: datetime | None
    delivered_at: datetime | None
    withdrawn_at: datetime | None
    rev: int


def standing(unit: Unit, case_id: str, day: date) -> tuple[IssuedNotice, ...]:
    """The notices that announce a day of a case and were not called back."""
    return tuple(_issued(*found) for found in unit.session.execute(_standing([case_id], day)))


def told(unit: Unit, case_ids: Iterable[str], day: date) -> tuple[IssuedNotice, ...]:
    """Those of many cases that were sent, the earliest first: what borrowers know of a day."""
    query = _standing(case_ids, day).where(NoticeRow.sent_at.is_not(None)).order_by(NoticeRow.sent_at, NoticeRow.id)
    return tuple(_issued(*found) for found in unit.session.execute(query))


def issue(
    unit: Unit,
    *,
    plan_id: str,
    case_id: str,
    case_code: str,
    day: date,
    collector_codes: Sequence[str],
    hours: TimeWindow,
) -> str:
    """Announce a visit; it counts from when the lender's messages took it.

    Returns:
        The notice's id.
    """
    row = NoticeRow(
        case_id=case_id,
        plan_id=plan_id,
        sent_at=None,
        delivered_at=None,
        first_day=day,
        last_day=day,
        collector_codes=list(collector_codes),
        earliest_start=hours.earliest_start,
        latest_end=hours.latest_end,
        consented_at=None,
        withdrawn_at=None,
    )
    unit.session.add(row)
    unit.session.flush()
    unit.note("notice.issued", f"notice:{row.id}", plan=plan_id)
    return row.id


def announce(unit: Unit, notice: IssuedNotice) -> None:
    """Put the notice out for the lender's webhooks; its borrower's link must be there."""
    events.append(
        unit,
        EventKind.NOTICE_ISSUED,
        f"notice:{notice.id}",
        notice_id=notice.id,
        plan=notice.plan_id,
        case=notice.case_code,
        day=notice.day.isoformat(),
        collectors=list(notice.collector_codes),
    )


def get(unit: Unit, notice_id: str) -> IssuedNotice | None:
    """One of them."""
    found = unit.session.execute(_query().where(NoticeRow.id == notice_id)).one_or_none()
    return None if found is None else _issued(*found)


def of_plan(unit: Unit, plan_id: str) -> tuple[IssuedNotice, ...]:
    """Those that belong to a plan, by case."""
    query = _query().where(NoticeRow.plan_id == plan_id).order_by(CaseRow.code)
    return tuple(_issued(*found) for found in unit.session.execute(query))


def of_case(unit: Unit, case_id: str) -> tuple[IssuedNotice, ...]:
    """All that announce a visit to a case's borrower, those that wait or were called back too."""
    query = _query().where(NoticeRow.case_id == case_id).order_by(NoticeRow.first_day, NoticeRow.id)
    return tuple(_issued(*found) for found in unit.session.execute(query))


def take_over(unit: Unit, notice_id: str, plan_id: str, visit: TimeWindow, hours: TimeWindow) -> None:
    """Let a notice belong to the plan that was published in place of its own.

    Args:
        unit: Of the branch.
        notice_id: The notice.
        plan_id: The plan.
        visit: When the plan has the visit. Where that is not what the notice said, it says `hours` from now on.
        hours: In which the visit lies.
    """
    row = _row(unit, notice_id)
    row.plan_id = plan_id
    said = _hours(row)
    if said is not None and not said.holds(visit):
        row.earliest_start, row.latest_end = hours.earliest_start, hours.latest_end
        unit.note("notice.revised", f"notice:{notice_id}", plan=plan_id)


def hand_over(unit: Unit, notice_id: str) -> None:
    """The lender's messages took it."""
    row = _row(unit, notice_id)
    row.sent_at = row.sent_at or unit.now


def receive(unit: Unit, notice_id: str, delivered_at: datetime, consented_at: datetime | None) -> bool:
    """Write down that it was delivered, and that the borrower agreed not to wait.

    Returns:
        Whether this told anything new.
    """
    row = _row(unit, notice_id)
    if row.delivered_at is not None and (consented_at is None or row.consented_at is not None):
        return False
    row.sent_at = row.sent_at or delivered_at
    row.delivered_at = row.delivered_at or delivered_at
    row.consented_at = row.consented_at or consented_at
    unit.session.flush()
    unit.note("notice.delivered", f"notice:{notice_id}", consented=consented_at is not None)
    events.append(unit, EventKind.NOTICE_DELIVERED, f"notice:{notice_id}", plan=row.plan_id)
    return True


def withdraw(unit: Unit, notice: IssuedNotice, reason: str) -> None:
    """Call it back, and tell the lender; its link stays, for the borrower may still want to ask something."""
    row = _row(unit, notice.id)
    if row.withdrawn_at is not None:
        return
    row.withdrawn_at = unit.now
    unit.note("notice.withdrawn", f"notice:{notice.id}", reason=reason)
    events.append(
        unit, EventKind.NOTICE_WITHDRAWN, f"notice:{notice.id}", case=notice.case_code, plan=row.plan_id, reason=reason
    )


def _query() -> Select[NoticeRow, str]:
    return select(NoticeRow, CaseRow.code).join(CaseRow, CaseRow.id == NoticeRow.case_id)


def _standing(case_ids: Iterable[str], day: date) -> Select[NoticeRow, str]:
    return _query().where(
        NoticeRow.case_id.in_(sorted(set(case_ids))),
        NoticeRow.first_day <= day,
        NoticeRow.last_day >= day,
        NoticeRow.withdrawn_at.is_(None),
    )


def _hours(row: NoticeRow) -> TimeWindow | None:
    if row.earliest_start is None or row.latest_end is None:
        return None
    return TimeWindow(earliest_start=row.earliest_start, latest_end=row.latest_end)


def _row(unit: Unit, notice_id: str) -> NoticeRow:
    return unit.session.scalars(select(NoticeRow).where(NoticeRow.id == notice_id)).one()


def _issued(row: NoticeRow, case_code: str) -> IssuedNotice:
    return IssuedNotice(
        id=row.id,
        case_id=row.case_id,
        case_code=case_code,
        plan_id=row.plan_id,
        day=row.first_day,
        collector_codes=tuple(row.collector_codes),
        hours=_hours(row),
        sent_at=row.sent_at,
        delivered_at=row.delivered_at,
        withdrawn_at=row.withdrawn_at,
        rev=row.rev,
    )
