"""Crews formed of the people on duty, as a step before routes are planned.

People can go together when their duties agree: same places to start and end, same breaks, same means of travel, and a
common time. Every crew that could be formed is a candidate; CP-SAT takes those candidates that together can do most of
what the visits are worth. What a visit needs of a crew is asked of the same functions as in routing, so a crew that
could make no visit counts for nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from itertools import combinations
from math import comb
from zoneinfo import ZoneInfo

from ortools.sat.python import cp_model

from scheduler.domain.collector import Break, Collector, Duty, Shift
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow, intersect
from scheduler.domain.visit import Visit
from scheduler.rules.decision import Decision
from scheduler.solver.suitability import crew_objection, demands_on_people, local_days

Decisions = Mapping[str, Mapping[str, Decision]]

# People whose duties agree are divided into parts in which no more crews than this can be formed.
MOST_CANDIDATES = 2_000
# Added to the time at the door, about what the way to it takes; it only tells how many visits a crew can make.
GUESSED_TRAVEL = timedelta(minutes=15)
# CP-SAT's deterministic time for each part: no clock decides who goes with whom.
EFFORT = 2.0
# An hour of a crew's time that no known visit needs is worth a little, so that nobody stays behind who could go.
WORTH_OF_IDLE_MINUTE = 1
# A second of penalty saved, in the whole numbers of the model.
WORTH_OF_SECOND = 100
# What it is worth that somebody goes who went to that borrower last, or is preferred there, unless the objective says.
CONTINUITY_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _Class:
    """Visits that ask the same of a crew on the same days.

    Attributes:
        visit: One of them.
        zone: Of its place.
        decision: Of the rules about it there.
        spans: When they can be made.
        minutes: That they take together, with the way to them.
        worth: What leaving all of them out costs, in seconds.
    """

    visit: Visit
    zone: ZoneInfo
    decision: Decision
    spans: tuple[TimeWindow, ...]
    minutes: int
    worth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A crew that could be formed, with the numbers of its duties and of the classes it can serve."""

    shift: Shift
    duties: tuple[int, ...]
    minutes: int
    classes: frozenset[int]
    bonus: int


def form_crews(problem: Problem, decisions: Decisions) -> tuple[Shift, ...]:
    """Form shifts of the duties of a problem; the same ones whenever the problem is the same.

    Standing crews come first. Who is left when no more crews can be formed gets a shift alone, so that reasons can
    name it; a new collector does not.

    Args:
        problem: With duties; its shifts stay what they are.
        decisions: Visit id -> place id -> what the rules say.

    Returns:
        Only the shifts formed, in order of time.
    """
    return _Forming(problem, decisions).shifts()


