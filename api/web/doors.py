"""Pages that open without signing in: the verification page, and what links of crews and borrowers lead to.

A GET of the page behind a link shows nothing and changes nothing, so that programs that preview links do no harm; the
secret stands behind # in the address and comes by POST, when a person taps.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from api import current
from api.access import open_to_everyone
from api.access.browser import require_own_page
from api.access.guesses import refuse_more_guesses
from api.access.pins import is_pin
from api.papers.verification import read_number
from api.store import Unit, events, guesses, links, notices, plans, stops, users, wishes
from api.store.events import EventKind
from api.store.guesses import GuessKind
from api.store.links import Link, LinkKind
from api.store.stops import PlannedStop
from api.store.users import hash_of
from api.store.wishes import WishKind
from api.visiting import appointments, verifying, week_offering, wishing
from api.visiting.appointments import Appointment
from api.visiting.verifying import Verified
from api.web.catalogue import clock
from api.web.forms import telephone
from api.web.language import leave_nothing_behind
from api.web.limits import GUESSES, LOOK_UPS, MESSAGES, limited
from api.web.shown_people import ShownPerson, shown_people
from scheduler.domain.errors import NotNow, RulesBroken
from scheduler.domain.time_window import TimeWindow
from scheduler.week_offers import WeekSlot

doors = Blueprint("doors", __name__)
_STATIC = "It is the same for everybody; what a link opens is asked for by POST."
_BY_SECRET = "The secret of the link, 256 random bits, says who may."  # noqa: S105 - a reason, no secret
_VERIFYING = "It tells who may come with a letter that the caller holds; never to whom, and why."
_MOST_TEXT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLetter:
    """A valid letter."""

    number: str
    day: date
    checked_at: str
    people: tuple[ShownPerson, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownVisit:
    """What a borrower's page says of the visit.

    Attributes:
        day: The local day.
        time: About when, by the clock.
        hour: From when to when, where an hour was agreed; None where none was.
        cancelled: Whether nobody comes.
    """

    day: date
    time: str
    hour: "ShownTime | None"
    cancelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTime:
    """A time that can be chosen; `value` comes back when it is."""

    value: str
    start: str
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDay:
    """The times of one day that can be chosen."""

    day: date
    times: tuple[ShownTime, ...]


@doors.get("/go")
@open_to_everyone(_STATIC)
def go() -> Response:
    """Where a crew's link leads; the page's script takes the secret from behind #."""
    return _page("go.html")


@doors.post("/go")
@open_to_everyone(_BY_SECRET)
@limited(GUESSES, key=lambda: _guessed_link())
@limited(LOOK_UPS)
def open_route() -> AnyResponse:
    """Bind the link to this browser; another browser than the first needs the PIN of one of the crew."""
    require_own_page()
    token, pin = _secret(), _field("pin", 20)
    with current.database().reading(None, current.now()) as unit:
        link = links.open_by_secret(unit, LinkKind.ROUTE, token)
        if link is not None and link.is_bound and pin:
            refuse_more_guesses(unit, GuessKind.PIN)
        may = link is not None and (not link.is_bound or is_pin(_pins(unit, link), pin))
    if link is None:
        return _page("go.html", HTTPStatus.GONE, closed=True)
    if not may:
        if pin:
            with current.database().writing(None, current.now()) as unit:
                guesses.was_wrong(unit, GuessKind.PIN)
        return _page("go.html", HTTPStatus.FORBIDDEN, token=token, ask_pin=True)
    with current.database().writing(link.scope, current.now()) as unit:
        browser = links.bind(unit, link.id)
        events.append(unit, EventKind.LINK_OPENED, f"plan:{link.plan_id}", shift=link.shift_code)
    response = redirect(_to("crew_phone.show_own_route"), HTTPStatus.SEE_OTHER)
    response.set_cookie(
        crew_cookie(),
        f"{link.id}.{browser}",
        expires=link.expires_at,
        httponly=True,
        secure=request.is_secure,
        samesite="Strict",
        path="/",
    )
    return response


def crew_cookie() -> str:
    """The cookie's name; over https one that no other host and no plain page can set."""
    return "__Host-crew" if request.is_secure else "crew"


@doors.get("/n")
@open_to_everyone(_STATIC)
def notice() -> Response:
    """Where a borrower's link leads."""
    return _page("notice.html")


