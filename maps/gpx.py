"""Routes as GPX for navigation apps and handheld receivers: points in order, and nothing about anybody."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence

from maps.labels import labels_of
from maps.route_view import PlanView, RouteView, StopView
from scheduler.domain.plan import Plan, StopType
from scheduler.domain.problem import Problem

_NAMESPACE = "http://www.topografix.com/GPX/1/1"


def route_gpx(plan: Plan, problem: Problem, *, shift_ids: Sequence[str] | None = None, language: str = "en") -> bytes:
    """Each route with its start, its numbered visits and its end; a stop without coordinates is left out.

    The apps that read such a file hand it on to others, so no name and no address stands in it.

    Args:
        plan: The plan.
        problem: What it was made from.
        shift_ids: The shifts wanted, None for all.
        language: `en` or `zh-CN`, of the words for start and end.

    Returns:
        GPX 1.1 in UTF-8.

    Raises:
        InvalidInput: The plan is of another problem, or a shift or the language is not known.
    """
    labels = labels_of(language)
    document = ElementTree.Element("gpx", {"xmlns": _NAMESPACE, "version": "1.1", "creator": "visit-scheduler"})
    for route in PlanView(plan, problem, {}).routes(shift_ids):
        _add_route(document, route, {kind: labels[kind] for kind in (StopType.START, StopType.END)})
    ElementTree.indent(document)
    written: bytes = ElementTree.tostring(document, encoding="utf-8", xml_declaration=True)
    return written


def _add_route(document: ElementTree.Element, route: RouteView, words: dict[StopType, str]) -> None:
    element = ElementTree.SubElement(document, "rte")
    ElementTree.SubElement(element, "name").text = route.shift_id
    for stop in route.stops:
        if stop.type is not StopType.BREAK:
            _add_point(element, stop, words.get(stop.type, str(stop.number)))


def _add_point(route: ElementTree.Element, stop: StopView, name: str) -> None:
    if stop.coordinates is None:
        return
    latitude, longitude = stop.coordinates.latitude_degrees, stop.coordinates.longitude_degrees
    point = ElementTree.SubElement(route, "rtept", {"lat": f"{latitude:.6f}", "lon": f"{longitude:.6f}"})
    ElementTree.SubElement(point, "name").text = name
