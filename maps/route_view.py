"""A plan's routes joined with the texts that people read, for maps and exports alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.location import Coordinates
from scheduler.domain.plan import Plan, ReasonCode, Route, Stop, StopType
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.travel import Profile
from scheduler.domain.visit import Place, PlaceKind

_NO_TEXT = Text()


@dataclass(frozen=True, slots=True, kw_only=True)
class StopView:
    """One stop as people read it.

    Attributes:
        type: Start, visit, break or end.
        number: Counts the route's visits from 1; None at other stops.
        visit_id: None but at visits.
        place_kind: None but at visits.
        window: The hours of the place inside which the visit lies; None but at visits, and where there are none such.
        coordinates: None while the location is not geocoded.
        text: Name (the id where there is none), address and note; empty at a break.
        arrival_time: In the problem's zone, like the others.
        service_start_time: When the visit or break begins.
        departure_time: When the visit or break is over.
    """

    type: StopType
    number: int | None
    visit_id: str | None
    place_kind: PlaceKind | None
    window: TimeWindow | None
    coordinates: Coordinates | None
    text: Text
    arrival_time: datetime
    service_start_time: datetime
    departure_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteView:
    """One crew's route as people read it.

    Attributes:
        shift_id: The shift.
        position: The shift's place in the problem, from 0.
        day: The local day on which the shift starts.
        shift_start: When the shift starts, in the problem's zone.
        travel_profile: How the crew travels.
        collector_names: Names, or ids where there is no name, in the order of the crew.
        stops: Empty when the shift has no visits.
    """

    shift_id: str
    position: int
    day: date
    shift_start: datetime
    travel_profile: Profile
    collector_names: tuple[str, ...]
    stops: tuple[StopView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutPlace:
    """A place of a visit that was left out; see `StopView` for the fields."""

    place_kind: PlaceKind
    coordinates: Coordinates | None
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutVisit:
    """A visit that was left out, with the code of its first reason."""

    visit_id: str
    reason_code: ReasonCode
    places: tuple[LeftOutPlace, ...]


class PlanView:
    """Reads a plan together with its problem and the texts.

    A text is looked up by visit, place, collector and location id; what is missing is replaced by the id.
    """

    def __init__(self, plan: Plan, problem: Problem, texts: Mapping[str, Text]) -> None:
        """Join the three.

        Raises:
            InvalidInput: `unknown_id` for each id of the plan that the problem does not have.
        """
        self._plan = plan
        self._problem = problem
        self._texts = texts
        self._points = {location.id: location.coordinates for location in problem.locations}
        self._places = {(visit.id, place.id): place for visit in problem.visits for place in visit.places}
        self._visits = {visit.id: visit for visit in problem.visits}
        self._shifts = {shift.id: (position, shift) for position, shift in enumerate(problem.shifts)}
        faults = self._unknown_ids()
        if faults:
            raise InvalidInput(faults)

    def routes(self, shift_ids: Sequence[str] | None = None) -> tuple[RouteView, ...]:
        """The routes of shifts.

        Args:
            shift_ids: The shifts, in the order wanted; None for all that have a route, in the order of the problem.

        Raises:
            InvalidInput: `unknown_id` for a shift that the problem does not have.
        """
        planned = {route.shift_id: route for route in self._plan.routes}
        if shift_ids is None:
            shift_ids = [shift_id for shift_id in self._shifts if shift_id in planned]
        faults = [
            _unknown_id(f"/shift_ids/{index}", "shift", shift_id)
            for index, shift_id in enumerate(shift_ids)
            if shift_id not in self._shifts
        ]
        if faults:
            raise InvalidInput(faults)
        return tuple(self._route(shift_id, planned.get(shift_id)) for shift_id in shift_ids)

    def left_out(self) -> tuple[LeftOutVisit, ...]:
        """The visits that were left out, in the order of the plan."""
        return tuple(
            LeftOutVisit(
                visit_id=unassigned.visit_id,
                reason_code=unassigned.reasons[0].code,
                places=tuple(
                    LeftOutPlace(
                        place_kind=place.kind,
                        coordinates=self._points.get(place.location_id),
                        text=self._visit_text(unassigned.visit_id, place),
                    )
                    for place in self._visits[unassigned.visit_id].places
                ),
            )
            for unassigned in self._plan.unassigned
        )

    def _route(self, shift_id: str, route: Route | None) -> RouteView:
        position, shift = self._shifts[shift_id]
        collector_ids = shift.collector_ids if route is None else route.collector_ids
        return RouteView(
            shift_id=shift_id,
            position=position,
            day=self._problem.local_date(shift.earliest_start),
            shift_start=self._local(shift.earliest_start),
            travel_profile=shift.travel_profile,
            collector_names=tuple(self._texts.get(one, _NO_TEXT).name or one for one in collector_ids),
            stops=() if route is None else self._stops(route),
        )

    def _stops(self, route: Route) -> tuple[StopView, ...]:
        views: list[StopView] = []
        number = 0
        for stop in route.stops:
            is_visit = stop.type is StopType.VISIT
            number += is_visit
            views.append(self._stop(stop, number if is_visit else None))
        return tuple(views)

    def _stop(self, stop: Stop, number: int | None) -> StopView:
        place = None
        text = Text() if stop.type is StopType.BREAK else self._location_text(stop.location_id)
        if stop.visit_id is not None and stop.place_id is not None:
            place = self._places[stop.visit_id, stop.place_id]
            text = self._visit_text(stop.visit_id, place)
        return StopView(
            type=stop.type,
            number=number,
            visit_id=stop.visit_id,
            place_kind=None if place is None else place.kind,
            window=None if place is None else self._window_of(place, stop),
            coordinates=self._points[stop.location_id],
            text=text,
            arrival_time=self._local(stop.arrival_time),
            service_start_time=self._local(stop.service_start_time),
            departure_time=self._local(stop.departure_time),
        )

    def _window_of(self, place: Place, stop: Stop) -> TimeWindow | None:
        visit = TimeWindow(earliest_start=stop.service_start_time, latest_end=stop.departure_time)
        for window in place.time_windows:
            if window.holds(visit):
                return TimeWindow(
                    earliest_start=self._local(window.earliest_start), latest_end=self._local(window.latest_end)
                )
        return None

    def _visit_text(self, visit_id: str, place: Place) -> Text:
        found = [self._texts.get(name, _NO_TEXT) for name in (visit_id, place.id, place.location_id)]
        of_visit, of_place, of_location = found
        return Text(
            name=of_visit.name or of_place.name or visit_id,
            address=of_place.address or of_location.address or of_visit.address,
            note="\n".join(dict.fromkeys(text.note for text in found if text.note)),
        )

    def _location_text(self, location_id: str) -> Text:
        text = self._texts.get(location_id, _NO_TEXT)
        return Text(name=text.name or location_id, address=text.address, note=text.note)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._problem.time_zone)

    def _unknown_ids(self) -> list[Fault]:
        faults: list[Fault] = []
        for row, route in enumerate(self._plan.routes):
            if route.shift_id not in self._shifts:
                faults.append(_unknown_id(f"/routes/{row}/shift_id", "shift", route.shift_id))
            for column, stop in enumerate(route.stops):
                faults.extend(self._unknown_ids_of_stop(f"/routes/{row}/stops/{column}", stop))
        faults.extend(
            _unknown_id(f"/unassigned/{row}/visit_id", "visit", unassigned.visit_id)
            for row, unassigned in enumerate(self._plan.unassigned)
            if unassigned.visit_id not in self._visits
        )
        return faults

    def _unknown_ids_of_stop(self, where: str, stop: Stop) -> list[Fault]:
        faults = []
        if stop.location_id not in self._points:
            faults.append(_unknown_id(f"{where}/location_id", "location", stop.location_id))
        if stop.visit_id is not None and stop.visit_id not in self._visits:
            faults.append(_unknown_id(f"{where}/visit_id", "visit", stop.visit_id))
        elif stop.visit_id is not None and (stop.visit_id, stop.place_id) not in self._places:
            faults.append(_unknown_id(f"{where}/place_id", "place", str(stop.place_id)))
        return faults


def _unknown_id(where: str, what: str, name: str) -> Fault:
    return Fault(
        where=where,
        code="unknown_id",
        message=f"The {what} {name!r} is not in the problem.",
        hint="Give the problem that the plan was made from.",
    )
