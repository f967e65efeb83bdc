"""Crews, limits and pins are judged by the problem's shift, whatever the plan says."""

from dataclasses import replace

import pytest

from scheduler.checker import violations
from scheduler.domain.collector import Collector, Shift
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.visit import Pin, Visit
from scheduler.rules.load import load_rule_set
from tests.builders import DAY, a_break, a_collector, a_place, a_problem, a_shift, a_visit, time, window
from tests.plans import REST, a_plan, change_route, line_matrix


def codes(problem: Problem, plan: Plan) -> list[str]:
    """The kinds of violations in the order in which they are found."""
    return [found.code for found in violations(problem, plan, travel=line_matrix(), rules=load_rule_set(()))]


def one_route(visit: Visit, *collectors: Collector) -> list[str]:
    """What the checker says of one visit by the crew of s1."""
    problem = a_problem([visit], [a_shift("s1")], list(collectors))
    return codes(problem, a_plan(problem, {"s1": [visit.id]}))


CREW = (a_collector("s1-a", skills={"mandarin"}), a_collector("s1-b", skills={"sign"}))


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        (a_visit("v1", skills={"mandarin", "sign"}), []),
        (a_visit("v1", skills={"mandarin", "yue"}), ["missing_skill"]),
        (a_visit("v1", required={"s1-a", "s1-b"}), []),
        (a_visit("v1", required={"s1-a", "s9-a"}), ["missing_required_collector"]),
        (a_visit("v1", prohibited={"s9-a"}), []),
        (a_visit("v1", prohibited={"s1-b"}), ["prohibited_collector"]),
        (a_visit("v1", crew_size=2), []),
        (a_visit("v1", crew_size=3), ["crew_too_small"]),
    ],
)
def test_a_crew_has_the_skills_people_and_number_that_a_visit_asks_for(visit: Visit, expected: list[str]) -> None:
    assert one_route(visit, *CREW) == expected


def test_a_visit_without_wishes_needs_nobody_in_particular() -> None:
    problem = a_problem([a_visit("v1")], [a_shift("s1", "solo")])
    assert codes(problem, a_plan(problem, {"s1": ["v1"]})) == []


def test_naming_more_people_on_the_route_does_not_enlarge_the_crew() -> None:
    problem = a_problem([a_visit("v1", crew_size=3)])
    plan = change_route(a_plan(problem, {"s1": ["v1"]}), collector_ids=("s1-a", "s1-b", "s1-c"))
    assert codes(problem, plan) == ["other_collectors", "crew_too_small"]


def test_the_crew_of_an_unknown_shift_is_not_judged() -> None:
    problem = a_problem([a_visit("v1", skills={"yue"}, crew_size=5)])
    plan = change_route(a_plan(problem, {"s1": ["v1"]}), shift_id="s9")
    assert codes(problem, plan) == ["unknown_shift"]


def _visits(count: int, first: int = 1) -> list[Visit]:
    return [a_visit(f"v{i}", i, minutes=10) for i in range(first, first + count)]


def test_a_shift_makes_at_most_its_number_of_visits() -> None:
    problem = a_problem(_visits(3), [a_shift("s1", max_visits=2)])
    assert codes(problem, a_plan(problem, {"s1": ["v1", "v2"]})) == []
    assert codes(problem, a_plan(problem, {"s1": ["v1", "v2", "v3"]})) == ["shift_visit_limit"]


def _morning_and_afternoon(*, tomorrow: bool) -> tuple[Problem, Plan]:
    """Anna, who makes two visits a day at most, has two visits on one shift and one on another."""
    day = DAY.replace(day=2) if tomorrow else DAY
    shifts: list[Shift] = [
        a_shift("s1", "anna", "s1-b", end="12:00"),
        a_shift("s2", "anna", "s2-b", start="13:00", day=day),
    ]
    hours = window("08:00", "22:00"), window("08:00", "22:00", DAY.replace(day=2))
    visits = [a_visit(f"v{i}", i, *hours) for i in (1, 2, 3)]
    problem = a_problem(visits, shifts, [a_collector("anna", max_visits=2)])
    return problem, a_plan(problem, {"s1": ["v1", "v2"], "s2": ["v3"]})


def test_a_collectors_visits_of_a_day_count_over_all_routes() -> None:
    assert codes(*_morning_and_afternoon(tomorrow=False)) == ["collector_visit_limit"]


def test_a_collectors_visits_of_another_day_count_apart() -> None:
    assert codes(*_morning_and_afternoon(tomorrow=True)) == []


