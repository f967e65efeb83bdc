"""The day of each crew as spans on one ruler: what the timeline of the plan board draws."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from api.web.catalogue import clock, duration_in_words, joined
from maps.palette import CrewStyle, crew_style
from maps.route_view import PlanView, RouteView, StopView
from scheduler.domain.collector import Shift
from scheduler.domain.plan import Plan, Route, Stop, StopType
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text
from scheduler.domain.time_window import TimeWindow

_HOUR = timedelta(hours=1)
_ALL_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where something begins on the ruler and how long it is, as SVG writes lengths."""

    x: str
    width: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """The hours that all lanes share.

    Attributes:
        begin: A full hour.
        end: A full hour.
        hours: Each full hour but the last: where it is, and its name.
    """

    begin: datetime
    end: datetime
    hours: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, problem: Problem, plan: Plan) -> "Ruler":
        """Around all shifts and routes."""
        zone = problem.time_zone
        moments = [moment for shift in problem.shifts for moment in (shift.earliest_start, shift.latest_end)]
        moments += [stop.departure_time for route in plan.routes for stop in route.stops[-1:]]
        moments = [moment.astimezone(UTC) for moment in moments] or [datetime(2000, 1, 1, tzinfo=UTC)]
        begin = min(moments).astimezone(zone).replace(minute=0, second=0)
        end = max(moments).astimezone(zone)
        length = -((begin - end) // _HOUR) or 1
        hours = [begin + number * _HOUR for number in range(length)]
        return cls(
            begin=begin,
            end=begin + length * _HOUR,
            hours=tuple((f"{100 * number / length:.3f}%", clock(hour)) for number, hour in enumerate(hours)),
        )

    def span(self, begin: datetime, end: datetime) -> Span:
        """Of what lies on the ruler at least in part; the rest is cut off."""
        whole = self.end - self.begin
        first, last = (min(max((moment - self.begin) / whole, 0.0), 1.0) for moment in (begin, end))
        return Span(x=f"{100 * first:.3f}%", width=f"{100 * (last - first):.3f}%")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Something that a crew does between its visits: `travel`, `waiting` or `break`."""

    kind: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitBar:
    """A visit on a lane.

    Attributes:
        number: Counts the visits of the lane from 1.
        window: Where it may lie by law and by the hours of its place; None where nothing bounds it.
        hours: The same in words, as clock times.
        is_narrow: Whether these hours are shorter than the crew's shift.
    """

    visit_id: str
    number: int
    name: str
    place_kind: str
    begins: str
    ends: str
    span: Span
    window: Span | None
    hours: str | None
    is_narrow: bool
    is_pinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A crew's day; a shift without visits has a lane without bars.

    Attributes:
        shift: When it works.
        is_changed: Whether a draft has another route than the plan.
    """

    shift_id: str
    style: CrewStyle
    people: str
    works: str
    travel: str
    shift: Span
    bars: tuple[Bar, ...]
    visits: tuple[VisitBar, ...]
    is_changed: bool


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Draws lanes of a plan.

    Attributes:
        problem: With its shifts formed.
        plan: The plan, or a draft of it.
        texts: For people's eyes.
        lawful: Visit id -> its lawful hours, from the certificate of the stored plan.
        ruler: Of the stored plan, so that a draft stays where it was.
        language: Of the words.
        changed: Shifts whose routes a draft changes.
    """

    problem: Problem
    plan: Plan
    texts: Mapping[str, Text]
    lawful: Mapping[str, TimeWindow]
    ruler: Ruler
    language: str
    changed: frozenset[str] = frozenset()

    def lanes(self, shift_ids: Sequence[str] | None = None) -> tuple[Lane, ...]:
        """Of some shifts, or of all in the order of the problem."""
        shifts = {shift.id: shift for shift in self.problem.shifts}
        routes = {route.shift_id: route for route in self.plan.routes}
        wanted = list(shifts) if shift_ids is None else list(shift_ids)
        pinned = {visit.id for visit in self.problem.visits if visit.pinned is not None}
        views = PlanView(self.plan, self.problem, self.texts).routes(wanted)
        return tuple(self._lane(view, shifts[view.shift_id], routes.get(view.shift_id), pinned) for view in views)

    def _lane(self, view: RouteView, shift: Shift, route: Route | None, pinned: set[str]) -> Lane:
        travel = sum((stop.travel for stop in route.stops), timedelta()) if route else timedelta()
        zone = self.problem.time_zone
        begins, ends = (moment.astimezone(zone) for moment in (shift.earliest_start, shift.latest_end))
        return Lane(
            shift_id=view.shift_id,
            style=crew_style(view.position),
            people=joined(view.collector_names, self.language),
            works=f"{clock(begins)}–{clock(ends)}",
            travel=duration_in_words(travel, self.language),
            shift=self.ruler.span(begins, ends),
            bars=tuple(self._bars(route.stops)) if route else (),
            visits=tuple(
                self._visit(stop, shift, is_pinned=stop.visit_id in pinned)
                for stop in view.stops
                if stop.type is StopType.VISIT
            ),
            is_changed=view.shift_id in self.changed,
        )

    def _bars(self, stops: Sequence[Stop]) -> Iterator[Bar]:
        left: datetime | None = None
        for stop in stops:
            if stop.type is StopType.BREAK:
                yield Bar(kind="break", span=self.ruler.span(stop.service_start_time, stop.departure_time))
                continue
            if left is not None:
                yield Bar(kind="travel", span=self.ruler.span(left, stop.arrival_time))
            if stop.waiting:
                yield Bar(kind="waiting", span=self.ruler.span(stop.arrival_time, stop.service_start_time))
            left = stop.departure_time

    def _visit(self, stop: StopView, shift: Shift, *, is_pinned: bool) -> VisitBar:
        visit_id, kind = stop.visit_id or "", stop.place_kind
        window = self._window(stop)
        return VisitBar(
            visit_id=visit_id,
            number=stop.number or 0,
            name=stop.text.name,
            place_kind="" if kind is None else kind.value,
            begins=clock(stop.service_start_time),
            ends=clock(stop.departure_time),
            span=self.ruler.span(stop.service_start_time, stop.departure_time),
            window=None if window is None else self.ruler.span(window.earliest_start, window.latest_end),
            hours=None if window is None else _hours(window),
            is_narrow=window is not None and not window.holds(shift.window),
            is_pinned=is_pinned,
        )

    def _window(self, stop: StopView) -> TimeWindow | None:
        """What law and place leave around the visit; None for a whole day."""
        lawful, own = self.lawful.get(stop.visit_id or ""), stop.window
        both = lawful.intersection(own) if lawful and own else lawful or own
        if both is None or both.duration >= _ALL_DAY:
            return None
        zone = self.problem.time_zone
        return TimeWindow(
            earliest_start=both.earliest_start.astimezone(zone), latest_end=both.latest_end.astimezone(zone)
        )


def lawful_hours(plan: Plan) -> dict[str, TimeWindow]:
    """Visit id -> when the certificate says that it may be, where it bounds both ends."""
    decisions = plan.certificate.decisions if plan.certificate else None
    return {
        one.visit_id: TimeWindow(earliest_start=one.lawful_from, latest_end=one.lawful_until)
        for one in decisions or ()
        if one.lawful_from is not None and one.lawful_until is not None
    }


def _hours(window: TimeWindow) -> str:
    ends = "24:00" if window.latest_end.date() > window.earliest_start.date() else clock(window.latest_end)
    return f"{clock(window.earliest_start)}–{ends}"
