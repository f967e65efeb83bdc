"""The pages, and the files that people take along."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, g, make_response, redirect, render_template, request, url_for

from api import current
from api.access import Role, allow
from api.access.browser import signed_in
from api.access.policy import actor
from api.access.roles import STAFF
from api.current import settings
from api.desk.days import today
from api.desk.imports import IMPORTERS
from api.rest.answers import scope_of_plan
from api.rest.given_files import PAPERS, ROUTE_EXPORTED, give
from api.route_files import CONTENT_TYPES, NAMELESS
from api.security import allow_position, script_nonce
from api.setting_values import LANGUAGES
from api.store import StoredPlan, plans
from api.web.addresses import day_of_address, here
from api.web.catalogue import day_in_words, texts_in
from api.web.crew_view import crew_view
from api.web.day_glance import case_counts, known_days, on_duty
from api.web.day_view import day_view, is_estimated
from api.web.forms import csrf_input, was_said
from api.web.language import page_language, remember_language
from api.web.menu import menu
from api.web.planning_page import offered_seconds
from api.web.route_pages import map_response, route_download
from api.web.seen import plan_for, routes_for
from api.web.theme import THEMES, page_theme, remember_theme

NOT_FOUND = 404
_ONE_DAY = timedelta(days=1)
_SEE_NAMES = (Role.DISPATCHER, Role.COLLECTOR)
_FILES = ("pdf", "csv", "xlsx", "ics", "gpx")
pages = Blueprint("pages", __name__)
pages.after_app_request(remember_language)
pages.after_app_request(remember_theme)


@pages.app_context_processor
def _what_every_page_needs() -> dict[str, object]:
    language = page_language()
    return {
        "t": texts_in(language),
        "language": language,
        "other_language": next(other for other in LANGUAGES if other != language),
        "script_nonce": script_nonce(),
        "is_estimated": is_estimated,
        "in_words": lambda day: day_in_words(day, language),
        "route_files": _route_files,
        "signed_in": signed_in(),
        "csrf": csrf_input,
        "here": here,
        "menu": menu,
        "said": was_said(),
        "theme": page_theme(),
        "themes": THEMES,
        "has_provider": settings().oidc_issuer is not None,
        "sees_plans": g.get("actor") is not None and actor().role in STAFF,
    }


@pages.get("/")
@allow(*Role)
def list_days() -> str:
    """The days on which somebody works or that have plans; a collector's own routes."""
    if actor().role is Role.COLLECTOR:
        return render_template("own_routes.html", routes=routes_for(actor()))
    with current.database().reading(actor().scope, current.now()) as unit:
        found = known_days(unit)
    return render_template("days.html", days=found, today=today(), may_import=actor().role in IMPORTERS)


@pages.get("/days")
@allow(*STAFF)
def choose_day() -> Response:
    """Go to the day that a form names."""
    return make_response(redirect(url_for("pages.show_day", day=day_of_address(request.args.get("day", "")))))


@pages.get("/days/<day>")
@allow(*STAFF)
def show_day(day: str) -> str:
    """A day at a glance."""
    shown = day_of_address(day)
    with current.database().reading(actor().scope, current.now()) as unit:
        entries = plans.listed(unit, day=shown)
        duty = on_duty(unit, shown)
    return render_template(
        "day.html",
        day=shown,
        before=shown - _ONE_DAY,
        after=shown + _ONE_DAY,
        entries=entries,
        duty=duty,
        seconds=offered_seconds(),
        may_plan=actor().role in (Role.DISPATCHER, Role.PLANNER),
    )


@pages.get("/days/<day>/cases")
@allow(*STAFF)
def count_cases(day: str) -> str:
    """The part of the page of a day that takes long with many cases: who may be visited."""
    with current.database().reading(actor().scope, current.now()) as unit:
        counts = case_counts(unit, day_of_address(day), page_language())
    return render_template("day_cases.html", counts=counts, day=day)


