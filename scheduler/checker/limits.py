"""Whether routes and people keep their limits of visits, and pinned visits stay where they were pinned."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from scheduler.checker.instants import ZERO, elapsed, is_usable
from scheduler.checker.lookup import Lookup, RoutedVisit
from scheduler.checker.reports import of_stop
from scheduler.domain.violation import Violation


def limit_violations(lookup: Lookup) -> Iterator[Violation]:
    """More visits than a shift or a collector may make."""
    yield from _per_shift(lookup)
    yield from _per_collector(lookup)


def _per_shift(lookup: Lookup) -> Iterator[Violation]:
    for shift_id, count in Counter(routed.route.shift_id for routed in lookup.routed).items():
        shift = lookup.shifts.get(shift_id)
        if shift is not None and shift.max_visits is not None and count > shift.max_visits:
            yield Violation(
                code="shift_visit_limit",
                message=f"{count} visits on the route of {shift_id}, at most {shift.max_visits}",
                shift_id=shift_id,
            )


def _per_collector(lookup: Lookup) -> Iterator[Violation]:
    counts: Counter[tuple[str, date]] = Counter(
        (member.id, lookup.problem.local_date(routed.stop.service_start_time))
        for routed in lookup.routed
        if is_usable(routed.stop.service_start_time)
        for member in routed.crew
    )
    for (collector_id, day), count in counts.items():
        limit = lookup.collectors[collector_id].max_visits
        if limit is not None and count > limit:
            yield Violation(
                code="collector_visit_limit",
                message=f"{collector_id} makes {count} visits on {day.isoformat()}, at most {limit}",
            )


def pin_violations(lookup: Lookup) -> Iterator[Violation]:
    """Pinned visits that were moved."""
    for routed in lookup.routed:
        for what in _moved(routed):
            message = f"{routed.visit.id} is pinned to another {what}"
            yield of_stop(f"pinned_to_other_{what}", message, routed.route, routed.stop)


def _moved(routed: RoutedVisit) -> Iterator[str]:
    pin = routed.visit.pinned
    if pin is None:
        return
    if pin.shift_id != routed.route.shift_id:
        yield "shift"
    if pin.place_id is not None and pin.place_id != routed.stop.place_id:
        yield "place"
    if pin.service_start_time is not None and elapsed(pin.service_start_time, routed.stop.service_start_time) != ZERO:
        yield "time"
    if pin.position is not None and pin.position != routed.position:
        yield "position"
