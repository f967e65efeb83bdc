"""A chunk of replications: the unit of work that is sent to a process or a machine, and kept when it is done.

A chunk is a pure function of what it is given: no clock, no file, no database, and nobody's text or coordinates.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

from scheduler.domain.plan import Plan
from scheduler.simulation.day_planning import KeptPlans, limits_of, made_day, problem_to_plan
from scheduler.simulation.draws import Draws
from scheduler.simulation.figures import FIGURES, Shortage, add_shortage, ends_of, figures_of, reasons_of
from scheduler.simulation.horizon import Course, first_world
from scheduler.simulation.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCourse:
    """Whose plans of later days people know.

    Attributes:
        world: The baseline.
        first_plan: Its plan of the first day, from nothing.
        change_cost: Of giving a visit another crew or time than that course does.
    """

    world: World
    first_plan: Plan
    change_cost: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkWork:
    """What a worker needs.

    Attributes:
        world: The scenario.
        seed: Of all luck.
        planner_seed: Of the planner.
        first: The first replication.
        count: How many.
        days: Of the horizon.
        priority_a: See `figures_of`.
        first_plan: The plan of the first day where it is made already; it is the same in all replications.
        known: What plans of later days go on from; None plans them from nothing.
    """

    world: World
    seed: int
    planner_seed: int
    first: int
    count: int
    days: int
    priority_a: int
    first_plan: Plan | None = None
    known: KnownCourse | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkResult:
    """What came of it.

    Attributes:
        figures: A row a replication, with the columns of `FIGURES`.
        backlogs: A row a replication, the backlog after each day.
        finishes: How many crews came home at so many whole minutes after their shift's end.
        ends: How many visits ended at so many whole minutes after their lawful limit, which are never more than 0.
        reasons: Why visits were not attempted, over all replications.
        shortages: By district and hour: visits wanted, visits attempted, different visits; sums over all replications.
    """

    figures: tuple[tuple[float, ...], ...]
    backlogs: tuple[tuple[int, ...], ...]
    finishes: Mapping[int, int]
    ends: Mapping[int, int]
    reasons: Mapping[str, int]
    shortages: Mapping[tuple[str, int], tuple[float, float, int]]


@cache
def _kept_plans() -> KeptPlans:
    """Of this process: chunks of a scenario share their first day."""
    return KeptPlans()


def _course(work: ChunkWork, world: World, first_plan: Plan | None) -> Course:
    """The course of a world from nothing, or from a first plan that is made already."""
    plans = _kept_plans()
    first = first_world(world)
    if first_plan is not None:
        plans.keep(problem_to_plan(first), limits_of(first, work.planner_seed), first_plan)
    return Course(
        world=world,
        days=work.days,
        planner_seed=work.planner_seed,
        first_day=made_day(first, work.planner_seed, plans),
        plans=plans,
    )


def run_chunk(work: ChunkWork) -> ChunkResult:
    """Simulate."""
    course = _course(work, work.world, work.first_plan)
    if work.known is not None:
        known = _course(work, work.known.world, work.known.first_plan)
        course = replace(course, known=known, change_cost=work.known.change_cost)
    draws = Draws(work.seed, work.first, work.count)
    figures, backlogs = [], []
    finishes: Counter[int] = Counter()
    ends: Counter[int] = Counter()
    reasons: Counter[str] = Counter()
    shortages: dict[tuple[str, int], Shortage] = {}
    for replication in range(work.first, work.first + work.count):
        days = course.run(draws, replication)
        numbers = figures_of(days, work.priority_a)
        figures.append(tuple(float(numbers[name]) for name in FIGURES))
        backlogs.append(tuple(day.backlog for day in days))
        finishes.update((crew.finish - crew.shift_end) // 60 for day in days for crew in day.done.crews if crew.left)
        ends.update(ends_of(days))
        reasons.update(reasons_of(days))
        for day in days:
            add_shortage(shortages, day)
    return ChunkResult(
        figures=tuple(figures),
        backlogs=tuple(backlogs),
        finishes=dict(sorted(finishes.items())),
        ends=dict(sorted(ends.items())),
        reasons=dict(sorted(reasons.items())),
        shortages={cell: (one.wanted, one.attempted, len(one.visits)) for cell, one in sorted(shortages.items())},
    )
