"""What was told of a running day, and what of it holds now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.store import Unit, events
from api.store.events import Event, EventKind

TOLD = (
    EventKind.CREW_LATE,
    EventKind.CREW_SHORT,
    EventKind.CREW_WHOLE,
    EventKind.CREW_STRANDED,
    EventKind.CREW_MOBILE,
    EventKind.VISIT_URGENT,
    EventKind.VISIT_REFUSED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """A crew said that it is late.

    Attributes:
        delay: Behind the plan, at its next stop.
        told_at: When.
        sequence: Of the event.
    """

    delay: timedelta
    told_at: datetime
    sequence: int

    def holds(self, begun: Iterable[datetime]) -> bool:
        """Whether it is still true: who began a visit since then is as late as that visit shows.

        Args:
            begun: When the crew began visits.
        """
        return all(at < self.told_at for at in begun)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A check-in that was refused.

    Attributes:
        visit_code: At which visit.
        shift_code: Of which crew.
        at: When.
        rules: Ids of rules and codes, in the order in which they were said.
    """

    visit_code: str
    shift_code: str
    at: datetime
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLog:
    """What holds now of all that was told of a day.

    Attributes:
        out: Collectors who cannot go on, with the event that says so.
        stranded: Crews without a vehicle, likewise.
        late: What crews said last of their delay, by shift.
        urgent: Cases that somebody wants visited on this day, with their events.
        refusals: In order.
    """

    out: Mapping[str, Event]
    stranded: Mapping[str, Event]
    late: Mapping[str, Lateness]
    urgent: Mapping[str, Event]
    refusals: tuple[Refusal, ...]


def day_log(unit: Unit, plan_id: str) -> DayLog:
    """Of the day of a plan that is there."""
    return log_of(events.of_day(unit, plan_id, *TOLD))


def log_of(told: Sequence[Event]) -> DayLog:
    """What holds after events in their order: the last word about a person or a crew counts."""
    return DayLog(
        out=_still(told, EventKind.CREW_SHORT, EventKind.CREW_WHOLE, "collector"),
        stranded=_still(told, EventKind.CREW_STRANDED, EventKind.CREW_MOBILE, "shift"),
        late={str(one.facts.get("shift")): _lateness(one) for one in told if one.kind == EventKind.CREW_LATE},
        urgent={str(one.facts.get("case")): one for one in told if one.kind == EventKind.VISIT_URGENT},
        refusals=tuple(_refusal(one) for one in told if one.kind == EventKind.VISIT_REFUSED),
    )


def _still(told: Sequence[Event], begins: EventKind, ends: EventKind, about: str) -> dict[str, Event]:
    """The last event about each person or crew, where it is one that begins something."""
    last = {str(one.facts.get(about)): one for one in told if one.kind in (begins, ends)}
    return {name: event for name, event in last.items() if event.kind == begins}


def _lateness(event: Event) -> Lateness:
    delay = timedelta(seconds=int(str(event.facts.get("delay_seconds"))))
    return Lateness(delay=delay, told_at=event.at, sequence=event.sequence)


def _refusal(event: Event) -> Refusal:
    rules = event.facts.get("rules")
    return Refusal(
        visit_code=str(event.facts.get("visit")),
        shift_code=str(event.facts.get("shift")),
        at=event.at,
        rules=tuple(rules) if isinstance(rules, list) else (),
    )
