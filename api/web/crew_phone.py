"""The pages of a crew's phone, opened by the link that its browser is bound to; the link is asked for each time."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from api import current
from api.access import open_to_everyone
from api.access.browser import require_own_page
from api.security import allow_forms, allow_map, script_nonce
from api.store import StoredPlan, Unit, letters, links, plans, records, stops
from api.store.links import Link
from api.store.stops import PlannedStop
from api.visiting import visits
from api.web.catalogue import clock
from api.web.crew_view import crew_view
from api.web.doors import crew_cookie
from api.web.language import page_language
from maps.preview import crew_map
from scheduler.domain.errors import InvalidInput, NotNow, RulesBroken
from scheduler.domain.texts import Text
from scheduler.rules.kinds.document import DocumentParams
from scheduler.rules.load import load_rule_set
from scheduler.rules.outcomes import outcome_codes
from scheduler.rules.rule_pack import RuleSet

crew_phone = Blueprint("crew_phone", __name__, url_prefix="/crew")
_BOUND = "The cookie of the browser that the crew's link is bound to says who may."
_NOTE_LENGTH = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How far a visit is."""

    cancelled: bool
    record_id: str | None
    began: str
    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCode:
    """A code for the person at the door."""

    digits: str
    until: str


@crew_phone.get("")
@open_to_everyone(_BOUND)
def show_own_route() -> Response:
    """The crew's day, with what can be done at each door."""
    return _route_page(_own_link())


@crew_phone.get("/map")
@open_to_everyone(_BOUND)
def show_own_map() -> Response:
    """The map of the crew's route, a whole page of its own."""
    link = _own_link()
    with current.database().reading(link.scope, current.now()) as unit:
        stored = _stored(unit, link)
    html = crew_map(
        stored.plan,
        stored.staffed,
        link.shift_code or "",
        texts=stored.texts,
        language=page_language(),
        providers=current.settings().navigation_providers,
        tiles=current.settings().tiles,
        script_nonce=script_nonce(),
    )
    tiles = current.settings().tiles
    return allow_map(Response(html, mimetype="text/html"), None if tiles is None else tiles.origin)


@crew_phone.post("/visits/<visit_id>/check-in")
@open_to_everyone(_BOUND)
def check_in(visit_id: str) -> AnyResponse:
    """Begin a visit, if every rule allows it now."""
    require_own_page()
    link = _own_link()
    present, carried = set(request.form.getlist("present")[:20]), set(request.form.getlist("carried")[:20])
    try:
        with current.database().writing(link.scope, current.now()) as unit:
            _own_stop(unit, link, visit_id)
            asked = _carried_papers(load_rule_set(_stored(unit, link).problem.rule_packs))
            papers = carried.intersection(asked)
            visits.check_in(unit, link.plan_id, visit_id, by=None, present=present, carried=papers)
    except RulesBroken as refused:
        lines = [found.told_in(page_language()) for found in refused.violations]
        return _route_page(link, HTTPStatus.UNPROCESSABLE_ENTITY, refusals=lines)
    except NotNow as refused:
        return _route_page(link, HTTPStatus.CONFLICT, refusals=[refused.message])
    return redirect(url_for("crew_phone.show_own_route"), HTTPStatus.SEE_OTHER)


@crew_phone.post("/records/<record_id>/outcome")
@open_to_everyone(_BOUND)
def end_own_visit(record_id: str) -> AnyResponse:
    """Say what a visit ended with."""
    require_own_page()
    link = _own_link()
    try:
        until = date.fromisoformat(request.form["until"]) if request.form.get("until") else None
    except ValueError:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with current.database().writing(link.scope, current.now()) as unit:
            record = records.get(unit, record_id)
            if record is None:
                raise NotFound
            _own_stop(unit, link, records.stop_of(unit, record))
            note = request.form.get("note", "")[:_NOTE_LENGTH]
            visits.end(unit, record_id, outcome=request.form.get("outcome", ""), until=until, note=note)
    except InvalidInput as refused:
        lines = [fault.message for fault in refused.faults]
        return _route_page(link, HTTPStatus.UNPROCESSABLE_ENTITY, refusals=lines)
    except NotNow as refused:
        return _route_page(link, HTTPStatus.CONFLICT, refusals=[refused.message])
    return redirect(url_for("crew_phone.show_own_route"), HTTPStatus.SEE_OTHER)


@crew_phone.post("/visits/<visit_id>/code")
@open_to_everyone(_BOUND)
def show_code(visit_id: str) -> Response:
    """A code that the person at the door can type on the verification page."""
    require_own_page()
    link = _own_link()
    with current.database().writing(link.scope, current.now()) as unit:
        _own_stop(unit, link, visit_id)
        letter = letters.of_visit(unit, link.plan_id, visit_id)
        if letter is None:
            raise NotFound
        digits, until = letters.show_code(unit, link.id, letter.id)
        zone = plans.zone_of(unit, link.plan_id)
    shown = ShownCode(digits=f"{digits[:4]} {digits[4:]}", until=clock(until.astimezone(zone)))
    return _route_page(link, code=shown)


def _own_link() -> Link:
    link_id, _, browser = request.cookies.get(crew_cookie(), "").partition(".")
    with current.database().reading(None, current.now()) as unit:
        link = links.open_by_browser(unit, link_id, browser)
    if link is None:
        abort(make_response(render_template("go.html", closed=True), HTTPStatus.GONE))
    return link


def _own_stop(unit: Unit, link: Link, visit_id: str) -> PlannedStop:
    stop = stops.one(unit, link.plan_id, visit_id)
    if stop is None or stop.shift_code != link.shift_code:
        raise NotFound
    return stop


def _stored(unit: Unit, link: Link) -> StoredPlan:
    stored = plans.get(unit, link.plan_id)
    if stored is None:
        raise NotFound
    return stored


def _route_page(
    link: Link,
    status: int = HTTPStatus.OK,
    *,
    refusals: list[str] | None = None,
    code: ShownCode | None = None,
) -> Response:
    shift = link.shift_code or ""
    with current.database().reading(link.scope, current.now()) as unit:
        stored = _stored(unit, link)
        found = stops.of_plan(unit, link.plan_id, shift)
        begun = {one.id: one for one in records.of_plan(unit, link.plan_id)}
    rules = load_rule_set(stored.problem.rule_packs)
    zone = stored.problem.time_zone
    at_doors = {}
    for stop in found:
        record = begun.get(stop.record_id or "")
        at_doors[stop.visit_code] = Door(
            cancelled=stop.cancelled_at is not None,
            record_id=None if record is None else record.id,
            began=""
            if record is None or record.checked_in_at is None
            else clock(record.checked_in_at.astimezone(zone)),
            outcome=None if record is None else record.present_outcome[0],
        )
    crew = found[0].collector_codes if found else ()
    view = crew_view(stored, shift, providers=current.settings().navigation_providers, language=page_language())
    page = render_template(
        "phone.html",
        crew=view,
        doors=at_doors,
        people=[{"id": one, "name": stored.texts.get(one, Text()).name or one} for one in crew],
        papers=_carried_papers(rules),
        outcomes=list(outcome_codes(rules, stored.day).values()),
        refusals=refusals or [],
        code=code,
    )
    return allow_forms(make_response(page, status))


def _carried_papers(rules: RuleSet) -> list[str]:
    """What the rules ask a crew to carry, but for the letter, which is looked up."""
    names = [
        name
        for placed in rules.rules
        if isinstance(placed.rule.params, DocumentParams)
        for name in placed.rule.params.names
    ]
    return [name for name in dict.fromkeys(names) if name != visits.LETTER]
