"""Records of an import as the rows that keep them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from api.importing.records import (
    ZONE,
    BreakRecord,
    CaseRecord,
    ClockSpan,
    CollectorRecord,
    ContactRecord,
    OfficeRecord,
    PlaceRecord,
    ShiftRecord,
    moment_of,
)
from api.store.database import Unit
from api.store.sealed_texts import Point, seal_collector, seal_point
from scheduler.domain.case import Notice
from scheduler.domain.texts import Text

type Values = dict[str, object]
SECONDS_A_MINUTE = 60

# An attribute of `CaseRow` -> the column of the table cases that says it; the others are always known.
COLUMN_OF_CASE: Mapping[str, str] = {
    "due_since": "days_past_due",
    "subject": "subject",
    "actor": "actor",
    "product": "product",
    "amount_band": "amount_band",
    "priority": "priority",
    "service_duration_seconds": "service_minutes",
    "crew_size": "crew_size",
    "required_skills": "required_skills",
    "required_collectors": "required_collectors",
    "preferred_collectors": "preferred_collectors",
    "prohibited_collectors": "prohibited_collectors",
    "pinned_shift_code": "pinned_shift_id",
    "pinned_start_minute": "pinned_start_time",
}
COLUMN_OF_COLLECTOR: Mapping[str, str] = {
    "skills": "skills",
    "max_visits": "max_visits",
    "prohibited_partners": "prohibited_partners",
}
COLUMN_OF_OFFICE: Mapping[str, str] = {
    "name": "name",
    "address": "address",
    "latitude_degrees": "latitude",
    "longitude_degrees": "longitude",
}


def case_values(record: CaseRecord, day: date) -> Values:
    """What a row of cases is told by a record that was true on `day`; without text, ids and blocks."""
    past_due = record.days_past_due
    return {
        "due_since": None if past_due is None else day - timedelta(days=past_due),
        "subject": record.subject,
        "actor": None if record.actor is None else str(record.actor),
        "product": record.product,
        "amount_band": None if record.amount_band is None else str(record.amount_band),
        "priority": record.priority,
        "service_duration_seconds": record.service_minutes * SECONDS_A_MINUTE,
        "crew_size": record.crew_size,
        "required_skills": sorted(record.required_skills),
        "required_collectors": sorted(record.required_collectors),
        "preferred_collectors": sorted(record.preferred_collectors),
        "prohibited_collectors": sorted(record.prohibited_collectors),
        "pinned_shift_code": record.pinned_shift_id,
        "pinned_start_minute": record.pinned_start_minute,
    }


def place_values(unit: Unit, record: PlaceRecord) -> Values:
    """What a row of places is told."""
    return {
        "kind": str(record.kind),
        "sealed_point": seal_point(unit, point_of(record)),
        "hours": hours_text(record.hours),
        "preference_penalty_seconds": record.preference_penalty_minutes * SECONDS_A_MINUTE,
    }


def point_of(record: PlaceRecord) -> Point:
    """Where it is."""
    return Point(address=record.address, coordinates=record.coordinates)


def contact_values(record: ContactRecord) -> Values:
    """What a row of contacts is told, without the case."""
    contact = record.contact
    return {
        "channel": str(contact.channel),
        "at": contact.at,
        "reached": contact.reached,
        "place_code": contact.place_id,
        "place_kind": contact.place_kind,
        "outcome": contact.outcome,
        "until": contact.until,
        "record": contact.record,
        "corrects": contact.corrects,
    }


def notice_values(notice: Notice) -> Values:
    """What a row of notices is told, without the case."""
    return {
        "sent_at": notice.sent_at,
        "delivered_at": notice.delivered_at,
        "first_day": notice.first_day,
        "last_day": notice.last_day,
        "collector_codes": sorted(notice.collector_ids),
        "consented_at": notice.consented_at,
    }


def collector_values(record: CollectorRecord) -> Values:
    """What a row of collectors is told, without text and qualifications."""
    collector = record.collector
    return {
        "skills": sorted(collector.skills),
        "max_visits": collector.max_visits,
        "prohibited_partners": sorted(collector.prohibited_partners),
    }


def collector_text(unit: Unit, text: Text) -> Values:
    """The sealed text of a collector, and what the name is looked up by."""
    return {"sealed_text": seal_collector(unit, text), "name_index": unit.index(text.name)}


def office_values(record: OfficeRecord) -> Values:
    """What a row of offices is told."""
    return {
        "name": record.name,
        "address": record.address,
        "latitude_degrees": record.coordinates.latitude_degrees,
        "longitude_degrees": record.coordinates.longitude_degrees,
    }


def shift_values(record: ShiftRecord) -> Values:
    """What a row of shifts is told, its id excepted."""
    window = record.hours.on(record.day)
    return {
        "day": record.day,
        "collector_codes": list(record.collector_ids),
        "earliest_start": window.earliest_start,
        "latest_end": window.latest_end,
        "start_office_code": record.start_office_id,
        "end_office_code": record.end_office_id,
        "breaks": [_break_document(rest, record.day) for rest in record.breaks],
        "max_visits": record.max_visits,
        "travel_profile": record.travel_profile,
    }


def hours_text(hours: Iterable[ClockSpan]) -> str:
    """`10:00-12:00;14:00-17:00`."""
    return ";".join(map(str, hours))


def hours_of(text: str) -> tuple[ClockSpan, ...]:
    """What `hours_text` wrote."""
    spans = (part.partition("-") for part in text.split(";") if part)
    return tuple(ClockSpan(_minute(start), _minute(end)) for start, _, end in spans)


def span_of(day: date, start: datetime, end: datetime) -> ClockSpan:
    """The clock times of two moments on a local day."""
    return ClockSpan(_minute_of(day, start), _minute_of(day, end))


def break_of(document: Any, day: date) -> BreakRecord:
    """What a break of a row says."""
    start, end = (datetime.fromisoformat(str(document[key])) for key in ("earliest_start", "latest_end"))
    minutes = int(str(document["duration_seconds"])) // SECONDS_A_MINUTE
    return BreakRecord(hours=span_of(day, start, end), minutes=minutes)


def _break_document(rest: BreakRecord, day: date) -> dict[str, object]:
    window = rest.hours.on(day)
    return {
        "earliest_start": window.earliest_start.isoformat(),
        "latest_end": window.latest_end.isoformat(),
        "duration_seconds": rest.minutes * SECONDS_A_MINUTE,
    }


def _minute(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _minute_of(day: date, moment: datetime) -> int:
    # By the wall clock, as the table was written, whatever the zone does in between.
    local = moment.astimezone(ZONE).replace(tzinfo=None)
    return int((local - moment_of(day, 0).replace(tzinfo=None)) / timedelta(minutes=1))
