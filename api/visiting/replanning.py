"""Planning the rest of a running day: what crews have behind them, as the store knows it, and a new draft."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from api.store import StoredPlan, Unit, plans, records, stops
from api.store.case_facts import known_cases, with_stored_facts
from api.store.day_records import day_problem
from api.store.records import VisitRecord
from api.store.stops import PlannedStop
from api.visiting.day_log import DayLog, day_log
from api.visiting.promised import promises
from api.visiting.publishing import opened
from api.visiting.told import crews_as_told, free_as_told
from scheduler.domain.crew_progress import CrewProgress
from scheduler.domain.errors import Fault, InvalidInput, NotNow
from scheduler.domain.plan import Plan, Route, Stop, StopType
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text
from scheduler.replanning import CHANGE_COST, Replanned, Situation, left_to_plan, replan


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a dispatcher says beyond what the store knows.

    Attributes:
        free_at: From when on a crew can go on, by shift, where it is held up.
        crews: Who is on a shift from now on, by shift; nobody ends it.
        cancelled: Visits that are not made.
        added: Codes of cases to be visited that are not on the plan's problem.
    """

    free_at: Mapping[str, datetime] = field(default_factory=dict)
    crews: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cancelled: frozenset[str] = frozenset()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A day as it is now, ready to be planned anew.

    Attributes:
        stored: The plan that people follow.
        problem: Its problem with the facts of now.
        situation: What happened.
        texts: For people's eyes, those of visits that come new among them.
    """

    stored: StoredPlan
    problem: Problem
    situation: Situation
    texts: Mapping[str, Text]


def followed(unit: Unit, plan_id: str) -> StoredPlan:
    """A plan that people follow.

    Raises:
        UnknownId: There is no such plan.
        NotNow: Nobody follows it.
    """
    stored, entry = opened(unit, plan_id), plans.entry(unit, plan_id)
    if entry is None or not entry.state.is_followed:
        raise NotNow("plan_not_in_force", "Nobody follows this plan now; re-plan the one that people follow.")
    return stored


def as_it_is(unit: Unit, plan_id: str, wanted: Wanted) -> Asked:
    """Gather what happened and what was promised: what the store knows, what was told, before both what is wanted.

    Raises:
        UnknownId: There is no such plan.
        NotNow: Nobody follows it.
        InvalidInput: A case that shall be added is not to be visited on that day.
    """
    stored = followed(unit, plan_id)
    planned, happened, log = stops.of_plan(unit, plan_id), records.of_plan(unit, plan_id), day_log(unit, plan_id)
    called_off = {stop.visit_code for stop in planned if stop.cancelled_at is not None and stop.record_id is None}
    wanted = replace(
        wanted,
        free_at={**_free_as_told(stored.plan, log, planned, happened, called_off), **wanted.free_at},
        crews={**crews_as_told(stored.plan, log), **wanted.crews},
    )
    progress = [_held_up(one, wanted) for one in progress_of(stored.plan, planned, happened, unit.second)]
    told = {one.shift_id for one in progress}
    progress += [
        CrewProgress(shift_id=shift_id, free_at=moment)
        for shift_id, moment in wanted.free_at.items()
        if shift_id not in told
    ]
    came = _added(unit, stored, wanted.added, urgent=log.urgent)
    cases = known_cases(unit, (visit.id for visit in (*stored.problem.visits, *came.problem.visits)), stored.day)
    situation = Situation(
        now=unit.second,
        progress=tuple(progress),
        cancelled=wanted.cancelled | called_off,
        new_visits=with_stored_facts(came.problem, cases, unit.second).visits,
        new_locations=came.problem.locations,
        crews=wanted.crews,
        promises=promises(unit, stored.day, planned, wanted.crews),
    )
    return Asked(
        stored=stored,
        problem=with_stored_facts(stored.problem, cases, unit.second),
        situation=situation,
        texts={**stored.texts, **came.texts},
    )


def what_is_left(asked: Asked, situation: Situation) -> Problem:
    """The problem of the rest of the day.

    Raises:
        InvalidInput: The situation names what is not there, or somebody twice.
    """
    return left_to_plan(
        asked.problem, asked.stored.plan, situation, change_cost=CHANGE_COST, not_on_the_way=frozenset()
    )


def refuse_impossible(asked: Asked) -> None:
    """Refuse what a job would fail with.

    Raises:
        InvalidInput: As `what_is_left`.
    """
    what_is_left(asked, asked.situation)


def planned_anew(asked: Asked, make_plan: Callable[[Problem], Plan] | None = None) -> Replanned:
    """The rest of the day; `make_plan` plans elsewhere."""
    return replan(asked.problem, asked.stored.plan, asked.situation, make_plan=make_plan)


def keep(unit: Unit, asked: Asked, found: Replanned) -> str:
    """Keep what was planned as a draft, to be looked at, checked and published like any other; its id."""
    based_on = asked.stored.id
    plan_id = plans.save(unit, found.problem, found.plan, asked.texts, based_on=based_on)
    if plan_id != based_on:
        plans.mark_changed(unit, based_on, plan_id)
    return plan_id


def progress_of(
    plan: Plan, planned: Sequence[PlannedStop], happened: Sequence[VisitRecord], now: datetime
) -> tuple[CrewProgress, ...]:
    """How far crews are by what they told; those that have not left are not in it.

    Args:
        plan: The plan that people follow.
        planned: Its visits.
        happened: Its records.
        now: Whole seconds.
    """
    by_stop = {record.stop_id: record for record in happened}
    told = {stop.visit_code: by_stop[stop.id] for stop in planned if stop.id in by_stop}
    found = (_crew(route, told, now) for route in plan.routes)
    return tuple(progress for progress in found if progress is not None)


def _crew(route: Route, told: Mapping[str, VisitRecord], now: datetime) -> CrewProgress | None:
    start = route.stops[0]
    made = [stop for stop in route.stops if stop.visit_id in told]
    made.sort(key=lambda stop: _begun(told[stop.visit_id or ""], now))
    if not made:
        has_left = start.departure_time.astimezone(UTC) <= now.astimezone(UTC)
        # Nobody tells when a crew leaves the office, so it left as planned.
        return CrewProgress(shift_id=route.shift_id, stops=(start,), free_at=start.departure_time) if has_left else None
    zone = start.departure_time.tzinfo
    visits = [_as_it_was(stop, told[stop.visit_id or ""], now) for stop in made]
    left_at = min(start.departure_time, visits[0].arrival_time - visits[0].travel)
    behind = [replace(start, arrival_time=left_at, service_start_time=left_at, departure_time=left_at)]
    rests = [stop for stop in route.stops if stop.type is StopType.BREAK]
    for visit in visits:
        while rests and _is_by(rests[0].departure_time, visit.service_start_time):
            behind.append(replace(rests.pop(0), location_id=behind[-1].location_id))
        behind.append(visit)
    while rests and _is_by(rests[0].departure_time, now) and _is_by(behind[-1].departure_time, rests[0].departure_time):
        behind.append(replace(rests.pop(0), location_id=behind[-1].location_id))
    return CrewProgress(
        shift_id=route.shift_id, stops=tuple(behind), free_at=behind[-1].departure_time.astimezone(zone)
    )


def _as_it_was(stop: Stop, record: VisitRecord, now: datetime) -> Stop:
    """A visit with its real times; of one that runs, the end that is expected; one that was not begun took no time.

    A crew that left is free, whatever it writes down later.
    """
    zone = stop.service_start_time.tzinfo
    begin = _begun(record, now)
    service = stop.departure_time - stop.service_start_time
    over = record.left_at or record.ended_at
    end = max(now, begin + service) if over is None else max(begin, _whole(over))
    return replace(
        stop,
        arrival_time=begin.astimezone(zone),
        service_start_time=begin.astimezone(zone),
        departure_time=end.astimezone(zone),
        waiting=timedelta(),
    )


def _begun(record: VisitRecord, now: datetime) -> datetime:
    return _whole(record.checked_in_at or record.ended_at or now)


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _is_by(moment: datetime, other: datetime) -> bool:
    return moment.astimezone(UTC) <= other.astimezone(UTC)


def _held_up(progress: CrewProgress, wanted: Wanted) -> CrewProgress:
    moment = wanted.free_at.get(progress.shift_id)
    if moment is None or _is_by(moment, progress.free_at):
        return progress
    return replace(progress, free_at=moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Came:
    """A problem of the new visits alone, with their locations as far as the plan's does not have them."""

    problem: Problem
    texts: Mapping[str, Text]


