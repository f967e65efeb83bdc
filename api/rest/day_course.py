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
from api.store import StoredPlan
from api.store.jobs import Figures
from api.visiting import offering, replanning, week_offering
from api.visiting.week_offering import MOST_DAYS
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
    days: int = Field(
        default=1,
        ge=1,
        le=MOST_DAYS,
        description="How many days, from that of the plan on: of each the plan that people follow, or was checked last.",
    )


class SlotItem(BaseModel):
    """A time that fits: the whole visit lies in it."""

    day: str = Field(description="The local day of its plan.", json_schema_extra={"format": "date"})
    plan_id: str = Field(description="The plan that it is in.", pattern=ID_PATTERN)
    shift_id: str
    place_id: str
    earliest_start: datetime
    latest_end: datetime
    position: int = Field(description="On the crew's route.", ge=1)
    added_cost_seconds: int = Field(description="What it adds to this plan without the visit.")

    @classmethod
    def of(cls, slot: Slot, stored: StoredPlan) -> "SlotItem":
        """From the library's."""
        return cls(
            day=stored.day.isoformat(),
            plan_id=stored.id,
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

    plan_id: str | None = Field(
        default=None, pattern=ID_PATTERN, description="The slot's plan; that of the address unless given."
    )
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


class BookingAnswer(EditedPlanAnswer):
    """The plan with the visit in its slot, and what is different in it."""

    left: list[PlanListItem] = Field(
        default=[], description="Of a booking on another day: the plans that the visit was taken out of."
    )


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
    networks = current.settings().road_networks
    with current.database().reading(scope_of_plan(path.plan_id), current.now()) as unit:
        if query.days == 1:
            found = offering.laid_out(unit, path.plan_id)
        else:
            week = week_offering.laid_out(unit, path.plan_id, query.visit_id, days=query.days)
    if query.days == 1:
        of_day = offering.offered(found, query.visit_id, networks)
        return answer(SlotList(slots=[SlotItem.of(slot, found.stored) for slot in of_day]))
    slots = week_offering.offered(week, networks)
    return answer(SlotList(slots=[SlotItem.of(one.slot, week.of_day(one.day).stored) for one in slots]))


@day_course_api.post(
    "/plans/<plan_id>/bookings",
    operation_id="bookSlot",
    summary="Book one of the times that fit",
    responses=responses(BookingAnswer, 404, 409, 503, status=201),
    security=TOKEN,
)
@allow(Role.DISPATCHER)
def book_slot(path: PlanPath, body: Booking) -> Response:
    """Gives a new draft in which the visit stays in this time, with this crew; 409 where it does not fit any more.

    A time of another day's plan is booked at once: the visit leaves the plan that it is on, and the changed plans take
    the place of those that people follow. Letters and notices follow.
    """
    if body.plan_id not in {None, path.plan_id}:
        return _booked_on_another_day(path.plan_id, body)
    scope, networks = scope_of_plan(path.plan_id), current.settings().road_networks
    with current.database().reading(scope, current.now()) as unit:
        found = offering.laid_out(unit, path.plan_id)
    window = TimeWindow(earliest_start=body.earliest_start, latest_end=body.latest_end)
    made = offering.booked(found, body.visit_id, window, networks, shift_id=body.shift_id, place_id=body.place_id)
    with current.writing(scope) as unit:
        entry = offering.keep(unit, found, made)
    told = BookingAnswer(plan=PlanListItem.of(entry), difference=Difference.of(made.difference))
    return answer(told, HTTPStatus.CREATED, rev=entry.rev, location=f"/api/v1/plans/{entry.id}")


def _booked_on_another_day(plan_id: str, body: Booking) -> Response:
    scope, networks = scope_of_plan(plan_id), current.settings().road_networks
    with current.database().reading(scope, current.now()) as unit:
        week = week_offering.laid_out(unit, plan_id, body.visit_id, days=MOST_DAYS)
    window = TimeWindow(earliest_start=body.earliest_start, latest_end=body.latest_end)
    day = week.of_plan(body.plan_id or plan_id).stored.day
    slot = week_offering.found_again(week, day, window, networks, shift_id=body.shift_id, place_id=body.place_id)
    made = week_offering.booked(week, slot, networks)
    with current.writing(scope) as unit:
        moved = week_offering.move(unit, week, made, networks, by="dispatcher")
    told = BookingAnswer(
        plan=PlanListItem.of(moved.entry),
        difference=Difference.of(made.booked.difference),
        left=[PlanListItem.of(entry) for entry in moved.left],
    )
    return answer(told, HTTPStatus.CREATED, rev=moved.entry.rev, location=f"/api/v1/plans/{moved.entry.id}")
