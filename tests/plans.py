"""Plans laid out by hand on the line of locations of `tests.builders`, with a clock and a ruler of their own.

`a_plan(problem, {"s1": ["v1", REST, "v2"]})` leaves at the start of the shift, visits v1, rests, visits v2 and drives
back; every visit that no route names is unassigned. Each visit takes its first place unless `places` names another,
and waits for the first window of that place that still holds it.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from scheduler.domain.collector import Shift
from scheduler.domain.plan import (
    Cost,
    Engine,
    Plan,
    PlanStatus,
    Reason,
    ReasonCode,
    Route,
    Stop,
    StopType,
    Unassigned,
)
from scheduler.domain.problem import Problem
from scheduler.domain.travel import UNREACHABLE, Profile, TravelMatrix
from scheduler.domain.visit import Place, Visit
from tests.builders import LOCATIONS, MINUTE, MINUTES_ON_FOOT, at

REST = "rest"
SECOND = timedelta(seconds=1)


def line_matrix(*, with_meters: bool = True, closed: frozenset[int] = frozenset()) -> TravelMatrix:
    """Travel on the line of locations: a minute and 500 meters a step, no way to or from the `closed` positions."""
    pairs = [(i, j) for i in range(LOCATIONS) for j in range(LOCATIONS)]
    seconds = [UNREACHABLE if {i, j} & closed else abs(i - j) * 60 for i, j in pairs]
    return TravelMatrix(
        location_ids=tuple(at(i) for i in range(LOCATIONS)),
        duration_seconds=array("i", seconds),
        distance_meters=array("i", [abs(i - j) * 500 for i, j in pairs]) if with_meters else None,
        source="matrix",
        estimated=False,
    )


def driven(
    problem: Problem, steps: int, left: datetime, rests: Sequence[tuple[datetime, datetime]]
) -> tuple[timedelta, datetime]:
    """The time on the road and the time of arrival of a leg of so many minutes; with hour factors second by second."""
    if not problem.hour_factors:
        return steps * MINUTE, left + steps * MINUTE + sum((end - begin for begin, end in rests), timedelta())
    missing, travel, moment = steps * 60_000_000, timedelta(), left.astimezone(UTC)
    while missing > 0:
        if not any(begin <= moment < end for begin, end in rests):
            missing -= round(1_000_000 / problem.hour_factors[moment.astimezone(problem.time_zone).hour])
            travel += SECOND
        moment += SECOND
    return travel, moment.astimezone(left.tzinfo)


class Layout:
    """The stops of one route as they are laid out."""

    def __init__(self, problem: Problem, shift: Shift, *, with_meters: bool = True) -> None:
        """Leave at the start of the shift."""
        self.problem = problem
        self.shift = shift
        self.with_meters = with_meters
        self.clock = shift.earliest_start
        self.breaks = list(shift.breaks)
        self.rests: list[tuple[datetime, datetime]] = []
        self.stops = [
            Stop(
                type=StopType.START,
                location_id=shift.start_location_id,
                arrival_time=self.clock,
                service_start_time=self.clock,
                departure_time=self.clock,
                travel_meters=self._meters(0),
            )
        ]
        self.left = self.clock

    def rest(self) -> None:
        """Take the shift's next break as soon as its window opens."""
        taken = self.breaks.pop(0)
        begin = max(self.clock, taken.window.earliest_start)
        self.clock = begin + taken.duration
        self.rests.append((begin, self.clock))
        self.stops.append(
            Stop(
                type=StopType.BREAK,
                location_id=self.stops[-1].location_id,
                arrival_time=begin,
                service_start_time=begin,
                departure_time=self.clock,
                travel_meters=self._meters(0),
            )
        )

    def visit(self, visit: Visit, place: Place) -> None:
        """Drive to a place and visit there as soon as a window allows."""
        steps, travel, arrival = self._drive(place.location_id)
        begin = next(
            (
                max(arrival, window.earliest_start)
                for window in place.time_windows
                if max(arrival, window.earliest_start) + visit.service_duration <= window.latest_end
            ),
            arrival,
        )
        self.clock = self.left = begin + visit.service_duration
        self.stops.append(
            Stop(
                type=StopType.VISIT,
                location_id=place.location_id,
                arrival_time=arrival,
                service_start_time=begin,
                departure_time=self.clock,
                waiting=begin - arrival,
                travel=travel,
                travel_meters=self._meters(steps),
                visit_id=visit.id,
                place_id=place.id,
            )
        )

    def end(self) -> Route:
        """Drive to the end of the shift."""
        steps, travel, arrival = self._drive(self.shift.end_location_id)
        self.stops.append(
            Stop(
                type=StopType.END,
                location_id=self.shift.end_location_id,
                arrival_time=arrival,
                service_start_time=arrival,
                departure_time=arrival,
                travel=travel,
                travel_meters=self._meters(steps),
            )
        )
        return Route(shift_id=self.shift.id, collector_ids=self.shift.collector_ids, stops=tuple(self.stops))

    def _drive(self, location_id: str) -> tuple[int, timedelta, datetime]:
        steps = abs(int(location_id[1:]) - int(self.stops[-1].location_id[1:]))
        if self.shift.travel_profile is Profile.FOOT:
            even = replace(self.problem, hour_factors=())
            travel, reached = driven(even, steps * MINUTES_ON_FOOT, self.left, self.rests)
        else:
            travel, reached = driven(self.problem, steps, self.left, self.rests)
        self.rests = []
        return steps, travel, max(self.clock, reached)

    def _meters(self, steps: int) -> int | None:
        return steps * 500 if self.with_meters else None