@doors.post("/n")
@open_to_everyone(_BY_SECRET)
@limited(LOOK_UPS)
def open_notice() -> Response:
    """When somebody comes, and what can be asked: no name, no address, no matter."""
    token = _secret()
    return _notice_page(token, _visit_of(token))


@doors.post("/n/wishes")
@open_to_everyone(_BY_SECRET)
@limited(LOOK_UPS)
def ask_wish() -> Response:
    """Keep what was asked; it holds at once."""
    require_own_page()
    token, kind = _secret(), _field("kind", 20)
    with current.database().reading(None, current.now()) as unit:
        link = links.open_by_secret(unit, LinkKind.NOTICE, token)
    if link is None or kind not in list(WishKind):
        return _notice_page(token, None)
    with current.database().writing(link.scope, current.now()) as unit:
        wishing.ask(unit, link, WishKind(kind), _field("text", _MOST_TEXT))
    return _notice_page(token, _visit_of(token), kept=kind)


@doors.post("/n/times")
@open_to_everyone(_BY_SECRET)
@limited(LOOK_UPS)
def show_times() -> Response:
    """The times to which the visit can be moved."""
    return _times_page(_secret())


@doors.post("/n/bookings")
@open_to_everyone(_BY_SECRET)
@limited(LOOK_UPS)
def book_time() -> Response:
    """Move the visit to one of them; it holds at once. Choosing the time that it has changes nothing."""
    require_own_page()
    token, networks = _secret(), current.settings().road_networks
    try:
        start = datetime.fromisoformat(_field("start", 40))
    except ValueError:
        return _times_page(token)
    link, appointment = _appointment(token)
    if link is None or appointment is None or start.tzinfo is None:
        return _times_page(token)
    if appointments.is_held_from(appointment, start):
        return _booked_page(token)
    try:
        found = appointments.chosen(appointment, start, networks)
        with current.database().reading(link.scope, current.now()) as unit:
            asked = week_offering.bases(unit, appointment.week, found)
        booking = week_offering.judged_ahead(found, asked, networks)
        with current.database().writing(link.scope, current.now()) as unit:
            appointments.book(unit, appointment, booking, networks)
    except (NotNow, RulesBroken):
        # Who taps twice is told what the first tap did.
        is_done = appointments.is_held_from(_appointment(token)[1], start)
        return _booked_page(token) if is_done else _times_page(token, gone=True)
    return _booked_page(token)


def _appointment(token: str) -> tuple[Link | None, Appointment | None]:
    """What a secret leads to, with the plans of the days after it."""
    with current.database().reading(None, current.now()) as unit:
        link = links.open_by_secret(unit, LinkKind.NOTICE, token)
    if link is None:
        return None, None
    with current.database().reading(link.scope, current.now()) as unit:
        return link, appointments.of_link(unit, link)


def _booked_page(token: str) -> Response:
    return _notice_page(token, _visit_of(token), kept="booked")


def _times_page(token: str, *, gone: bool = False) -> Response:
    _, appointment = _appointment(token)
    visit = _visit_of(token)
    if visit is None or appointment is None:
        return _notice_page(token, visit)
    found = appointments.times(appointment, current.settings().road_networks)
    return _notice_page(token, visit, days=_by_day(appointment, found), gone=gone)


def _by_day(appointment: Appointment, found: Iterable[WeekSlot]) -> tuple[ShownDay, ...]:
    zones = {one.stored.day: one.problem.time_zone for one in appointment.week.days}
    by_day = groupby(found, key=lambda one: one.day)
    return tuple(
        ShownDay(day=day, times=tuple(_time(one.slot.window, zones[day]) for one in slots)) for day, slots in by_day
    )


def _time(window: TimeWindow, zone: ZoneInfo) -> ShownTime:
    start, end = window.earliest_start.astimezone(zone), window.latest_end.astimezone(zone)
    return ShownTime(value=start.isoformat(), start=clock(start), end=clock(end))


@doors.get("/verify")
@open_to_everyone(_VERIFYING)
def verify() -> Response:
    """The form; a number behind # is put into it by the page's script."""
    return _verify_page()


