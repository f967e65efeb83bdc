"""Rows of the tables cases and places become records."""

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise

from api.importing.cells import Cells
from api.importing.fault_list import FaultList, is_personal_number
from api.importing.identities import Identities
from api.importing.points import read_coordinates
from api.importing.records import CaseRecord, ClockSpan, ConsentRecord, PlaceRecord
from api.importing.tables import Rows
from api.importing.words import (
    ACTORS,
    AMOUNT_BANDS,
    ANSWERS,
    BLOCKS,
    KINDS,
    SUBJECTS,
    UNCHECKED,
)
from scheduler.domain.case import Block, Consent
from scheduler.domain.geocoding import Area
from scheduler.domain.visit import PlaceKind

MOST_CASE_ID = 50  # leaves room for `-workplace-99` within the 64 characters of an id
MOST_SERVICE_MINUTES = 480
MOST_PENALTY_MINUTES = 1_440
MOST_DAYS_PAST_DUE = 36_500
MOST_CREW = 20
MOST_SPANS = 10


@dataclass(slots=True)
class Calls:
    """What the two tables hold.

    Attributes:
        cases: By id.
        places: In the order of the table.
        consents: In the order of the table.
        same_kind: Counts a case's places of a kind.
        with_place: Ids of cases of which a row tells a place, sound or not.
    """

    cases: dict[str, CaseRecord] = field(default_factory=dict)
    places: list[PlaceRecord] = field(default_factory=list)
    consents: list[ConsentRecord] = field(default_factory=list)
    same_kind: dict[tuple[str, PlaceKind], int] = field(default_factory=dict)
    with_place: set[str] = field(default_factory=set)


def read_cases(
    table: Rows,
    calls: Calls,
    identities: Identities,
    *,
    known_collectors: Collection[str] | None,
    known_shifts: Collection[str] | None,
    shifts_table: str,
    is_log_given: bool,
    are_notices_given: bool,
    faults: FaultList,
) -> None:
    """Add each case."""
    for row in table.rows:
        cells = Cells(row, faults)
        identifier = cells.identifier("case_id", most=MOST_CASE_ID)
        pinned_shift_id, pinned_start = _pin(cells, known_shifts, shifts_table)
        record = CaseRecord(
            case_id=identifier or "",
            name=cells.required_text("name"),
            note=_note(cells),
            days_past_due=cells.whole_number("days_past_due", least=0, most=MOST_DAYS_PAST_DUE),
            priority=cells.whole_number("priority", least=0, most=100),
            subject=cells.choice("subject", SUBJECTS),
            actor=cells.choice("actor", ACTORS),
            product=cells.optional_identifier("product"),
            borrower_id=cells.optional_identifier("borrower_id"),
            amount_band=cells.choice("amount_band", AMOUNT_BANDS),
            blocks=_blocks(cells),
            required_skills=cells.codes("required_skills"),
            service_minutes=_service_minutes(cells),
            crew_size=cells.whole_number("crew_size", least=1, most=MOST_CREW) or 1,
            required_collectors=frozenset(cells.references("required_collectors", known_collectors, "collectors")),
            preferred_collectors=frozenset(cells.references("preferred_collectors", known_collectors, "collectors")),
            prohibited_collectors=frozenset(cells.references("prohibited_collectors", known_collectors, "collectors")),
            pinned_shift_id=pinned_shift_id,
            pinned_start_minute=pinned_start,
            contacts_known=is_log_given,
            notices_known=are_notices_given,
            position=row.position,
        )
        if identifier and identities.claim(cells, "case_id", identifier):
            calls.cases[identifier] = record


def read_places(
    table: Rows,
    calls: Calls,
    identities: Identities,
    *,
    known_cases: Collection[str] | None,
    area: Area | None,
    faults: FaultList,
) -> None:
    """Add each place and what was said about its kind."""
    for row in table.rows:
        _read_place(Cells(row, faults), calls, identities, known_cases, area)


