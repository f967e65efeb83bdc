"""What the optional terms of the objective cost, derived from the plan's times and the problem's crews."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from scheduler.checker.instants import SECOND, ZERO, elapsed
from scheduler.checker.lookup import Lookup, RoutedVisit
from scheduler.domain.plan import Route, Stop, StopType
from scheduler.domain.problem import PLAN_CHANGE_TOLERANCE, History, thousandths


def overtime_seconds(lookup: Lookup) -> int:
    """Weighted time for which routes go on after their shift, in whole seconds a route."""
    weight = thousandths(lookup.problem.objective.overtime_weight)
    return sum(_weighted(weight, _overtime(lookup, route)) for route in lookup.plan.routes)


def _overtime(lookup: Lookup, route: Route) -> timedelta:
    shift = lookup.shifts.get(route.shift_id)
    if shift is None or not route.stops:
        return ZERO
    return max(ZERO, elapsed(shift.latest_end, route.stops[-1].arrival_time))


def waiting_seconds(lookup: Lookup) -> int:
    """Weighted time that crews wait at their visits, in whole seconds a route."""
    weight = thousandths(lookup.problem.objective.waiting_weight)
    return sum(_weighted(weight, _waiting(route)) for route in lookup.plan.routes)


def _waiting(route: Route) -> timedelta:
    visits = (stop for stop in route.stops if stop.type is StopType.VISIT)
    return sum((elapsed(stop.arrival_time, stop.service_start_time) for stop in visits), ZERO)


def unfairness_seconds(lookup: Lookup) -> int:
    """Weighted working time above the mean of all who have a shift, in whole seconds a collector."""
    weight = thousandths(lookup.problem.objective.unfairness_weight)
    working = _working(lookup)
    if not working:
        return 0
    mean = sum(working.values(), ZERO) // (len(working) * SECOND) * SECOND
    return sum(_weighted(weight, max(ZERO, time - mean)) for time in working.values())


def _working(lookup: Lookup) -> dict[str, timedelta]:
    """The working time of each collector with a shift, history included; a route counts for its whole crew."""
    history = lookup.problem.history or History()
    working = {name: history.working.get(name, ZERO) for shift in lookup.problem.shifts for name in shift.collector_ids}
    for route in lookup.plan.routes:
        shift = lookup.shifts.get(route.shift_id)
        for name in set(shift.collector_ids) if shift is not None and route.stops else ():
            working[name] += elapsed(route.stops[0].departure_time, route.stops[-1].arrival_time)
    return working


def change_of_collector_seconds(lookup: Lookup) -> int:
    """The price of each visit whose crew has none of the people who went there last."""
    history = lookup.problem.history or History()
    changed = sum(_comes_new(routed, history) for routed in lookup.routed)
    return changed * lookup.problem.objective.change_of_collector // SECOND


def _comes_new(routed: RoutedVisit, history: History) -> bool:
    last = history.last_collectors.get(routed.visit.id)
    if not last:
        return False
    crew = () if routed.shift is None else routed.shift.collector_ids
    return last.isdisjoint(crew)


def change_of_plan_seconds(lookup: Lookup) -> int:
    """The price of each visit that is on another shift, at another time or in another order than was published."""
    published = _published(lookup)
    changed = sum(
        _is_moved(routed, *published[routed.visit.id]) for routed in lookup.routed if routed.visit.id in published
    )
    return (changed + _overtaken(lookup, published)) * lookup.problem.objective.change_of_plan // SECOND


def _overtaken(lookup: Lookup, published: Mapping[str, tuple[Route, Stop]]) -> int:
    """How many visits are made at their time by their crew, but were overtaken by others of whom that holds too."""
    places = {visit_id: place for place, visit_id in enumerate(published)}
    kept: dict[str, list[int]] = {}
    for routed in lookup.routed:
        name = routed.visit.id
        if name in published and not _is_moved(routed, *published[name]):
            kept.setdefault(routed.route.shift_id, []).append(places[name])
    return sum(len(order) - _longest_rising(order) for order in kept.values())


def _longest_rising(order: Sequence[int]) -> int:
    """How many of some numbers, at least one, can be kept so that they rise."""
    longest: list[int] = []
    for at, place in enumerate(order):
        longest.append(1 + max((longest[one] for one in range(at) if order[one] < place), default=0))
    return max(longest)


def missed_contact_seconds(lookup: Lookup) -> int:
    """The price of each visit's chance to meet nobody at its hour, in whole seconds a visit."""
    expected = lookup.problem.objective.expected_contacts
    if expected is None:
        return 0
    total = 0
    for routed in lookup.routed:
        if routed.place is not None:
            there = routed.stop.service_start_time.astimezone(lookup.zones[routed.place.location_id])
            percent = getattr(expected, routed.place.kind.value)[there.weekday()][there.hour]
            total += (expected.missed_contact // SECOND) * (100 - percent) // 100
    return total


def _published(lookup: Lookup) -> dict[str, tuple[Route, Stop]]:
    plan = lookup.problem.published_plan
    return {
        stop.visit_id: (route, stop)
        for route in (() if plan is None else plan.routes)
        for stop in route.stops
        if stop.visit_id is not None
    }


def _is_moved(routed: RoutedVisit, route: Route, stop: Stop) -> bool:
    shift_by = abs(elapsed(stop.service_start_time, routed.stop.service_start_time))
    return routed.route.shift_id != route.shift_id or shift_by > PLAN_CHANGE_TOLERANCE


def _weighted(weight: int, time: timedelta) -> int:
    return weight * (time // SECOND) // 1000
