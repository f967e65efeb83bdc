"""The problem by id, and the plan's stops joined to it as far as their ids are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from scheduler.checker.driving import Drive, EvenRoads, HourlyRoads, roads_of
from scheduler.domain.collector import Collector, Shift
from scheduler.domain.plan import Plan, Route, Stop, StopType
from scheduler.domain.problem import Problem
from scheduler.domain.travel import Profile, TravelMatrix
from scheduler.domain.visit import Place, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedVisit:
    """A visit stop whose visit the problem knows.

    Attributes:
        route: The route that it is on.
        stop: The stop.
        visit: The visit.
        place: The visit's place that the stop names, None when it names none of the visit's places.
        shift: The route's shift, None when the problem does not know it.
        crew: The shift's collectors, as far as the problem knows them.
        position: Counted from 1 over the route's visit stops.
    """

    route: Route
    stop: Stop
    visit: Visit
    place: Place | None
    shift: Shift | None
    crew: tuple[Collector, ...]
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """The way from one stop to the next visit or end.

    `drive` is None where there is no way or the matrix does not know the locations.
    """

    origin: Stop
    destination: Stop
    drive: Drive | None
    meters: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Everything that the checks read, by id.

    Attributes:
        problem: What the plan answers.
        plan: The plan.
        travel: Travel between the problem's locations, by the profiles of its shifts.
        shifts: The problem's shifts.
        collectors: The problem's collectors.
        visits: The problem's visits; a stop that names none finds none.
        place_owners: For each place, the id of its visit.
        zones: By location, the zone of the clocks there.
        travelled_ids: The locations that `travel` knows.
        roads: By profile, how long the ways of `travel` take at which hour.
        routed: The plan's visit stops whose visits the problem knows, in the plan's order.
    """

    problem: Problem
    plan: Plan
    travel: TravelMatrix
    shifts: Mapping[str, Shift]
    collectors: Mapping[str, Collector]
    visits: Mapping[str | None, Visit]
    place_owners: Mapping[str, str]
    zones: Mapping[str, ZoneInfo]
    travelled_ids: frozenset[str]
    roads: Mapping[Profile, EvenRoads | HourlyRoads]
    routed: tuple[RoutedVisit, ...]

    def located(self, route: Route) -> tuple[tuple[Stop, str], ...]:
        """Each stop of a route and where it must be; where the problem cannot tell, where it says that it is."""
        found: list[tuple[Stop, str]] = []
        for stop in route.stops:
            is_later_break = stop.type is StopType.BREAK and found
            location_id = found[-1][1] if is_later_break else self._location_of(stop, self.shifts.get(route.shift_id))
            found.append((stop, location_id))
        return tuple(found)

    def legs_of(self, route: Route) -> tuple[Leg, ...]:
        """The legs of a route in order, between the locations where its stops must be, breaks on the way included."""
        travel = self.travel_of(route)
        legs: list[Leg] = []
        breaks: list[Stop] = []
        origin: tuple[Stop, str] | None = None
        for stop, location_id in self.located(route):
            if stop.type is StopType.BREAK:
                breaks.append(stop)
                continue
            if origin is not None and stop.type is not StopType.START:
                legs.append(self._leg(travel, origin, tuple(breaks), (stop, location_id)))
            origin = (stop, location_id)
            breaks.clear()
        return tuple(legs)

    def travel_of(self, route: Route) -> TravelMatrix | None:
        """Travel as the route's crew does, None when it is not known; any on a shift that the problem does not know."""
        shift = self.shifts.get(route.shift_id)
        if shift is None:
            return self.travel
        return self.travel.of(shift.travel_profile) if shift.travel_profile in self.travel.profiles else None

    def _leg(
        self,
        travel: TravelMatrix | None,
        origin: tuple[Stop, str],
        breaks: tuple[Stop, ...],
        destination: tuple[Stop, str],
    ) -> Leg:
        if travel is None or not {origin[1], destination[1]} <= self.travelled_ids:
            return Leg(origin=origin[0], destination=destination[0], drive=None, meters=None)
        seconds = travel.seconds(origin[1], destination[1])
        return Leg(
            origin=origin[0],
            destination=destination[0],
            drive=None if seconds is None else self.roads[travel.profile].drive(seconds, origin[0], breaks),
            meters=travel.meters(origin[1], destination[1]),
        )

    def _location_of(self, stop: Stop, shift: Shift | None) -> str:
        if stop.type is StopType.START and shift is not None:
            return shift.start_location_id
        if stop.type is StopType.END and shift is not None:
            return shift.end_location_id
        place = place_of(self.visits.get(stop.visit_id), stop)
        return stop.location_id if place is None else place.location_id


def place_of(visit: Visit | None, stop: Stop) -> Place | None:
    """The place of `visit` that a visit stop names, None when it names none."""
    if visit is None or stop.type is not StopType.VISIT:
        return None
    return next((place for place in visit.places if place.id == stop.place_id), None)


def look_up(problem: Problem, plan: Plan, travel: TravelMatrix) -> Lookup:
    """Index the problem and join the plan's visit stops to it."""
    shifts = {shift.id: shift for shift in problem.shifts}
    collectors = {collector.id: collector for collector in problem.collectors}
    visits: dict[str | None, Visit] = {visit.id: visit for visit in problem.visits}
    return Lookup(
        problem=problem,
        plan=plan,
        travel=travel,
        shifts=shifts,
        collectors=collectors,
        visits=visits,
        place_owners={place.id: visit.id for visit in problem.visits for place in visit.places},
        zones=problem.place_zones,
        travelled_ids=frozenset(travel.location_ids),
        roads={profile: roads_of(problem, profile) for profile in travel.profiles},
        routed=tuple(
            routed
            for route in plan.routes
            for routed in _routed_visits(route, shifts.get(route.shift_id), collectors, visits)
        ),
    )


def _routed_visits(
    route: Route, shift: Shift | None, collectors: Mapping[str, Collector], visits: Mapping[str | None, Visit]
) -> list[RoutedVisit]:
    member_ids = () if shift is None else shift.collector_ids
    crew = tuple(collectors[member_id] for member_id in dict.fromkeys(member_ids) if member_id in collectors)
    stops = (stop for stop in route.stops if stop.type is StopType.VISIT)
    return [
        RoutedVisit(
            route=route, stop=stop, visit=visit, place=place_of(visit, stop), shift=shift, crew=crew, position=position
        )
        for position, stop in enumerate(stops, start=1)
        if (visit := visits.get(stop.visit_id)) is not None
    ]
