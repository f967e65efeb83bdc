"""Routes as files for other programs: CSV for a spreadsheet, ICS for a calendar."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from icalendar import Calendar, Event

from maps.formulas import inert
from maps.labels import labels_of
from maps.route_view import PlanView, RouteView, StopView
from scheduler.domain.plan import Plan, StopType
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text
from scheduler.domain.travel import ESTIMATED_SOURCE

type RouteCell = str | int | float | datetime | None

CSV_COLUMNS = (
    "shift",
    "collectors",
    "stop_number",
    "type",
    "planned_arrival",
    "planned_start",
    "planned_departure",
    "place_kind",
    "name",
    "address",
    "note",
    "latitude_degrees",
    "longitude_degrees",
    "travel_source",
)


def route_csv(
    plan: Plan, problem: Problem, *, shift_ids: Sequence[str] | None = None, texts: Mapping[str, Text]
) -> bytes:
    """Every stop of the routes as one row, start, breaks and end included.

    Args:
        plan: The plan.
        problem: What it was made from.
        shift_ids: The shifts wanted, None for all.
        texts: Names, addresses and notes; they stand in the file.

    Returns:
        UTF-8 with a byte order mark, so that Excel reads Chinese. Times are local to the problem's zone. A text that
        a spreadsheet would run as a formula starts with an apostrophe.

    Raises:
        InvalidInput: The plan is of another problem, or a shift is not known.
    """
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(CSV_COLUMNS)
    rows = route_rows(plan, problem, shift_ids=shift_ids, texts=texts)
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    return sheet.getvalue().encode("utf-8-sig")


def route_rows(
    plan: Plan, problem: Problem, *, shift_ids: Sequence[str] | None = None, texts: Mapping[str, Text]
) -> Iterator[tuple[RouteCell, ...]]:
    """The rows of every table of the routes, with the columns of `CSV_COLUMNS`; see `route_csv`.

    Texts are as they are: the caller makes them inert in its own format.
    """
    travel_source = f"{plan.travel_source}{' (estimated)' if plan.travel_source == ESTIMATED_SOURCE else ''}"
    for route in PlanView(plan, problem, texts).routes(shift_ids):
        yield from ((*_row(route, stop), travel_source) for stop in route.stops)


def _row(route: RouteView, stop: StopView) -> tuple[RouteCell, ...]:
    point = stop.coordinates
    return (
        route.shift_id,
        "; ".join(route.collector_names),
        stop.number,
        stop.type.value,
        stop.arrival_time,
        stop.service_start_time,
        stop.departure_time,
        None if stop.place_kind is None else stop.place_kind.value,
        stop.text.name,
        stop.text.address,
        stop.text.note,
        None if point is None else round(point.latitude_degrees, 6),
        None if point is None else round(point.longitude_degrees, 6),
    )


def _csv_cell(value: RouteCell) -> str:
    match value:
        case None:
            return ""
        case str():
            return inert(value)
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S")
        case float():
            return f"{value:.6f}"
    return str(value)


def route_ics(plan: Plan, problem: Problem, *, shift_ids: Sequence[str] | None = None, language: str = "en") -> bytes:
    """Every visit of the routes as one calendar event that says only which visit of which shift it is.

    A calendar is often shared with others and kept by a third party, so no name, address or point stands in it. An
    event keeps its uid when its visit moves to another time or crew of the same day, and the stamp is the shift's
    start, so the same plan gives the same bytes.

    Args:
        plan: The plan.
        problem: What it was made from.
        shift_ids: The shifts wanted, None for all.
        language: `en` or `zh-CN`, of the summaries.

    Raises:
        InvalidInput: The plan is of another problem, or a shift or the language is not known.
    """
    labels = labels_of(language)
    calendar = Calendar()
    calendar.add("prodid", "-//visit-scheduler//routes//EN")
    calendar.add("version", "2.0")
    routes = PlanView(plan, problem, {}).routes(shift_ids)
    for route in routes:
        for stop in route.stops:
            if stop.type is StopType.VISIT:
                summary = f"{labels['visit']} {stop.number} · {route.shift_id}"
                calendar.add_component(_event(route, stop, summary))
    if routes:
        years = [route.day.year for route in routes]
        calendar.add_missing_timezones(first_date=date(min(years), 1, 1), last_date=date(max(years) + 1, 1, 1))
    written: bytes = calendar.to_ical()
    return written


def _event(route: RouteView, stop: StopView, summary: str) -> Event:
    name = f"visit-scheduler/{stop.visit_id}/{route.day.isoformat()}"
    event = Event()
    event.add("uid", hashlib.sha256(name.encode()).hexdigest()[:32])
    event.add("dtstamp", route.shift_start.astimezone(UTC))
    event.add("dtstart", stop.service_start_time)
    event.add("dtend", stop.departure_time)
    event.add("summary", summary)
    event.add("class", "PRIVATE")
    return event