def test_a_collectors_day_is_the_day_of_the_problems_zone() -> None:
    visits = [a_visit("v1", 1, window("00:00", "00:31"), minutes=5), a_visit("v2", 2, minutes=5)]
    problem = a_problem(visits, [a_shift("s1", "anna", start="00:00")], [a_collector("anna", max_visits=1)])
    assert codes(problem, a_plan(problem, {"s1": ["v1", "v2"]})) == ["collector_visit_limit"]


def test_nobody_is_on_two_routes_at_once() -> None:
    problem = a_problem(_visits(2), [a_shift("s1", "anna", "bo"), a_shift("s2", "anna", "cai")])
    assert codes(problem, a_plan(problem, {"s1": ["v1"], "s2": ["v2"]})) == ["collector_in_two_places"]


@pytest.mark.parametrize("order", [("s1", "s2"), ("s2", "s1")])
def test_a_route_that_begins_on_another_ones_way_back_is_one_too_many(order: tuple[str, ...]) -> None:
    visits = [a_visit("v1", 10), a_visit("v2", 20)]
    problem = a_problem(visits, [a_shift("s1", "anna", "bo"), a_shift("s2", "anna", "cai", start="09:45")])
    stops = {"s1": ["v1"], "s2": ["v2"]}
    assert codes(problem, a_plan(problem, {name: stops[name] for name in order})) == ["collector_in_two_places"]


def test_a_route_may_begin_when_another_of_the_same_person_ends() -> None:
    visits = [a_visit("v1", 1, minutes=58), a_visit("v2", 2)]
    problem = a_problem(visits, [a_shift("s1", "anna", end="10:00"), a_shift("s2", "anna", start="10:00")])
    assert codes(problem, a_plan(problem, {"s1": ["v1"], "s2": ["v2"]})) == []
    assert codes(problem, a_plan(problem, {"s2": ["v2"], "s1": ["v1"]})) == []


PLACES = (a_place("home", 2), a_place("work", 4))


@pytest.mark.parametrize(
    ("pin", "expected"),
    [
        (Pin(shift_id="s1"), []),
        (Pin(shift_id="s1", place_id="home", service_start_time=time("09:32"), position=2), []),
        (Pin(shift_id="s2"), ["pinned_to_other_shift"]),
        (Pin(shift_id="s1", place_id="work"), ["pinned_to_other_place"]),
        (Pin(shift_id="s1", service_start_time=time("09:33")), ["pinned_to_other_time"]),
        (Pin(shift_id="s1", position=1), ["pinned_to_other_position"]),
        (Pin(shift_id="s1", position=3), ["pinned_to_other_position"]),
    ],
    ids=str,
)
def test_a_pinned_visit_stays_where_it_was_pinned(pin: Pin, expected: list[str]) -> None:
    problem = a_problem(
        [a_visit("v1", 1), a_visit("v2", places=PLACES, pinned=pin)],
        [a_shift("s1", breaks=(a_break("09:00", "18:00"),)), a_shift("s2")],
    )
    plan = a_plan(problem, {"s1": ["v1", "v2", REST]})
    assert codes(problem, plan) == expected


def test_a_break_does_not_count_as_a_position() -> None:
    visits = [a_visit("v1", 1), a_visit("v2", 2, pinned=Pin(shift_id="s1", position=2))]
    problem = a_problem(visits, [a_shift("s1", breaks=(a_break("09:00", "18:00"),))])
    assert codes(problem, a_plan(problem, {"s1": ["v1", REST, "v2"]})) == []


def test_a_pinned_visit_may_be_left_out_but_not_moved() -> None:
    problem = a_problem([a_visit("v1", 1, pinned=Pin(shift_id="s2")), a_visit("v2", 2)], [a_shift("s1"), a_shift("s2")])
    assert codes(problem, a_plan(problem, {"s1": ["v2"]})) == []
    assert codes(problem, a_plan(problem, {"s1": ["v1", "v2"]})) == ["pinned_to_other_shift"]


def test_visits_at_unusable_times_are_on_no_day() -> None:
    problem = a_problem(_visits(1), collectors=[a_collector("s1-a", max_visits=0)])
    plan = a_plan(problem, {"s1": ["v1"]})
    assert "collector_visit_limit" in codes(problem, plan)
    stops = tuple(
        replace(stop, service_start_time=stop.service_start_time.replace(tzinfo=None)) for stop in plan.routes[0].stops
    )
    found = codes(problem, change_route(plan, stops=stops))
    assert "unusable_time" in found
    assert "collector_visit_limit" not in found
