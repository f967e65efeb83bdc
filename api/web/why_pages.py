"""The visits of a day, and for each of them why it was made."""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.desk.days import today
from api.importing.records import ZONE
from api.store import PlanEntry, PlanState, Unit, plans, records, stops
from api.store.stops import PlannedStop
from api.web.addresses import day_of_address
from api.web.catalogue import clock
from api.web.language import page_language
from api.web.seen import plan_for
from api.web.why_view import why_view

NOT_FOUND = 404
_READERS = (Role.COMPLIANCE, Role.DISPATCHER)
why_pages = Blueprint("why_pages", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """A visit of a published plan: its ids, the clock, its crew, and what it ended with."""

    plan_id: str
    state: PlanState
    visit_id: str
    planned: str
    shift_id: str
    cancelled: bool
    outcome: str
    has_begun: bool


@why_pages.get("/visits")
@allow(*_READERS)
def list_visits() -> str:
    """The visits of the plans of a day that were ever published."""
    asked = request.args.get("day", "")
    day = day_of_address(asked) if asked else today()
    with current.database().reading(actor().scope, current.now()) as unit:
        shown = [entry for entry in plans.listed(unit, day=day) if entry.published_at is not None]
        lines = [line for entry in shown for line in _lines(unit, entry)]
    return render_template("visits.html", day=day, lines=lines)


@why_pages.get("/visits/<plan_id>/<visit_id>")
@allow(*_READERS)
def show_why(plan_id: str, visit_id: str) -> str:
    """All that is on record about one visit."""
    stored = plan_for(actor(), plan_id)
    with current.database().reading(actor().scope, current.now()) as unit:
        entry = plans.entry(unit, plan_id)
        stop = stops.one(unit, plan_id, visit_id)
        if stop is None or entry is None:
            abort(NOT_FOUND)
        if stored is None:
            return render_template("why_gone.html", day=stop.day, visit_id=visit_id)
        view = why_view(unit, stored, entry, stop, page_language())
    is_officer = actor().role is Role.COMPLIANCE
    return render_template("why.html", why=view, day=stop.day, is_officer=is_officer)


def _lines(unit: Unit, entry: PlanEntry) -> list[VisitLine]:
    outcomes = {one.stop_id: one.present_outcome[0] or "" for one in records.of_plan(unit, entry.id)}
    return [_line(entry, stop, outcomes.get(stop.id, "")) for stop in stops.of_plan(unit, entry.id)]


def _line(entry: PlanEntry, stop: PlannedStop, outcome: str) -> VisitLine:
    return VisitLine(
        plan_id=entry.id,
        state=entry.state,
        visit_id=stop.visit_code,
        planned=clock(stop.service_start_time.astimezone(ZONE)),
        shift_id=stop.shift_code,
        cancelled=stop.cancelled_at is not None,
        outcome=outcome,
        has_begun=stop.record_id is not None,
    )
