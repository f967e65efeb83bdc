"""Route sheets: a crew's day on paper, for when a phone is empty."""

from collections.abc import Mapping, Sequence

from api.papers.fonts import PaperFont
from api.papers.sheet import Sheet
from api.papers.words import words_in
from api.web.catalogue import clock, day_in_words, joined
from maps.picture import route_picture
from maps.route_view import PlanView, RouteView, StopView
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text
from scheduler.domain.travel import ESTIMATED_SOURCE, RouteGeometry

_COLUMNS = ("stop", "arrival", "from_to", "whom_and_where", "note")
_SHARES = (3, 3, 5, 13, 8)
_PICTURE_WIDTH_PIXELS = 960
_PICTURE_HEIGHT_MM = 67.0
_LOWEST_PICTURE_MM = 30.0
_CAPTION_MM = 6.0


def route_sheets(
    plan: Plan,
    problem: Problem,
    *,
    shift_ids: Sequence[str] | None = None,
    texts: Mapping[str, Text],
    font: PaperFont,
    language: str,
    geometry: Mapping[str, RouteGeometry] | None = None,
    road_attribution: str = "",
) -> bytes:
    """A PDF with a sheet for each crew, beginning on a page of its own.

    Args:
        plan: The plan.
        problem: What it was made from.
        shift_ids: The shifts wanted, None for all.
        texts: Names, addresses and notes; they stand in the file.
        font: What it is printed in.
        language: `zh-CN` or `en`.
        geometry: The ways that routes take, by shift, for a small picture; straight dashed lines without.
        road_attribution: What the roads' licence asks to be shown.

    Raises:
        InvalidInput: The plan is of another problem, or a shift is not known.
        MissingResource: The font lacks a sign of a text.
    """
    words = words_in(language)
    routes = PlanView(plan, problem, texts).routes(shift_ids)
    with Sheet(font, title=words["route_sheet"], language=language) as sheet:
        for route in routes:
            _add_route(sheet, route, language, is_estimated=plan.travel_source == ESTIMATED_SOURCE)
            way = (geometry or {}).get(route.shift_id)
            if any(stop.number is not None and stop.coordinates is not None for stop in route.stops):
                width, height = _picture_pixels(sheet)
                drawn = route_picture(
                    plan, problem, route.shift_id, geometry=way, width_pixels=width, height_pixels=height
                )
                sheet.picture(drawn, share=height / width)
                is_straight = way is None or way.estimated
                sheet.paragraph(words["straight_lines"] if is_straight else road_attribution, size=8)
        return sheet.finished()


def _add_route(sheet: Sheet, route: RouteView, language: str, *, is_estimated: bool) -> None:
    words = words_in(language)
    sheet.new_page(foot=f"{route.shift_id} · {words['private']}")
    sheet.paragraph(f"{words['route_sheet']} · {route.shift_id}", size=18)
    sheet.paragraph(day_in_words(route.day, language), size=12, space_after=1)
    sheet.paragraph(f"{words['collectors']}: {joined(route.collector_names, language)}", size=11)
    if is_estimated:
        sheet.paragraph(words["estimated"], size=10)
    if not route.stops:
        sheet.paragraph(words["no_stops"])
        return
    sheet.paragraph(words["before_leaving"], size=10)
    sheet.table([words[key] for key in _COLUMNS], [_row(stop, words) for stop in route.stops], shares=_SHARES)


def _picture_pixels(sheet: Sheet) -> tuple[int, int]:
    """Width and height of the picture: lower where it would else need a page of its own."""
    room = sheet.room - _CAPTION_MM
    height = min(room, _PICTURE_HEIGHT_MM) if room >= _LOWEST_PICTURE_MM else _PICTURE_HEIGHT_MM
    return _PICTURE_WIDTH_PIXELS, round(height * _PICTURE_WIDTH_PIXELS / sheet.width)


def _row(stop: StopView, words: Mapping[str, str]) -> tuple[str, ...]:
    span = f"{clock(stop.service_start_time)}–{clock(stop.departure_time)}"
    name = stop.text.name if stop.place_kind is None else f"{stop.text.name} · {words[stop.place_kind.value]}"
    return (
        words[stop.type.value] if stop.number is None else str(stop.number),
        clock(stop.arrival_time),
        span if stop.departure_time > stop.service_start_time else "",
        "\n".join(line for line in (name, stop.text.address) if line),
        stop.text.note,
    )
