"""Rows of the tables offices, collectors and shifts become records."""

from collections.abc import Collection
from datetime import date

from api.importing.cells import Cells
from api.importing.fault_list import FaultList
from api.importing.identities import Identities
from api.importing.points import read_coordinates
from api.importing.records import (
    WHOLE_DAY,
    BreakRecord,
    ClockSpan,
    CollectorRecord,
    OfficeRecord,
    ShiftRecord,
    clock_text,
)
from api.importing.tables import Rows, Table
from scheduler.domain.collector import Collector, Qualification
from scheduler.domain.geocoding import Area
from scheduler.domain.location import Coordinates
from scheduler.domain.texts import Text
from scheduler.domain.travel import Profile

MOST_VISITS = 1_000
MOST_SHIFT_HOURS = 16
_MOST_BREAK_MINUTES = 24 * 60
_STAND_IN = Coordinates(latitude_degrees=0.0, longitude_degrees=0.0)
_PROFILES = {
    "car": Profile.CAR,
    "驾车": Profile.CAR,
    "bicycle": Profile.BICYCLE,
    "骑行": Profile.BICYCLE,
    "foot": Profile.FOOT,
    "步行": Profile.FOOT,
}


def read_offices(table: Rows, identities: Identities, *, area: Area | None, faults: FaultList) -> list[OfficeRecord]:
    """Each office; an office must be geocoded."""
    found: list[OfficeRecord] = []
    for row in table.rows:
        cells = Cells(row, faults)
        identifier = cells.identifier("office_id")
        name, address = cells.required_text("name"), cells.text("address")
        if not cells.value("latitude") and not cells.value("longitude"):
            for key in ("latitude", "longitude"):
                cells.required(key)
        coordinates = read_coordinates(cells, area)
        if identifier and identities.claim(cells, "office_id", identifier):
            office = OfficeRecord(
                office_id=identifier,
                name=name,
                address=address,
                coordinates=coordinates or _STAND_IN,
                position=row.position,
            )
            found.append(office)
    return found


def read_collectors(
    table: Rows, identities: Identities, *, known: Collection[str], faults: FaultList
) -> list[CollectorRecord]:
    """Each collector; `known` are those who are kept elsewhere."""
    in_table = {cells.value("collector_id") for cells in (Cells(row, faults) for row in table.rows)}
    found: list[CollectorRecord] = []
    for row in table.rows:
        cells = Cells(row, faults)
        identifier = cells.identifier("collector_id")
        partners = cells.references("prohibited_partners", in_table.union(known), "collectors")
        if identifier in partners:
            cells.fault("prohibited_partners", "cycle", value=identifier)
        collector = Collector(
            id=identifier or "",
            skills=cells.codes("skills"),
            qualifications=_qualifications(cells),
            max_visits=cells.whole_number("max_visits", least=1, most=MOST_VISITS),
            prohibited_partners=frozenset(partners),
        )
        text = Text(
            name=cells.required_text("name"),
            identity_number=cells.identity_number("identity_number"),
            phone=cells.value("phone"),
        )
        if identifier and identities.claim(cells, "collector_id", identifier):
            found.append(CollectorRecord(collector=collector, text=text, position=row.position))
    return found


def read_shifts(
    table: Rows,
    *,
    known_collectors: Collection[str] | None,
    known_offices: Collection[str] | None,
    faults: FaultList,
) -> list[ShiftRecord]:
    """Each shift, and each row of people who are in no crew yet."""
    identities = Identities()
    found: list[ShiftRecord] = []
    for row in table.rows:
        cells = Cells(row, faults)
        shift = _shift(cells, known_collectors=known_collectors, known_offices=known_offices)
        if not shift.shift_id or identities.claim(cells, "shift_id", shift.shift_id):
            found.append(shift)
    return found


def note_no_shift_on(day: date, table: Table, shifts: Collection[ShiftRecord], faults: FaultList) -> None:
    """Note that nobody works on the day, if so."""
    if table.numbered and not any(shift.day == day for shift in shifts):
        where = f"{table.file}:1:{table.headers.get('date', 'date')}"
        faults.add(where, "no_shift_on_day", day=day)


def _shift(
    cells: Cells, *, known_collectors: Collection[str] | None, known_offices: Collection[str] | None
) -> ShiftRecord:
    day, hours = cells.day("date"), _hours(cells)
    for key in ("collector_ids", "start_office", "end_office"):
        cells.required(key)
    return ShiftRecord(
        shift_id=cells.optional_identifier("shift_id") or "",
        collector_ids=cells.references("collector_ids", known_collectors, "collectors"),
        day=day,
        hours=hours or WHOLE_DAY,
        start_office_id=cells.reference("start_office", known_offices, "offices") or "",
        end_office_id=cells.reference("end_office", known_offices, "offices") or "",
        breaks=_breaks(cells, hours),
        max_visits=cells.whole_number("max_visits", least=1, most=MOST_VISITS),
        travel_profile=cells.choice("travel_profile", _PROFILES) or Profile.CAR,
        position=cells.row.position,
    )


def _hours(cells: Cells) -> ClockSpan | None:
    """None when a fault was noted."""
    for key in ("start", "end"):
        cells.required(key)
    start, end = cells.clock("start"), cells.clock("end", is_end=True)
    if start is None or end is None:
        return None
    if end <= start:
        cells.fault("end", "shift_reversed", start=clock_text(start), end=clock_text(end))
        return None
    if end - start > MOST_SHIFT_HOURS * 60:
        cells.fault("end", "shift_too_long", most=MOST_SHIFT_HOURS)
    return ClockSpan(start, end)


def _qualifications(cells: Cells) -> tuple[Qualification, ...]:
    found: list[Qualification] = []
    for code, valid_until in cells.dated_codes("qualifications"):
        if valid_until is None:
            cells.fault("qualifications", "date_without_qualification", value=code)
        else:
            found.append(Qualification(code=code, valid_until=valid_until))
    return tuple(found)


def _breaks(cells: Cells, shift: ClockSpan | None) -> tuple[BreakRecord, ...]:
    found: list[BreakRecord] = []
    for hours, minutes in cells.spans("breaks"):
        if not minutes.isascii() or not minutes.isdigit() or not 0 < int(minutes[:9]) <= _MOST_BREAK_MINUTES:
            cells.fault("breaks", "break_minutes", value=minutes)
            continue
        if shift and not (shift.start_minute <= hours.start_minute and hours.end_minute <= shift.end_minute):
            cells.fault("breaks", "break_outside", hours=hours)
        found.append(BreakRecord(hours=hours, minutes=int(minutes)))
    return tuple(found)
