"""A picture of one route for papers, as SVG made without a browser: numbers and geometry, and no text of anybody."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from maps.palette import CrewStyle, crew_style
from maps.polyline import METERS_PER_DEGREE, simplified
from maps.route_line import route_line
from maps.route_view import PlanView, RouteView, StopView
from scheduler.domain.location import Coordinates
from scheduler.domain.plan import Plan, StopType
from scheduler.domain.problem import Problem
from scheduler.domain.travel import RouteGeometry
from scheduler.domain.visit import PlaceKind

_MARGIN_PIXELS = 34
_PIN_PIXELS = 11  # half of a pin
_FAN_PIXELS = 16  # between pins on one point
_ARROW_PIXELS = 130  # along a leg, from one arrow to the next
_SHORTEST_WITH_ARROW_PIXELS = 40
_SMALLEST_REACH_METERS = 200.0  # a route at one door is not drawn larger than this


def route_picture(
    plan: Plan,
    problem: Problem,
    shift_id: str,
    *,
    geometry: RouteGeometry | None = None,
    width_pixels: int = 800,
    height_pixels: int = 500,
) -> str:
    """The route of one crew: its line with arrows, its visits with their numbers, where it starts and ends, a scale.

    It says nothing in words, so a paper that shows a dashed line must say beside it that the line is estimated.

    Args:
        plan: The plan.
        problem: What it was made from.
        shift_id: The crew's shift; without visits the picture is empty.
        geometry: The way that the route takes; straight dashed lines without it.
        width_pixels: Of the picture.
        height_pixels: Of the picture.

    Returns:
        A whole SVG document that refers to nothing outside of it.

    Raises:
        InvalidInput: The plan is of another problem, or the shift is not known.
        ValueError: The geometry has another number of legs than the route, or there is no room to draw in.
    """
    if min(width_pixels, height_pixels) <= 4 * _MARGIN_PIXELS:
        raise ValueError(f"a picture of {width_pixels} x {height_pixels} pixels is too small")
    (route,) = PlanView(plan, problem, {}).routes([shift_id])
    line = route_line(route, {} if geometry is None else {shift_id: geometry})
    stops = [stop for stop in route.stops if stop.type is not StopType.BREAK and stop.coordinates is not None]
    points = [point for leg in line.legs for point in leg] + [_known(stop) for stop in stops]
    frame = _Frame.around(points, width_pixels, height_pixels)
    style = crew_style(route.position)
    legs = [[frame.place(point) for point in simplified(leg, frame.meters_per_pixel / 2)] for leg in line.legs if leg]
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_pixels}" height="{height_pixels}" '
        f'viewBox="0 0 {width_pixels} {height_pixels}">',
        f'<rect width="{width_pixels}" height="{height_pixels}" fill="#f5f7f8"/>',
        *_lines(legs, style, estimated=line.estimated),
        *(arrow for leg in legs for arrow in _arrows(leg, style)),
        *_pins(route, frame, style),
        *_scale(frame, height_pixels),
        "</svg>",
    ]
    return "\n".join(drawn)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What part of the world the picture shows; flat, which is right for a city."""

    middle: Coordinates
    meters_per_pixel: float
    width: int
    height: int

    @classmethod
    def around(cls, points: Sequence[Coordinates], width: int, height: int) -> "_Frame":
        if not points:
            nowhere = Coordinates(latitude_degrees=0, longitude_degrees=0)
            return cls(middle=nowhere, meters_per_pixel=1, width=width, height=height)
        south, north = (bound(point.latitude_degrees for point in points) for bound in (min, max))
        west, east = (bound(point.longitude_degrees for point in points) for bound in (min, max))
        middle = Coordinates(latitude_degrees=(south + north) / 2, longitude_degrees=(west + east) / 2)
        reach = (
            _east_meters(east - west, middle) / (width - 2 * _MARGIN_PIXELS),
            (north - south) * METERS_PER_DEGREE / (height - 2 * _MARGIN_PIXELS),
            _SMALLEST_REACH_METERS / width,
        )
        return cls(middle=middle, meters_per_pixel=max(reach), width=width, height=height)

    def place(self, point: Coordinates) -> tuple[float, float]:
        east = _east_meters(point.longitude_degrees - self.middle.longitude_degrees, self.middle)
        north = (point.latitude_degrees - self.middle.latitude_degrees) * METERS_PER_DEGREE
        return (self.width / 2 + east / self.meters_per_pixel, self.height / 2 - north / self.meters_per_pixel)


def _east_meters(degrees: float, middle: Coordinates) -> float:
    return degrees * METERS_PER_DEGREE * math.cos(math.radians(middle.latitude_degrees))


