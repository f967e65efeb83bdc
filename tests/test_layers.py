"""What law, borrower, place and shift leave of a visit's hours, and which of them sets each end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.case import Block
from scheduler.domain.plan import ReasonCode, StopType
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Pin
from scheduler.layers import Bound, CommonWindow, Layer, PlaceLayers
from scheduler.planning import SearchLimits, explain_visit, plan_visits
from tests.builders import a_case, a_place, a_problem, a_shift, a_visit, time, window
from tests.random_problems import a_random_problem, a_random_timed_problem
from tests.weeks import WEEK, a_call, a_week

PACKS = ("cn-base", "cn-house")


def layers(problem: Problem, visit_id: str = "v", place: int = 0) -> PlaceLayers:
    return explain_visit(problem, visit_id, None).places[place]


def only_window(problem: Problem, visit_id: str = "v") -> CommonWindow:
    (common,) = layers(problem, visit_id).crews[0].common
    return common


def bound(layer: Layer, name: str) -> Bound:
    return Bound(layer=layer, id=name)


def test_the_narrowest_layer_sets_each_end() -> None:
    visit = a_visit("v", 1, window("08:00", "23:00"))
    early, late = a_shift("early", start="07:00", end="18:00"), a_shift("late", start="12:00", end="23:00")

    by_law_and_shift = only_window(a_problem([visit], [early], rule_packs=PACKS))
    assert by_law_and_shift.window == window("09:00", "18:00")
    assert by_law_and_shift.start_bounds == (bound(Layer.LAW, "CN-HRS-3"),)
    assert by_law_and_shift.end_bounds == (bound(Layer.SHIFT, "early"),)

    by_shift_and_law = only_window(a_problem([visit], [late], rule_packs=PACKS))
    assert by_shift_and_law.window == window("12:00", "20:00")
    assert by_shift_and_law.start_bounds == (bound(Layer.SHIFT, "late"),)
    assert by_shift_and_law.end_bounds == (bound(Layer.LAW, "CN-HRS-3"),)


def test_every_layer_that_agrees_on_an_end_is_named() -> None:
    common = only_window(a_problem([a_visit("v", 1, window("09:00", "18:00"))], [a_shift("s")], rule_packs=PACKS))
    assert common.start_bounds == (
        bound(Layer.LAW, "CN-HRS-3"),
        bound(Layer.PLACE, "v-home"),
        bound(Layer.SHIFT, "s"),
    )
    assert common.end_bounds == (bound(Layer.PLACE, "v-home"), bound(Layer.SHIFT, "s"))


def test_without_law_the_place_and_the_shift_alone_set_the_ends() -> None:
    found = layers(a_problem([a_visit("v", 1, window("10:00", "11:00"), window("17:30", "20:00"))]))
    (crew,) = found.crews
    assert found.law_windows is None
    assert [common.window for common in crew.common] == [window("10:00", "11:00"), window("17:30", "18:00")]


def test_a_common_window_too_short_for_the_visit_is_none() -> None:
    found = layers(a_problem([a_visit("v", 1, window("17:31", "20:00"))]))
    assert found.crews[0].common == ()
    assert found.crews[0].reason is not None
    assert found.crews[0].reason.code is ReasonCode.NO_COMMON_TIME_WINDOW


def test_a_pinned_time_leaves_the_time_of_the_visit_and_other_crews_nothing() -> None:
    pinned = a_visit("v", 1, pinned=Pin(shift_id="s1", service_start_time=time("10:00")))
    first, second = layers(a_problem([pinned], [a_shift("s1"), a_shift("s2")])).crews
    (common,) = first.common
    assert common.window == window("10:00", "10:30")
    assert common.start_bounds == common.end_bounds == (bound(Layer.PIN, "s1"),)
    assert second.is_pinned_elsewhere
    assert second.common == ()


def test_overtime_lengthens_the_working_time_as_the_search_does() -> None:
    problem = a_problem([a_visit("v", 1, window("18:00", "19:00"))])
    allowed = replace(problem, objective=replace(problem.objective, max_overtime=timedelta(minutes=45)))
    assert layers(problem).crews[0].common == ()
    assert layers(allowed).crews[0].working == window("09:00", "18:45")
    assert only_window(allowed).window == window("18:00", "18:45")


def test_a_block_stands_in_the_layer_of_the_borrower_and_leaves_the_law_as_it_is() -> None:
    barred = a_visit("v", case=a_case(blocks=(Block(code="disputed"),)))
    found = layers(a_problem([barred], rule_packs=PACKS))
    assert [one.rule_id for one in found.borrower_reasons] == ["CN-CARD-69"]
    assert found.law_reasons == ()
    assert found.law_windows == (window("09:00", "20:00"),)
    assert found.crews[0].reason is None
    assert found.crews[0].common == ()


def test_a_block_that_ends_within_the_days_says_until_when_and_takes_these_days_alone() -> None:
    lifted = a_call("v", blocks=(Block(code="disputed", until=WEEK[1]),))
    found = layers(a_week(lifted))
    assert [(one.rule_id, one.until) for one in found.borrower_reasons] == [("CN-CARD-69", WEEK[1])]
    assert found.decision.allowed
    open_crews = [crew.shift_id for crew in found.crews if crew.common]
    assert open_crews[0] == "s2"


def test_hours_that_the_law_takes_away_entirely_stand_in_the_layer_of_the_law() -> None:
    holiday = WEEK[0].replace(month=10, day=1)
    visit = a_visit("v", 1, TimeWindow(earliest_start=time("09:00", holiday), latest_end=time("18:00", holiday)))
    found = layers(a_problem([visit], [a_shift("s1", day=holiday)], rule_packs=PACKS))
    assert [one.rule_id for one in found.law_reasons] == ["CN-HRS-3"]
    assert found.borrower_reasons == ()


def test_a_crew_that_may_not_go_has_a_reason_with_its_rule() -> None:
    small = a_shift("s1", "ann")
    (crew,) = layers(a_problem([a_visit("v")], [small], rule_packs=PACKS)).crews
    assert crew.reason is not None
    assert (crew.reason.code, crew.reason.rule_id) == (ReasonCode.CREW_TOO_SMALL, "CN-CREW-1")
    assert crew.common == ()


def test_each_place_has_layers_of_its_own() -> None:
    places = (a_place("home", 1, window("09:00", "10:00")), a_place("work", 2, window("14:00", "15:00")))
    home, work = explain_visit(a_problem([a_visit("v", places=places)]), "v", None).places
    assert [crew.common[0].window for crew in home.crews] == [window("09:00", "10:00")]
    assert [crew.common[0].window for crew in work.crews] == [window("14:00", "15:00")]


@pytest.mark.parametrize("made", [a_random_problem, a_random_timed_problem])
@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    visits=st.integers(1, 6),
    shifts=st.integers(1, 3),
    rule_packs=st.sampled_from([(), ("cn-base",), PACKS]),
)
def test_a_planned_visit_lies_inside_the_common_windows_of_its_crew_and_place(
    made: Callable[..., Problem], seed: int, visits: int, shifts: int, rule_packs: tuple[str, ...]
) -> None:
    problem = made(Random(seed), visits=visits, shifts=shifts, rule_packs=rule_packs)
    plan = plan_visits(problem, limits=SearchLimits(seconds=None, iterations=10))
    for route in plan.routes:
        for stop in (stop for stop in route.stops if stop.type is StopType.VISIT):
            explained = explain_visit(problem, stop.visit_id or "", plan)
            place = next(one for one in explained.places if one.place_id == stop.place_id)
            crew = next(one for one in place.crews if one.shift_id == route.shift_id)
            planned = TimeWindow(earliest_start=stop.service_start_time, latest_end=stop.departure_time)
            assert any(common.window.holds(planned) for common in crew.common)
            assert all(common.start_bounds and common.end_bounds for common in crew.common)


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), rule_packs=st.sampled_from([(), ("cn-base",), PACKS]))
def test_a_crew_has_common_windows_or_the_answer_says_why_not(seed: int, rule_packs: tuple[str, ...]) -> None:
    problem = a_random_problem(Random(seed), visits=3, shifts=2, rule_packs=rule_packs)
    for visit in problem.visits:
        for place in explain_visit(problem, visit.id, None).places:
            for crew in place.crews:
                objected = bool(crew.reason) or crew.is_pinned_elsewhere or not place.decision.allowed
                assert bool(crew.common) != objected
