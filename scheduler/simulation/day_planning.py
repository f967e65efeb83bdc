"""The plan layer: a day of a world planned by the planner as always, with a budget in iterations."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scheduler.documents import problem_sha256
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Place, Visit
from scheduler.eligibility import decide
from scheduler.planning import SearchLimits, plan_visits
from scheduler.rules.load import load_rule_set
from scheduler.simulation.calls import PlannedDay, lawful_windows, planned_day
from scheduler.simulation.world import World
from scheduler.travel import travel_matrix

_MOST_KEPT = 32

type Plans = Callable[[Problem, SearchLimits], Plan]


class KeptPlans:
    """Plans of this process by what was planned; the last few dozen are kept."""

    def __init__(self) -> None:
        """Begin with none."""
        self._plans: OrderedDict[tuple[str, SearchLimits], Plan] = OrderedDict()

    def __call__(self, problem: Problem, limits: SearchLimits) -> Plan:
        """The plan, made now unless it was made before."""
        key = (problem_sha256(problem), limits)
        plan = self._plans.get(key)
        return self._kept(key, make_plan(problem, limits) if plan is None else plan)

    def keep(self, problem: Problem, limits: SearchLimits, plan: Plan) -> None:
        """Remember a plan that was made elsewhere."""
        self._kept((problem_sha256(problem), limits), plan)

    def _kept(self, key: tuple[str, SearchLimits], plan: Plan) -> Plan:
        self._plans[key] = plan
        self._plans.move_to_end(key)
        if len(self._plans) > _MOST_KEPT:
            self._plans.popitem(last=False)
        return plan


def make_plan(problem: Problem, limits: SearchLimits) -> Plan:
    """Plan: from the plan that people know, where there is one."""
    return plan_visits(problem, limits=limits, first_plan=problem.published_plan)


def steadied(problem: Problem, known: Plan, cost: timedelta) -> Problem:
    """The problem with a plan that people know, which to leave costs so much a visit."""
    return replace(problem, published_plan=known, objective=replace(problem.objective, change_of_plan=cost))


def limits_of(world: World, planner_seed: int) -> SearchLimits:
    """The planner's budget in a world: iterations, so that no clock and no machine matters."""
    return SearchLimits(
        seconds=None, iterations=world.iterations, seed=planner_seed, threads=1, search_only=not world.full_engine
    )


def problem_to_plan(world: World) -> Problem:
    """What the planner is given: the world's problem, with the buffer taken off each end of lawful hours."""
    if not world.plan_buffer:
        return world.problem
    decisions = decide(world.problem, load_rule_set(world.problem.rule_packs))

    def narrowed(visit: Visit, place: Place) -> Place:
        windows = []
        for begin, end in lawful_windows(place, decisions[visit.id][place.id]):
            earlier = end - int(world.plan_buffer.total_seconds())
            if earlier >= begin:
                windows.append(TimeWindow(earliest_start=_moment(world, begin), latest_end=_moment(world, earlier)))
        return replace(place, time_windows=tuple(windows) or place.time_windows[:0])

    visits = tuple(
        replace(visit, places=tuple(narrowed(visit, place) for place in visit.places)) for visit in world.problem.visits
    )
    return replace(world.problem, visits=visits)


def made_day(
    world: World,
    planner_seed: int,
    plans: Plans,
    *,
    known: Plan | None = None,
    change_cost: timedelta = timedelta(),
) -> PlannedDay:
    """Plan a world's day and make it ready to be carried out.

    Args:
        world: Its problem is one day's.
        planner_seed: Of the plan.
        plans: Makes the plan or remembers it.
        known: The plan that people know, which this one goes on from; None plans from nothing.
        change_cost: Of giving a visit another crew or time than the known plan does.
    """
    problem = problem_to_plan(world)
    if known is not None:
        problem = steadied(problem, known, change_cost)
    plan = plans(problem, limits_of(world, planner_seed))
    return planned_day(world.problem, plan, travel_matrix(world.problem), world.districts)


def _moment(world: World, seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(world.problem.time_zone)
