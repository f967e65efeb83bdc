"""Plans keep the hours of places that have clocks of their own."""

from datetime import date

import pytest

from scheduler.planning import SearchLimits, check_plan, plan_visits
from tests.builders import MINUTE
from tests.test_place_zones import AUTUMN, NEW_YORK, OPENINGS, SPRING, ZONES, a_visit_between, in_america, lawful


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_a_plan_keeps_the_hours_of_every_place(day: date) -> None:
    visits = [
        a_visit_between(
            hours.earliest_start - 60 * MINUTE, hours.earliest_start + 30 * MINUTE, position, f"v{position}"
        )
        for position in ZONES
        for hours in [lawful(day, OPENINGS[day, position])]
    ]
    problem = in_america(day, *visits)
    plan = plan_visits(problem, limits=SearchLimits(seconds=None, iterations=15))
    starts = {stop.visit_id: stop.service_start_time for route in plan.routes for stop in route.stops if stop.visit_id}
    assert starts == {f"v{position}": lawful(day, OPENINGS[day, position]).earliest_start for position in ZONES}
    assert {start.utcoffset() for start in starts.values()} == {
        start.astimezone(NEW_YORK).utcoffset() for start in starts.values()
    }
    assert check_plan(problem, plan) == ()
