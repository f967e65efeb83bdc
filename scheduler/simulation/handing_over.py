"""New orders in the course of a day: what its crew cannot make any more goes to a crew that can."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from scheduler.simulation.calls import Call
from scheduler.simulation.crew import Crew


class Where(NamedTuple):
    """Where a call goes in: the number of the crew, and before which of its calls."""

    crew: int
    position: int


def hand_over(moment: int, crews: Sequence[Crew], remaining: Mapping[str, Sequence[Call]]) -> Mapping[str, list[Call]]:
    """Give each call that its crew would lose, for want of time or people, to another crew that loses nothing by it.

    A dispatcher who looks at the day does as much; nobody else's order changes, so no one is told of another time who
    would be visited anyway.

    Args:
        moment: Now, in seconds since 1970; nobody sets out for what is handed over before.
        crews: Where everybody is.
        remaining: Shift id -> the calls that the crew still has to make, in order.

    Returns:
        The calls of each crew from now on. What no crew can make stays where it is.
    """
    orders = [list(remaining[crew.shift.id]) for crew in crews]
    for giver, crew in enumerate(crews):
        for call in crew.foresee(orders[giver]).lost:
            handed = replace(call, released=max(call.released, moment))
            best = best_place(crews, orders, handed, leaving_out=giver)
            if best is not None:
                orders[giver].remove(call)
                orders[best.crew].insert(best.position, handed)
    return {crew.shift.id: order for crew, order in zip(crews, orders, strict=True)}


def best_place(
    crews: Sequence[Crew], orders: Sequence[Sequence[Call]], call: Call, leaving_out: int | None = None
) -> Where | None:
    """Where a call brings a crew home least later, if no other call is lost by it; None where there is no such place.

    Args:
        crews: Where everybody is.
        orders: The calls that each of them still has to make.
        call: The call.
        leaving_out: The number of a crew that is not asked.
    """
    best: tuple[int, Where] | None = None
    for number, (crew, order) in enumerate(zip(crews, orders, strict=True)):
        if number == leaving_out or not crew.may_make(call):
            continue
        before = crew.foresee(order)
        for position in range(len(order) + 1):
            after = crew.foresee([*order[:position], call, *order[position:]])
            found = (after.home - before.home, Where(number, position))
            if len(after.lost) <= len(before.lost) and (best is None or found < best):
                best = found
    return None if best is None else best[1]
