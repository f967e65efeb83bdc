"""One simulated day: what chance makes of a plan.

A visit that cannot end lawfully is not started: neither set out for when the way makes it impossible, nor begun at the
door when its planned time no longer fits. A visit that takes longer than planned is broken off at the limit, so that no
simulated visit ever ends outside the lawful hours.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from scheduler.domain.errors import InternalFault
from scheduler.simulation.attempts import Attempt, DayDone
from scheduler.simulation.behaviour import Behaviour
from scheduler.simulation.calls import Call, CrewOrder, PlannedDay, seconds_of
from scheduler.simulation.crew import Crew
from scheduler.simulation.luck import Luck
from scheduler.simulation.urgent import place_urgent, urgent_calls

SECONDS_BETWEEN_LOOKS = 900

type Remaining = Mapping[str, Sequence[Call]]
"""Shift id -> the calls that the crew still has to make, those first that it cannot make as things stand."""


class Replanner(Protocol):
    """Changes, at a moment of the day, which crew makes which of the calls that are left.

    Whatever it answers is carried out under the same law: it decides about order, never about what is allowed.
    """

    def __call__(self, moment: int, crews: Sequence[Crew], remaining: Remaining) -> Mapping[str, CrewOrder]:
        """The orders of each crew from now on, by shift; who is not in it goes on as before.

        Args:
            moment: Now, in seconds since 1970.
            crews: Where everybody is, in the order of the problem's shifts.
            remaining: Who has what left. A call that the answer leaves out is not made on this day.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrders:
    """When crews get new orders, and from whom.

    Attributes:
        replanner: Makes them.
        at: Moments of the day, in seconds since 1970.
        late_seconds: Whenever a crew is later than this or cannot make one of its calls, which is looked at every
            quarter of an hour; None never looks.
    """

    replanner: Replanner
    at: Sequence[int] = ()
    late_seconds: int | None = None

    def is_wanted(self, moment: int, crews: Iterable[Crew]) -> bool:
        """Whether crews get new orders now."""
        if moment in self.at:
            return True
        return self.late_seconds is not None and any(crew.is_later_than(self.late_seconds) for crew in crews)


def carry_out(day: PlannedDay, behaviour: Behaviour, luck: Luck, *, new_orders: NewOrders | None = None) -> DayDone:
    """Send the crews out.

    Args:
        day: The plan.
        behaviour: How people, doors and roads behave.
        luck: Of this replication and day.
        new_orders: In the course of the day; None never changes the plan.
    """
    crews = [Crew(day, order, behaviour, luck) for order in day.orders]
    gone: list[Attempt] = []
    arriving = urgent_calls(day, behaviour, luck)
    events: list[tuple[int, int, Call | None]] = [(call.released, 1, call) for call in arriving]
    events += [(moment, 0, None) for moment in _moments(day, new_orders)]
    for moment, _, call in sorted(events, key=lambda event: event[:2]):
        for crew in crews:
            crew.advance(moment)
        if call is not None:
            gone += _placed(crews, call)
        elif new_orders is not None and new_orders.is_wanted(moment, crews):
            gone += _replan(new_orders.replanner, moment, crews)
    for crew in crews:
        crew.finish()
    attempts = itertools.chain(*(crew.attempts for crew in crews), gone)
    return DayDone(attempts=tuple(attempts), crews=tuple(crew.day_done() for crew in crews))


def _moments(day: PlannedDay, new_orders: NewOrders | None) -> list[int]:
    """When it is looked whether crews get new orders."""
    if new_orders is None or not day.orders:
        return []
    first = min(seconds_of(order.shift.earliest_start) for order in day.orders)
    last = max(order.shift_end for order in day.orders)
    looks = () if new_orders.late_seconds is None else range(first, last, SECONDS_BETWEEN_LOOKS)
    return sorted({*new_orders.at, *looks})


def _replan(replanner: Replanner, moment: int, crews: Sequence[Crew]) -> list[Attempt]:
    remaining = {crew.shift.id: crew.not_made for crew in crews}
    answer = replanner(moment, crews, remaining)
    wanted = {crew.shift.id: answer.get(crew.shift.id, crew.ordered(crew.not_made)) for crew in crews}
    before = Counter(call.visit.id for calls in remaining.values() for call in calls)
    after = Counter(call.visit.id for order in wanted.values() for call in order.calls)
    if not after <= before or not answer.keys() <= wanted.keys():
        raise InternalFault("a new plan for the day has calls or crews that the day does not have")
    dropped = {name: [call for call in calls if call.visit.id not in after] for name, calls in remaining.items()}
    for crew in crews:
        known = [call for call in dropped[crew.shift.id] if not call.urgent]
        crew.follow(wanted[crew.shift.id], moment, known)
    urgent = [call for calls in dropped.values() for call in calls if call.urgent]
    return [attempt for call in urgent for attempt in _placed(crews, call)]


def _placed(crews: Sequence[Crew], call: Call) -> tuple[Attempt, ...]:
    """Give an urgent call to a crew; what becomes of it where none can take it in."""
    left_over = place_urgent(crews, call)
    return () if left_over is None else (left_over,)
