"""Maps of a plan: one of all crews, one of a single crew; each is one HTML page that needs no network."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from maps.base_map import Street, TileServer, streets_around
from maps.offline_map import OfflineMap
from maps.page import page, vendored_bytes
from maps.page_data import PageData
from maps.palette import UNASSIGNED_COLOUR, crew_style
from maps.route_view import PlanView
from scheduler.domain.plan import Plan, ReasonCode
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text
from scheduler.domain.travel import ESTIMATED_SOURCE, RouteGeometry

# Beside Leaflet and jQuery. Of 400 kB, texts and points of 40 crews with 12 stops each take 150, our scripts and styles
# 50; streets get what is left.
_OVERVIEW_BYTES = 400_000
_OVERVIEW_GEOMETRY_BYTES = 150_000
_CREW_BYTES = 250_000
_CREW_GEOMETRY_BYTES = 60_000
_STREETS_KEY_BYTES = 20  # around them in the page's JSON


def overview_map(
    plan: Plan,
    problem: Problem,
    *,
    texts: Mapping[str, Text],
    language: str,
    providers: Sequence[str] = ("geo",),
    geometry: Mapping[str, RouteGeometry] | None = None,
    tiles: TileServer | None = None,
    streets: Sequence[Street] = (),
    road_attribution: str = "",
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
        geometry: The ways that routes take, by shift id; without one, a route is drawn as straight dashed lines and
            the page says "estimated".
        tiles: The server of pictures below the routes; None for a page that asks nobody.
        streets: Drawn below the routes as lines, where the page shall ask nobody and still show streets; as many and as
            exact as its 400 kB allow.
        road_attribution: What the roads' licence asks to be shown, as plain text.
        script_nonce: For a page that is served under a policy with a nonce; None for a file.
        reason_title: Words for a reason code in a language; without it the code itself is shown.

    Raises:
        InvalidInput: The plan is of another problem, or the language or a provider is not known.
    """
    view = PlanView(plan, problem, texts)
    data = PageData(language, providers, geometry, geometry_bytes=_OVERVIEW_GEOMETRY_BYTES)
    routes = view.routes()
    for route in routes:
        data.add_route(route, with_route_links=False)
    for visit in view.left_out():
        code = visit.reason_code
        data.add_left_out(visit, code.value if reason_title is None else reason_title(code, language))
    days = [problem.local_date(shift.earliest_start) for shift in problem.shifts]
    return _page(
        data,
        plan,
        _titled(data.labels["overview_title"], days),
        language=language,
        positions=[route.position for route in routes],
        is_overview=True,
        script_nonce=script_nonce,
        tiles=tiles,
        streets=streets,
        road_attribution=road_attribution,
    )


def crew_map(
    plan: Plan,
    problem: Problem,
    shift_id: str,
    *,
    texts: Mapping[str, Text],
    language: str,
    providers: Sequence[str] = ("geo",),
    geometry: Mapping[str, RouteGeometry] | None = None,
    tiles: TileServer | None = None,
    streets: Sequence[Street] = (),
    road_attribution: str = "",
    script_nonce: str | None = None,
) -> str:
    """The route of one crew, for its phone; arguments and errors as for `overview_map`.

    A shift without a route gives a page that says so.
    """
    (route,) = PlanView(plan, problem, texts).routes([shift_id])
    data = PageData(language, providers, geometry, geometry_bytes=_CREW_GEOMETRY_BYTES)
    data.add_route(route, with_route_links=True)
    return _page(
        data,
        plan,
        _titled(f"{data.labels['crew']} {shift_id}", [route.day]),
        language=language,
        positions=[route.position],
        is_overview=False,
        script_nonce=script_nonce,
        tiles=tiles,
        streets=streets,
        road_attribution=road_attribution,
    )


def _titled(name: str, days: Sequence[date]) -> str:
    """`Visits · 2026-12-01`, with the last day too when there are several."""
    bounds = sorted({min(days), max(days)}) if days else []
    return " · ".join([name, "–".join(day.isoformat() for day in bounds)] if bounds else [name])


def _page(
    data: PageData,
    plan: Plan,
    title: str,
    *,
    language: str,
    positions: Sequence[int],
    is_overview: bool,
    script_nonce: str | None,
    tiles: TileServer | None,
    streets: Sequence[Street],
    road_attribution: str,
) -> str:
    map_html, map_script = OfflineMap().parts()
    estimated_times = plan.travel_source == ESTIMATED_SOURCE
    texts = data.written() | {"isOverview": is_overview, "estimatedTimes": estimated_times}
    if tiles is not None:
        texts["tiles"] = {"url": tiles.url}
    attributions = [road_attribution, "" if tiles is None else tiles.attribution]
    texts["attributions"] = [words for words in dict.fromkeys(attributions) if words]

    def put_together() -> str:
        return page(
            title=title,
            language=language,
            labels=data.labels,
            estimated=estimated_times or data.has_estimated_lines,
            style=_crew_colours(positions),
            map_html=map_html,
            map_script=map_script,
            texts=texts,
            script_nonce=script_nonce,
            tile_origin=None if tiles is None else tiles.origin,
        )

    without_streets = put_together()
    left = (_OVERVIEW_BYTES if is_overview else _CREW_BYTES) - len(without_streets.encode()) + vendored_bytes()
    drawn = streets_around(streets, data.points, left - _STREETS_KEY_BYTES)
    if drawn is None:
        return without_streets
    texts["streets"] = drawn
    return put_together()


def _crew_colours(positions: Sequence[int]) -> str:
    rules = [f":root{{--left-out:{UNASSIGNED_COLOUR}}}"]
    for position in positions:
        style = crew_style(position)
        rules.append(f".crew-{position}{{--crew:{style.colour};--ink:{style.ink};--edge:{style.edge}}}")
    return "\n".join(rules)
