"""Why a visit was left out, worked out after the search from the problem, the rules and the final routes.

No engine is asked: engines only know that they did not place a visit. Each crew is asked in turn how far the visit
gets with it (people, hours, way, shift, limits, the routes as they are), and the first obstacle is the reason. The
crew that lets the visit get farthest comes first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from scheduler.domain.collector import Collector, Shift
from scheduler.domain.plan import Reason, ReasonCode
from scheduler.domain.problem import MatrixTravel, Problem
from scheduler.domain.travel import TravelMatrix
from scheduler.domain.visit import Place, Visit
from scheduler.rules.decision import Decision, RuleReason
from scheduler.solver.instance import Decisions, Instance, start_intervals
from scheduler.solver.routes import Insertion, Routes
from scheduler.solver.solution import TimesOfOrders
from scheduler.solver.suitability import Objection, crew_objection, demands_on_people, local_days
from scheduler.solver.timing import NEVER, Call, is_feasible
from scheduler.solver.ways import NO_WAY_SECONDS
from scheduler.wording import compose_sentence

# The farther a visit gets with a crew, the more that crew's obstacle says.
_NEAREST_FIRST = (
    ReasonCode.NOT_INSERTED_BY_SOLVER,
    ReasonCode.LOWER_PRIORITY_TRADE_OFF,
    ReasonCode.CAPACITY_EXCEEDED,
    ReasonCode.VISIT_LIMIT,
    ReasonCode.SHIFT_TOO_SHORT,
    ReasonCode.LOCATION_UNREACHABLE,
    ReasonCode.OUTSIDE_LAWFUL_HOURS,
    ReasonCode.NO_COMMON_TIME_WINDOW,
    ReasonCode.QUALIFICATION_EXPIRED,
    ReasonCode.CREW_TOO_SMALL,
    ReasonCode.MISSING_SKILL,
    ReasonCode.COLLECTOR_NOT_ALLOWED,
)
_PIN_COULD_BE_KEPT = frozenset({ReasonCode.LOWER_PRIORITY_TRADE_OFF, ReasonCode.NOT_INSERTED_BY_SOLVER})
Starts = tuple[tuple[int, int], ...]

_HOURS = "time_window"
_CAP = "frequency_cap"


@dataclass(frozen=True, kw_only=True)
class Reasons:
    """Answers why visits are not on the routes.

    Attributes:
        problem: The problem.
        decisions: What the rules say, by visit and place.
        travel: Between the problem's locations.
        instance: The problem in whole numbers, without the shifts kept out.
        routes: The final routes; None asks only what stands against a visit on empty routes.
    """

    problem: Problem
    decisions: Decisions
    travel: TravelMatrix
    instance: Instance
    routes: Routes | None
    _starts: dict[tuple[str, bool], Starts] = field(default_factory=dict, init=False, repr=False)
    _crews: dict[tuple[object, ...], Objection | None] = field(default_factory=dict, init=False, repr=False)

    def of(self, number: int) -> tuple[Reason, ...]:
        """Why the visit with this number was left out; empty only when nothing stands against it."""
        visit = self.problem.visits[number]
        places = self._allowed_places(visit)
        if not places:
            return self._not_eligible(visit)
        located = [place for place in places if self._is_located(place)]
        if not located:
            return (_reason(_ungeocoded(places)),)
        if not self.instance.shift_ids:
            return (_reason(Objection(code=ReasonCode.NO_COLLECTOR, facts={"shift": "-"})),)
        if visit.pinned is not None:
            return self._of_pinned(visit, number, located)
        objections: list[Objection | None] = []
        for shift in range(len(self.instance.shift_ids)):
            objection = self._objection(visit, number, shift, located)
            if objection is not None and objection.code == ReasonCode.NOT_INSERTED_BY_SOLVER:
                # One crew with room is the whole answer: the search was cut short.
                return (_reason(objection, shift_id=objection.facts["shift"]),)
            objections.append(objection)
        return self._grouped(objections)

    def at_place(self, visit: Visit, place: Place, shift: int) -> Reason | None:
        """What stands against the visit at a place that the rules allow, with one crew on an empty route."""
        objection = self._objection_at(visit, place, shift) if self._is_located(place) else _ungeocoded([place])
        return None if objection is None else _reason(objection, shift_id=self.instance.shift_ids[shift])

    def _allowed_places(self, visit: Visit) -> list[Place]:
        return [place for place in visit.places if self.decisions[visit.id][place.id].allowed]

    def _not_eligible(self, visit: Visit) -> tuple[Reason, ...]:
        found: dict[tuple[ReasonCode, str], RuleReason] = {}
        for place in visit.places:
            for reason in self.decisions[visit.id][place.id].reasons:
                found.setdefault((_code_of(reason), reason.rule_id), reason)
        minutes = _minutes(visit.service_duration)
        return tuple(
            _reason(Objection(code=code, rule_id=rule_id, facts={"en": why.en, "zh": why.zh, "minutes": minutes}))
            for (code, rule_id), why in sorted(
                found.items(), key=lambda item: item[0][0] == ReasonCode.OUTSIDE_LAWFUL_HOURS
            )
        )

    def _is_located(self, place: Place) -> bool:
        if isinstance(self.problem.travel, MatrixTravel):
            return True
        location = self.problem.locations[self.travel.index_of(place.location_id)]
        return location.coordinates is not None

    def _of_pinned(self, visit: Visit, number: int, places: list[Place]) -> tuple[Reason, ...]:
        pin = visit.pinned
        if pin is None:
            return ()
        facts = {"shift": pin.shift_id}
        if pin.shift_id not in self.instance.shift_ids:
            return (_reason(Objection(code=ReasonCode.PIN_IMPOSSIBLE, facts=facts)),)
        shift = self.instance.shift_ids.index(pin.shift_id)
        wanted = [place for place in places if pin.place_id in {None, place.id}]
        impossible = _reason(Objection(code=ReasonCode.PIN_IMPOSSIBLE, facts=facts), shift_id=pin.shift_id)
        if not wanted:
            return (impossible,)
        objection = self._objection(visit, number, shift, wanted)
        if objection is None:
            return ()
        because = _reason(objection, shift_id=pin.shift_id)
        return (because,) if objection.code in _PIN_COULD_BE_KEPT else (impossible, because)

    def _objection(self, visit: Visit, number: int, shift: int, places: list[Place]) -> Objection | None:
        """What stands against the visit with one crew, at the place where it gets farthest; None when nothing does."""
        objections = [self._objection_at(visit, place, shift) for place in places]
        standing = [objection for objection in objections if objection is not None]
        if len(standing) == len(objections):
            return min(standing, key=_rank)
        return self._objection_of_routes(visit, number, shift)

    def _objection_at(self, visit: Visit, place: Place, shift: int) -> Objection | None:
        return (
            self._objection_of_crew(visit, place, shift)
            or self._objection_of_hours(visit, place, shift)
            or self._objection_of_way(visit, place, shift)
        )

    def _objection_of_crew(self, visit: Visit, place: Place, shift: int) -> Objection | None:
        decision, zone = self.decisions[visit.id][place.id], self._zones[place.location_id]
        key = (shift, zone, demands_on_people(visit, decision))
        if key not in self._crews:
            given = self._shifts[self.instance.shift_ids[shift]]
            crew = [self._collectors[collector_id] for collector_id in given.collector_ids]
            self._crews[key] = crew_objection(visit, given, crew, decision, local_days(self.problem, given, zone))
        return self._crews[key]

    def _objection_of_hours(self, visit: Visit, place: Place, shift: int) -> Objection | None:
        facts = {"shift": self.instance.shift_ids[shift], "minutes": _minutes(visit.service_duration)}
        if not self._is_within(visit, shift, self._starts_at(visit, place, by_law=False)):
            return Objection(code=ReasonCode.NO_COMMON_TIME_WINDOW, facts=facts)
        if not self._is_within(visit, shift, self._starts_at(visit, place, by_law=True)):
            rule_ids = self.decisions[visit.id][place.id].hours_rule_ids
            return Objection(
                code=ReasonCode.OUTSIDE_LAWFUL_HOURS, facts=facts, rule_id=rule_ids[-1] if rule_ids else None
            )
        return None

    def _starts_at(self, visit: Visit, place: Place, *, by_law: bool) -> Starts:
        key = (place.id, by_law)
        if key not in self._starts:
            decision = self.decisions[visit.id][place.id] if by_law else Decision(allowed=True, windows=None)
            self._starts[key] = start_intervals(visit, place, decision, self.instance.base)
        return self._starts[key]

    def _is_within(self, visit: Visit, shift: int, starts: Starts) -> bool:
        frame = self.instance.frames[shift]
        last_start = frame.latest_end - visit.service_duration // timedelta(seconds=1)
        return any(max(first, frame.earliest_start) <= min(last, last_start) for first, last in starts)

    def _objection_of_way(self, visit: Visit, place: Place, shift: int) -> Objection | None:
        frame = self.instance.frames[shift]
        facts = {"shift": self.instance.shift_ids[shift]}
        here = self.travel.index_of(place.location_id)
        travel, pace = self.instance.ways_of(shift)
        if max(travel[frame.start_location][here], travel[here][frame.end_location]) >= NO_WAY_SECONDS:
            return Objection(code=ReasonCode.LOCATION_UNREACHABLE, facts=facts)
        service = visit.service_duration // timedelta(seconds=1)
        call = Call(here, service, self._starts_at(visit, place, by_law=True))
        if not is_feasible(frame, [call], travel, pace):
            return Objection(code=ReasonCode.SHIFT_TOO_SHORT, facts=facts)
        return None

    def _objection_of_routes(self, visit: Visit, number: int, shift: int) -> Objection | None:
        facts = {"shift": self.instance.shift_ids[shift]}
        if self.routes is None:
            return None
        if self.routes.is_full(shift):
            return Objection(code=ReasonCode.VISIT_LIMIT, facts=facts)
        found = self.routes.cheapest(number, below=NEVER, shifts=(shift,))
        if found is None:
            return Objection(code=ReasonCode.CAPACITY_EXCEEDED, facts=facts)
        penalty = visit.unassigned_penalty // timedelta(seconds=1)
        cost = found.cost + self._cost_of_times(found, self.routes)
        facts |= {"cost": str(cost), "penalty": str(penalty)}
        if cost >= penalty:
            return Objection(code=ReasonCode.LOWER_PRIORITY_TRADE_OFF, facts=facts)
        return Objection(code=ReasonCode.NOT_INSERTED_BY_SOLVER, facts=facts)

    def _cost_of_times(self, found: Insertion, routes: Routes) -> int:
        if not self.instance.is_timed:
            return 0
        order = list(routes.orders[found.shift])
        order.insert(found.at, found.option)
        return self._times.added_cost(found.shift, order)

    def _grouped(self, objections: list[Objection | None]) -> tuple[Reason, ...]:
        """One reason for all crews when they share one, else one each, the nearest first; none if a crew has none."""
        standing = [objection for objection in objections if objection is not None]
        if len(standing) < len(objections):
            return ()
        best = min(standing, key=_rank)
        if len({(objection.code, objection.rule_id) for objection in standing}) == 1:
            return (_reason(best),)
        return tuple(_reason(objection, shift_id=objection.facts["shift"]) for objection in sorted(standing, key=_rank))

    @cached_property
    def _times(self) -> TimesOfOrders:
        return TimesOfOrders(self.instance, self.routes.orders if self.routes else [])

    @cached_property
    def _zones(self) -> Mapping[str, ZoneInfo]:
        return self.problem.place_zones

    @cached_property
    def _shifts(self) -> Mapping[str, Shift]:
        return {shift.id: shift for shift in self.problem.shifts}

    @cached_property
    def _collectors(self) -> Mapping[str, Collector]:
        return {collector.id: collector for collector in self.problem.collectors}


def _ungeocoded(places: list[Place]) -> Objection:
    names = ", ".join(sorted(place.id for place in places))
    return Objection(code=ReasonCode.LOCATION_UNGEOCODED, facts={"places": names})


def _rank(objection: Objection) -> tuple[int, int]:
    return _NEAREST_FIRST.index(objection.code), int(objection.facts.get("cost", "0"))


def _code_of(reason: RuleReason) -> ReasonCode:
    if reason.kind == _HOURS:
        return ReasonCode.OUTSIDE_LAWFUL_HOURS
    return ReasonCode.FREQUENCY_CAP if reason.kind == _CAP else ReasonCode.NOT_ELIGIBLE


def _reason(objection: Objection, *, shift_id: str | None = None) -> Reason:
    return Reason(
        code=objection.code,
        detail=compose_sentence(objection.code, objection.facts, for_one_crew=shift_id is not None, language="en"),
        shift_id=shift_id,
        rule_id=objection.rule_id,
        facts=objection.facts,
    )


def _minutes(duration: timedelta) -> str:
    return f"{duration / timedelta(minutes=1):g}"
