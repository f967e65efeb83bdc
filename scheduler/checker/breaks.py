"""Whether each break of a shift is taken once, in order, inside its window and in nobody's way."""

from collections.abc import Iterator
from itertools import pairwise

from scheduler.checker.instants import ZERO, elapsed
from scheduler.checker.lookup import Lookup
from scheduler.checker.reports import of_route
from scheduler.domain.collector import Break
from scheduler.domain.plan import Route, Stop, StopType
from scheduler.domain.violation import Violation


def break_violations(lookup: Lookup) -> Iterator[Violation]:
    """Breaks that are missing, too many, or not where the shift and the neighbouring stops leave room."""
    for route in lookup.plan.routes:
        shift = lookup.shifts.get(route.shift_id)
        if shift is not None:
            yield from _against_shift(route, shift.breaks)
        yield from _against_neighbours(route)


def _against_shift(route: Route, wanted: tuple[Break, ...]) -> Iterator[Violation]:
    taken = tuple(stop for stop in route.stops if stop.type is StopType.BREAK)
    if len(taken) != len(wanted):
        code = "missing_break" if len(taken) < len(wanted) else "extra_break"
        yield of_route(code, f"{len(taken)} breaks on the route, {len(wanted)} in the shift", route)
        return
    for stop, rest in zip(taken, wanted, strict=True):
        fits = _in_window(stop, rest) and _long_enough(stop, rest)
        if not fits and any(_in_window(stop, other) and _long_enough(stop, other) for other in wanted):
            yield of_route("breaks_out_of_order", f"the break at {_begin(stop)} is another one's turn", route)
            continue
        if not _in_window(stop, rest):
            yield of_route("outside_break_window", f"the break at {_begin(stop)} is outside its window", route)
        if not _long_enough(stop, rest):
            yield of_route("wrong_break_duration", f"the break at {_begin(stop)} does not last {rest.duration}", route)


def _in_window(stop: Stop, rest: Break) -> bool:
    return (
        elapsed(rest.window.earliest_start, stop.service_start_time) >= ZERO
        and elapsed(stop.departure_time, rest.window.latest_end) >= ZERO
    )


def _long_enough(stop: Stop, rest: Break) -> bool:
    return elapsed(stop.service_start_time, stop.departure_time) == rest.duration


def _begin(stop: Stop) -> str:
    return stop.service_start_time.isoformat()


def _against_neighbours(route: Route) -> Iterator[Violation]:
    for before, after in pairwise(route.stops):
        if after.type is StopType.BREAK and elapsed(before.departure_time, after.service_start_time) < ZERO:
            yield of_route("break_too_early", f"the break at {_begin(after)} begins before the stop before ends", route)
        if before.type is StopType.BREAK and elapsed(before.departure_time, after.service_start_time) < ZERO:
            yield of_route("break_overlaps_service", f"the break at {_begin(before)} runs into the next stop", route)
