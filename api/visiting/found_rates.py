"""How often the visits of a branch met somebody: what is shown of it, and what its plans weigh.

Only kinds of places, weekdays, hours and whether anybody was met are read of a visit. Plans that people have already
are not touched by a change of the switch.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import product

from api.importing import ZONE
from api.store import Unit, branches
from api.store.day_records import rule_packs
from api.store.rung import visits_made
from scheduler.domain.expected_contacts import HOURS, WEEKDAYS, ExpectedContacts
from scheduler.domain.problem import Problem
from scheduler.domain.visit import PlaceKind
from scheduler.expected_contacts import ASSUMED_PERCENT, FoundRates, Rung, as_objective, learned, rung_doors
from scheduler.rules.load import load_rule_set
from scheduler.rules.outcomes import outcome_codes
from scheduler.simulation.questions import FEWEST_SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRate:
    """How often somebody was met at a kind of place.

    Attributes:
        kind: Of the places.
        weekday: From 0 for Monday; None for all days.
        hour: By the clock there; None for all hours.
        percent: As plans take it, leaning on `prior_percent`.
        visits: With so many it was counted, never fewer than `FEWEST_SHOWN`.
        prior_percent: What it would be without these visits: of the kind and weekday or hour, of the kind, or assumed.
    """

    kind: PlaceKind
    weekday: int | None
    hour: int | None
    percent: int
    visits: int
    prior_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRates:
    """What a branch is shown.

    Attributes:
        is_on: Whether its plans weigh the rates.
        chosen_at: When somebody of the branch said so; None where the installation does.
        first_day: The local day of the first visit that counts; None where there are fewer than `FEWEST_SHOWN`.
        rates: Every cell with visits enough, by kind, weekday and hour, what is of all of them last.
        assumed: Kind -> what is taken before anything is known.
    """

    is_on: bool
    chosen_at: datetime | None
    first_day: date | None
    rates: tuple[FoundRate, ...]
    assumed: dict[PlaceKind, int]


def known_rates(unit: Unit, *, by_default: bool) -> KnownRates:
    """What the visits of a branch taught, without what few visits would tell of single ones.

    Args:
        unit: Of the branch.
        by_default: Whether plans weigh it where the branch did not choose.
    """
    switch = branches.found_rates_switch(unit)
    counted = tuple(_counted(unit))
    rates = learned(door for _, door in counted)
    return KnownRates(
        is_on=switch.is_on_or(by_default),
        chosen_at=switch.chosen_at,
        first_day=None if len(counted) < FEWEST_SHOWN else min(at for at, _ in counted).astimezone(ZONE).date(),
        rates=tuple(
            one
            for kind in PlaceKind
            for one in _of_kind(rates[kind], [door for _, door in counted if door.kind is kind])
        ),
        assumed=dict(ASSUMED_PERCENT),
    )


def expected_contacts(unit: Unit, *, by_default: bool) -> ExpectedContacts | None:
    """What the plans of a branch weigh; None where that is switched off.

    Args:
        unit: Of the branch.
        by_default: Whether they do where the branch did not choose.
    """
    if not branches.found_rates_switch(unit).is_on_or(by_default):
        return None
    return as_objective(learned(door for _, door in _counted(unit)))


def weighing(problem: Problem, expected: ExpectedContacts | None) -> Problem:
    """The problem with what its plan is to weigh; as it is with nothing."""
    if expected is None:
        return problem
    return replace(problem, objective=replace(problem.objective, expected_contacts=expected))


def _counted(unit: Unit) -> Iterator[tuple[datetime, Rung]]:
    """The visits that count, of closed cases too."""
    codes = outcome_codes(load_rule_set(rule_packs(unit)), unit.now.astimezone(ZONE).date())
    for contact in visits_made(unit):
        for door in rung_doors((contact,), ZONE, codes):
            yield contact.at, door


def _of_kind(rates: FoundRates, doors: list[Rung]) -> Iterator[FoundRate]:
    whole, assumed = rates.whole.percent, ASSUMED_PERCENT[rates.kind]
    if len(doors) < FEWEST_SHOWN:
        return
    hours, days = _shown(door.hour for door in doors), _shown(door.weekday for door in doors)
    cells = Counter((door.weekday, door.hour) for door in doors)
    found: dict[tuple[int | None, int | None], tuple[float, int, float]] = {
        (day, hour): (rates.percent(day, hour), visits, rates.by_hour[hour].percent)
        for (day, hour), visits in cells.items()
        if day in days and hour in hours and visits >= FEWEST_SHOWN
    }
    found |= {(None, hour): (rates.by_hour[hour].percent, rates.by_hour[hour].visits, whole) for hour in hours}
    found |= {(day, None): (rates.by_weekday[day].percent, rates.by_weekday[day].visits, whole) for day in days}
    found[None, None] = (whole, rates.whole.visits, float(assumed))
    for at in product((*range(WEEKDAYS), None), (*range(HOURS), None)):
        if at in found:
            percent, visits, prior = found[at]
            yield FoundRate(
                kind=rates.kind,
                weekday=at[0],
                hour=at[1],
                percent=round(percent),
                visits=visits,
                prior_percent=round(prior),
            )


def _shown(told: Iterable[int]) -> frozenset[int]:
    """Hours or weekdays with visits enough, and no more of them than hide the rest.

    What all visits came to less what is shown would otherwise tell of the few that are not.
    """
    counts = Counter(told)
    enough = sorted((one for one in counts if counts[one] >= FEWEST_SHOWN), key=lambda one: (counts[one], one))
    hidden = counts.total() - sum(counts[one] for one in enough)
    while enough and 0 < hidden < FEWEST_SHOWN:
        hidden += counts[enough.pop(0)]
    return frozenset(enough)
