"""A verdict on changes is what saving them would say, to the second and to the rule."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.errors import InvalidInput, RulesBroken
from scheduler.domain.plan import ReasonCode
from scheduler.domain.problem import MatrixTravel, Objective, Problem
from scheduler.editing import Edit, Exclude, PinVisit, Place, edited_plan
from scheduler.judging import Judge, Verdict
from scheduler.planning import SearchLimits, plan_by_hand, plan_visits
from tests.builders import a_break, a_problem, a_shift, a_visit, time, window
from tests.random_problems import a_random_problem, a_random_timed_problem


def a_day() -> Problem:
    visits = [a_visit("v1", 3), a_visit("v2", 9, window("11:00", "12:00")), a_visit("v3", 14), a_visit("v4", 20)]
    return a_problem(visits, [a_shift("s1", breaks=(a_break("12:00", "14:00"),)), a_shift("s2", end="10:00")])


def a_judge(problem: Problem) -> Judge:
    plan = plan_by_hand(problem, {"s1": [("v1", "v1-home"), ("v2", "v2-home"), ("v3", "v3-home")]})
    return Judge(problem, plan)


def edits_of(problem: Problem) -> st.SearchStrategy[list[Edit]]:
    visits, shifts = st.sampled_from(problem.visits), st.sampled_from(problem.shifts)
    edit: st.SearchStrategy[Edit] = st.one_of(
        st.builds(lambda visit, shift: Place(visit_id=visit.id, shift_id=shift.id, position=1), visits, shifts),
        st.builds(
            lambda visit, shift: Place(
                visit_id=visit.id,
                shift_id=shift.id,
                service_start_time=visit.places[0].time_windows[0].earliest_start,
            ),
            visits,
            shifts,
        ),
        st.builds(lambda visit: Exclude(visit_id=visit.id), visits),
        st.builds(lambda visit: PinVisit(visit_id=visit.id, pinned=False), visits),
    )
    return st.lists(edit, min_size=1, max_size=3)


@given(seed=st.integers(0, 2**32), timed=st.booleans(), data=st.data())
def test_a_verdict_is_what_saving_would_say(seed: int, timed: bool, data: st.DataObject) -> None:
    make = a_random_timed_problem if timed else a_random_problem
    problem = make(Random(seed), visits=6, shifts=3, rule_packs=("cn-base", "cn-house"))
    plan = plan_visits(problem, limits=SearchLimits(seconds=None, iterations=15))
    judge = Judge(problem, plan)

    for edits in data.draw(st.lists(edits_of(problem), min_size=2, max_size=3)):
        verdict = judge.of(edits)

        assert (verdict.violations, told_by(verdict)) == as_saved(problem, edits, plan=plan)


def told_by(verdict: Verdict) -> object:
    if verdict.violations or verdict.plan is None:
        return None
    return verdict.problem, verdict.plan.routes, verdict.plan.cost, verdict.difference


def as_saved(problem: Problem, edits: list[Edit], *, plan: object) -> tuple[object, object]:
    try:
        made = edited_plan(problem, plan, edits)  # type: ignore[arg-type]  # drawn above
    except RulesBroken as refused:
        return refused.violations, None
    return (), (made.problem, made.plan.routes, made.plan.cost, made.difference)


def test_routes_that_nobody_touched_are_not_named() -> None:
    judge = a_judge(a_day())

    assert judge.of([]).touched == frozenset()
    assert judge.of([Exclude(visit_id="v3")]).touched == {"s1"}
    assert judge.of([Place(visit_id="v1", shift_id="s2")]).touched == {"s1", "s2"}


def test_an_unlawful_change_has_its_times_all_the_same() -> None:
    verdict = a_judge(a_day()).of([Place(visit_id="v2", shift_id="s2")])

    assert "ends_after_shift" in {found.code for found in verdict.violations}
    assert verdict.plan is not None
    route = verdict.plan.route_of("s2")
    assert route is not None
    assert route.stops[1].service_start_time == time("11:00")


def test_visits_left_out_keep_their_reasons_and_those_taken_out_are_left_out_by_hand() -> None:
    problem = a_day()
    verdict = a_judge(problem).of([Exclude(visit_id="v1")])

    assert verdict.plan is not None
    codes = {one.visit_id: one.reasons[0].code for one in verdict.plan.unassigned}
    assert codes["v1"] is ReasonCode.LEFT_OUT_BY_HAND
    assert codes["v4"] is not ReasonCode.LEFT_OUT_BY_HAND


def test_a_leg_without_a_way_is_a_verdict_without_times() -> None:
    problem = a_day()
    assert isinstance(problem.travel, MatrixTravel)
    rows = [list(row) for row in problem.travel.duration_seconds]
    for row in rows:
        row[20] = None
    rows[20][20] = 0
    closed = replace(problem, travel=replace(problem.travel, duration_seconds=tuple(tuple(row) for row in rows)))

    verdict = a_judge(closed).of([Place(visit_id="v4", shift_id="s1")])

    assert [found.code for found in verdict.violations] == ["unreachable_leg"]
    assert (verdict.plan, verdict.difference) == (None, None)


def test_a_name_that_nothing_has_is_a_fault_at_its_place() -> None:
    with pytest.raises(InvalidInput) as refused:
        a_judge(a_day()).of([Exclude(visit_id="v1"), Exclude(visit_id="v9")])
    assert [fault.where for fault in refused.value.faults] == ["/edits/1/visit_id"]


def test_times_that_depend_on_other_routes_are_those_of_saving() -> None:
    first = a_day()
    plan = plan_by_hand(first, {"s1": [("v3", "v3-home"), ("v4", "v4-home")], "s2": [("v1", "v1-home")]})
    objective = Objective(unfairness_weight=2.0, change_of_plan=plan.routes[0].stops[1].travel * 10)
    problem = replace(first, objective=objective, published_plan=plan)

    verdict = Judge(problem, plan).of([Place(visit_id="v2", shift_id="s1", position=1)])

    made = edited_plan(problem, plan, [Place(visit_id="v2", shift_id="s1", position=1)])
    assert verdict.plan is not None
    assert (verdict.plan.routes, verdict.plan.cost) == (made.plan.routes, made.plan.cost)
