"""What the rules are asked."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from scheduler.domain.case import Case
from scheduler.domain.collector import Collector
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import PlaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """May this borrower be visited at a place of this kind, on one of these days, and within which bounds?

    Attributes:
        place_kind: Home, workplace or other.
        time_zone: Of `days` and of the answer's windows.
        days: The local days asked about, at least one, in any order.
        case: The facts; None leaves every rule that needs them aside.
        planned: The whole visit, when it is already planned: then its local start date is judged.
        crew: Who would go, when that is known.
    """

    place_kind: PlaceKind
    time_zone: ZoneInfo
    days: tuple[date, ...]
    case: Case | None
    planned: TimeWindow | None = None
    crew: tuple[Collector, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse a question about no day."""
        if not self.days:
            raise ValueError("a question is about at least one day")
