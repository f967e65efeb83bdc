"""Everything the planner is given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from scheduler.domain.collector import Collector, Duty, Shift
from scheduler.domain.crew_progress import CrewProgress
from scheduler.domain.expected_contacts import ExpectedContacts
from scheduler.domain.location import Location
from scheduler.domain.plan import Plan
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.travel import Profile
from scheduler.domain.visit import Visit

DEFAULT_RULE_PACKS = ("cn-base",)
PLAN_CHANGE_TOLERANCE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class GreatCircleTravel:
    """Straight lines, lengthened by `detour_factor` and driven at `speed_kmh`, plus `overhead` on every leg.

    These are a car's; `profiles` says it of others. A profile that is not in it has constants of its own.
    """

    detour_factor: float
    speed_kmh: float
    overhead: timedelta
    profiles: Mapping[Profile, Self] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixTravel:
    """Given times; rows and columns follow the problem's locations, None = unreachable.

    These are a car's; `profiles` has those of every other profile that a shift or duty uses.
    """

    duration_seconds: tuple[tuple[int | None, ...], ...]
    distance_meters: tuple[tuple[int | None, ...], ...] | None = None
    profiles: Mapping[Profile, Self] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadTravel:
    """Times on the networks of one name, one a profile; `fallback` allows the great circle when one is missing."""

    network: str
    fallback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """Optional terms of the cost; law is never among them.

    Weights are seconds-equivalents for one second, read as whole thousandths: `thousandths` says how.

    Attributes:
        non_preferred_collector: Added for a visit that names preferred collectors and gets a crew without one.
        lawful_margin: Kept before a window's end whenever it costs nothing.
        overtime_weight: For each second that a route ends after its shift's `latest_end`.
        max_overtime: A route ends no later than so much after its shift's `latest_end`.
        waiting_weight: For each second that a crew waits at a visit.
        unfairness_weight: For each second that a collector works above the mean of all who have a shift.
        change_of_collector: Added for a visit whose crew has none of the collectors who went there last.
        change_of_plan: Added for a visit on another shift than published, moved by more than `PLAN_CHANGE_TOLERANCE`,
            or overtaken by others that are not.
        expected_contacts: What visits at hours cost at which few are met; None for nothing.
    """

    non_preferred_collector: timedelta = timedelta()
    lawful_margin: timedelta = timedelta(seconds=300)
    overtime_weight: float = 0.0
    max_overtime: timedelta = timedelta()
    waiting_weight: float = 0.0
    unfairness_weight: float = 0.0
    change_of_collector: timedelta = timedelta()
    change_of_plan: timedelta = timedelta()
    expected_contacts: ExpectedContacts | None = None


def thousandths(weight: float) -> int:
    """A weight as whole thousandths, so that every cost is exact in whole numbers."""
    return round(weight * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What happened before the days of the problem.

    Attributes:
        working: Collector id -> working time so far; who is not in it has worked nothing.
        last_collectors: Visit id -> who went to that borrower last; they may be collectors who left.
    """

    working: Mapping[str, timedelta] = field(default_factory=dict)
    last_collectors: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything the planner is given.

    Attributes:
        time_zone: Local days and clock times are of this zone, but for what rules say of a place in another one.
        travel: Where travel times come from.
        locations: All points.
        collectors: All people.
        shifts: All crews' working periods.
        duties: Working periods of people whom planning forms into crews.
        standing_crews: People who go together whenever their duties agree; nobody is in two.
        visits: All calls that may be placed.
        as_of: When the facts were true: from that local day on notices that are still missing can be sent; None when
            none can be.
        rule_packs: Names of the rule packs that apply; the empty tuple means no law beyond the windows given.
        objective: Optional terms of the cost.
        history: What happened before; None when nothing is known.
        published_plan: The plan that people already know, for `Objective.change_of_plan`; what it says of shifts and
            visits that the problem does not have is ignored.
        hour_factors: How much longer driving takes in each of the 24 local clock hours; empty = always the same. They
            hold for cars alone.
        progress: What crews have behind them on a day that has begun; of those that are not in it nothing.
        document_sha256: The hash of the document that this problem was read from, None when it was built in memory.
    """

    time_zone: ZoneInfo
    travel: GreatCircleTravel | MatrixTravel | RoadTravel
    locations: tuple[Location, ...]
    collectors: tuple[Collector, ...]
    shifts: tuple[Shift, ...]
    visits: tuple[Visit, ...]
    as_of: datetime | None = None
    rule_packs: tuple[str, ...] = DEFAULT_RULE_PACKS
    objective: Objective = field(default_factory=Objective)
    history: History | None = None
    published_plan: Plan | None = None
    hour_factors: tuple[float, ...] = ()
    duties: tuple[Duty, ...] = ()
    standing_crews: tuple[frozenset[str], ...] = ()
    progress: tuple[CrewProgress, ...] = ()
    document_sha256: str | None = field(default=None, compare=False)

    @property
    def place_zones(self) -> Mapping[str, ZoneInfo]:
        """Location id -> the zone of the days and hours that rules judge visits there by."""
        return {location.id: location.time_zone or self.time_zone for location in self.locations}

    def notices_from(self, time_zone: ZoneInfo) -> date | None:
        """From this local day of a zone on a notice that is still missing can be sent; None when none can."""
        return None if self.as_of is None else self.as_of.astimezone(time_zone).date()

    @property
    def travel_profiles(self) -> tuple[Profile, ...]:
        """Those of its shifts and duties, in the order of `Profile`; a car's when there are none."""
        used = {period.travel_profile for period in (*self.shifts, *self.duties)}
        return tuple(profile for profile in Profile if profile in used) or (Profile.CAR,)

    @property
    def working_windows(self) -> tuple[TimeWindow, ...]:
        """When anybody works: of all shifts and duties."""
        return (*(shift.window for shift in self.shifts), *(duty.window for duty in self.duties))

    def with_formed(self, shifts: Iterable[Shift]) -> Self:
        """The same with shifts formed of its duties in place of these."""
        return replace(self, shifts=(*self.shifts, *shifts), duties=())

    def local_date(self, moment: datetime) -> date:
        """The calendar day of an aware time in the problem's zone."""
        return moment.astimezone(self.time_zone).date()
