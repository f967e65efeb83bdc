"""What our own scripts draw and show on a map: numbers and texts as JSON data, lines as encoded polylines."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from maps.labels import labels_of
from maps.navigation import Datum, check_providers, in_datum, stop_pattern
from maps.palette import crew_style
from maps.polyline import Line, encoded_within
from maps.route_buttons import route_buttons
from maps.route_line import route_line
from maps.route_view import LeftOutPlace, LeftOutVisit, RouteView, StopView
from scheduler.domain.location import Coordinates
from scheduler.domain.plan import StopType
from scheduler.domain.texts import Text
from scheduler.domain.travel import Profile, RouteGeometry

type JsonObject = dict[str, object]


class PageData:
    """The data of a page in the making.

    Stops and pins are joined by keys made of numbers, `CREW/ROW`, `o/ROW` and `u/ROW/COLUMN`; ids of visits are for a
    page around the map, which shows the same visits in its own way.
    """

    def __init__(
        self,
        language: str,
        providers: Sequence[str],
        geometry: Mapping[str, RouteGeometry] | None,
        *,
        geometry_bytes: int,
    ) -> None:
        """Make an empty page.

        Args:
            language: Of the labels.
            providers: Of navigation links.
            geometry: By shift id; a shift without gets straight lines.
            geometry_bytes: All lines together are simplified until they take no more.
        """
        check_providers(providers)
        self.labels = labels_of(language)
        self._language = language
        self._providers = tuple(providers)
        self._patterns = [stop_pattern(name, language) for name in providers]
        self._geometry = geometry or {}
        self._geometry_bytes = geometry_bytes
        self._crews: list[JsonObject] = []
        self._legs: list[tuple[Line, ...]] = []
        self._offices: dict[tuple[Coordinates, Text], JsonObject] = {}
        self._left_out: list[JsonObject] = []

    @property
    def has_estimated_lines(self) -> bool:
        """Whether a straight line stands in for a road anywhere."""
        return any(crew["estimated"] for crew in self._crews)

    @property
    def points(self) -> list[Coordinates]:
        """Of all lines so far."""
        return [point for legs in self._legs for leg in legs for point in leg]

    def add_route(self, route: RouteView, *, with_route_links: bool) -> None:
        """Add a crew; links along its whole route are worth their bytes on the crew's own page alone."""
        line = route_line(route, self._geometry)
        self._legs.append(line.legs)
        written: JsonObject = {
            "key": route.position,
            "title": f"{self.labels['crew']} {route.shift_id}",
            "day": route.day.isoformat(),
            "facts": self._facts(route),
            "people": list(route.collector_names),
            "hollow": crew_style(route.position).hollow,
            "estimated": bool(line.legs) and line.estimated,
            "stops": [self._stop(route, row, stop) for row, stop in enumerate(route.stops)],
        }
        if with_route_links:
            buttons = route_buttons(route, self._providers, self._language)
            written["routeLinks"] = [{"title": button.title, "url": button.url} for button in buttons]
        self._crews.append(written)

    def add_left_out(self, visit: LeftOutVisit, reason: str) -> None:
        """Add a visit that nobody makes, with words for its reason."""
        row = len(self._left_out)
        places = [self._left_out_place(f"u/{row}/{column}", place) for column, place in enumerate(visit.places)]
        name = visit.places[0].text.name if visit.places else visit.visit_id
        self._left_out.append({"name": name, "reason": reason, "places": places, "visit": visit.visit_id})

    def written(self) -> JsonObject:
        """All of it, with the lines as exact as their bytes allow."""
        legs = iter(encoded_within([leg for legs in self._legs for leg in legs], self._geometry_bytes))
        crews = [
            crew | {"legs": [next(legs) for _ in drawn]} for crew, drawn in zip(self._crews, self._legs, strict=True)
        ]
        return {
            "labels": dict(self.labels),
            "severalDays": len({crew["day"] for crew in self._crews}) > 1,
            "providers": [
                {"title": pattern.title, "datum": pattern.datum.value, "patterns": dict(pattern.patterns)}
                for pattern in self._patterns
            ],
            "crews": crews,
            "offices": list(self._offices.values()),
            "leftOut": self._left_out,
        }

    def _stop(self, route: RouteView, row: int, stop: StopView) -> JsonObject:
        written: JsonObject = {
            "key": f"{route.position}/{row}",
            "type": stop.type.value,
            "time": _time_of(stop),
            "clock": [
                _minute_of(moment, route)
                for moment in (stop.arrival_time, stop.service_start_time, stop.departure_time)
            ],
        }
        if stop.type is StopType.BREAK:
            return written
        written |= _written_text(stop.text)
        if stop.type is not StopType.VISIT:
            return written | self._office(stop)
        if stop.number is None or stop.place_kind is None:
            raise ValueError("a visit has a number and a place")
        written |= {"number": stop.number, "kind": stop.place_kind.value, "visit": stop.visit_id}
        if route.travel_profile is not Profile.CAR:
            written["profile"] = route.travel_profile
        # A whole day is nobody's wish, and must not look as if the law allowed it.
        if stop.window is not None and stop.window.latest_end - stop.window.earliest_start < timedelta(days=1):
            written["window"] = _span(stop.window.earliest_start, stop.window.latest_end)
        return written | self._point(stop.coordinates)

    def _office(self, stop: StopView) -> JsonObject:
        """One pin for all routes that start or end here; the stop then names the pin's key."""
        point = stop.coordinates
        if point is None:
            return {}
        office = (point, stop.text)
        if office not in self._offices:
            key = f"o/{len(self._offices)}"
            self._offices[office] = {"key": key, **_written_text(stop.text), **self._point(point)}
        return {"office": self._offices[office]["key"]}

    def _left_out_place(self, key: str, place: LeftOutPlace) -> JsonObject:
        written: JsonObject = {"key": key, "kind": place.place_kind.value, "address": place.text.address}
        if place.coordinates is None:
            return written | {"key": None}
        return written | {"at": _position(place.coordinates)}

    def _point(self, point: Coordinates | None) -> JsonObject:
        if point is None:
            return {}
        written: JsonObject = {"at": _position(point)}
        if any(pattern.datum is Datum.GCJ02 for pattern in self._patterns):
            written["gcj02"] = _position(in_datum(point, Datum.GCJ02))
        return written

    def _facts(self, route: RouteView) -> str:
        visits = sum(stop.type is StopType.VISIT for stop in route.stops)
        if not visits:
            return self.labels["no_route"]
        counted = f"{visits} {self.labels['visits_one' if visits == 1 else 'visits_many']}"
        return f"{counted} · {_span(route.stops[0].departure_time, route.stops[-1].arrival_time)}"


