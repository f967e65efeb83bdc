"""`python -m benchmarks.week_slots LARGE SMALL`: how fast slots of a week are found, and whether they are true."""

import gc
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random

import click

from benchmarks.proof import put_section
from benchmarks.replanning import MOST_SLOT_MS, all_slots, shuffled
from scheduler.checker import violations
from scheduler.documents import read_problem
from scheduler.domain.errors import RulesBroken
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.visit import Visit
from scheduler.planning import SearchLimits, compile_search, plan_visits
from scheduler.rules.load import load_rule_set
from scheduler.simulation.changes import moved_shift, moved_visit
from scheduler.slot_offers import Booked, with_visit
from scheduler.travel import travel_matrix
from scheduler.week_offers import OfferedDay, WeekSlot, book_week_slot, week_slot_offers

_HEAD = """Slots of an hour, each half hour, on {days} days, for a visit that is on the first one; the days are those of
re-planning above, each with visits of its own. How long the answer takes: {visits} visits and {crews} crews on each
day, {asked} visits asked about, everything from the problems on. Whether they are true: days of `{name}`; each slot
that was offered was booked and the checker judged both plans, and each slot of the grid inside the hours of a place, of
the law and of a crew that was not offered was tried at every position of the crew's route.

| What | Reached | Aim |
|---|---|---|
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    number: int
    problem: Problem
    plan: Plan


@click.command()
@click.argument("large", type=click.Path(path_type=Path, exists=True))
@click.argument("small", type=click.Path(path_type=Path, exists=True))
@click.option("--days", default=7, show_default=True)
@click.option("--plan-seconds", default=6.0, show_default=True)
@click.option("--asked", default=40, show_default=True)
@click.option("--slots", default=1000, show_default=True, help="Offered ones, and as many that were not.")
@click.option("--into", type=click.Path(path_type=Path), default=Path("docs/proof.md"), show_default=True)
def main(large: Path, small: Path, days: int, plan_seconds: float, asked: int, slots: int, into: Path) -> None:
    """Measure, print, and write the section."""
    compile_search()
    given = read_problem(large.read_bytes())
    rows = [_times(_a_week(given, days, plan_seconds), asked)]
    click.echo(rows[0])
    rows += _truth(_a_week(read_problem(small.read_bytes()), days, 2.0), slots)
    click.echo("\n".join(rows[1:]))
    head = _HEAD.format(days=days, visits=len(given.visits), crews=len(given.shifts), asked=asked, name=small.name)
    put_section(into, "Slots of a week", head + "\n".join(rows))


def _a_week(given: Problem, days: int, seconds: float) -> list[_Day]:
    """Days with visits of their own, each planned by itself."""
    found = []
    for number in range(days):
        problem = shuffled(given, number)
        if number:
            own = tuple(_renamed(visit, f"{number}.") for visit in problem.visits)
            problem = _moved(replace(problem, visits=own), number)
        plan = plan_visits(problem, limits=SearchLimits(seconds=seconds, seed=number))
        found.append(_Day(number=number, problem=problem, plan=plan))
    return found


def _renamed(visit: Visit, prefix: str) -> Visit:
    """One of its own: no two visits of a problem share a place."""
    places = tuple(replace(place, id=f"{prefix}{place.id}"[:64]) for place in visit.places)
    return replace(visit, id=f"{prefix}{visit.id}"[:64], places=places)


def _moved(problem: Problem, days: int) -> Problem:
    """The same on a later day."""
    return replace(
        problem,
        shifts=tuple(moved_shift(shift, days) for shift in problem.shifts),
        visits=tuple(moved_visit(visit, days) for visit in problem.visits),
    )


def _offered(week: Sequence[_Day], visit: Visit) -> list[OfferedDay]:
    """The days, each with a visit of the first one."""
    first = week[0]
    return [
        OfferedDay(
            day=first.problem.local_date(first.problem.shifts[0].earliest_start) + timedelta(days=one.number),
            problem=one.problem if one is first else with_visit(one.problem, moved_visit(visit, one.number)),
            plan=one.plan,
        )
        for one in week
    ]


def _times(week: Sequence[_Day], asked: int) -> str:
    taken, worked = [], []
    # As in a web process: what stands already is not looked through for garbage.
    gc.collect()
    gc.freeze()
    for visit in Random(0).sample(week[0].problem.visits, k=asked):  # noqa: S311 - a seeded trial
        days = _offered(week, visit)
        began, at_work = time.monotonic(), time.process_time()
        week_slot_offers(days, visit.id)
        taken.append(1000 * (time.monotonic() - began))
        worked.append(1000 * (time.process_time() - at_work))
    taken.sort()
    worked.sort()
    reached = "yes" if taken[-1] <= MOST_SLOT_MS else "no"
    middle = asked // 2
    return (
        f"| an answer | {taken[middle]:.0f} ms, slowest {taken[-1]:.0f} ms; at work {worked[middle]:.0f} ms, "
        f"slowest {worked[-1]:.0f} ms | ≤ {MOST_SLOT_MS} ms: {reached} |"
    )


def _truth(week: Sequence[_Day], wanted: int) -> Iterator[str]:
    random = Random(0)  # noqa: S311 - a seeded trial
    offered = booked = others = refused = 0
    visits = random.sample(week[0].problem.visits, k=len(week[0].problem.visits))
    while offered < wanted or others < wanted:
        visit = visits.pop()
        days = _offered(week, visit)
        found = week_slot_offers(days, visit.id)
        share = -(-wanted // 20)
        chosen = random.sample(found, k=min(share, wanted - offered, len(found)))
        offered += len(chosen)
        booked += sum(_books(days, visit, one) for one in chosen)
        known = {(one.day, one.slot.shift_id, one.slot.place_id, one.slot.window) for one in found}
        missing = [
            (day, tries)
            for day in days
            for key, tries in all_slots(day.problem, day.plan, _own(day.problem, visit.id))
            if (day.day, *key) not in known
        ]
        for day, tries in random.sample(missing, k=min(share, wanted - others, len(missing))):
            others += 1
            refused += not any(_books(days, visit, WeekSlot(day=day.day, slot=slot)) for slot in tries)
        if not visits:
            break
    yield f"| offered slots that book | {booked} of {offered} | all: {'yes' if booked == offered else 'no'} |"
    yield f"| slots not offered that fail | {refused} of {others} | all: {'yes' if refused == others else 'no'} |"


def _own(problem: Problem, visit_id: str) -> Visit:
    return next(visit for visit in problem.visits if visit.id == visit_id)


def _books(days: Sequence[OfferedDay], visit: Visit, chosen: WeekSlot) -> bool:
    try:
        made = book_week_slot(days, visit.id, chosen)
    except RulesBroken:
        return False
    return all(_is_lawful(one) for one in (made.booked, *made.left.values()))


def _is_lawful(one: Booked) -> bool:
    rules, travel = load_rule_set(one.problem.rule_packs), travel_matrix(one.problem, None)
    return not violations(one.problem, one.plan, travel=travel, rules=rules)


if __name__ == "__main__":
    main()
