"""`/api/v1/retention`: how long each kind of data is kept."""

from http import HTTPStatus

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field
from werkzeug.exceptions import Forbidden

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.rest.answers import TOKEN, NoQuery, Strict, answer, responses
from api.rest.responses import there
from api.store import Unit, approvals, keeping
from api.store.keeping import Keeping

keeping_api = APIBlueprint("keeping_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="operation")])


class KeepingPath(BaseModel):
    """Which kind of data."""

    kind: str = Field(description="Such as `contacts`.")


class KeepingChange(Strict):
    """How long from now on."""

    days: int = Field(strict=True, ge=1, le=100_000, description="After the event from which the time runs.")
    reason: str = Field(min_length=1, max_length=2000, description="Why; it is kept encrypted where it is asked for.")


class KeepingItem(BaseModel):
    """How long a kind of data is kept."""

    kind: str
    days: int
    least_days: int = Field(description="The rules of retention ask for so much.")
    most_days: int
    approval_id: str | None = Field(default=None, description="The request that a compliance officer has to decide.")


class KeepingList(BaseModel):
    """Every kind of data."""

    kinds: list[KeepingItem]


@keeping_api.get(
    "/retention",
    operation_id="listRetention",
    summary="List how long data are kept",
    responses=responses(KeepingList),
    security=TOKEN,
)
@allow(Role.ADMINISTRATOR, Role.COMPLIANCE)
def list_retention(query: NoQuery) -> Response:
    """For the whole lender."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = keeping.keepings(unit)
    return answer(KeepingList(kinds=[_item(one) for one in found]))


@keeping_api.put(
    "/retention/<kind>",
    operation_id="changeRetention",
    summary="Keep a kind of data for another time",
    responses=responses(KeepingItem, 404) | {202: KeepingItem},
    security=TOKEN,
)
@allow(Role.ADMINISTRATOR)
def change_retention(path: KeepingPath, body: KeepingChange) -> Response:
    """A shorter time holds at once; for a longer one a compliance officer has to say yes."""
    if actor().scope.branch_id is not None:
        raise Forbidden("What holds for the whole lender is not changed by one branch.")
    with current.writing() as unit:
        known = _known(unit, path.kind)
        keeping.refuse_unfit(unit, path.kind, body.days, where_days="/days")
        if body.days <= known.days:
            keeping.set_keep_days(unit, path.kind, body.days)
            return answer(_item(_known(unit, path.kind)))
        asked = approvals.ask(
            unit,
            actor().user_id,
            kind=approvals.KEEPING,
            subject=f"retention:{path.kind}",
            facts={"kept": path.kind, "days": body.days},
            reason=body.reason,
            branch_id=None,
        )
        item = _item(known, asked)
    return answer(item, HTTPStatus.ACCEPTED, location=f"/api/v1/approvals/{asked}")


def _known(unit: Unit, kind: str) -> Keeping:
    return there(next((one for one in keeping.keepings(unit) if one.kind == kind), None), "kind of data")


def _item(found: Keeping, approval_id: str | None = None) -> KeepingItem:
    return KeepingItem(
        kind=found.kind,
        days=found.days,
        least_days=found.least_days,
        most_days=found.most_days,
        approval_id=approval_id,
    )
