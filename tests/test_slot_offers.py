"""Slots: all that can be booked are offered, none that cannot be, and a booked visit stays in its slot."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.bookings import held_in
from scheduler.domain.errors import InvalidInput, RulesBroken
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Objective, Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Pin, Visit
from scheduler.replanning import Situation
from scheduler.slot_offers import Grid, Offers, Slot, book_slot, slot_offers, take_out, with_visit
from tests.builders import DAY, a_break, a_case, a_place, a_problem, a_shift, a_visit, locations, time, window
from tests.days_begun import behind_until, orders, planned, replanned, start_of, what_it_breaks
from tests.plans import a_plan
from tests.random_problems import a_random_problem, a_random_timed_problem
from tests.slot_grid import all_slots

BUSY = a_visit("busy", 5, window("10:00", "12:00"), minutes=120)


def clocks(slots: tuple[Slot, ...]) -> list[str]:
    return [f"{slot.window.earliest_start:%H:%M}" for slot in slots]


def test_slots_leave_room_for_who_is_there_already_and_for_the_way() -> None:
    problem = a_problem([BUSY, a_visit("asks", 10, minutes=60)], [a_shift("s1", end="14:00")])
    plan = a_plan(problem, {"s1": ["busy"]})
    found = slot_offers(problem, plan, "asks", grid=Grid(spacing=timedelta(minutes=15)))
    # Ten minutes from the office and five from the busy visit: done by 09:55 before it, or begun at 12:05 or later.
    assert clocks(found) == ["12:15", "12:30", "12:45"]
    wider = Grid(spacing=timedelta(minutes=15), length=timedelta(minutes=75))
    assert clocks(slot_offers(problem, plan, "asks", grid=wider)) == ["12:00", "12:15", "12:30", "12:45"]


def test_a_slot_tells_what_it_adds_and_booking_it_costs_that() -> None:
    problem = a_problem([BUSY, a_visit("asks", 10)], [a_shift("s1"), a_shift("s2")])
    plan = a_plan(problem, {"s1": ["busy"]})
    found = {
        (slot.shift_id, f"{slot.window.earliest_start:%H:%M}"): slot for slot in slot_offers(problem, plan, "asks")
    }
    assert found["s1", "13:00"].added_cost_seconds == 10 * 60
    assert found["s2", "13:00"].added_cost_seconds == 20 * 60
    booked = book_slot(problem, plan, "asks", found["s1", "13:00"])
    assert booked.plan.cost.total_seconds - plan.cost.total_seconds == 10 * 60 - (3_600 + 50 * 360)
    assert orders(booked.plan) == {"s1": ("busy", "asks")}


def test_a_booked_visit_stays_in_its_slot_when_the_day_is_planned_anew() -> None:
    problem = a_problem([BUSY, a_visit("asks", 10)], [a_shift("s1"), a_shift("s2")])
    plan = a_plan(problem, {"s1": ["busy"]})
    slot = next(slot for slot in slot_offers(problem, plan, "asks") if slot.window == window("15:00", "16:00"))
    booked = book_slot(problem, plan, "asks", slot)
    assert [held_in(visit) for visit in booked.problem.visits] == [None, window("15:00", "16:00")]
    again = replanned(booked.problem, booked.plan, Situation(now=time("09:30"), crews={"s1": ()}))
    assert time("15:00") <= start_of(planned(booked.problem), "asks") <= time("15:30")
    assert orders(again.plan) in ({"s2": ("busy",)}, {"s2": ("busy", "asks")})


def test_no_slot_begins_before_the_earliest_time_nor_before_a_crew_is_free() -> None:
    problem = a_problem([BUSY, a_visit("asks", 10)])
    plan = a_plan(problem, {"s1": ["busy"]})
    found = slot_offers(problem, plan, "asks", grid=Grid(earliest=time("14:10")))
    assert clocks(found)[0] == "14:30"
    begun = replanned(problem, plan, Situation(now=time("12:20"), progress=behind_until(plan, "12:20")))
    assert clocks(slot_offers(begun.problem, begun.plan, "asks"))[0] == "12:30"
    assert slot_offers(begun.problem, begun.plan, "busy") == ()


def test_slots_lie_inside_the_hours_of_the_place_and_of_the_law() -> None:
    evening = a_visit("asks", 5, window("19:20", "23:00"), case=a_case())
    problem = a_problem([evening], [a_shift("s1", start="18:00", end="23:00")], rule_packs=("cn-base",))
    found = slot_offers(problem, planned(replace(problem, visits=())), "asks")
    assert clocks(found) == ["19:30", "20:00", "20:30", "21:00"]  # the law ends at ten


def test_each_day_of_a_week_offers_its_own_slots() -> None:
    asks = a_visit("asks", 10)
    offered: list[Slot] = []
    for day in (DAY + timedelta(days=1), DAY + timedelta(days=2)):
        problem = a_problem([], [a_shift("s1", start="10:00", end="11:30", day=day)])
        wanted = replace(asks, places=(a_place("asks-home", 10, window("08:00", "20:00", day)),))
        offered += slot_offers(with_visit(problem, wanted, locations()), planned(problem), "asks")
    assert [f"{slot.window.earliest_start:%d %H:%M}" for slot in offered] == [
        f"{day} {clock}" for day in ("02", "03") for clock in ("10:00", "10:30")
    ]


def test_the_same_position_is_asked_again_when_a_slot_is_booked() -> None:
    problem = a_problem([BUSY, a_visit("asks", 10), a_visit("faster", 10)])
    plan = a_plan(problem, {"s1": ["busy"]})
    slot = next(slot for slot in slot_offers(problem, plan, "asks") if slot.window == window("13:00", "14:00"))
    taken = book_slot(problem, plan, "faster", slot_of("faster", slot))
    also = book_slot(taken.problem, taken.plan, "asks", replace(slot, position=3))
    assert orders(also.plan)["s1"] == ("busy", "faster", "asks")
    third = replace(also.problem, visits=(*also.problem.visits, a_visit("third", 10)))
    with pytest.raises(RulesBroken):
        book_slot(third, also.plan, "third", slot_of("third", replace(slot, position=4)))


def test_a_visit_is_taken_out_of_a_plan_and_everybody_else_stays() -> None:
    problem = a_problem([BUSY, a_visit("goes", 10), a_visit("stays", 12)], [a_shift("s1"), a_shift("s2")])
    plan = a_plan(problem, {"s1": ["busy", "goes"], "s2": ["stays"]})
    assert Offers(problem, plan, "goes").can_do_without
    left = take_out(problem, plan, "goes")
    assert orders(left.plan) == {"s1": ("busy",), "s2": ("stays",)}
    assert [visit.id for visit in left.problem.visits] == ["busy", "stays"]
    assert left.plan.unassigned == ()


def test_a_plan_cannot_do_without_a_visit_that_keeps_another_one_at_its_position() -> None:
    second = a_visit("second", 10, pinned=Pin(shift_id="s1", position=2))
    problem = a_problem([a_visit("first", 5), second])
    plan = a_plan(problem, {"s1": ["first", "second"]})
    assert not Offers(problem, plan, "first").can_do_without
    with pytest.raises(RulesBroken):
        take_out(problem, plan, "first")


def slot_of(name: str, slot: Slot) -> Slot:
    return replace(slot, place_id=f"{name}-home")


def test_a_visit_or_place_that_is_not_there_is_refused() -> None:
    problem = a_problem([BUSY])
    plan = planned(problem)
    with pytest.raises(InvalidInput):
        slot_offers(problem, plan, "nobody")
    slot = Slot(shift_id="s1", place_id="elsewhere", window=window("13:00", "14:00"), position=1, added_cost_seconds=0)
    with pytest.raises(InvalidInput):
        book_slot(problem, plan, "busy", slot)
    with pytest.raises(InvalidInput):
        book_slot(problem, plan, "busy", replace(slot, place_id="busy-home", position=5))


def test_a_break_is_no_time_for_a_slot() -> None:
    lunch = a_break("12:00", "13:00", minutes=60)
    problem = a_problem([BUSY, a_visit("asks", 5)], [a_shift("s1", breaks=(lunch,), end="15:00")])
    plan = a_plan(problem, {"s1": ["busy", "rest"]})
    half_hours = Grid(length=timedelta(minutes=30))
    assert clocks(slot_offers(problem, plan, "asks", grid=half_hours)) == ["09:30", "13:00", "13:30", "14:00"]


@given(seed=st.integers(0, 2**32 - 1))
def test_exactly_the_slots_that_can_be_booked_are_offered(seed: int) -> None:
    random = Random(seed)
    make = random.choice((a_random_problem, a_random_timed_problem))
    problem = make(random, visits=6, shifts=2, rule_packs=random.choice(((), ("cn-base",))))
    plan = planned(problem)
    visit = random.choice(problem.visits)
    offered = slot_offers(problem, plan, visit.id)
    chosen = random.sample(offered, k=min(3, len(offered)))
    for slot in chosen:
        booked = book_slot(problem, plan, visit.id, slot)
        assert what_it_breaks(booked.problem, booked.plan) == ()
        assert slot.window.earliest_start <= start_of(booked.plan, visit.id)
        assert start_of(booked.plan, visit.id) + visit.service_duration <= slot.window.latest_end
    known = {(slot.shift_id, slot.place_id, slot.window) for slot in offered}
    others = [one for one in all_slots(problem, visit) if one not in known]
    for shift_id, place_id, span in random.sample(others, k=min(4, len(others))):
        assert not list(_bookable(problem, plan, visit, shift_id, place_id, span))


def _bookable(
    problem: Problem, plan: Plan, visit: Visit, shift_id: str, place_id: str, span: TimeWindow
) -> Iterator[int]:
    """The positions at which the checker passes a plan with the visit in this slot."""
    route = plan.route_of(shift_id)
    others = [one for one in (route.visit_ids if route else ()) if one != visit.id]
    for position in range(1, len(others) + 2):
        slot = Slot(shift_id=shift_id, place_id=place_id, window=span, position=position, added_cost_seconds=0)
        try:
            book_slot(problem, plan, visit.id, slot)
        except RulesBroken:
            continue
        yield position


@given(seed=st.integers(0, 2**32 - 1))
def test_a_booked_slot_costs_what_was_said(seed: int) -> None:
    random = Random(seed)
    problem = a_random_problem(random, visits=6, shifts=2)
    problem = replace(problem, objective=Objective(lawful_margin=timedelta()))
    visit = random.choice(problem.visits)
    plan = planned(replace(problem, visits=tuple(one for one in problem.visits if one.id != visit.id)))
    offered = slot_offers(problem, plan, visit.id)
    for slot in random.sample(offered, k=min(2, len(offered))):
        booked = book_slot(problem, plan, visit.id, slot)
        assert booked.plan.cost.total_seconds - plan.cost.total_seconds == slot.added_cost_seconds
