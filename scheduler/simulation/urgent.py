"""Urgent cases that come up in the course of a day, and the crew that takes each in."""

from collections.abc import Sequence
from dataclasses import replace

from scheduler.simulation.attempts import Attempt, Status
from scheduler.simulation.behaviour import Behaviour
from scheduler.simulation.calls import Call, PlannedDay, call_at, seconds_of
from scheduler.simulation.changes import copy_of
from scheduler.simulation.crew import Crew
from scheduler.simulation.draws import Purpose, poisson
from scheduler.simulation.luck import Luck

PRIORITY = 100


def urgent_calls(day: PlannedDay, behaviour: Behaviour, luck: Luck) -> list[Call]:
    """The day's urgent cases: like a lawful visit of the day, but the most important, and known only from a moment on.

    The visit is drawn with its place, so urgent cases come up where cases are.
    """
    count = poisson(luck.uniform(Purpose.URGENT_COUNT), behaviour.urgent_a_day) if behaviour.urgent_a_day > 0 else 0
    models = [visit for visit in day.problem.visits if visit.id in day.lawful]
    if not models or not day.orders:
        return []
    first = min(seconds_of(order.shift.earliest_start) for order in day.orders)
    last = max(order.shift_end for order in day.orders)
    found = []
    for number in range(count):
        name = f"urgent-{luck.day}-{number}"
        model = models[int(luck.uniform(Purpose.URGENT_CASE, name) * len(models))]
        released = first + int(luck.uniform(Purpose.URGENT_TIME, name) * (last - first))
        number_of_place = next(
            position for position, one in enumerate(model.places) if day.decisions[model.id][one.id].allowed
        )
        # Its own id keeps its luck apart from the model's; people and law judge both alike.
        visit = replace(copy_of(model, name), priority=PRIORITY)
        place, decision = visit.places[number_of_place], day.decisions[model.id][model.places[number_of_place].id]
        found.append(call_at(visit, place, decision, released, urgent=True))
    return sorted(found, key=lambda call: (call.released, call.visit.id))


def place_urgent(crews: Sequence[Crew], call: Call) -> Attempt | None:
    """Give an urgent case to the crew that comes home least later for it, if no other call is lost by that.

    Returns:
        What becomes of the case when no crew can take it in; None when one has it.
    """
    best: tuple[int, int, int] | None = None
    for number, crew in enumerate(crews):
        if not crew.may_make(call):
            continue
        before = crew.foresee(crew.remaining)
        for position in range(len(crew.remaining) + 1):
            with_it = [*crew.remaining[:position], call, *crew.remaining[position:]]
            after = crew.foresee(with_it)
            if after.lost <= before.lost and (best is None or (after.home - before.home, number, position) < best):
                best = (after.home - before.home, number, position)
    if best is None:
        return Attempt(call=call, shift_id=None, status=Status.NO_CREW_FREE)
    crews[best[1]].remaining.insert(best[2], call)
    return None
