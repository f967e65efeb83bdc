"""Having a day planned, and watching how that goes: the best plan so far is kept when somebody stops it."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.desk.days import named_day
from api.jobs.curve import on_canvas, points_of
from api.rest.jobs import asked_for
from api.store import jobs
from api.store.jobs import Job, JobState
from api.web.catalogue import texts_in
from api.web.forms import done
from api.web.language import page_language

NOT_FOUND = 404
SECONDS = (10, 30, 60, 300)
_PLANNERS = (Role.DISPATCHER, Role.PLANNER)
_WIDTH, _HEIGHT = 600, 160
_UNPROCESSABLE = 422
planning_page = Blueprint("planning_page", __name__)


@planning_page.post("/days/<day>/plan")
@allow(*_PLANNERS)
def ask(day: str) -> Response:
    """Ask for a plan of a stored day."""
    seconds = request.form.get("seconds", "")
    if seconds not in map(str, offered_seconds()) or named_day(day) is None:
        abort(_UNPROCESSABLE)
    with current.writing() as unit:
        job_id = asked_for(unit, "plan", {"day": day, "seconds": int(seconds), "seed": 0})
    return done("planning_page.show", "planning_begun", job_id=job_id)


@planning_page.get("/jobs/<job_id>")
@allow(*STAFF)
def show(job_id: str) -> str:
    """How far a job is; the page asks again each second until it has ended."""
    return render_template("job.html", **_shown(job_id))


@planning_page.get("/jobs/<job_id>/progress")
@allow(*STAFF)
def show_progress(job_id: str) -> str:
    """The part of the page that changes."""
    return render_template("job_progress.html", **_shown(job_id))


@planning_page.post("/jobs/<job_id>/stop")
@allow(*_PLANNERS)
def stop(job_id: str) -> Response:
    """Ask a job to stop; planning keeps the best plan so far."""
    with current.writing() as unit:
        if jobs.ask_to_stop(unit, job_id) is None:
            abort(NOT_FOUND)
    return done("planning_page.show", "stop_asked", job_id=job_id)


def offered_seconds() -> tuple[int, ...]:
    """How long a search may take here; the first one is the usual."""
    longest = current.settings().planning_seconds
    return tuple(seconds for seconds in SECONDS if seconds <= longest) or (longest,)


def _shown(job_id: str) -> dict[str, Any]:
    with current.database().reading(actor().scope, current.now()) as unit:
        job = jobs.get(unit, job_id)
    if job is None:
        abort(NOT_FOUND)
    texts = texts_in(page_language())
    curve = points_of(str(job.progress.get("curve", "")))
    plan_id = (job.result or {}).get("plan_id")
    return {
        "job": job,
        "day": named_day(str(job.arguments.get("day", ""))),
        "state": texts[f"job_{job.state}"],
        "why": _why(job, texts),
        "is_stopping": job.cancel_asked_at is not None and not job.state.is_final,
        "is_waiting": job.state is JobState.QUEUED,
        "may_stop": actor().role in _PLANNERS and job.kind in ("plan", "compute", "replan"),
        "based_on": (job.result or {}).get("based_on"),
        "line": on_canvas(curve, _WIDTH, _HEIGHT),
        "curve": curve,
        "width": _WIDTH,
        "height": _HEIGHT,
        "plan_id": plan_id,
        "share": _share(job),
    }


def _share(job: Job) -> int | None:
    """How much of the time is over, in hundredths; None where that says nothing."""
    asked, spent = job.arguments.get("seconds"), job.progress.get("seconds")
    if not isinstance(asked, int | float) or not isinstance(spent, int | float) or asked <= 0:
        return None
    return min(100, round(spent / asked * 100))


def _why(job: Job, texts: Any) -> str | None:
    """Why a job failed, in words where there are some for its code."""
    if job.error_code is None:
        return None
    return str(texts.get(f"job_error_{job.error_code}", texts["job_error"].format(code=job.error_code)))
