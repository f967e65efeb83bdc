"""One replication: a day, or several with what one leaves for the next.

Backlog, contacts and their outcomes go on from day to day as the case's contact log, so that caps and quiet periods of
the rule packs hold here as they do in truth. Every day is planned as if it were known as early as the first one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from scheduler.domain.case import Channel, Contact
from scheduler.domain.plan import Plan
from scheduler.domain.visit import Visit
from scheduler.simulation.attempts import Attempt, DayDone, Status
from scheduler.simulation.calls import PlannedDay, seconds_of
from scheduler.simulation.changes import copy_of, moved_shift, moved_visit
from scheduler.simulation.day_planning import Plans, limits_of, made_day, problem_to_plan
from scheduler.simulation.draws import Draws, Purpose, poisson
from scheduler.simulation.execution import NewOrders, carry_out
from scheduler.simulation.luck import Luck
from scheduler.simulation.new_orders import EngineReplanner
from scheduler.simulation.world import World, moved

_FRIDAY = 5
_DEALT_WITH = frozenset({Status.CONTACT, Status.REFUSED})


class SimulatedDay(NamedTuple):
    """A day as planned and as it went; the backlog are visits that the law allowed and that nobody dealt with."""

    planned: PlannedDay
    done: DayDone
    backlog: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What all replications of a scenario share.

    Attributes:
        world: The scenario.
        days: How many working days.
        planner_seed: Of every plan.
        first_day: The first day's plan, the same in all replications.
        plans: Makes plans of later days, or remembers them.
        on_weekends: Whether crews go out on Saturdays and Sundays too.
        known: The course whose plans of later days people know: the baseline's from nothing, with the same days. None
            plans them from nothing.
        change_cost: Of giving a visit another crew or time than the known course does.
    """

    world: World
    days: int
    planner_seed: int
    first_day: PlannedDay
    plans: Plans
    on_weekends: bool = False
    known: "Course | None" = None
    change_cost: timedelta = timedelta()

    def run(self, draws: Draws, replication: int) -> tuple[SimulatedDay, ...]:
        """The days of one replication."""
        known = self.known.run(draws, replication) if self.known else None
        backlog = list(self.world.problem.visits)
        days: list[SimulatedDay] = []
        for number, offset in enumerate(self._offsets()):
            luck = Luck(draws, replication, number)
            backlog += _arrivals(self.world, luck) if number else []
            world = _on_day(self.world, backlog, offset) if number else self.world
            planned = self._made(world, known[number].planned.plan if known else None) if number else self.first_day
            done = carry_out(planned, world.behaviour, luck, new_orders=self._new_orders(world, planned, offset))
            backlog = _left_after(backlog, done, offset)
            waiting = sum(visit.id in planned.lawful for visit in backlog)
            days.append(SimulatedDay(planned, done, waiting))
        return tuple(days)

    def _made(self, world: World, known: Plan | None) -> PlannedDay:
        return made_day(world, self.planner_seed, self.plans, known=known, change_cost=self.change_cost)

    def _offsets(self) -> Sequence[int]:
        return range(self.days) if self.on_weekends else _working_offsets(self.world.day, self.days)

    def _new_orders(self, world: World, planned: PlannedDay, offset: int) -> NewOrders | None:
        policy, day = world.replan_policy, self.world.day + timedelta(days=offset)
        if policy is None:
            return None
        return NewOrders(
            replanner=EngineReplanner(
                problem_to_plan(world), planned, limits_of(world, self.planner_seed), keeps_crews=policy.keeps_crews
            ),
            at=tuple(seconds_of(clock.on(day, world.problem.time_zone)) for clock in policy.at),
            late_seconds=None if policy.late is None else int(policy.late.total_seconds()),
        )


def _working_offsets(first: date, days: int) -> list[int]:
    """The first day and the working days after it, as days from the first; a weekend counts when it is the first."""
    offsets = [0]
    while len(offsets) < days:
        after = offsets[-1] + 1
        while (first + timedelta(days=after)).isoweekday() > _FRIDAY:
            after += 1
        offsets.append(after)
    return offsets


def first_world(world: World) -> World:
    """The first day as it is planned: without visits that the scenario's own cap forbids."""
    return _on_day(world, world.problem.visits, 0)


def _on_day(world: World, visits: Iterable[Visit], offset: int) -> World:
    """The world so many days later, with these visits, whose windows are still those of the first day."""
    problem = world.problem
    shifts = tuple(moved_shift(shift, offset) for shift in problem.shifts)
    today = world.day + timedelta(days=offset)
    as_of = None if problem.as_of is None else moved(problem.as_of, offset)
    open_visits = tuple(moved_visit(visit, offset) for visit in visits if not _is_capped(world, visit, today))
    return replace(world, problem=replace(problem, shifts=shifts, visits=open_visits, as_of=as_of))


def _is_capped(world: World, visit: Visit, today: date) -> bool:
    """Whether the scenario's own cap forbids the visit on a day."""
    cap = world.attempt_cap
    if cap is None or visit.case is None or visit.case.log is None:
        return False
    since = today - timedelta(days=cap.days)
    tried = [one for one in visit.case.log if one.channel is Channel.VISIT]
    return sum(since < world.problem.local_date(one.at) <= today for one in tried) >= cap.most


def _arrivals(world: World, luck: Luck) -> list[Visit]:
    """New cases of a day, like those of the first one."""
    mean = world.behaviour.arrivals_a_day
    models = world.problem.visits
    if mean <= 0 or not models:
        return []
    names = [f"n{luck.day}-{number}" for number in range(poisson(luck.uniform(Purpose.ARRIVAL_COUNT), mean))]
    return [copy_of(models[int(luck.uniform(Purpose.ARRIVAL_CASE, name) * len(models))], name) for name in names]


def _left_after(backlog: Iterable[Visit], done: DayDone, offset: int) -> list[Visit]:
    """What is still to be done: visits that met nobody, with that in their log, and urgent cases nobody took in.

    All have the windows of the first day again.
    """
    tried: dict[str, list[Attempt]] = {}
    for attempt in done.attempts:
        tried.setdefault(attempt.call.visit.id, []).append(attempt)
    left = [
        _with_log(visit, tried.get(visit.id, ()))
        for visit in backlog
        if not any(attempt.status in _DEALT_WITH for attempt in tried.get(visit.id, ()))
    ]
    urgent = [one for one in done.attempts if one.call.urgent and one.status not in _DEALT_WITH]
    return [*left, *(_with_log(moved_visit(one.call.visit, -offset), [one]) for one in urgent)]


def _with_log(visit: Visit, attempts: Iterable[Attempt]) -> Visit:
    if visit.case is None or visit.case.contacts is None:
        return visit
    new = tuple(
        Contact(
            channel=Channel.VISIT,
            at=datetime.fromtimestamp(attempt.start, UTC),
            reached=False,
            place_id=attempt.call.place.id,
            place_kind=str(attempt.call.kind),
            outcome=attempt.outcome,
        )
        for attempt in attempts
        if attempt.start is not None
    )
    return replace(visit, case=replace(visit.case, contacts=(*visit.case.contacts, *new))) if new else visit
