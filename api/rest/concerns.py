"""`/api/v1/wishes` and `/api/v1/reports`: what borrowers asked and people at doors reported, and who saw to it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.papers.verification import short_reference
from api.rest.answers import TOKEN, answer, nothing, responses
from api.rest.cursors import Cursor, PageQuery, page_of
from api.rest.responses import Line, missing
from api.store import Unit, wishes
from api.store.wishes import Report, Wanted, Wish

concerns_api = APIBlueprint("concerns_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="concerns")])
_HANDLED = responses({"description": "Kept."}, 404, status=204)


class WishPath(BaseModel):
    """Where one wish stands."""

    wish_id: str = Field(description="The wish's id.")


class ReportPath(BaseModel):
    """Where one report stands."""

    report_id: str = Field(description="The report's id.")


class ConcernQuery(PageQuery):
    """Which of them."""

    open_only: bool = Field(default=True, description="Only those that nobody saw to.")
    branch: Line | None = Field(default=None, max_length=64, description="The code of a branch.")


class WishAnswer(BaseModel):
    """What a borrower asked."""

    id: str
    case_id: str = Field(description="The case's id in documents.")
    case_row_id: str = Field(description="The case's id in addresses.")
    branch: str = Field(description="The code of the case's branch.")
    kind: Literal["another_time", "another_place", "not_at_work", "dispute", "need_help", "stop"]
    text: str
    asked_at: datetime
    handled_by: str | None = Field(description="The user who saw to it.")
    handled_at: datetime | None

    @classmethod
    def of(cls, one: Wish) -> "WishAnswer":
        """From the store's."""
        return cls(
            id=one.id,
            case_id=one.case_code,
            case_row_id=one.case_id,
            branch=one.branch_code,
            kind=one.kind.value,
            text=one.text,
            asked_at=one.asked_at,
            handled_by=one.handled_by,
            handled_at=one.handled_at,
        )


class WishList(BaseModel):
    """Wishes, the oldest first."""

    wishes: list[WishAnswer]
    next_cursor: str | None


class ReportAnswer(BaseModel):
    """Somebody says that a visitor is not whom the page shows."""

    id: str
    reference: str = Field(description="The beginning of the letter's number.")
    branch: str | None = Field(description="The code of the letter's branch; null for a letter that nobody issued.")
    text: str
    reported_at: datetime
    handled_by: str | None = Field(description="The user who saw to it.")
    handled_at: datetime | None

    @classmethod
    def of(cls, one: Report) -> "ReportAnswer":
        """From the store's."""
        return cls(
            id=one.id,
            reference=short_reference(one.letter_number),
            branch=one.branch_code,
            text=one.text,
            reported_at=one.reported_at,
            handled_by=one.handled_by,
            handled_at=one.handled_at,
        )


class ReportList(BaseModel):
    """Reports, the oldest first."""

    reports: list[ReportAnswer]
    next_cursor: str | None


@concerns_api.get(
    "/wishes",
    operation_id="listWishes",
    summary="List what borrowers asked",
    responses=responses(WishList),
    security=TOKEN,
)
@allow(Role.DISPATCHER, Role.COMPLIANCE)
def list_wishes(query: ConcernQuery) -> Response:
    """In their own words; what follows from them already holds."""
    shown, following = _page(query, wishes.listed, lambda wish: (wish.asked_at, wish.id))
    return answer(WishList(wishes=[WishAnswer.of(one) for one in shown], next_cursor=following))


@concerns_api.post(
    "/wishes/<wish_id>/handled",
    operation_id="handleWish",
    summary="Say that somebody saw to a wish",
    responses=_HANDLED,
    security=TOKEN,
)
@allow(Role.DISPATCHER, Role.COMPLIANCE)
def handle_wish(path: WishPath) -> Response:
    """What followed from it stays until somebody lifts it. Twice is once."""
    return _handled("wish", path.wish_id, wishes.handle)


@concerns_api.get(
    "/reports",
    operation_id="listReports",
    summary="List reports about visitors",
    responses=responses(ReportList),
    security=TOKEN,
)
@allow(Role.DISPATCHER, Role.COMPLIANCE, Role.ADMINISTRATOR)
def list_reports(query: ConcernQuery) -> Response:
    """From the verification page, the oldest first."""
    shown, following = _page(query, wishes.reports, lambda report: (report.reported_at, report.id))
    return answer(ReportList(reports=[ReportAnswer.of(one) for one in shown], next_cursor=following))


@concerns_api.post(
    "/reports/<report_id>/handled",
    operation_id="handleReport",
    summary="Say that somebody saw to a report",
    responses=_HANDLED,
    security=TOKEN,
)
@allow(Role.DISPATCHER, Role.COMPLIANCE, Role.ADMINISTRATOR)
def handle_report(path: ReportPath) -> Response:
    """Twice is once."""
    return _handled("report", path.report_id, wishes.handle_report)


def _page[One](
    query: ConcernQuery, look: Callable[[Unit, Wanted], tuple[One, ...]], place: Callable[[One], tuple[datetime, str]]
) -> tuple[Sequence[One], str | None]:
    """A part of a list, and the cursor of the next one; `place` is where one stands in the order."""
    cursor = Cursor.read(query.cursor, 2)
    wanted = Wanted(
        open_only=query.open_only,
        branch_code=query.branch,
        after=None if cursor is None else (cursor.moment(0), cursor.parts[1]),
        most=query.limit + 1,
    )
    with current.database().reading(actor().scope, current.now()) as unit:
        shown, last = page_of(look(unit, wanted), query.limit)
    if last is None:
        return shown, None
    told_at, last_id = place(last)
    return shown, Cursor((told_at.isoformat(), last_id)).written


def _handled(what: str, its_id: str, handle: Callable[[Unit, str], bool]) -> Response:
    with current.writing() as unit:
        if not handle(unit, its_id):
            raise missing(what)
    return nothing()