def note_cases_without_place(calls: Calls, *, known: Collection[str], faults: FaultList) -> None:
    """Note each case that has no place, neither in the table nor among those `known` to have one."""
    for case_id, record in calls.cases.items():
        if case_id not in calls.with_place and case_id not in known:
            faults.add(record.position.where("case_id"), "missing_place", case=case_id)


def _read_place(
    cells: Cells, calls: Calls, identities: Identities, known_cases: Collection[str] | None, area: Area | None
) -> None:
    for key in ("case_id", "kind"):
        cells.required(key)
    case_id = cells.reference("case_id", known_cases, "cases")
    kind = cells.choice("kind", KINDS)
    address = _address(cells)
    coordinates = read_coordinates(cells, area)
    hours = _hours(cells)
    penalty = cells.whole_number("preference_penalty_minutes", least=0, most=MOST_PENALTY_MINUTES)
    consent = _consent(cells, kind)
    if case_id:
        calls.with_place.add(case_id)
    if not case_id or not kind:
        return
    same_kind = calls.same_kind.get((case_id, kind), 0) + 1
    calls.same_kind[case_id, kind] = same_kind
    identifier = place_id(case_id, kind, same_kind)
    identities.claim(cells, "case_id", identifier)
    calls.places.append(
        PlaceRecord(
            place_id=identifier,
            case_id=case_id,
            kind=kind,
            address=address,
            coordinates=coordinates,
            hours=hours,
            preference_penalty_minutes=penalty or 0,
            position=cells.row.position,
        )
    )
    if consent is not None:
        calls.consents.append(ConsentRecord(case_id=case_id, consent=consent))


def place_id(case_id: str, kind: PlaceKind, number: int) -> str:
    """The id of a case's place, numbered among those of its kind from 1."""
    return f"{case_id}-{kind}" + (f"-{number}" if number > 1 else "")


def _note(cells: Cells) -> str:
    note = cells.text("note")
    if is_personal_number(note):
        cells.warn("note", "pii_in_note")
    return note


def _address(cells: Cells) -> str:
    if cells.has("address") and not any(cells.value(key) for key in ("address", "latitude", "longitude")):
        cells.fault("address", "location_missing")
        return ""
    return cells.required_text("address")


def _blocks(cells: Cells) -> tuple[Block, ...] | None:
    """None, so nobody has checked, when the column lacks or the cell says so; an empty cell is "none on record"."""
    if not cells.has("blocks") or cells.value("blocks").casefold() in UNCHECKED:
        return None
    return tuple(Block(code=code, until=until) for code, until in cells.dated_codes("blocks", BLOCKS))


def _service_minutes(cells: Cells) -> int:
    cells.required("service_minutes")
    return cells.whole_number("service_minutes", least=1, most=MOST_SERVICE_MINUTES) or 1


def _pin(cells: Cells, known_shifts: Collection[str] | None, shifts_table: str) -> tuple[str | None, int | None]:
    shift_id = cells.reference("pinned_shift_id", known_shifts, shifts_table)
    start = cells.clock("pinned_start_time")
    if start is not None and not cells.value("pinned_shift_id"):
        cells.fault("pinned_shift_id", "pin_without_shift")
    return shift_id, start if shift_id else None


def _hours(cells: Cells) -> tuple[ClockSpan, ...]:
    spans = tuple(span for span, _ in cells.spans("time_windows"))
    if len(spans) > MOST_SPANS:
        cells.fault("time_windows", "window_too_many", got=len(spans), most=MOST_SPANS)
    elif any(later.start_minute < earlier.end_minute for earlier, later in pairwise(spans)):
        cells.fault("time_windows", "window_overlap")
    return spans


def _consent(cells: Cells, kind: PlaceKind | None) -> Consent | None:
    given = cells.choice("consent", ANSWERS)
    at = cells.moment("consent_at")
    if given is None:
        return None
    if not cells.value("consent_at"):
        cells.fault("consent_at", "consent_without_time")
    return Consent(place_kind=str(kind), given=given, at=at) if kind and at else None
