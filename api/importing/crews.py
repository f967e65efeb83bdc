"""Rows of the tables offices, collectors and shifts become locations, people and crews."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from api.importing.cells import Cells, local_midnight
from api.importing.fault_list import FaultList, shown
from api.importing.identities import Identities
from api.importing.points import read_coordinates
from api.importing.tables import Table
from scheduler.domain.collector import Break, Collector, Duty, Qualification, Shift
from scheduler.domain.location import Location
from scheduler.domain.texts import Text
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.travel import Profile

_MOST_VISITS = 1_000
_MOST_BREAK_MINUTES = 24 * 60
_PROFILES = {
    "car": Profile.CAR,
    "驾车": Profile.CAR,
    "bicycle": Profile.BICYCLE,
    "骑行": Profile.BICYCLE,
    "foot": Profile.FOOT,
    "步行": Profile.FOOT,
}


@dataclass(slots=True)
class Crews:
    """What the three tables hold; `texts` is by collector id and office location id."""

    locations: list[Location] = field(default_factory=list)
    collectors: list[Collector] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)
    texts: dict[str, Text] = field(default_factory=dict)


def read_offices(table: Table, crews: Crews, identities: Identities, faults: FaultList) -> None:
    """Add each office as a location; an office must be geocoded."""
    for row in table.rows:
        cells = Cells(row, faults)
        identifier = cells.identifier("office_id")
        text = Text(name=cells.required_text("name"), address=cells.text("address"))
        if not cells.value("latitude") and not cells.value("longitude"):
            for key in ("latitude", "longitude"):
                cells.required(key)
        coordinates = read_coordinates(cells)
        if identifier and identities.claim(cells, "office_id", identifier):
            crews.locations.append(Location(id=identifier, coordinates=coordinates))
            crews.texts[identifier] = text


def read_collectors(table: Table, crews: Crews, identities: Identities, faults: FaultList) -> None:
    """Add each collector."""
    known = {cells.value("collector_id") for cells in (Cells(row, faults) for row in table.rows)}
    for row in table.rows:
        cells = Cells(row, faults)
        identifier = cells.identifier("collector_id")
        collector = Collector(
            id=identifier or "",
            skills=cells.codes("skills"),
            qualifications=_qualifications(cells),
            max_visits=cells.whole_number("max_visits", least=1, most=_MOST_VISITS),
            prohibited_partners=frozenset(cells.references("prohibited_partners", known, "collectors")),
        )
        text = Text(
            name=cells.required_text("name"),
            identity_number=cells.identity_number("identity_number"),
            phone=cells.value("phone"),
        )
        if identifier and identities.claim(cells, "collector_id", identifier):
            crews.collectors.append(collector)
            crews.texts[identifier] = text


def read_shifts(
    table: Table,
    crews: Crews,
    day: date,
    *,
    known_collectors: Collection[str] | None,
    known_offices: Collection[str] | None,
    faults: FaultList,
) -> None:
    """Add each shift of `day`, and a duty for each person of a row without a shift; other days are left out."""
    identities = Identities()
    for row in table.rows:
        cells = Cells(row, faults)
        shift_day = cells.day("date")
        shift = _shift(cells, shift_day, known_collectors=known_collectors, known_offices=known_offices)
        if shift_day != day:
            identities.claim(cells, "shift_id", shift.id)
        elif not shift.id:
            crews.duties += _duties(shift)
        elif identities.claim(cells, "shift_id", shift.id):
            crews.shifts.append(shift)
    if not (crews.shifts or crews.duties):
        where = f"{table.file}:1:{table.headers.get('date', 'date')}"
        faults.add(where, "no_shift_on_day", f"No shift is on {day}.", "Check the date that was asked for.")


def _shift(
    cells: Cells, day: date, *, known_collectors: Collection[str] | None, known_offices: Collection[str] | None
) -> Shift:
    start, end = cells.required_clock("start", day), cells.required_clock("end", day)
    if start and end:
        cells.in_order("end", start, end)
    for key in ("collector_ids", "start_office", "end_office"):
        cells.required(key)
    return Shift(
        id=cells.optional_identifier("shift_id") or "",
        collector_ids=cells.references("collector_ids", known_collectors, "collectors"),
        earliest_start=start or local_midnight(day),
        latest_end=end or local_midnight(day),
        start_location_id=cells.reference("start_office", known_offices, "offices") or "",
        end_location_id=cells.reference("end_office", known_offices, "offices") or "",
        breaks=_breaks(cells, day),
        max_visits=cells.whole_number("max_visits", least=1, most=_MOST_VISITS),
        travel_profile=cells.choice("travel_profile", _PROFILES) or Profile.CAR,
    )


def _duties(shift: Shift) -> list[Duty]:
    """One for each person of a row that names no shift."""
    return [
        Duty(
            collector_id=collector_id,
            earliest_start=shift.earliest_start,
            latest_end=shift.latest_end,
            start_location_id=shift.start_location_id,
            end_location_id=shift.end_location_id,
            breaks=shift.breaks,
            max_visits=shift.max_visits,
            travel_profile=shift.travel_profile,
        )
        for collector_id in shift.collector_ids
    ]


def _qualifications(cells: Cells) -> tuple[Qualification, ...]:
    found: list[Qualification] = []
    for code, valid_until in cells.dated_codes("qualifications"):
        if valid_until is None:
            hint = "Write pre-job-training:2027-06-30, the last day on which it is valid."
            cells.fault("qualifications", "bad_date", f"{shown(code)} stands without its last day.", hint)
        else:
            found.append(Qualification(code=code, valid_until=valid_until))
    return tuple(found)


def _breaks(cells: Cells, day: date) -> tuple[Break, ...]:
    found: list[Break] = []
    for start, end, minutes in cells.spans("breaks", day):
        if not minutes.isascii() or not minutes.isdigit() or not 0 < int(minutes[:9]) <= _MOST_BREAK_MINUTES:
            hint = "Write 12:00-13:30/45: between noon and half past one, 45 minutes."
            cells.fault("breaks", "bad_number", f"{shown(minutes)} is not a number of minutes.", hint)
            continue
        window = TimeWindow(earliest_start=start, latest_end=end)
        found.append(Break(window=window, duration=timedelta(minutes=int(minutes))))
    return tuple(found)
