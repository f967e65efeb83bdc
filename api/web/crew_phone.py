"""The pages of a crew's phone, opened by the link that its browser is bound to; the link is asked for each time.

A form is answered with the whole page, so that the page's script needs one request to send it and to show what stands
now. It sends again what got no answer, with the same key: telling twice is telling once.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from api import current
from api.access import open_to_everyone
from api.access.browser import require_own_page
from api.desk.days import wanted_day
from api.refused_check_ins import keeping_refusals
from api.security import allow_own_style, allow_position
from api.store import StoredPlan, Unit, alarms, letters, links, plans, records, stops
from api.store.links import Link
from api.store.stops import PlannedStop
from api.visiting import correcting, visits
from api.visiting.day_events import DayEvent, DayEventKind, tell
from api.visiting.nearness import Position, told_position
from api.web.catalogue import clock, texts_in
from api.web.doors import crew_cookie
from api.web.forms import done, fault_lines, new_key, telephone
from api.web.inlined import inlined
from api.web.language import page_language
from api.web.outcome_fields import asked_after
from api.web.phone_view import carried_papers, phone_view
from api.web.route_pages import map_response, route_download
from scheduler.domain.errors import InvalidInput, NotNow, RulesBroken
from scheduler.rules.load import load_rule_set
from scheduler.rules.outcomes import outcome_codes

crew_phone = Blueprint("crew_phone", __name__, url_prefix="/crew")
_BOUND = "The cookie of the browser that the crew's link is bound to says who may."
_KEY = "Idempotency-Key"
# Why a crew does not begin, as records name it -> what such a visit ends with.
NOT_BEGUN_REASONS = {
    "too_late": "ABORT_RULE",
    "crew_incomplete": "ABORT_RULE",
    "weather": "ABORT_OPS",
    "vehicle": "ABORT_OPS",
    "device": "ABORT_OPS",
}
DELAYS = (15, 30, 45, 60, 90)
_POSITION = ("latitude", "longitude", "accuracy")
_NOTE_LENGTH = 4000
_KEY_LENGTH = 64
_CODE_LENGTH = 64
_MOST_TICKS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCode:
    """A code for the person at the door."""

    digits: str
    until: str


@crew_phone.get("")
@open_to_everyone(_BOUND)
def show_own_route() -> Response:
    """The crew's day, with what can be done at the next door, or at one that is asked for."""
    return _route_page(_own_link(), wanted=request.args.get("visit"))


@crew_phone.get("/route")
@open_to_everyone(_BOUND)
def show_own_route_map() -> Response:
    """The map with the way back, in a frame: only a page around it may ask the browser where it is."""
    link = _own_link()
    page = render_template(
        "route.html",
        shift_id=link.shift_code,
        map_url=url_for("crew_phone.show_own_map"),
        back_url=url_for("crew_phone.show_own_route"),
    )
    return allow_position(make_response(page))


@crew_phone.get("/map")
@open_to_everyone(_BOUND)
def show_own_map() -> Response:
    """The map of the crew's route, a whole page of its own."""
    link = _own_link()
    return map_response(_read(link), link.shift_code)


@crew_phone.get("/route.pdf")
@open_to_everyone(_BOUND)
def download_own_route() -> Response:
    """The crew's route sheet, for when the phone is empty."""
    link = _own_link()
    stored = _read(link)
    if link.shift_code is None or stored.plan.route_of(link.shift_code) is None:
        raise NotFound
    return route_download(stored, link.shift_code, "pdf")


