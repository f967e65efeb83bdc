"""A plan's map pages, the same as files and in the service."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from api.drawn_roads import DrawnRoads
from maps.base_map import Street, TileServer
from maps.preview import crew_map, overview_map
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text
from scheduler.domain.travel import RouteGeometry
from scheduler.wording import reason_title


class _Shown(TypedDict):
    texts: Mapping[str, Text]
    language: str
    providers: Sequence[str]
    geometry: Mapping[str, RouteGeometry] | None
    tiles: TileServer | None
    streets: Sequence[Street]
    road_attribution: str
    script_nonce: str | None


def map_page(
    made: Plan,
    problem: Problem,
    texts: Mapping[str, Text],
    *,
    shift_id: str | None,
    language: str,
    providers: Sequence[str],
    tiles: TileServer | None = None,
    roads: DrawnRoads | None = None,
    script_nonce: str | None = None,
) -> str:
    """The page of all crews, or of one.

    Args:
        made: The plan.
        problem: What it was made from.
        texts: Names, addresses and notes.
        shift_id: The crew's shift, None for all crews.
        language: `en` or `zh-CN`.
        providers: Of navigation links.
        tiles: What lies below the routes; without them streets do, where they are known.
        roads: Under the routes; without them routes are straight lines.
        script_nonce: For a page that is served under a policy with a nonce.

    Raises:
        InvalidInput: See `maps.preview`.
    """
    shown = _Shown(
        texts=texts,
        language=language,
        providers=providers,
        geometry=None if roads is None else roads.geometry,
        tiles=tiles,
        streets=(),
        road_attribution="" if roads is None else roads.attribution,
        script_nonce=script_nonce,
    )
    if roads is not None and tiles is None:
        on_map = [route.shift_id for route in made.routes] if shift_id is None else [shift_id]
        shown["streets"] = roads.streets_around(on_map)
    if shift_id is None:
        return overview_map(made, problem, reason_title=reason_title, **shown)
    return crew_map(made, problem, shift_id, **shown)
