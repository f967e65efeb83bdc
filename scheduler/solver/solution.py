"""Orders of options become routes with times, and a cost."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from scheduler.domain.collector import Shift
from scheduler.domain.plan import Cost, Route, Stop, StopType
from scheduler.domain.problem import Problem, thousandths
from scheduler.domain.travel import TravelMatrix
from scheduler.solver.hours import missed_seconds
from scheduler.solver.instance import Instance
from scheduler.solver.precedents import CrewPenalties, crew_penalties, is_retimed, overtaken, published_visits
from scheduler.solver.schedule import Schedule, ScheduledCall, Timed, order_of

_SECOND = timedelta(seconds=1)


def to_routes(
    problem: Problem,
    instance: Instance,
    travel: TravelMatrix,
    orders: Sequence[Sequence[int]],
    out: frozenset[str] = frozenset(),
) -> tuple[Route, ...]:
    """Every shift's order with its times; shifts without visits have no route.

    Args:
        problem: The problem.
        instance: Of it.
        travel: Between its locations.
        orders: By shift, options in order.
        out: Shifts of crews that are out already: they leave at once, and wait at doors instead.

    Raises:
        ValueError: An order cannot be made; the engines promise that all can.
    """
    shifts = {shift.id: shift for shift in problem.shifts}
    writers = {profile: _RouteWriter(problem, instance, travel.of(profile)) for profile in travel.profiles}
    chosen = final_times(instance, orders, margin=problem.objective.lawful_margin // _SECOND)
    routes: list[Route] = []
    for number, (shift_id, order, timed) in enumerate(zip(instance.shift_ids, orders, chosen, strict=True)):
        if timed is not None:
            shift = shifts[shift_id]
            times = order_of(instance, number, order).left_at_once(timed.times) if shift_id in out else timed.times
            routes.append(writers[shift.travel_profile].route(shift, order, times))
    return tuple(routes)


def timed_cost(instance: Instance, orders: Sequence[Sequence[int]]) -> int:
    """What the times of all orders cost beyond the legs in the travel matrix, by the rule of the search.

    Raises:
        ValueError: An order cannot be made.
    """
    return _cost_of_times(instance, _best_times(instance, orders)) if instance.is_timed else 0


class TimesOfOrders:
    """The times of all orders by the rule of the search, and what another order of one shift would cost."""

    def __init__(self, instance: Instance, orders: Sequence[Sequence[int]]) -> None:
        """Choose the times.

        Args:
            instance: The problem.
            orders: By shift, options in order; feasible.
        """
        self._instance = instance
        self._chosen = _best_times(instance, orders)

    def added_cost(self, shift: int, order: Sequence[int]) -> int:
        """What a feasible order of a shift costs more than its present one, beyond the legs in the travel matrix."""
        return self.added_cost_in(self._instance, shift, order)

    def added_cost_in(self, instance: Instance, shift: int, order: Sequence[int]) -> int:
        """The same for an order with options of an instance that has more of them."""
        timed = order_of(instance, shift, order).best()
        others = [*self._chosen[:shift], timed, *self._chosen[shift + 1 :]]
        return _cost_of_times(self._instance, others) - _cost_of_times(self._instance, self._chosen)


def unfairness(instance: Instance, spans: Sequence[int]) -> int:
    """What working longer than the mean costs.

    Args:
        instance: The problem.
        spans: By shift, from leaving the start to arriving at the end; 0 without visits.
    """
    if not instance.past_work:
        return 0
    work = list(instance.past_work)
    for people, span in zip(instance.collectors_of_shift, spans, strict=True):
        for person in people:
            work[person] += span
    mean = sum(work) // len(work)
    return sum(instance.terms.unfairness * max(0, seconds - mean) // 1000 for seconds in work)


def final_times(instance: Instance, orders: Sequence[Sequence[int]], *, margin: int) -> list[Timed | None]:
    """By shift, the times of a finished plan, None without visits.

    They cost no more than `timed_cost` says: a route is moved near its published times where that is cheaper, and
    its visits away from the end of their hours where that costs nothing.

    Args:
        instance: The problem.
        orders: By shift, options in order.
        margin: Seconds to keep before the end of the hours.

    Raises:
        ValueError: An order cannot be made.
    """
    chosen = _best_times(instance, orders)
    for shift, options in enumerate(orders):
        agreed = chosen[shift]
        if agreed is None:
            continue
        order = order_of(instance, shift, options)
        nearer = order.near_published()
        moved = None if nearer is None else nearer.best()
        if nearer is not None and moved is not None:
            others = [*chosen[:shift], moved, *chosen[shift + 1 :]]
            if _cost_of_times(instance, others) < _cost_of_times(instance, chosen):
                order, agreed = nearer, moved
        chosen[shift] = order.with_margin(margin, agreed)
    return chosen


def _best_times(instance: Instance, orders: Sequence[Sequence[int]]) -> list[Timed | None]:
    chosen: list[Timed | None] = []
    for shift, options in enumerate(orders):
        timed = order_of(instance, shift, options).best() if options else None
        if options and timed is None:
            raise ValueError(f"the order of shift {instance.shift_ids[shift]} cannot be made")
        chosen.append(timed)
    return chosen


def _cost_of_times(instance: Instance, chosen: Sequence[Timed | None]) -> int:
    spans = [0 if timed is None else timed.times.span for timed in chosen]
    return sum(timed.cost for timed in chosen if timed is not None) + unfairness(instance, spans)


def to_cost(problem: Problem, instance: Instance, orders: Sequence[Sequence[int]], routes: Sequence[Route]) -> Cost:
    """The parts of the cost."""
    chosen = [instance.options[option] for order in orders for option in order]
    visited = {option.visit for option in chosen}
    # An option may cost more than its place does: what its hours and a change of plan cost is counted by itself.
    preferences = {
        (number, place.id): place.preference_penalty // _SECOND
        for number, visit in enumerate(problem.visits)
        for place in visit.places
    }
    crews = _crew_penalties(problem, routes)
    terms = problem.objective
    spans = {route.shift_id: _seconds(route.stops[0].departure_time, route.stops[-1].arrival_time) for route in routes}
    return Cost(
        travel_seconds=sum(stop.travel // _SECOND for route in routes for stop in route.stops),
        preference_penalty_seconds=sum(preferences[option.visit, option.place_id] for option in chosen),
        unassigned_penalty_seconds=sum(
            visit.unassigned_penalty // _SECOND for number, visit in enumerate(problem.visits) if number not in visited
        ),
        non_preferred_collector_seconds=sum(crew.non_preferred_collector for crew in crews),
        overtime_penalty_seconds=sum(
            thousandths(terms.overtime_weight) * seconds // 1000 for seconds in _overtimes(problem, routes)
        ),
        waiting_penalty_seconds=sum(
            thousandths(terms.waiting_weight) * sum(stop.waiting // _SECOND for stop in route.stops) // 1000
            for route in routes
        ),
        unfairness_penalty_seconds=unfairness(instance, [spans.get(shift_id, 0) for shift_id in instance.shift_ids]),
        change_of_collector_seconds=sum(crew.change_of_collector for crew in crews),
        change_of_plan_seconds=sum(crew.change_of_plan for crew in crews)
        + overtaken(published_visits(problem), routes) * (terms.change_of_plan // _SECOND),
        missed_contact_seconds=_missed_contacts(problem, routes),
    )


def _missed_contacts(problem: Problem, routes: Sequence[Route]) -> int:
    """What the hours of all visits on routes cost, by the times that they have."""
    expected = problem.objective.expected_contacts
    if expected is None:
        return 0
    kinds = {place.id: place.kind for visit in problem.visits for place in visit.places}
    zones = problem.place_zones
    return sum(
        missed_seconds(expected, kinds[stop.place_id], stop.service_start_time.astimezone(zones[stop.location_id]))
        for route in routes
        for stop in route.stops
        if stop.place_id is not None
    )


def _crew_penalties(problem: Problem, routes: Sequence[Route]) -> list[CrewPenalties]:
    """By visit on a route, what its crew and its time cost."""
    shifts = {shift.id: shift for shift in problem.shifts}
    visits = {visit.id: visit for visit in problem.visits}
    published = published_visits(problem)
    found: list[CrewPenalties] = []
    for route in routes:
        for stop in route.stops:
            if stop.visit_id is None:
                continue
            known = published.get(stop.visit_id)
            crew = crew_penalties(problem, visits[stop.visit_id], shifts[route.shift_id], known)
            if known is not None and is_retimed(known, stop.service_start_time):
                crew = crew._replace(change_of_plan=problem.objective.change_of_plan // _SECOND)
            found.append(crew)
    return found


def _overtimes(problem: Problem, routes: Sequence[Route]) -> list[int]:
    ends = {shift.id: shift.latest_end for shift in problem.shifts}
    return [max(0, _seconds(ends[route.shift_id], route.stops[-1].arrival_time)) for route in routes]


def _seconds(start: datetime, end: datetime) -> int:
    return (end.astimezone(UTC) - start.astimezone(UTC)) // _SECOND


class _RouteWriter:
    """Writes the routes of one travel profile."""

    def __init__(self, problem: Problem, instance: Instance, travel: TravelMatrix) -> None:
        self._zone = problem.time_zone
        self._instance = instance
        self._travel = travel

    def route(self, shift: Shift, order: Sequence[int], times: Schedule) -> Route:
        """One shift's stops."""
        return Route(shift_id=shift.id, collector_ids=shift.collector_ids, stops=self._stops(shift, order, times))

    def _stops(self, shift: Shift, order: Sequence[int], times: Schedule) -> tuple[Stop, ...]:
        stops = [self._still(StopType.START, shift.start_location_id, times.departure, times.departure)]
        here = shift.start_location_id
        breaks = iter(times.breaks)
        for option, call in zip(order, times.calls, strict=True):
            stops.extend(self._rest(here, *next(breaks)) for _ in range(call.breaks_before))
            stops.append(self._visit(option, here, call))
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
                travel=timedelta(seconds=times.driven_to_end),
                travel_meters=self._travel.meters(here, shift.end_location_id),
            )
        )
        return tuple(stops)

    def _visit(self, option: int, origin_id: str, call: ScheduledCall) -> Stop:
        chosen = self._instance.options[option]
        location_id = self._travel.location_ids[chosen.call.location]
        return Stop(
            type=StopType.VISIT,
            location_id=location_id,
            arrival_time=self._moment(call.arrival),
            service_start_time=self._moment(call.start),
            departure_time=self._moment(call.departure),
            waiting=timedelta(seconds=call.start - call.arrival),
            travel=timedelta(seconds=call.driven),
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
