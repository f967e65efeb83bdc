"""Plans whose routes, stops or assignments do not fit their problem are refused, and nothing is ever raised."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from scheduler.checker import violations
from scheduler.domain.plan import Plan, PlanStatus, Reason, ReasonCode, Route, StopType, Unassigned
from scheduler.rules.load import load_rule_set
from tests.builders import MINUTE, a_break, a_collector, a_place, a_problem, a_shift, a_visit, at, window
from tests.plans import REST, a_plan, change_route, change_stop, line_matrix

PROBLEM = a_problem(
    visits=[
        a_visit("v1", 3),
        a_visit("v2", 7, window("11:00", "16:00")),
        a_visit("v3", places=(a_place("v3-home", 20), a_place("v3-work", 10, preference_minutes=5))),
        a_visit("v4", 5),
        a_visit("v5", 29),
    ],
    shifts=[a_shift("s1", breaks=(a_break("12:00", "14:00"),)), a_shift("s2")],
)
START, V1, V2, LUNCH, V3, END = range(6)


def a_sound_plan() -> Plan:
    """Two routes, a break, a place of second choice, and one visit left out."""
    return a_plan(PROBLEM, {"s1": ["v1", "v2", REST, "v3"], "s2": ["v4"]}, places={"v3": "v3-work"})


def codes(plan: Plan) -> list[str]:
    """The kinds of violations in the order in which they are found, each once."""
    found = violations(PROBLEM, plan, travel=line_matrix(), rules=load_rule_set(()))
    return list(dict.fromkeys(violation.code for violation in found))


def test_a_correct_plan_has_no_violations() -> None:
    assert violations(PROBLEM, a_sound_plan(), travel=line_matrix(), rules=load_rule_set(())) == ()


def test_a_correct_plan_without_a_distance_matrix_has_no_violations() -> None:
    plan = a_plan(PROBLEM, {"s1": ["v1", REST, "v2"]}, with_meters=False)
    assert violations(PROBLEM, plan, travel=line_matrix(with_meters=False), rules=load_rule_set(())) == ()


def test_a_plan_for_a_problem_without_visits_has_no_violations() -> None:
    problem = a_problem()
    assert violations(problem, a_plan(problem, {}), travel=line_matrix(), rules=load_rule_set(())) == ()


def _add_route(plan: Plan, route: Route) -> Plan:
    return replace(plan, routes=(*plan.routes, route))


def _drop_stop(plan: Plan, index: int) -> Plan:
    stops = plan.routes[0].stops
    return change_route(plan, stops=stops[:index] + stops[index + 1 :])


def _move_stop(plan: Plan, old: int, new: int) -> Plan:
    stops = list(plan.routes[0].stops)
    stops.insert(new, stops.pop(old))
    return change_route(plan, stops=tuple(stops))


def _repeat_stop(plan: Plan, index: int) -> Plan:
    stops = plan.routes[0].stops
    return change_route(plan, stops=(*stops[: index + 1], *stops[index:]))


def _leave_out(plan: Plan, *visit_ids: str, reasons: tuple[Reason, ...] | None = None) -> Plan:
    given = plan.unassigned[0].reasons if reasons is None else reasons
    return replace(plan, unassigned=tuple(Unassigned(visit_id=name, reasons=given) for name in visit_ids))


def _without_visits(plan: Plan) -> Plan:
    stops = plan.routes[1].stops
    end = replace(
        stops[-1],
        arrival_time=stops[0].departure_time,
        service_start_time=stops[0].departure_time,
        departure_time=stops[0].departure_time,
        travel=timedelta(),
        travel_meters=0,
    )
    plan = change_route(plan, 1, stops=(stops[0], end))
    cost = replace(plan.cost, travel_seconds=plan.cost.travel_seconds - 600, unassigned_penalty_seconds=2 * 21_600)
    return _leave_out(replace(plan, cost=cost), "v4", "v5")


BROKEN: dict[str, tuple[Callable[[Plan], Plan], list[str]]] = {
    "a shift that the problem does not have": (
        lambda plan: change_route(plan, shift_id="s9"),
        ["unknown_shift"],
    ),
    "two routes for one shift": (
        lambda plan: _add_route(plan, plan.routes[1]),
        ["shift_twice", "visit_twice", "wrong_travel_cost"],
    ),
    "a route on a shift that was kept out": (
        lambda plan: replace(plan, engine=replace(plan.engine, without_shifts=("s2",))),
        ["shift_kept_out"],
    ),
    "somebody else in the crew": (
        lambda plan: change_route(plan, collector_ids=("s1-a", "s2-a")),
        ["other_collectors"],
    ),
    "one member too few": (
        lambda plan: change_route(plan, collector_ids=("s1-a",)),
        ["other_collectors"],
    ),
    "a route that never starts": (
        lambda plan: _drop_stop(plan, START),
        ["missing_start", "wrong_travel_cost"],
    ),
    "a route that never ends": (
        lambda plan: _drop_stop(plan, END),
        ["missing_end", "wrong_travel_cost"],
    ),
    "a start in the middle": (
        lambda plan: _move_stop(plan, START, V1),
        ["misplaced_start", "wrong_travel", "wrong_meters", "wrong_arrival"],
    ),
    "two starts": (
        lambda plan: _repeat_stop(plan, START),
        ["misplaced_start"],
    ),
    "two ends": (
        lambda plan: _repeat_stop(plan, END),
        ["misplaced_end", "wrong_travel", "wrong_meters"],
    ),
    "a break after the end": (
        lambda plan: _move_stop(plan, LUNCH, END),
        ["misplaced_end", "wrong_location", "wrong_arrival", "break_too_early"],
    ),
    "a break before the start": (
        lambda plan: _move_stop(plan, LUNCH, START),
        ["misplaced_start", "wrong_arrival", "break_overlaps_service"],
    ),
    "a route without visits": (_without_visits, ["route_without_visits"]),
    "no stops at all": (
        lambda plan: change_route(plan, stops=()),
        [
            "route_without_visits",
            "missing_start",
            "missing_end",
            "visit_missing",
            "missing_break",
            "wrong_travel_cost",
            "wrong_preference_cost",
        ],
    ),
    "a start somewhere else": (
        lambda plan: change_stop(plan, START, location_id=at(1)),
        ["wrong_location"],
    ),
    "an end somewhere else": (
        lambda plan: change_stop(plan, END, location_id=at(1)),
        ["wrong_location"],
    ),
    "a visit somewhere else": (
        lambda plan: change_stop(plan, V1, location_id=at(4)),
        ["wrong_location"],
    ),
    "a visit at a location that nobody knows": (
        lambda plan: change_stop(plan, V1, location_id="nowhere"),
        ["wrong_location"],
    ),
    "a break away from the stop before": (
        lambda plan: change_stop(plan, LUNCH, location_id=at(10)),
        ["wrong_location"],
    ),
    "a visit stop without a visit": (
        lambda plan: change_stop(plan, V1, visit_id=None),
        ["missing_visit_id", "visit_missing"],
    ),
    "a visit stop without a place": (
        lambda plan: change_stop(plan, V1, place_id=None),
        ["missing_place_id"],
    ),
    "a visit that the problem does not have": (
        lambda plan: change_stop(plan, V1, visit_id="v9"),
        ["unknown_visit", "visit_missing"],
    ),
    "a place that the problem does not have": (
        lambda plan: change_stop(plan, V1, place_id="p9"),
        ["unknown_place"],
    ),
    "a place of another visit": (
        lambda plan: change_stop(plan, V1, place_id="v2-home"),
        ["place_of_another_visit"],
    ),
    "another place of the same visit": (
        lambda plan: change_stop(plan, V3, place_id="v3-home"),
        [
            "wrong_location",
            "wrong_travel",
            "wrong_meters",
            "wrong_arrival",
            "wrong_travel_cost",
            "wrong_preference_cost",
        ],
    ),
    "nothing known of a stop": (
        lambda plan: change_stop(plan, V1, visit_id="v9", place_id="p9", location_id="nowhere"),
        ["unknown_visit", "unknown_place", "visit_missing", "unreachable_leg", "wrong_travel_cost"],
    ),
    "a break that names a visit": (
        lambda plan: change_stop(plan, LUNCH, visit_id="v5"),
        ["stray_visit"],
    ),
    "a start that names a place": (
        lambda plan: change_stop(plan, START, place_id="v5-home"),
        ["stray_visit"],
    ),
    "a visit twice": (
        lambda _: a_plan(PROBLEM, {"s1": ["v1", REST, "v2"], "s2": ["v1"]}),
        ["visit_twice"],
    ),
    "a visit both routed and unassigned": (
        lambda plan: _leave_out(plan, "v5", "v1"),
        ["routed_and_unassigned", "wrong_unassigned_cost"],
    ),
    "a visit lost": (
        lambda plan: _leave_out(plan),
        ["visit_missing", "wrong_unassigned_cost"],
    ),
    "a visit left out twice": (
        lambda plan: _leave_out(plan, "v5", "v5"),
        ["unassigned_twice"],
    ),
    "a visit left out without a reason": (
        lambda plan: _leave_out(plan, "v5", reasons=()),
        ["missing_reason"],
    ),
    "an unknown visit left out": (
        lambda plan: _leave_out(plan, "v5", "v9"),
        ["unknown_visit"],
    ),
    "a reason about an unknown shift": (
        lambda plan: _leave_out(
            plan, "v5", reasons=(Reason(code=ReasonCode.VISIT_LIMIT, detail="full", shift_id="s9"),)
        ),
        ["unknown_shift"],
    ),
    "the status of a problem without visits": (
        lambda plan: replace(plan, status=PlanStatus.NO_VISITS),
        ["wrong_status"],
    ),
    "another source of travel times": (
        lambda plan: replace(plan, travel_source="great_circle"),
        ["wrong_travel_source"],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plan_is_refused_for_what_is_broken(name: str) -> None:
    breaking, expected = BROKEN[name]
    assert codes(breaking(a_sound_plan())) == expected


def test_a_plan_with_visits_that_the_problem_lacks_has_a_wrong_status() -> None:
    problem = a_problem()
    plan = replace(a_plan(problem, {}), status=PlanStatus.FEASIBLE)
    found = violations(problem, plan, travel=line_matrix(), rules=load_rule_set(()))
    assert [violation.code for violation in found] == ["wrong_status"]


def test_a_violation_names_the_shift_and_the_visit_that_it_concerns() -> None:
    plan = change_stop(a_sound_plan(), V1, location_id=at(4))
    (found,) = violations(PROBLEM, plan, travel=line_matrix(), rules=load_rule_set(()))
    assert (found.shift_id, found.visit_id) == ("s1", "v1")


@pytest.mark.parametrize("moment", [datetime.min, datetime.max], ids=["first", "last"])  # noqa: DTZ901  # absurd on purpose
@pytest.mark.parametrize("index", range(6))
def test_absurd_times_are_answered_with_violations(moment: datetime, index: int) -> None:
    plan = change_stop(
        a_sound_plan(),
        index,
        arrival_time=moment,
        service_start_time=moment,
        departure_time=moment,
        waiting=timedelta.max,
    )
    assert "unusable_time" in codes(plan)


def test_a_shift_whose_collectors_are_unknown_is_answered_with_violations() -> None:
    problem = replace(PROBLEM, collectors=(a_collector("s1-a"),), visits=(a_visit("v1", 3, crew_size=2),))
    plan = a_plan(problem, {"s2": ["v1"]})
    found = violations(problem, plan, travel=line_matrix(), rules=load_rule_set(()))
    assert [violation.code for violation in found] == ["crew_too_small"]


def test_every_stop_type_may_be_anywhere_without_an_exception() -> None:
    plan = a_sound_plan()
    for index in range(6):
        for wrong in StopType:
            if plan.routes[0].stops[index].type is not wrong:
                assert codes(change_stop(plan, index, type=wrong)) != []


def test_a_visit_that_is_shorter_than_its_service_is_refused() -> None:
    departure = a_sound_plan().routes[0].stops[V1].departure_time - MINUTE
    assert codes(change_stop(a_sound_plan(), V1, departure_time=departure)) == ["wrong_departure", "wrong_arrival"]
