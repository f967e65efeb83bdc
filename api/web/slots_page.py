"""Times that can be offered for a visit, on the day of its plan and on those after it; a dispatcher books one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from itertools import groupby

from flask import Blueprint, Response, abort, make_response, render_template, request
from pydantic import ValidationError

from api.access import Role, allow
from api.rest.day_course import Booking, SlotItem, found_slots, kept_booking
from api.store import StoredPlan
from api.visiting.week_offering import MOST_DAYS
from api.web.board import opened
from api.web.catalogue import clock
from api.web.forms import done
from scheduler.domain.errors import InvalidInput, NotNow
from scheduler.domain.texts import Text

slots_page = Blueprint("slots_page", __name__)
_SECONDS_A_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRow:
    """An hour at a place, with the crew for which it adds least; `value` comes back when it is chosen."""

    value: str
    start: str
    end: str
    crew: str
    place_kind: str
    added_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotDay:
    """The hours of one day; `is_own` on the day of the plan that was asked about."""

    day: date
    is_own: bool
    least_minutes: int
    rows: tuple[SlotRow, ...]


@slots_page.get("/plans/<plan_id>/visits/<visit_id>/slots")
@allow(Role.DISPATCHER)
def show(plan_id: str, visit_id: str) -> Response:
    """What fits, by day; nothing is kept."""
    return _page(opened(plan_id), visit_id)


@slots_page.post("/plans/<plan_id>/visits/<visit_id>/slots")
@allow(Role.DISPATCHER)
def book(plan_id: str, visit_id: str) -> Response:
    """Book one: as a draft on the plan's own day, at once on another one."""
    stored = opened(plan_id)
    try:
        wanted = Booking.model_validate_json(request.form.get("slot", ""))
    except ValidationError:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    if wanted.visit_id != visit_id:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        kept = kept_booking(plan_id, wanted)
    except InvalidInput:
        abort(HTTPStatus.NOT_FOUND)
    except NotNow:
        return _page(stored, visit_id, is_gone=True)
    said = "slot_drafted" if wanted.plan_id in {None, plan_id} else "slot_booked"
    return done("board.show", said, plan_id=kept.entry.id)


def _page(stored: StoredPlan, visit_id: str, *, is_gone: bool = False) -> Response:
    try:
        found = found_slots(stored.id, visit_id, MOST_DAYS)
    except InvalidInput:
        abort(HTTPStatus.NOT_FOUND)
    except NotNow:
        abort(HTTPStatus.CONFLICT)
    page = render_template(
        "slots.html",
        plan_id=stored.id,
        visit_id=visit_id,
        name=stored.texts.get(visit_id, Text()).name or visit_id,
        days=_days(found, visit_id, stored),
        is_gone=is_gone,
    )
    return make_response(page, HTTPStatus.CONFLICT if is_gone else HTTPStatus.OK)


def _days(found: Sequence[SlotItem], visit_id: str, stored: StoredPlan) -> tuple[SlotDay, ...]:
    kinds = {place.id: place.kind for visit in stored.problem.visits if visit.id == visit_id for place in visit.places}
    days = []
    for day, slots in groupby(found, key=lambda slot: slot.day):
        cheapest: dict[tuple[object, str], SlotItem] = {}
        for slot in slots:
            cheapest.setdefault((slot.earliest_start, slot.place_id), slot)
        rows = tuple(_row(slot, visit_id, str(kinds.get(slot.place_id, "other"))) for slot in cheapest.values())
        days.append(
            SlotDay(
                day=date.fromisoformat(day),
                is_own=day == stored.day.isoformat(),
                least_minutes=min(row.added_minutes for row in rows),
                rows=rows,
            )
        )
    return tuple(days)


def _row(slot: SlotItem, visit_id: str, place_kind: str) -> SlotRow:
    wanted = Booking(
        plan_id=slot.plan_id,
        visit_id=visit_id,
        shift_id=slot.shift_id,
        place_id=slot.place_id,
        earliest_start=slot.earliest_start,
        latest_end=slot.latest_end,
    )
    return SlotRow(
        value=wanted.model_dump_json(),
        start=clock(slot.earliest_start),
        end=clock(slot.latest_end),
        crew=slot.shift_id,
        place_kind=place_kind,
        added_minutes=round(slot.added_cost_seconds / _SECONDS_A_MINUTE),
    )
