"""Shifts that are alike, as the peers' vehicle types want them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scheduler.solver.instance import Instance
from scheduler.solver.timing import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """What a shift may do and at what cost: the same for all shifts of a type.

    Attributes:
        options: Those that it may make.
        extra_costs: Option -> what this crew costs beyond travel and preference.
    """

    options: frozenset[int]
    extra_costs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleType:
    """Shifts that are alike in everything but their number.

    Attributes:
        frame: When and where they run.
        crew: What they may do.
        capacity: None without a limit.
        most_visits: None without a limit; limits of single people are in it.
        shifts: Their numbers.
    """

    frame: Frame
    crew: Crew
    capacity: int | None
    most_visits: int | None
    shifts: tuple[int, ...]


def vehicle_types(instance: Instance) -> list[VehicleType]:
    """The shifts by type, in order of the first shift of each."""
    shifts_of: dict[tuple[Frame, Crew, int | None, int | None], list[int]] = {}
    for shift, (frame, crew) in enumerate(zip(instance.frames, _crews(instance), strict=True)):
        capacity = instance.capacities[shift] if instance.capacities else None
        shifts_of.setdefault((frame, crew, capacity, _most_visits(instance, shift)), []).append(shift)
    return [
        VehicleType(frame=frame, crew=crew, capacity=capacity, most_visits=most, shifts=tuple(shifts))
        for (frame, crew, capacity, most), shifts in shifts_of.items()
    ]


def orders_of_types(
    types: Sequence[VehicleType], routes: Sequence[tuple[int, list[int]]], count: int
) -> list[list[int]]:
    """Routes given with their type's number as orders by shift.

    Raises:
        ValueError: A type has more routes than shifts.
    """
    free = [list(kind.shifts) for kind in types]
    orders: list[list[int]] = [[] for _ in range(count)]
    for number, order in routes:
        if not free[number]:
            raise ValueError("more routes than shifts")
        orders[free[number].pop(0)] = order
    return orders


def _crews(instance: Instance) -> list[Crew]:
    options: list[list[int]] = [[] for _ in instance.frames]
    for option, shifts in enumerate(instance.allowed_shifts):
        for shift in shifts:
            options[shift].append(option)
    known: Mapping[tuple[int, ...], frozenset[int]] = {tuple(own): frozenset(own) for own in options}
    return [
        Crew(options=known[tuple(own)], extra_costs=tuple(_extra_costs(instance, shift, own)))
        for shift, own in enumerate(options)
    ]


def _extra_costs(instance: Instance, shift: int, options: Sequence[int]) -> list[tuple[int, int]]:
    if not any(instance.shift_penalties):
        return []
    costs = ((option, instance.shift_penalties[instance.options[option].visit].get(shift, 0)) for option in options)
    return [(option, cost) for option, cost in costs if cost]


def _most_visits(instance: Instance, shift: int) -> int | None:
    own = [instance.most_visits[shift], *(limit.most for limit in instance.limits_of_shift[shift])]
    return min((most for most in own if most is not None), default=None)
