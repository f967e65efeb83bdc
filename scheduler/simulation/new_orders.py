"""New orders in the course of a simulated day, made by what makes them on a real one."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scheduler.domain.crew_progress import CrewProgress
from scheduler.domain.plan import Plan, Stop, StopType
from scheduler.domain.problem import Problem
from scheduler.planning import SearchLimits
from scheduler.replanning import Promise, Situation, replan
from scheduler.simulation.calls import Call, CrewOrder, PlannedDay, call_at, planned_breaks, seconds_of
from scheduler.simulation.crew import Crew, Passed
from scheduler.simulation.execution import Remaining

_SECOND = timedelta(seconds=1)


class EngineReplanner:
    """Plans the rest of one simulated day anew from where its crews are, as often as it is asked.

    Nothing is added that was not announced in the morning: a visit that the plan left out has no notice. Who is missing
    is known, and nobody foresees more: times at doors and on roads are those that were planned.
    """

    def __init__(self, problem: Problem, day: PlannedDay, limits: SearchLimits, *, keeps_crews: bool) -> None:
        """Begin in the morning.

        Args:
            problem: What the planner was given.
            day: What it planned.
            limits: Of each plan; iterations, so that nothing depends on the machine.
            keeps_crews: Whether every visit stays with its crew.
        """
        self._problem = problem.with_formed(day.plan.shifts)
        self._plan: Plan = replace(day.plan, shifts=())
        self._day = day
        self._limits = limits
        self._keeps_crews = keeps_crews

    def __call__(self, moment: int, crews: Sequence[Crew], remaining: Remaining) -> Mapping[str, CrewOrder]:
        """The rest of the day, planned anew."""
        left = {call.visit.id: call for calls in remaining.values() for call in calls}
        if not left:
            return {}
        self._problem = _with_room_for_facts(self._with_urgent(crews, left), crews)
        situation = self._situation(moment, crews, remaining)
        found = replan(self._problem, self._plan, situation, limits=self._limits)
        self._problem, self._plan = found.problem, found.plan
        return {crew.shift.id: self._order(crew, left) for crew in crews}

    def _with_urgent(self, crews: Sequence[Crew], left: Mapping[str, Call]) -> Problem:
        """With the visits that came up since the last plan, made already or not."""
        known = {visit.id for visit in self._problem.visits}
        made = (one.call for crew in crews for one in crew.passed if one.call is not None)
        new = {call.visit.id: call for call in (*made, *left.values()) if call.visit.id not in known}
        # The rules are known of the one place at which it came up.
        visits = tuple(replace(call.visit, places=(call.place,)) for call in new.values())
        return replace(self._problem, visits=(*self._problem.visits, *visits))

    def _situation(self, moment: int, crews: Sequence[Crew], remaining: Remaining) -> Situation:
        left = {call.visit.id for calls in remaining.values() for call in calls}
        made = {one.call.visit.id for crew in crews for one in crew.passed if one.call is not None}
        promises = [
            Promise(visit_id=call.visit.id, shift_id=name)
            for name, calls in remaining.items()
            for call in calls
            if self._keeps_crews and not call.urgent
        ]
        return Situation(
            now=self._moment(moment),
            progress=tuple(self._progress(crew, left_at) for crew in crews if (left_at := crew.left_at) is not None),
            cancelled=frozenset(visit.id for visit in self._problem.visits) - left - made,
            crews={crew.shift.id: crew.present for crew in crews if crew.present != crew.shift.collector_ids},
            promises=tuple(promises),
        )

    def _progress(self, crew: Crew, left_at: int) -> CrewProgress:
        left = self._moment(left_at)
        has_lengths = self._day.travel.of(crew.shift.travel_profile).distance_meters is not None
        start = Stop(
            type=StopType.START,
            location_id=crew.shift.start_location_id,
            arrival_time=left,
            service_start_time=left,
            departure_time=left,
            travel_meters=0 if has_lengths else None,
        )
        behind = (start, *self._behind(crew, has_lengths=has_lengths))
        return CrewProgress(shift_id=crew.shift.id, stops=behind, free_at=self._moment(crew.now))

    def _behind(self, crew: Crew, *, has_lengths: bool) -> Iterator[Stop]:
        origin_id = crew.shift.start_location_id
        for one in crew.passed:
            meters = self._day.leg_meters(crew.shift, origin_id, one.location_id) if one.call is not None else 0
            yield self._stop(one, meters if has_lengths else None)
            origin_id = one.location_id

    def _stop(self, passed: Passed, meters: int | None) -> Stop:
        call = passed.call
        return Stop(
            type=StopType.BREAK if call is None else StopType.VISIT,
            location_id=passed.location_id,
            arrival_time=self._moment(passed.arrival),
            service_start_time=self._moment(passed.start),
            departure_time=self._moment(passed.end),
            waiting=(passed.start - passed.arrival) * _SECOND,
            travel=passed.driven * _SECOND,
            travel_meters=meters,
            visit_id=None if call is None else call.visit.id,
            place_id=None if call is None else call.place.id,
        )

    def _order(self, crew: Crew, left: Mapping[str, Call]) -> CrewOrder:
        """What the plan has ahead of a crew."""
        route = self._plan.route_of(crew.shift.id)
        if route is None:
            return replace(crew.ordered(()), breaks=())
        behind = len(crew.passed) + 1 if crew.left_at is not None else 0
        ahead = route.stops[behind:]
        taken = sum(one.call is None for one in crew.passed)
        shift = next(shift for shift in self._problem.shifts if shift.id == crew.shift.id)
        return CrewOrder(
            shift=crew.shift,
            departure=seconds_of(route.stops[0].departure_time),
            calls=tuple(self._call(left[stop.visit_id], stop) for stop in ahead if stop.visit_id is not None),
            breaks=planned_breaks(ahead, shift.breaks[taken:]),
        )

    def _call(self, known: Call, stop: Stop) -> Call:
        start = seconds_of(stop.service_start_time)
        if known.place.id == stop.place_id:
            return replace(known, planned_start=start)
        place = next(place for place in known.visit.places if place.id == stop.place_id)
        return call_at(known.visit, place, self._day.decisions[known.visit.id][place.id], start)

    def _moment(self, seconds: int) -> datetime:
        return datetime.fromtimestamp(seconds, UTC).astimezone(self._day.zone)


def _with_room_for_facts(problem: Problem, crews: Sequence[Crew]) -> Problem:
    """With limits of visits that what crews made already does not break: an urgent case may have been one too many."""
    by_shift: Counter[str] = Counter()
    by_collector: Counter[str] = Counter()
    for crew in crews:
        made = sum(one.call is not None for one in crew.passed)
        by_shift[crew.shift.id] += made
        by_collector.update(dict.fromkeys(crew.shift.collector_ids, made))
    return replace(
        problem,
        shifts=tuple(replace(one, max_visits=_at_least(one.max_visits, by_shift[one.id])) for one in problem.shifts),
        collectors=tuple(
            replace(one, max_visits=_at_least(one.max_visits, by_collector[one.id])) for one in problem.collectors
        ),
    )


def _at_least(limit: int | None, made: int) -> int | None:
    return None if limit is None else max(limit, made)
