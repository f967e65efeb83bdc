"""What has become of a day, and the problem that is left of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

from scheduler.domain.collector import Break, Shift
from scheduler.domain.crew_progress import CrewProgress
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.location import Location
from scheduler.domain.plan import Plan, Stop, StopType
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow, common_hours
from scheduler.domain.visit import MANDATORY_PENALTY, Pin, Visit

# A crew that has longer to wait at a door than this may be sent elsewhere in between.
LONG_WAIT = timedelta(minutes=30)
# Leaving out a visit to which a crew is on its way costs more than any visit that could be made instead.
ARRIVES_PENALTY = 10 * MANDATORY_PENALTY
# A break that cannot be taken in its hours any more is taken within so much of the time at which the crew is free.
BREAK_GRACE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a borrower was told, and what a new plan keeps or leaves the visit out.

    Attributes:
        visit_id: The visit.
        place_id: Where; None for any of its places.
        window: The whole visit lies in it; None for any time.
        shift_id: Who comes; None for any crew. A crew that makes no more visits frees its promises for others.
    """

    visit_id: str
    place_id: str | None = None
    window: TimeWindow | None = None
    shift_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What happened since the plan was made.

    Attributes:
        now: Nothing that is not behind a crew begins earlier.
        progress: How far crews are. Who is not in it is as far as the problem says, or has not left yet.
        cancelled: Visits that are not made any more.
        new_visits: Visits that came.
        new_locations: Their locations, as far as the problem does not have them.
        crews: Who is on a shift from now on, by shift, where that changed; nobody ends the shift.
        promises: What was promised beyond what the problem says already.
    """

    now: datetime
    progress: tuple[CrewProgress, ...] = ()
    cancelled: frozenset[str] = frozenset()
    new_visits: tuple[Visit, ...] = ()
    new_locations: tuple[Location, ...] = ()
    crews: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    promises: tuple[Promise, ...] = ()


def as_planned(plan: Plan, now: datetime) -> tuple[CrewProgress, ...]:
    """How far the crews are if everything went as planned; those that have not left are not in it.

    A crew on its way has its last stop behind it, and is free from there: it need not turn back for a new plan.
    """
    found = (_as_planned(route.shift_id, route.stops, now) for route in plan.routes)
    return tuple(progress for progress in found if progress is not None)


def _as_planned(shift_id: str, stops: tuple[Stop, ...], now: datetime) -> CrewProgress | None:
    behind = [stop for stop in stops if stop.type is not StopType.END and not _is_after(stop.service_start_time, now)]
    # A break on the way is told again with the rest of the way.
    while behind and behind[-1].type is StopType.BREAK:
        behind.pop()
    if not behind:
        return None
    return CrewProgress(shift_id=shift_id, stops=tuple(behind), free_at=behind[-1].departure_time)


def left_to_plan(
    problem: Problem, plan: Plan, situation: Situation, *, change_cost: timedelta, not_on_the_way: frozenset[str]
) -> Problem:
    """The problem of the rest of the day.

    Args:
        problem: What the plan answers.
        plan: The plan that people know.
        situation: What happened.
        change_cost: What it costs to move a visit that they know of, unless the problem says.
        not_on_the_way: Shifts whose crew turns back from where it is going to.

    Raises:
        InvalidInput: The situation names what is not there, or somebody twice.
    """
    staffed = problem.with_formed(plan.shifts)
    _refuse_unknown(staffed, situation)
    progress = _progress(staffed, situation)
    heading = {
        one.shift_id: stop
        for one in progress.values()
        if one.shift_id not in not_on_the_way and (stop := _on_the_way_to(plan, one, situation)) is not None
    }
    late = {one.shift_id: _no_earlier(one, situation.now) for one in progress.values() if one.shift_id not in heading}
    progress |= late
    shifts = tuple(_shift(shift, situation, progress.get(shift.id)) for shift in staffed.shifts)
    progress = {shift.id: _ended(shift, progress[shift.id]) for shift in shifts if shift.id in progress}
    if situation.crews:
        _refuse_two_crews(shifts, progress)
    visits = _Visits(situation, progress, heading)
    objective = staffed.objective
    return replace(
        staffed,
        locations=(*staffed.locations, *situation.new_locations),
        shifts=shifts,
        visits=tuple(
            visits.left(visit)
            for visit in (*staffed.visits, *situation.new_visits)
            if visit.id not in situation.cancelled or visit.id in visits.behind
        ),
        objective=objective if objective.change_of_plan else replace(objective, change_of_plan=change_cost),
        published_plan=replace(plan, certificate=None, violations=(), unassigned=()),
        progress=tuple(progress.values()),
        document_sha256=None,
    )


def _progress(problem: Problem, situation: Situation) -> dict[str, CrewProgress]:
    """By shift: as told, else as known before, else not begun; shifts that begin later have none."""
    told = {one.shift_id: one for one in (*problem.progress, *situation.progress)}
    ended = {shift_id for shift_id, people in situation.crews.items() if not people}
    # Who was said to make no more visits makes none until somebody is said to go on.
    ended |= {one.shift_id for one in problem.progress if one.is_over} - situation.crews.keys()
    found: dict[str, CrewProgress] = {}
    for shift in problem.shifts:
        one = told.get(shift.id)
        if one is None and (shift.id in ended or not _is_after(shift.earliest_start, situation.now)):
            one = CrewProgress(shift_id=shift.id, free_at=situation.now)
        if one is not None:
            found[shift.id] = replace(one, is_over=one.is_over or shift.id in ended)
    return found


def _on_the_way_to(plan: Plan, progress: CrewProgress, situation: Situation) -> Stop | None:
    """The visit to which a crew is on its way, None when it is at a stop, has long to wait, or is not wanted there."""
    if progress.is_over or not progress.stops or _is_after(progress.free_at, situation.now):
        return None
    if progress.shift_id in situation.crews:
        return None
    route = plan.route_of(progress.shift_id)
    behind = set(progress.visit_ids)
    ahead = [stop for stop in (route.stops if route else ()) if stop.visit_id and stop.visit_id not in behind]
    if not ahead or ahead[0].visit_id in situation.cancelled:
        return None
    waits_long = not _is_after(ahead[0].arrival_time, situation.now) and _is_after(
        ahead[0].service_start_time, _plus(situation.now, LONG_WAIT)
    )
    return None if waits_long else ahead[0]


def _no_earlier(progress: CrewProgress, now: datetime) -> CrewProgress:
    return replace(progress, free_at=now) if _is_after(now, progress.free_at) else progress


def _shift(shift: Shift, situation: Situation, progress: CrewProgress | None) -> Shift:
    """With its people of now, and breaks that can still be taken."""
    people = situation.crews.get(shift.id) or shift.collector_ids
    if progress is None:
        return replace(shift, collector_ids=people)
    taken = progress.breaks_taken
    ahead = (_takeable(rest, progress.free_at, shift.latest_end) for rest in shift.breaks[taken:])
    return replace(
        shift,
        collector_ids=people,
        breaks=(*shift.breaks[:taken], *(rest for rest in ahead if rest is not None)),
    )


def _takeable(rest: Break, free_at: datetime, shift_end: datetime) -> Break | None:
    """A break as it is, or as soon as can be when its hours are over before it could be taken.

    None where the shift ends before: then the crew has its rest at home.
    """
    over = _plus(free_at, rest.duration)
    if not _is_after(over, rest.window.latest_end):
        return rest
    if _is_after(over, shift_end):
        return None
    latest = _plus(over, BREAK_GRACE)
    return replace(
        rest,
        window=TimeWindow(earliest_start=free_at, latest_end=shift_end if _is_after(latest, shift_end) else latest),
    )


def _ended(shift: Shift, progress: CrewProgress) -> CrewProgress:
    """Over, when the shift is."""
    return progress if _is_after(shift.latest_end, progress.free_at) else replace(progress, is_over=True)


class _Visits:
    """What becomes of each visit."""

    def __init__(self, situation: Situation, progress: Mapping[str, CrewProgress], heading: Mapping[str, Stop]) -> None:
        self.behind = {visit_id for one in progress.values() for visit_id in one.visit_ids}
        self._now = situation.now
        self._over = {one.shift_id for one in progress.values() if one.is_over}
        self._promises = {one.visit_id: one for one in situation.promises}
        self._heading = {
            stop.visit_id: Pin(
                shift_id=shift_id, place_id=stop.place_id, position=len(progress[shift_id].visit_ids) + 1
            )
            for shift_id, stop in heading.items()
        }

    def left(self, visit: Visit) -> Visit:
        """As it is where it is behind a crew; else with its hours from now on, and what holds it where it is."""
        if visit.id in self.behind:
            return visit
        visit = self._freed(visit)
        promise = self._promises.get(visit.id)
        if promise is not None:
            visit = self._promised(visit, promise)
        places = tuple(replace(place, time_windows=tuple(self._from_now(place.time_windows))) for place in visit.places)
        visit = replace(visit, places=places)
        pin = self._heading.get(visit.id)
        if pin is None:
            return visit
        if visit.pinned is not None:
            pin = replace(pin, service_start_time=visit.pinned.service_start_time)
        # Who is on the way arrives, whatever else could be made instead.
        return replace(visit, pinned=pin, given_penalty=max(visit.unassigned_penalty, ARRIVES_PENALTY))

    def _freed(self, visit: Visit) -> Visit:
        """Without a pin to a crew that makes no more visits; what it says of place and time stands."""
        pin = visit.pinned
        if pin is None:
            return visit
        if pin.shift_id not in self._over:
            return replace(visit, pinned=replace(pin, position=None))
        start = pin.service_start_time
        window = None
        if start is not None:
            window = TimeWindow(earliest_start=start, latest_end=_plus(start, visit.service_duration))
        return _narrowed(replace(visit, pinned=None), pin.place_id, window)

    def _promised(self, visit: Visit, promise: Promise) -> Visit:
        visit = _narrowed(visit, promise.place_id, promise.window)
        if promise.shift_id is None or promise.shift_id in self._over or visit.pinned is not None:
            return visit
        return replace(visit, pinned=Pin(shift_id=promise.shift_id, place_id=promise.place_id))

    def _from_now(self, windows: tuple[TimeWindow, ...]) -> Iterator[TimeWindow]:
        for window in windows:
            if _is_after(window.latest_end, self._now):
                begun = _is_after(self._now, window.earliest_start)
                yield replace(window, earliest_start=self._now) if begun else window


def _narrowed(visit: Visit, place_id: str | None, window: TimeWindow | None) -> Visit:
    """At one place only, and inside one window only, where these are given."""
    places = tuple(place for place in visit.places if place_id in {None, place.id})
    if window is not None:
        places = tuple(replace(place, time_windows=common_hours(place.time_windows, (window,))) for place in places)
    return replace(visit, places=places)


def _refuse_unknown(problem: Problem, situation: Situation) -> None:
    shifts, people = {shift.id for shift in problem.shifts}, {one.id for one in problem.collectors}
    visits = {visit.id for visit in problem.visits}
    promised = visits | {visit.id for visit in situation.new_visits}
    faults = [
        *_unknown("progress", "shift", [one.shift_id for one in situation.progress], shifts),
        *_unknown("progress", "visit", [name for one in situation.progress for name in one.visit_ids], visits),
        *_unknown("crews", "shift", situation.crews, shifts),
        *_unknown("crews", "collector", [name for crew in situation.crews.values() for name in crew], people),
        *_unknown("cancelled", "visit", situation.cancelled, visits),
        *_unknown("promises", "visit", [one.visit_id for one in situation.promises], promised),
    ]
    faults += [
        Fault(where="new_visits", code="id_duplicate", message=f"There is a visit '{visit.id}' already.")
        for visit in situation.new_visits
        if visit.id in visits
    ]
    if faults:
        raise InvalidInput(faults)


def _refuse_two_crews(shifts: Sequence[Shift], progress: Mapping[str, CrewProgress]) -> None:
    """Nobody goes with two crews at a time; from a crew that makes no more visits one may go to another."""
    going = [shift for shift in shifts if shift.id not in progress or not progress[shift.id].is_over]
    faults = [
        Fault(
            where="crews",
            code="shift_overlap",
            message=f"'{name}' is on {one.id} and {other.id} at the same time.",
            message_zh=f"“{name}”同时在 {one.id} 和 {other.id}。",
        )
        for one, other in combinations(going, 2)
        for name in sorted(set(one.collector_ids) & set(other.collector_ids))
        if _is_after(one.latest_end, other.earliest_start) and _is_after(other.latest_end, one.earliest_start)
    ]
    if faults:
        raise InvalidInput(faults)


def _unknown(where: str, what: str, names: Iterable[str], known: set[str]) -> Iterator[Fault]:
    for name in sorted(set(names) - known):
        yield Fault(where=where, code="unknown_id", message=f"There is no {what} '{name[:64]}'.")


def _is_after(one: datetime, other: datetime) -> bool:
    return one.astimezone(UTC) > other.astimezone(UTC)


def _plus(moment: datetime, span: timedelta) -> datetime:
    return (moment.astimezone(UTC) + span).astimezone(moment.tzinfo)
