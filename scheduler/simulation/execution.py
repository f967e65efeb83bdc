"""One simulated day: what chance makes of a plan.

A visit that cannot end lawfully is not started: neither set out for when the way makes it impossible, nor begun at the
door when its planned time no longer fits. A visit that takes longer than planned is broken off at the limit, so that no
simulated visit ever ends outside the lawful hours.
"""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from scheduler.domain.errors import InternalFault
from scheduler.simulation.attempts import Attempt, DayDone, Status
from scheduler.simulation.behaviour import Behaviour
from scheduler.simulation.calls import Call, PlannedDay
from scheduler.simulation.crew import Crew
from scheduler.simulation.luck import Luck
from scheduler.simulation.urgent import place_urgent, urgent_calls

type Remaining = Mapping[str, Sequence[Call]]
"""Shift id -> the calls that the crew still has to make, in order."""


class Replanner(Protocol):
    """Changes, at a moment of the day, which crew makes which of the calls that are left.

    Whatever it answers is carried out under the same law: it decides about order, never about what is allowed.
    """

    def __call__(self, moment: int, crews: Sequence[Crew], remaining: Remaining) -> Remaining:
        """The calls of each crew from now on.

        Args:
            moment: Now, in seconds since 1970.
            crews: Where everybody is, in the order of the problem's shifts.
            remaining: Who has what left. A call that the answer leaves out is not made on this day.
        """
        ...


def carry_out(
    day: PlannedDay,
    behaviour: Behaviour,
    luck: Luck,
    *,
    replanner: Replanner | None = None,
    replan_at: Sequence[int] = (),
) -> DayDone:
    """Send the crews out.

    Args:
        day: The plan.
        behaviour: How people, doors and roads behave.
        luck: Of this replication and day.
        replanner: Asked at `replan_at`; None never changes the plan.
        replan_at: Moments of this day, in seconds since 1970.
    """
    crews = [Crew(day, order, behaviour, luck) for order in day.orders]
    gone: list[Attempt] = []
    arriving = urgent_calls(day, behaviour, luck)
    events: list[tuple[int, int, Call | None]] = [(call.released, 1, call) for call in arriving]
    events += [(moment, 0, None) for moment in replan_at if replanner is not None]
    for moment, _, call in sorted(events, key=lambda event: event[:2]):
        for crew in crews:
            crew.advance(moment)
        if call is not None:
            left_over = place_urgent(crews, call)
            gone += () if left_over is None else (left_over,)
        elif replanner is not None:
            gone += _replan(replanner, moment, crews)
    for crew in crews:
        crew.finish()
    attempts = itertools.chain(*(crew.attempts for crew in crews), gone)
    return DayDone(attempts=tuple(attempts), crews=tuple(crew.day_done() for crew in crews))


def _replan(replanner: Replanner, moment: int, crews: Sequence[Crew]) -> list[Attempt]:
    remaining = {crew.shift.id: tuple(crew.remaining) for crew in crews}
    wanted = {**remaining, **replanner(moment, crews, remaining)}
    before = Counter(call.visit.id for calls in remaining.values() for call in calls)
    after = Counter(call.visit.id for calls in wanted.values() for call in calls)
    if not after <= before or set(wanted) != set(remaining):
        raise InternalFault("a new plan for the day has calls or crews that the day does not have")
    owners = {call.visit.id: (call, shift_id) for shift_id, calls in remaining.items() for call in calls}
    for crew in crews:
        crew.remaining[:] = wanted[crew.shift.id]
    return [
        Attempt(call=owners[visit_id][0], shift_id=owners[visit_id][1], status=Status.REPLANNED_AWAY)
        for visit_id in before - after
    ]
