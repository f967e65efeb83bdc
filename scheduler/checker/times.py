"""Whether the stops' times follow from the legs, the services and the windows."""

from collections.abc import Iterator
from datetime import timedelta

from scheduler.checker.instants import ZERO, elapsed, instant, is_usable, is_whole, times_of
from scheduler.checker.lookup import Leg, Lookup, RoutedVisit
from scheduler.checker.reports import of_route, of_stop
from scheduler.domain.plan import Route, Stop, StopType
from scheduler.domain.violation import Violation


def time_violations(lookup: Lookup) -> Iterator[Violation]:
    """Times that no crew could keep, or that break a shift's or a place's bounds."""
    for route in lookup.plan.routes:
        yield from _shift_bounds(lookup, route)
        for stop in route.stops:
            yield from _clock(route, stop)
            yield from _at_the_stop(lookup, route, stop)
            yield from _standing(lookup, route, stop)
        for leg in lookup.legs_of(route):
            yield from _leg(route, leg)
    for routed in lookup.routed:
        yield from _window(routed)


def _shift_bounds(lookup: Lookup, route: Route) -> Iterator[Violation]:
    shift = lookup.shifts.get(route.shift_id)
    if shift is None or not route.stops:
        return
    moments = [moment for stop in route.stops for moment in times_of(stop)]
    first, last = min(moments, key=instant), max(moments, key=instant)
    if elapsed(shift.earliest_start, first) < ZERO:
        yield of_route(
            "leaves_before_shift",
            f"the route begins at {first.isoformat()}, the shift at {shift.earliest_start.isoformat()}",
            route,
        )
    overtime = lookup.problem.objective.max_overtime
    if elapsed(shift.latest_end, last) > overtime:
        yield of_route(
            "ends_after_shift",
            f"the route ends at {last.isoformat()}, the shift at {shift.latest_end.isoformat()}, overtime {overtime}",
            route,
        )


def _clock(route: Route, stop: Stop) -> Iterator[Violation]:
    if not all(is_usable(moment) for moment in times_of(stop)):
        yield of_stop("unusable_time", "a time has no zone or an impossible year", route, stop)
    spans = (*(instant(moment) for moment in times_of(stop)), stop.waiting, stop.travel)
    if not all(is_whole(span) for span in spans):
        yield of_stop("not_whole_seconds", "a time does not count whole seconds", route, stop)


def _at_the_stop(lookup: Lookup, route: Route, stop: Stop) -> Iterator[Violation]:
    waiting = elapsed(stop.arrival_time, stop.service_start_time)
    if waiting < ZERO:
        yield of_stop("service_before_arrival", f"the service begins {-waiting} before the arrival", route, stop)
    if waiting and stop.type is not StopType.VISIT:
        yield of_stop("waits_outside_visits", f"a {stop.type} begins {waiting} after the arrival", route, stop)
    if stop.waiting != waiting or stop.waiting < ZERO:
        yield of_stop("wrong_waiting", f"waiting says {stop.waiting}, the times say {waiting}", route, stop)
    service = _service(lookup, stop)
    if service is not None and elapsed(stop.service_start_time, stop.departure_time) != service:
        yield of_stop(
            "wrong_departure",
            f"departure {stop.departure_time.isoformat()} is not {service} after {stop.service_start_time.isoformat()}",
            route,
            stop,
        )


def _service(lookup: Lookup, stop: Stop) -> timedelta | None:
    """How long the stop takes; None where the problem cannot tell (breaks have checks of their own)."""
    if stop.type is StopType.BREAK:
        return None
    if stop.type is not StopType.VISIT:
        return ZERO
    visit = lookup.visits.get(stop.visit_id)
    return None if visit is None else visit.service_duration


def _standing(lookup: Lookup, route: Route, stop: Stop) -> Iterator[Violation]:
    """A start and a break are reached without travel."""
    if stop.type not in (StopType.START, StopType.BREAK):
        return
    travel = lookup.travel_of(route) or lookup.travel
    meters = None if travel.distance_meters is None else 0
    if stop.travel != ZERO:
        yield of_stop("wrong_travel", f"a {stop.type} has {stop.travel} of travel", route, stop)
    if stop.travel_meters != meters:
        yield of_stop("wrong_meters", f"a {stop.type} has {stop.travel_meters} meters, not {meters}", route, stop)


def _leg(route: Route, leg: Leg) -> Iterator[Violation]:
    stop = leg.destination
    if leg.drive is None:
        yield of_stop(
            "unreachable_leg", f"no known way from {leg.origin.location_id} to {stop.location_id}", route, stop
        )
        return
    if stop.travel != leg.drive.travel:
        yield of_stop("wrong_travel", f"travel says {stop.travel}, the way takes {leg.drive.travel}", route, stop)
    if stop.travel_meters != leg.meters:
        yield of_stop("wrong_meters", f"{stop.travel_meters} meters, the way has {leg.meters}", route, stop)
    late = instant(stop.arrival_time) - leg.drive.arrival
    if late:
        yield of_stop(
            "wrong_arrival",
            f"arrival {stop.arrival_time.isoformat()} is {abs(late)} too {'late' if late > ZERO else 'early'}",
            route,
            stop,
        )


def _window(routed: RoutedVisit) -> Iterator[Violation]:
    if routed.place is None:
        return
    start, end = routed.stop.service_start_time, routed.stop.departure_time
    fits = any(
        elapsed(window.earliest_start, start) >= ZERO and elapsed(end, window.latest_end) >= ZERO
        for window in routed.place.time_windows
    )
    if not fits:
        yield of_stop(
            "outside_time_window",
            f"{start.isoformat()} to {end.isoformat()} lies in no window of {routed.place.id}",
            routed.route,
            routed.stop,
        )
