"""How long visits took and how often somebody opened, fitted to what happened; with defaults where too little did."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from statistics import NormalDist
from zoneinfo import ZoneInfo

from scheduler.domain.visit import PlaceKind
from scheduler.simulation.behaviour import HOURS, Behaviour, Distribution, FoundRates, ServiceTimes
from scheduler.simulation.statistics import distance

LEAST_TIMES = 30
LEAST_DOORS = 50
# A rate of an hour leans on the rate of all hours as if so many doors more had been rung at.
_PRIOR_DOORS = 20
_WORST_DISTANCE = 0.1
_HIGH = NormalDist().inv_cdf(0.9)  # the 90th percentile, in standard deviations
_SHOWN_SHARES = tuple(number / 20 for number in range(1, 20))


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVisit:
    """A visit that was made.

    Attributes:
        at: When the crew rang, aware.
        place_kind: Where.
        found: Whether somebody opened.
        planned_seconds: The time at the door that was planned; None where that is not known.
        served_seconds: The time that it took; None where that is not known.
    """

    at: datetime
    place_kind: PlaceKind
    found: bool
    planned_seconds: float | None = None
    served_seconds: float | None = None


class WarningCode(StrEnum):
    """What a reader of calibrated simulations must know."""

    FEW_TIMES = "few_times"
    FEW_DOORS = "few_doors"
    POOR_FIT = "poor_fit"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationWarning:
    """A default that stands in for what could not be fitted, or a fit that is poor."""

    code: WarningCode
    subject: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What was fitted.

    Attributes:
        behaviour: The given one with what was fitted.
        times: How many times at doors were fitted to.
        doors: By kind of place, how many doors were rung at.
        fit: Shares with the measured multiple of the planned time and the fitted one, for a plot; empty without a fit.
        distance: Kolmogorov and Smirnov's distance of the fit; None without one.
        warnings: See `CalibrationWarning`.
    """

    behaviour: Behaviour
    times: int
    doors: Mapping[PlaceKind, int]
    fit: tuple[tuple[float, float, float], ...]
    distance: float | None
    warnings: tuple[CalibrationWarning, ...]


def calibrated(history: Sequence[PastVisit], zone: ZoneInfo, behaviour: Behaviour | None = None) -> Calibration:
    """Fit service times and found rates.

    Args:
        history: What happened, in any order.
        zone: Of the hours of found rates.
        behaviour: Where nothing was fitted, this stays; the defaults unless given.
    """
    known = behaviour or Behaviour()
    warnings: list[CalibrationWarning] = []
    multiples = sorted(
        one.served_seconds / one.planned_seconds
        for one in history
        if one.found and one.served_seconds and one.planned_seconds
    )
    times, fit, far = _fitted_times(multiples, known.service_times, warnings)
    found = _fitted_rates(history, zone, known.found, warnings)
    return Calibration(
        behaviour=replace(known, service_times=times, found=found),
        times=len(multiples),
        doors={kind: sum(one.place_kind is kind for one in history) for kind in PlaceKind},
        fit=fit,
        distance=far,
        warnings=tuple(warnings),
    )


def _fitted_times(
    multiples: Sequence[float], known: ServiceTimes, warnings: list[CalibrationWarning]
) -> tuple[ServiceTimes, tuple[tuple[float, float, float], ...], float | None]:
    """The lognormal of greatest likelihood: mean and spread of the logarithms."""
    count = len(multiples)
    if count < LEAST_TIMES:
        warnings.append(CalibrationWarning(code=WarningCode.FEW_TIMES, subject="service", count=count))
        return known, (), None
    logs = [math.log(one) for one in multiples]
    middle = math.fsum(logs) / count
    spread = math.sqrt(math.fsum((one - middle) ** 2 for one in logs) / (count - 1))
    median = math.exp(middle)
    high = math.exp(_HIGH * spread)
    if spread == 0:
        return ServiceTimes(distribution=Distribution.FIXED, median=median), (), 0.0
    times = ServiceTimes(distribution=Distribution.LOGNORMAL, median=median, high=high)
    far = distance(multiples, median, median * high)
    if far > _WORST_DISTANCE:
        warnings.append(CalibrationWarning(code=WarningCode.POOR_FIT, subject="service", count=count))
    fit = tuple(
        (share, multiples[min(count - 1, int(share * count))], times.seconds(1.0, share)) for share in _SHOWN_SHARES
    )
    return times, fit, far


def _fitted_rates(
    history: Sequence[PastVisit], zone: ZoneInfo, known: FoundRates, warnings: list[CalibrationWarning]
) -> FoundRates:
    """By kind, and by hour as multiples of it; an hour with few doors stays close to all hours."""
    by_kind, by_hour = dict(known.by_kind), dict(known.by_hour)
    for kind in PlaceKind:
        rung = [(one.at.astimezone(zone).hour, one.found) for one in history if one.place_kind is kind]
        if len(rung) < LEAST_DOORS:
            warnings.append(CalibrationWarning(code=WarningCode.FEW_DOORS, subject=str(kind), count=len(rung)))
            continue
        rate = sum(found for _, found in rung) / len(rung)
        by_kind[kind] = rate
        if rate > 0:
            by_hour[kind] = tuple(_multiple(rung, hour, rate) for hour in range(HOURS))
    return FoundRates(by_kind=by_kind, by_hour=by_hour, by_weekday=known.by_weekday)


def _multiple(rung: Sequence[tuple[int, bool]], hour: int, rate: float) -> float:
    here = [found for at, found in rung if at == hour]
    return (sum(here) + _PRIOR_DOORS * rate) / (len(here) + _PRIOR_DOORS) / rate
