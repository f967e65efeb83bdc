"""Everything the planner is given."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.domain.collector import Collector, Shift
from scheduler.domain.location import Location
from scheduler.domain.visit import Visit

DEFAULT_RULE_PACKS = ("cn-base",)


@dataclass(frozen=True, slots=True, kw_only=True)
class GreatCircleTravel:
    """Straight lines, lengthened by `detour_factor` and driven at `speed_kmh`, plus `overhead` on every leg."""

    detour_factor: float
    speed_kmh: float
    overhead: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixTravel:
    """Given times; rows and columns follow the problem's locations, None = unreachable."""

    duration_seconds: tuple[tuple[int | None, ...], ...]
    distance_meters: tuple[tuple[int | None, ...], ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadTravel:
    """Times on a built road network; `fallback` allows the great circle when the network is missing."""

    network: str
    fallback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """Optional terms of the cost; law is never among them.

    Attributes:
        non_preferred_collector: Added for a visit that names preferred collectors and gets a crew without one.
        lawful_margin: Kept before a window's end whenever it costs nothing.
    """

    non_preferred_collector: timedelta = timedelta()
    lawful_margin: timedelta = timedelta(seconds=300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything the planner is given.

    Attributes:
        time_zone: Local days and clock times are of this zone.
        travel: Where travel times come from.
        locations: All points.
        collectors: All people.
        shifts: All crews' working periods.
        visits: All calls that may be placed.
        rule_packs: Names of the rule packs that apply; the empty tuple means no law beyond the windows given.
        objective: Optional terms of the cost.
        document_sha256: The hash of the document that this problem was read from, None when it was built in memory.
    """

    time_zone: ZoneInfo
    travel: GreatCircleTravel | MatrixTravel | RoadTravel
    locations: tuple[Location, ...]
    collectors: tuple[Collector, ...]
    shifts: tuple[Shift, ...]
    visits: tuple[Visit, ...]
    rule_packs: tuple[str, ...] = DEFAULT_RULE_PACKS
    objective: Objective = field(default_factory=Objective)
    document_sha256: str | None = field(default=None, compare=False)

    def local_date(self, moment: datetime) -> date:
        """The calendar day of an aware time in the problem's zone."""
        return moment.astimezone(self.time_zone).date()
