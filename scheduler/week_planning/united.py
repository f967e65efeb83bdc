"""The problems of several days as one."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scheduler.domain.collector import Shift
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.plan import Plan
from scheduler.domain.problem import MatrixTravel, Problem
from scheduler.domain.visit import Place, Visit
from scheduler.eligibility import decide_alone
from scheduler.planning import staffed
from scheduler.rules.load import load_rule_set
from scheduler.week_planning.firm import is_firm, with_firm_visits
from scheduler.week_planning.promises import with_promises
from scheduler.week_planning.sooner import sooner_is_better

MOST_DAYS = 7
_LONGEST_ID = 64
# What a week has one of; of the rest each day brings its own.
_SAME_EVERY_DAY = ("time_zone", "travel", "rule_packs", "as_of", "objective", "hour_factors")


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekDay:
    """One day of a week.

    Attributes:
        day: The local day.
        is_firm: Whether what is not announced yet comes too late for it: what was published stands.
        problem: What was given for the day, with its duties formed into shifts.
        shift_ids: The name of each of its shifts in the problem of the week.
    """

    day: date
    is_firm: bool
    problem: Problem
    shift_ids: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Several days as one problem, in order."""

    problem: Problem
    days: tuple[WeekDay, ...]


def united(problems: Sequence[Problem]) -> Week:
    """Put days together, with what borrowers were told and what crews learned at doors taken into account.

    Args:
        problems: Each of one day or of several, no day twice, seven days from the first to the last at most. A visit
            that stands in several of them is made once at most. The `published_plan` of a firm day is kept.

    Raises:
        InvalidInput: The problems cannot be planned together, or name an unknown rule pack.
    """
    days = _days(problems)
    _refuse_differences(problems)
    rules = load_rule_set(problems[0].rule_packs)
    names = _names(days)
    week = tuple(
        WeekDay(day=day, is_firm=is_firm(problem, rules, day), problem=problem, shift_ids=own)
        for (day, problem), own in zip(days, names, strict=True)
    )
    problem = sooner_is_better(_one_problem(week), tuple(one.day for one in week))
    pinned = with_firm_visits(problem, [(one.problem, one.shift_ids) for one in week if one.is_firm], rules)
    promised = with_promises(pinned, rules, decide_alone(pinned, rules), tuple(one.day for one in week))
    return Week(problem=promised, days=week)


def _days(problems: Sequence[Problem]) -> list[tuple[date, Problem]]:
    """Each day with its own shifts, in order."""
    days: list[tuple[date, Problem]] = []
    for problem in map(staffed, problems):
        of_day: dict[date, list[Shift]] = {}
        for shift in problem.shifts:
            of_day.setdefault(problem.local_date(shift.earliest_start), []).append(shift)
        days += [(day, replace(problem, shifts=tuple(shifts), document_sha256=None)) for day, shifts in of_day.items()]
    days.sort(key=lambda one: one[0])
    _refuse_other_days([day for day, _ in days])
    return days


def _refuse_other_days(days: Sequence[date]) -> None:
    faults = [
        _fault("day_twice", f"Two problems have shifts on {day}.", "Give each day once.")
        for day, count in Counter(days).items()
        if count > 1
    ]
    if not days:
        faults.append(_fault("nothing_to_plan", "Nobody works on any day.", "Give problems with shifts."))
    elif days[-1] - days[0] >= timedelta(days=MOST_DAYS):
        faults.append(_fault("too_many_days", f"{days[0]} and {days[-1]} are not within {MOST_DAYS} days."))
    if faults:
        raise InvalidInput(faults)


def _refuse_differences(problems: Sequence[Problem]) -> None:
    first = problems[0]
    faults = [
        _fault("not_of_one_week", f"Problem {number} differs from the first one in {name}.")
        for number, problem in enumerate(problems[1:], start=2)
        for name in _SAME_EVERY_DAY
        if getattr(problem, name) != getattr(first, name)
    ]
    if isinstance(first.travel, MatrixTravel):
        faults += [
            _fault("not_of_one_week", f"Problem {number} has other locations than the first one, and one matrix.")
            for number, problem in enumerate(problems[1:], start=2)
            if problem.locations != first.locations
        ]
    if faults:
        raise InvalidInput(faults)