@pages.get("/plans/<plan_id>")
@allow(*STAFF)
def show_plan(plan_id: str) -> str | Response:
    """One plan, the newest of its day or not; who may change it is led to its board."""
    stored = _stored(plan_id)
    if actor().role is Role.DISPATCHER:
        return make_response(redirect(url_for("board.show", plan_id=plan_id)))
    with current.database().reading(actor().scope, current.now()) as unit:
        entries = plans.listed(unit, day=stored.day)
    return render_template("plan.html", plan=day_view(stored, page_language()), entries=entries)


@pages.get("/plans/<plan_id>/map")
@allow(*STAFF)
def show_map(plan_id: str) -> Response:
    """The map of all routes, a whole page of its own."""
    return map_response(_stored(plan_id), None)


@pages.get("/plans/<plan_id>/crews/<shift_id>/route")
@allow(*Role)
def show_crew_route(plan_id: str, shift_id: str) -> Response:
    """The map of one route with the way back to the crew, made for the phone.

    The map runs in an origin of its own, where no browser tells a position; this page around it asks and hands it in.
    """
    _stored_with_route(plan_id, shift_id)
    parts: dict[str, Any] = {"plan_id": plan_id, "shift_id": shift_id}
    page = render_template(
        "route.html",
        shift_id=shift_id,
        map_url=url_for("pages.show_crew_map", **parts),
        back_url=url_for("pages.show_crew", **parts),
    )
    return allow_position(make_response(page))


@pages.get("/plans/<plan_id>/crews/<shift_id>/map")
@allow(*Role)
def show_crew_map(plan_id: str, shift_id: str) -> Response:
    """The map of one route, a whole page of its own."""
    return map_response(_stored_with_route(plan_id, shift_id), shift_id)


@pages.get("/plans/<plan_id>/crews/<shift_id>")
@allow(*Role)
def show_crew(plan_id: str, shift_id: str) -> str:
    """A crew's day, made for the phone."""
    stored = _stored(plan_id, shift_id)
    if shift_id not in {shift.id for shift in stored.staffed.shifts}:
        abort(NOT_FOUND)
    view = crew_view(stored, shift_id, providers=settings().navigation_providers, language=page_language())
    return render_template("crew.html", crew=view)


@pages.get(f"/plans/<plan_id>/crews/<shift_id>.<any({','.join(sorted(CONTENT_TYPES.keys() - NAMELESS))}):kind>")
@allow(*_SEE_NAMES)
def download_route(plan_id: str, shift_id: str, kind: str) -> Response:
    """A crew's route as a table or on paper, with names and addresses; who took which is written down."""
    file = route_download(_stored_with_route(plan_id, shift_id), shift_id, kind)
    if file.status_code == 200:
        with current.writing(scope_of_plan(plan_id)) as unit:
            give(unit, PAPERS, ROUTE_EXPORTED, f"plan:{plan_id}", format=kind, shift=shift_id)
    return file


@pages.get(f"/plans/<plan_id>/crews/<shift_id>.<any({','.join(sorted(NAMELESS))}):kind>")
@allow(*Role)
def download_nameless(plan_id: str, shift_id: str, kind: str) -> Response:
    """A crew's route for calendars and devices that lead the way, without names and addresses."""
    return route_download(_stored_with_route(plan_id, shift_id), shift_id, kind)


def _route_files(plan_id: str, shift_id: str) -> list[tuple[str, str]]:
    """The files of a crew's route that the caller may have: the format, and where it is."""
    allowed = [kind for kind in _FILES if kind in NAMELESS or actor().role in _SEE_NAMES]
    return [
        (
            kind,
            url_for(
                "pages.download_nameless" if kind in NAMELESS else "pages.download_route",
                plan_id=plan_id,
                shift_id=shift_id,
                kind=kind,
            ),
        )
        for kind in allowed
    ]


def _stored(plan_id: str, shift_id: str | None = None) -> StoredPlan:
    stored = plan_for(actor(), plan_id, shift_id)
    if stored is None:
        abort(NOT_FOUND)
    return stored


def _stored_with_route(plan_id: str, shift_id: str) -> StoredPlan:
    stored = _stored(plan_id, shift_id)
    if stored.plan.route_of(shift_id) is None:
        abort(NOT_FOUND)
    return stored
