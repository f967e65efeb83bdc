"""The week: which crew has how many visits on which day, and which days are firm."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.jobs.weeks import KIND, MOST_DAYS
from api.rest.jobs import asked_for
from api.store import PlanEntry, Unit, jobs, plans
from api.store.jobs import Figures, JobState
from api.visiting.weeks import KnownDay, KnownWeek, week_of
from api.web.forms import done
from api.web.planning_page import offered_seconds

_PLANNERS = (Role.DISPATCHER, Role.PLANNER)
_UNPROCESSABLE = 422
week_page = Blueprint("week_page", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayColumn:
    """A day as a column: its plan, and the visits of each crew."""

    day: date
    is_firm: bool
    plan: PlanEntry | None
    visits: int
    by_crew: Mapping[str, int]


@week_page.get("/week")
@allow(*STAFF)
def show() -> str:
    """The week that was planned last."""
    with current.database().reading(actor().scope, current.now()) as unit:
        last = next(iter(jobs.listed(unit, state=JobState.DONE, kind=KIND, after=None, limit=1)), None)
        running = jobs.open_of_kind(unit, KIND)
        week = None if last is None else week_of(last)
        columns = () if week is None else tuple(_column(unit, day) for day in week.days)
    return render_template("week.html", **_shown(week, columns, None if running is None else running.id))


@week_page.post("/week")
@allow(*_PLANNERS)
def ask() -> Response:
    """Ask for a week."""
    day, seconds = request.form.get("day", ""), request.form.get("seconds", "")
    if seconds not in map(str, offered_seconds()) or not _is_day(day):
        abort(_UNPROCESSABLE)
    with current.writing() as unit:
        arguments: Figures = {"day": day, "days": MOST_DAYS, "seconds": int(seconds), "seed": 0}
        job_id = asked_for(unit, KIND, arguments)
    return done("planning_page.show", "planning_begun", job_id=job_id)


def _shown(week: KnownWeek | None, columns: tuple[DayColumn, ...], running_id: str | None) -> dict[str, Any]:
    crews = sorted({crew for column in columns for crew in column.by_crew})
    return {
        "week": week,
        "columns": columns,
        "crews": crews,
        "running_id": running_id,
        "may_ask": actor().role in _PLANNERS,
        "first": (current.now().date() + timedelta(days=1)).isoformat(),
        "offered": offered_seconds(),
    }


def _column(unit: Unit, day: KnownDay) -> DayColumn:
    entry = None if day.plan_id is None else plans.entry(unit, day.plan_id)
    document = None if entry is None else plans.document(unit, entry.id)
    by_crew: dict[str, int] = {}
    for route in () if document is None else json.loads(document.content)["routes"]:
        crew = " ".join(route["collector_ids"])
        by_crew[crew] = by_crew.get(crew, 0) + sum(stop["type"] == "visit" for stop in route["stops"])
    return DayColumn(day=day.day, is_firm=day.is_firm, plan=entry, visits=sum(by_crew.values()), by_crew=by_crew)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
