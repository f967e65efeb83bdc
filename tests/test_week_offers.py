"""Slots of several days: a visit leaves its day for another one only where all days stay lawful, also together."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.errors import InvalidInput, RulesBroken
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Pin, Visit
from scheduler.replanning import Situation
from scheduler.slot_offers import Slot
from scheduler.week_check import week_violations
from scheduler.week_offers import OfferedDay, WeekBooked, WeekSlot, book_week_slot, week_slot_offers, without
from tests.builders import DAY, a_case, a_problem, a_shift, a_visit, time, window
from tests.days_begun import behind_until, orders, planned, replanned, start_of, what_it_breaks
from tests.plans import a_plan
from tests.random_problems import a_random_problem
from tests.slot_grid import all_slots

PACKS = ("cn-base", "cn-house")
MONDAY = date(2026, 12, 7)
LATER = DAY + timedelta(days=1)


def an_offered_day(day: date, *visits: Visit, route: tuple[str, ...] = (), **facts: object) -> OfferedDay:
    """One crew from ten to two, with these visits on its route."""
    problem = a_problem(visits, [a_shift("s1", start="10:00", end="14:00", day=day)], **facts)  # type: ignore[arg-type]
    return OfferedDay(day=day, problem=problem, plan=a_plan(problem, {"s1": list(route)} if route else {}))


def asks_on(day: date, **facts: object) -> Visit:
    return a_visit("asks", 10, window("08:00", "20:00", day), **facts)  # type: ignore[arg-type]


def moments(slots: tuple[WeekSlot, ...]) -> list[str]:
    return [f"{one.slot.window.earliest_start:%d %H:%M}" for one in slots]


def two_days(**facts: object) -> tuple[OfferedDay, OfferedDay]:
    """The visit is on the first day; on the second one somebody is visited from ten to noon."""
    busy = a_visit("busy", 5, window("10:00", "12:30", LATER), minutes=120)
    return (
        an_offered_day(DAY, asks_on(DAY), route=("asks",), **facts),
        an_offered_day(LATER, busy, asks_on(LATER), route=("busy",), **facts),
    )


def test_each_day_offers_what_its_own_plan_has_room_for() -> None:
    found = week_slot_offers(two_days(), "asks")
    assert [moment for moment in moments(found) if moment.startswith("02")] == ["02 12:00", "02 12:30", "02 13:00"]
    assert moments(found)[:2] == ["01 10:00", "01 10:30"]
    assert moments(week_slot_offers(two_days(), "asks", on=LATER)) == ["02 12:00", "02 12:30", "02 13:00"]
    added = {f"{one.slot.window.earliest_start:%d}": one.slot.added_cost_seconds for one in found}
    assert added == {"01": 20 * 60, "02": 10 * 60}  # the way there and back; half of it on the way of another visit


def test_a_visit_that_is_booked_on_another_day_leaves_its_own() -> None:
    days = two_days()
    chosen = week_slot_offers(days, "asks", on=LATER)[-1]
    made = book_week_slot(days, "asks", chosen)
    assert orders(made.booked.plan) == {"s1": ("busy", "asks")}
    assert chosen.slot.window.earliest_start <= start_of(made.booked.plan, "asks")
    assert list(made.left) == [DAY]
    assert orders(made.left[DAY].plan) == {}
    assert made.left[DAY].problem.visits == ()


def test_a_visit_that_is_on_two_days_is_on_one_of_them_when_it_was_booked() -> None:
    first, second = two_days()
    both = (first, replace(second, plan=a_plan(second.problem, {"s1": ["busy", "asks"]})))
    made = book_week_slot(both, "asks", week_slot_offers(both, "asks", on=DAY)[0])
    assert (orders(made.booked.plan), orders(made.left[LATER].plan)) == ({"s1": ("asks",)}, {"s1": ("busy",)})


def test_nothing_is_offered_for_a_visit_that_was_begun() -> None:
    first, second = two_days()
    begun = replanned(
        first.problem, first.plan, Situation(now=time("10:20"), progress=behind_until(first.plan, "10:20"))
    )
    days = (replace(first, problem=begun.problem, plan=begun.plan), second)
    assert week_slot_offers(days, "asks") == ()
    with pytest.raises(RulesBroken):
        book_week_slot(days, "asks", week_slot_offers(two_days(), "asks", on=LATER)[0])


def test_a_day_that_cannot_do_without_the_visit_keeps_it() -> None:
    second = a_visit("second", 12, pinned=Pin(shift_id="s1", position=2))
    days = (an_offered_day(DAY, asks_on(DAY), second, route=("asks", "second")), two_days()[1])
    assert {one.day for one in week_slot_offers(days, "asks")} == {DAY}


def test_a_day_for_which_no_notice_can_be_given_in_time_offers_nothing() -> None:
    days = tuple(
        an_offered_day(day, asks_on(day, case=a_case(), crew_size=2), rule_packs=PACKS, as_of=time("09:00", MONDAY))
        for day in (MONDAY + timedelta(days=offset) for offset in range(5))
    )
    assert {one.day for one in week_slot_offers(days, "asks")} == {
        MONDAY + timedelta(days=3),
        MONDAY + timedelta(days=4),
    }


@pytest.mark.parametrize("person", ["p1", "p2"])
def test_a_visit_to_the_same_person_on_another_day_leaves_no_room_under_a_cap(person: str) -> None:
    def on(day: date, *more: Visit, route: tuple[str, ...]) -> OfferedDay:
        asks = asks_on(day, case=a_case(person="p1"), crew_size=2)
        return an_offered_day(day, asks, *more, route=route, rule_packs=PACKS)

    third = LATER + timedelta(days=1)
    same = a_visit("same", 20, window("08:00", "20:00", third), case=a_case(person=person), crew_size=2)
    days = (on(DAY, route=()), on(LATER, route=()), on(third, same, route=("same",)))
    assert bool(week_slot_offers(days, "asks")) == (person == "p2")
    wanted = WeekSlot(day=DAY, slot=_slot(time("11:00")))
    if person == "p1":
        with pytest.raises(RulesBroken) as refused:
            book_week_slot(days, "asks", wanted)
        assert {(one.visit_id, one.rule_id) for one in refused.value.violations} == {("same", "CN-VIS-CAP")}
    else:
        assert orders(book_week_slot(days, "asks", wanted).booked.plan) == {"s1": ("asks",)}


def test_a_visit_of_a_day_that_offers_nothing_is_counted_too() -> None:
    asks = asks_on(LATER, case=a_case(person="p1"), crew_size=2)
    same = a_visit("same", 20, window("08:00", "20:00"), case=a_case(person="p1"), crew_size=2)
    days = (an_offered_day(LATER, asks, rule_packs=PACKS),)
    before = an_offered_day(DAY, same, route=("same",), rule_packs=PACKS)
    own = an_offered_day(DAY, asks_on(DAY), route=("asks",), rule_packs=PACKS)
    assert week_slot_offers(days, "asks") != ()
    for other in (before, own):
        around = [(other.problem, other.plan)]
        assert week_slot_offers(days, "asks", around=around) == ()
        with pytest.raises(RulesBroken):
            book_week_slot(days, "asks", WeekSlot(day=LATER, slot=_slot(time("11:00", LATER))), around=around)


def test_a_day_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidInput):
        book_week_slot(two_days(), "asks", WeekSlot(day=MONDAY, slot=_slot(time("11:00", MONDAY))))


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1))
def test_exactly_the_slots_of_a_week_that_can_be_booked_are_offered(seed: int) -> None:
    random = Random(seed)
    days = _random_days(random)
    offered = week_slot_offers(days, "asks")
    for chosen in random.sample(offered, k=min(3, len(offered))):
        made = book_week_slot(days, "asks", chosen)
        _assert_is_lawful(days, made)
        assert chosen.slot.window.earliest_start <= start_of(made.booked.plan, "asks")
        assert set(made.left) == {one.day for one in days if _has(one) and one.day != chosen.day}
    known = {(one.day, one.slot.shift_id, one.slot.place_id, one.slot.window) for one in offered}
    others = [
        (one, slot)
        for one in days
        for slot in all_slots(one.problem, _asks(one.problem), one.day)
        if (one.day, *slot) not in known
    ]
    for one, slot in random.sample(others, k=min(4, len(others))):
        assert not _can_be_booked(days, one, slot)


def _random_days(random: Random) -> tuple[OfferedDay, ...]:
    """Three days with visits of their own, some of them to the same person, and one that each of them could have."""
    packs = random.choice(((), PACKS))
    asks = _with_case(random, _as_asks(random.choice(_a_day(random, packs, 0).visits)))
    days = []
    for offset in range(3):
        problem = _a_day(random, packs, offset)
        visits = tuple(_with_case(random, replace(one, id=f"d{offset}-{one.id}")) for one in problem.visits)
        problem = _moved(replace(problem, visits=(*visits, asks)), offset)
        plan = planned(problem if random.random() < 0.5 else replace(problem, visits=problem.visits[:-1]))
        days.append(OfferedDay(day=DAY + timedelta(days=offset), problem=problem, plan=plan))
    return tuple(days)


def _as_asks(visit: Visit) -> Visit:
    places = tuple(replace(place, id=f"asks-{number}") for number, place in enumerate(visit.places))
    return replace(visit, id="asks", places=places, pinned=None)


def _a_day(random: Random, packs: tuple[str, ...], offset: int) -> Problem:
    return a_random_problem(Random(random.randrange(2**32) + offset), visits=4, shifts=2, rule_packs=packs)


def _with_case(random: Random, visit: Visit) -> Visit:
    facts = a_case(person=random.choice(("p1", "p2", "p3"))) if random.random() < 0.4 else None
    return replace(visit, case=facts, crew_size=max(visit.crew_size, 2 if facts else 1))


def _moved(problem: Problem, offset: int) -> Problem:
    """The same on a later day."""
    by = timedelta(days=offset)

    def moved(span: TimeWindow) -> TimeWindow:
        return TimeWindow(earliest_start=span.earliest_start + by, latest_end=span.latest_end + by)

    def on_day(visit: Visit) -> Visit:
        pin = visit.pinned
        start = None if pin is None or pin.service_start_time is None else pin.service_start_time + by
        places = (replace(at, time_windows=tuple(map(moved, at.time_windows))) for at in visit.places)
        return replace(
            visit, places=tuple(places), pinned=None if pin is None else replace(pin, service_start_time=start)
        )

    shifts = tuple(
        replace(
            shift,
            earliest_start=shift.earliest_start + by,
            latest_end=shift.latest_end + by,
            breaks=tuple(replace(rest, window=moved(rest.window)) for rest in shift.breaks),
        )
        for shift in problem.shifts
    )
    return replace(problem, shifts=shifts, visits=tuple(map(on_day, problem.visits)))


def _assert_is_lawful(days: tuple[OfferedDay, ...], made: WeekBooked) -> None:
    """Each day by the checker, and all of them together but for what they broke before."""
    changed = {made.day: made.booked, **made.left}
    for booked in changed.values():
        assert what_it_breaks(booked.problem, booked.plan) == ()
    before = {one.day: (one.problem, without(one.plan, "asks")) for one in days}
    after = {**before, **{day: (booked.problem, booked.plan) for day, booked in changed.items()}}
    assert set(week_violations(after.values())) <= set(week_violations(before.values()))


def _can_be_booked(days: tuple[OfferedDay, ...], one: OfferedDay, wanted: tuple[str, str, TimeWindow]) -> bool:
    """Whether the visit can be put anywhere on the crew's route in this slot."""
    shift_id, place_id, span = wanted
    route = one.plan.route_of(shift_id)
    others = [name for name in (route.visit_ids if route else ()) if name != "asks"]
    for position in range(1, len(others) + 2):
        slot = Slot(shift_id=shift_id, place_id=place_id, window=span, position=position, added_cost_seconds=0)
        try:
            book_week_slot(days, "asks", WeekSlot(day=one.day, slot=slot))
        except RulesBroken:
            continue
        return True
    return False


def _asks(problem: Problem) -> Visit:
    return next(visit for visit in problem.visits if visit.id == "asks")


def _has(one: OfferedDay) -> bool:
    return any("asks" in route.visit_ids for route in one.plan.routes)


def _slot(start: datetime) -> Slot:
    """An hour at the home of who asks, as the first visit of the crew."""
    span = TimeWindow(earliest_start=start, latest_end=start + timedelta(hours=1))
    return Slot(shift_id="s1", place_id="asks-home", window=span, position=1, added_cost_seconds=0)
