"""What the page of a day's plan shows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from api.masking import masked
from api.store import StoredPlan
from api.web.catalogue import clock, duration_in_words, joined
from maps.palette import CrewStyle, crew_style
from maps.route_view import PlanView, RouteView
from scheduler.documents import plan_sha256, problem_sha256
from scheduler.domain.plan import Certificate, Engine, Reason, Route, StopType, Unassigned
from scheduler.domain.texts import Text
from scheduler.domain.travel import ESTIMATED_SOURCE
from scheduler.wording import reason_sentence, reason_title


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewRow:
    """A crew's line; times are clock times, the style is the one on the map."""

    shift_id: str
    collectors: str
    stops: int
    first_start: str
    last_end: str
    travel: str
    style: CrewStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonLine:
    """A reason in words, with its rule if it has one."""

    sentence: str
    rule_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnassignedRow:
    """A visit left out; `reason` is its first one, and `title` that one's kind."""

    name: str
    visit_id: str
    title: str
    reason: ReasonLine
    more: tuple[ReasonLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """A day's plan in words and figures.

    Attributes:
        id: The plan.
        day: The local day.
        estimated: Whether travel times stand in for a road network.
        shifts: All shifts of the problem.
        stops: Visits on routes.
        visits: All visits of the problem.
        travel: The whole of it, in words.
        travel_per_stop: In words, None without stops.
        cost_seconds: The whole cost.
        cost_parts: Its parts that are not nought, each with its name.
        by_reason: Titles of first reasons with their counts, the most frequent first.
        crews: Those with visits, in the order of the problem.
        unassigned: In the order of the plan.
        certificate: The checker's proof, if there is one for this plan.
        engine: What made the plan.
    """

    id: str
    day: date
    estimated: bool
    shifts: int
    stops: int
    visits: int
    travel: str
    travel_per_stop: str | None
    cost_seconds: int
    cost_parts: tuple[tuple[str, int], ...]
    by_reason: tuple[tuple[str, int], ...]
    crews: tuple[CrewRow, ...]
    unassigned: tuple[UnassignedRow, ...]
    certificate: Certificate | None
    engine: Engine


def is_estimated(travel_source: str) -> bool:
    """Whether travel times of this source stand in for a road network."""
    return travel_source == ESTIMATED_SOURCE


def day_view(stored: StoredPlan, language: str) -> DayView:
    """Put a stored plan into words of `language`."""
    plan = stored.plan
    travel = {route.shift_id: _travel(route) for route in plan.routes}
    whole = sum(travel.values(), timedelta())
    stops = sum(len(route.visit_ids) for route in plan.routes)
    first_reasons = Counter(left_out.reasons[0].code for left_out in plan.unassigned)
    routes = PlanView(plan, stored.staffed, stored.texts).routes()
    return DayView(
        id=stored.id,
        day=stored.day,
        estimated=is_estimated(plan.travel_source),
        shifts=len(stored.staffed.shifts),
        stops=stops,
        visits=len(stored.staffed.visits),
        travel=duration_in_words(whole, language),
        travel_per_stop=duration_in_words(whole / stops, language) if stops else None,
        cost_seconds=plan.cost.total_seconds,
        cost_parts=tuple((part, seconds) for part, seconds in asdict(plan.cost).items() if seconds),
        by_reason=tuple((reason_title(code, language), count) for code, count in first_reasons.most_common()),
        crews=tuple(_crew_row(route, travel[route.shift_id], language) for route in routes),
        unassigned=tuple(unassigned_row(left_out, stored.texts, language) for left_out in plan.unassigned),
        certificate=_own_certificate(stored),
        engine=plan.engine,
    )


def _own_certificate(stored: StoredPlan) -> Certificate | None:
    """The plan's certificate, unless it was made for another plan or another problem."""
    certificate, problem = stored.plan.certificate, stored.staffed
    if certificate is None:
        return None
    hashes = (plan_sha256(stored.plan, problem.time_zone), problem_sha256(problem))
    return certificate if hashes == (certificate.plan_sha256, certificate.problem_sha256) else None


def _travel(route: Route) -> timedelta:
    return sum((stop.travel for stop in route.stops), timedelta())


def _crew_row(route: RouteView, travel: timedelta, language: str) -> CrewRow:
    visits = [stop for stop in route.stops if stop.type is StopType.VISIT]
    return CrewRow(
        shift_id=route.shift_id,
        collectors=joined(route.collector_names, language),
        stops=len(visits),
        first_start=clock(visits[0].service_start_time) if visits else "",
        last_end=clock(visits[-1].departure_time) if visits else "",
        travel=duration_in_words(travel, language),
        style=crew_style(route.position),
    )


def unassigned_row(left_out: Unassigned, texts: Mapping[str, Text], language: str) -> UnassignedRow:
    """A visit that was left out, in words of `language`."""
    first, *others = left_out.reasons
    text = texts.get(left_out.visit_id, Text())
    return UnassignedRow(
        name=masked(text.name) or left_out.visit_id,
        visit_id=left_out.visit_id,
        title=reason_title(first.code, language),
        reason=_reason_line(first, language),
        more=tuple(_reason_line(reason, language) for reason in others),
    )


def _reason_line(reason: Reason, language: str) -> ReasonLine:
    return ReasonLine(sentence=reason_sentence(reason, language), rule_id=reason.rule_id)
