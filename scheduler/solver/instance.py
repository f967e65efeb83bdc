"""A problem as whole numbers: what every engine works on.

Times are whole seconds since `Instance.base`; locations, shifts, visits and options are counted from 0. An option is a
visit at one of its places.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from scheduler.domain.collector import Shift
from scheduler.domain.problem import Problem, thousandths
from scheduler.domain.time_window import TimeWindow, intersect
from scheduler.domain.travel import TravelMatrix
from scheduler.domain.visit import Place, Visit
from scheduler.rules.decision import Decision
from scheduler.solver.hours import HourCosts
from scheduler.solver.precedents import Published, published_visits, shift_penalties, working_time
from scheduler.solver.suitability import Suitability, local_days
from scheduler.solver.timing import BreakTimes, Call, Frame, Pace
from scheduler.solver.ways import Rows, Ways, ways_of_shifts

Decisions = Mapping[str, Mapping[str, Decision]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A visit at one of its places; `call` is what timing needs of it.

    Attributes:
        visit: The visit.
        place_id: The place.
        call: Where, how long, and when it may start.
        preference_penalty: What this choice of place and hours costs.
        missed_contact: What of that is for its hours.
    """

    visit: int
    place_id: str
    call: Call
    preference_penalty: int
    missed_contact: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorLimit:
    """One person's most visits on one local day: the visits of `shifts` together are at most `most`."""

    collector_id: str
    most: int
    shifts: tuple[int, ...]


class Terms(NamedTuple):
    """What times cost: weights in thousandths of a second's cost for one second, and seconds for a moved visit.

    A term is 0 where no plan of the problem can pay it.
    """

    overtime: int = 0
    waiting: int = 0
    unfairness: int = 0
    change_of_plan: int = 0


NO_TERMS = Terms()
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class Instance:
    """A problem as whole numbers.

    Attributes:
        base: Time zero.
        shift_ids: By shift.
        frames: By shift.
        most_visits: By shift, None without a limit.
        visit_ids: By visit.
        penalties: By visit, for leaving it out.
        positions: By visit, the pinned position from 1, or None.
        options: All of them; only those that the rules allow.
        options_of: By visit, indices into `options`.
        allowed_shifts: By option, the shifts whose crew may make it.
        shift_penalties: By visit, shift -> what is wrong with this crew: no preferred collector, none of those who
            went there last, not the published shift.
        limits: Per person and day.
        travel: Rows of seconds of the first travel profile; `NO_WAY_SECONDS` where there is no way.
        loads: By visit, what it takes of a shift's capacity; empty for nothing. Benchmarks only.
        capacities: By shift; empty without a limit. Benchmarks only.
        leg_costs: Rows of what legs cost; empty where that is their seconds. Benchmarks only.
        pace: How fast its crews drive by the clock; None when always as fast as `travel` says.
        other_ways: Of the other profiles that shifts travel by.
        profiles: By shift, 0 for the first profile, 1 for that of the first of `other_ways`; empty when all are 0.
        terms: What times cost.
        regular_ends: By shift, the end without overtime; empty when overtime costs nothing.
        published: By visit, its shift (-1 when that is not here) and service start in the published plan, None where
            it has none; empty without.
        collectors_of_shift: By shift, numbers of people into `past_work`; empty when unfairness costs nothing.
        past_work: By collector with a shift, the working time before these days; empty like `collectors_of_shift`.
    """

    base: datetime
    shift_ids: tuple[str, ...]
    frames: tuple[Frame, ...]
    most_visits: tuple[int | None, ...]
    visit_ids: tuple[str, ...]
    penalties: tuple[int, ...]
    positions: tuple[int | None, ...]
    options: tuple[Option, ...]
    options_of: tuple[tuple[int, ...], ...]
    allowed_shifts: tuple[frozenset[int], ...]
    shift_penalties: tuple[Mapping[int, int], ...]
    limits: tuple[CollectorLimit, ...]
    travel: Rows
    loads: tuple[int, ...] = ()
    capacities: tuple[int, ...] = ()
    leg_costs: Rows = ()
    pace: Pace | None = None
    other_ways: tuple[Ways, ...] = ()
    profiles: tuple[int, ...] = ()
    terms: Terms = NO_TERMS
    regular_ends: tuple[int, ...] = ()
    published: tuple[tuple[int, int] | None, ...] = ()
    collectors_of_shift: tuple[tuple[int, ...], ...] = ()
    past_work: tuple[int, ...] = ()

    @cached_property
    def limits_of_shift(self) -> tuple[tuple[CollectorLimit, ...], ...]:
        """By shift, the limits that its visits count towards."""
        return tuple(
            tuple(limit for limit in self.limits if shift in limit.shifts) for shift in range(len(self.frames))
        )

    @cached_property
    def ways(self) -> tuple[Ways, ...]:
        """Those of all profiles, by number."""
        return (Ways(self.travel, self.pace), *self.other_ways)

    def profile_of(self, shift: int) -> int:
        """The number of the profile that a shift travels by."""
        return self.profiles[shift] if self.profiles else 0

    def ways_of(self, shift: int) -> Ways:
        """How long legs take on a shift."""
        return self.ways[self.profile_of(shift)]

    def costs_of(self, shift: int) -> Rows:
        """Rows of what legs cost on a shift."""
        return self.leg_costs or self.ways_of(shift).travel

    @property
    def is_timed(self) -> bool:
        """Whether what a route costs depends on its times."""
        return any(ways.pace is not None for ways in self.ways) or any(self.terms)

    @cached_property
    def has_positions(self) -> bool:
        """Whether any visit is pinned to a position on its route."""
        return any(position is not None for position in self.positions)

    def seconds(self, moment: datetime) -> int:
        """An aware time as seconds since the base."""
        return _seconds(moment - self.base)

    def moment(self, seconds: int) -> datetime:
        """Seconds since the base as an aware time in UTC."""
        return self.base + timedelta(seconds=seconds)


