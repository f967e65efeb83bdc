"""Writes that a program sends to the service, and the rows by which each of them can be seen afterwards."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from api.client import Answer, Document, VisitsClient
from api.store import Unit
from api.store.events import EventKind
from api.store.links import LinkKind
from api.store.plans import PlanState
from api.store.tables.cases import BlockRow, BorrowerRow, CaseRow, ContactRow, NoticeRow, PlaceRow
from api.store.tables.plans import PlanRow, RouteRow, StopRow
from api.store.tables.service import AnsweredRow, AuditRow, EventRow
from api.store.tables.visiting import LetterRow, LinkRow, VisitRecordRow
from benchmarks.faults.lawful_day import CARRIED, SHIFT
from benchmarks.stored_cases import borrower_code

OUTCOME = "HARDSHIP"  # puts a circumstance upon the case too


class Seen(Enum):
    """How much of a write is in the store."""

    NOTHING = "nothing"
    ONCE = "once, whole"
    WRONG = "a part, or more than once"


@dataclass(kw_only=True, eq=False)
class Write:
    """A request that changes something.

    Attributes:
        kind: What it does, in a word or two.
        path: Of the interface.
        rows: Counts what it puts into the store, table by table; all are 1 when it is there, and 0 when it is not.
        body: A document, None for none.
        if_match: The ETag of what it changes, None where nothing is there before.
        key: Its Idempotency-Key.
    """

    kind: str
    path: str
    rows: Callable[[Unit], tuple[int, ...]]
    body: Document | None = None
    if_match: str | None = None
    key: str = field(default_factory=lambda: secrets.token_hex(16))

    def send(self, client: VisitsClient) -> Answer:
        """Ask for it, always with the same key.

        Raises:
            RefusedError: See `VisitsClient.ask`.
            OSError: Likewise.
        """
        headers = {} if self.if_match is None else {"If_Match": self.if_match}
        return client.ask("POST", self.path, body=self.body, key=self.key, **headers)

    def seen(self, unit: Unit) -> Seen:
        """How much of it is there, its kept answer included."""
        counts = {_count(unit, AnsweredRow, AnsweredRow.key == self.key), *self.rows(unit)}
        return {frozenset({0}): Seen.NOTHING, frozenset({1}): Seen.ONCE}.get(frozenset(counts), Seen.WRONG)


def new_case(code: str) -> Write:
    """A case with its borrower and place."""

    def rows(unit: Unit) -> tuple[int, ...]:
        ids = _ids(unit, CaseRow, CaseRow.code == code)
        return (
            len(ids),
            _count(unit, BorrowerRow, BorrowerRow.code == borrower_code(code)),
            _count(unit, PlaceRow, PlaceRow.code.startswith(f"{code}-")),
            _noted(unit, "case.added", "case", ids),
        )

    place = {"kind": "home", "address": "云川市青石区柳荫路1号"}
    body = {
        "id": code,
        "borrower_id": borrower_code(code),
        "name": "王小明",
        "service_minutes": 30,
        "places": [place],
    }
    return Write(kind="case", path="/api/v1/cases", body=body, rows=rows)


def block_upon(case: Answer) -> Write:
    """A circumstance upon a case that has none."""
    case_id = case.document["id"]

    def rows(unit: Unit) -> tuple[int, ...]:
        return (
            _count(unit, BlockRow, BlockRow.case_id == case_id),
            _noted(unit, "case.block_added", "case", [case_id]),
        )

    path = f"/api/v1/cases/{case_id}/blocks"
    return Write(kind="block", path=path, body={"code": "disputed"}, if_match=case.headers["etag"], rows=rows)


def saved_plan(problem: Document, plan: Document) -> Write:
    """A draft."""
    plan_sha256 = plan["certificate"]["plan_sha256"]

    def rows(unit: Unit) -> tuple[int, ...]:
        ids = _ids(unit, PlanRow, PlanRow.plan_sha256 == plan_sha256)
        return len(ids), _noted(unit, "plan.saved", "plan", ids)

    return Write(kind="plan", path="/api/v1/plans", body={"problem": problem, "plan": plan}, rows=rows)


def check_of(plan: Answer) -> Write:
    """The checker's word on a draft."""
    plan_id = plan.document["id"]

    def rows(unit: Unit) -> tuple[int, ...]:
        return (
            _count(unit, PlanRow, PlanRow.id == plan_id, PlanRow.checked_at.is_not(None)),
            _noted(unit, "plan.checked", "plan", [plan_id]),
        )

    return Write(kind="check", path=_of_plan(plan_id, "check"), if_match=plan.headers["etag"], rows=rows)


