"""The office's page for what comes back: alarms of crews, wishes of borrowers, reports about visitors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.exceptions import NotFound

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.papers.verification import short_reference
from api.rest.answers import scope_of_plan
from api.store import Unit, alarms, branches, tenants, users, wishes
from api.store.wishes import Wanted, WishKind
from api.web.catalogue import clock, day_in_words, texts_in
from api.web.forms import done
from api.web.language import page_language

wishes_pages = Blueprint("wishes_pages", __name__, url_prefix="/wishes")
_SEE_TO_THEM = (Role.DISPATCHER, Role.COMPLIANCE)
_STATES = ("open", "handled", "all")
_MOST = 200
_READ = 10_000  # the store tells the oldest first
_CODE_LENGTH = 64
_DIGITS = 18  # of an event's number; more fit into no database


@dataclass(frozen=True, slots=True, kw_only=True)
class WishLine:
    """A wish.

    Attributes:
        effect: What follows from it, whoever sees to it.
        visit: What became of the visit that was announced; empty where nobody knows.
        handled: Who saw to it, and when; empty while nobody did.
    """

    id: str
    asked_at: str
    case_code: str
    kind: str
    text: str
    effect: str
    visit: str
    handled: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """A report; `handled` as of a wish."""

    id: str
    reported_at: str
    reference: str
    text: str
    handled: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLine:
    """An alarm; `handled` as of a wish."""

    sequence: int
    at: str
    crew: str
    visit: str | None
    handled: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """Moments and people in words of the page's language."""

    zone: ZoneInfo
    language: str
    names: Mapping[str, str]

    @classmethod
    def of(cls, unit: Unit, handlers: Iterable[str | None]) -> "_Words":
        wanted = {one for one in handlers if one is not None}
        found = {one: users.get(unit, one) for one in wanted}
        zone = ZoneInfo(tenants.zone_of(unit, actor().tenant_id))
        names = {key: user.name for key, user in found.items() if user is not None}
        return cls(zone=zone, language=page_language(), names=names)

    def text(self, key: str, **parts: str) -> str:
        return texts_in(self.language)[key].format(**parts)

    def moment(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        return f"{day_in_words(local.date(), self.language)} {clock(local)}"

    def handled(self, at: datetime | None, by: str | None) -> str:
        if at is None:
            return ""
        name = self.names.get(by or "", self.text("somebody"))
        return self.text("handled_by_at", name=name, time=self.moment(at))

    def day(self, day: date) -> str:
        return day_in_words(day, self.language)


@wishes_pages.get("")
@allow(*_SEE_TO_THEM)
def list_wishes() -> str:
    """What nobody saw to yet, or what the filter asks for; the newest first."""
    state = request.args.get("state", "")
    state = state if state in _STATES else "open"
    kind = request.args.get("kind", "")
    kind = kind if kind in list(WishKind) else ""
    branch = request.args.get("branch", "")[:_CODE_LENGTH]
    wanted = Wanted(open_only=state == "open", branch_code=branch or None, most=_READ)
    with current.database().reading(actor().scope, current.now()) as unit:
        codes = branches.codes(unit)
        asked = [
            one for one in wishes.listed(unit, wanted) if kind in ("", one.kind) and _is_wanted(one.handled_at, state)
        ]
        reported = [one for one in wishes.reports(unit, wanted) if _is_wanted(one.handled_at, state)]
        shown, told = asked[::-1][:_MOST], reported[::-1][:_MOST]
        words = _Words.of(unit, [*(one.handled_by for one in shown), *(one.handled_by for one in told)])
        alarm_lines = _alarm_lines(unit)
    return render_template(
        "wishes.html",
        wishes=[_wish_line(one, words) for one in shown],
        reports=[_report_line(one, words) for one in told],
        alarms=alarm_lines,
        seen=_seen(alarm_lines),
        is_cut=len(asked) > _MOST or len(reported) > _MOST,
        most=_MOST,
        state=state,
        states=_STATES,
        branch=branch,
        branches=codes if len(codes) > 1 else (),
        kind=kind,
        kinds=[str(one) for one in WishKind],
    )


@wishes_pages.get("/alarms")
@allow(*_SEE_TO_THEM)
def show_alarms() -> Response:
    """The alarms, for the page that asks every few seconds; nothing where it shows them already."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = _alarm_lines(unit)
    if request.args.get("seen") == _seen(found):
        return Response(status=HTTPStatus.NO_CONTENT)
    return make_response(render_template("alarms.html", alarms=found, seen=_seen(found)))


@wishes_pages.post("/<wish_id>/handled")
@allow(*_SEE_TO_THEM)
def handle_wish(wish_id: str) -> Response:
    """Somebody saw to a wish; what follows from it stays."""
    with current.writing() as unit:
        if not wishes.handle(unit, wish_id):
            raise NotFound
    return done("wishes_pages.list_wishes", "handled")


@wishes_pages.post("/reports/<report_id>/handled")
@allow(*_SEE_TO_THEM)
def handle_report(report_id: str) -> Response:
    """Somebody saw to a report."""
    with current.writing() as unit:
        if not wishes.handle_report(unit, report_id):
            raise NotFound
    return done("wishes_pages.list_wishes", "handled")


@wishes_pages.post("/alarms/<alarm_id>/handled")
@allow(*_SEE_TO_THEM)
def handle_alarm(alarm_id: str) -> Response:
    """Somebody called the crew."""
    if not (alarm_id.isascii() and alarm_id.isdecimal() and len(alarm_id) <= _DIGITS):
        raise NotFound
    sequence = int(alarm_id)
    with current.database().reading(actor().scope, current.now()) as unit:
        plan_id = alarms.plan_of(unit, sequence)
    if plan_id is None:
        raise NotFound
    with current.writing(scope_of_plan(plan_id)) as unit:
        alarms.handle(unit, sequence)
    return done("wishes_pages.list_wishes", "handled")


def _is_wanted(handled_at: datetime | None, state: str) -> bool:
    return state == "all" or (handled_at is not None) == (state == "handled")


def _wish_line(wish: wishes.Wish, words: _Words) -> WishLine:
    visit = ""
    if wish.announced_for is not None:
        key = "effect_called_off" if wish.is_called_off else "effect_stands"
        visit = words.text(key, day=words.day(wish.announced_for))
    return WishLine(
        id=wish.id,
        asked_at=words.moment(wish.asked_at),
        case_code=wish.case_code,
        kind=wish.kind.value,
        text=wish.text,
        effect=words.text(f"effect_{wish.kind.value}"),
        visit=visit,
        handled=words.handled(wish.handled_at, wish.handled_by),
    )


def _report_line(report: wishes.Report, words: _Words) -> ReportLine:
    return ReportLine(
        id=report.id,
        reported_at=words.moment(report.reported_at),
        reference=short_reference(report.letter_number),
        text=report.text,
        handled=words.handled(report.handled_at, report.handled_by),
    )


def _alarm_lines(unit: Unit) -> tuple[AlarmLine, ...]:
    found = alarms.lately(unit)
    words = _Words.of(unit, (one.handled_by for one in found))
    return tuple(
        AlarmLine(
            sequence=one.sequence,
            at=words.moment(one.at),
            crew=one.shift_code,
            visit=one.visit_code,
            handled=words.handled(one.handled_at, one.handled_by),
        )
        for one in found
    )


def _seen(shown: Iterable[AlarmLine]) -> str:
    """What the page shows, so that it is told of changes alone: an alarm's number, with a dot once it is seen to."""
    return "-".join(f"{one.sequence}{'.' if one.handled else ''}" for one in shown)