@crew_phone.post("/visits/<visit_id>/check-in")
@open_to_everyone(_BOUND)
def check_in(visit_id: str) -> AnyResponse:
    """Begin a visit, if every rule allows it now."""
    require_own_page()
    link = _own_link()
    present, carried, position = _ticked("present"), _ticked("carried"), _position()
    is_recording = visits.RECORDING_ON in _ticked("checked")
    try:
        # Outside of the unit, which is over and forgotten when the refusal is kept.
        refusals = keeping_refusals(link.scope, link.plan_id, visit_id, _key())
        with refusals, current.database().writing(link.scope, current.now()) as unit:
            _own_stop(unit, link, visit_id)
            papers = carried.intersection(carried_papers(load_rule_set(_stored(unit, link).problem.rule_packs)))
            visits.check_in(
                unit,
                link.plan_id,
                visit_id,
                by=None,
                present=present,
                carried=papers,
                is_recording=is_recording,
                position=position,
                near_meters=current.settings().check_in_meters,
            )
    except RulesBroken as refused:
        lines = [found.told_in(page_language()) for found in refused.violations]
        return _route_page(link, HTTPStatus.UNPROCESSABLE_ENTITY, refusals=lines, wanted=visit_id)
    except NotNow as refused:
        return _not_now(link, refused)
    return _kept(link, "visit_begun")


@crew_phone.post("/records/<record_id>/outcome")
@open_to_everyone(_BOUND)
def end_own_visit(record_id: str) -> AnyResponse:
    """Say what a visit ended with."""
    require_own_page()
    link = _own_link()
    try:
        with current.database().writing(link.scope, current.now()) as unit:
            record = records.get(unit, record_id)
            if record is None:
                raise NotFound
            _own_stop(unit, link, records.stop_of(unit, record))
            outcome, until, note = _reported(unit, link)
            visits.end(unit, record_id, outcome=outcome, until=until, note=note, shown=_ticked("shown"))
    except InvalidInput as refused:
        lines = [fault.message for fault in fault_lines(refused.faults, page_language())]
        return _route_page(link, HTTPStatus.UNPROCESSABLE_ENTITY, refusals=lines)
    except NotNow as refused:
        return _not_now(link, refused)
    return _kept(link, "visit_ended")


@crew_phone.post("/visits/<visit_id>/not-begun")
@open_to_everyone(_BOUND)
def give_up_own_visit(visit_id: str) -> AnyResponse:
    """Say why nobody begins a visit."""
    require_own_page()
    link = _own_link()
    reason = request.form.get("reason", "")
    if reason not in NOT_BEGUN_REASONS:
        return _route_page(link, HTTPStatus.UNPROCESSABLE_ENTITY, refusals=[_text("choose_reason")], wanted=visit_id)
    try:
        with current.database().writing(link.scope, current.now()) as unit:
            _own_stop(unit, link, visit_id)
            correcting.give_up(unit, link.plan_id, visit_id, outcome=NOT_BEGUN_REASONS[reason], reason=reason)
    except NotNow as refused:
        return _not_now(link, refused)
    return _kept(link, "visit_given_up")


@crew_phone.post("/late")
@open_to_everyone(_BOUND)
def tell_late() -> AnyResponse:
    """Tell the office that the crew is late."""
    require_own_page()
    link = _own_link()
    minutes = request.form.get("minutes", "")
    if minutes not in map(str, DELAYS):
        return _route_page(link, HTTPStatus.UNPROCESSABLE_ENTITY, refusals=[_text("choose_minutes")])
    late = DayEvent(kind=DayEventKind.LATE, shift_id=link.shift_code, delay=timedelta(minutes=int(minutes)))
    try:
        with current.database().writing(link.scope, current.now()) as unit:
            tell(unit, link.plan_id, late)
    except NotNow as refused:
        return _not_now(link, refused)
    return _kept(link, "late_told")


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
    return _route_page(link, code=shown, wanted=visit_id)


