"""How often somebody was met, by kind of place, weekday and hour, learned from visits that were made.

Few visits say little, so every number leans on a broader one: a kind's hour on the kind, a weekday on all weekdays. A
number says with how many visits it was counted. Nothing about a person is looked at: not age, not sex, not origin, not
the debt, and not the address beyond its kind, so nobody is visited less for who they are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from scheduler.domain.case import Channel, Contact
from scheduler.domain.expected_contacts import HOURS, WEEKDAYS, ExpectedContacts, WeekOfHours
from scheduler.domain.visit import PlaceKind
from scheduler.rules.kinds.outcome import Met, OutcomeCode

# A rate leans on the broader one as if so many visits more had gone as that one says.
PRIOR_VISITS = 20
# Before anything is known; assumptions, as those of simulations.
ASSUMED_PERCENT: Mapping[PlaceKind, int] = {PlaceKind.HOME: 50, PlaceKind.WORKPLACE: 65, PlaceKind.OTHER: 50}
# A door that nobody opens costs the visit's half an hour and the way there, and the next attempt comes days later.
MISSED_CONTACT = timedelta(hours=2)
# Hours whose rates round to one step are one to the planner; finer ones would only slow it down.
STEP_PERCENT = 10
_MOST_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A visit that was made: where, when by the clock there, and whether anybody was met."""

    kind: PlaceKind
    weekday: int
    hour: int
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often somebody was met, and with how many visits that was counted; `percent` leans on broader rates."""

    percent: float
    visits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRates:
    """What was learned of one kind of place.

    Attributes:
        kind: The kind.
        whole: Of all hours and days.
        by_hour: Of the 24 local hours.
        by_weekday: Of Monday to Sunday.
    """

    kind: PlaceKind
    whole: Rate
    by_hour: tuple[Rate, ...]
    by_weekday: tuple[Rate, ...]

    def percent(self, weekday: int, hour: int) -> float:
        """Of a weekday's hour: the hour's rate, as much more or less as the weekday is than the week."""
        if self.whole.percent == 0:
            return 0.0
        expected = self.by_hour[hour].percent * self.by_weekday[weekday].percent / self.whole.percent
        return min(float(_MOST_PERCENT), expected)


def rung_doors(
    log: Iterable[Contact], zone: ZoneInfo, codes: Mapping[str, OutcomeCode] | None = None
) -> Iterable[Rung]:
    """The visits of a contact log that tell where they were and whether they met anybody.

    Args:
        log: With its corrections made.
        zone: Of the hours.
        codes: What outcomes mean; an outcome after which nobody rang, as when a rule forbade it, says nothing.
    """
    for one in log:
        if one.channel is not Channel.VISIT or one.place_kind is None or one.reached is None:
            continue
        code = (codes or {}).get(one.outcome or "")
        if code is not None and code.met is Met.NOBODY and code.next_step == "replan":
            continue
        at = one.at.astimezone(zone)
        yield Rung(kind=PlaceKind(one.place_kind), weekday=at.weekday(), hour=at.hour, met=one.reached)


def learned(doors: Iterable[Rung]) -> Mapping[PlaceKind, FoundRates]:
    """The rates of every kind of place, from assumptions where nothing is known."""
    rung = tuple(doors)
    return {kind: _of_kind(kind, [one for one in rung if one.kind is kind]) for kind in PlaceKind}


def as_objective(rates: Mapping[PlaceKind, FoundRates], missed_contact: timedelta = MISSED_CONTACT) -> ExpectedContacts:
    """What the planner is to weigh, in steps of `STEP_PERCENT`.

    Args:
        rates: Of every kind.
        missed_contact: What a visit costs that meets nobody.
    """
    tables: dict[str, WeekOfHours] = {
        str(kind): tuple(
            tuple(_stepped(rates[kind].percent(weekday, hour)) for hour in range(HOURS)) for weekday in range(WEEKDAYS)
        )
        for kind in PlaceKind
    }
    return ExpectedContacts(
        missed_contact=missed_contact, home=tables["home"], workplace=tables["workplace"], other=tables["other"]
    )


def _of_kind(kind: PlaceKind, rung: Sequence[Rung]) -> FoundRates:
    whole = _rate(rung, float(ASSUMED_PERCENT[kind]))

    def of(number: int, which: Callable[[Rung], int]) -> tuple[Rate, ...]:
        return tuple(_rate([one for one in rung if which(one) == at], whole.percent) for at in range(number))

    return FoundRates(
        kind=kind,
        whole=whole,
        by_hour=of(HOURS, lambda one: one.hour),
        by_weekday=of(WEEKDAYS, lambda one: one.weekday),
    )


def _rate(rung: Sequence[Rung], broader_percent: float) -> Rate:
    met = sum(one.met for one in rung)
    percent = (_MOST_PERCENT * met + PRIOR_VISITS * broader_percent) / (len(rung) + PRIOR_VISITS)
    return Rate(percent=percent, visits=len(rung))


def _stepped(percent: float) -> int:
    return min(_MOST_PERCENT, int(percent / STEP_PERCENT + 0.5) * STEP_PERCENT)
