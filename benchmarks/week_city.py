"""A week of the fictional city, in any size: the same cases, hours and crews on each of its days."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from api.cli.demo import AS_OF, DAY, RULE_PACKS
from api.importing import import_files
from fixtures.generate_city import generate
from scheduler.domain.collector import Break, Shift
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Visit

DAYS = 7


def a_week(*, cases: int, crews: int, days: int = DAYS) -> tuple[Problem, ...]:
    """A problem a day, from the fictional city's day on.

    Args:
        cases: Of borrowers; not all may be visited.
        crews: Of two, each with a shift on every day; not all may visit anybody.
        days: At most seven.
    """
    city = _city(cases, crews)
    return tuple(_on(city, offset) for offset in range(days))


def _city(cases: int, crews: int) -> Problem:
    with tempfile.TemporaryDirectory() as folder:
        tables: Mapping[str, bytes] = generate(cases=cases, collectors=2 * crews)
        paths = [Path(folder) / name for name in tables]
        for path in paths:
            path.write_bytes(tables[path.name])
        return import_files(paths, DAY, rule_packs=RULE_PACKS, as_of=AS_OF).problem


def _on(city: Problem, offset: int) -> Problem:
    later = timedelta(days=offset)
    return replace(
        city,
        shifts=tuple(_shift(shift, later) for shift in city.shifts),
        visits=tuple(_visit(visit, later) for visit in city.visits),
        document_sha256=None,
    )


def _shift(shift: Shift, later: timedelta) -> Shift:
    day = DAY + later
    return replace(
        shift,
        id=shift.id.replace(f"{DAY:%m%d}", f"{day:%m%d}"),
        earliest_start=shift.earliest_start + later,
        latest_end=shift.latest_end + later,
        breaks=tuple(Break(window=_window(rest.window, later), duration=rest.duration) for rest in shift.breaks),
    )


def _visit(visit: Visit, later: timedelta) -> Visit:
    places = tuple(
        replace(place, time_windows=tuple(_window(span, later) for span in place.time_windows))
        for place in visit.places
    )
    return replace(visit, places=places, pinned=None if later else visit.pinned)


def _window(span: TimeWindow, later: timedelta) -> TimeWindow:
    return TimeWindow(earliest_start=span.earliest_start + later, latest_end=span.latest_end + later)
