"""What two people must want: one asks, another one decides."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import case, select

from api.store.database import Unit
from api.store.tables.service import ApprovalRow
from scheduler.domain.case import Override
from scheduler.domain.errors import NotNow

OVERRIDE, KEEPING, RULE_PACKS = "override", "keep_days", "rule_packs"
_CASE = "case:"


class ApprovalState(StrEnum):
    """How far a request is."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Something asked, and what was decided if anything was; see `ApprovalRow` for the fields."""

    id: str
    kind: str
    subject: str
    facts: dict[str, Any]
    reason: str
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    is_granted: bool | None
    decision_reason: str = ""
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None

    @property
    def state(self) -> ApprovalState:
        """How far it is."""
        if self.withdrawn_at is not None:
            return ApprovalState.WITHDRAWN
        if self.is_granted is None:
            return ApprovalState.OPEN
        return ApprovalState.GRANTED if self.is_granted else ApprovalState.REFUSED


class AlreadyDecided(Exception):
    """Nothing is decided twice."""


class OwnRequest(Exception):
    """Nobody decides what they asked for."""


def ask(
    unit: Unit,
    user_id: str,
    *,
    kind: str,
    subject: str,
    facts: dict[str, Any],
    reason: str,
    branch_id: str | None,
) -> str:
    """Ask for something.

    Args:
        unit: Of the scope of the one who asks.
        user_id: Who asks.
        kind: See `ApprovalRow`.
        subject: What it is about.
        facts: Codes; they stand in the audit trail.
        reason: Why, in words.
        branch_id: Of the subject; None for what concerns the whole lender.

    Returns:
        The request's id.
    """
    row = ApprovalRow(
        kind=kind,
        subject=subject,
        facts=facts,
        sealed_reason=unit.seal(reason),
        asked_by=user_id,
        asked_at=unit.now,
        branch_id=branch_id,
    )
    unit.session.add(row)
    unit.session.flush()
    unit.note("approval.asked", f"approval:{row.id}", kind=kind, about=subject, **facts)
    return row.id


def decide(unit: Unit, approval_id: str, user_id: str, *, is_granted: bool, reason: str = "") -> Approval | None:
    """Say yes or no, once; None when the scope has no request of this id.

    Args:
        unit: Of the scope of the one who decides.
        approval_id: The request.
        user_id: Who decides.
        is_granted: Yes or no.
        reason: Why, in words; may be empty.

    Raises:
        OwnRequest: The one who asked decides.
        AlreadyDecided: Somebody did.
    """
    row = _row(unit, approval_id)
    if row is None:
        return None
    if row.asked_by == user_id:
        raise OwnRequest
    if row.decided_at is not None:
        raise AlreadyDecided
    row.decided_by, row.decided_at, row.is_granted = user_id, unit.now, is_granted
    row.sealed_decision_reason = unit.seal(reason) if reason else None
    unit.note("approval.decided", f"approval:{approval_id}", granted=is_granted, about=row.subject)
    return _entry(unit, row)


def withdraw(unit: Unit, approval_id: str, user_id: str) -> Approval | None:
    """End an exception that was granted; twice is once. None when the scope has no request of this id.

    Raises:
        NotNow: It was not granted, or is no exception.
    """
    row = _row(unit, approval_id)
    if row is None:
        return None
    if row.kind != OVERRIDE or not row.is_granted:
        raise NotNow("not_granted", "Only an exception that was granted can be withdrawn.")
    if row.withdrawn_at is None:
        row.withdrawn_by, row.withdrawn_at = user_id, unit.now
        unit.note("approval.withdrawn", f"approval:{approval_id}", about=row.subject)
        unit.session.flush()
    return _entry(unit, row)


def branch_of(unit: Unit, approval_id: str) -> str | None:
    """The branch of a request; None for one of the whole lender, and where the scope has none of this id."""
    return unit.session.scalars(select(ApprovalRow.branch_id).where(ApprovalRow.id == approval_id)).one_or_none()


def get(unit: Unit, approval_id: str) -> Approval | None:
    """A request, None when the scope has none of this id."""
    row = _row(unit, approval_id)
    return None if row is None else _entry(unit, row)


def listed(unit: Unit, *, limit: int, after: str | None = None) -> tuple[Approval, ...]:
    """The scope's requests by their ids, from the one after `after` on."""
    query = select(ApprovalRow).order_by(ApprovalRow.id).limit(limit)
    if after is not None:
        query = query.where(ApprovalRow.id > after)
    return tuple(_entry(unit, row) for row in unit.session.scalars(query))


def about(unit: Unit, subject: str) -> tuple[Approval, ...]:
    """All that was asked about a subject, the latest last."""
    query = select(ApprovalRow).where(ApprovalRow.subject == subject).order_by(ApprovalRow.asked_at, ApprovalRow.id)
    return tuple(_entry(unit, row) for row in unit.session.scalars(query))


def pending_first(unit: Unit, *, limit: int) -> tuple[Approval, ...]:
    """The scope's requests, those that wait before those that were decided, the latest first."""
    is_decided = case((ApprovalRow.decided_at.is_(None), 0), else_=1)
    query = select(ApprovalRow).order_by(is_decided, ApprovalRow.asked_at.desc(), ApprovalRow.id).limit(limit)
    return tuple(_entry(unit, row) for row in unit.session.scalars(query))


def granted_overrides(unit: Unit, case_ids: Collection[str] | None) -> Mapping[str, tuple[Override, ...]]:
    """The exceptions that were granted and stand, by the ids of cases' rows; None for all cases of the scope."""
    query = select(ApprovalRow).where(
        ApprovalRow.kind == OVERRIDE, ApprovalRow.is_granted.is_(True), ApprovalRow.withdrawn_at.is_(None)
    )
    if case_ids is not None:
        query = query.where(ApprovalRow.subject.in_([subject_of(case_id) for case_id in case_ids]))
    found: dict[str, tuple[Override, ...]] = {}
    for row in unit.session.scalars(query.order_by(ApprovalRow.decided_at, ApprovalRow.id)):
        facts: dict[str, Any] = dict(row.facts)
        one = Override(rule_id=facts["rule_id"], valid_until=date.fromisoformat(facts["until"]))
        case_id = row.subject.removeprefix(_CASE)
        found[case_id] = (*found.get(case_id, ()), one)
    return found


def subject_of(case_id: str) -> str:
    """How an approval names the case that it is about."""
    return f"{_CASE}{case_id}"


def case_of(approval: Approval) -> str:
    """The id of the row of the case that an exception is about."""
    return approval.subject.removeprefix(_CASE)


def _row(unit: Unit, approval_id: str) -> ApprovalRow | None:
    return unit.session.scalars(select(ApprovalRow).where(ApprovalRow.id == approval_id)).one_or_none()


def _entry(unit: Unit, row: ApprovalRow) -> Approval:
    facts: dict[str, Any] = dict(row.facts)
    return Approval(
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        facts=facts,
        reason=unit.opened(row.sealed_reason),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        is_granted=row.is_granted,
        decision_reason="" if row.sealed_decision_reason is None else unit.opened(row.sealed_decision_reason),
        withdrawn_by=row.withdrawn_by,
        withdrawn_at=row.withdrawn_at,
    )