def _known(stop: StopView) -> Coordinates:
    if stop.coordinates is None:
        raise ValueError("a stop without a point is not drawn")
    return stop.coordinates


type _Places = Sequence[tuple[float, float]]


def _lines(legs: Sequence[_Places], style: CrewStyle, *, estimated: bool) -> list[str]:
    path = " ".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in leg) for leg in legs)
    if not path:
        return []
    shape = f'd="{path}" fill="none" stroke-linejoin="round" stroke-linecap="round"'
    if estimated:
        return [f'<path {shape} stroke="{style.colour}" stroke-width="3" stroke-dasharray="9 8"/>']
    lines = [
        f'<path {shape} stroke="{style.edge}" stroke-width="8"/>',
        f'<path {shape} stroke="{style.colour}" stroke-width="5"/>',
    ]
    if style.hollow:
        lines.append(f'<path {shape} stroke="#ffffff" stroke-width="1.5"/>')
    return lines


def _arrows(leg: _Places, style: CrewStyle) -> list[str]:
    """Arrows at even distances along one leg, none on a leg that the pins at its ends would hide."""
    steps = [(start, end, math.dist(start, end)) for start, end in pairwise(leg)]
    whole = sum(length for _, _, length in steps)
    if whole < _SHORTEST_WITH_ARROW_PIXELS:
        return []
    count = max(1, int(whole / _ARROW_PIXELS))
    arrows: list[str] = []
    passed = 0.0
    for start, end, length in steps:
        while len(arrows) < count and (wanted := (len(arrows) + 0.5) * whole / count) <= passed + length:
            share = 0.0 if length == 0 else (wanted - passed) / length
            x, y = start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])
            turn = math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))
            arrows.append(
                f'<path d="M-7 -6L8 0L-7 6L-4 0Z" transform="translate({x:.1f} {y:.1f}) rotate({turn:.0f})" '
                f'fill="{style.colour}" stroke="#ffffff" stroke-width="1.2"/>'
            )
        passed += length
    return arrows


def _pins(route: RouteView, frame: _Frame, style: CrewStyle) -> list[str]:
    """Offices below, visits above, the first visit on top; pins on the same point are fanned out."""
    pins: list[str] = []
    pins_at: dict[Coordinates, int] = {}
    for stop in route.stops:
        point = stop.coordinates
        if point is None or stop.type is StopType.BREAK or (stop.number is None and point in pins_at):
            continue
        x, y = frame.place(point)
        x += _FAN_PIXELS * pins_at.get(point, 0)
        pins_at[point] = pins_at.get(point, 0) + 1
        pins.append(_office(x, y) if stop.number is None else _visit(stop, stop.number, x, y, style))
    return pins[:1] + pins[:0:-1]


def _office(x: float, y: float) -> str:
    size = _PIN_PIXELS
    return (
        f'<g transform="translate({x:.1f} {y:.1f})"><rect x="{-size}" y="{-size}" width="{2 * size}" '
        f'height="{2 * size}" rx="3" fill="#1b1f23" stroke="#ffffff" stroke-width="2"/>'
        '<path d="M0 -6L6 0L0 6L-6 0Z" fill="none" stroke="#ffffff" stroke-width="2"/></g>'
    )


def _visit(stop: StopView, number: int, x: float, y: float, style: CrewStyle) -> str:
    """A workplace is square, as on the map."""
    size = _PIN_PIXELS
    edge = f'fill="{style.colour}" stroke="{style.edge}" stroke-width="2"'
    shape = f'<circle r="{size}" {edge}/>'
    if stop.place_kind is PlaceKind.WORKPLACE:
        shape = f'<rect x="{-size}" y="{-size}" width="{2 * size}" height="{2 * size}" rx="3" {edge}/>'
    return (
        f'<g transform="translate({x:.1f} {y:.1f})">{shape}<text y="4.5" text-anchor="middle" '
        f'font-family="sans-serif" font-size="12" font-weight="bold" fill="{style.ink}">{number:d}</text></g>'
    )


def _scale(frame: _Frame, height: int) -> list[str]:
    """A bar of a round length, at most 150 pixels long."""
    meters = next(
        length
        for power in range(7, -1, -1)
        for length in (5 * 10**power, 2 * 10**power, 10**power)
        if length <= 150 * frame.meters_per_pixel
    )
    pixels = meters / frame.meters_per_pixel
    words = f"{meters // 1000} km" if meters >= 1000 else f"{meters} m"
    return [
        f'<path d="M10 {height - 16}V{height - 10}H{10 + pixels:.1f}V{height - 16}" fill="none" stroke="#1b1f23" '
        'stroke-width="1.5"/>',
        f'<text x="14" y="{height - 16}" font-family="sans-serif" font-size="11" fill="#1b1f23">{words}</text>',
    ]
