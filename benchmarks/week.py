"""The week plan measured: how long 1,000 cases take, and whether a week meets more borrowers than seven single days.

Writes what it found into its section of docs/week.md.

python -m benchmarks.week speed
python -m benchmarks.week contacts --replications 20
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from random import Random
from statistics import fmean

import click

from benchmarks.proof import put_section
from benchmarks.week_city import DAYS, a_week
from scheduler.domain.expected_contacts import ExpectedContacts
from scheduler.domain.plan import Plan, Unassigned
from scheduler.domain.problem import Problem
from scheduler.domain.visit import PlaceKind
from scheduler.expected_contacts import Rung, as_objective, learned
from scheduler.planning import LEFT_OUT_BY_HAND, SearchLimits, check_plan, compile_search, plan_visits
from scheduler.simulation.attempts import Status
from scheduler.simulation.behaviour import Behaviour, FoundRates
from scheduler.simulation.changes import moved_shift, moved_visit
from scheduler.simulation.day_planning import Plans, made_day
from scheduler.simulation.draws import Draws
from scheduler.simulation.horizon import Course, SimulatedDay, first_world
from scheduler.simulation.statistics import Difference, mean_interval, paired_difference
from scheduler.simulation.world import World
from scheduler.week_check import week_violations
from scheduler.week_planning import plan_week, united

PAGE = Path(__file__).parent.parent / "docs" / "week.md"
CASES, CREWS, AIM_SECONDS, SEARCH_SECONDS = 1000, 20, 120.0, 85.0
SIMULATED_CASES, SIMULATED_CREWS = 200, 4
# A week has seven times the shifts of a day, and as many steps.
ITERATIONS_A_DAY = 800
PAST_VISITS = 3000
SEED = 9

# What the simulated city is like and no planner knows: evenings and weekends find people at home.
_HOME = (0.5,) * 12 + (0.75,) * 5 + (1.7,) * 7
_WORK = (0.8,) * 9 + (1.25,) * 8 + (0.5,) * 7
TRUTH = Behaviour(
    found=FoundRates(
        by_kind={PlaceKind.HOME: 0.45, PlaceKind.WORKPLACE: 0.6, PlaceKind.OTHER: 0.45},
        by_hour={PlaceKind.HOME: _HOME, PlaceKind.WORKPLACE: _WORK},
        by_weekday=(0.9, 0.9, 0.95, 0.95, 1.0, 1.25, 1.25),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a week is planned: as one, or day by day; with what was learned, or without."""

    name: str
    as_week: bool
    with_rates: bool


POLICIES = (
    Policy(name="seven single days", as_week=False, with_rates=False),
    Policy(name="seven single days, with learned rates", as_week=False, with_rates=True),
    Policy(name="week", as_week=True, with_rates=False),
    Policy(name="week, with learned rates", as_week=True, with_rates=True),
)


@click.group()
def main() -> None:
    """Measure the week plan."""


@main.command()
@click.option("--seconds", default=SEARCH_SECONDS, show_default=True, help="Of the search.")
def speed(*, seconds: float) -> None:
    """Plan 1,000 cases with 20 crews over 7 days, from the problems to checked days."""
    compile_search()
    problems = [_with_rates(problem, _learned()) for problem in a_week(cases=CASES, crews=CREWS)]
    began = time.monotonic()
    made = plan_week(united(problems), limits=SearchLimits(seconds=seconds))
    whole = time.monotonic() - began
    broken = [*week_violations((one.problem, one.plan) for one in made.days), *check_plan(made.problem, made.plan)]
    broken += [violation for one in made.days for violation in check_plan(one.problem, one.plan)]
    visits = {one.day: sum(len(route.visit_ids) for route in one.plan.routes) for one in made.days}
    text = (
        f"{CASES} cases, {CREWS} crews of two, {DAYS} days: **{whole:.0f} s** from the days' problems to seven"
        f" certified plans, of which the search was given {seconds:.0f} s (aim: {AIM_SECONDS:.0f} s)."
        f" {sum(visits.values())} visits are planned, {len(made.plan.unassigned)} left out; by day:"
        f" {', '.join(map(str, visits.values()))}. The checker and the week check find {len(broken)} violations.\n\n"
        "Left out because of: " + _reasons(made.plan) + "."
    )
    click.echo(text)
    put_section(PAGE, "How long it takes", text)


@main.command()
@click.option("--replications", default=20, show_default=True)
@click.option("--processes", default=2, show_default=True)
def contacts(*, replications: int, processes: int) -> None:
    """Carry out the week again and again, with the same luck for each way of planning it."""
    compile_search()
    tasks = [(policy, number) for number in range(replications) for policy in POLICIES]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(_replication, *zip(*tasks, strict=True)))
    by_policy = {
        policy.name: [one for one, task in zip(found, tasks, strict=True) if task[0] == policy] for policy in POLICIES
    }
    text = _told(by_policy, replications)
    click.echo(text)
    put_section(PAGE, "Whom it meets", text)


