"""What one replication comes to, in numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from math import sqrt
from statistics import fmean

from scheduler.simulation.attempts import Attempt, CrewDay, Status
from scheduler.simulation.calls import PlannedDay, lawful_windows
from scheduler.simulation.horizon import SimulatedDay
from scheduler.simulation.world import NO_DISTRICT

FIGURES = (
    "planned",
    "attempted",
    "contacts",
    "attempted_a",
    "share_a_attempted",
    "backlog",
    "not_started_lawful",
    "broken_off",
    "near_limit",
    "share_near_limit",
    "lawful_violations",
    "missed_breaks",
    "crew_short",
    "finish_mean_minutes",
    "finish_last_minutes",
    "overtime_minutes",
    "long_overtime",
    "utilisation",
    "travel_minutes",
    "travel_share",
    "waiting_minutes",
    "kilometers",
    "unfairness",
    "crews_out",
)
LONG_OVERTIME_SECONDS = 1800
_HOUR = 3600
_MINUTE = 60


@dataclass(slots=True)
class Shortage:
    """Demand and what was done of it, in one district at one local hour.

    Attributes:
        wanted: Lawful visits, each spread evenly over the hours in which it could be made.
        attempted: Those attempted.
        visits: How many different visits are in it; few of them are not shown outside.
    """

    wanted: float = 0.0
    attempted: float = 0.0
    visits: set[str] = field(default_factory=set)


def figures_of(days: Sequence[SimulatedDay], priority_a: int) -> dict[str, float]:
    """The numbers of a replication; those of several days are sums, shares and means over all of them.

    Args:
        days: As they went.
        priority_a: Visits of this priority or more count as priority A.
    """
    attempts = [one for day in days for one in day.done.attempts]
    crews = [one for day in days for one in day.done.crews]
    rung = [one for one in attempts if one.status.is_attempt]
    statuses = Counter(one.status for one in attempts)
    planned = sum(len(order.calls) for day in days for order in day.planned.orders)
    near = sum(one.near_limit for one in attempts)
    return {
        "planned": planned,
        "attempted": len(rung),
        "contacts": statuses[Status.CONTACT],
        **_priority_a(days, rung, priority_a),
        "backlog": days[-1].backlog,
        "not_started_lawful": statuses[Status.NOT_STARTED_LAWFUL_LIMIT],
        "broken_off": sum(one.broken_off for one in attempts),
        "near_limit": near,
        "share_near_limit": near / planned if planned else 0.0,
        "lawful_violations": sum(is_unlawful(one) for one in rung),
        "missed_breaks": sum(crew.breaks_missed for crew in crews),
        "crew_short": statuses[Status.CREW_SHORT],
        **_crew_figures(crews),
    }


def is_unlawful(attempt: Attempt) -> bool:
    """Whether a visit lay in no lawful window as a whole: judged by the windows, not by what the crew noted."""
    start, end = attempt.start, attempt.end
    if start is None or end is None:
        return False
    windows = lawful_windows(attempt.call.place, attempt.call.decision)
    return not any(begin <= start and end <= close for begin, close in windows)


def ends_of(days: Sequence[SimulatedDay]) -> Counter[int]:
    """How many visits ended at so many whole minutes after their lawful limit."""
    return Counter(
        (one.end - one.limit) // _MINUTE
        for day in days
        for one in day.done.attempts
        if one.end is not None and one.limit is not None
    )


def reasons_of(days: Sequence[SimulatedDay]) -> Counter[str]:
    """Why visits were not attempted: reason codes of the plan, and what happened on the way."""
    counted: Counter[str] = Counter()
    for day in days:
        counted.update(day.planned.unassigned.values())
        counted.update(str(one.status) for one in day.done.attempts if not one.status.is_attempt)
    return counted


def add_shortage(into: dict[tuple[str, int], Shortage], day: SimulatedDay) -> None:
    """Add where and when a day's lawful visits could have been made, and which of them were attempted."""
    rung = {one.call.visit.id for one in day.done.attempts if one.status.is_attempt}
    for visit_id, cells in _open_hours(day.planned).items():
        for cell in cells:
            shortage = into.setdefault(cell, Shortage())
            shortage.wanted += 1 / len(cells)
            shortage.visits.add(visit_id)
            if visit_id in rung:
                shortage.attempted += 1 / len(cells)


@lru_cache(maxsize=4)
def _open_hours(planned: PlannedDay) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """By lawful visit, district and local hour of its lawful windows while somebody works."""
    if not planned.orders:
        return {}
    first = min(order.departure for order in planned.orders)
    last = max(order.shift_end for order in planned.orders)
    found = {}
    for visit in planned.problem.visits:
        cells: dict[tuple[str, int], None] = {}
        for place in visit.places:
            district = planned.districts.get(place.location_id, NO_DISTRICT)
            for begin, end in lawful_windows(place, planned.decisions[visit.id][place.id]):
                for moment in range(max(begin, first) // _HOUR * _HOUR, min(end, last), _HOUR):
                    cells[district, datetime.fromtimestamp(moment, planned.zone).hour] = None
        found[visit.id] = tuple(cells)
    return found


def _priority_a(days: Sequence[SimulatedDay], rung: Iterable[Attempt], priority_a: int) -> Mapping[str, float]:
    """Priority-A visits that the law allowed on one of the days, and how many of them were attempted."""
    due = {
        visit.id
        for day in days
        for visit in day.planned.problem.visits
        if visit.priority >= priority_a and visit.id in day.planned.lawful
    }
    due |= {one.call.visit.id for day in days for one in day.done.attempts if one.call.urgent}
    done = due & {one.call.visit.id for one in rung}
    return {"attempted_a": len(done), "share_a_attempted": len(done) / len(due) if due else 1.0}


def _crew_figures(crews: Sequence[CrewDay]) -> dict[str, float]:
    out = [crew for crew in crews if crew.left]
    late = [(crew.finish - crew.shift_end) / _MINUTE for crew in out]
    spans = [crew.finish - crew.begin for crew in out]
    worked = sum(spans)
    driven = sum(crew.driven_seconds for crew in out)
    busy = driven + sum(crew.served_seconds for crew in out)
    whole = sum(crew.shift_seconds for crew in crews)
    return {
        "finish_mean_minutes": fmean(late) if late else 0.0,
        "finish_last_minutes": max(late, default=0.0),
        "overtime_minutes": sum(crew.overtime_seconds for crew in crews) / _MINUTE,
        "long_overtime": float(any(crew.overtime_seconds > LONG_OVERTIME_SECONDS for crew in crews)),
        "utilisation": busy / whole if whole else 0.0,
        "travel_minutes": driven / _MINUTE,
        "travel_share": driven / worked if worked else 0.0,
        "waiting_minutes": sum(crew.waited_seconds for crew in out) / _MINUTE,
        "kilometers": sum(crew.driven_meters for crew in out) / 1000,
        "unfairness": _variation(spans),
        "crews_out": len(out),
    }


def _variation(values: Sequence[float]) -> float:
    """The standard deviation as a share of the mean."""
    if not values or not sum(values):
        return 0.0
    mean = fmean(values)
    return sqrt(fmean((value - mean) ** 2 for value in values)) / mean