class _Forming:
    """The forming of one problem's crews."""

    def __init__(self, problem: Problem, decisions: Decisions) -> None:
        self._problem = problem
        self._collectors = {collector.id: collector for collector in problem.collectors}
        self._classes = _classes(problem, decisions)
        self._wishes = _wishes(problem)
        self._sizes = sorted({_size(one) for one in self._classes} | {1})
        self._free = dict(enumerate(problem.duties))

    def shifts(self) -> tuple[Shift, ...]:
        formed = list(self._standing())
        for part in self._parts():
            formed += self._best_of(part)
        formed += self._alone()
        formed.sort(key=lambda shift: (shift.earliest_start.astimezone(UTC), shift.collector_ids))
        taken = {shift.id for shift in self._problem.shifts}
        names = (name for number in range(1, len(formed) + len(taken) + 1) if (name := f"crew-{number}") not in taken)
        return tuple(replace(shift, id=name) for shift, name in zip(formed, names, strict=False))

    def _standing(self) -> Iterator[Shift]:
        """Standing crews, once for each time that all of their people are on duty together."""
        for names in self._problem.standing_crews:
            by_kind = defaultdict(list)
            for number, duty in self._free.items():
                if duty.collector_id in names:
                    by_kind[_kind(self._problem, duty)].append(number)
            for numbers in by_kind.values():
                chosen = tuple(numbers)
                if {self._free[number].collector_id for number in chosen} != names or len(chosen) != len(names):
                    continue
                shift = _shift([self._free[number] for number in chosen])
                if shift is not None:
                    yield shift
                    for number in chosen:
                        del self._free[number]

    def _parts(self) -> Iterator[list[int]]:
        """Duties that agree, in parts that are not too large, each with some people of every sort."""
        by_kind: dict[object, list[int]] = defaultdict(list)
        for number, duty in self._free.items():
            by_kind[_kind(self._problem, duty)].append(number)
        for numbers in by_kind.values():
            alike = sorted(numbers, key=lambda number: self._sort_of(self._free[number]))
            parts = 1
            while sum(comb(-(-len(alike) // parts), size) for size in self._sizes) > MOST_CANDIDATES * len(self._sizes):
                parts += 1
            yield from (sorted(alike[part::parts]) for part in range(parts))

    def _sort_of(self, duty: Duty) -> tuple[object, ...]:
        person = self._collectors[duty.collector_id]
        held = sorted(qualification.code for qualification in person.qualifications)
        return person.is_new, sorted(person.skills), held, duty.earliest_start.astimezone(UTC), person.id

    def _best_of(self, part: Sequence[int]) -> list[Shift]:
        candidates = [
            candidate
            for size in self._sizes
            for chosen in combinations(part, size)
            if (candidate := self._candidate(chosen)) is not None and candidate.classes
        ]
        chosen = _choose(candidates, self._classes)
        for candidate in chosen:
            for number in candidate.duties:
                del self._free[number]
        return [candidate.shift for candidate in chosen]

    def _candidate(self, chosen: tuple[int, ...]) -> _Candidate | None:
        duties = [self._free[number] for number in chosen]
        crew = [self._collectors[duty.collector_id] for duty in duties]
        shift = _shift(duties) if _may_go_together(crew) else None
        if shift is None:
            return None
        return _Candidate(
            shift=shift,
            duties=chosen,
            minutes=_minutes(shift.window.duration - sum((rest.duration for rest in shift.breaks), timedelta())),
            classes=frozenset(
                number for number, one in enumerate(self._classes) if _can_serve(self._problem, shift, crew, one)
            ),
            bonus=sum(worth for names, worth in self._wishes if not names.isdisjoint(shift.collector_ids)),
        )

    def _alone(self) -> Iterator[Shift]:
        for duty in self._free.values():
            shift = None if self._collectors[duty.collector_id].is_new else _shift([duty])
            if shift is not None:
                yield shift


def _choose(candidates: Sequence[_Candidate], classes: Sequence[_Class]) -> list[_Candidate]:
    """The candidates that together can do most; nobody is in two of them."""
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in candidates]
    by_duty = defaultdict(list)
    for variable, candidate in zip(taken, candidates, strict=True):
        for number in candidate.duties:
            by_duty[number].append(variable)
    for variables in by_duty.values():
        model.add_at_most_one(variables)
    # Minutes given to each class: no more than it needs, than the crews that can serve it have, and than all have.
    given = [model.new_int_var(0, one.minutes, "") for one in classes]
    for number, minutes in enumerate(given):
        able = [(variable, one) for variable, one in zip(taken, candidates, strict=True) if number in one.classes]
        model.add(minutes <= sum(one.minutes * variable for variable, one in able))
    supply = sum(one.minutes * variable for variable, one in zip(taken, candidates, strict=True))
    model.add(sum(given) <= supply)
    model.maximize(
        sum(WORTH_OF_SECOND * one.worth // one.minutes * minutes for one, minutes in zip(classes, given, strict=True))
        + sum(WORTH_OF_SECOND * one.bonus * variable for variable, one in zip(taken, candidates, strict=True))
        + WORTH_OF_IDLE_MINUTE * supply
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = EFFORT
    # A signal is this program's to handle, once the part is formed.
    solver.parameters.catch_sigint_signal = False
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return []
    return [one for one, variable in zip(candidates, taken, strict=True) if solver.boolean_value(variable)]


def _classes(problem: Problem, decisions: Decisions) -> tuple[_Class, ...]:
    """Each visit at the first of its places where the rules allow it and anybody is on duty, with those like it."""
    zones = problem.place_zones
    found: dict[object, _Class] = {}
    for visit in problem.visits:
        place = next((place for place in visit.places if decisions[visit.id][place.id].allowed), None)
        if place is None:
            continue
        decision = decisions[visit.id][place.id]
        spans = place.time_windows if decision.windows is None else intersect(place.time_windows, decision.windows)
        long_enough = tuple(span for span in spans if span.duration >= visit.service_duration)
        zone = zones[place.location_id]
        days = frozenset(span.earliest_start.astimezone(zone).date() for span in long_enough)
        key = (*demands_on_people(visit, decision), zone, days)
        before = found.get(key)
        minutes = max(1, _minutes(visit.service_duration + GUESSED_TRAVEL))
        found[key] = _Class(
            visit=visit,
            zone=zone,
            decision=decision,
            spans=long_enough if before is None else (*before.spans, *long_enough),
            minutes=minutes + (before.minutes if before else 0),
            worth=int(visit.unassigned_penalty.total_seconds()) + (before.worth if before else 0),
        )
    return tuple(one for one in found.values() if one.spans)


def _wishes(problem: Problem) -> tuple[tuple[frozenset[str], int], ...]:
    """Whom visits would rather see, and what that is worth in seconds."""
    history = {} if problem.history is None else problem.history.last_collectors
    objective = problem.objective
    again = int(objective.change_of_collector.total_seconds()) or CONTINUITY_SECONDS
    preferred = int(objective.non_preferred_collector.total_seconds()) or CONTINUITY_SECONDS
    found = [(history[visit.id], again) for visit in problem.visits if history.get(visit.id)]
    found += [(visit.preferred_collectors, preferred) for visit in problem.visits if visit.preferred_collectors]
    return tuple(found)


def _size(one: _Class) -> int:
    return max(one.visit.crew_size, one.decision.crew_minimum, len(one.visit.required_collectors))


def _can_serve(problem: Problem, shift: Shift, crew: Sequence[Collector], one: _Class) -> bool:
    common = intersect(one.spans, (shift.window,))
    is_free = any(span.duration >= one.visit.service_duration for span in common)
    days = local_days(problem, shift, one.zone)
    return is_free and crew_objection(one.visit, shift, crew, one.decision, days) is None


def _may_go_together(crew: Sequence[Collector]) -> bool:
    if len({member.id for member in crew}) < len(crew) or all(member.is_new for member in crew):
        return False
    return not any(
        other.id in one.prohibited_partners or one.id in other.prohibited_partners
        for one, other in combinations(crew, 2)
    )


def _kind(problem: Problem, duty: Duty) -> tuple[object, ...]:
    """What must be the same for duties to agree."""
    day = problem.local_date(duty.earliest_start)
    return day, duty.start_location_id, duty.end_location_id, duty.breaks, duty.travel_profile


def _shift(duties: Sequence[Duty]) -> Shift | None:
    """The common time of duties of one kind as a shift without a name; None when there is none, or none for a break."""
    first = duties[0]
    common: TimeWindow | None = first.window
    for duty in duties[1:]:
        common = None if common is None else common.intersection(duty.window)
    if common is None or not common.duration or not _has_room_for_breaks(common, first.breaks):
        return None
    limits = [duty.max_visits for duty in duties if duty.max_visits is not None]
    return Shift(
        id="",
        collector_ids=tuple(sorted(duty.collector_id for duty in duties)),
        earliest_start=common.earliest_start,
        latest_end=common.latest_end,
        start_location_id=first.start_location_id,
        end_location_id=first.end_location_id,
        breaks=first.breaks,
        max_visits=min(limits, default=None),
        travel_profile=first.travel_profile,
    )


def _has_room_for_breaks(working: TimeWindow, breaks: Sequence[Break]) -> bool:
    """Whether each break can be taken in its window and in the working time, one after the other."""
    free_from = working.earliest_start.astimezone(UTC)
    for rest in breaks:
        free_from = max(free_from, rest.window.earliest_start.astimezone(UTC)) + rest.duration
        if free_from > min(rest.window.latest_end, working.latest_end, key=lambda end: end.astimezone(UTC)):
            return False
    return True


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds()) // 60
