"""The links of a plan's crews: made and shown once, ended, and let go to another phone."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.papers.verification import qr_modules
from api.rest.answers import scope_of_plan
from api.store import PlanEntry, StoredPlan, Unit, links, plans
from api.store.links import Link
from api.visiting.linking import address_of, make_route_link
from api.web.board import opened
from api.web.catalogue import clock, joined
from api.web.forms import SEE_OTHER, done
from api.web.language import page_language
from maps.palette import CrewStyle, crew_style
from maps.route_view import PlanView
from scheduler.domain.errors import NotNow

crew_links = Blueprint("crew_links", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewLink:
    """A crew with a route, and its link, if it has one; `until` is a clock time."""

    shift_id: str
    style: CrewStyle
    people: str
    link_id: str | None
    is_bound: bool
    until: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeOnce:
    """A new link, shown this once; `dark` are the modules of its QR code as an SVG path, `size` its side."""

    shift_id: str
    address: str
    dark: str
    size: int


@crew_links.get("/plans/<plan_id>/links")
@allow(Role.DISPATCHER)
def show(plan_id: str) -> str:
    """Each crew with the state of its link."""
    return _page(plan_id, ())


@crew_links.post("/plans/<plan_id>/links")
@allow(Role.DISPATCHER)
def make(plan_id: str) -> Response:
    """Make the link of one crew, or those of all that have none; their addresses stand on this page alone."""
    origin = current.settings().public_url or request.host_url.rstrip("/")
    wanted, stored = request.form.get("shift_id"), opened(plan_id)
    routes = [route.shift_id for route in stored.plan.routes]
    if wanted is not None and wanted not in routes:
        abort(HTTPStatus.NOT_FOUND)
    made = []
    try:
        with current.writing(scope_of_plan(plan_id)) as unit:
            have = {link.shift_code for link in links.of_plan(unit, plan_id)}
            for shift_id in [wanted] if wanted else [one for one in routes if one not in have]:
                _, secret = make_route_link(unit, plan_id, shift_id)
                made.append(_once(shift_id, address_of(origin, secret)))
    except NotNow:
        return make_response(redirect(url_for("crew_links.show", plan_id=plan_id), SEE_OTHER))
    return make_response(_page(plan_id, made))


@crew_links.post("/plans/<plan_id>/links/<link_id>/revoke")
@allow(Role.DISPATCHER)
def revoke(plan_id: str, link_id: str) -> Response:
    """End a link."""
    with current.writing(scope_of_plan(plan_id)) as unit:
        links.revoke(unit, _of_plan(unit, plan_id, link_id).id)
    return done("crew_links.show", "link_revoked", plan_id=plan_id)


@crew_links.post("/plans/<plan_id>/links/<link_id>/release")
@allow(Role.DISPATCHER)
def release(plan_id: str, link_id: str) -> Response:
    """Let the next phone be the first."""
    with current.writing(scope_of_plan(plan_id)) as unit:
        links.release(unit, _of_plan(unit, plan_id, link_id).id)
    return done("crew_links.show", "link_released", plan_id=plan_id)


def _of_plan(unit: Unit, plan_id: str, link_id: str) -> Link:
    found = links.get(unit, link_id)
    if found is None or found.plan_id != plan_id or found.shift_code is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _page(plan_id: str, made: Iterable[MadeOnce]) -> str:
    stored = opened(plan_id)
    with current.database().reading(actor().scope, current.now()) as unit:
        entry = plans.entry(unit, plan_id)
        known = {link.shift_code: link for link in links.of_plan(unit, plan_id) if link.shift_code is not None}
    if entry is None:
        abort(HTTPStatus.NOT_FOUND)
    return render_template(
        "crew_links.html",
        plan_id=plan_id,
        day=stored.day,
        is_followed=_is_followed(entry),
        crews=_crews(stored, known),
        made=tuple(made),
    )


def _is_followed(entry: PlanEntry) -> bool:
    return entry.state.is_followed


def _crews(stored: StoredPlan, known: dict[str, Link]) -> tuple[CrewLink, ...]:
    language, zone = page_language(), stored.problem.time_zone
    rows = []
    for route in PlanView(stored.plan, stored.staffed, stored.texts).routes():
        link = known.get(route.shift_id)
        rows.append(
            CrewLink(
                shift_id=route.shift_id,
                style=crew_style(route.position),
                people=joined(route.collector_names, language),
                link_id=None if link is None else link.id,
                is_bound=link is not None and link.is_bound,
                until=None if link is None else clock(link.expires_at.astimezone(zone)),
            )
        )
    return tuple(rows)


def _once(shift_id: str, address: str) -> MadeOnce:
    rows = qr_modules(address)
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return MadeOnce(shift_id=shift_id, address=address, dark=dark, size=len(rows))
