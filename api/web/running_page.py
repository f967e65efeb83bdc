"""A dispatcher's page of the running day: it asks every second what is new, and tells events of the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus

from flask import Blueprint, Response, make_response, render_template, request

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.rest.answers import scope_of_plan
from api.store import StoredPlan, Unit, cases, records, stops
from api.store.cases import CaseFilter
from api.store.stops import PlannedStop
from api.visiting.day_events import NEEDED, DayEvent, DayEventKind, tell
from api.visiting.day_state import day_state
from api.web.board import opened
from api.web.board_view import broken_lines
from api.web.catalogue import joined, texts_in
from api.web.forms import done, fault_lines
from api.web.language import page_language
from api.web.running_view import running_view
from scheduler.domain.errors import InvalidInput, NotNow, RulesBroken, UnknownId
from scheduler.domain.texts import Text

running_page = Blueprint("running_page", __name__)
DELAYS = (0, 15, 30, 45, 60, 90, 120)
_ID_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something that can be chosen in a form."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Of the forms by which events are told."""

    crews: tuple[Choice, ...]
    people: tuple[Choice, ...]
    visits: tuple[Choice, ...]
    at_doors: tuple[Choice, ...]


@running_page.get("/plans/<plan_id>/running")
@allow(Role.DISPATCHER)
def show(plan_id: str) -> Response:
    """How the day stands, with forms for what happens."""
    return _page(opened(plan_id))


@running_page.get("/plans/<plan_id>/running/now")
@allow(Role.DISPATCHER)
def show_now(plan_id: str) -> Response:
    """The part that changes, for the page that asks every second; nothing where it shows that already."""
    part, seen = _now(opened(plan_id))
    if request.args.get("seen") == seen:
        return Response(status=HTTPStatus.NO_CONTENT)
    return make_response(part)


@running_page.post("/plans/<plan_id>/running")
@allow(Role.DISPATCHER)
def tell_event(plan_id: str) -> Response:
    """Tell what happened; what follows from it holds at once."""
    stored = opened(plan_id)
    try:
        with current.writing(scope_of_plan(plan_id)) as unit:
            tell(unit, plan_id, _event(unit))
    except RulesBroken as refused:
        lines = [
            " ".join(filter(None, (one.about, one.sentence, one.rule_id)))
            for one in broken_lines(refused.violations, stored.texts, page_language())
        ]
        return _page(stored, lines, HTTPStatus.UNPROCESSABLE_ENTITY)
    except InvalidInput as refused:
        lines = [line.message for line in fault_lines(refused.faults, page_language())]
        return _page(stored, lines, HTTPStatus.UNPROCESSABLE_ENTITY)
    except UnknownId:
        return _page(stored, [texts_in(page_language())["running_unknown"]], HTTPStatus.NOT_FOUND)
    except NotNow as refused:
        told = texts_in(page_language()).get(f"running_{refused.code}", refused.message)
        return _page(stored, [told], HTTPStatus.CONFLICT)
    return done("running_page.show", "event_told", plan_id=plan_id)


def _event(unit: Unit) -> DayEvent:
    try:
        kind = DayEventKind(_field("kind"))
    except ValueError:
        raise UnknownId("There is no such kind of event.") from None
    given = {name: _field(name) or None for name in NEEDED[kind] if name not in ("delay", "case_id")}
    case_id = _case_id(unit) if "case_id" in NEEDED[kind] else None
    return DayEvent(kind=kind, case_id=case_id, delay=_delay() if "delay" in NEEDED[kind] else None, **given)


def _delay() -> timedelta | None:
    minutes = _field("delay_minutes")
    return timedelta(minutes=int(minutes)) if minutes in map(str, DELAYS) else None


def _case_id(unit: Unit) -> str | None:
    """Of the open case whose number was typed."""
    number = _field("case_number")
    found = cases.listed(unit, CaseFilter(is_open=True, words=number), after=None, most=2) if number else ()
    if number and not any(one.code == number for one in found):
        raise UnknownId("There is no such case.")
    return next((one.id for one in found if one.code == number), None)


def _field(name: str) -> str:
    return request.form.get(name, "").strip()[:_ID_LENGTH]


def _page(stored: StoredPlan, refused: Sequence[str] = (), status: int = HTTPStatus.OK) -> Response:
    part, seen = _now(stored)
    with current.database().reading(actor().scope, current.now()) as unit:
        choices = _choices(unit, stored)
    page = render_template(
        "running.html",
        plan_id=stored.id,
        day=stored.day,
        part=part,
        seen=seen,
        choices=choices,
        delays=DELAYS,
        refused=refused,
        typed=request.form,
    )
    return make_response(page, status)


def _now(stored: StoredPlan) -> tuple[str, str]:
    """The part that changes, and a word by which it is known again."""
    with current.database().reading(actor().scope, current.now()) as unit:
        view = running_view(unit, stored, day_state(unit, stored), page_language())
    shown = render_template("running_now.html", running=view)
    seen = sha256(shown.encode()).hexdigest()[:16]
    return render_template("running_poll.html", shown=shown, plan_id=stored.id, seen=seen), seen


def _choices(unit: Unit, stored: StoredPlan) -> Choices:
    def name(code: str) -> str:
        return stored.texts.get(code, Text()).name or code

    def visit(stop: PlannedStop) -> Choice:
        return Choice(id=stop.visit_code, name=f"{name(stop.visit_code)} · {stop.shift_code}")

    routes, planned = stops.routes_of(unit, stored.id), stops.of_plan(unit, stored.id)
    at_doors = {
        one.id
        for one in records.of_plan(unit, stored.id)
        if one.checked_in_at is not None and one.left_at is None and one.ended_at is None
    }
    return Choices(
        crews=tuple(
            Choice(id=shift, name=f"{shift} · {joined(map(name, crew), page_language())}") for shift, crew in routes
        ),
        people=tuple(Choice(id=one, name=f"{name(one)} · {shift}") for shift, crew in routes for one in crew),
        visits=tuple(visit(one) for one in planned if one.record_id is None and one.cancelled_at is None),
        at_doors=tuple(visit(one) for one in planned if one.record_id in at_doors),
    )