def _free_as_told(
    plan: Plan,
    log: DayLog,
    planned: Sequence[PlannedStop],
    happened: Sequence[VisitRecord],
    called_off: Collection[str],
) -> dict[str, datetime]:
    by_id = {stop.id: stop for stop in planned}
    known = [(by_id[record.stop_id], record) for record in happened if record.stop_id in by_id]
    begun: dict[str, list[datetime]] = {}
    for stop, record in known:
        if record.checked_in_at is not None:
            begun.setdefault(stop.shift_code, []).append(record.checked_in_at)
    return free_as_told(plan, log, over={*called_off, *(stop.visit_code for stop, _ in known)}, begun=begun)


def _added(unit: Unit, stored: StoredPlan, wanted: Sequence[str], *, urgent: Collection[str]) -> _Came:
    """Visits that somebody wants now, and those that were told to be urgent, as far as the day has them."""
    nothing = _Came(problem=replace(stored.problem, visits=(), locations=()), texts={})
    if not wanted and not urgent:
        return nothing
    try:
        of_day = day_problem(unit, stored.day, {*wanted, *urgent})
    except InvalidInput:
        if wanted:
            raise
        return nothing  # the urgent ones stay on the list of those that wait; the others are planned all the same
    known = {visit.id for visit in stored.problem.visits}
    by_code = {visit.id: visit for visit in of_day.problem.visits}
    faults = [
        Fault(
            where="/added",
            code="ref_unknown",
            message=f"There is no open case '{code[:64]}' to be added.",
            message_zh=f"没有可以加入的未结案件“{code[:64]}”。",
        )
        for code in wanted
        if code not in by_code or code in known
    ]
    if faults:
        raise InvalidInput(faults)
    codes = dict.fromkeys((*wanted, *(code for code in urgent if code in by_code and code not in known)))
    visits = tuple(by_code[code] for code in codes)
    have = {location.id for location in stored.problem.locations}
    new = {place.location_id for visit in visits for place in visit.places} - have
    names = {visit.id for visit in visits} | {place.id for visit in visits for place in visit.places} | new
    return _Came(
        problem=replace(
            of_day.problem,
            visits=visits,
            locations=tuple(location for location in of_day.problem.locations if location.id in new),
        ),
        texts={name: text for name, text in of_day.texts.items() if name in names},
    )