def build_instance(
    problem: Problem,
    decisions: Decisions,
    travel: TravelMatrix,
    *,
    without_shifts: frozenset[str] = frozenset(),
    by_hour: bool = True,
) -> Instance:
    """Turn a problem into whole numbers.

    Args:
        problem: The problem.
        decisions: Visit id -> place id -> what the rules say.
        travel: Between the problem's locations.
        without_shifts: Ids of shifts that get no visits.
        by_hour: Whether hours that cost differently are options of their own; otherwise an option has all hours of
            its place, and what hours cost is left out.
    """
    shifts = tuple(shift for shift in problem.shifts if shift.id not in without_shifts)
    base = min((shift.earliest_start for shift in shifts), default=datetime(2000, 1, 1, tzinfo=UTC)).astimezone(UTC)
    regular_ends = tuple(_seconds(shift.latest_end - base) for shift in shifts)
    latest_ends = _with_overtime(problem, shifts, base)
    frames = tuple(frame_of(shift, base, travel, end) for shift, end in zip(shifts, latest_ends, strict=True))
    options, allowed_shifts, options_of = _options(
        problem,
        decisions,
        travel,
        shifts,
        frames,
        HourCosts(problem.objective.expected_contacts if by_hour else None, base),
    )
    precedents = published_visits(problem)
    published = _published(problem, shifts, precedents, base)
    terms = _terms(problem, published, has_overtime=latest_ends != regular_ends)
    work = working_time(problem, shifts) if terms.unfairness else None
    (first_ways, *other_ways), numbers = ways_of_shifts(problem, shifts, travel, base)
    return Instance(
        base=base,
        shift_ids=tuple(shift.id for shift in shifts),
        frames=frames,
        most_visits=tuple(shift.max_visits for shift in shifts),
        visit_ids=tuple(visit.id for visit in problem.visits),
        penalties=tuple(_seconds(visit.unassigned_penalty) for visit in problem.visits),
        positions=tuple(visit.pinned.position if visit.pinned else None for visit in problem.visits),
        options=options,
        options_of=options_of,
        allowed_shifts=allowed_shifts,
        shift_penalties=shift_penalties(problem, shifts, precedents),
        limits=_limits(problem, shifts),
        travel=first_ways.travel,
        pace=first_ways.pace,
        other_ways=tuple(other_ways),
        profiles=numbers if other_ways else (),
        terms=terms,
        regular_ends=regular_ends if terms.overtime else (),
        published=published if terms.change_of_plan else (),
        collectors_of_shift=work.collectors_of_shift if work else (),
        past_work=work.past if work else (),
    )


