"""Visits that were booked into a slot: held at one place, in one short span, with one crew."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow, common_hours
from scheduler.domain.visit import Pin, Visit

LENGTH = timedelta(hours=1)


def held_in(visit: Visit) -> TimeWindow | None:
    """The slot that a visit was booked into, as far as it lies ahead; None for one that is held in none."""
    pin = visit.pinned
    windows = () if pin is None else next((at.time_windows for at in visit.places if at.id == pin.place_id), ())
    is_slot = len(windows) == 1 and windows[0].duration <= max(LENGTH, visit.service_duration)
    return windows[0] if is_slot else None


def held(visit: Visit, place_id: str, window: TimeWindow, shift_id: str) -> Visit:
    """A visit where a slot has it; its other places keep their hours, for who takes the pin away again."""
    places = tuple(
        replace(place, time_windows=common_hours(place.time_windows, (window,))) if place.id == place_id else place
        for place in visit.places
    )
    return replace(visit, places=places, pinned=Pin(shift_id=shift_id, place_id=place_id))


def with_bookings(problem: Problem, known: Problem, called_off: Collection[str]) -> Problem:
    """A problem of a day in which the visits that were booked stay in their slots.

    Args:
        problem: Of the day, made anew.
        known: That of the plan which people follow.
        called_off: Visits to which nobody goes any more.
    """
    booked = {visit.id: visit for visit in known.visits if visit.id not in called_off}
    shifts = {shift.id for shift in problem.shifts}
    return replace(problem, visits=tuple(_as_booked(visit, booked.get(visit.id), shifts) for visit in problem.visits))


def _as_booked(visit: Visit, before: Visit | None, shifts: Collection[str]) -> Visit:
    """As it was booked, with its crew where that still works; as it is where its place or hours are others now."""
    window = None if before is None else held_in(before)
    pin = None if before is None else before.pinned
    if window is None or pin is None or pin.place_id is None:
        return visit
    again = held(visit, pin.place_id, window, pin.shift_id)
    place = next((place for place in again.places if place.id == pin.place_id), None)
    if place is None or not place.time_windows:
        return visit
    return again if pin.shift_id in shifts else replace(again, places=(place,), pinned=None)
