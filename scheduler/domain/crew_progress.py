"""How far a day is that has begun: what every crew has behind it."""

from dataclasses import dataclass
from datetime import datetime

from scheduler.domain.plan import Stop, StopType


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewProgress:
    """How far one crew is.

    A fact and not a plan: no rule judges it, and no plan changes it.

    Attributes:
        shift_id: The crew's shift.
        stops: What is behind it, as it was: the start first, then visits and breaks, with real times where they are
            known. Of a visit that runs the end is what is expected. Empty while the crew has not left.
        free_at: It goes on no earlier: from the last of `stops`, or from its start.
        is_over: Whether it makes no more visits on this shift.
    """

    shift_id: str
    stops: tuple[Stop, ...] = ()
    free_at: datetime
    is_over: bool = False

    @property
    def visit_ids(self) -> tuple[str, ...]:
        """The visits behind it, in order."""
        return tuple(stop.visit_id for stop in self.stops if stop.visit_id is not None)

    @property
    def breaks_taken(self) -> int:
        """How many of the shift's breaks are behind it."""
        return sum(stop.type is StopType.BREAK for stop in self.stops)
