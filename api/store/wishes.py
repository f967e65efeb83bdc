"""What borrowers ask by the link of a notice, and what anybody reports on the verification page."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import and_, select

from api.store.database import Unit
from api.store.tables.cases import CaseRow, NoticeRow
from api.store.tables.organisation import TenantRow
from api.store.tables.plans import StopRow
from api.store.tables.visiting import LetterRow, LinkRow, ReportRow, WishRow


class WishKind(StrEnum):
    """The closed list of what a borrower can ask."""

    ANOTHER_TIME = "another_time"
    ANOTHER_PLACE = "another_place"
    NOT_AT_WORK = "not_at_work"
    DISPUTE = "dispute"
    NEED_HELP = "need_help"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A wish; see `WishRow`.

    Attributes:
        announced_for: The day of the visit whose notice led here; None once the link was deleted.
        is_called_off: Whether that visit was called off, for this wish or another reason.
    """

    id: str
    case_code: str
    kind: WishKind
    text: str
    asked_at: datetime
    handled_at: datetime | None
    handled_by: str | None
    announced_for: date | None
    is_called_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report; see `ReportRow`."""

    id: str
    letter_number: str
    text: str
    reported_at: datetime
    handled_at: datetime | None
    handled_by: str | None


def ask(unit: Unit, case_id: str, link_id: str, kind: WishKind, text: str) -> bool:
    """Keep a wish; the same kind by the same link is kept once.

    Returns:
        Whether it is new.
    """
    same = select(WishRow).where(WishRow.link_id == link_id, WishRow.kind == kind)
    known = unit.session.scalars(same).one_or_none()
    if known is not None:
        if text:
            known.sealed_text = unit.seal(text)
        return False
    row = WishRow(
        case_id=case_id,
        link_id=link_id,
        kind=kind,
        sealed_text=unit.seal(text),
        asked_at=unit.now,
        handled_by=None,
        handled_at=None,
    )
    unit.session.add(row)
    unit.session.flush()
    unit.note("wish.asked", f"wish:{row.id}", kind=kind.value)
    return True


def listed(unit: Unit, *, open_only: bool) -> tuple[Wish, ...]:
    """All wishes of the scope, the oldest first."""
    its_stop = and_(StopRow.plan_id == NoticeRow.plan_id, StopRow.visit_code == CaseRow.code)
    query = (
        select(WishRow, CaseRow.code, NoticeRow.first_day, StopRow.cancelled_at)
        .join(CaseRow, CaseRow.id == WishRow.case_id)
        .outerjoin(LinkRow, LinkRow.id == WishRow.link_id)
        .outerjoin(NoticeRow, NoticeRow.id == LinkRow.notice_id)
        .outerjoin(StopRow, its_stop)
    )
    if open_only:
        query = query.where(WishRow.handled_at.is_(None))
    return tuple(
        Wish(
            id=row.id,
            case_code=code,
            kind=WishKind(row.kind),
            text=unit.opened(row.sealed_text),
            asked_at=row.asked_at,
            handled_at=row.handled_at,
            handled_by=row.handled_by,
            announced_for=day,
            is_called_off=cancelled_at is not None,
        )
        for row, code, day, cancelled_at in unit.session.execute(query.order_by(WishRow.asked_at, WishRow.id))
    )


def handle(unit: Unit, wish_id: str) -> bool:
    """Somebody saw to it; False where there is no such wish."""
    row = unit.session.scalars(select(WishRow).where(WishRow.id == wish_id)).one_or_none()
    return _handle(unit, row, "wish")


def report_to_lenders(unit: Unit, letter_number: str, text: str) -> None:
    """Keep a report about whoever shows a letter with this number.

    Args:
        unit: Of the installation.
        letter_number: As it was typed; of a letter that nobody issued, every lender hears.
        text: What happened, in somebody's own words; may be empty.
    """
    query = select(LetterRow.tenant_id).where(LetterRow.number == letter_number)
    lenders = list(unit.session.scalars(query)) or list(unit.session.scalars(select(TenantRow.id)))
    for tenant_id in lenders:
        row = ReportRow(
            tenant_id=tenant_id,
            letter_number=letter_number,
            sealed_text=unit.seal(text),
            reported_at=unit.now,
            handled_by=None,
            handled_at=None,
        )
        unit.session.add(row)
        unit.session.flush()
        unit.note("report.made", f"report:{row.id}")


def reports(unit: Unit, *, open_only: bool) -> tuple[Report, ...]:
    """All reports of the lender, the oldest first."""
    query = select(ReportRow).order_by(ReportRow.reported_at, ReportRow.id)
    if open_only:
        query = query.where(ReportRow.handled_at.is_(None))
    return tuple(
        Report(
            id=row.id,
            letter_number=row.letter_number,
            text=unit.opened(row.sealed_text),
            reported_at=row.reported_at,
            handled_at=row.handled_at,
            handled_by=row.handled_by,
        )
        for row in unit.session.scalars(query)
    )


def handle_report(unit: Unit, report_id: str) -> bool:
    """Somebody saw to it; False where there is no such report."""
    row = unit.session.scalars(select(ReportRow).where(ReportRow.id == report_id)).one_or_none()
    return _handle(unit, row, "report")


def _handle(unit: Unit, row: WishRow | ReportRow | None, what: str) -> bool:
    if row is None:
        return False
    if row.handled_at is None:
        row.handled_at = unit.now
        row.handled_by = None if unit.scope is None else unit.scope.user_id
        unit.session.flush()
        unit.note(f"{what}.handled", f"{what}:{row.id}")
    return True