def _minute_of(moment: datetime, route: RouteView) -> int:
    """Of the wall clock, counted from the midnight on which the route's day begins."""
    midnight = datetime.combine(route.day, datetime.min.time())
    return (moment.replace(tzinfo=None) - midnight) // timedelta(minutes=1)


def _time_of(stop: StopView) -> str:
    """The time at the door, or the one moment of leaving or coming back."""
    if stop.type is StopType.START:
        return f"{stop.departure_time:%H:%M}"
    if stop.type is StopType.END:
        return f"{stop.arrival_time:%H:%M}"
    return _span(stop.service_start_time, stop.departure_time)


def _span(start: datetime, end: datetime) -> str:
    """Both times of the clock; the midnight after the day is 24:00, since 00:00 would be the one before."""
    ends_the_day = end.date() > start.date() and not (end.hour or end.minute)
    return f"{start:%H:%M}–{'24:00' if ends_the_day else f'{end:%H:%M}'}"


def _position(point: Coordinates) -> list[float]:
    """Latitude and longitude as Leaflet reads them, to about 0.1 m."""
    return [round(point.latitude_degrees, 6), round(point.longitude_degrees, 6)]


def _written_text(text: Text) -> JsonObject:
    written: JsonObject = {"name": text.name, "address": text.address, "note": text.note}
    return {key: value for key, value in written.items() if value}
