"""How a running day stands: what is done, what goes on, what comes late, and what can no longer end lawfully."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from api.store import StoredPlan, Unit, letters, records, stops
from api.store.records import VisitRecord
from api.store.stops import PlannedStop
from api.visiting.day_log import DayLog, Lateness, day_log
from scheduler.domain.plan import Route, StopType

PROMISED = timedelta(minutes=15)
"""Who waits at home was told a time; from so much later on a visit counts as late."""


class StopState(StrEnum):
    """What became, or becomes, of a visit."""

    OPEN = "open"
    RUNNING = "running"
    LATE = "late"
    AT_RISK = "at_risk"
    DONE = "done"
    NOT_BEGUN = "not_begun"
    CANCELLED = "cancelled"


class Risk(StrEnum):
    """Why a visit may not take place."""

    CANNOT_END_LAWFULLY = "cannot_end_lawfully"
    CREW_SHORT = "crew_short"
    CREW_STRANDED = "crew_stranded"


@dataclass(frozen=True, slots=True, kw_only=True)
class StopStanding:
    """A visit of a running day.

    Attributes:
        stop: As it was published.
        state: In one word.
        expected_start: When it begins as things are now; None where it began, or never will.
        latest_start: The last moment to begin and still end lawfully; None where no letter is valid.
        risk: Why it may not take place; None unless the state says so.
        record: What happened; None before.
    """

    stop: PlannedStop
    state: StopState
    expected_start: datetime | None
    latest_start: datetime | None
    risk: Risk | None
    record: VisitRecord | None

    @property
    def left_at(self) -> datetime | None:
        """When the crew left the door, at the latest when it wrote down what came of it; None where it did not."""
        if self.record is None or self.record.checked_in_at is None:
            return None
        return self.record.left_at or self.record.ended_at


@dataclass(frozen=True, slots=True, kw_only=True)
class DayState:
    """A running day.

    Attributes:
        stops: By crew and position.
        log: What was told of the day.
    """

    stops: tuple[StopStanding, ...]
    log: DayLog

    def visits_in(self, state: StopState) -> tuple[str, ...]:
        """The codes of the visits in a state."""
        return tuple(one.stop.visit_code for one in self.stops if one.state is state)


def day_state(unit: Unit, stored: StoredPlan) -> DayState:
    """How the day of a plan that people follow, or followed, stands now."""
    log = day_log(unit, stored.id)
    kept = {one.id: one for one in records.of_plan(unit, stored.id)}
    ends = {one.visit_code: one.valid_until for one in letters.of_plan(unit, stored.id) if one.revoked_at is None}
    found = stops.of_plan(unit, stored.id)
    service = {one.visit_code: one.departure_time - one.service_start_time for one in found}
    latest = {code: end - service[code] for code, end in ends.items() if code in service}
    expected: dict[str, datetime] = {}
    for route in stored.plan.routes:
        own = {stop.visit_code: stop for stop in found if stop.shift_code == route.shift_id}
        happened = {code: kept[stop.record_id] for code, stop in own.items() if stop.record_id in kept}
        expected |= expected_starts(
            route, own, happened, now=unit.second, lateness=log.late.get(route.shift_id), service=service
        )
    standings = (
        _standing(
            stop,
            kept.get(stop.record_id or ""),
            expected.get(stop.visit_code),
            latest.get(stop.visit_code),
            log,
        )
        for stop in found
    )
    return DayState(stops=tuple(standings), log=log)


def expected_starts(
    route: Route,
    own: Mapping[str, PlannedStop],
    happened: Mapping[str, VisitRecord],
    *,
    now: datetime,
    lateness: Lateness | None,
    service: Mapping[str, timedelta],
) -> dict[str, datetime]:
    """When a crew can be expected at the visits that it has not begun.

    It goes on in the order of the plan, begins nothing before its planned time, and takes the legs and breaks of the
    plan, also past visits that were called off: an estimate that is seldom too early.

    Args:
        route: As planned.
        own: Its visits, by code.
        happened: What happened there.
        now: The moment.
        lateness: What the crew said of its delay.
        service: How long visits take, by code.
    """
    free_from = {code: _over(record, now, service[code]) for code, record in happened.items()}
    begun = [record.checked_in_at for record in happened.values() if record.checked_in_at is not None]
    delay = lateness.delay if lateness is not None and lateness.holds(begun) else timedelta()
    busy_until = max((at for at in free_from.values() if at is not None), default=now)
    found: dict[str, datetime] = {}
    ready = route.stops[0].departure_time
    pending = timedelta()
    for stop in route.stops:
        code = stop.visit_id or ""
        if stop.type is StopType.BREAK:
            pending += stop.departure_time - stop.service_start_time
        if stop.type is not StopType.VISIT:
            continue
        pending += stop.travel
        over = free_from.get(code)
        if over is not None:
            ready, pending = over, timedelta()
        elif code in own and own[code].cancelled_at is None and code not in happened:
            start = max(stop.service_start_time + delay, ready + pending, busy_until, now)
            found[code] = start
            ready, pending, delay = start + service[code], timedelta(), timedelta()
    return found


def _over(record: VisitRecord, now: datetime, service: timedelta) -> datetime | None:
    """When a crew was, or will be, away from a door; None where it never was there."""
    if record.checked_in_at is None:
        return None
    return record.left_at or record.ended_at or max(now, record.checked_in_at + service)


def _standing(
    stop: PlannedStop,
    record: VisitRecord | None,
    expected: datetime | None,
    latest: datetime | None,
    log: DayLog,
) -> StopStanding:
    risk = None if expected is None else _risk(stop, expected, latest, log)
    return StopStanding(
        stop=stop,
        state=_state(stop, record, expected, risk),
        expected_start=expected,
        latest_start=latest,
        risk=risk,
        record=record,
    )


def _state(stop: PlannedStop, record: VisitRecord | None, expected: datetime | None, risk: Risk | None) -> StopState:
    if record is not None:
        if record.checked_in_at is None:
            return StopState.NOT_BEGUN
        return StopState.RUNNING if record.outcome is None else StopState.DONE
    if stop.cancelled_at is not None:
        return StopState.CANCELLED
    if risk is not None:
        return StopState.AT_RISK
    is_late = expected is not None and expected > stop.service_start_time + PROMISED
    return StopState.LATE if is_late else StopState.OPEN


def _risk(stop: PlannedStop, expected: datetime, latest: datetime | None, log: DayLog) -> Risk | None:
    if latest is not None and expected > latest:
        return Risk.CANNOT_END_LAWFULLY
    if not log.out.keys().isdisjoint(stop.collector_codes):
        return Risk.CREW_SHORT
    return Risk.CREW_STRANDED if stop.shift_code in log.stranded else None


def by_crew(state: DayState) -> Iterator[tuple[str, Sequence[StopStanding]]]:
    """The visits of each crew, by shift."""
    crews: dict[str, list[StopStanding]] = {}
    for one in state.stops:
        crews.setdefault(one.stop.shift_code, []).append(one)
    yield from crews.items()
