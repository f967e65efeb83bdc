"""Working periods as both documents write them: in a Problem those that are given, in a Plan those that are formed."""

from typing import Annotated

from pydantic import Field

from scheduler.documents.wire_types import LEFT_OUT, AtMost, Count, Id, Seconds, Time, Wire
from scheduler.domain.travel import Profile


class TimeWindowWire(Wire):
    """A span that holds a whole visit, both ends included."""

    earliest_start: Time
    latest_end: Time


class BreakWire(TimeWindowWire):
    """A rest that is taken once, wholly inside its window."""

    duration_seconds: Seconds


class WorkingPeriodWire(TimeWindowWire):
    """When and from where somebody works on one day."""

    start_location_id: Id
    end_location_id: Id
    breaks: Annotated[list[BreakWire], AtMost()] = Field(default_factory=list)
    """Taken in this order."""
    max_visits: Annotated[Count | None, LEFT_OUT] = None
    travel_profile: Annotated[Profile, Field(strict=False)] = Profile.CAR
    """How the crew travels."""


class ShiftWire(WorkingPeriodWire):
    """A crew's working period on one day."""

    id: Id
    collector_ids: Annotated[list[Id], AtMost(), Field(min_length=1)]
    """The crew; nobody is on two shifts at a time."""
