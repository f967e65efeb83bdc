"""`/api/v1/routes` and `/api/v1/visit-records`: whom a crew visits, and what happened."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field
from werkzeug.exceptions import Forbidden

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.desk.days import wanted_day
from api.refused_check_ins import keeping_refusals
from api.rest.answers import ID_PATTERN, TOKEN, NoQuery, Strict, answer, responses, scope_of_plan
from api.rest.idempotency import HEADER
from api.rest.plan_models import PlanPath
from api.rest.responses import missing, there
from api.store import Unit, plans, records, stops, users
from api.store.records import Recording, VisitRecord
from api.store.stops import PlannedStop
from api.visiting import visits
from api.visiting.nearness import told_position
from api.visiting.visits import Ended
from scheduler.domain.errors import Fault, InvalidInput

visits_api = APIBlueprint("visits_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="visits")])
type Name = Annotated[str, Field(pattern=ID_PATTERN)]


class RouteStop(BaseModel):
    """A visit of a route; ids and times."""

    visit_id: str
    place_id: str
    position: int
    service_start_time: datetime
    departure_time: datetime
    cancelled_for: str | None = Field(default=None, description="Why nobody goes: a rule's id or a code.")
    record_id: str | None = Field(default=None, description="What happened there.")


class RouteAnswer(BaseModel):
    """A route of a published plan."""

    plan_id: str
    shift_id: str
    collector_ids: list[str]
    stops: list[RouteStop]


class RouteList(BaseModel):
    """The routes of a published plan."""

    routes: list[RouteAnswer]


class RoutePath(PlanPath):
    """Where one route stands."""

    shift_id: str = Field(description="The crew's shift.")


class RecordPath(BaseModel):
    """Where one record stands."""

    record_id: str = Field(description="The record's id.")


class PhonePosition(Strict):
    """Where a phone says that it is, in WGS-84; it is compared with the place, and not kept."""

    latitude_degrees: float = Field(ge=-90, le=90)
    longitude_degrees: float = Field(ge=-180, le=180)
    accuracy_meters: float = Field(ge=0, le=10_000_000, description="How far off it may be.")


class CheckIn(Strict):
    """A crew is at the door."""

    plan_id: Name
    visit_id: Name
    present: list[Name] = Field(min_length=1, max_length=20, description="The collectors who are there.")
    carried: list[Name] = Field(default_factory=list, max_length=20, description="Documents that they carry.")
    position: PhonePosition | None = Field(default=None, description="Of the crew's phone, if it says so.")


class ToldOutcome(Strict):
    """What somebody says that a visit ended with."""

    outcome: str = Field(pattern=r"^[A-Z_]{1,64}$", description="A code of the closed list.")
    until: str | None = Field(
        default=None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="The local day that the outcome names."
    )

    @property
    def until_day(self) -> date | None:
        """The day that the outcome names.

        Raises:
            InvalidInput: The calendar has no such day.
        """
        return None if self.until is None else wanted_day(self.until, "/until")


class OutcomeReport(ToldOutcome):
    """What a visit ended with."""

    note: str = Field(default="", max_length=4000)
    recording: str | None = Field(
        default=None, pattern=r"^[\x21-\x7e]{1,200}$", description="Where the recording is kept."
    )
    recording_sha256: str | None = Field(
        default=None, pattern=r"^[0-9a-f]{64}$", description="Of its content, by which it is known again."
    )
    recording_seconds: int | None = Field(default=None, ge=0, le=86_400, description="Its length.")


class RecordAnswer(BaseModel):
    """What happened at one visit; the crew's note is told to nobody here."""

    id: str
    plan_id: str
    visit_id: str
    checked_in_at: datetime | None = Field(description="Null for a visit that nobody began.")
    present: list[str]
    carried: list[str]
    checked: list[str] = Field(description="What the crew says that it showed and switched on.")
    outcome: str | None = Field(default=None, description="What counts now, corrections made.")
    until: str | None = None
    ended_at: datetime | None = None
    reason: str | None = Field(default=None, description="Why nobody began it: a rule's id or a code.")
    near: bool | None = Field(default=None, description="Whether the phone was near the place; null if it cannot say.")
    accuracy_meters: int | None = Field(default=None, description="How far off its position may have been.")
    left_at: datetime | None = Field(
        default=None, description="When the crew left, where it said so before the outcome."
    )
    recording: str | None = Field(default=None, description="Where the recording is kept.")
    recording_sha256: str | None = None
    recording_seconds: int | None = None
    corrections: int = Field(description="How often the outcome was corrected.")
    rev: int


