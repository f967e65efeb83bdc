"""One crew on its way through a simulated day."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from scheduler.domain.errors import InternalFault
from scheduler.simulation.attempts import Attempt, CrewDay, Status
from scheduler.simulation.behaviour import Behaviour
from scheduler.simulation.calls import Call, CrewOrder, PlannedBreak, PlannedDay, Span, seconds_of
from scheduler.simulation.draws import Purpose, lognormal
from scheduler.simulation.luck import Luck

NEAR_LIMIT_SECONDS = 600
LONGEST_WAIT_SECONDS = 1800


class _Way(NamedTuple):
    """A leg as it goes: the time on the road, when the crew is there, and the breaks taken on it."""

    driven: int
    arrival: int
    rests: tuple[Span, ...]


class Passed(NamedTuple):
    """What a crew has behind it: the door of a call, or a break where that is None."""

    call: Call | None
    location_id: str
    driven: int
    arrival: int
    start: int
    end: int


class Outlook(NamedTuple):
    """How many calls could not be made, and when the crew would be home."""

    lost: int
    home: int


class _Slot(NamedTuple):
    """When a visit may begin, and by when it is over."""

    start: int
    limit: int


class Crew:
    """A crew, step by step: it decides, drives, waits, rings and stays as chance and the law let it."""

    def __init__(self, day: PlannedDay, order: CrewOrder, behaviour: Behaviour, luck: Luck) -> None:
        """Stand in the office, before the first departure."""
        self.shift = order.shift
        self.remaining = list(order.calls)
        self.attempts: list[Attempt] = []
        self.passed: list[Passed] = []
        self.now = order.departure
        self.location_id = order.shift.start_location_id
        self._day = day
        self._order = order
        self._behaviour = behaviour
        self._luck = luck
        self._breaks = list(order.breaks)
        self._put_off: dict[str, tuple[Call, Status]] = {}
        self._present = frozenset(
            one for one in order.shift.collector_ids if not luck.happens(Purpose.ABSENCE, one, behaviour.absence)
        )
        self._roads = self._multiple(Purpose.TRAVEL_OF_DAY, "", behaviour.travel_high)
        self._left_at: int | None = None
        self._finish = order.departure
        self._driven = self._meters = self._served = self._waited = self._missed = 0

    @property
    def present(self) -> tuple[str, ...]:
        """Who of the shift's people came, in its order."""
        return tuple(one for one in self.shift.collector_ids if one in self._present)

    @property
    def left_at(self) -> int | None:
        """When it left; None while it has not."""
        return self._left_at

    @property
    def not_made(self) -> tuple[Call, ...]:
        """Calls that it still has to make, those first that it cannot make as things stand."""
        return (*(call for call, _ in self._put_off.values()), *self.remaining)

    def ordered(self, calls: Sequence[Call]) -> CrewOrder:
        """These calls as an order, with the breaks that it has not had."""
        return replace(self._order, calls=tuple(calls), breaks=tuple(self._breaks))

    def follow(self, order: CrewOrder, moment: int, dropped: Iterable[Call] = ()) -> None:
        """Go on by new orders.

        Args:
            order: What the crew is to do from now on.
            moment: Now.
            dropped: Calls of this crew that nobody makes any more.
        """
        for call in dropped:
            _, status = self._put_off.get(call.visit.id, (call, Status.REPLANNED_AWAY))
            self._not_set_out(call, status)
        self._put_off.clear()
        self._order = order
        self.remaining[:] = order.calls
        self._breaks = list(order.breaks)
        if self._left_at is None:
            self.now = max(moment, order.departure)

    def is_later_than(self, seconds: int) -> bool:
        """Whether it has a call that it cannot make, or begins its next planned one so much later than planned."""
        if self._put_off or not self.remaining or self.remaining[0].urgent:
            return bool(self._put_off)
        call = self.remaining[0]
        slot = self._next_slot(call)
        return slot is None or slot.start - call.planned_start > seconds

    def advance(self, until: int) -> None:
        """Make every call for which the crew sets out before a moment."""
        while self.remaining and max(self.now, self.remaining[0].released) < until:
            self._make(self.remaining.pop(0))

    def finish(self) -> None:
        """Make what is left and go home."""
        while self.remaining:
            self._make(self.remaining.pop(0))
        for call, status in self._put_off.values():
            self._not_set_out(call, status)
        if self._left_at is None:
            return
        self._drive(self.shift.end_location_id, f"{self.shift.id}>home", self.now, self._breaks)
        self._finish = self.now

    def day_done(self) -> CrewDay:
        """How the day went."""
        return CrewDay(
            shift_id=self.shift.id,
            left=self._left_at is not None,
            begin=self._order.departure if self._left_at is None else self._left_at,
            finish=self._finish,
            shift_end=self._order.shift_end,
            shift_seconds=self._order.shift_end - seconds_of(self.shift.earliest_start),
            driven_seconds=self._driven,
            driven_meters=self._meters,
            served_seconds=self._served,
            waited_seconds=self._waited,
            breaks_missed=self._missed,
        )

    def foresee(self, calls: Sequence[Call]) -> Outlook:
        """How the rest of the day would go with these calls, by planned times."""
        now, location_id, breaks, lost = self.now, self.location_id, list(self._breaks), 0
        for call in calls:
            due = [rest for rest in breaks if rest.begin < call.planned_start]
            way = self._way(location_id, call.place.location_id, max(now, call.released), due)
            slot = None if way is None else self._slot(call, way.arrival)
            if slot is None or not self._can_be_home(call, slot.start):
                lost += 1
                continue
            now, location_id = slot.start + call.service_seconds, call.place.location_id
            breaks = [rest for rest in breaks if rest not in due]
        home = self._way(location_id, self.shift.end_location_id, now, breaks)
        return Outlook(lost, now if home is None else home.arrival)

    def _can_be_home(self, call: Call, start: int) -> bool:
        """Whether the crew would be home in time after a call that begins at a moment."""
        back = self._day.leg_seconds(self.shift, call.place.location_id, self.shift.end_location_id)
        latest = self._order.shift_end + self._behaviour.most_overtime.total_seconds()
        return back is not None and start + call.service_seconds + back <= latest

    def may_make(self, call: Call) -> bool:
        """Whether those who are here are a crew for it."""
        return self._day.may_make(call, self.shift, self._present)

    def _make(self, call: Call) -> None:
        status = self._before_leaving(call)
        if status is Status.CANCELLED:
            self._not_set_out(call, status)
            return
        if status is not None:
            # New orders may still give it to somebody else.
            self._put_off[call.visit.id] = (call, status)
            return
        due, departure = self._due(call), max(self.now, call.released)
        self._left_at = departure if self._left_at is None else self._left_at
        driven_before = self._driven
        self._drive(call.place.location_id, call.visit.id, departure, due)
        slot, arrival, driven = self._slot(call, self.now), self.now, self._driven - driven_before
        if slot is None:
            self._not_set_out(call, Status.NOT_STARTED_LAWFUL_LIMIT)
        else:
            self._ring(call, slot)
        start = arrival if slot is None else slot.start
        self.passed.append(Passed(call, self.location_id, driven, arrival, start, self.now))

    def _before_leaving(self, call: Call) -> Status | None:
        """Why the crew does not even set out."""
        luck = self._luck
        if luck.happens(Purpose.CANCELLATION, call.visit.id, self._behaviour.cancellation):
            return Status.CANCELLED
        if not self.may_make(call):
            return Status.CREW_SHORT
        slot = self._next_slot(call)
        if slot is None:
            return Status.NOT_STARTED_LAWFUL_LIMIT
        return None if self._can_be_home(call, slot.start) else Status.NOT_STARTED_SHIFT_END

    def _not_set_out(self, call: Call, status: Status) -> None:
        """Note a call that nobody rang for."""
        self._note(call, status, near_limit=status is Status.NOT_STARTED_LAWFUL_LIMIT)

    def _next_slot(self, call: Call) -> _Slot | None:
        """When it could begin if the crew set out for it now, by planned times."""
        way = self._way(self.location_id, call.place.location_id, max(self.now, call.released), self._due(call))
        return None if way is None else self._slot(call, way.arrival)

    def _slot(self, call: Call, arrival: int) -> _Slot | None:
        """The first window that still holds the planned visit, without waiting long beyond the planned time."""
        ring = max(arrival, call.planned_start - int(self._behaviour.may_start_early.total_seconds()))
        latest = max(arrival, call.planned_start) + LONGEST_WAIT_SECONDS
        for begin, end in call.windows:
            start = max(ring, begin)
            if start + call.service_seconds <= end and start <= latest:
                return _Slot(start, end)
        return None

    def _ring(self, call: Call, slot: _Slot) -> None:
        behaviour, visit_id = self._behaviour, call.visit.id
        self._waited += slot.start - self.now
        talk = behaviour.service_times.seconds(call.service_seconds, self._luck.uniform(Purpose.SERVICE, visit_id))
        status, outcome = self._who_opens(call, slot.start)
        wanted = math.ceil(talk) if status is Status.CONTACT else behaviour.not_found_seconds
        end = min(slot.start + wanted, slot.limit)
        self._served += end - slot.start
        self.now = end
        self._note(
            call,
            status,
            outcome=outcome,
            start=slot.start,
            end=end,
            limit=slot.limit,
            near_limit=slot.start + math.ceil(talk) > slot.limit - NEAR_LIMIT_SECONDS,
            broken_off=slot.start + wanted > slot.limit,
        )

    def _who_opens(self, call: Call, start: int) -> tuple[Status, str]:
        behaviour, luck, visit_id = self._behaviour, self._luck, call.visit.id
        is_agreed = call.visit.pinned is not None and call.visit.pinned.service_start_time is not None
        local = datetime.fromtimestamp(start, self._day.zone)
        chance = behaviour.found.chance(call.kind, local.hour, local.weekday())
        if luck.uniform(Purpose.FOUND, visit_id) >= (1.0 - behaviour.no_show if is_agreed else chance):
            return (Status.NO_SHOW if is_agreed else Status.NOT_FOUND), "NOT_HOME"
        if luck.happens(Purpose.REFUSAL, visit_id, behaviour.refusal):
            return Status.REFUSED, "REFUSED_TALK"
        return Status.CONTACT, behaviour.outcome(luck.uniform(Purpose.OUTCOME, visit_id))

    def _due(self, call: Call) -> list[PlannedBreak]:
        """The breaks that are planned before a call."""
        return [rest for rest in self._breaks if rest.begin < call.planned_start]

    def _way(
        self, origin_id: str, destination_id: str, departure: int, breaks: Iterable[PlannedBreak], multiple: float = 1.0
    ) -> _Way | None:
        """The way from one place to another, None without one; `multiple` is what chance makes of its length."""
        seconds = self._day.leg_seconds(self.shift, origin_id, destination_id)
        if seconds is None:
            return None
        rests: list[Span] = []
        free = departure
        for rest in breaks:
            begin = max(free, rest.begin)
            free = begin + rest.seconds
            rests.append((begin, free))
        way = self._day.arrival(self.shift, math.ceil(seconds * multiple), departure, tuple(rests))
        return _Way(*way, tuple(rests))

    def _drive(self, destination_id: str, subject: str, departure: int, breaks: Sequence[PlannedBreak]) -> None:
        multiple = self._roads * self._multiple(Purpose.TRAVEL, subject, self._behaviour.leg_high)
        way = self._way(self.location_id, destination_id, departure, breaks, multiple)
        if way is None:
            raise InternalFault("a crew is where it cannot leave")
        self._missed += sum(end > rest.latest_end for (_, end), rest in zip(way.rests, breaks, strict=True))
        self._breaks = [rest for rest in self._breaks if rest not in breaks]
        self.passed += [Passed(None, self.location_id, 0, begin, begin, end) for begin, end in way.rests]
        self._driven += way.driven
        self._meters += self._day.leg_meters(self.shift, self.location_id, destination_id)
        self.now, self.location_id = way.arrival, destination_id

    def _multiple(self, purpose: Purpose, subject: str, high: float) -> float:
        return 1.0 if high <= 1.0 else lognormal(self._luck.uniform(purpose, subject), 1.0, high)

    def _note(
        self,
        call: Call,
        status: Status,
        *,
        outcome: str | None = None,
        start: int | None = None,
        end: int | None = None,
        limit: int | None = None,
        near_limit: bool = False,
        broken_off: bool = False,
    ) -> None:
        self.attempts.append(
            Attempt(
                call=call,
                shift_id=self.shift.id,
                status=status,
                outcome=outcome,
                start=start,
                end=end,
                limit=limit,
                near_limit=near_limit,
                broken_off=broken_off,
            )
        )
