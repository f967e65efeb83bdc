"""Re-planning a day that has begun: what is behind stays, what is ahead is lawful, and few people are disturbed."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.documents import read_problem, to_bytes, write_problem
from scheduler.domain.errors import InvalidInput
from scheduler.domain.plan import ReasonCode, StopType
from scheduler.domain.plan_difference import ChangeKind
from scheduler.domain.problem import Objective
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Pin
from scheduler.replanning import Disturbance, Promise, Situation, disturbance
from tests.builders import MINUTE, a_break, a_problem, a_shift, a_visit, time, window
from tests.days_begun import (
    a_random_situation,
    behind_until,
    late_by,
    orders,
    planned,
    replanned,
    start_of,
    what_it_breaks,
)
from tests.plans import a_plan
from tests.random_problems import a_random_problem

FOUR = [a_visit(f"v{number}", 5 * number, minutes=60) for number in range(1, 5)]


def test_a_day_on_which_nothing_happened_goes_on_as_it_was() -> None:
    problem = a_problem(FOUR)
    plan = planned(problem)
    again = replanned(problem, plan, Situation(now=time("11:00"), progress=behind_until(plan, "11:00")))
    assert orders(again.plan) == orders(plan)
    assert again.difference.changes == ()
    assert again.disturbance == Disturbance()


def test_what_is_behind_stands_in_the_plan_as_it_was() -> None:
    problem = a_problem(FOUR)
    plan = a_plan(problem, {"s1": ["v1", "v2", "v3", "v4"]})
    first, *others = behind_until(plan, "09:30")
    ended = first.stops[-1].departure_time + 17 * MINUTE
    real = replace(first, stops=(*first.stops[:-1], replace(first.stops[-1], departure_time=ended)), free_at=ended)
    again = replanned(problem, plan, Situation(now=time("10:00"), progress=(real, *others)))
    (route,) = again.plan.routes
    assert route.stops[: len(real.stops)] == real.stops
    assert route.stops[len(real.stops)].arrival_time == ended + route.stops[len(real.stops)].travel
    assert what_it_breaks(again.problem, again.plan) == ()


def test_a_crew_on_its_way_arrives() -> None:
    problem = a_problem([a_visit("near", 1, minutes=30), a_visit("far", 30, minutes=30)])
    plan = a_plan(problem, {"s1": ["near", "far"]})
    progress = behind_until(plan, "09:40")
    new = a_visit("new", 1, minutes=30)
    again = replanned(problem, plan, Situation(now=time("09:40"), progress=progress, new_visits=(new,)))
    assert orders(again.plan)["s1"] == ("near", "far", "new")
    assert start_of(again.plan, "far") == start_of(plan, "far")


def test_a_crew_whose_next_visit_is_called_off_is_free_from_now() -> None:
    problem = a_problem([a_visit("near", 1, minutes=30), a_visit("off", 30), a_visit("last", 1)])
    plan = a_plan(problem, {"s1": ["near", "off", "last"]})
    situation = Situation(now=time("09:45"), progress=behind_until(plan, "09:45"), cancelled=frozenset({"off"}))
    again = replanned(problem, plan, situation)
    assert orders(again.plan)["s1"] == ("near", "last")
    # It could be there at once, but that is an hour before what was said: a quarter of an hour disturbs nobody.
    assert start_of(again.plan, "last") == start_of(plan, "last") - 15 * MINUTE
    assert {change.visit_id: change.kind for change in again.difference.changes} == {
        "off": ChangeKind.LEFT_OUT,
        "last": ChangeKind.RETIMED,
    }
    assert again.disturbance == Disturbance()


def test_an_urgent_visit_is_put_in_where_it_disturbs_least() -> None:
    problem = a_problem([a_visit("v1", 10, window("10:00", "10:30")), a_visit("v2", 20, window("15:00", "15:30"))])
    plan = planned(problem)
    urgent = a_visit("urgent", 15, mandatory=True)
    situation = Situation(now=time("10:40"), progress=behind_until(plan, "10:40"), new_visits=(urgent,))
    again = replanned(problem, plan, situation)
    assert orders(again.plan)["s1"] == ("v1", "urgent", "v2")
    assert again.disturbance.visits == 0


def test_the_visits_of_an_ill_crew_go_to_others_or_are_left_out_with_a_reason() -> None:
    shifts = [a_shift("s1"), a_shift("s2", "s2-a")]
    problem = a_problem(
        [a_visit("done", 1, window("09:00", "10:00")), a_visit("two", 5, crew_size=2), a_visit("one", 6)], shifts
    )
    plan = a_plan(problem, {"s1": ["done", "two", "one"]})
    situation = Situation(now=time("09:20"), progress=behind_until(plan, "09:20"), crews={"s1": ()})
    again = replanned(problem, plan, situation)
    assert orders(again.plan) == {"s1": ("done",), "s2": ("one",)}
    assert [stop.type for stop in again.plan.routes[0].stops] == [StopType.START, StopType.VISIT, StopType.END]
    (left_out,) = again.plan.unassigned
    assert (left_out.visit_id, left_out.reasons[0].code) == ("two", ReasonCode.CREW_TOO_SMALL)
    assert again.disturbance == Disturbance(left_out=1, moved=1)


def test_a_member_who_goes_home_leaves_a_smaller_crew() -> None:
    problem = a_problem([a_visit("two", 5, crew_size=2), a_visit("one", 6)])
    plan = planned(problem)
    again = replanned(problem, plan, Situation(now=time("09:00"), crews={"s1": ("s1-a",)}))
    assert orders(again.plan) == {"s1": ("one",)}
    assert again.plan.routes[0].collector_ids == ("s1-a",)


def test_a_substitute_makes_the_crew_whole_again() -> None:
    problem = a_problem([a_visit("two", 5, crew_size=2)], [a_shift("s1"), a_shift("s2", "zoe", end="09:30")])
    plan = planned(problem)
    again = replanned(problem, plan, Situation(now=time("09:00"), crews={"s1": ("s1-a", "zoe"), "s2": ()}))
    assert orders(again.plan) == {"s1": ("two",)}
    assert read_problem(to_bytes(write_problem(again.problem))) == again.problem
    with pytest.raises(InvalidInput) as refused:
        replanned(problem, plan, Situation(now=time("09:00"), crews={"s1": ("s1-a", "zoe")}))
    assert [fault.code for fault in refused.value.faults] == ["shift_overlap"]


def test_a_late_crew_gives_away_what_it_cannot_make() -> None:
    visits = [a_visit("v1", 1, window("09:00", "10:00")), a_visit("v2", 2, window("10:00", "10:40"), mandatory=True)]
    problem = a_problem(visits, [a_shift("s1"), a_shift("s2")])
    plan = a_plan(problem, {"s1": ["v1", "v2"]})
    progress = late_by(behind_until(plan, "09:10"), "s1", 60)
    again = replanned(problem, plan, Situation(now=time("09:35"), progress=progress))
    assert orders(again.plan) == {"s1": ("v1",), "s2": ("v2",)}


def test_a_promised_visit_stays_with_its_crew_inside_its_time() -> None:
    problem = a_problem(FOUR, [a_shift("s1"), a_shift("s2")])
    plan = a_plan(problem, {"s1": ["v1", "v2", "v3", "v4"]})
    promise = Promise(visit_id="v2", place_id="v2-home", window=window("13:00", "14:00"), shift_id="s2")
    again = replanned(problem, plan, Situation(now=time("09:00"), promises=(promise,)))
    assert orders(again.plan)["s2"] == ("v2",)
    assert start_of(again.plan, "v2") == time("13:00")


def test_a_promise_that_nobody_can_keep_leaves_the_visit_out() -> None:
    problem = a_problem([a_visit("v1", 1)], [a_shift("s1")])
    plan = planned(problem)
    promise = Promise(visit_id="v1", window=window("07:00", "08:00"), shift_id="s1")
    again = replanned(problem, plan, Situation(now=time("09:00"), promises=(promise,)))
    assert [one.visit_id for one in again.plan.unassigned] == ["v1"]


@pytest.mark.parametrize("touching", [window("09:00", "10:00"), window("17:00", "18:00")])
def test_a_promise_that_only_touches_the_hours_of_a_place_leaves_it_none(touching: TimeWindow) -> None:
    problem = a_problem([a_visit("v1", 1, window("10:00", "17:00"))], [a_shift("s1")])
    promises = (Promise(visit_id="v1", window=touching),)
    again = replanned(problem, planned(problem), Situation(now=time("09:00"), promises=promises))
    assert again.problem.visits[0].places[0].time_windows == ()
    assert read_problem(to_bytes(write_problem(again.problem))) == again.problem


def test_a_pinned_time_is_kept_by_another_crew_when_its_own_is_ill() -> None:
    pinned = a_visit("v1", 1, pinned=Pin(shift_id="s1", service_start_time=time("11:00")))
    problem = a_problem([pinned], [a_shift("s1"), a_shift("s2")])
    plan = planned(problem)
    again = replanned(problem, plan, Situation(now=time("10:00"), crews={"s1": ()}))
    assert orders(again.plan) == {"s2": ("v1",)}
    assert start_of(again.plan, "v1") == time("11:00")


def test_nothing_begins_before_now() -> None:
    problem = a_problem([a_visit("v1", 1)])
    plan = planned(problem)
    again = replanned(problem, plan, Situation(now=time("12:34")))
    assert start_of(again.plan, "v1") >= time("12:34")


def test_a_break_whose_hours_are_over_is_taken_as_soon_as_can_be() -> None:
    lunch = a_break("12:00", "13:00", minutes=30)
    problem = a_problem([a_visit("v1", 1, minutes=60), a_visit("v2", 2)], [a_shift("s1", breaks=(lunch,))])
    plan = a_plan(problem, {"s1": ["v1", "rest", "v2"]})
    progress = late_by(behind_until(plan, "09:30"), "s1", 200)
    again = replanned(problem, plan, Situation(now=time("13:00"), progress=progress))
    (rest,) = [stop for stop in again.plan.routes[0].stops if stop.type is StopType.BREAK]
    assert rest.service_start_time == progress[0].free_at


def test_a_second_re_plan_goes_on_from_the_first() -> None:
    problem = a_problem(FOUR, [a_shift("s1"), a_shift("s2")])
    plan = planned(problem)
    first = replanned(problem, plan, Situation(now=time("10:30"), progress=behind_until(plan, "10:30")))
    later = behind_until(first.plan, "12:00")
    second = replanned(first.problem, first.plan, Situation(now=time("12:00"), progress=later))
    assert orders(second.plan) == orders(plan)
    assert what_it_breaks(second.problem, second.plan) == ()


def test_a_change_costs_what_the_problem_says_of_it() -> None:
    problem = a_problem(FOUR, objective=Objective(change_of_plan=7 * MINUTE))
    plan = planned(problem)
    again = replanned(problem, plan, Situation(now=time("09:00")))
    assert again.problem.objective.change_of_plan == 7 * MINUTE


def test_names_that_are_not_there_are_told_all_at_once() -> None:
    problem = a_problem(FOUR)
    situation = Situation(
        now=time("09:00"),
        cancelled=frozenset({"gone"}),
        crews={"s9": (), "s1": ("nobody",)},
        promises=(Promise(visit_id="x"),),
        new_visits=(FOUR[0],),
    )
    with pytest.raises(InvalidInput) as refused:
        replanned(problem, planned(problem), situation)
    assert {(fault.where, fault.code) for fault in refused.value.faults} == {
        ("cancelled", "unknown_id"),
        ("crews", "unknown_id"),
        ("promises", "unknown_id"),
        ("new_visits", "id_duplicate"),
    }


def test_disturbance_counts_each_visit_once() -> None:
    problem = a_problem(
        [a_visit(f"v{number}", number, minutes=5) for number in range(1, 8)], [a_shift("s1"), a_shift("s2")]
    )
    before = a_plan(problem, {"s1": ["v1", "v2", "v3", "v4", "v5", "v6"], "s2": ["v7"]})
    after = a_plan(problem, {"s1": ["v2", "v1", "v4", "v5"], "s2": ["v7", "v3"]})
    assert disturbance(before, after) == Disturbance(left_out=1, moved=1, reordered=1)
    assert disturbance(before, after, leaving_out=frozenset({"v6", "v3"})).visits == 1


@given(seed=st.integers(0, 2**32 - 1))
def test_whatever_happens_the_rest_of_the_day_is_lawful_and_the_past_is_kept(seed: int) -> None:
    random = Random(seed)
    problem = a_random_problem(random, visits=9, shifts=3, rule_packs=random.choice(((), ("cn-base",))))
    plan = planned(problem)
    situation = a_random_situation(random, problem, plan)
    again = replanned(problem, plan, situation)
    assert what_it_breaks(again.problem, again.plan) == ()
    for progress in again.problem.progress:
        route = again.plan.route_of(progress.shift_id)
        if progress.visit_ids:
            assert route is not None
            assert route.stops[: len(progress.stops)] == progress.stops
        ahead = route.stops[len(progress.stops) :] if route is not None else ()
        visits = [stop for stop in ahead if stop.type is StopType.VISIT]
        assert all(stop.service_start_time >= situation.now for stop in visits)
        assert not (progress.is_over and visits)
    placed = {visit_id for route in again.plan.routes for visit_id in route.visit_ids}
    assert placed.isdisjoint(situation.cancelled)
    assert read_problem(to_bytes(write_problem(again.problem))) == again.problem
