"""What the page of a running day shows: where each crew is, and what needs somebody's eye."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from api.store import StoredPlan, Unit, alarms
from api.visiting.day_state import DayState, StopStanding, StopState, by_crew
from api.web.catalogue import clock, joined
from scheduler.domain.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """A visit: whom, by which crew, when, and how it stands."""

    visit_id: str
    name: str
    shift_id: str
    planned: str
    expected: str
    latest: str
    state: str
    risk: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftLine:
    """A door that a crew left: when, whose, and whether it wrote down what came of it."""

    at: str
    name: str
    is_written: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewLine:
    """A crew.

    Attributes:
        shift_id: Its shift.
        people: Names in a row.
        done: Visits that ended.
        visits: Visits that are to be made, or were.
        ahead: Those that are still to be made.
        present: The visit that goes on; None between two.
        left: The last door that the crew left; None while it is at one, and before.
        following: The next one; None when nothing is left.
        out: Names of those who cannot go on.
        is_stranded: It has no vehicle.
    """

    shift_id: str
    people: str
    done: int
    visits: int
    ahead: int
    present: VisitLine | None
    left: LeftLine | None
    following: VisitLine | None
    out: str
    is_stranded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalLine:
    """A check-in that was refused."""

    at: str
    shift_id: str
    visit_id: str
    name: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLine:
    """A crew asks for help, and nobody saw to it yet."""

    at: str
    shift_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningView:
    """The page.

    Attributes:
        counts: Visits by state, in the order of the states.
        troubles: Visits that are late or at risk, those at risk first.
        refusals: The newest first.
        alarms: Open ones, the newest first.
        crews: In the order of their shifts.
        urgent: Numbers of cases that shall be visited still today and are on no plan.
    """

    counts: tuple[tuple[str, int], ...]
    troubles: tuple[VisitLine, ...]
    refusals: tuple[RefusalLine, ...]
    alarms: tuple[AlarmLine, ...]
    crews: tuple[CrewLine, ...]
    urgent: tuple[str, ...]


def running_view(unit: Unit, stored: StoredPlan, state: DayState, language: str) -> RunningView:
    """Put a running day into words of `language`."""
    words = _Words(zone=stored.problem.time_zone, texts=stored.texts, language=language)
    troubled = (StopState.AT_RISK, StopState.LATE)
    planned = {one.stop.visit_code for one in state.stops}
    return RunningView(
        counts=tuple((one.value, len(state.visits_in(one))) for one in StopState),
        troubles=tuple(words.visit(one) for kind in troubled for one in state.stops if one.state is kind),
        refusals=tuple(
            RefusalLine(
                at=words.clock(one.at),
                shift_id=one.shift_code,
                visit_id=one.visit_code,
                name=words.name(one.visit_code),
                rules=one.rules,
            )
            for one in reversed(state.log.refusals)
        ),
        alarms=tuple(
            AlarmLine(at=words.clock(one.at), shift_id=one.shift_code)
            for one in alarms.lately(unit)
            if one.handled_at is None and one.plan_id == stored.id
        ),
        crews=tuple(_crew(shift, found, state, words) for shift, found in by_crew(state)),
        urgent=tuple(sorted(state.log.urgent.keys() - planned)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    zone: ZoneInfo
    texts: Mapping[str, Text]
    language: str

    def name(self, code: str) -> str:
        return self.texts.get(code, Text()).name or code

    def clock(self, moment: datetime | None) -> str:
        return "" if moment is None else clock(moment.astimezone(self.zone))

    def visit(self, one: StopStanding) -> VisitLine:
        stop = one.stop
        return VisitLine(
            visit_id=stop.visit_code,
            name=self.name(stop.visit_code),
            shift_id=stop.shift_code,
            planned=self.clock(stop.service_start_time),
            expected=self.clock(one.expected_start),
            latest=self.clock(one.latest_start),
            state=one.state.value,
            risk=None if one.risk is None else one.risk.value,
        )


def _crew(shift_id: str, found: Sequence[StopStanding], state: DayState, words: _Words) -> CrewLine:
    people = found[0].stop.collector_codes
    running = next((one for one in found if one.state is StopState.RUNNING and one.left_at is None), None)
    coming = [one for one in found if one.expected_start is not None]
    skipped = (StopState.CANCELLED, StopState.NOT_BEGUN)
    return CrewLine(
        shift_id=shift_id,
        people=joined((words.name(one) for one in people), words.language),
        done=sum(one.state is StopState.DONE for one in found),
        visits=sum(one.state not in skipped for one in found),
        ahead=len(coming),
        present=None if running is None else words.visit(running),
        left=None if running is not None else _left(found, words),
        following=words.visit(coming[0]) if coming else None,
        out=joined((words.name(one) for one in people if one in state.log.out), words.language),
        is_stranded=shift_id in state.log.stranded,
    )


def _left(found: Sequence[StopStanding], words: _Words) -> LeftLine | None:
    """The last door of these that a crew left."""
    times = [(one.left_at, one) for one in found if one.left_at is not None]
    if not times:
        return None
    at, one = max(times, key=lambda known: known[0])
    return LeftLine(at=words.clock(at), name=words.name(one.stop.visit_code), is_written=one.state is StopState.DONE)
