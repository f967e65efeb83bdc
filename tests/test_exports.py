import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from maps.exports import CSV_COLUMNS, route_csv, route_ics
from scheduler.domain.errors import InvalidInput
from scheduler.domain.location import Location
from scheduler.domain.texts import Text
from tests.builders import a_shift, time
from tests.map_days import a_day, a_plan, texts_of


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def events_of(content: bytes) -> list[Any]:
    return Calendar.from_ical(content).walk("VEVENT")


def test_the_csv_holds_every_stop_with_local_times() -> None:
    problem = a_day(crews=1, stops=2, left_out=0)
    rows = rows_of(route_csv(a_plan(problem), problem, texts=texts_of(problem)))
    assert [(row["type"], row["stop_number"]) for row in rows] == [
        ("start", ""),
        ("visit", "1"),
        ("visit", "2"),
        ("end", ""),
    ]
    assert rows[1] == {
        "shift": "S1",
        "collectors": "外访员0; 外访员1",
        "stop_number": "1",
        "type": "visit",
        "planned_arrival": "2026-12-01 09:12:00",
        "planned_start": "2026-12-01 09:12:00",
        "planned_departure": "2026-12-01 09:42:00",
        "place_kind": "home",
        "name": "访客0",
        "address": "云河区柳荫街10号1单元",
        "note": "请先按门铃，二楼左手边",
        "latitude_degrees": "31.236400",
        "longitude_degrees": "121.484700",
        "travel_source": "great_circle (estimated)",
    }


def test_times_in_another_offset_are_written_in_the_problems_zone() -> None:
    problem = a_day(crews=1, stops=1, left_out=0)
    plan = a_plan(problem)
    stops = tuple(
        replace(
            stop,
            arrival_time=stop.arrival_time.astimezone(UTC),
            service_start_time=stop.service_start_time.astimezone(UTC),
            departure_time=stop.departure_time.astimezone(UTC),
        )
        for stop in plan.routes[0].stops
    )
    shifted = replace(plan, routes=(replace(plan.routes[0], stops=stops),))
    assert route_csv(shifted, problem, texts={}) == route_csv(plan, problem, texts={})
    assert route_ics(shifted, problem) == route_ics(plan, problem)


def test_the_csv_starts_with_a_byte_order_mark_so_that_excel_reads_chinese() -> None:
    problem = a_day()
    assert route_csv(a_plan(problem), problem, texts={}).startswith(b"\xef\xbb\xbfshift,collectors,")


def test_a_plan_without_routes_gives_the_header_alone() -> None:
    problem = a_day(crews=0, stops=1, left_out=2)
    content = route_csv(a_plan(problem), problem, texts={}).decode("utf-8-sig")
    assert content == ",".join(CSV_COLUMNS) + "\r\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_text_that_a_spreadsheet_would_run_is_made_inert(start: str) -> None:
    problem = a_day(crews=1, stops=1, left_out=0)
    evil = f'{start}HYPERLINK("x")'
    texts = {"v0": Text(name=evil, note=evil), "v0-place": Text(address=evil), "S1-a": Text(name=evil)}
    (visit,) = [row for row in rows_of(route_csv(a_plan(problem), problem, texts=texts)) if row["type"] == "visit"]
    assert visit["name"] == visit["address"] == visit["note"] == f"'{evil}"
    assert visit["collectors"] == f"'{evil}; S1-b"


def test_quotes_commas_and_line_breaks_survive_the_csv() -> None:
    problem = a_day(crews=1, stops=1, left_out=0)
    texts = {"v0": Text(name='Wang, "Xiao"', note="first\r\nsecond")}
    rows = rows_of(route_csv(a_plan(problem), problem, texts=texts))
    assert (rows[1]["name"], rows[1]["note"]) == ('Wang, "Xiao"', "first\r\nsecond")


def test_a_negative_coordinate_stays_a_number() -> None:
    problem = a_day(crews=1, stops=1, left_out=0)
    south = tuple(
        Location(id=point.id, coordinates=replace(point.coordinates, latitude_degrees=-12.5))
        for point in problem.locations
        if point.coordinates is not None
    )
    rows = rows_of(route_csv(a_plan(problem), replace(problem, locations=south), texts={}))
    assert {row["latitude_degrees"] for row in rows} == {"-12.500000"}


def test_a_location_without_coordinates_leaves_its_cells_empty() -> None:
    problem = a_day(crews=1, stops=1, left_out=0)
    unknown = tuple(Location(id=point.id, coordinates=None) for point in problem.locations)
    rows = rows_of(route_csv(a_plan(problem), replace(problem, locations=unknown), texts={}))
    assert {(row["latitude_degrees"], row["longitude_degrees"]) for row in rows} == {("", "")}


