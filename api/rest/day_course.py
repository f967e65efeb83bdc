"""`/api/v1/plans/{plan_id}/replans`, `slots` and `bookings`: the rest of a running day, and times to be offered."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field, field_validator

from api import current
from api.access import Role, allow
from api.access.roles import STAFF
from api.jobs.replan_wire import ReplanWire
from api.rest.answers import ID_PATTERN, TOKEN, Moment, Strict, answer, responses, scope_of_plan
from api.rest.job_models import JobView, Seconds
from api.rest.jobs import accepted
from api.rest.plan_models import Difference, EditedPlanAnswer, PlanListItem, PlanPath
from api.store import PlanEntry, StoredPlan
from api.store.jobs import Figures
from api.visiting import offering, replanning, week_offering
from api.visiting.week_offering import MOST_DAYS
from scheduler.domain.plan_difference import PlanDifference
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
        description="How many days from the plan's on: of each what people follow, else what was checked last.",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBooking:
    """The plan that has the visit now, what is different in it, and the plans that the visit was taken out of."""

    entry: PlanEntry
    difference: PlanDifference
    left: tuple[PlanEntry, ...]


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
    return answer(SlotList(slots=found_slots(path.plan_id, query.visit_id, query.days)))


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
    kept = kept_booking(path.plan_id, body)
    told = BookingAnswer(
        plan=PlanListItem.of(kept.entry),
        difference=Difference.of(kept.difference),
        left=[PlanListItem.of(entry) for entry in kept.left],
    )
    return answer(told, HTTPStatus.CREATED, rev=kept.entry.rev, location=f"/api/v1/plans/{kept.entry.id}")


def found_slots(plan_id: str, visit_id: str, days: int) -> list[SlotItem]:
    """The times that fit for a visit, on the day of a plan and on those after it."""
    networks = current.settings().road_networks
    with current.database().reading(scope_of_plan(plan_id), current.now()) as unit:
        if days > 1:
            week = week_offering.laid_out(unit, plan_id, visit_id, days=days)
        else:
            of_day = offering.laid_out(unit, plan_id)
    if days > 1:
        return [SlotItem.of(one.slot, week.of_day(one.day).stored) for one in week_offering.offered(week, networks)]
    return [SlotItem.of(slot, of_day.stored) for slot in offering.offered(of_day, visit_id, networks)]


def kept_booking(plan_id: str, wanted: Booking) -> KeptBooking:
    """Book one of these times, as a draft on the plan's own day and at once on another one."""
    scope, networks = scope_of_plan(plan_id), current.settings().road_networks
    window = TimeWindow(earliest_start=wanted.earliest_start, latest_end=wanted.latest_end)
    where = {"shift_id": wanted.shift_id, "place_id": wanted.place_id}
    if wanted.plan_id in {None, plan_id}:
        with current.database().reading(scope, current.now()) as unit:
            found = offering.laid_out(unit, plan_id)
        of_day = offering.booked(found, wanted.visit_id, window, networks, **where)
        with current.writing(scope) as unit:
            return KeptBooking(entry=offering.keep(unit, found, of_day), difference=of_day.difference, left=())
    with current.database().reading(scope, current.now()) as unit:
        week = week_offering.laid_out(unit, plan_id, wanted.visit_id, days=MOST_DAYS)
    slot = week_offering.found_again(week, wanted.plan_id or plan_id, window, networks, **where)
    made = week_offering.booked(week, slot, networks)
    with current.database().reading(scope, current.now()) as unit:
        asked = week_offering.bases(unit, week, made)
    booking = week_offering.judged_ahead(made, asked, networks)
    with current.writing(scope) as unit:
        moved = week_offering.move(unit, week, booking, networks, by="dispatcher")
    return KeptBooking(entry=moved.entry, difference=made.booked.difference, left=moved.left)
