"""The price of changing a published plan as a matter of choice and not of times.

A visit costs more when it is made more than a quarter of an hour from its published time, or by another crew. So each
of its options is offered three ways: on its published shift near its published time for nothing, there at any time at
the price, and on other shifts, which cost what they cost anyway. Then no cost depends on times any more, and engines
that cannot price times, or only slowly, price this one exactly: a cheapest choice of options for an order costs what
the order's cheapest times do.
"""

from collections.abc import Sequence
from dataclasses import replace

from scheduler.solver.instance import NO_TERMS, Instance, Option
from scheduler.solver.routes import Routes
from scheduler.solver.schedule import TOLERANCE

type _Ways = list[tuple[Option, frozenset[int]]]


def with_change_options(instance: Instance) -> Instance:
    """The instance with its changes of plan as options, or as it is where other costs depend on times all the same."""
    if not instance.published or instance.terms != NO_TERMS._replace(change_of_plan=instance.terms.change_of_plan):
        return instance
    if any(ways.pace is not None for ways in instance.ways):
        return instance
    options: list[Option] = []
    allowed: list[frozenset[int]] = []
    options_of: list[tuple[int, ...]] = []
    for numbers in instance.options_of:
        first = len(options)
        for number in numbers:
            for option, shifts in _ways(instance, number):
                options.append(option)
                allowed.append(shifts)
        options_of.append(tuple(range(first, len(options))))
    return replace(
        instance,
        options=tuple(options),
        allowed_shifts=tuple(allowed),
        options_of=tuple(options_of),
        terms=NO_TERMS,
        published=(),
    )


def _ways(instance: Instance, number: int) -> _Ways:
    option, shifts = instance.options[number], instance.allowed_shifts[number]
    published = instance.published[option.visit]
    if published is None or published[0] not in shifts:
        return [(option, shifts)]
    shift, start = published
    near = tuple(
        (max(first, start - TOLERANCE), min(last, start + TOLERANCE))
        for first, last in option.call.starts
        if first <= start + TOLERANCE and start - TOLERANCE <= last
    )
    found: _Ways = []
    if near:
        found.append((replace(option, call=option.call._replace(starts=near)), frozenset({shift})))
    if near != option.call.starts:
        dear = replace(option, preference_penalty=option.preference_penalty + instance.terms.change_of_plan)
        found.append((dear, frozenset({shift})))
    if len(shifts) > 1:
        found.append((option, shifts - {shift}))
    return found


def with_cheap_changes(instance: Instance, plain: Instance, orders: Sequence[Sequence[int]]) -> list[list[int]]:
    """Orders of the plain instance as orders of the one with changes as options, as few at the price as can be.

    Args:
        instance: With changes as options.
        plain: The one that it was made of.
        orders: By shift, options of `plain` in order; feasible.
    """
    if instance is plain:
        return [list(order) for order in orders]
    routes = Routes(instance)
    found: list[list[int]] = []
    for shift, order in enumerate(orders):
        choices = [_choices(instance, plain, shift, option) for option in order]
        chosen = [ways[0] for ways in choices]
        if not routes.can_all_follow(shift, chosen):
            chosen = [ways[-1] for ways in choices]
            for place, ways in enumerate(choices):
                nearer = [*chosen[:place], ways[0], *chosen[place + 1 :]]
                if ways[0] != ways[-1] and routes.can_all_follow(shift, nearer):
                    chosen = nearer
        found.append(chosen)
    return found


def _choices(instance: Instance, plain: Instance, shift: int, option: int) -> list[int]:
    """The options that the visit has on this shift at this place, the cheapest first."""
    wanted = plain.options[option]
    return [
        number
        for number in instance.options_of[wanted.visit]
        if instance.options[number].place_id == wanted.place_id and shift in instance.allowed_shifts[number]
    ]
