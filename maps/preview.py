"""Maps of a plan: one of all crews, one of a single crew; each is one HTML page that needs no network."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from maps.labels import labels_of
from maps.navigation import check_providers, navigation_links, provider_title
from maps.offline_map import OfflineMap
from maps.page import page
from maps.palette import UNASSIGNED_COLOUR, crew_style
from maps.route_view import LeftOutPlace, LeftOutVisit, PlanView, RouteView, StopView
from scheduler.domain.location import Coordinates
from scheduler.domain.plan import Plan, ReasonCode, StopType
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text

type JsonObject = dict[str, object]

ESTIMATED_SOURCE = "great_circle"


def overview_map(
    plan: Plan,
    problem: Problem,
    *,
    texts: Mapping[str, Text],
    language: str,
    providers: Sequence[str] = ("geo",),
    script_nonce: str | None = None,
    reason_title: Callable[[ReasonCode, str], str] | None = None,
) -> str:
    """The routes of all crews, the places where they start and end, and the visits that were left out.

    Args:
        plan: The plan.
        problem: What it was made from.
        texts: Names, addresses and notes; they stand in the page, so it is as private as they are.
        language: `en` or `zh-CN`.
        providers: Navigation apps to link to, out of `maps.navigation.PROVIDERS`.
        script_nonce: For a page that is served under a policy with a nonce; None for a file.
        reason_title: Words for a reason code in a language; without it the code itself is shown.

    Raises:
        InvalidInput: The plan is of another problem, or the language or a provider is not known.
    """
    view = PlanView(plan, problem, texts)
    draft = _Draft(plan, language, providers)
    for route in view.routes():
        draft.add_route(route)
    for visit in view.left_out():
        code = visit.reason_code
        draft.add_left_out(visit, code.value if reason_title is None else reason_title(code, language))
    days = [problem.local_date(shift.earliest_start) for shift in problem.shifts]
    return draft.page(_titled(draft.labels["overview_title"], days), is_overview=True, script_nonce=script_nonce)


def crew_map(
    plan: Plan,
    problem: Problem,
    shift_id: str,
    *,
    texts: Mapping[str, Text],
    language: str,
    providers: Sequence[str] = ("geo",),
    script_nonce: str | None = None,
) -> str:
    """The route of one crew, for its phone; arguments and errors as for `overview_map`.

    A shift without a route gives a page that says so.
    """
    (route,) = PlanView(plan, problem, texts).routes([shift_id])
    draft = _Draft(plan, language, providers)
    draft.add_route(route)
    title = _titled(f"{draft.labels['crew']} {shift_id}", [route.day])
    return draft.page(title, is_overview=False, script_nonce=script_nonce)


def _titled(name: str, days: Sequence[date]) -> str:
    """`Visits · 2026-12-01`, with the last day too when there are several."""
    bounds = sorted({min(days), max(days)}) if days else []
    return " · ".join([name, "–".join(day.isoformat() for day in bounds)] if bounds else [name])


class _Draft:
    """A page in the making: what Folium draws on one side, what our own script writes on the other.

    The two meet in keys made of numbers: no id and no text is given to Folium.
    """

    def __init__(self, plan: Plan, language: str, providers: Sequence[str]) -> None:
        check_providers(providers)
        self.labels = labels_of(language)
        self._language = language
        self._providers = tuple(providers)
        self._estimated = plan.travel_source == ESTIMATED_SOURCE
        self._map = OfflineMap()
        self._crews: list[JsonObject] = []
        self._offices: dict[tuple[Coordinates, Text], JsonObject] = {}
        self._left_out: list[JsonObject] = []
        self._positions: list[int] = []

    def add_route(self, route: RouteView) -> None:
        crew_key = route.position
        style = crew_style(route.position)
        self._positions.append(route.position)
        points = [
            stop.coordinates for stop in route.stops if stop.type is not StopType.BREAK and stop.coordinates is not None
        ]
        if len(points) > 1:
            self._map.draw_route(crew_key, points, style)
        stops = [self._add_stop(crew_key, row, stop) for row, stop in enumerate(route.stops)]
        self._crews.append(
            {
                "key": crew_key,
                "title": f"{self.labels['crew']} {route.shift_id}",
                "day": route.day.isoformat(),
                "facts": self._facts(route),
                "people": list(route.collector_names),
                "stops": stops,
            }
        )

    def add_left_out(self, visit: LeftOutVisit, reason: str) -> None:
        row = len(self._left_out)
        places = [self._add_left_out_place(f"u/{row}/{column}", place) for column, place in enumerate(visit.places)]
        name = visit.places[0].text.name if visit.places else visit.visit_id
        self._left_out.append({"name": name, "reason": reason, "places": places})

    def page(self, title: str, *, is_overview: bool, script_nonce: str | None) -> str:
        map_html, map_script = self._map.parts()
        texts: JsonObject = {
            "labels": dict(self.labels),
            "isOverview": is_overview,
            "estimated": self._estimated,
            "severalDays": len({crew["day"] for crew in self._crews}) > 1,
            "providers": [provider_title(name, self._language) for name in self._providers],
            "crews": self._crews,
            "offices": list(self._offices.values()),
            "leftOut": self._left_out,
        }
        return page(
            title=title,
            language=self._language,
            labels=self.labels,
            estimated=self._estimated,
            style=_crew_colours(self._positions),
            map_html=map_html,
            map_script=map_script,
            texts=texts,
            script_nonce=script_nonce,
        )

    def _add_stop(self, crew_key: int, row: int, stop: StopView) -> JsonObject:
        stop_key = f"{crew_key}/{row}"
        written: JsonObject = {"key": stop_key, "type": stop.type.value, "time": _time_of(stop)}
        if stop.type is StopType.BREAK:
            return written
        written |= _written_text(stop.text)
        if stop.type is not StopType.VISIT:
            return written | self._add_office(stop)
        if stop.number is None or stop.place_kind is None:
            raise ValueError("a visit has a number and a place")
        written |= {"number": stop.number, "kind": stop.place_kind.value}
        if stop.coordinates is not None:
            written["links"] = [link.url for link in navigation_links(stop.coordinates, self._providers)]
            self._map.pin_visit(stop_key, crew_key, stop.number, stop.place_kind.value, stop.coordinates)
        return written

    def _add_office(self, stop: StopView) -> JsonObject:
        """One pin for all routes that start or end here; the stop then names the pin's key."""
        point = stop.coordinates
        if point is None:
            return {}
        if (point, stop.text) not in self._offices:
            stop_key = f"o/{len(self._offices)}"
            self._map.pin_office(stop_key, point)
            links = [link.url for link in navigation_links(point, self._providers)]
            self._offices[point, stop.text] = {"key": stop_key, "links": links, **_written_text(stop.text)}
        return {"office": self._offices[point, stop.text]["key"]}

    def _add_left_out_place(self, stop_key: str, place: LeftOutPlace) -> JsonObject:
        written: JsonObject = {"key": stop_key, "kind": place.place_kind.value, "address": place.text.address}
        if place.coordinates is None:
            written["key"] = None
        else:
            self._map.pin_left_out(stop_key, place.coordinates)
        return written

    def _facts(self, route: RouteView) -> str:
        visits = sum(stop.type is StopType.VISIT for stop in route.stops)
        if not visits:
            return self.labels["no_route"]
        counted = f"{visits} {self.labels['visits_one' if visits == 1 else 'visits_many']}"
        return f"{counted} · {_span(route.stops[0].departure_time, route.stops[-1].arrival_time)}"


def _time_of(stop: StopView) -> str:
    """The time at the door, or the one moment of leaving or coming back."""
    if stop.type is StopType.START:
        return f"{stop.departure_time:%H:%M}"
    if stop.type is StopType.END:
        return f"{stop.arrival_time:%H:%M}"
    return _span(stop.service_start_time, stop.departure_time)


def _span(start: datetime, end: datetime) -> str:
    return f"{start:%H:%M}–{end:%H:%M}"


def _written_text(text: Text) -> JsonObject:
    written: JsonObject = {"name": text.name, "address": text.address, "note": text.note}
    return {key: value for key, value in written.items() if value}


def _crew_colours(positions: Sequence[int]) -> str:
    rules = [f":root{{--left-out:{UNASSIGNED_COLOUR}}}"]
    for position in positions:
        style = crew_style(position)
        rules.append(f".crew-{position}{{--crew:{style.colour};--ink:{style.ink}}}")
    return "\n".join(rules)
