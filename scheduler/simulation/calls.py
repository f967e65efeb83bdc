"""A plan as crews carry it out: calls with their lawful hours, in whole seconds since 1970 in UTC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.checker.driving import EvenRoads, HourlyRoads, roads_of
from scheduler.domain.collector import Break, Collector, Shift
from scheduler.domain.plan import Plan, Route, Stop, StopType
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow, intersect
from scheduler.domain.travel import Profile, TravelMatrix
from scheduler.domain.visit import Place, PlaceKind, Visit
from scheduler.eligibility import decide
from scheduler.rules.decision import Decision
from scheduler.rules.load import load_rule_set
from scheduler.solver.suitability import crew_objection, local_days

_SECOND = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

type Span = tuple[int, int]
"""From the first second to the last, both included."""


def seconds_of(moment: datetime) -> int:
    """Whole seconds since 1970 in UTC."""
    return (moment.astimezone(UTC) - _EPOCH) // _SECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A visit that a crew is to make.

    Attributes:
        visit: The visit.
        place: Where.
        decision: What the rules say of it there.
        windows: When the whole visit may lie there, by law and by the borrower, in order.
        planned_start: When the plan has it begin.
        released: The crew sets out for it no earlier.
        urgent: Whether it came up in the course of the day.
    """

    visit: Visit
    place: Place
    decision: Decision
    windows: tuple[Span, ...]
    planned_start: int
    released: int = 0
    urgent: bool = False

    @property
    def service_seconds(self) -> int:
        """The planned time at the door."""
        return self.visit.service_duration // _SECOND

    @property
    def kind(self) -> PlaceKind:
        """Of the place."""
        return self.place.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBreak:
    """A break as planned: from when, how long, and by when it is to be over."""

    begin: int
    seconds: int
    latest_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewOrder:
    """One shift's day as planned; without calls the crew stays in the office unless something comes up."""

    shift: Shift
    departure: int
    calls: tuple[Call, ...] = ()
    breaks: tuple[PlannedBreak, ...] = ()

    @property
    def shift_end(self) -> int:
        """When the shift ends."""
        return seconds_of(self.shift.latest_end)


@dataclass(frozen=True, kw_only=True, eq=False)
class PlannedDay:
    """One day's plan with all that carrying it out needs.

    Attributes:
        problem: What was planned.
        plan: Its plan.
        orders: By shift, in the order of the problem's.
        unassigned: The visits that the plan leaves out, with the code of the first reason.
        lawful: Visits that the law allows somewhere on this day, left out or not.
        decisions: What the rules say, by visit and place.
        travel: The ways.
        districts: Location id -> district.
    """

    problem: Problem
    plan: Plan
    orders: tuple[CrewOrder, ...]
    unassigned: Mapping[str, str]
    lawful: frozenset[str]
    decisions: Mapping[str, Mapping[str, Decision]]
    travel: TravelMatrix
    districts: Mapping[str, str] = field(default_factory=dict)
    _collectors: Mapping[str, Collector] = field(init=False, repr=False)
    _roads: Mapping[Profile, EvenRoads | HourlyRoads] = field(init=False, repr=False)
    _fits: dict[tuple[str, str, frozenset[str]], bool] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index people and roads."""
        people = {collector.id: collector for collector in self.problem.collectors}
        object.__setattr__(self, "_collectors", people)
        object.__setattr__(self, "_roads", {one: roads_of(self.problem, one) for one in self.travel.profiles})

    @property
    def zone(self) -> ZoneInfo:
        """Of the problem's clocks."""
        return self.problem.time_zone

    def may_make(self, call: Call, shift: Shift, present: frozenset[str]) -> bool:
        """Whether these people of a shift are a crew for the visit: number, skills, certificates, wishes."""
        key = (call.place.id, shift.id, present)
        if key not in self._fits:
            zone = self.problem.place_zones[call.place.location_id]
            here = replace(shift, collector_ids=tuple(one for one in shift.collector_ids if one in present))
            crew = [self._collectors[one] for one in here.collector_ids]
            days = local_days(self.problem, shift, zone)
            self._fits[key] = bool(crew) and crew_objection(call.visit, here, crew, call.decision, days) is None
        return self._fits[key]

    def leg_seconds(self, shift: Shift, origin_id: str, destination_id: str) -> int | None:
        """The way as planned, None where there is none."""
        return self.travel.of(shift.travel_profile).seconds(origin_id, destination_id)

    def leg_meters(self, shift: Shift, origin_id: str, destination_id: str) -> int:
        """Its length, 0 where that is not known."""
        return self.travel.of(shift.travel_profile).meters(origin_id, destination_id) or 0

    def arrival(self, shift: Shift, seconds: int, departure: int, breaks: tuple[Span, ...] = ()) -> Span:
        """How long a way takes that is so long in the matrix, and when the crew is there, breaks on it included."""
        roads = self._roads[shift.travel_profile]
        if isinstance(roads, EvenRoads) and not breaks:  # most ways are such, and thousands of days have many
            return seconds, departure + seconds
        drive = roads.drive(seconds, _stop(departure, departure), [_stop(*one) for one in breaks])
        return drive.travel // _SECOND, drive.arrival // _SECOND


