"""A published Friday and the Monday after it, on which its visits could be made too."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from api.settings import Settings
from api.store import PlanEntry, plans, stops
from api.store.stops import PlannedStop
from tests.builders import time
from tests.visiting import a_day, a_published_plan, at_the_door, received
from tests.visiting_service import VisitingService, a_visiting_service

MONDAY = date(2026, 12, 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoDays:
    """The plan c1, c2 (crew s1), c3 (crew s2) on Friday, and c4 (crew s1) on Monday, which has room for c1."""

    service: VisitingService
    monday_id: str

    def followed(self, day: date) -> PlanEntry:
        """What people follow on a day."""
        with self.service.database.reading(self.service.scope, self.service.now) as unit:
            entry = plans.in_force(unit, day)
        assert entry is not None
        return entry

    def stop(self, day: date, visit: str = "c1") -> PlannedStop | None:
        """A visit of what people follow on a day."""
        entry = self.followed(day)
        with self.service.database.reading(self.service.scope, self.service.now) as unit:
            return stops.one(unit, entry.id, visit)


@contextmanager
def two_days(settings: Settings, *, later: date = MONDAY) -> Iterator[TwoDays]:
    """Both published a week before, every notice received; it is eight on Friday."""
    with a_visiting_service(settings) as service:
        problem = a_day("c1", "c4", day=later)
        later_id = a_published_plan(service.database, service.scope, {"s1": ["c4"]}, problem)
        received(service.database, service.scope, later_id)
        service.now = at_the_door("08:00")
        yield TwoDays(service=service, monday_id=later_id)


def on_monday(clock: str) -> datetime:
    """A moment of the later day."""
    return time(clock, MONDAY)
