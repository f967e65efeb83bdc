"""Notices and their receipts, and the events that programs follow."""

from datetime import datetime

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field, JsonValue

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.rest.answers import TOKEN, Moment, NoQuery, Strict, answer, responses, scope_of_plan
from api.rest.plan_models import PlanPath
from api.rest.responses import there
from api.store import events, notices, plans
from api.store.notices import IssuedNotice
from scheduler.domain.errors import Fault, InvalidInput

notices_api = APIBlueprint("notices_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="notices")])


class NoticePath(BaseModel):
    """Where one notice stands."""

    notice_id: str = Field(description="The notice's id.")


class NoticeAnswer(BaseModel):
    """An announcement of a visit."""

    id: str
    case_id: str = Field(description="The case's id in documents.")
    plan_id: str | None = None
    day: str
    collector_ids: list[str]
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @classmethod
    def of(cls, notice: IssuedNotice) -> "NoticeAnswer":
        """From the store's."""
        return cls(
            id=notice.id,
            case_id=notice.case_code,
            plan_id=notice.plan_id,
            day=notice.day.isoformat(),
            collector_ids=list(notice.collector_codes),
            sent_at=notice.sent_at,
            delivered_at=notice.delivered_at,
            withdrawn_at=notice.withdrawn_at,
        )


class NoticeList(BaseModel):
    """The notices of a plan."""

    notices: list[NoticeAnswer]


class Receipt(Strict):
    """A notice was delivered."""

    delivered_at: Moment
    consented_at: Moment | None = Field(
        default=None, description="When the borrower agreed, on record, to be visited without waiting."
    )


class EventQuery(Strict):
    """From where on."""

    after: int = Field(default=0, ge=0, le=2**62, description="The number of the last event that was read.")
    limit: int = Field(default=100, ge=1, le=500)


class EventAnswer(BaseModel):
    """What happened; ids and codes."""

    sequence: int
    at: datetime
    kind: str
    subject: str
    facts: dict[str, JsonValue]


class EventList(BaseModel):
    """Events in order; ask again after the last one."""

    events: list[EventAnswer]


@notices_api.get(
    "/plans/<plan_id>/notices",
    operation_id="listNotices",
    summary="List the notices of a plan",
    responses=responses(NoticeList, 404),
    security=TOKEN,
)
@allow(*STAFF)
def list_notices(path: PlanPath, query: NoQuery) -> Response:
    """With what is known of each: sent, delivered, called back."""
    with current.database().reading(actor().scope, current.now()) as unit:
        there(plans.entry(unit, path.plan_id), "plan")
        found = notices.of_plan(unit, path.plan_id)
    return answer(NoticeList(notices=[NoticeAnswer.of(one) for one in found]))


@notices_api.post(
    "/notices/<notice_id>/receipt",
    operation_id="receiveNotice",
    summary="Say that a notice was delivered",
    responses=responses(NoticeAnswer, 404),
    security=TOKEN,
)
@allow(Role.DISPATCHER, Role.ADMINISTRATOR)
def receive_notice(path: NoticePath, body: Receipt) -> Response:
    """The first receipt counts; a visit begins only after it and the rules' lead time. Twice is once."""
    faults = [
        Fault(where=f"/{name}", code="date_future", message="This has not happened yet.")
        for name, moment in (("delivered_at", body.delivered_at), ("consented_at", body.consented_at))
        if moment is not None and moment > current.now()
    ]
    if faults:
        raise InvalidInput(faults)
    with current.database().reading(actor().scope, current.now()) as unit:
        known = there(notices.get(unit, path.notice_id), "notice")
    with current.writing(scope_of_plan(known.plan_id)) as unit:
        notices.receive(unit, path.notice_id, body.delivered_at, body.consented_at)
        found = there(notices.get(unit, path.notice_id), "notice")
    return answer(NoticeAnswer.of(found), rev=found.rev)


@notices_api.get(
    "/events", operation_id="listEvents", summary="Follow what happens", responses=responses(EventList), security=TOKEN
)
@allow(*STAFF)
def list_events(query: EventQuery) -> Response:
    """The events after a number, in order, none left out."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = events.after(unit, query.after, query.limit)
    told = [
        EventAnswer(sequence=one.sequence, at=one.at, kind=one.kind, subject=one.subject, facts=dict(one.facts))  # type: ignore[arg-type]  # facts are JSON
        for one in found
    ]
    return answer(EventList(events=told))
