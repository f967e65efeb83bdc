"""Every slot that there could be: for tests of which ones are offered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow, intersect
from scheduler.domain.visit import Visit
from scheduler.eligibility import decide
from scheduler.rules.load import load_rule_set
from tests.builders import DAY, MINUTE, time


def all_slots(problem: Problem, visit: Visit, day: date = DAY) -> Iterator[tuple[str, str, TimeWindow]]:
    """Every crew, place and hour on the grid that lies inside the hours of the place and the law."""
    decisions = decide(replace(problem, visits=(visit,)), load_rule_set(problem.rule_packs))[visit.id]
    length = max(timedelta(hours=1), visit.service_duration)
    for place in visit.places:
        lawful = decisions[place.id].windows
        hours = place.time_windows if lawful is None else intersect(place.time_windows, lawful)
        for half_hour in range(48):
            start = time("00:00", day) + half_hour * 30 * MINUTE
            span = TimeWindow(earliest_start=start, latest_end=start + length)
            if any(one.holds(span) for one in hours):
                for shift in problem.shifts:
                    if shift.earliest_start <= start and span.latest_end <= shift.latest_end:
                        yield shift.id, place.id, span
