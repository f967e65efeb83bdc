"""Buttons that open a navigation app along a whole route, each with the stops that it covers."""

from collections.abc import Sequence
from dataclasses import dataclass

from maps.labels import labels_of
from maps.navigation import provider_title, route_links
from maps.route_view import RouteView
from scheduler.domain.plan import StopType
from scheduler.domain.travel import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteButton:
    """One button: `Amap 1-2` goes by visit 1 to visit 2."""

    title: str
    url: str


def route_buttons(route: RouteView, providers: Sequence[str], language: str) -> tuple[RouteButton, ...]:
    """Buttons along the visits and back to the end; none when a point of them is not known, nor for who does not drive.

    Args:
        route: The route.
        providers: Names out of `maps.navigation.PROVIDERS`, in the order of the buttons.
        language: `en` or `zh-CN`.

    Raises:
        InvalidInput: A provider or the language is not known.
    """
    ahead = [stop for stop in route.stops if stop.type in (StopType.VISIT, StopType.END)]
    points = [stop.coordinates for stop in ahead if stop.coordinates is not None]
    if len(points) != len(ahead) or route.travel_profile is not Profile.CAR:
        return ()
    end = labels_of(language)["end"]
    names = [end if stop.number is None else str(stop.number) for stop in ahead]
    buttons = []
    for link in route_links(points, providers):
        reach = "–".join(dict.fromkeys((names[link.first - 1], names[link.last - 1])))
        buttons.append(RouteButton(title=f"{provider_title(link.provider, language)} {reach}", url=link.url))
    return tuple(buttons)