class EndedAnswer(BaseModel):
    """A visit that is over, and what follows."""

    record: RecordAnswer
    next_step: str
    needs_approval: bool
    cancelled: list[str] = Field(description="Other visits that were called off for it.")


class RecordList(BaseModel):
    """The records of a plan."""

    records: list[RecordAnswer]


@visits_api.get(
    "/plans/<plan_id>/routes",
    operation_id="listRoutes",
    summary="List the routes of a published plan",
    responses=responses(RouteList, 404),
    security=TOKEN,
)
@allow(*STAFF, Role.COLLECTOR)
def list_routes(path: PlanPath, query: NoQuery) -> Response:
    """A collector sees the own ones alone."""
    with current.database().reading(actor().scope, current.now()) as unit:
        there(plans.entry(unit, path.plan_id), "plan")
        found = [
            _route(path.plan_id, shift, crew, stops.of_plan(unit, path.plan_id, shift))
            for shift, crew in stops.routes_of(unit, path.plan_id)
            if may_see(unit, crew)
        ]
    return answer(RouteList(routes=found))


@visits_api.get(
    "/plans/<plan_id>/routes/<shift_id>",
    operation_id="getRoute",
    summary="Get one route of a published plan",
    responses=responses(RouteAnswer, 404),
    security=TOKEN,
)
@allow(*STAFF, Role.COLLECTOR)
def get_route(path: RoutePath, query: NoQuery) -> Response:
    """With what was called off and what happened so far."""
    with current.database().reading(actor().scope, current.now()) as unit:
        crew = stops.crew_of(unit, path.plan_id, path.shift_id)
        if crew is None or not may_see(unit, crew):
            raise missing("route")
        found = stops.of_plan(unit, path.plan_id, path.shift_id)
    return answer(_route(path.plan_id, path.shift_id, crew, found))


@visits_api.get(
    "/plans/<plan_id>/visit-records",
    operation_id="listVisitRecords",
    summary="List what happened at the visits of a plan",
    responses=responses(RecordList, 404),
    security=TOKEN,
)
@allow(*STAFF)
def list_records(path: PlanPath, query: NoQuery) -> Response:
    """In the order in which the visits began."""
    with current.database().reading(actor().scope, current.now()) as unit:
        there(plans.entry(unit, path.plan_id), "plan")
        found = [record_answer(unit, one) for one in records.of_plan(unit, path.plan_id)]
    return answer(RecordList(records=found))


@visits_api.post(
    "/visit-records",
    operation_id="checkIn",
    summary="Begin a visit",
    responses=responses(RecordAnswer, 404, 409, status=201),
    security=TOKEN,
)
@allow(Role.DISPATCHER, Role.COLLECTOR)
def check_in(body: CheckIn) -> Response:
    """Refused in the words of every rule that says no at this moment, which stays on record. Twice is once."""
    scope, at = scope_of_plan(body.plan_id), body.position
    refusals = keeping_refusals(scope, body.plan_id, body.visit_id, request.headers.get(HEADER))
    with refusals, current.writing(scope) as unit:
        own = users.collector_code(unit, actor().collector_id)
        stop = stops.one(unit, body.plan_id, body.visit_id)
        if stop is None or not may_see(unit, stop.collector_codes):
            raise missing("visit")
        begun = visits.check_in(
            unit,
            body.plan_id,
            body.visit_id,
            by=own,
            present=set(body.present),
            carried=set(body.carried),
            position=None
            if at is None
            else told_position(at.latitude_degrees, at.longitude_degrees, at.accuracy_meters),
            near_meters=current.settings().check_in_meters,
        )
        told = record_answer(unit, begun)
    return answer(told, HTTPStatus.CREATED, rev=begun.rev)