def publication_of(plan: Answer) -> Write:
    """Publishing a checked plan with one visit."""
    plan_id = plan.document["id"]

    def rows(unit: Unit) -> tuple[int, ...]:
        notices = _ids(unit, NoticeRow, NoticeRow.plan_id == plan_id)
        return (
            _count(unit, PlanRow, PlanRow.id == plan_id, PlanRow.published_at.is_not(None)),
            _count(unit, RouteRow, RouteRow.plan_id == plan_id),
            _count(unit, StopRow, StopRow.plan_id == plan_id),
            _count(unit, LetterRow, LetterRow.plan_id == plan_id),
            len(notices),
            _count(unit, LinkRow, LinkRow.plan_id == plan_id, LinkRow.kind == LinkKind.NOTICE),
            _told(unit, EventKind.NOTICE_ISSUED, "notice", notices),
            _told(unit, EventKind.PLAN_PUBLISHED, "plan", [plan_id]),
            _noted(unit, "plan.published", "plan", [plan_id]),
        )

    return Write(
        kind="publication",
        path=_of_plan(plan_id, "publish"),
        body={"accept_estimate": True},
        if_match=plan.headers["etag"],
        rows=rows,
    )


def link_of(plan_id: str) -> Write:
    """The link of the plan's crew, which has none."""

    def rows(unit: Unit) -> tuple[int, ...]:
        ids = _ids(unit, LinkRow, LinkRow.plan_id == plan_id, LinkRow.kind == LinkKind.ROUTE)
        return len(ids), _noted(unit, "link.made", "link", ids)

    return Write(kind="link", path=_of_plan(plan_id, "links"), body={"shift_id": SHIFT}, rows=rows)


def check_in(plan_id: str, visit_id: str, crew: Iterable[str]) -> Write:
    """The crew is at the door."""

    def rows(unit: Unit) -> tuple[int, ...]:
        ids = _ids(unit, VisitRecordRow, VisitRecordRow.plan_id == plan_id)
        return (
            len(ids),
            _count(unit, PlanRow, PlanRow.id == plan_id, PlanRow.state.in_((PlanState.RUNNING, PlanState.CLOSED))),
            _told(unit, EventKind.VISIT_STARTED, "record", ids),
            _noted(unit, "visit.started", "record", ids),
        )

    body = {"plan_id": plan_id, "visit_id": visit_id, "present": list(crew), "carried": list(CARRIED)}
    return Write(kind="check-in", path="/api/v1/visit-records", body=body, rows=rows)


def outcome_of(record: Answer) -> Write:
    """What the visit ended with."""
    record_id, plan_id = record.document["id"], record.document["plan_id"]

    def rows(unit: Unit) -> tuple[int, ...]:
        return (
            _count(unit, VisitRecordRow, VisitRecordRow.id == record_id, VisitRecordRow.outcome == OUTCOME),
            _count(unit, ContactRow, ContactRow.record == record_id),
            _count(unit, BlockRow, BlockRow.case_id == VisitRecordRow.case_id, VisitRecordRow.id == record_id),
            _count(unit, LetterRow, LetterRow.plan_id == plan_id, LetterRow.revoked_at.is_not(None)),
            _told(unit, EventKind.VISIT_ENDED, "record", [record_id]),
            _noted(unit, "visit.ended", "record", [record_id]),
        )

    path = f"/api/v1/visit-records/{record_id}/outcome"
    return Write(kind="outcome", path=path, body={"outcome": OUTCOME}, rows=rows)


def closing_of(plan_id: str, etag: str) -> Write:
    """The end of the plan's day."""

    def rows(unit: Unit) -> tuple[int, ...]:
        route = (LinkRow.plan_id == plan_id, LinkRow.kind == LinkKind.ROUTE)
        return (
            _count(unit, PlanRow, PlanRow.id == plan_id, PlanRow.state == PlanState.CLOSED),
            _count(unit, LinkRow, *route, LinkRow.revoked_at.is_not(None)),
            _told(unit, EventKind.PLAN_CLOSED, "plan", [plan_id]),
            _noted(unit, "plan.closed", "plan", [plan_id]),
        )

    return Write(kind="closing", path=_of_plan(plan_id, "close"), if_match=etag, rows=rows)


def _of_plan(plan_id: str, what: str) -> str:
    return f"/api/v1/plans/{plan_id}/{what}"


def _count(unit: Unit, table: Any, *conditions: Any) -> int:
    found: int = unit.session.query(table).filter(*conditions).count()
    return found


def _ids(unit: Unit, table: Any, *conditions: Any) -> list[str]:
    return [row.id for row in unit.session.query(table.id).filter(*conditions)]


def _noted(unit: Unit, action: str, what: str, ids: Iterable[str]) -> int:
    """Rows of the audit trail about these subjects."""
    subjects = [f"{what}:{one}" for one in ids]
    return _count(unit, AuditRow, AuditRow.action == action, AuditRow.subject.in_(subjects))


def _told(unit: Unit, kind: EventKind, what: str, ids: Iterable[str]) -> int:
    """Events about these subjects."""
    subjects = [f"{what}:{one}" for one in ids]
    return _count(unit, EventRow, EventRow.kind == kind, EventRow.subject.in_(subjects))
