"""What papers say of a visit: gathered once, and complete, or refused with everything that is missing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from api.papers.discretion import telling_words
from api.papers.verification import letter_number
from api.settings import Settings
from maps.route_view import PlanView, RouteView, StopView
from scheduler.documents import plan_sha256
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.plan import Plan, Stop, StopDecision
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text
from scheduler.domain.time_window import TimeWindow


class PaperKind(StrEnum):
    """The papers that are about one visit."""

    LETTER = "letter"
    NOTICE = "notice"
    CARD = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A collector; the number on the badge is the collector's id."""

    badge_number: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """One visit as a paper needs it; what the paper does not show may be empty.

    Attributes:
        visit_id: The visit.
        number: Of the letter; not to be guessed.
        text: Whom and where.
        people: Who comes, in the order of the crew.
        expected_at: The planned start, by the clock of the place.
        valid: When the crew may be there: inside the place's window, lawful hours and the day; by the same clock.
        issuer: Who authorizes the visit.
        hotline: Where to ask and to complain.
        public_url: Where the number is verified.
    """

    visit_id: str
    number: str
    text: Text
    people: tuple[Person, ...]
    expected_at: datetime
    valid: TimeWindow
    issuer: str
    hotline: str
    public_url: str


# The fields of settings and texts that each paper shows. A card names nobody: strangers find it.
_SETTINGS_SHOWN = {
    PaperKind.LETTER: ("issuer", "hotline", "public_url"),
    PaperKind.NOTICE: ("issuer", "hotline", "public_url"),
    PaperKind.CARD: ("hotline",),
}
_VISIT_TEXTS_SHOWN = {
    PaperKind.LETTER: ("name", "address"),
    PaperKind.NOTICE: ("name", "address"),
    PaperKind.CARD: (),
}
_COLLECTOR_TEXTS_SHOWN = {
    PaperKind.LETTER: ("name", "identity_number"),
    PaperKind.NOTICE: ("name",),
    PaperKind.CARD: (),
}


