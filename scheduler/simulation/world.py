"""What a scenario is made of: a problem, and how the day behaves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from scheduler.domain.problem import MatrixTravel, Problem
from scheduler.domain.time_window import TimeWindow, intersect
from scheduler.domain.travel import Profile
from scheduler.domain.visit import Place, Visit
from scheduler.rules.clock import Clock
from scheduler.simulation.behaviour import Behaviour

NO_DISTRICT = "-"

type Row = tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptCap:
    """Nobody is visited again after so many visits, vain ones included, within so many days."""

    most: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanPolicy:
    """When crews get new orders in the course of a day, and what those leave alone.

    Attributes:
        at: At these local clock times.
        late: Whenever a crew is later than this, or cannot make one of its visits; None for never.
        keeps_crews: Whether every visit stays with the crew that was announced; else only the day does.
    """

    at: tuple[Clock, ...] = ()
    late: timedelta | None = None
    keeps_crews: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One scenario, ready to be planned and carried out.

    Attributes:
        problem: What is planned.
        districts: Location id -> district.
        behaviour: What chance decides.
        iterations: The planner's budget.
        full_engine: Whether the planner also recombines, proves and improves with the routing model, as production
            does; it takes seconds a plan in the place of fractions of one.
        plan_buffer: Kept free, in plans alone, before each end of lawful hours.
        attempt_cap: A cap on visits that is stricter than the rule packs; None for none.
        replan_policy: When crews get new orders; None for never.
    """

    problem: Problem
    districts: Mapping[str, str]
    behaviour: Behaviour = field(default_factory=Behaviour)
    iterations: int = 1000
    full_engine: bool = False
    plan_buffer: timedelta = timedelta()
    attempt_cap: AttemptCap | None = None
    replan_policy: ReplanPolicy | None = None

    def with_visits(self, visits: tuple[Visit, ...]) -> "World":
        """The same with other visits."""
        return replace(self, problem=replace(self.problem, visits=visits))

    def with_windows(self, kept: Callable[[TimeWindow], tuple[TimeWindow, ...]]) -> "World":
        """The same with less of each borrower's hours."""
        return self.with_visits(tuple(_narrowed(visit, kept) for visit in self.problem.visits))

    def district_of(self, place: Place) -> str:
        """Where a place is, `NO_DISTRICT` where that is not known."""
        return self.districts.get(place.location_id, NO_DISTRICT)

    @property
    def day(self) -> date:
        """The first local day on which anybody works."""
        return min(self.problem.local_date(window.earliest_start) for window in self.problem.working_windows)


def between(world: World, earliest: Clock, latest: Clock) -> Callable[[TimeWindow], tuple[TimeWindow, ...]]:
    """What a daily span of clock times leaves of a window."""
    zone = world.problem.time_zone

    def kept(window: TimeWindow) -> tuple[TimeWindow, ...]:
        return intersect(
            (window,),
            (
                TimeWindow(earliest_start=earliest.on(day, zone), latest_end=latest.on(day, zone))
                for day in days_of(window, world.problem)
            ),
        )

    return kept


def days_of(window: TimeWindow, problem: Problem) -> tuple[date, ...]:
    """The local days that a window touches."""
    first, last = (problem.local_date(moment) for moment in (window.earliest_start, window.latest_end))
    return tuple(first + timedelta(days=offset) for offset in range((last - first).days + 1))


def moved(moment: datetime, days: int) -> datetime:
    """The same clock time so many local days later."""
    return moment + timedelta(days=days)


def changed_matrix(travel: MatrixTravel, change: Callable[[tuple[Row, ...]], tuple[Row, ...]]) -> MatrixTravel:
    """Matrices of all profiles with the same change to their times."""
    others: dict[Profile, MatrixTravel] = {
        profile: changed_matrix(other, change) for profile, other in travel.profiles.items()
    }
    return replace(travel, duration_seconds=change(travel.duration_seconds), profiles=others)


def _narrowed(visit: Visit, kept: Callable[[TimeWindow], tuple[TimeWindow, ...]]) -> Visit:
    return replace(
        visit,
        places=tuple(
            replace(place, time_windows=tuple(part for window in place.time_windows for part in kept(window)))
            for place in visit.places
        ),
    )