@doors.post("/verify")
@open_to_everyone(_VERIFYING)
@limited(LOOK_UPS, scope="verify-number")
def verify_number() -> Response:
    """Wrong, early, old and void numbers get one and the same page."""
    with current.database().reading(None, current.now()) as unit:
        found = verifying.by_number(unit, _field("number", 100))
    return _verify_page(asked=True, found=_shown(found))


@doors.post("/verify/code")
@open_to_everyone(_VERIFYING)
@limited(GUESSES, scope="verify-code")
def verify_code() -> Response:
    """The code on the crew's phone."""
    with current.database().writing(None, current.now()) as unit:
        refuse_more_guesses(unit, GuessKind.CODE)
        found = verifying.by_code(unit, _field("code", 20))
    return _verify_page(asked=True, found=_shown(found))


@doors.post("/verify/report")
@open_to_everyone("It keeps what somebody at a door has to say, and answers the same to everyone.")
@limited(MESSAGES)
def report_visitor() -> Response:
    """Keep a report for the lender of the letter, or for every lender where the letter is not known."""
    require_own_page()
    with current.database().writing(None, current.now()) as unit:
        wishes.report_to_lenders(unit, read_number(_field("number", 64)), _field("text", 2 * _MOST_TEXT))
    return _verify_page(reported=True)


def _guessed_link() -> str:
    """Whose PIN is guessed at; who sends no link at all is counted alone."""
    token = _secret()
    return hash_of(token) if token else f"client {request.remote_addr}"


def _field(name: str, most: int) -> str:
    return request.form.get(name, "")[:most].strip()


def _secret() -> str:
    """What stands behind # in a link; whoever types it may type the whole link."""
    return _field("token", 300).rpartition("#")[2]


def _to(endpoint: str) -> str:
    """Another page in the language and the colours of this one, which no cookie remembers."""
    chosen: dict[str, Any] = {name: request.args[name] for name in ("lang", "theme") if name in request.args}
    return url_for(endpoint, **chosen)


def _page(template: str, status: int = HTTPStatus.OK, **values: object) -> Response:
    leave_nothing_behind()
    office = telephone(current.settings().hotline)
    return make_response(render_template(template, to=_to, office=office, **values), status)


def _notice_page(
    token: str,
    visit: ShownVisit | None,
    *,
    kept: str | None = None,
    days: tuple[ShownDay, ...] | None = None,
    gone: bool = False,
) -> Response:
    if visit is None:
        return _page("notice.html", HTTPStatus.GONE, closed=True)
    kinds = [str(kind) for kind in WishKind]
    return _page("notice.html", token=token, visit=visit, kept=kept, kinds=kinds, days=days, gone=gone)


def _verify_page(*, asked: bool = False, found: ShownLetter | None = None, reported: bool = False) -> Response:
    return _page(
        "verify.html",
        asked=asked,
        found=found,
        reported=reported,
        hotline=current.settings().hotline,
    )


def _pins(unit: Unit, link: Link) -> tuple[str, ...]:
    crews = dict(stops.routes_of(unit, link.plan_id))
    return users.pin_hash_of(unit, crews.get(link.shift_code or "", ()))


def _visit_of(token: str) -> ShownVisit | None:
    """The visit that a secret leads to now; None where it opens nothing."""
    with current.database().reading(None, current.now()) as unit:
        link = links.open_by_secret(unit, LinkKind.NOTICE, token)
        return None if link is None else _visit(unit, link)


def _visit(unit: Unit, link: Link) -> ShownVisit | None:
    """The visit of a notice, by the clock of its plan; of one that was called back, that it was."""
    found = None if link.notice_id is None else notices.get(unit, link.notice_id)
    if found is None:
        return None
    stop: PlannedStop | None = None if found.plan_id is None else stops.one(unit, found.plan_id, found.case_code)
    zone = plans.zone_of(unit, link.plan_id)
    held = None if stop is None else appointments.held(unit, stop)
    return ShownVisit(
        day=found.day,
        time="" if stop is None else clock(stop.service_start_time.astimezone(zone)),
        hour=None if held is None else _time(held, zone),
        cancelled=stop is None or stop.cancelled_at is not None or found.withdrawn_at is not None,
    )


def _shown(found: Verified | None) -> ShownLetter | None:
    if found is None:
        return None
    people = shown_people(found.bearers)
    return ShownLetter(number=found.number, day=found.day, checked_at=clock(found.checked_at), people=people)
