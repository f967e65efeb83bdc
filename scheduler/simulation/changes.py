"""What a scenario changes in the world: each kind of change is one small record, made in order.

Changes only tighten the law: hours get shorter, crews larger, caps lower. What the rule packs forbid stays forbidden.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import batched
from typing import Protocol

from scheduler.domain.collector import Collector, Qualification, Shift
from scheduler.domain.problem import MatrixTravel
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Visit
from scheduler.rules.clock import Clock
from scheduler.simulation.behaviour import changed_behaviour
from scheduler.simulation.draws import Draws, Purpose
from scheduler.simulation.world import AttemptCap, ReplanPolicy, World, between, changed_matrix, days_of, moved

_LATE_ENOUGH = date(2100, 1, 1)
_NO_SEED = 0  # who is kept, doubled or moved is the same in all experiments, so that more demand holds what less does


class Change(Protocol):
    """Anything that makes another world of one."""

    def made_in(self, world: World) -> World:
        """The world with this change."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Crews:
    """So many crews: the first ones of the problem, then others like them with collectors of their own."""

    count: int

    def made_in(self, world: World) -> World:
        """Keep or add."""
        shifts, people = list(world.problem.shifts[: self.count]), list(world.problem.collectors)
        known = {one.id: one for one in people}
        for number in range(len(world.problem.shifts), self.count if world.problem.shifts else 0):
            model = world.problem.shifts[number % len(world.problem.shifts)]
            members = tuple(f"{one}+{number}" for one in model.collector_ids)
            people += [
                replace(known[old], id=new, prohibited_partners=frozenset())
                for old, new in zip(model.collector_ids, members, strict=True)
            ]
            shifts.append(replace(model, id=f"{model.id}+{number}", collector_ids=members))
        return _staffed(world, tuple(shifts), tuple(people))


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewSize:
    """At least so many people in every crew, formed anew of all collectors with the same hours and office."""

    people: int

    def made_in(self, world: World) -> World:
        """Form crews; who is left over stays in the office."""
        pools: dict[object, list[Shift]] = {}
        for shift in world.problem.shifts:
            pools.setdefault((shift.window, shift.start_location_id, shift.end_location_id), []).append(shift)
        shifts: list[Shift] = []
        for pool in pools.values():
            members = [one for shift in pool for one in shift.collector_ids]
            crews = [crew for crew in batched(members, self.people) if len(crew) == self.people]
            shifts += [replace(model, collector_ids=crew) for model, crew in zip(pool, crews, strict=False)]
        visits = tuple(replace(one, crew_size=max(one.crew_size, self.people)) for one in world.problem.visits)
        return _staffed(world.with_visits(visits), tuple(shifts), world.problem.collectors)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftHours:
    """Shifts that begin and end so many minutes later; negative for earlier."""

    start_minutes: int = 0
    end_minutes: int = 0

    def made_in(self, world: World) -> World:
        """Move both ends."""
        shifts = tuple(
            replace(
                shift,
                earliest_start=shift.earliest_start + timedelta(minutes=self.start_minutes),
                latest_end=shift.latest_end + timedelta(minutes=self.end_minutes),
            )
            for shift in world.problem.shifts
        )
        return _staffed(world, shifts, world.problem.collectors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """So many collectors more with a skill or a certificate: the first, by id, who do not have it."""

    people: int
    skill: str | None = None
    certificate: str | None = None

    def made_in(self, world: World) -> World:
        """Train them."""
        left = self.people
        people = []
        for collector in world.problem.collectors:
            lacks = self._lacks(collector, world.day)
            people.append(self._trained(collector) if lacks and left > 0 else collector)
            left -= lacks
        return _staffed(world, world.problem.shifts, tuple(people))

    def _lacks(self, collector: Collector, day: date) -> bool:
        lacks_skill = self.skill is not None and self.skill not in collector.skills
        return lacks_skill or (self.certificate is not None and not collector.is_qualified(self.certificate, day))

    def _trained(self, collector: Collector) -> Collector:
        skills = collector.skills | ({self.skill} if self.skill is not None else set())
        held = collector.qualifications
        if self.certificate is not None:
            held = (*held, Qualification(code=self.certificate, valid_until=_LATE_ENOUGH))
        return replace(collector, skills=skills, qualifications=held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """So many times the visits: a part of them stays, or each comes again as often as it must."""

    factor: float

    def made_in(self, world: World) -> World:
        """Thin out or double; who stays at a factor stays at every larger one."""
        draws = Draws(_NO_SEED)
        visits: list[Visit] = []
        for visit in world.problem.visits:
            luck = draws.uniform(Purpose.DEMAND, visit.id, 0)
            copies = math.floor(self.factor) + (luck < self.factor - math.floor(self.factor))
            visits += [copy_of(visit, f"x{number}" if number else "") for number in range(copies)]
        return world.with_visits(tuple(visits))


@dataclass(frozen=True, slots=True, kw_only=True)
class Relocation:
    """A share of the visits of one district happens in another one."""

    from_district: str
    to_district: str
    share: float

    def made_in(self, world: World) -> World:
        """Move them to locations of the other district's visits."""
        there = sorted(
            {place.location_id for visit in world.problem.visits for place in visit.places}
            & {name for name, district in world.districts.items() if district == self.to_district}
        )
        draws = Draws(_NO_SEED)

        def moved_visit(visit: Visit) -> Visit:
            is_there = any(world.district_of(place) == self.from_district for place in visit.places)
            luck = draws.uniform(Purpose.GEOGRAPHY, visit.id, 0)
            if not (there and is_there and luck < self.share):
                return visit
            location_id = there[int(luck / self.share * len(there))]
            return replace(visit, places=tuple(replace(place, location_id=location_id) for place in visit.places))

        return world.with_visits(tuple(moved_visit(visit) for visit in world.problem.visits))


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactHours:
    """No visit before or after these local clock times, nor on these weekdays (1 is Monday)."""

    earliest: Clock
    latest: Clock
    closed_weekdays: frozenset[int] = frozenset()

    def made_in(self, world: World) -> World:
        """Take the hours away."""
        inside = between(world, self.earliest, self.latest)
        return world.with_windows(
            lambda window: tuple(
                part
                for part in inside(window)
                if not any(day.isoweekday() in self.closed_weekdays for day in days_of(part, world.problem))
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLimit:
    """At most so many visits on each crew's route."""

    most: int

    def made_in(self, world: World) -> World:
        """Lower the limit."""
        shifts = tuple(
            replace(shift, max_visits=min(self.most, shift.max_visits or self.most)) for shift in world.problem.shifts
        )
        return _staffed(world, shifts, world.problem.collectors)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyCap:
    """Nobody is visited again after so many visits within so many days."""

    most: int
    days: int

    def made_in(self, world: World) -> World:
        """Set the cap."""
        return replace(world, attempt_cap=AttemptCap(most=self.most, days=self.days))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBuffer:
    """Plans keep so many minutes free before each end of lawful hours."""

    minutes: int

    def made_in(self, world: World) -> World:
        """Set the buffer."""
        return replace(world, plan_buffer=timedelta(minutes=self.minutes))


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelFactor:
    """Every way takes so many times as long, in plans and on the road."""

    factor: float

    def made_in(self, world: World) -> World:
        """Lengthen all ways."""
        travel = world.problem.travel
        if not isinstance(travel, MatrixTravel):
            raise TypeError("a snapshot has a matrix")
        longer = changed_matrix(
            travel,
            lambda rows: tuple(
                tuple(None if entry is None else math.ceil(entry * self.factor) for entry in row) for row in rows
            ),
        )
        return replace(world, problem=replace(world.problem, travel=longer))


@dataclass(frozen=True, slots=True, kw_only=True)
class BehaviourChange:
    """Other numbers of the behaviour, by the names of `Behaviour`."""

    values: Mapping[str, object]

    def made_in(self, world: World) -> World:
        """Put them in."""
        return replace(world, behaviour=changed_behaviour(world.behaviour, self.values))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFactor:
    """Somebody opens so many times as often."""

    factor: float

    def made_in(self, world: World) -> World:
        """Multiply the rates; a chance never exceeds one."""
        found = world.behaviour.found
        by_kind = {kind: rate * self.factor for kind, rate in found.by_kind.items()}
        return replace(world, behaviour=replace(world.behaviour, found=replace(found, by_kind=by_kind)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """Another budget for planning."""

    iterations: int
    full_engine: bool = False

    def made_in(self, world: World) -> World:
        """Set the budget."""
        return replace(world, iterations=self.iterations, full_engine=self.full_engine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanning:
    """Crews get new orders in the course of the day."""

    policy: ReplanPolicy

    def made_in(self, world: World) -> World:
        """Set the policy."""
        return replace(world, replan_policy=self.policy)


def copy_of(visit: Visit, mark: str) -> Visit:
    """Another visit like this one, to another person; without a mark the visit itself."""
    if not mark:
        return visit
    case = visit.case
    if case is not None:
        case = replace(case, person=None if case.person is None else f"{case.person}{mark}")
    places = tuple(replace(place, id=f"{place.id}{mark}") for place in visit.places)
    return replace(visit, id=f"{visit.id}{mark}", places=places, pinned=None, case=case)


def moved_shift(shift: Shift, days: int) -> Shift:
    """The same shift so many days later."""
    return replace(
        shift,
        earliest_start=moved(shift.earliest_start, days),
        latest_end=moved(shift.latest_end, days),
        breaks=tuple(replace(rest, window=moved_window(rest.window, days)) for rest in shift.breaks),
    )


def moved_window(window: TimeWindow, days: int) -> TimeWindow:
    """The same hours so many days later."""
    return replace(window, earliest_start=moved(window.earliest_start, days), latest_end=moved(window.latest_end, days))


def moved_visit(visit: Visit, days: int) -> Visit:
    """The same visit so many days later."""
    return replace(
        visit,
        pinned=None if days else visit.pinned,
        places=tuple(
            replace(place, time_windows=tuple(moved_window(window, days) for window in place.time_windows))
            for place in visit.places
        ),
    )


def _staffed(world: World, shifts: tuple[Shift, ...], people: tuple[Collector, ...]) -> World:
    return replace(world, problem=replace(world.problem, shifts=shifts, collectors=people))
