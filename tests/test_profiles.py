"""Crews that drive, cycle and walk in one plan: each takes the times of its own travel profile."""

from array import array
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from scheduler import documents
from scheduler.checker import violations
from scheduler.domain.errors import InvalidInput
from scheduler.domain.plan import Plan, ReasonCode
from scheduler.domain.problem import GreatCircleTravel, MatrixTravel, Problem
from scheduler.domain.travel import Profile, TravelMatrix
from scheduler.domain.visit import Pin
from scheduler.planning import SearchLimits, check_plan, explain_visit, plan_visits
from scheduler.rules.load import load_rule_set
from scheduler.travel import travel_matrix
from scheduler.travel.sources import FALLBACKS
from tests.builders import MINUTE, a_duty, a_problem, a_shift, a_visit, at, line_travel_with_walkers, window
from tests.plans import a_plan
from tests.random_problems import a_random_timed_problem, with_mixed_profiles

LIMITS = SearchLimits(seconds=None, iterations=200)
TWICE_AS_SLOW = (2.0,) * 24
FENCED = 5
PEOPLE = {"ann": Profile.CAR, "bo": Profile.FOOT, "cy": Profile.CAR, "di": Profile.FOOT}


def a_mixed_problem(**more: object) -> Problem:
    """One crew drives and one walks from the same office; a walker takes three minutes where a car takes one."""
    visits = [a_visit("v1", 5, pinned=Pin(shift_id="driving")), a_visit("v2", 5, pinned=Pin(shift_id="walking"))]
    shifts = [a_shift("driving"), a_shift("walking", profile=Profile.FOOT)]
    return replace(a_problem(visits, shifts), travel=line_travel_with_walkers(), **more)  # type: ignore[arg-type]


def travel_of(plan: Plan, shift_id: str) -> list[timedelta]:
    route = plan.route_of(shift_id)
    assert route is not None
    return [stop.travel for stop in route.stops if stop.type != "start"]


@pytest.mark.parametrize("engine", ["auto", "ortools"])
def test_each_crew_takes_the_times_of_its_own_profile(engine: str) -> None:
    plan = plan_visits(a_mixed_problem(), limits=LIMITS, engine=engine)
    assert travel_of(plan, "driving") == [5 * MINUTE, 5 * MINUTE]
    assert travel_of(plan, "walking") == [15 * MINUTE, 15 * MINUTE]
    assert check_plan(a_mixed_problem(), plan) == ()


def test_the_clock_slows_cars_down_and_nobody_else() -> None:
    problem = a_mixed_problem(hour_factors=TWICE_AS_SLOW)
    plan = plan_visits(problem, limits=LIMITS)
    assert travel_of(plan, "driving") == [10 * MINUTE, 10 * MINUTE]
    assert travel_of(plan, "walking") == [15 * MINUTE, 15 * MINUTE]
    assert check_plan(problem, plan) == ()


def test_a_far_visit_goes_to_the_crew_that_can_be_there_in_time() -> None:
    problem = a_mixed_problem(visits=(a_visit("far", 30, window("09:00", "10:10")),))
    assert [route.shift_id for route in plan_visits(problem, limits=LIMITS).routes] == ["driving"]


def test_why_not_says_of_each_crew_how_it_travels() -> None:
    shifts = (a_shift("walking", profile=Profile.FOOT),)
    problem = a_mixed_problem(visits=(a_visit("far", 30, window("09:00", "10:10")),), shifts=shifts)
    plan = plan_visits(problem, limits=LIMITS)
    assert [one.reasons[0].code for one in plan.unassigned] == [ReasonCode.SHIFT_TOO_SHORT]
    by_car = replace(problem, shifts=(a_shift("walking"),))
    assert explain_visit(by_car, "far", None).reasons == ()
    assert explain_visit(problem, "far", plan).reasons[0].code == ReasonCode.SHIFT_TOO_SHORT


def test_a_place_that_only_walkers_reach_is_visited_by_those_who_walk() -> None:
    travel = line_travel_with_walkers()
    by_car = replace(
        travel,
        duration_seconds=tuple(
            tuple(None if (i == FENCED) != (j == FENCED) else leg for j, leg in enumerate(row))
            for i, row in enumerate(travel.duration_seconds)
        ),
    )
    problem = replace(
        a_mixed_problem(visits=(a_visit("v1", FENCED), a_visit("v2", 20, pinned=Pin(shift_id="driving")))),
        travel=by_car,
    )
    plan = plan_visits(problem, limits=LIMITS)
    assert {route.shift_id: route.visit_ids for route in plan.routes} == {"driving": ("v2",), "walking": ("v1",)}
    reached_by_nobody = replace(problem, shifts=problem.shifts[:1])
    (left_out,) = plan_visits(reached_by_nobody, limits=LIMITS).unassigned
    assert [reason.code for reason in left_out.reasons] == [ReasonCode.LOCATION_UNREACHABLE]


def test_crews_are_formed_of_people_who_travel_alike() -> None:
    duties = [replace(a_duty(name), travel_profile=profile) for name, profile in PEOPLE.items()]
    visits = [a_visit(f"v{number}", 2 * number, crew_size=2) for number in range(1, 5)]
    problem = replace(a_problem(visits, duties=duties), travel=line_travel_with_walkers())
    plan = plan_visits(problem, limits=LIMITS)
    assert {(shift.travel_profile, shift.collector_ids) for shift in plan.shifts} == {
        (Profile.CAR, ("ann", "cy")),
        (Profile.FOOT, ("bo", "di")),
    }
    assert check_plan(problem, plan) == ()
    assert documents.read_plan(documents.to_bytes(documents.write_plan(plan, problem.time_zone))).shifts == plan.shifts