def planned_day(
    problem: Problem, plan: Plan, travel: TravelMatrix, districts: Mapping[str, str] | None = None
) -> PlannedDay:
    """What crews set out with.

    Args:
        problem: What was planned.
        plan: Its plan.
        travel: The problem's ways.
        districts: Location id -> district, where it is known.
    """
    shifted = problem.with_formed(plan.shifts) if problem.duties else problem
    decisions = decide(shifted, load_rule_set(shifted.rule_packs))
    visits = {visit.id: visit for visit in shifted.visits}
    routes = {route.shift_id: route for route in plan.routes}
    return PlannedDay(
        problem=shifted,
        plan=plan,
        orders=tuple(_order(shift, routes.get(shift.id), visits, decisions) for shift in shifted.shifts),
        unassigned={one.visit_id: str(one.reasons[0].code) for one in plan.unassigned},
        lawful=frozenset(name for name, places in decisions.items() if any(one.allowed for one in places.values())),
        decisions=decisions,
        travel=travel,
        districts=districts or {},
    )


def call_at(visit: Visit, place: Place, decision: Decision, start: int, *, urgent: bool = False) -> Call:
    """A call that is planned to begin at a moment; an urgent one is not known before."""
    return Call(
        visit=visit,
        place=place,
        decision=decision,
        windows=lawful_windows(place, decision),
        planned_start=start,
        released=start if urgent else 0,
        urgent=urgent,
    )


def lawful_windows(place: Place, decision: Decision) -> tuple[Span, ...]:
    """When a whole visit may lie at a place, by law and by the borrower."""
    if not decision.allowed:
        return ()
    windows: tuple[TimeWindow, ...] = place.time_windows
    if decision.windows is not None:
        windows = intersect(windows, decision.windows)
    return tuple(sorted((seconds_of(one.earliest_start), seconds_of(one.latest_end)) for one in windows))


def _order(
    shift: Shift, route: Route | None, visits: Mapping[str, Visit], decisions: Mapping[str, Mapping[str, Decision]]
) -> CrewOrder:
    if route is None:
        return CrewOrder(shift=shift, departure=seconds_of(shift.earliest_start))
    calls = []
    for stop in route.stops:
        if stop.visit_id is None:
            continue
        visit = visits[stop.visit_id]
        place = next(place for place in visit.places if place.id == stop.place_id)
        calls.append(call_at(visit, place, decisions[visit.id][place.id], seconds_of(stop.service_start_time)))
    return CrewOrder(
        shift=shift,
        departure=seconds_of(route.stops[0].departure_time),
        calls=tuple(calls),
        breaks=planned_breaks(route.stops, shift.breaks),
    )


def planned_breaks(stops: Sequence[Stop], breaks: Sequence[Break]) -> tuple[PlannedBreak, ...]:
    """Breaks as crews take them.

    Args:
        stops: Of a route, or what is left of it.
        breaks: Of its shift that are taken at these stops, in their order.
    """
    return tuple(
        PlannedBreak(
            begin=seconds_of(stop.service_start_time),
            seconds=rest.duration // _SECOND,
            latest_end=seconds_of(rest.window.latest_end),
        )
        for stop, rest in zip((stop for stop in stops if stop.type is StopType.BREAK), breaks, strict=False)
    )


def _stop(begin: int, end: int) -> Stop:
    """A stop with nothing but times, as roads ask for them."""
    start, departure = (datetime.fromtimestamp(moment, UTC) for moment in (begin, end))
    return Stop(
        type=StopType.BREAK, location_id="", arrival_time=start, service_start_time=start, departure_time=departure
    )
