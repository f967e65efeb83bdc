"""What was booked with a borrower holds in every plan of that day that is made later."""

from dataclasses import replace

import pytest

from scheduler.bookings import held, held_in, with_bookings
from scheduler.domain.visit import Pin, Visit
from tests.builders import a_place, a_problem, a_shift, a_visit, window

ANY_HOUR = a_visit("asks", places=(a_place("home", 1), a_place("work", 2)))
BOOKED = held(ANY_HOUR, "home", window("15:00", "16:00"), "s1")


def the_visit(visit: Visit, *, called_off: frozenset[str] = frozenset(), shift: str = "s1") -> Visit:
    """A visit of a problem made anew, after the booking."""
    made = with_bookings(a_problem([visit], [a_shift(shift)]), a_problem([BOOKED]), called_off)
    return made.visits[0]


def test_a_booked_visit_stays_with_its_crew_in_its_hour() -> None:
    assert the_visit(ANY_HOUR) == BOOKED
    assert held_in(the_visit(ANY_HOUR)) == window("15:00", "16:00")


def test_it_stays_in_its_hour_when_its_crew_does_not_work() -> None:
    found = the_visit(ANY_HOUR, shift="s2")
    assert (found.pinned, [place.id for place in found.places]) == (None, ["home"])
    assert found.places[0].time_windows == (window("15:00", "16:00"),)


def test_a_visit_that_was_called_off_or_whose_hours_are_others_now_is_free() -> None:
    assert the_visit(ANY_HOUR, called_off=frozenset({"asks"})) == ANY_HOUR
    mornings = a_visit("asks", places=(a_place("home", 1, window("08:00", "12:00")),))
    assert the_visit(mornings) == mornings
    moved = a_visit("asks", places=(a_place("elsewhere", 3),))
    assert the_visit(moved) == moved
    assert the_visit(replace(ANY_HOUR, id="another")).pinned is None


@pytest.mark.parametrize("pin", [None, Pin(shift_id="s1"), Pin(shift_id="s1", place_id="home")])
def test_a_visit_at_any_hour_is_held_in_none(pin: Pin | None) -> None:
    assert held_in(replace(ANY_HOUR, pinned=pin)) is None


def test_a_booked_hour_beside_other_hours_of_the_place_is_all_that_is_left_of_them() -> None:
    """Hours that only touch the slot leave no instant behind, which no document may hold."""
    hours = (window("09:00", "15:00"), window("15:00", "18:00"))
    booked = held(a_visit("asks", places=(a_place("home", 1, *hours),)), "home", window("15:00", "16:00"), "s1")
    assert booked.places[0].time_windows == (window("15:00", "16:00"),)
    assert held_in(booked) == window("15:00", "16:00")
