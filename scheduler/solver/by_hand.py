"""Orders that a person chose, with times: those of the search where they can be made, else the earliest ones."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from scheduler.domain.problem import Problem
from scheduler.domain.travel import TravelMatrix
from scheduler.solver.instance import Instance, Option
from scheduler.solver.schedule import order_of
from scheduler.solver.timing import Call, Frame
from scheduler.solver.ways import NO_WAY_SECONDS

# Beyond every working day, and far enough below the marks that timing itself uses.
_WHENEVER = 1 << 33

type HandOrders = Mapping[str, Sequence[tuple[str, str]]]
"""Shift id -> (visit id, place id) in order."""


def with_orders(
    problem: Problem,
    instance: Instance,
    travel: TravelMatrix,
    orders: HandOrders,
    *,
    settled: frozenset[str] = frozenset(),
) -> tuple[Instance, list[list[int]]]:
    """The orders as options of an instance in which all of them can be made.

    An order that the law, a place, a crew or the shift forbids gets times all the same, as early as they can be, so
    that the checker can say what it breaks.

    Args:
        problem: The problem, with its shifts formed.
        instance: Of the problem.
        travel: Between its locations.
        orders: By shift; visits and places of the problem.
        settled: Shifts whose times stand already, so that nobody asks whether their orders can be made.

    Raises:
        ValueError: A leg of an order has no known way.
    """
    known = {(instance.visit_ids[one.visit], one.place_id): number for number, one in enumerate(instance.options)}
    options, frames = list(instance.options), list(instance.frames)
    chosen: list[list[int]] = []
    for number, shift_id in enumerate(instance.shift_ids):
        stops = orders.get(shift_id, ())
        found = [known.get(stop) for stop in stops]
        order = [option for option in found if option is not None]
        is_doubtful = bool(order) and shift_id not in settled
        if len(order) < len(stops) or (is_doubtful and order_of(instance, number, order).best() is None):
            added = [_loose_option(problem, instance, travel, *stop) for stop in stops]
            order = list(range(len(options), len(options) + len(added)))
            options += added
            frames[number] = _loose_frame(frames[number])
            _refuse_no_way(frames[number], added, instance.ways_of(number).travel)
        chosen.append(order)
    loose = replace(
        instance,
        options=tuple(options),
        frames=tuple(frames),
        allowed_shifts=(*instance.allowed_shifts, *(frozenset[int]() for _ in options[len(instance.options) :])),
    )
    return loose, chosen


def settled_at(instance: Instance, starts: Mapping[str, datetime]) -> Instance:
    """The instance in which these visits start at these moments, where they may, and at no other."""
    moments = {visit_id: instance.seconds(moment) for visit_id, moment in starts.items()}

    def settled(option: Option) -> Option:
        start, call = moments.get(instance.visit_ids[option.visit]), option.call
        if start is None or not any(first <= start <= last for first, last in call.starts):
            return option
        return replace(option, call=Call(call.location, call.service, ((start, start),)))

    return replace(instance, options=tuple(map(settled, instance.options)))


def _loose_option(problem: Problem, instance: Instance, travel: TravelMatrix, visit_id: str, place_id: str) -> Option:
    """A visit that may begin whenever its place has opened, or at its pinned time and later."""
    number, visit = next((number, one) for number, one in enumerate(problem.visits) if one.id == visit_id)
    place = next(one for one in visit.places if one.id == place_id)
    opening = min((window.earliest_start for window in place.time_windows), default=instance.base)
    pinned = None if visit.pinned is None else visit.pinned.service_start_time
    first = instance.seconds(opening if pinned is None else pinned)
    service = int(visit.service_duration.total_seconds())
    return Option(
        visit=number,
        place_id=place_id,
        call=Call(travel.index_of(place.location_id), service, ((first, _WHENEVER),)),
        preference_penalty=int(place.preference_penalty.total_seconds()),
    )


def _loose_frame(frame: Frame) -> Frame:
    breaks = tuple(rest._replace(latest_end=_WHENEVER) for rest in frame.breaks)
    return frame._replace(latest_end=_WHENEVER, breaks=breaks)


def _refuse_no_way(frame: Frame, order: Sequence[Option], travel: Sequence[Sequence[int]]) -> None:
    here = frame.start_location
    for there in (*(option.call.location for option in order), frame.end_location):
        if travel[here][there] >= NO_WAY_SECONDS:
            raise ValueError("a leg has no known way")
        here = there
