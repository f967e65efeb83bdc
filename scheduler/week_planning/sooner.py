"""Why an attempt early in the week is worth more: whoever is not met then can be tried again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from scheduler.domain.expected_contacts import WEEKDAYS, ExpectedContacts, WeekOfHours
from scheduler.domain.problem import Problem

# Measured with benchmarks/week.py: without it visits wait for the best hours of the week's end, and nobody is tried
# twice.
LOST_PERCENT_A_DAY = 20
STEP_PERCENT = 10
_HUNDRED = 100


def sooner_is_better(problem: Problem, days: Sequence[date]) -> Problem:
    """The problem of a week with chances that fall from day to day; the same where it weighs none.

    Args:
        problem: Of the week.
        days: Its local days, sorted.
    """
    expected = problem.objective.expected_contacts
    if expected is None:
        return problem
    kept = {day.weekday(): (_HUNDRED - LOST_PERCENT_A_DAY) ** (day - days[0]).days for day in days}
    whole = {day.weekday(): _HUNDRED ** (day - days[0]).days for day in days}

    def worth(table: WeekOfHours) -> WeekOfHours:
        return tuple(
            tuple(_stepped(percent * kept.get(weekday, 1), whole.get(weekday, 1)) for percent in table[weekday])
            for weekday in range(WEEKDAYS)
        )

    falling = ExpectedContacts(
        missed_contact=expected.missed_contact,
        home=worth(expected.home),
        workplace=worth(expected.workplace),
        other=worth(expected.other),
    )
    return replace(problem, objective=replace(problem.objective, expected_contacts=falling))


def _stepped(percents: int, whole: int) -> int:
    """A share of whole percents, rounded to a step; finer ones would only slow the search down."""
    return (percents * 2 + STEP_PERCENT * whole) // (2 * STEP_PERCENT * whole) * STEP_PERCENT
