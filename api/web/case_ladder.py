"""The ladder of a case drawn over time: a lane for each way of contact, and the same as a list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from api.importing.records import ZONE
from api.store.notices import IssuedNotice
from scheduler.domain.case import Channel, Contact

NOTICE = "notice"
LANES = (*(str(channel) for channel in Channel), NOTICE)
WIDTH, LANE_HEIGHT, _LEFT, _RIGHT, _TOP = 760, 30, 110, 16, 26
_MOST_TICKS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One event.

    Attributes:
        lane: One of `LANES`.
        day: On which it was; of a notice, the day that it announces.
        clock: `15:30`; empty for a notice.
        reached: Whether the borrower was reached, or the notice delivered; None when nobody knows.
        outcome: The code that a visit ended with; empty for none.
        is_withdrawn: Of a notice that was called back.
        x: Where it is drawn.
        y: The middle of its lane.
    """

    lane: str
    day: date
    clock: str
    reached: bool | None
    outcome: str
    is_withdrawn: bool
    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A way of contact: its name's key, how often it was used, and the middle of its line."""

    key: str
    count: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A day on the axis."""

    day: date
    x: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Everything that was done to reach somebody.

    Attributes:
        marks: In the order of time.
        lanes: In the order of the ladder, all of them.
        ticks: Some days.
        today_x: Where the day that is judged is.
        height: Of the drawing.
    """

    marks: tuple[Mark, ...]
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    today_x: int
    height: int


def timeline(contacts: Sequence[Contact], notices: Iterable[IssuedNotice], today: date) -> Timeline:
    """Draw the ladder up to the day that is judged, or to the last notice beyond it."""
    known = [_Event.of_contact(one) for one in contacts] + [_Event.of_notice(one) for one in notices]
    known.sort(key=lambda event: (event.day, event.clock))
    days = [event.day for event in known]
    first, last = min([*days, today - timedelta(days=7)]), max([*days, today])
    scale = _Scale(first=first, last=last)
    lanes = {key: _TOP + LANE_HEIGHT * number + LANE_HEIGHT // 2 for number, key in enumerate(LANES)}
    return Timeline(
        marks=tuple(event.mark(scale, lanes[event.lane]) for event in known),
        lanes=tuple(Lane(key=key, count=sum(event.lane == key for event in known), y=y) for key, y in lanes.items()),
        ticks=scale.ticks(),
        today_x=scale.x(today),
        height=_TOP + LANE_HEIGHT * len(LANES) + 8,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    first: date
    last: date

    def x(self, day: date) -> int:
        """Where a day is drawn."""
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT - 20)) + 10

    def ticks(self) -> tuple[Tick, ...]:
        """Days at even distances."""
        span = (self.last - self.first).days
        step = max(1, -(-span // _MOST_TICKS))
        days = (self.first + timedelta(days=offset) for offset in range(0, span + 1, step))
        return tuple(Tick(day=day, x=self.x(day)) for day in days)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    lane: str
    day: date
    clock: str
    reached: bool | None
    outcome: str = ""
    is_withdrawn: bool = False

    @classmethod
    def of_contact(cls, contact: Contact) -> "_Event":
        local = contact.at.astimezone(ZONE)
        return cls(
            lane=str(contact.channel),
            day=local.date(),
            clock=f"{local:%H:%M}",
            reached=contact.reached,
            outcome=contact.outcome or "",
        )

    @classmethod
    def of_notice(cls, notice: IssuedNotice) -> "_Event":
        delivered = None if notice.sent_at is None else notice.delivered_at is not None
        return cls(
            lane=NOTICE,
            day=notice.day,
            clock="",
            reached=delivered,
            is_withdrawn=notice.withdrawn_at is not None,
        )

    def mark(self, scale: _Scale, y: int) -> Mark:
        return Mark(
            lane=self.lane,
            day=self.day,
            clock=self.clock,
            reached=self.reached,
            outcome=self.outcome,
            is_withdrawn=self.is_withdrawn,
            x=scale.x(self.day),
            y=y,
        )
