"""The plan of a week, day by day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from scheduler.domain.plan import Plan, Stop
from scheduler.domain.problem import Problem
from scheduler.domain.visit import Place, Visit
from scheduler.planning import Progress, SearchLimits, plan_by_hand, plan_visits
from scheduler.travel import RoadNetworks
from scheduler.week_planning.united import Week, WeekDay


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """One day of a planned week.

    Attributes:
        day: The local day.
        is_firm: See `WeekDay`.
        problem: The day's own problem, with the visits that the week has on this day.
        plan: Checked against it, with the certificate.
    """

    day: date
    is_firm: bool
    problem: Problem
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPlan:
    """A planned week.

    Attributes:
        problem: All days as one problem.
        plan: Of it: checked, certified, with a reason for each visit that no day has.
        days: The same, day by day.
    """

    problem: Problem
    plan: Plan
    days: tuple[DayPlan, ...]


def plan_week(
    week: Week,
    *,
    limits: SearchLimits | None = None,
    networks: RoadNetworks | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> WeekPlan:
    """Plan a week; see `plan_visits` for what the arguments mean and what is raised.

    Args:
        week: Of `united`.
        limits: When to stop; taking the plan apart comes afterwards.
        networks: Where road networks are.
        on_progress: Told how far the search is.
        should_stop: Asked whether to end it.
    """
    plan = plan_visits(week.problem, limits=limits, networks=networks, on_progress=on_progress, should_stop=should_stop)
    return taken_apart(week, plan, networks=networks)


def taken_apart(week: Week, plan: Plan, *, networks: RoadNetworks | None = None) -> WeekPlan:
    """A plan of the week's problem, day by day; each day's part is checked and certified by itself.

    Args:
        week: Of `united`.
        plan: Of its problem.
        networks: Where road networks are.

    Raises:
        RulesBroken: A day's part breaks a rule: the plan is none of this week.
    """
    visits = {visit.id: visit for visit in week.problem.visits}
    days = tuple(_day_plan(one, plan, visits, networks) for one in week.days)
    return WeekPlan(problem=week.problem, plan=plan, days=days)


def _day_plan(day: WeekDay, plan: Plan, visits: Mapping[str, Visit], networks: RoadNetworks | None) -> DayPlan:
    orders = {
        own: [(stop.visit_id, stop.place_id or "") for stop in _stops(plan, name) if stop.visit_id is not None]
        for own, name in day.shift_ids.items()
    }
    problem = replace(
        day.problem,
        visits=tuple(_on_day(visits[visit_id], day) for order in orders.values() for visit_id, _ in order),
    )
    engine = replace(plan.engine, lower_bound_seconds=None)
    starts = {
        stop.visit_id: stop.service_start_time
        for name in day.shift_ids.values()
        for stop in _stops(plan, name)
        if stop.visit_id is not None
    }
    part = plan_by_hand(problem, orders, engine=engine, starts=starts, networks=networks)
    return DayPlan(day=day.day, is_firm=day.is_firm, problem=problem, plan=part)


def _stops(plan: Plan, shift_id: str) -> tuple[Stop, ...]:
    route = plan.route_of(shift_id)
    return () if route is None else route.stops


def _on_day(visit: Visit, day: WeekDay) -> Visit:
    """The visit as the week has it, with the hours of this day alone and its shift by the day's own name."""
    working = [shift.window for shift in day.problem.shifts]

    def of_day(place: Place) -> Place:
        spans = tuple(one for one in place.time_windows if any(one.intersection(shift) for shift in working))
        return replace(place, time_windows=spans)

    own = {name: shift_id for shift_id, name in day.shift_ids.items()}
    pin = visit.pinned
    return replace(
        visit,
        places=tuple(map(of_day, visit.places)),
        pinned=None if pin is None else replace(pin, shift_id=own[pin.shift_id]),
    )
