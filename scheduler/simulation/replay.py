"""Past days replayed: what was planned, what simulations of that plan say, and what happened."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.simulation.attempts import DayDone, Status
from scheduler.simulation.behaviour import Behaviour
from scheduler.simulation.calibration import PastVisit
from scheduler.simulation.calls import planned_day
from scheduler.simulation.draws import Draws
from scheduler.simulation.execution import carry_out
from scheduler.simulation.luck import Luck
from scheduler.simulation.statistics import mean_interval, quantile_interval
from scheduler.travel import RoadNetworks, travel_matrix

_LOW, _HIGH = 0.05, 0.95
_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDay:
    """A day that was carried out.

    Attributes:
        day: Which.
        problem: What was planned, with its shifts.
        plan: As it was published.
        visits: What happened, visit by visit that was begun.
    """

    day: date
    problem: Problem
    plan: Plan
    visits: tuple[PastVisit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One figure of a past day.

    Attributes:
        day: Which.
        figure: `visits`, `found` or `door_minutes`.
        planned: By the plan; None where a plan says nothing of it.
        mean: Over all replications.
        low: The 5th percentile.
        high: The 95th percentile.
        actual: What happened.
    """

    day: date
    figure: str
    planned: float | None
    mean: float
    low: float
    high: float
    actual: float

    @property
    def is_inside(self) -> bool:
        """Whether what happened lies where nine of ten simulated days do."""
        return self.low <= self.actual <= self.high


def replayed(
    past: PastDay, behaviour: Behaviour, *, seed: int, replications: int, networks: RoadNetworks | None = None
) -> tuple[Replayed, ...]:
    """Carry out a past day's plan many times, and put what happened beside it.

    Args:
        past: The day.
        behaviour: Of everybody; fitted to other days than this one, if it is to say something.
        seed: Of all luck.
        replications: How often.
        networks: Where road networks are; None has none.
    """
    day = planned_day(past.problem, past.plan, travel_matrix(past.problem, networks))
    draws = Draws(seed, 0, replications)
    done = [carry_out(day, behaviour, Luck(draws, number)) for number in range(replications)]
    planned = _planned(past)
    return tuple(
        _replayed(past, name, planned.get(name), [of_day(one) for one in done], actual(past.visits))
        for name, (of_day, actual) in _FIGURES.items()
    )


def _replayed(past: PastDay, figure: str, planned: float | None, values: Sequence[float], actual: float) -> Replayed:
    return Replayed(
        day=past.day,
        figure=figure,
        planned=planned,
        mean=mean_interval(values).estimate,
        low=quantile_interval(values, _LOW).estimate,
        high=quantile_interval(values, _HIGH).estimate,
        actual=actual,
    )


def _planned(past: PastDay) -> Mapping[str, float]:
    calls = [visit_id for route in past.plan.routes for visit_id in route.visit_ids]
    seconds = {visit.id: visit.service_duration.total_seconds() for visit in past.problem.visits}
    return {"visits": len(calls), "door_minutes": sum(seconds[one] for one in calls) / _MINUTE}


def _found(done: DayDone) -> float:
    return sum(one.status in {Status.CONTACT, Status.REFUSED} for one in done.attempts)


def _door_minutes(done: DayDone) -> float:
    return sum((one.end or 0) - (one.start or 0) for one in done.attempts if one.status.is_attempt) / _MINUTE


_FIGURES: Mapping[str, tuple[Callable[[DayDone], float], Callable[[Sequence[PastVisit]], float]]] = {
    "visits": (lambda done: sum(one.status.is_attempt for one in done.attempts), len),
    "found": (_found, lambda visits: sum(one.found for one in visits)),
    "door_minutes": (_door_minutes, lambda visits: sum(one.served_seconds or 0.0 for one in visits) / _MINUTE),
}
