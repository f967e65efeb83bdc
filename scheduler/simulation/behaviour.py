"""How people, doors and roads behave: what chance decides while a plan is carried out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum

from scheduler.domain.visit import PlaceKind
from scheduler.simulation.draws import exponential, lognormal

HOURS = 24
WEEKDAYS = 7


class Distribution(StrEnum):
    """How times at the door vary around what was planned."""

    FIXED = "fixed"
    LOGNORMAL = "lognormal"
    EXPONENTIAL = "exponential"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTimes:
    """Times at the door, as multiples of the planned ones.

    Attributes:
        distribution: How they vary.
        median: The median multiple; for exponential times the mean.
        high: The 90th percentile as a multiple of the median; lognormal times alone look at it.
    """

    distribution: Distribution = Distribution.LOGNORMAL
    median: float = 1.0
    high: float = 1.4

    def seconds(self, planned: float, uniform: float) -> float:
        """The time of one visit."""
        middle = planned * self.median
        match self.distribution:
            case Distribution.EXPONENTIAL:
                return exponential(uniform, middle)
            case Distribution.LOGNORMAL if middle > 0:
                return lognormal(uniform, middle, middle * self.high)
            case _:
                return middle


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRates:
    """How likely somebody opens; all unmeasured numbers are assumptions and shown as such.

    Attributes:
        by_kind: By kind of place, over all hours and days.
        by_hour: By kind of place, the multiples of the 24 local hours; a kind that is not there has no hours.
        by_weekday: The multiples of Monday to Sunday; empty for none.
    """

    by_kind: Mapping[PlaceKind, float] = field(
        default_factory=lambda: {PlaceKind.HOME: 0.5, PlaceKind.WORKPLACE: 0.65, PlaceKind.OTHER: 0.5}
    )
    by_hour: Mapping[PlaceKind, tuple[float, ...]] = field(default_factory=dict)
    by_weekday: tuple[float, ...] = ()

    def chance(self, kind: PlaceKind, hour: int, weekday: int) -> float:
        """The chance at a local hour of a weekday, Monday being 0."""
        by_hour = self.by_hour.get(kind, ())
        chance = self.by_kind.get(kind, 0.0)
        chance *= by_hour[hour] if by_hour else 1.0
        chance *= self.by_weekday[weekday] if self.by_weekday else 1.0
        return min(1.0, max(0.0, chance))


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """Everything that chance decides on a day.

    Attributes:
        service_times: Of visits where somebody opens.
        found: How likely somebody opens.
        not_found_seconds: How long a crew stays at a door that nobody opens.
        refusal: The share of those who open and will not talk.
        no_show: The share of borrowers who are not there at the very time that was agreed with them (a pinned time);
            it stands in the place of `found` then.
        cancellation: The share of visits called off before the crew sets out for them.
        absence: The share of collectors who are missing, each day anew.
        travel_high: The 90th percentile of a whole day's roads, as a multiple of the planned times; 1 for as planned.
        leg_high: The same of each leg by itself.
        urgent_a_day: How many urgent cases come up in the course of a day, on average.
        arrivals_a_day: How many ordinary cases come new each day of a horizon, on average.
        outcomes: What talks end with, by outcome code, as shares of one.
        may_start_early: How much before its planned time a crew may ring, as hours and not minutes were announced.
        most_overtime: A crew sets out for no visit that would bring it home later than so much after its shift.
    """

    service_times: ServiceTimes = field(default_factory=ServiceTimes)
    found: FoundRates = field(default_factory=FoundRates)
    not_found_seconds: int = 300
    refusal: float = 0.08
    no_show: float = 0.15
    cancellation: float = 0.03
    absence: float = 0.02
    travel_high: float = 1.15
    leg_high: float = 1.2
    urgent_a_day: float = 0.0
    arrivals_a_day: float = 0.0
    outcomes: Mapping[str, float] = field(
        default_factory=lambda: {
            "PTP": 0.4,
            "PAID_FULL": 0.05,
            "PAID_PART": 0.1,
            "REFUSED_PAY": 0.2,
            "RESCHEDULE": 0.15,
            "DISPUTED": 0.05,
            "HARDSHIP": 0.05,
        }
    )
    may_start_early: timedelta = timedelta(minutes=30)
    most_overtime: timedelta = timedelta(hours=1)

    def outcome(self, uniform: float) -> str:
        """The code that a talk ends with."""
        passed = 0.0
        for code, share in self.outcomes.items():
            passed += share
            if uniform < passed:
                return code
        return tuple(self.outcomes)[-1]


def changed_behaviour(behaviour: Behaviour, values: Mapping[str, object]) -> Behaviour:
    """The same with other values, by the names of its attributes; each value is what its attribute holds."""
    return replace(behaviour, **values)  # type: ignore[arg-type]  # mypy cannot pair names and types of a mapping


CERTAIN = Behaviour(
    service_times=ServiceTimes(distribution=Distribution.FIXED),
    found=FoundRates(by_kind=dict.fromkeys(PlaceKind, 1.0)),
    refusal=0.0,
    no_show=0.0,
    cancellation=0.0,
    absence=0.0,
    travel_high=1.0,
    leg_high=1.0,
    may_start_early=timedelta(),
)
"""A day without chance: it goes exactly as planned."""
