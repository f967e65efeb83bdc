"""What became of each call, and of each crew's day."""

from dataclasses import dataclass
from enum import StrEnum

from scheduler.simulation.calls import Call


class Status(StrEnum):
    """What became of a call."""

    CONTACT = "contact"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    NOT_STARTED_LAWFUL_LIMIT = "not_started_lawful_limit"
    NOT_STARTED_SHIFT_END = "not_started_shift_end"
    CREW_SHORT = "crew_short"
    REPLANNED_AWAY = "replanned_away"
    NO_CREW_FREE = "no_crew_free"

    @property
    def is_attempt(self) -> bool:
        """Whether the crew rang."""
        return self in _ATTEMPTS


_ATTEMPTS = frozenset({Status.CONTACT, Status.REFUSED, Status.NOT_FOUND, Status.NO_SHOW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One call of one simulated day.

    Attributes:
        call: The call.
        shift_id: Whose; None for an urgent one that no crew could take in.
        status: What became of it.
        outcome: The code that a visit ended with; None without an attempt.
        start: When the crew rang; None without an attempt.
        end: When it left; never after the lawful limit.
        limit: The lawful limit that held the visit; None when no window was left.
        near_limit: Whether it ended, or with its time at the door would have ended, within ten minutes of the limit.
        broken_off: Whether the crew left because the limit was there.
    """

    call: Call
    shift_id: str | None
    status: Status
    outcome: str | None = None
    start: int | None = None
    end: int | None = None
    limit: int | None = None
    near_limit: bool = False
    broken_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewDay:
    """How a crew's day went.

    Attributes:
        shift_id: The shift.
        left: Whether it went out at all.
        begin: When it left.
        finish: When it was back.
        shift_end: When its shift ended.
        shift_seconds: How long its shift was.
        driven_seconds: On the road.
        driven_meters: Where lengths are known.
        served_seconds: At doors.
        waited_seconds: Before doors.
        breaks_missed: Breaks that ended after their window.
    """

    shift_id: str
    left: bool
    begin: int
    finish: int
    shift_end: int
    shift_seconds: int
    driven_seconds: int = 0
    driven_meters: int = 0
    served_seconds: int = 0
    waited_seconds: int = 0
    breaks_missed: int = 0

    @property
    def overtime_seconds(self) -> int:
        """After the shift's end."""
        return max(0, self.finish - self.shift_end) if self.left else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DayDone:
    """A simulated day: every planned or urgent call once, and every crew."""

    attempts: tuple[Attempt, ...]
    crews: tuple[CrewDay, ...]