def _options(
    problem: Problem,
    decisions: Decisions,
    travel: TravelMatrix,
    shifts: tuple[Shift, ...],
    frames: tuple[Frame, ...],
    hours: HourCosts,
) -> tuple[tuple[Option, ...], tuple[frozenset[int], ...], tuple[tuple[int, ...], ...]]:
    """The options, the shifts allowed for each, and the options of each visit."""
    options: list[Option] = []
    allowed: list[frozenset[int]] = []
    options_of: list[tuple[int, ...]] = []
    suitable = Suitability(problem, shifts, decisions)
    zones = problem.place_zones
    spans_of: dict[frozenset[int], tuple[int, int]] = {}
    for number, visit in enumerate(problem.visits):
        first = len(options)
        for place in visit.places:
            decision = decisions[visit.id][place.id]
            crews = suitable.shifts(visit, place)
            if crews not in spans_of:
                spans_of[crews] = _from_first_to_last([frames[crew] for crew in crews])
            starts = _within(start_intervals(visit, place, decision, hours.base), visit, *spans_of[crews])
            if starts and crews and not (visit.pinned and visit.pinned.place_id not in {None, place.id}):
                zone = zones[place.location_id]
                for cost, spans in hours.by_cost(place.kind, zone, starts).items():
                    options.append(_option(number, visit, place, travel, spans, cost))
                    allowed.append(crews)
        options_of.append(tuple(range(first, len(options))))
    return tuple(options), tuple(allowed), tuple(options_of)


def _option(
    number: int, visit: Visit, place: Place, travel: TravelMatrix, starts: tuple[tuple[int, int], ...], cost: int
) -> Option:
    return Option(
        visit=number,
        place_id=place.id,
        call=Call(travel.index_of(place.location_id), _seconds(visit.service_duration), starts),
        preference_penalty=_seconds(place.preference_penalty) + cost,
        missed_contact=cost,
    )


def _with_overtime(problem: Problem, shifts: tuple[Shift, ...], base: datetime) -> tuple[int, ...]:
    """By shift, its end with all overtime, but no later than the next shift of any of its people begins."""
    overtime = _seconds(problem.objective.max_overtime)
    ends = tuple(_seconds(shift.latest_end - base) for shift in shifts)
    if not overtime:
        return ends
    return tuple(
        min([end + overtime, *_beginnings_after(shift, shifts, base)]) for shift, end in zip(shifts, ends, strict=True)
    )


def _beginnings_after(shift: Shift, shifts: tuple[Shift, ...], base: datetime) -> list[int]:
    """When the later shifts of the same people begin."""
    return [
        _seconds(other.earliest_start - base)
        for other in shifts
        if other.earliest_start >= shift.latest_end and not set(shift.collector_ids).isdisjoint(other.collector_ids)
    ]


def _published(
    problem: Problem, shifts: tuple[Shift, ...], precedents: Mapping[str, Published], base: datetime
) -> tuple[tuple[int, int] | None, ...]:
    number_of = {shift.id: number for number, shift in enumerate(shifts)}
    known = (precedents.get(visit.id) for visit in problem.visits)
    return tuple(
        None if one is None else (number_of.get(one.shift_id, -1), _seconds(one.start - base)) for one in known
    )


