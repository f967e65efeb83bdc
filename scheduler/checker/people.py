"""Whether each crew may make its visits, and nobody is at two places at once."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from scheduler.checker.instants import ZERO, elapsed
from scheduler.checker.lookup import Lookup, RoutedVisit
from scheduler.checker.reports import of_stop
from scheduler.domain.plan import Route
from scheduler.domain.violation import Violation


def people_violations(lookup: Lookup) -> Iterator[Violation]:
    """Crews without the skills, people or number that a visit asks for."""
    for routed in lookup.routed:
        if routed.shift is not None:
            yield from _crew(routed)
    yield from _two_routes_at_once(lookup)


def _crew(routed: RoutedVisit) -> Iterator[Violation]:
    visit = routed.visit
    member_ids = {member.id for member in routed.crew}
    missing_skills = visit.required_skills.difference(*(member.skills for member in routed.crew))
    missing_people = visit.required_collectors - member_ids
    barred = visit.prohibited_collectors & member_ids
    if missing_skills:
        yield of_stop("missing_skill", f"nobody in the crew has {sorted(missing_skills)}", routed.route, routed.stop)
    if missing_people:
        yield of_stop(
            "missing_required_collector", f"{sorted(missing_people)} must be in the crew", routed.route, routed.stop
        )
    if barred:
        yield of_stop("prohibited_collector", f"{sorted(barred)} must not be in the crew", routed.route, routed.stop)
    if len(member_ids) < visit.crew_size:
        yield of_stop(
            "crew_too_small", f"{len(member_ids)} people, the visit needs {visit.crew_size}", routed.route, routed.stop
        )


def _two_routes_at_once(lookup: Lookup) -> Iterator[Violation]:
    routes_by_person: dict[str, list[Route]] = defaultdict(list)
    for route in lookup.plan.routes:
        shift = lookup.shifts.get(route.shift_id)
        if shift is not None and route.stops:
            for collector_id in shift.collector_ids:
                routes_by_person[collector_id].append(route)
    for collector_id, routes in routes_by_person.items():
        for one, other in combinations(routes, 2):
            if one.shift_id != other.shift_id and _overlap(one, other):
                yield Violation(
                    code="collector_in_two_places",
                    message=f"{collector_id} is on the routes of {one.shift_id} and {other.shift_id} at once",
                    shift_id=other.shift_id,
                )


def _overlap(one: Route, other: Route) -> bool:
    """Whether two routes share time; one may begin at the instant at which the other ends."""
    return (
        elapsed(one.stops[0].departure_time, other.stops[-1].arrival_time) > ZERO
        and elapsed(other.stops[0].departure_time, one.stops[-1].arrival_time) > ZERO
    )
