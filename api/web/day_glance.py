"""A day at a glance: who may be visited, who may not and by which rule, who works, and how far the plans are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api.desk.eligibility import Standing, standing_of
from api.store import PlanEntry, Unit, plans
from api.store.case_decisions import verdicts_on
from api.store.day_records import shifts_by_day, shifts_on
from api.web.rule_view import rule_titles

_MOST_PLANS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """How many cases a rule keeps from being visited; a case counts for each rule that says no."""

    rule_id: str
    title: str
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCounts:
    """The open cases on a day.

    Attributes:
        cases: All of them.
        allowed: Those that some rule-abiding crew could visit.
        without_place: Those that the rules allow, and an allowed place is not on the map.
        without_hours: Those that the rules allow, and the borrower's own hours leave no time.
        blocked: Those that a rule forbids at every place.
        by_rule: Why, the most frequent first.
    """

    cases: int
    allowed: int
    without_place: int
    without_hours: int
    blocked: int
    by_rule: tuple[RuleCount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDay:
    """A day in the list.

    Attributes:
        day: The local day.
        crews: That work then.
        followed: The plan that people follow, None where none is published.
        newest: The newest plan, None where there is none.
        plans: How many there are.
    """

    day: date
    crews: int
    followed: PlanEntry | None
    newest: PlanEntry | None
    plans: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDuty:
    """Who works on a day: crews that are set, people who are yet to be put into crews, and people in all."""

    crews: int
    waiting: int
    people: int


def case_counts(unit: Unit, day: date, language: str) -> CaseCounts:
    """Judge all open cases of the scope, as the list of cases does."""
    found = verdicts_on(unit, None, day)
    standings = [standing_of(verdicts, is_open=True) for verdicts in found.cases.values()]
    counts = Counter(standing for standing, _ in standings)
    by_rule = Counter(rule_id for _, rule_ids in standings for rule_id in rule_ids)
    titles = rule_titles(found.rules, language)
    return CaseCounts(
        cases=len(standings),
        allowed=counts[Standing.ALLOWED],
        without_place=counts[Standing.NO_PLACE],
        without_hours=counts[Standing.NO_HOURS],
        blocked=counts[Standing.BLOCKED],
        by_rule=tuple(
            RuleCount(rule_id=rule_id, title=titles.get(rule_id, rule_id), cases=cases)
            for rule_id, cases in sorted(by_rule.items(), key=lambda one: (-one[1], one[0]))
        ),
    )


def known_days(unit: Unit) -> tuple[KnownDay, ...]:
    """The days on which somebody works or that have plans, the latest first."""
    crews = shifts_by_day(unit)
    by_day: dict[date, list[PlanEntry]] = {day: [] for day in crews}
    for entry in plans.listed(unit, limit=_MOST_PLANS):
        by_day.setdefault(entry.day, []).append(entry)
    return tuple(_known_day(day, crews.get(day, 0), by_day[day]) for day in sorted(by_day, reverse=True))


def on_duty(unit: Unit, day: date) -> OnDuty:
    """Count who works."""
    shifts = shifts_on(unit, day)
    crews = [shift for shift in shifts if shift.shift_id]
    waiting = {person for shift in shifts if not shift.shift_id for person in shift.collector_ids}
    people = {person for shift in shifts for person in shift.collector_ids}
    return OnDuty(crews=len(crews), waiting=len(waiting), people=len(people))


def _known_day(day: date, crews: int, entries: Sequence[PlanEntry]) -> KnownDay:
    followed = (entry for entry in entries if entry.state.is_followed)
    return KnownDay(
        day=day,
        crews=crews,
        followed=next(followed, None),
        newest=entries[0] if entries else None,
        plans=len(entries),
    )
