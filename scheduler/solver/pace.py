"""Hour factors become a pace: how far one second of driving gets, by quarters of an hour.

Clocks of all zones change their hour, and their offset from UTC, on quarters of an hour, so that one rate holds in
each slot.
"""

from datetime import UTC, datetime, timedelta
from itertools import accumulate

from scheduler.domain.problem import Problem
from scheduler.domain.travel import progress_by_hour
from scheduler.solver.timing import SLOT_SECONDS, Pace

_SLOT = timedelta(seconds=SLOT_SECONDS)
# No crew is out earlier or later; times on the way there in a calculation are.
_BEYOND = timedelta(days=1)


def pace_of(problem: Problem, base: datetime) -> Pace | None:
    """The pace of the problem's crews, None when legs take as long at every hour.

    Args:
        problem: The problem.
        base: Time zero.
    """
    if not problem.hour_factors or not problem.shifts:
        return None
    starts = [shift.earliest_start.astimezone(UTC) for shift in problem.shifts]
    ends = [shift.latest_end.astimezone(UTC) for shift in problem.shifts]
    first = _quarter_before(min(starts) - _BEYOND)
    count = -((first - max(ends) - problem.objective.max_overtime - _BEYOND) // _SLOT)
    progress = progress_by_hour(problem.hour_factors)
    hours = ((first + slot * _SLOT).astimezone(problem.time_zone).hour for slot in range(count))
    rates = tuple(progress[hour] for hour in hours)
    return Pace(
        first=(first - base) // timedelta(seconds=1),
        rates=rates,
        progress=(0, *accumulate(rate * SLOT_SECONDS for rate in rates)),
    )


def _quarter_before(moment: datetime) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return moment - (moment - midnight) % _SLOT
