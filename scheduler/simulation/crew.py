"""One crew on its way through a simulated day."""

import math
from collections.abc import Iterable, Sequence
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
        self.now = order.departure
        self.location_id = order.shift.start_location_id
        self._day = day
        self._order = order
        self._behaviour = behaviour
        self._luck = luck
        self._breaks = list(order.breaks)
        self._present = frozenset(
            one for one in order.shift.collector_ids if not luck.happens(Purpose.ABSENCE, one, behaviour.absence)
        )
        self._roads = self._multiple(Purpose.TRAVEL_OF_DAY, "", behaviour.travel_high)
        self._left_at: int | None = None
        self._finish = order.departure
        self._driven = self._meters = self._served = self._waited = self._missed = 0

    def advance(self, until: int) -> None:
        """Make every call for which the crew sets out before a moment."""
        while self.remaining and max(self.now, self.remaining[0].released) < until:
            self._make(self.remaining.pop(0))

    def finish(self) -> None:
        """Make what is left and go home."""
        while self.remaining:
            self._make(self.remaining.pop(0))
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
        if status is not None:
            is_late = status is Status.NOT_STARTED_LAWFUL_LIMIT
            self._note(call, status, near_limit=is_late)
            return
        due, departure = self._due(call), max(self.now, call.released)
        self._left_at = departure if self._left_at is None else self._left_at
        self._drive(call.place.location_id, call.visit.id, departure, due)
        slot = self._slot(call, self.now)
        if slot is None:
            self._note(call, Status.NOT_STARTED_LAWFUL_LIMIT, near_limit=True)
        else:
            self._ring(call, slot)

    def _before_leaving(self, call: Call) -> Status | None:
        """Why the crew does not even set out."""
        luck = self._luck
        if luck.happens(Purpose.CANCELLATION, call.visit.id, self._behaviour.cancellation):
            return Status.CANCELLED
        if not self.may_make(call):
            return Status.CREW_SHORT
        departure = max(self.now, call.released)
        way = self._way(self.location_id, call.place.location_id, departure, self._due(call))
        slot = None if way is None else self._slot(call, way.arrival)
        if slot is None:
            return Status.NOT_STARTED_LAWFUL_LIMIT
        return None if self._can_be_home(call, slot.start) else Status.NOT_STARTED_SHIFT_END

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
