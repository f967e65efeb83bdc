"""Calls on borrowers that the planner may place."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from scheduler.domain.case import Case
from scheduler.domain.time_window import TimeWindow

MANDATORY_PENALTY = timedelta(seconds=144_000)
LEAST_OPTIONAL_PENALTY = timedelta(seconds=3_600)
PENALTY_PER_PRIORITY = timedelta(seconds=360)


class PlaceKind(StrEnum):
    """Where a visit can happen."""

    HOME = "home"
    WORKPLACE = "workplace"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place where the borrower may be visited.

    Attributes:
        id: The place, unique in the problem.
        kind: Home, workplace or other.
        location_id: The point on the ground.
        time_windows: The whole visit lies inside one of them.
        preference_penalty: Added to the plan's cost when the visit happens here.
    """

    id: str
    kind: PlaceKind
    location_id: str
    time_windows: tuple[TimeWindow, ...]
    preference_penalty: timedelta = timedelta()


class PriorityCode(StrEnum):
    """What a priority can be made of; a lender may have codes of its own beside these."""

    GIVEN = "given"
    DAYS_PAST_DUE = "days_past_due"
    PROMISE_BROKEN = "promise_broken"
    WAITING = "waiting"
    APPOINTMENT = "appointment"
    AMOUNT_BAND = "amount_band"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityPart:
    """One part of a priority: a `PriorityCode` or a code of the lender's, and what it counts."""

    code: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A dispatcher's decision that the planner keeps or leaves the visit out, but never changes.

    `position` counts the visits of the route from 1.
    """

    shift_id: str
    place_id: str | None = None
    service_start_time: datetime | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One call on one borrower; it happens at one of `places` or is left out with a reason.

    Attributes:
        id: The visit.
        service_duration: The time at the door.
        places: At least one.
        priority: 0 to 100, 100 is the most important.
        priority_parts: What the priority is made of, its sum; empty when that is not known.
        mandatory: Raises the penalty of leaving the visit out; not a constraint.
        given_penalty: The document's own penalty of leaving the visit out, if it gives one.
        required_skills: The crew's members have them all, together.
        crew_size: The least number of people in the crew.
        required_collectors: All of them are in the crew.
        preferred_collectors: A crew without one of them costs `Objective.non_preferred_collector`.
        prohibited_collectors: One of them bars the crew.
        pinned: See `Pin`.
        case: The facts that rules about the case need; without it only planning rules judge the visit.
    """

    id: str
    service_duration: timedelta
    places: tuple[Place, ...]
    priority: int = 50
    priority_parts: tuple[PriorityPart, ...] = ()
    mandatory: bool = False
    given_penalty: timedelta | None = None
    required_skills: frozenset[str] = frozenset()
    crew_size: int = 1
    required_collectors: frozenset[str] = frozenset()
    preferred_collectors: frozenset[str] = frozenset()
    prohibited_collectors: frozenset[str] = frozenset()
    pinned: Pin | None = None
    case: Case | None = None

    @property
    def unassigned_penalty(self) -> timedelta:
        """What leaving the visit out costs."""
        if self.given_penalty is not None:
            return self.given_penalty
        if self.mandatory:
            return MANDATORY_PENALTY
        return LEAST_OPTIONAL_PENALTY + self.priority * PENALTY_PER_PRIORITY