def _fault(code: str, message: str, hint: str = "") -> Fault:
    return Fault(where="PROBLEM", code=code, message=message, hint=hint)


def _names(days: Sequence[tuple[date, Problem]]) -> list[Mapping[str, str]]:
    """By day, the shifts' names in the week: their own, with the day where two days have the same."""
    count = Counter(shift.id for _, problem in days for shift in problem.shifts)
    return [
        {
            shift.id: shift.id if count[shift.id] == 1 else f"{day:%m%d}:{shift.id}"[:_LONGEST_ID]
            for shift in problem.shifts
        }
        for day, problem in days
    ]


def _one_problem(week: Sequence[WeekDay]) -> Problem:
    problems = [one.problem for one in week]
    return replace(
        problems[0],
        locations=tuple({one.id: one for problem in problems for one in problem.locations}.values()),
        collectors=tuple({one.id: one for problem in problems for one in problem.collectors}.values()),
        shifts=tuple(replace(shift, id=one.shift_ids[shift.id]) for one in week for shift in one.problem.shifts),
        visits=_visits(week),
        published_plan=_published(week),
        document_sha256=None,
    )


def _visits(week: Sequence[WeekDay]) -> tuple[Visit, ...]:
    found: dict[str, list[Visit]] = {}
    for one in week:
        for visit in one.problem.visits:
            found.setdefault(visit.id, []).append(_with_own_pin(visit, one.shift_ids))
    return tuple(_one_visit(visits) for visits in found.values())


def _with_own_pin(visit: Visit, shift_ids: Mapping[str, str]) -> Visit:
    """With the pin's shift by its name in the week; a pin to a shift of another day is that day's."""
    pin = visit.pinned
    if pin is None:
        return visit
    name = shift_ids.get(pin.shift_id)
    return replace(visit, pinned=None if name is None else replace(pin, shift_id=name))


def _one_visit(visits: Sequence[Visit]) -> Visit:
    """The facts of the first day, which is the soonest, with all days' hours and the greatest importance."""
    first, urgent = visits[0], max(visits, key=lambda one: one.unassigned_penalty)
    return replace(
        first,
        places=_places(place for visit in visits for place in visit.places),
        priority=urgent.priority,
        priority_parts=urgent.priority_parts,
        mandatory=urgent.mandatory,
        given_penalty=urgent.given_penalty,
        pinned=next((visit.pinned for visit in visits if visit.pinned is not None), None),
    )


def _places(places: Iterable[Place]) -> tuple[Place, ...]:
    found: dict[str, list[Place]] = {}
    for place in places:
        found.setdefault(place.id, []).append(place)
    return tuple(
        replace(alike[0], time_windows=tuple(dict.fromkeys(span for place in alike for span in place.time_windows)))
        for alike in found.values()
    )


def _published(week: Sequence[WeekDay]) -> Plan | None:
    """What people know already, of all days."""
    known = {id(one.problem.published_plan): one for one in week if one.problem.published_plan is not None}
    plans = [(one.problem.published_plan, one.shift_ids) for one in known.values()]
    first = next((plan for plan, _ in plans if plan is not None), None)
    if first is None:
        return None
    names = {own: name for one in week for own, name in one.shift_ids.items()} if len(plans) == 1 else None
    return replace(
        first,
        routes=tuple(
            replace(route, shift_id=(names or shift_ids)[route.shift_id])
            for plan, shift_ids in plans
            if plan is not None
            for route in plan.routes
            if route.shift_id in (names or shift_ids)
        ),
        unassigned=(),
        shifts=(),
        certificate=None,
    )