def _told(found: Mapping[str, Sequence[Counter[str]]], replications: int) -> str:
    first = found[POLICIES[0].name]
    lines = [
        f"{SIMULATED_CASES} cases, {SIMULATED_CREWS} crews, {DAYS} days, carried out {replications} times by the"
        " simulation with the same luck for each way of planning. The rates were learned from"
        f" {PAST_VISITS:,} simulated visits at any hour. Every night the days that are left are planned anew,"
        " after what happened; each way has as many steps of the search a shift. Differences are to seven"
        " single days, with 95 % intervals of paired replications.\n",
        "| way of planning | visits | contacts | contacts a visit | more contacts |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, rows in found.items():
        met, rung = ([row[key] for row in rows] for key in ("contacts", "attempted"))
        difference = paired_difference(met, [row["contacts"] for row in first])
        lines.append(
            f"| {name} | {fmean(rung):.1f} | {mean_interval(met).estimate:.1f} | {sum(met) / sum(rung):.3f}"
            f" | {'' if rows is first else _interval(difference)} |"
        )
    return "\n".join(lines)


def _interval(difference: Difference) -> str:
    interval = difference.interval
    return f"{interval.estimate:+.1f} [{interval.low:+.1f}, {interval.high:+.1f}]"


def _replication(policy: Policy, number: int) -> Counter[str]:
    """One carried out week, in numbers."""
    problem = _with_rates(_simulated(), _learned()) if policy.with_rates else _simulated()
    world = first_world(World(problem=problem, districts={}, behaviour=TRUTH, iterations=ITERATIONS_A_DAY))
    last = world.day + timedelta(days=DAYS - 1)
    plans: Plans = _WeekPlans(last) if policy.as_week else _day_plan
    course = Course(
        world=world,
        days=DAYS,
        planner_seed=0,
        first_day=made_day(world, 0, plans),
        plans=plans,
        on_weekends=True,
    )
    days: Sequence[SimulatedDay] = course.run(Draws(SEED, first=number), number)
    statuses = [one.status for day in days for one in day.done.attempts]
    return Counter(
        attempted=sum(one.is_attempt for one in statuses),
        contacts=sum(one is Status.CONTACT for one in statuses),
    )


def _day_plan(problem: Problem, limits: SearchLimits) -> Plan:
    return plan_visits(problem, limits=limits)


@dataclass(frozen=True, slots=True)
class _WeekPlans:
    """Plans all days that are left up to the last one, and has the first of them carried out."""

    last: date

    def __call__(self, problem: Problem, limits: SearchLimits) -> Plan:
        today = problem.local_date(problem.shifts[0].earliest_start)
        left = (self.last - today).days + 1
        week = united([_later(problem, offset) for offset in range(left)])
        budget = replace(limits, iterations=(limits.iterations or 1) * left)
        first = next(one for one in plan_week(week, limits=budget).days if one.day == today)
        planned = {visit_id for route in first.plan.routes for visit_id in route.visit_ids}
        return replace(
            first.plan,
            unassigned=tuple(
                Unassigned(visit_id=visit.id, reasons=(LEFT_OUT_BY_HAND,))
                for visit in problem.visits
                if visit.id not in planned
            ),
        )


def _later(problem: Problem, days: int) -> Problem:
    """The same so many days later, when every crew works and every borrower has hours as today."""
    if not days:
        return problem
    return replace(
        problem,
        shifts=tuple(replace(moved_shift(shift, days), id=f"{shift.id}+{days}") for shift in problem.shifts),
        visits=tuple(moved_visit(visit, days) for visit in problem.visits),
    )


@cache
def _simulated() -> Problem:
    return a_week(cases=SIMULATED_CASES, crews=SIMULATED_CREWS, days=1)[0]


@cache
def _learned() -> ExpectedContacts:
    """What visits at any hour taught."""
    random = Random(SEED)  # noqa: S311 - made-up visits
    kinds = (PlaceKind.HOME, PlaceKind.HOME, PlaceKind.WORKPLACE, PlaceKind.OTHER)
    doors = []
    for _ in range(PAST_VISITS):
        kind, weekday, hour = random.choice(kinds), random.randrange(7), random.randrange(9, 20)
        met = random.random() < TRUTH.found.chance(kind, hour, weekday)
        doors.append(Rung(kind=kind, weekday=weekday, hour=hour, met=met))
    return as_objective(learned(doors))


def _with_rates(problem: Problem, expected: ExpectedContacts) -> Problem:
    return replace(problem, objective=replace(problem.objective, expected_contacts=expected))


def _reasons(plan: Plan) -> str:
    count = Counter(str(one.reasons[0].rule_id or one.reasons[0].code) for one in plan.unassigned)
    return ", ".join(f"{name} {number}" for name, number in count.most_common())


if __name__ == "__main__":
    main()
