"""`/api/v1/approvals`: what two people must want."""

import datetime
from http import HTTPStatus
from typing import Literal

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field
from werkzeug.exceptions import Conflict, Forbidden, NotFound

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.desk import approving
from api.rest.answers import TOKEN, Strict, answer
from api.rest.lists import ID_PATTERN, Day, ListQuery, next_after, problems
from api.store import approvals
from api.store.approvals import AlreadyDecided, Approval, OwnRequest


class ApprovalPath(BaseModel):
    """Which request."""

    approval_id: str = Field(description="The request's id.")


class NewApproval(Strict):
    """An exception from a rule of the house, for one case."""

    kind: Literal["override"] = Field(description="What is asked for.")
    subject: str = Field(pattern="^case:[0-9a-f]{32}$", description="`case:ID`.")
    rule_id: str = Field(
        max_length=64, description="A rule of the house; law, regulation and standards have no exceptions."
    )
    until: Day = Field(description="The last local day on which the exception holds.")
    reason: str = Field(min_length=1, max_length=2000, description="Why; it is kept encrypted.")


class Decision(Strict):
    """What the second person says."""

    is_granted: bool = Field(strict=True, description="Yes or no.")


class ApprovalItem(BaseModel):
    """A request, and what was decided."""

    id: str = Field(description="The request's id.", pattern=ID_PATTERN)
    kind: str = Field(description="What is asked for.")
    subject: str = Field(description="What it is about.")
    rule_id: str | None = Field(description="The rule; null where no exception is asked for.")
    until: datetime.date | None = Field(description="The last local day on which the exception holds.")
    kept: str | None = Field(description="The kind of data that shall be kept longer.")
    days: int | None = Field(description="For how long.")
    packs: list[str] | None = Field(description="The rule packs that plans shall be judged by; null for others.")
    reason: str = Field(description="Why.")
    asked_by: str = Field(description="The user who asked.")
    asked_at: datetime.datetime = Field(description="When.")
    decided_by: str | None = Field(description="The user who decided; another one.")
    decided_at: datetime.datetime | None = Field(description="When.")
    is_granted: bool | None = Field(description="What was decided; null before.")
    withdrawn_by: str | None = Field(description="The user who ended the exception before its last day.")
    withdrawn_at: datetime.datetime | None = Field(description="When.")


class ApprovalList(BaseModel):
    """The requests, by their ids."""

    approvals: list[ApprovalItem]
    next: str | None = Field(description="For `after`; null at the end.")


approvals_api = APIBlueprint("approvals_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="people")])


@approvals_api.get(
    "/approvals",
    operation_id="listApprovals",
    summary="List what was asked for and decided",
    responses={200: ApprovalList, **problems()},
    security=TOKEN,
)
@allow(Role.COMPLIANCE)
def list_approvals(query: ListQuery) -> Response:
    """Those of your branch, or all of the lender's."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = approvals.listed(unit, limit=query.limit, after=query.after)
    return answer(ApprovalList(approvals=[_item(one) for one in found], next=next_after(found, query.limit)))


@approvals_api.post(
    "/approvals",
    operation_id="askApproval",
    summary="Ask for an exception from a rule of the house",
    responses={201: ApprovalItem, **problems(HTTPStatus.NOT_FOUND)},
    security=TOKEN,
)
@allow(*approving.ASKERS)
def ask_approval(body: NewApproval) -> Response:
    """Nothing changes until a compliance officer grants it, who is not the one who asked."""
    with current.writing() as unit:
        made = approving.ask_for_override(
            unit,
            actor(),
            body.subject.removeprefix(approvals.subject_of("")),
            rule_id=body.rule_id,
            until=body.until,
            reason=body.reason,
        )
        if made is None:
            raise NotFound("There is no case of this id.")
        item = _item(_known(approvals.get(unit, made)))
    return answer(item, HTTPStatus.CREATED, location=f"/api/v1/approvals/{made}")


@approvals_api.get(
    "/approvals/<approval_id>",
    operation_id="getApproval",
    summary="Get one request",
    responses={200: ApprovalItem, **problems(HTTPStatus.NOT_FOUND)},
    security=TOKEN,
)
@allow(Role.COMPLIANCE)
def get_approval(path: ApprovalPath) -> Response:
    """One request."""
    with current.database().reading(actor().scope, current.now()) as unit:
        return answer(_item(_known(approvals.get(unit, path.approval_id))))


@approvals_api.post(
    "/approvals/<approval_id>/decision",
    operation_id="decideApproval",
    summary="Grant or refuse a request",
    responses={200: ApprovalItem, **problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)},
    security=TOKEN,
)
@allow(Role.COMPLIANCE)
def decide_approval(path: ApprovalPath, body: Decision) -> Response:
    """Once, and never by the one who asked."""
    with current.writing() as unit:
        try:
            decided = approving.decide(unit, actor(), path.approval_id, is_granted=body.is_granted)
        except OwnRequest:
            raise Forbidden("Another compliance officer must decide what you asked for.") from None
        except AlreadyDecided:
            raise Conflict("This was decided before.") from None
        return answer(_item(_known(decided)))


@approvals_api.post(
    "/approvals/<approval_id>/withdrawal",
    operation_id="withdrawApproval",
    summary="End an exception before its last day",
    responses={200: ApprovalItem, **problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)},
    security=TOKEN,
)
@allow(*approving.WITHDRAWERS)
def withdraw_approval(path: ApprovalPath) -> Response:
    """The rule holds again at once, and calls off the visits that it forbids. Twice is once."""
    with current.writing(approving.scope_of(actor(), path.approval_id)) as unit:
        return answer(_item(_known(approving.withdraw(unit, actor(), path.approval_id))))


def _known(found: Approval | None) -> Approval:
    if found is None:
        raise NotFound("There is no request of this id.")
    return found


def _item(found: Approval) -> ApprovalItem:
    until = found.facts.get("until")
    return ApprovalItem(
        id=found.id,
        kind=found.kind,
        subject=found.subject,
        rule_id=found.facts.get("rule_id"),
        until=None if until is None else datetime.date.fromisoformat(until),
        kept=found.facts.get("kept"),
        days=found.facts.get("days"),
        packs=list(approving.packs_asked(found)) or None,
        reason=found.reason,
        asked_by=found.asked_by,
        asked_at=found.asked_at,
        decided_by=found.decided_by,
        decided_at=found.decided_at,
        is_granted=found.is_granted,
        withdrawn_by=found.withdrawn_by,
        withdrawn_at=found.withdrawn_at,
    )
