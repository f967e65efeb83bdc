"""The line of a route on a map: along roads where its geometry is known, else straight from stop to stop."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from maps.polyline import Line
from maps.route_view import RouteView
from scheduler.domain.plan import StopType
from scheduler.domain.travel import RouteGeometry


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteLine:
    """One route's line.

    Attributes:
        legs: One for each visit and one for the end; empty where an end of the leg is not on the map.
        estimated: Whether they are straight lines that stand in for roads.
    """

    legs: tuple[Line, ...]
    estimated: bool


def route_line(route: RouteView, geometry: Mapping[str, RouteGeometry]) -> RouteLine:
    """The line of a route.

    Args:
        route: The route.
        geometry: By shift id; a shift may be missing.

    Raises:
        ValueError: The geometry has another number of legs than the route.
    """
    points = [stop.coordinates for stop in route.stops if stop.type is not StopType.BREAK]
    known = geometry.get(route.shift_id)
    if known is None:
        straight = tuple(() if here is None or there is None else (here, there) for here, there in pairwise(points))
        return RouteLine(legs=straight, estimated=True)
    if len(known.legs) != max(0, len(points) - 1):
        raise ValueError(f"shift {route.shift_id}: {len(known.legs)} legs of geometry for {len(points)} stops")
    return RouteLine(legs=known.legs, estimated=known.estimated)
