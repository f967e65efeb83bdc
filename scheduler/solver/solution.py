"""Orders of options become routes with times, and a cost."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from scheduler.domain.collector import Shift
from scheduler.domain.plan import Cost, Route, Stop, StopType
from scheduler.domain.problem import Problem
from scheduler.domain.travel import TravelMatrix
from scheduler.solver.instance import Instance
from scheduler.solver.schedule import Schedule, schedule


def to_routes(
    problem: Problem, instance: Instance, travel: TravelMatrix, orders: Sequence[Sequence[int]]
) -> tuple[Route, ...]:
    """Every shift's order with its times; shifts without visits have no route.

    Raises:
        ValueError: An order cannot be made; the engines promise that all can.
    """
    shifts = {shift.id: shift for shift in problem.shifts}
    writer = _RouteWriter(problem, instance, travel)
    return tuple(
        writer.route(shifts[instance.shift_ids[number]], number, order) for number, order in enumerate(orders) if order
    )


def to_cost(problem: Problem, instance: Instance, orders: Sequence[Sequence[int]], routes: Sequence[Route]) -> Cost:
    """The parts of the cost."""
    second = timedelta(seconds=1)
    chosen = [(shift, instance.options[option]) for shift, order in enumerate(orders) for option in order]
    visited = {option.visit for _, option in chosen}
    return Cost(
        travel_seconds=sum(stop.travel // second for route in routes for stop in route.stops),
        preference_penalty_seconds=sum(option.preference_penalty for _, option in chosen),
        unassigned_penalty_seconds=sum(
            visit.unassigned_penalty // second for number, visit in enumerate(problem.visits) if number not in visited
        ),
        non_preferred_collector_seconds=sum(
            instance.shift_penalties[option.visit].get(shift, 0) for shift, option in chosen
        ),
    )


class _RouteWriter:
    def __init__(self, problem: Problem, instance: Instance, travel: TravelMatrix) -> None:
        self._zone = problem.time_zone
        self._instance = instance
        self._travel = travel

    def route(self, shift: Shift, number: int, order: Sequence[int]) -> Route:
        """One shift's stops."""
        instance = self._instance
        calls = [instance.options[option].call for option in order]
        times = schedule(instance.frames[number], calls, instance.travel)
        if times is None:
            raise ValueError(f"the order of shift {shift.id} cannot be made")
        return Route(shift_id=shift.id, collector_ids=shift.collector_ids, stops=self._stops(shift, order, times))

    def _stops(self, shift: Shift, order: Sequence[int], times: Schedule) -> tuple[Stop, ...]:
        stops = [self._still(StopType.START, shift.start_location_id, times.departure, times.departure)]
        here = shift.start_location_id
        breaks = iter(times.breaks)
        for option, call in zip(order, times.calls, strict=True):
            stops.extend(self._rest(here, *next(breaks)) for _ in range(call.breaks_before))
            stops.append(self._visit(option, here, call.arrival, call.start, call.departure))
            here = stops[-1].location_id
        stops.extend(self._rest(here, *rest) for rest in breaks)
        moment = self._moment(times.finish)
        stops.append(
            Stop(
                type=StopType.END,
                location_id=shift.end_location_id,
                arrival_time=moment,
                service_start_time=moment,
                departure_time=moment,
                travel=timedelta(seconds=self._travel.seconds(here, shift.end_location_id) or 0),
                travel_meters=self._travel.meters(here, shift.end_location_id),
            )
        )
        return tuple(stops)

    def _visit(self, option: int, origin_id: str, arrival: int, start: int, departure: int) -> Stop:
        chosen = self._instance.options[option]
        location_id = self._travel.location_ids[chosen.call.location]
        return Stop(
            type=StopType.VISIT,
            location_id=location_id,
            arrival_time=self._moment(arrival),
            service_start_time=self._moment(start),
            departure_time=self._moment(departure),
            waiting=timedelta(seconds=start - arrival),
            travel=timedelta(seconds=self._travel.seconds(origin_id, location_id) or 0),
            travel_meters=self._travel.meters(origin_id, location_id),
            visit_id=self._instance.visit_ids[chosen.visit],
            place_id=chosen.place_id,
        )

    def _rest(self, location_id: str, begin: int, end: int) -> Stop:
        return self._still(StopType.BREAK, location_id, begin, end)

    def _still(self, kind: StopType, location_id: str, begin: int, end: int) -> Stop:
        return Stop(
            type=kind,
            location_id=location_id,
            arrival_time=self._moment(begin),
            service_start_time=self._moment(begin),
            departure_time=self._moment(end),
            travel_meters=None if self._travel.distance_meters is None else 0,
        )

    def _moment(self, seconds: int) -> datetime:
        return self._instance.moment(seconds).astimezone(self._zone)