@visits_api.get(
    "/visit-records/<record_id>",
    operation_id="getVisitRecord",
    summary="Get what happened at one visit",
    responses=responses(RecordAnswer, 404),
    security=TOKEN,
)
@allow(*STAFF, Role.COLLECTOR)
def get_record(path: RecordPath, query: NoQuery) -> Response:
    """Codes and times."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = _own_record(unit, path.record_id)
        told = record_answer(unit, found)
    return answer(told, rev=found.rev)


@visits_api.post(
    "/visit-records/<record_id>/outcome",
    operation_id="endVisit",
    summary="Say what a visit ended with",
    responses=responses(EndedAnswer, 404, 409),
    security=TOKEN,
)
@allow(Role.DISPATCHER, Role.COLLECTOR)
def end_visit(path: RecordPath, body: OutcomeReport) -> Response:
    """Changes at once what may follow, and calls off the visits that it forbids. Twice is once."""
    with current.database().reading(actor().scope, current.now()) as unit:
        plan_id = _own_record(unit, path.record_id).plan_id
    with current.writing(scope_of_plan(plan_id)) as unit:
        ended = visits.end(
            unit,
            path.record_id,
            outcome=body.outcome,
            until=body.until_day,
            note=body.note,
            recording=_recording(body),
        )
        told = ended_answer(unit, ended)
    return answer(told, rev=ended.record.rev)


def may_see(unit: Unit, crew: tuple[str, ...]) -> bool:
    """Whether the caller sees the route of a crew: collectors see their own, others all of their branch."""
    if actor().role is not Role.COLLECTOR:
        return True
    own = users.collector_code(unit, actor().collector_id)
    if own is None:
        raise Forbidden("You are no collector of this lender.")
    return own in crew


def _recording(body: OutcomeReport) -> Recording | None:
    if body.recording is not None:
        return Recording(reference=body.recording, sha256=body.recording_sha256, seconds=body.recording_seconds)
    if body.recording_sha256 is None and body.recording_seconds is None:
        return None
    message = "A recording is told with where it is kept."
    raise InvalidInput([Fault(where="/recording", code="missing", message=message)])


def _own_record(unit: Unit, record_id: str) -> VisitRecord:
    found = records.get(unit, record_id)
    if found is None or not may_see(unit, stops.by_id(unit, found.stop_id).collector_codes):
        raise missing("visit record")
    return found


def _route(plan_id: str, shift_id: str, crew: tuple[str, ...], found: tuple[PlannedStop, ...]) -> RouteAnswer:
    return RouteAnswer(
        plan_id=plan_id,
        shift_id=shift_id,
        collector_ids=list(crew),
        stops=[
            RouteStop(
                visit_id=one.visit_code,
                place_id=one.place_code,
                position=one.position,
                service_start_time=one.service_start_time,
                departure_time=one.departure_time,
                cancelled_for=one.cancelled_for,
                record_id=one.record_id,
            )
            for one in found
        ],
    )


def record_answer(unit: Unit, found: VisitRecord) -> RecordAnswer:
    """Codes and times of a record."""
    outcome, until = found.present_outcome
    return RecordAnswer(
        id=found.id,
        plan_id=found.plan_id,
        visit_id=records.stop_of(unit, found),
        checked_in_at=found.checked_in_at,
        present=list(found.present_collectors),
        carried=[one for one in found.checklist if one not in visits.CHECK_LIST],
        checked=[one for one in found.checklist if one in visits.CHECK_LIST],
        outcome=outcome,
        until=None if until is None else until.isoformat(),
        ended_at=found.ended_at,
        reason=found.reason,
        near=None if found.nearness is None else found.nearness.is_near,
        accuracy_meters=None if found.nearness is None else found.nearness.accuracy_meters,
        left_at=found.left_at,
        recording=None if found.recording is None else found.recording.reference,
        recording_sha256=None if found.recording is None else found.recording.sha256,
        recording_seconds=None if found.recording is None else found.recording.seconds,
        corrections=len(found.corrections),
        rev=found.rev,
    )


def ended_answer(unit: Unit, ended: Ended) -> EndedAnswer:
    """A visit that is over."""
    return EndedAnswer(
        record=record_answer(unit, ended.record),
        next_step=ended.code.next_step,
        needs_approval=ended.code.needs_approval,
        cancelled=list(ended.cancelled),
    )