def random_mixed_problems(count: int) -> Iterator[Problem]:
    for seed in range(count):
        random = Random(seed)
        yield with_mixed_profiles(a_random_timed_problem(random, visits=7, shifts=3), random)


def test_random_problems_with_hours_and_mixed_profiles_are_planned_lawfully() -> None:
    # A plan that the checker refuses is never returned.
    plans = [plan_visits(problem, limits=LIMITS) for problem in random_mixed_problems(60)]
    assert sum(len(plan.routes) for plan in plans) > 60


def test_times_of_profiles_that_nobody_travels_by_change_no_byte_of_the_routes() -> None:
    problem = a_problem([a_visit(f"v{number}", 3 * number) for number in range(1, 9)])
    with_walkers = replace(problem, travel=line_travel_with_walkers())
    first, second = (plan_visits(one, limits=LIMITS) for one in (problem, with_walkers))
    without_hash = replace(first, certificate=None), replace(second, certificate=None)
    assert without_hash[0] == without_hash[1]


def codes(problem: Problem, plan: Plan, travel: TravelMatrix | None = None) -> set[str]:
    found = violations(problem, plan, travel=travel or travel_matrix(problem), rules=load_rule_set(()))
    return {violation.code for violation in found}


def test_the_checker_accepts_the_times_of_each_profile_and_refuses_those_of_another() -> None:
    problem = a_mixed_problem()
    orders = {"driving": ["v1"], "walking": ["v2"]}
    assert codes(problem, a_plan(problem, orders)) == set()
    everybody_drives = replace(problem, shifts=tuple(replace(s, travel_profile=Profile.CAR) for s in problem.shifts))
    assert codes(problem, a_plan(everybody_drives, orders)) == {"wrong_travel", "wrong_arrival", "wrong_travel_cost"}


def test_the_checker_refuses_meters_that_the_profile_does_not_know() -> None:
    problem = a_mixed_problem()
    walked = replace(line_travel_with_walkers().profiles[Profile.FOOT], distance_meters=None)
    unmeasured = replace(problem, travel=replace(line_travel_with_walkers(), profiles={Profile.FOOT: walked}))
    plan = a_plan(problem, {"driving": ["v1"], "walking": ["v2"]})
    assert codes(unmeasured, plan) == {"wrong_meters"}
    assert check_plan(unmeasured, plan_visits(unmeasured, limits=LIMITS)) == ()


def test_the_checker_knows_no_way_for_a_profile_without_a_matrix() -> None:
    problem = a_mixed_problem()
    plan = a_plan(problem, {"driving": ["v1"], "walking": ["v2"]})
    by_car = replace(travel_matrix(problem), others={})
    assert codes(problem, plan, by_car) >= {"unreachable_leg"}


def test_without_a_matrix_for_a_profile_nothing_is_planned() -> None:
    problem = replace(a_mixed_problem(), travel=a_problem().travel)
    with pytest.raises(InvalidInput) as refused:
        plan_visits(problem, limits=LIMITS)
    assert [fault.code for fault in refused.value.faults] == ["unknown_profile"]


@pytest.mark.parametrize("section", ["shifts", "duties"])
def test_a_document_without_a_matrix_for_a_profile_is_refused_where_it_is_asked_for(section: str) -> None:
    problem = a_problem([a_visit("v1")], [a_shift("s1")], duties=[a_duty("ann")])
    document = documents.write_problem(problem)
    document[section][0]["travel_profile"] = "foot"
    with pytest.raises(InvalidInput) as refused:
        documents.read_problem(documents.to_bytes(document))
    (fault,) = refused.value.faults
    assert (fault.where, fault.code) == (f"/{section}/0/travel_profile", "unknown_profile")
    assert "/travel/profiles/foot" in fault.hint


def test_the_great_circle_has_constants_of_its_own_for_each_profile_unless_some_are_given() -> None:
    given = GreatCircleTravel(detour_factor=1.5, speed_kmh=30.0, overhead=MINUTE)
    problem = replace(a_mixed_problem(), travel=given)
    for profile, line in FALLBACKS.items():
        walked = replace(problem, shifts=(a_shift("s1", profile=profile),))
        matrix = travel_matrix(walked)
        expected = replace(line, detour_factor=1.5, speed_kmh=30.0, overhead=MINUTE) if profile == "car" else line
        assert matrix == expected.matrix(problem.locations)
        assert matrix.profiles == (profile,)
        assert matrix.estimated
    slower = replace(given, speed_kmh=3.0)
    mixed = travel_matrix(replace(problem, travel=replace(given, profiles={Profile.FOOT: slower})))
    assert mixed.profiles == (Profile.CAR, Profile.FOOT)
    assert (
        mixed.of(Profile.FOOT).duration_seconds
        == travel_matrix(replace(problem, travel=slower, shifts=(a_shift("s1"),))).duration_seconds
    )


def test_matrices_of_different_locations_are_not_put_together() -> None:
    matrix = travel_matrix(a_problem())
    elsewhere = TravelMatrix(
        location_ids=(at(0),), duration_seconds=array("i", [0]), distance_meters=None, source="matrix", estimated=False
    )
    with pytest.raises(ValueError, match="different locations"):
        replace(matrix, others={Profile.FOOT: elsewhere})


def test_a_problem_of_nobody_travels_by_car() -> None:
    nobody = replace(a_problem(), shifts=())
    assert nobody.travel_profiles == (Profile.CAR,)
    assert isinstance(nobody.travel, MatrixTravel)
    assert travel_matrix(nobody).profiles == (Profile.CAR,)