def facts_for(
    kind: PaperKind,
    plan: Plan,
    problem: Problem,
    *,
    texts: Mapping[str, Text],
    visit_ids: Sequence[str] | None,
    settings: Settings,
    numbers: Mapping[str, str] | None = None,
) -> tuple[VisitFacts, ...]:
    """The facts of visits, in the order asked for; see `visit_papers`."""
    planned = dict(_planned(plan, problem, texts))
    wanted = tuple(planned) if visit_ids is None else tuple(dict.fromkeys(visit_ids))
    faults = list(_setting_faults(kind, settings))
    for index, visit_id in enumerate(wanted):
        if visit_id in planned:
            faults += _text_faults(kind, planned[visit_id], texts)
        else:
            message = f"The visit {visit_id!r} is on no route of the plan."
            faults.append(Fault(where=f"/visit_ids/{index}", code="not_planned", message=message))
    if faults:
        raise InvalidInput(tuple(dict.fromkeys(faults)))
    plan_id = plan_sha256(plan, problem.time_zone)
    decisions = {} if plan.certificate is None else {one.visit_id: one for one in plan.certificate.decisions or ()}
    known = numbers or {}
    return tuple(
        _facts(
            planned[visit_id],
            problem,
            texts,
            decisions.get(visit_id),
            known.get(visit_id) or letter_number(settings.secret_key, plan_id, visit_id),
            settings,
        )
        for visit_id in wanted
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """A visit's stop, and how people read it."""

    stop: Stop
    view: StopView
    collector_ids: tuple[str, ...]
    visit_id: str


def _planned(plan: Plan, problem: Problem, texts: Mapping[str, Text]) -> Iterator[tuple[str, _Planned]]:
    views: dict[str, RouteView] = {view.shift_id: view for view in PlanView(plan, problem, texts).routes()}
    for route in plan.routes:
        for stop, view in zip(route.stops, views[route.shift_id].stops, strict=True):
            if stop.visit_id is not None:
                ids = route.collector_ids
                yield stop.visit_id, _Planned(stop=stop, view=view, collector_ids=ids, visit_id=stop.visit_id)


def _setting_faults(kind: PaperKind, settings: Settings) -> Iterator[Fault]:
    for name in _SETTINGS_SHOWN[kind]:
        where, value = f"VISITS_{name.upper()}", getattr(settings, name)
        if value is None:
            message = f"A {kind} needs the setting {where}, and it is not set."
            yield Fault(where=where, code="missing_setting", message=message, hint="docs/settings.md says what it is.")
        elif kind is PaperKind.CARD and telling_words(value):
            message = "A card at a door would tell strangers too much with this setting."
            yield Fault(where=where, code="not_discreet", message=message, hint="Give the number alone.")


def _text_faults(kind: PaperKind, planned: _Planned, texts: Mapping[str, Text]) -> Iterator[Fault]:
    for field in _VISIT_TEXTS_SHOWN[kind]:
        value = getattr(planned.view.text, field)
        # A view shows the id where nobody gave a name.
        if not value.strip() or (field == "name" and value == planned.visit_id):
            yield _missing_text(kind, planned.visit_id, field)
    for collector_id in planned.collector_ids:
        for field in _COLLECTOR_TEXTS_SHOWN[kind]:
            if not getattr(texts.get(collector_id, Text()), field).strip():
                yield _missing_text(kind, collector_id, field)


def _missing_text(kind: PaperKind, name: str, field: str) -> Fault:
    return Fault(
        where=f"/texts/{name}/{field}",
        code="missing_text",
        message=f"A {kind} needs the {field.replace('_', ' ')} of {name}, and the texts have none.",
        hint="Give the texts file with --texts; docs/papers.md says what each paper needs.",
    )


def _facts(
    planned: _Planned,
    problem: Problem,
    texts: Mapping[str, Text],
    decision: StopDecision | None,
    number: str,
    settings: Settings,
) -> VisitFacts:
    zone = problem.place_zones[planned.stop.location_id]
    return VisitFacts(
        visit_id=planned.visit_id,
        number=number,
        text=planned.view.text,
        people=tuple(Person(badge_number=one, text=texts.get(one, Text())) for one in planned.collector_ids),
        expected_at=planned.stop.service_start_time.astimezone(zone),
        valid=valid_window(planned.stop, problem, decision),
        issuer=settings.issuer or "",
        hotline=settings.hotline or "",
        public_url=settings.public_url or "",
    )


def valid_window(stop: Stop, problem: Problem, decision: StopDecision | None) -> TimeWindow:
    """The widest span around a planned visit in which it may still happen that day, should the crew be late.

    Args:
        stop: A visit of a plan.
        problem: What the plan was made from.
        decision: What the plan's certificate says of the visit; None where it says nothing.

    Returns:
        By the clock of the place.
    """
    zone = problem.place_zones[stop.location_id]
    visit = TimeWindow(earliest_start=stop.service_start_time, latest_end=stop.departure_time)
    places = (place for one in problem.visits if one.id == stop.visit_id for place in one.places)
    windows = next(place.time_windows for place in places if place.id == stop.place_id)
    window = next((one for one in windows if one.holds(visit)), visit)
    day = stop.service_start_time.astimezone(zone).date()
    starts = [datetime.combine(day, time.min, zone), window.earliest_start]
    ends = [datetime.combine(day + timedelta(days=1), time.min, zone), window.latest_end]
    if decision is not None:
        starts += [decision.lawful_from] if decision.lawful_from else []
        ends += [decision.lawful_until] if decision.lawful_until else []
    # Through UTC: times of one zone compare by the wall clock, which is wrong in the night of a clock change.
    earliest = max(starts, key=lambda moment: moment.astimezone(UTC))
    latest = min(ends, key=lambda moment: moment.astimezone(UTC))
    return TimeWindow(earliest_start=earliest.astimezone(zone), latest_end=latest.astimezone(zone))
