"""`/api/v1/plans/ID/day-events` and `/day-state`: what happens on a running day, and how the day stands."""

from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field
from werkzeug.exceptions import Forbidden

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.rest.answers import TOKEN, NoQuery, Strict, answer, responses, scope_of_plan
from api.rest.idempotency import HEADER
from api.rest.plan_models import PlanPath
from api.rest.responses import missing, there
from api.rest.visits import Name, may_see
from api.store import Unit, events, plans
from api.store.events import Event, EventKind
from api.visiting.day_events import DayEvent, DayEventKind, crew_concerned, tell
from api.visiting.day_log import TOLD
from api.visiting.day_state import DayState, StopStanding, StopState, day_state
from api.visiting.publishing import opened

day_events_api = APIBlueprint("day_events_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="running day")])
_MOST_MINUTES = 12 * 60
_OF_OFFICE = frozenset({DayEventKind.URGENT_VISIT})
_LISTED = (*TOLD, EventKind.VISIT_LEFT, EventKind.VISIT_CANCELLED, EventKind.LINK_OPENED)


class NewDayEvent(Strict):
    """What happened; which fields a kind needs stands in docs/day-events.md."""

    kind: DayEventKind
    shift_id: Name | None = Field(default=None, description="The crew's shift.")
    collector_id: Name | None = Field(default=None, description="Who cannot go on, or can again; never why.")
    visit_id: Name | None = None
    case_id: Name | None = Field(default=None, description="The id of the case that shall be visited still today.")
    delay_minutes: int | None = Field(default=None, ge=0, le=_MOST_MINUTES, description="Behind the plan.")


class DayEventItem(BaseModel):
    """An event of the day."""

    sequence: int = Field(description="Its number among all events; they are in this order.")
    at: datetime
    kind: str
    facts: dict[str, str | int | bool | list[str] | None] = Field(description="Ids and codes.")


class DayEventList(BaseModel):
    """The events of a day, in order."""

    events: list[DayEventItem]


class ToldAnswer(BaseModel):
    """An event that was told, and how the day stands with it."""

    sequence: int | None = Field(description="Of the event that tells it; null where nothing was left to tell.")
    late: list[str] = Field(description="Visits that come more than 15 minutes after their time.")
    at_risk: list[str] = Field(description="Visits that may not take place as things are.")
    cancelled: list[str] = Field(description="Visits that were called off.")


class StopAnswer(BaseModel):
    """A visit of the day."""

    visit_id: str
    shift_id: str
    position: int
    state: StopState
    planned_start: datetime
    expected_start: datetime | None = Field(description="Null where it began, or never will.")
    latest_start: datetime | None = Field(description="The last moment to begin and still end lawfully.")
    risk: str | None = Field(description="Why it may not take place.")
    cancelled_for: str | None = None
    record_id: str | None = None


class RefusalItem(BaseModel):
    """A check-in that was refused."""

    visit_id: str
    shift_id: str
    at: datetime
    rules: list[str] = Field(description="Ids of rules, and codes where no rule said no.")


class DayStateAnswer(BaseModel):
    """How a running day stands."""

    stops: list[StopAnswer]
    refusals: list[RefusalItem]
    out: list[str] = Field(description="Collectors who cannot go on.")
    stranded: list[str] = Field(description="Crews without a vehicle.")
    urgent: list[str] = Field(description="Cases that shall be visited still today.")


@day_events_api.post(
    "/plans/<plan_id>/day-events",
    operation_id="tellDayEvent",
    summary="Tell what happened on a running day",
    responses=responses(ToldAnswer, 404, 409, status=201),
    security=TOKEN,
)
@allow(Role.DISPATCHER, Role.COLLECTOR)
def tell_day_event(path: PlanPath, body: NewDayEvent) -> Response:
    """What follows from it holds at once. What is known already changes nothing when it is told again."""
    event = DayEvent(
        kind=body.kind,
        shift_id=body.shift_id,
        collector_id=body.collector_id,
        visit_id=body.visit_id,
        case_id=body.case_id,
        delay=None if body.delay_minutes is None else timedelta(minutes=body.delay_minutes),
        key=request.headers.get(HEADER),
    )
    with current.writing(scope_of_plan(path.plan_id)) as unit:
        _refuse_others(unit, path.plan_id, event)
        sequence = tell(unit, path.plan_id, event)
        state = day_state(unit, opened(unit, path.plan_id))
    told = ToldAnswer(
        sequence=sequence,
        late=list(state.visits_in(StopState.LATE)),
        at_risk=list(state.visits_in(StopState.AT_RISK)),
        cancelled=list(state.visits_in(StopState.CANCELLED)),
    )
    return answer(told, HTTPStatus.CREATED)


@day_events_api.get(
    "/plans/<plan_id>/day-events",
    operation_id="listDayEvents",
    summary="List what happened on a running day",
    responses=responses(DayEventList, 404),
    security=TOKEN,
)
@allow(*STAFF)
def list_day_events(path: PlanPath, query: NoQuery) -> Response:
    """Also under the plans that this one was published in place of. `/api/v1/events` has all others."""
    with current.database().reading(actor().scope, current.now()) as unit:
        there(plans.entry(unit, path.plan_id), "plan")
        found = events.of_day(unit, path.plan_id, *_LISTED)
    return answer(DayEventList(events=[_item(one) for one in found]))


@day_events_api.get(
    "/plans/<plan_id>/day-state",
    operation_id="getDayState",
    summary="Get how a running day stands",
    responses=responses(DayStateAnswer, 404),
    security=TOKEN,
)
@allow(*STAFF)
def get_day_state(path: PlanPath, query: NoQuery) -> Response:
    """By crew and position: done, running, late, at risk, called off."""
    with current.database().reading(actor().scope, current.now()) as unit:
        state = day_state(unit, opened(unit, path.plan_id))
    return answer(_state_answer(state))


def _refuse_others(unit: Unit, plan_id: str, event: DayEvent) -> None:
    """Collectors speak for their own crews alone."""
    if actor().role is not Role.COLLECTOR:
        return
    if event.kind in _OF_OFFICE:
        raise Forbidden("The office decides what is urgent.")
    if not may_see(unit, crew_concerned(unit, plan_id, event)):
        raise missing("route")


def _item(event: Event) -> DayEventItem:
    facts = {name: fact for name, fact in event.facts.items() if name != "key"}
    return DayEventItem(sequence=event.sequence, at=event.at, kind=event.kind, facts=facts)


def _state_answer(state: DayState) -> DayStateAnswer:
    return DayStateAnswer(
        stops=[_stop_answer(one) for one in state.stops],
        refusals=[
            RefusalItem(visit_id=one.visit_code, shift_id=one.shift_code, at=one.at, rules=list(one.rules))
            for one in state.log.refusals
        ],
        out=sorted(state.log.out),
        stranded=sorted(state.log.stranded),
        urgent=sorted(state.log.urgent),
    )


def _stop_answer(one: StopStanding) -> StopAnswer:
    return StopAnswer(
        visit_id=one.stop.visit_code,
        shift_id=one.stop.shift_code,
        position=one.stop.position,
        state=one.state,
        planned_start=one.stop.service_start_time,
        expected_start=one.expected_start,
        latest_start=one.latest_start,
        risk=one.risk,
        cancelled_for=one.stop.cancelled_for,
        record_id=one.stop.record_id,
    )
