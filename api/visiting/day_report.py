"""What came of a day: planned and attempted, whom it reached, how late, and how far from the end of the law."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import mean, median

from api.store import PlanEntry, PlanState, Unit, branches, letters, plans
from api.store.working_time import WorkingTime, working_times
from api.visiting.day_log import Refusal
from api.visiting.day_state import PROMISED, StopStanding, StopState, by_crew, day_state
from api.visiting.publishing import opened
from scheduler.rules.kinds.outcome import Met
from scheduler.rules.load import load_rule_set
from scheduler.rules.outcomes import OutcomeCode, outcome_codes

FOUR_WEEKS = timedelta(days=27)
_EVER_FOLLOWED = (PlanState.PUBLISHED, PlanState.RUNNING, PlanState.CLOSED)
NOBODY_CAME = "nobody_came"
"""Why a visit was not attempted that was neither called off nor given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What came of some visits.

    Attributes:
        planned: All of them.
        attempted: A crew was at the door.
        contacted: The person was met.
        refused: Check-ins that were refused.
        outcomes: How many ended with each code.
        not_attempted: How many were not attempted for each reason, a rule's id or a code.
        late: How many began more than 15 minutes after their time.
        mean_lateness: Behind their times, early ones as nought; None where none was attempted.
        most_lateness: Likewise.
        least_margin: Between the end of a visit and that of its lawful hours; None where none ended.
        median_margin: Likewise.
    """

    planned: int
    attempted: int
    contacted: int
    refused: int
    outcomes: Mapping[str, int]
    not_attempted: Mapping[str, int]
    late: int
    mean_lateness: timedelta | None
    most_lateness: timedelta | None
    least_margin: timedelta | None
    median_margin: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewReport:
    """The day of a crew."""

    shift_id: str
    collector_ids: tuple[str, ...]
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchReport:
    """The day of a branch, by the plan that it followed last."""

    branch_code: str
    plan_id: str
    is_closed: bool
    figures: Figures
    crews: tuple[CrewReport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReport:
    """A day.

    Attributes:
        day: The local day.
        branches: Those that followed a plan.
        first_day: Of the four weeks whose working time is told.
        working_times: Of the four weeks that end with the day, who worked longest first.
        mean_working_time: Of those people; None where nobody worked.
    """

    day: date
    branches: tuple[BranchReport, ...]
    first_day: date
    working_times: tuple[WorkingTime, ...]
    mean_working_time: timedelta | None


def day_report(unit: Unit, day: date) -> DayReport:
    """Of all branches of the scope."""
    followed = [
        one
        for one in plans.listed(unit, day=day)
        if one.published_at is not None and one.state in _EVER_FOLLOWED and one.replaced_by is None
    ]
    codes = {one.id: one.code for one in branches.listed(unit)}
    times = working_times(unit, day - FOUR_WEEKS, day)
    return DayReport(
        day=day,
        branches=tuple(sorted((_branch(unit, one, codes) for one in followed), key=lambda one: one.branch_code)),
        first_day=day - FOUR_WEEKS,
        working_times=times,
        mean_working_time=sum((one.duration for one in times), timedelta()) / len(times) if times else None,
    )


def _branch(unit: Unit, entry: PlanEntry, branch_codes: Mapping[str, str]) -> BranchReport:
    stored = opened(unit, entry.id)
    state = day_state(unit, stored)
    ends = {one.visit_code: one.valid_until for one in letters.of_plan(unit, entry.id)}
    codes = outcome_codes(load_rule_set(stored.problem.rule_packs), entry.day)
    refusals = state.log.refusals
    return BranchReport(
        branch_code=branch_codes.get(plans.branch_of(unit, entry.id) or "", ""),
        plan_id=entry.id,
        is_closed=entry.state is PlanState.CLOSED,
        figures=figures(state.stops, refusals, ends, codes),
        crews=tuple(
            CrewReport(
                shift_id=shift,
                collector_ids=found[0].stop.collector_codes,
                figures=figures(found, [one for one in refusals if one.shift_code == shift], ends, codes),
            )
            for shift, found in by_crew(state)
        ),
    )


def figures(
    found: Sequence[StopStanding],
    refusals: Sequence[Refusal],
    ends: Mapping[str, datetime],
    codes: Mapping[str, OutcomeCode],
) -> Figures:
    """Count.

    Args:
        found: The visits.
        refusals: Of check-ins at them.
        ends: When their lawful hours end, by code.
        codes: What outcomes mean.
    """
    attempted = [one for one in found if one.state in (StopState.RUNNING, StopState.DONE)]
    outcomes = Counter(name for one in attempted if (name := _outcome(one)) is not None)
    lateness = [max(timedelta(), late) for one in attempted if (late := _lateness(one)) is not None]
    margins = [ends[one.stop.visit_code] - over for one in attempted if (over := one.left_at) is not None]
    return Figures(
        planned=len(found),
        attempted=len(attempted),
        contacted=sum(count for name, count in outcomes.items() if name in codes and codes[name].met is Met.DEBTOR),
        refused=len(refusals),
        outcomes=dict(sorted(outcomes.items())),
        not_attempted=dict(sorted(Counter(map(_why_not, _without(found, attempted))).items())),
        late=sum(one > PROMISED for one in lateness),
        mean_lateness=_seconds(mean, lateness),
        most_lateness=max(lateness, default=None),
        least_margin=min(margins, default=None),
        median_margin=_seconds(median, margins),
    )


def _without(found: Iterable[StopStanding], attempted: Sequence[StopStanding]) -> list[StopStanding]:
    return [one for one in found if one not in attempted]


def _outcome(one: StopStanding) -> str | None:
    return None if one.record is None else one.record.present_outcome[0]


def _lateness(one: StopStanding) -> timedelta | None:
    begun = None if one.record is None else one.record.checked_in_at
    return None if begun is None else begun - one.stop.service_start_time


def _why_not(one: StopStanding) -> str:
    given_up = None if one.record is None else one.record.reason
    return given_up or one.stop.cancelled_for or NOBODY_CAME


def _seconds(middle: Callable[[Sequence[float]], float], found: Sequence[timedelta]) -> timedelta | None:
    """A mean or median of durations, in whole seconds."""
    if not found:
        return None
    return timedelta(seconds=round(middle([one.total_seconds() for one in found])))