def a_plan(
    problem: Problem,
    routes: Mapping[str, Sequence[str]],
    *,
    places: Mapping[str, str] | None = None,
    with_meters: bool = True,
) -> Plan:
    """A correct plan with the given orders of visits and rests."""
    visits = {visit.id: visit for visit in problem.visits}
    shifts = {shift.id: shift for shift in problem.shifts}
    chosen = {
        visit.id: next(place for place in visit.places if place.id == (places or {}).get(visit.id, visit.places[0].id))
        for visit in problem.visits
    }
    laid = []
    for shift_id, order in routes.items():
        layout = Layout(problem, shifts[shift_id], with_meters=with_meters)
        for name in order:
            if name == REST:
                layout.rest()
            else:
                layout.visit(visits[name], chosen[name])
        laid.append(layout.end())
    placed = {name for order in routes.values() for name in order}
    left_out = [visit for visit in problem.visits if visit.id not in placed]
    return Plan(
        status=PlanStatus.FEASIBLE if problem.visits else PlanStatus.NO_VISITS,
        cost=Cost(
            travel_seconds=sum(stop.travel // SECOND for route in laid for stop in route.stops),
            preference_penalty_seconds=sum(
                chosen[name].preference_penalty // SECOND for name in placed if name in chosen
            ),
            unassigned_penalty_seconds=sum(visit.unassigned_penalty // SECOND for visit in left_out),
        ),
        travel_source="matrix",
        engine=Engine(name="hand", version="1", seed=0, iterations=1),
        routes=tuple(laid),
        unassigned=tuple(
            Unassigned(visit_id=visit.id, reasons=(Reason(code=ReasonCode.NOT_INSERTED_BY_SOLVER, detail="by hand"),))
            for visit in left_out
        ),
    )


def change_route(plan: Plan, position: int = 0, **changes: object) -> Plan:
    """The plan with changed fields of one route."""
    routes = list(plan.routes)
    routes[position] = replace(routes[position], **changes)  # type: ignore[arg-type]  # a builder takes what is named
    return replace(plan, routes=tuple(routes))


def change_stop(plan: Plan, index: int, route: int = 0, **changes: object) -> Plan:
    """The plan with changed fields of one stop."""
    stops = list(plan.routes[route].stops)
    stops[index] = replace(stops[index], **changes)  # type: ignore[arg-type]  # a builder takes what is named
    return change_route(plan, route, stops=tuple(stops))


def later(stop: Stop, by: timedelta) -> dict[str, Any]:
    """The three times of a stop, all moved, as changes for `replace`."""
    return {
        "arrival_time": stop.arrival_time + by,
        "service_start_time": stop.service_start_time + by,
        "departure_time": stop.departure_time + by,
    }
