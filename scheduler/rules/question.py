"""What the rules are asked."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from scheduler.domain.case import Case, Channel
from scheduler.domain.collector import Collector
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import PlaceKind
from scheduler.rules.applies import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """May this borrower be visited at a place of this kind, on one of these days, and within which bounds?

    Attributes:
        place_kind: Home, workplace or other.
        time_zone: Of the place: of `days`, `notices_from` and the answer's windows.
        days: The local days asked about, at least one, in any order.
        case: The facts; None leaves every rule that needs them aside.
        planned: The whole visit, when it is already planned: then its local start date is judged.
        crew: Who would go, when that is known.
        place_id: The place itself, when that is known.
        notices_from: From this local day on a notice that is still missing can be sent, as publishing a plan does;
            None when none can, as at the door.
        documents: What the crew carries, when that is known.
        channel: How the borrower would be contacted; all of the above is about visits.
    """

    place_kind: PlaceKind
    time_zone: ZoneInfo
    days: tuple[date, ...]
    case: Case | None
    planned: TimeWindow | None = None
    crew: tuple[Collector, ...] | None = None
    place_id: str | None = None
    notices_from: date | None = None
    documents: frozenset[str] | None = None
    channel: Channel = Channel.VISIT

    def __post_init__(self) -> None:
        """Refuse a question about no day."""
        if not self.days:
            raise ValueError("a question is about at least one day")

    @property
    def topic(self) -> Topic:
        """What it is about."""
        case = self.case
        return Topic(
            place_kind=self.place_kind,
            channel=self.channel,
            actor=None if case is None else case.actor,
            product=None if case is None else case.product,
        )
