"""The people who visit, and the periods in which they work."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scheduler.domain.time_window import TimeWindow
from scheduler.domain.travel import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """A certificate; `valid_until` is a local date, inclusive."""

    code: str
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """A trained person; `max_visits` counts visits per local day over all of the person's shifts.

    Attributes:
        id: The person, as a code.
        skills: What the person can do or is, such as a language; visits ask for it.
        qualifications: Certificates.
        max_visits: None for no limit.
        prohibited_partners: Who is never formed into a crew with this person; it counts for both.
        is_new: A crew that is formed has somebody who is not, unless it is a standing crew.
    """

    id: str
    skills: frozenset[str] = frozenset()
    qualifications: tuple[Qualification, ...] = ()
    max_visits: int | None = None
    prohibited_partners: frozenset[str] = frozenset()
    is_new: bool = False

    def is_qualified(self, code: str, on: date) -> bool:
        """Whether a qualification `code` is held and still valid on the local date `on`."""
        return any(held.code == code and on <= held.valid_until for held in self.qualifications)


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A rest of `duration` that lies inside `window` as a whole and is taken once."""

    window: TimeWindow
    duration: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingPeriod:
    """When and between which places somebody works; `Duty` and `Shift` say what each part means for them."""

    earliest_start: datetime
    latest_end: datetime
    start_location_id: str
    end_location_id: str
    breaks: tuple[Break, ...] = ()
    max_visits: int | None = None
    travel_profile: Profile = Profile.CAR

    @property
    def window(self) -> TimeWindow:
        """The working period as one window."""
        return TimeWindow(earliest_start=self.earliest_start, latest_end=self.latest_end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(WorkingPeriod):
    """When one collector who is in no crew yet works; a crew is formed of people whose duties agree.

    Attributes:
        collector_id: Who.
        earliest_start: A crew with this person leaves no earlier.
        latest_end: It is back no later.
        start_location_id: Where the crew starts; the same for all of it.
        end_location_id: Where it ends; the same for all of it.
        breaks: The same for all of it.
        max_visits: The most visits on the crew's route, None for no limit.
        travel_profile: As of a shift; the same for all of the crew.
    """

    collector_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift(WorkingPeriod):
    """A crew's working period on one day.

    Attributes:
        id: The shift.
        collector_ids: The crew: the collectors who travel together.
        earliest_start: The crew leaves `start_location_id` no earlier.
        latest_end: The crew is at `end_location_id` no later, unless the objective allows overtime.
        start_location_id: Where the route starts.
        end_location_id: Where the route ends.
        breaks: Taken in this order.
        max_visits: The most visits on this shift's route, None for no limit.
        travel_profile: How the crew travels.
    """

    id: str
    collector_ids: tuple[str, ...]
