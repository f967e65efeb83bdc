"""Whether the routes are made of what the problem holds: shifts, stops, places and locations."""

from collections import Counter
from collections.abc import Iterator

from scheduler.checker.lookup import Lookup
from scheduler.checker.reports import of_route, of_stop
from scheduler.domain.plan import PlanStatus, Route, Stop, StopType
from scheduler.domain.violation import Violation


def structure_violations(lookup: Lookup) -> Iterator[Violation]:
    """Routes, stops, status and travel source that the problem does not back."""
    yield from _plan_heading(lookup)
    yield from _shifts(lookup)
    for route in lookup.plan.routes:
        yield from _ends(route)
        for stop, location_id in lookup.located(route):
            yield from _names(lookup, route, stop)
            if stop.location_id != location_id:
                yield of_stop("wrong_location", f"the stop is at {stop.location_id}, not at {location_id}", route, stop)


def _plan_heading(lookup: Lookup) -> Iterator[Violation]:
    says_none = lookup.plan.status is PlanStatus.NO_VISITS
    if says_none == bool(lookup.problem.visits):
        count = len(lookup.problem.visits)
        yield Violation(code="wrong_status", message=f"status {lookup.plan.status} with {count} visits in the problem")
    if lookup.plan.travel_source != lookup.travel.source:
        yield Violation(
            code="wrong_travel_source",
            message=f"the plan names travel from {lookup.plan.travel_source}, it is from {lookup.travel.source}",
        )


def _shifts(lookup: Lookup) -> Iterator[Violation]:
    for shift_id, count in Counter(route.shift_id for route in lookup.plan.routes).items():
        if count > 1:
            yield Violation(code="shift_twice", message=f"{shift_id} has {count} routes", shift_id=shift_id)
    for route in lookup.plan.routes:
        shift = lookup.shifts.get(route.shift_id)
        if shift is None:
            yield of_route("unknown_shift", f"the problem has no shift {route.shift_id}", route)
        elif sorted(route.collector_ids) != sorted(shift.collector_ids):
            yield of_route(
                "other_collectors",
                f"the route of {shift.id} names {list(route.collector_ids)}, the shift {list(shift.collector_ids)}",
                route,
            )
        if route.shift_id in lookup.plan.engine.without_shifts:
            yield of_route("shift_kept_out", f"{route.shift_id} was kept out of this plan", route)


def _ends(route: Route) -> Iterator[Violation]:
    types = [stop.type for stop in route.stops]
    if StopType.VISIT not in types:
        yield of_route("route_without_visits", f"the route of {route.shift_id} has no visits", route)
    for wanted, inner in ((StopType.START, types[1:]), (StopType.END, types[:-1])):
        if wanted not in types:
            yield of_route(f"missing_{wanted}", f"the route of {route.shift_id} has no {wanted}", route)
        elif wanted in inner:
            where = "first" if wanted is StopType.START else "last"
            yield of_route(
                f"misplaced_{wanted}",
                f"the route of {route.shift_id} has a {wanted} that is not its {where} stop",
                route,
            )


def _names(lookup: Lookup, route: Route, stop: Stop) -> Iterator[Violation]:
    if stop.type is not StopType.VISIT:
        if stop.visit_id is not None or stop.place_id is not None:
            yield of_stop("stray_visit", f"a {stop.type} names a visit or a place", route, stop)
        return
    if stop.visit_id is None:
        yield of_stop("missing_visit_id", "a visit stop names no visit", route, stop)
    elif stop.visit_id not in lookup.visits:
        yield of_stop("unknown_visit", f"the problem has no visit {stop.visit_id}", route, stop)
    yield from _place_name(lookup, route, stop)


def _place_name(lookup: Lookup, route: Route, stop: Stop) -> Iterator[Violation]:
    if stop.place_id is None:
        yield of_stop("missing_place_id", "a visit stop names no place", route, stop)
    elif stop.place_id not in lookup.place_owners:
        yield of_stop("unknown_place", f"the problem has no place {stop.place_id}", route, stop)
    elif stop.visit_id in lookup.visits and lookup.place_owners[stop.place_id] != stop.visit_id:
        yield of_stop("place_of_another_visit", f"{stop.place_id} is a place of another visit", route, stop)