@crew_phone.post("/alarm")
@open_to_everyone(_BOUND)
def raise_alarm() -> AnyResponse:
    """Tell the office that the crew is in danger."""
    require_own_page()
    link = _own_link()
    with current.database().writing(link.scope, current.now()) as unit:
        visit_id = request.form.get("visit", "")[:_CODE_LENGTH]
        stop = stops.one(unit, link.plan_id, visit_id)
        is_own = stop is not None and stop.shift_code == link.shift_code
        alarms.ask_for_help(
            unit,
            f"link:{link.id}",
            plan_id=link.plan_id,
            shift_code=link.shift_code or "",
            visit_code=visit_id if is_own else None,
            key=_key(),
        )
    return _kept(link, "alarm_sent")


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


def _read(link: Link) -> StoredPlan:
    with current.database().reading(link.scope, current.now()) as unit:
        return _stored(unit, link)


def _stored(unit: Unit, link: Link) -> StoredPlan:
    stored = plans.get(unit, link.plan_id)
    if stored is None:
        raise NotFound
    return stored


def _ticked(name: str) -> set[str]:
    return set(request.form.getlist(name)[:_MOST_TICKS])


def _position() -> Position | None:
    """Where the phone says that it is; None where it says nothing, or no such place is on Earth."""
    try:
        latitude, longitude, accuracy = (float(request.form.get(name, "")) for name in _POSITION)
    except ValueError:
        return None
    is_on_earth = abs(latitude) <= 90 and abs(longitude) <= 180 and 0 <= accuracy < math.inf
    return told_position(latitude, longitude, accuracy) if is_on_earth else None


def _key() -> str | None:
    return (request.headers.get(_KEY) or request.form.get("key", ""))[:_KEY_LENGTH] or None


def _reported(unit: Unit, link: Link) -> tuple[str, date | None, str]:
    """The outcome, and what the form asks after it; what stands in the fields of other outcomes is passed over."""
    stored = _stored(unit, link)
    outcome = request.form.get("outcome", "")
    code = outcome_codes(load_rule_set(stored.problem.rule_packs), stored.day).get(outcome)
    if code is None:
        return outcome, None, ""  # which is refused in the words for everybody
    asked = asked_after(code)
    given = request.form.get(f"until-{outcome}", "") if asked.day is not None else ""
    note = request.form.get(f"note-{outcome}", "")[:_NOTE_LENGTH] if asked.note is not None else ""
    return outcome, wanted_day(given, "/until") if given else None, note


def _kept(link: Link, said: str) -> AnyResponse:
    """What stands after something was kept: at once for the page's script, by way of a redirect for a plain form."""
    if _KEY in request.headers:
        return _route_page(link, said=f"said_{said}")
    return done("crew_phone.show_own_route", said)


def _text(key: str) -> str:
    return texts_in(page_language())[key]


def _not_now(link: Link, refused: NotNow) -> Response:
    told = texts_in(page_language()).get(f"not_now_{refused.code}", refused.message)
    return _route_page(link, HTTPStatus.CONFLICT, refusals=[told])


def _route_page(
    link: Link,
    status: int = HTTPStatus.OK,
    *,
    refusals: list[str] | None = None,
    code: ShownCode | None = None,
    said: str | None = None,
    wanted: str | None = None,
) -> Response:
    settings = current.settings()
    with current.database().reading(link.scope, current.now()) as unit:
        view = phone_view(
            unit,
            link,
            _stored(unit, link),
            wanted=wanted,
            providers=settings.navigation_providers,
            site=settings.public_url or request.host_url.rstrip("/"),
            language=page_language(),
        )
    # What was just said is passed on only where it is known already.
    words = {} if said is None else {"said": said}
    page = render_template(
        "phone.html",
        phone=view,
        refusals=refusals or [],
        typed=request.form if refusals else {},
        ticked={name: _ticked(name) if refusals else set() for name in ("present", "carried", "checked", "shown")},
        code=code,
        office=telephone(settings.hotline),
        new_key=new_key,
        inlined=inlined,
        reasons=NOT_BEGUN_REASONS,
        delays=DELAYS,
        **words,
    )
    return allow_position(allow_own_style(make_response(page, status)))
