"""Planning a week as a job: asked for by a dispatcher, and every night where the operator wants that."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from api.jobs.nightly import once_a_night
from api.jobs.planning import planned
from api.jobs.work import Work
from api.store import Database, Unit, branches, jobs, plans
from api.store.day_records import day_problem, nothing_to_plan, shifts_by_day
from api.store.jobs import Figures, Outcome
from api.visiting.found_rates import expected_contacts, weighing
from scheduler.domain.errors import Fault, InternalFault, InvalidInput
from scheduler.domain.expected_contacts import ExpectedContacts
from scheduler.domain.problem import Problem, RoadTravel
from scheduler.domain.texts import Text
from scheduler.week_check import week_violations
from scheduler.week_planning import WeekPlan, taken_apart, united

KIND = "week"
MOST_DAYS = 7
NIGHTLY_SECONDS = 90


def plan_week(work: Work) -> Outcome:
    """Plan the stored days from the asked one on; each day that is not firm gets a draft."""
    arguments = work.job.arguments
    first = date.fromisoformat(str(arguments["day"]))
    with work.reading() as unit:
        expected = expected_contacts(unit, by_default=work.settings.expected_contacts)
        found = tuple(_days(unit, first, int(arguments["days"] or MOST_DAYS), expected))
    if not found:
        raise InvalidInput([_nothing(first)])
    texts: Mapping[str, Text] = {name: text for _, of_day in found for name, text in of_day.items()}
    week = united([problem for problem, _ in found])
    plan = planned(work, week.problem)
    networks = work.settings.road_networks if isinstance(week.problem.travel, RoadTravel) else None
    made = taken_apart(week, plan, networks=networks)
    if week_violations((day.problem, day.plan) for day in made.days):
        raise InternalFault("the days of a week are not lawful together")

    def keep(unit: Unit) -> Figures:
        return _kept(unit, made, texts)

    return Outcome(state=work.state, keep=keep)


def ask_for_week(unit: Unit, day: date, *, days: int, seconds: int, branch_id: str) -> str:
    """Ask for a week of a branch.

    Args:
        unit: Of the lender.
        day: The first local day.
        days: How many, seven at most.
        seconds: Of the search.
        branch_id: Whose week.

    Returns:
        The job's id.
    """
    arguments: Figures = {"day": day.isoformat(), "days": days, "seconds": seconds, "seed": 0}
    return jobs.submit(unit, KIND, arguments, branch_id=branch_id)


def ask_nightly(database: Database, now: datetime) -> None:
    """Ask for the week of every branch of lenders whose night has come, from the next day on; see `once_a_night`."""
    once_a_night(database, now, KIND, _ask_for_all_branches)


def _ask_for_all_branches(unit: Unit, night: datetime) -> None:
    tomorrow = night.date() + timedelta(days=1)
    for branch in branches.listed(unit):
        ask_for_week(unit, tomorrow, days=MOST_DAYS, seconds=NIGHTLY_SECONDS, branch_id=branch.id)


def _days(
    unit: Unit, first: date, days: int, expected: ExpectedContacts | None
) -> Iterator[tuple[Problem, Mapping[str, Text]]]:
    """The problem and the texts of each day on which somebody works."""
    working = shifts_by_day(unit)
    for day in (first + timedelta(days=offset) for offset in range(min(days, MOST_DAYS))):
        if day not in working:
            continue
        of_day = day_problem(unit, day)
        problem = weighing(of_day.problem, expected)
        followed = plans.in_force(unit, day)
        stored = None if followed is None else plans.get(unit, followed.id)
        yield replace(problem, published_plan=None if stored is None else stored.plan), of_day.texts


def _kept(unit: Unit, made: WeekPlan, texts: Mapping[str, Text]) -> Figures:
    """Drafts of the free days; on a firm one people follow what was published, and nothing new is kept."""
    lines = []
    for day in made.days:
        followed = plans.in_force(unit, day.day)
        if day.is_firm:
            lines.append(f"{day.day}:firm:{'' if followed is None else followed.id}")
        else:
            lines.append(f"{day.day}:free:{plans.save(unit, day.problem, day.plan, texts)}")
    return {
        "days": ",".join(lines),
        "visits": sum(len(route.visit_ids) for route in made.plan.routes),
        "unassigned": len(made.plan.unassigned),
    }


def _nothing(first: date) -> Fault:
    said = (f"Nobody works in the week from {first} on.", f"{first} 起的一周没有班次。")
    return nothing_to_plan(*said, "Import the shifts of the week first.", "请先导入这一周的班次。")