def _terms(problem: Problem, published: tuple[tuple[int, int] | None, ...], *, has_overtime: bool) -> Terms:
    objective = problem.objective
    may_move_in_time = any(one is not None and one[0] >= 0 for one in published)
    return Terms(
        overtime=thousandths(objective.overtime_weight) if has_overtime else 0,
        waiting=thousandths(objective.waiting_weight),
        unfairness=thousandths(objective.unfairness_weight),
        change_of_plan=_seconds(objective.change_of_plan) if may_move_in_time else 0,
    )


def frame_of(shift: Shift, base: datetime, travel: TravelMatrix, latest_end: int) -> Frame:
    """A shift in whole seconds; it may end at `latest_end`."""
    breaks = tuple(
        BreakTimes(
            _seconds(rest.window.earliest_start - base),
            _seconds(rest.window.latest_end - base),
            _seconds(rest.duration),
        )
        for rest in shift.breaks
    )
    return Frame(
        earliest_start=_seconds(shift.earliest_start - base),
        latest_end=latest_end,
        start_location=travel.index_of(shift.start_location_id),
        end_location=travel.index_of(shift.end_location_id),
        breaks=breaks,
    )


def start_intervals(visit: Visit, place: Place, decision: Decision, base: datetime) -> tuple[tuple[int, int], ...]:
    """When service may start so that the whole visit is inside a window of the place, and of the law; disjoint."""
    windows = place.time_windows if decision.windows is None else intersect(place.time_windows, decision.windows)
    if not decision.allowed:
        windows = ()
    pinned = visit.pinned.service_start_time if visit.pinned else None
    service = _seconds(visit.service_duration)
    intervals = sorted(_interval(window, service, base) for window in windows)
    merged: list[tuple[int, int]] = []
    for first, last in intervals:
        if last < first:
            continue
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    if pinned is None:
        return tuple(merged)
    moment = _seconds(pinned - base)
    return ((moment, moment),) if any(first <= moment <= last for first, last in merged) else ()


def _from_first_to_last(frames: list[Frame]) -> tuple[int, int]:
    """From the first of these shifts' beginning to the last one's end."""
    first = min((frame.earliest_start for frame in frames), default=0)
    return first, max((frame.latest_end for frame in frames), default=0)


def _within(
    starts: tuple[tuple[int, int], ...], visit: Visit, first: int, latest_end: int
) -> tuple[tuple[int, int], ...]:
    """The starts from a moment on with which the visit is over by another one."""
    last = latest_end - _seconds(visit.service_duration)
    clipped = ((max(start, first), min(end, last)) for start, end in starts)
    return tuple((start, end) for start, end in clipped if start <= end)


def _interval(window: TimeWindow, service: int, base: datetime) -> tuple[int, int]:
    return _seconds(window.earliest_start - base), _seconds(window.latest_end - base) - service


def _limits(problem: Problem, shifts: tuple[Shift, ...]) -> tuple[CollectorLimit, ...]:
    # A visit of a shift over midnight counts on both days here, which is at least as strict as the document asks.
    limits: list[CollectorLimit] = []
    for collector in problem.collectors:
        if collector.max_visits is None:
            continue
        by_day: dict[object, list[int]] = {}
        for number, shift in enumerate(shifts):
            if collector.id in shift.collector_ids:
                for day in local_days(problem, shift, problem.time_zone):
                    by_day.setdefault(day, []).append(number)
        limits.extend(
            CollectorLimit(collector_id=collector.id, most=collector.max_visits, shifts=tuple(numbers))
            for numbers in by_day.values()
        )
    return tuple(limits)


def _seconds(duration: timedelta) -> int:
    """Whole seconds; the documents carry no fractions."""
    return duration // _SECOND