def test_only_the_shifts_asked_for_are_exported() -> None:
    problem = a_day(crews=3, stops=2)
    plan = a_plan(problem)
    assert {row["shift"] for row in rows_of(route_csv(plan, problem, shift_ids=["S2"], texts={}))} == {"S2"}
    assert len(events_of(route_ics(plan, problem, shift_ids=["S2", "S3"]))) == 4
    assert len(events_of(route_ics(plan, problem, shift_ids=None))) == 6


def test_a_shift_without_visits_gives_no_rows_and_no_events() -> None:
    problem = a_day(crews=1, stops=1, left_out=0)
    plan = a_plan(problem)
    problem = replace(problem, shifts=(*problem.shifts, a_shift("idle")))
    assert rows_of(route_csv(plan, problem, shift_ids=["idle"], texts={})) == []
    assert events_of(route_ics(plan, problem, shift_ids=["idle"])) == []


@pytest.mark.parametrize("export", [lambda *given, **named: route_csv(*given, texts={}, **named), route_ics])
def test_a_shift_that_the_problem_does_not_have_is_refused(export: Callable[..., bytes]) -> None:
    problem = a_day()
    with pytest.raises(InvalidInput) as refused:
        export(a_plan(problem), problem, shift_ids=["S1", "S9"])
    assert [(fault.where, fault.code) for fault in refused.value.faults] == [("/shift_ids/1", "unknown_id")]


def test_a_plan_of_another_problem_is_refused_with_all_its_unknown_ids() -> None:
    plan = a_plan(a_day(crews=2, stops=1, left_out=1))
    other = replace(a_day(crews=1, stops=1, left_out=0), visits=())
    with pytest.raises(InvalidInput) as refused:
        route_csv(plan, other, texts={})
    assert [fault.where for fault in refused.value.faults] == [
        "/routes/0/stops/1/visit_id",
        "/routes/1/shift_id",
        "/routes/1/stops/1/location_id",
        "/routes/1/stops/1/visit_id",
        "/unassigned/0/visit_id",
    ]


def test_an_event_says_when_and_which_visit_and_nothing_else() -> None:
    problem = a_day(crews=1, stops=2, left_out=0)
    content = route_ics(a_plan(problem), problem)
    first, second = events_of(content)
    assert str(first["summary"]) == "Visit 1 · S1"
    assert first["dtstart"].dt == time("09:12")
    assert first["dtend"].dt == time("09:42")
    assert first["dtstart"].dt.tzinfo == ZoneInfo("Asia/Shanghai")
    assert str(second["summary"]) == "Visit 2 · S1"
    assert set(first.keys()) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS"}


def test_a_chinese_calendar_has_chinese_summaries() -> None:
    problem = a_day(crews=1, stops=1, left_out=0)
    (event,) = events_of(route_ics(a_plan(problem), problem, language="zh-CN"))
    assert str(event["summary"]) == "外访 1 · S1"


def test_a_language_that_is_not_known_is_refused() -> None:
    problem = a_day()
    with pytest.raises(InvalidInput, match="unknown_language"):
        route_ics(a_plan(problem), problem, language="fr")


def test_the_calendar_brings_the_problems_time_zone() -> None:
    problem = replace(a_day(crews=1, stops=1, left_out=0), time_zone=ZoneInfo("Europe/Berlin"))
    content = route_ics(a_plan(problem), problem)
    (zone,) = Calendar.from_ical(content).walk("VTIMEZONE")
    assert str(zone["tzid"]) == "Europe/Berlin"
    (event,) = events_of(content)
    assert event["dtstart"].dt.isoformat() == "2026-12-01T02:12:00+01:00"


def test_the_stamp_is_the_shifts_start_and_the_bytes_repeat() -> None:
    problem = a_day(crews=2, stops=2)
    content = route_ics(a_plan(problem), problem)
    assert {event["dtstamp"].dt for event in events_of(content)} == {time("09:00").astimezone(UTC)}
    assert content == route_ics(a_plan(problem), problem)


def test_an_events_uid_is_opaque_unique_and_stays_when_the_visit_changes_crew() -> None:
    problem = a_day(crews=2, stops=1, left_out=0)
    plan = a_plan(problem)
    uids = {str(event["uid"]) for event in events_of(route_ics(plan, problem))}
    assert len(uids) == 2
    assert not any("v0" in uid or "S1" in uid for uid in uids)
    first, second = plan.routes
    swapped = replace(plan, routes=(replace(first, stops=second.stops), replace(second, stops=first.stops)))
    assert {str(event["uid"]) for event in events_of(route_ics(swapped, problem))} == uids
