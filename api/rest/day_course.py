"""`/api/v1/plans/{plan_id}/replans`, `slots` and `bookings`: the rest of a running day, and times to be offered."""

from datetime import datetime
from http import HTTPStatus

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field, field_validator

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.jobs.replan_wire import ReplanWire
from api.rest.answers import ID_PATTERN, TOKEN, Moment, Strict, answer, responses, scope_of_plan
from api.rest.job_models import JobView, Seconds
from api.rest.jobs import accepted
from api.rest.plan_models import Difference, EditedPlanAnswer, PlanListItem, PlanPath
from api.store.jobs import Figures
from api.visiting import offering, replanning
from scheduler.domain.time_window import TimeWindow
from scheduler.slot_offers import Slot

day_course_api = APIBlueprint("day_course_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="plans")])
USUAL_SECONDS = 2


class ReplanRequest(ReplanWire):
    """What happened that the service does not know from the crews, and how long to search."""

    seconds: Seconds = USUAL_SECONDS


class SlotQuery(Strict):
    """For which visit."""

    visit_id: str = Field(pattern=ID_PATTERN, description="The visit's id, as the plan has it.")


class SlotItem(BaseModel):
    """A time that fits: the whole visit lies in it."""

    shift_id: str
    place_id: str
    earliest_start: datetime
    latest_end: datetime
    position: int = Field(description="On the crew's route.", ge=1)
    added_cost_seconds: int = Field(description="What it adds to the plan.")

    @classmethod
    def of(cls, slot: Slot) -> "SlotItem":
        """From the library's."""
        return cls(
            shift_id=slot.shift_id,
            place_id=slot.place_id,
            earliest_start=slot.window.earliest_start,
            latest_end=slot.window.latest_end,
            position=slot.position,
            added_cost_seconds=slot.added_cost_seconds,
        )


class SlotList(BaseModel):
    """All that fit, by time and then by what they add."""

    slots: list[SlotItem]


class Booking(Strict):
    """One of the slots."""

    visit_id: str = Field(pattern=ID_PATTERN)
    shift_id: str = Field(pattern=ID_PATTERN)
    place_id: str = Field(pattern=ID_PATTERN)
    earliest_start: Moment
    latest_end: Moment

    @field_validator("latest_end")
    @classmethod
    def _in_order(cls, end: datetime, info: object) -> datetime:
        start = getattr(info, "data", {}).get("earliest_start")
        if start is not None and end < start:
            raise ValueError("the time ends before it starts")
        return end


@day_course_api.post(
    "/plans/<plan_id>/replans",
    operation_id="replanDay",
    summary="Plan the rest of a running day",
    responses=responses(JobView, 404, 409, 429, status=202),
    security=TOKEN,
)
@allow(Role.DISPATCHER)
def replan_day(path: PlanPath, body: ReplanRequest) -> Response:
    """A job makes a draft, based on the plan; its difference is looked at before it is checked and published."""
    arguments: Figures = {"plan_id": path.plan_id, "seconds": body.seconds, "seed": 0}
    kept = ReplanWire.model_validate(body.model_dump(exclude={"seconds"}))
    scope = scope_of_plan(path.plan_id)
    with current.writing(scope) as unit:
        replanning.followed(unit, path.plan_id)
        return accepted(unit, "replan", arguments, branch_id=scope.branch_id, document=kept.model_dump_json().encode())


@day_course_api.get(
    "/plans/<plan_id>/slots",
    operation_id="listSlots",
    summary="List the times that fit for a visit",
    responses=responses(SlotList, 404, 409, 503),
    security=TOKEN,
)
@allow(*STAFF)
def list_slots(path: PlanPath, query: SlotQuery) -> Response:
    """Of all crews and places of the visit, lawful and without moving anybody to another crew; nothing is kept."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = offering.laid_out(unit, path.plan_id)
    slots = offering.offered(found, query.visit_id, current.settings().road_networks)
    return answer(SlotList(slots=[SlotItem.of(slot) for slot in slots]))


@day_course_api.post(
    "/plans/<plan_id>/bookings",
    operation_id="bookSlot",
    summary="Book one of the times that fit",
    responses=responses(EditedPlanAnswer, 404, 409, 503, status=201),
    security=TOKEN,
)
@allow(Role.DISPATCHER)
def book_slot(path: PlanPath, body: Booking) -> Response:
    """Gives a new draft in which the visit stays in this time, with this crew; 409 where it does not fit any more."""
    scope, networks = scope_of_plan(path.plan_id), current.settings().road_networks
    with current.database().reading(scope, current.now()) as unit:
        found = offering.laid_out(unit, path.plan_id)
    window = TimeWindow(earliest_start=body.earliest_start, latest_end=body.latest_end)
    made = offering.booked(found, body.visit_id, window, networks, shift_id=body.shift_id, place_id=body.place_id)
    with current.writing(scope) as unit:
        entry = offering.keep(unit, found, made)
    told = EditedPlanAnswer(plan=PlanListItem.of(entry), difference=Difference.of(made.difference))
    return answer(told, HTTPStatus.CREATED, rev=entry.rev, location=f"/api/v1/plans/{entry.id}")
