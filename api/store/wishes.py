"""What borrowers ask by the link of a notice, and what anybody reports on the verification page."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from api.store.database import Unit
from api.store.tables.cases import CaseRow, NoticeRow
from api.store.tables.organisation import BranchRow, TenantRow
from api.store.tables.plans import StopRow
from api.store.tables.visiting import LetterRow, ReportRow, WishRow


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
    case_id: str
    case_code: str
    branch_code: str
    kind: WishKind
    text: str
    asked_at: datetime
    handled_by: str | None
    handled_at: datetime | None
    announced_for: date | None
    is_called_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report; see `ReportRow`. `branch_code` is that of the letter, None for a letter that nobody issued."""

    id: str
    letter_number: str
    branch_code: str | None
    text: str
    reported_at: datetime
    handled_by: str | None
    handled_at: datetime | None


def ask(unit: Unit, case_id: str, kind: WishKind, text: str, *, link_id: str, notice_id: str) -> bool:
    """Keep a wish; the same kind about the same notice is kept once.

    Returns:
        Whether it is new.
    """
    same = select(WishRow).where(WishRow.notice_id == notice_id, WishRow.kind == kind)
    known = unit.session.scalars(same).one_or_none()
    if known is not None:
        if text:
            known.sealed_text = unit.seal(text)
        return False
    row = WishRow(
        case_id=case_id,
        link_id=link_id,
        notice_id=notice_id,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which wishes or reports.

    Attributes:
        open_only: Only those that nobody saw to.
        branch_code: Of a branch; None for all of the scope.
        case_id: Of one case's row; None for all.
        after: The moment and the id of the last one that was read.
        most: How many.
    """

    open_only: bool = True
    branch_code: str | None = None
    case_id: str | None = None
    after: tuple[datetime, str] | None = None
    most: int = 200


def listed(unit: Unit, wanted: Wanted) -> tuple[Wish, ...]:
    """Wishes of the scope, the oldest first."""
    its_stop = and_(StopRow.plan_id == NoticeRow.plan_id, StopRow.visit_code == CaseRow.code)
    query = (
        select(WishRow, CaseRow.code, BranchRow.code, NoticeRow.first_day, StopRow.cancelled_at)
        .join(CaseRow, CaseRow.id == WishRow.case_id)
        .join(BranchRow, BranchRow.id == WishRow.branch_id)
        .outerjoin(NoticeRow, NoticeRow.id == WishRow.notice_id)
        .outerjoin(StopRow, its_stop)
    )
    if wanted.case_id is not None:
        query = query.where(WishRow.case_id == wanted.case_id)
    return tuple(
        Wish(
            id=row.id,
            case_id=row.case_id,
            case_code=code,
            branch_code=branch_code,
            kind=WishKind(row.kind),
            text=unit.opened(row.sealed_text),
            asked_at=row.asked_at,
            handled_by=row.handled_by,
            handled_at=row.handled_at,
            announced_for=day,
            is_called_off=cancelled_at is not None,
        )
        for row, code, branch_code, day, cancelled_at in unit.session.execute(
            _part(query, wanted, WishRow, WishRow.asked_at)
        )
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


def reports(unit: Unit, wanted: Wanted) -> tuple[Report, ...]:
    """Reports of the lender, the oldest first."""
    query = (
        select(ReportRow, BranchRow.code)
        .outerjoin(LetterRow, LetterRow.number == ReportRow.letter_number)
        .outerjoin(BranchRow, BranchRow.id == LetterRow.branch_id)
    )
    return tuple(
        Report(
            id=row.id,
            letter_number=row.letter_number,
            branch_code=branch_code,
            text=unit.opened(row.sealed_text),
            reported_at=row.reported_at,
            handled_by=row.handled_by,
            handled_at=row.handled_at,
        )
        for row, branch_code in unit.session.execute(_part(query, wanted, ReportRow, ReportRow.reported_at))
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


def _part[*Row](
    query: Select[*Row], wanted: Wanted, table: Any, told_at: InstrumentedAttribute[datetime]
) -> Select[*Row]:
    """The rows of a table that are wanted, in the order in which they came."""
    if wanted.open_only:
        query = query.where(table.handled_at.is_(None))
    if wanted.branch_code is not None:
        query = query.where(BranchRow.code == wanted.branch_code)
    if wanted.after is not None:
        moment, last_id = wanted.after
        query = query.where(or_(told_at > moment, (told_at == moment) & (table.id > last_id)))
    return query.order_by(told_at, table.id).limit(wanted.most)
