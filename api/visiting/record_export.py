"""All that is on record about the visits to one case, as one document: for a regulator who asks."""

from collections.abc import Mapping
from typing import Any

from api.store import Unit, cases, events, people, plans, records, stops
from api.store.cases import KnownCase
from api.store.events import EventKind
from api.store.records import VisitRecord
from api.store.stops import PlannedStop
from scheduler.domain.errors import UnknownId
from scheduler.rules.load import load_rule_set
from scheduler.rules.outcomes import outcome_codes

FORMAT = "visit-record-export/1"
type Document = dict[str, Any]


def record_export(unit: Unit, case_id: str) -> Document:
    """The document; times are ISO 8601 in the lender's zone.

    Args:
        unit: Of the branch or lender.
        case_id: Of the row.

    Raises:
        UnknownId: There is no such case.
    """
    known = cases.get(unit, case_id, unit.now.date())
    if known is None:
        raise UnknownId("There is no such case.")
    names = people.names(unit)
    found = stops.of_case(unit, case_id)
    kept = {one.id: one for one in records.of_case(unit, case_id)}
    visits = [_visit(unit, stop, kept.get(stop.record_id or ""), known, names) for stop in found]
    return {
        "format": FORMAT,
        "exported_at": unit.second.isoformat(),
        "case": known.entry.code,
        "subject": known.entry.subject,
        "borrower": known.record.name,
        "visits": visits,
        "refused_check_ins": _refusals(unit, found),
    }


def _visit(
    unit: Unit, stop: PlannedStop, record: VisitRecord | None, known: KnownCase, names: Mapping[str, str]
) -> Document:
    place = next((one for one in known.places if one.place_id == stop.place_code), None)
    return {
        "plan": stop.plan_id,
        "day": stop.day.isoformat(),
        "planned_start": _told(unit, stop, stop.service_start_time),
        "planned_end": _told(unit, stop, stop.departure_time),
        "place": {
            "id": stop.place_code,
            "kind": None if place is None else str(place.kind),
            "address": None if place is None else place.address,
        },
        "crew": [_person(code, names) for code in stop.collector_codes],
        "called_off_for": stop.cancelled_for,
        "called_off_at": _told(unit, stop, stop.cancelled_at),
        "record": None if record is None else _record(unit, stop, record, names),
    }


def _record(unit: Unit, stop: PlannedStop, record: VisitRecord, names: Mapping[str, str]) -> Document:
    outcome, until = record.present_outcome
    code = outcome_codes(load_rule_set(()), stop.day).get(outcome or "")
    recording, near = record.recording, record.nearness
    return {
        "id": record.id,
        "checked_in_at": _told(unit, stop, record.checked_in_at),
        "near_the_place": None if near is None else near.is_near,
        "position_accuracy_meters": None if near is None else near.accuracy_meters,
        "present": [_person(one, names) for one in record.present_collectors],
        "shown_and_carried": list(record.checklist),
        "left_at": _told(unit, stop, record.left_at),
        "ended_at": _told(unit, stop, record.ended_at),
        "outcome": outcome,
        "outcome_zh": None if code is None else code.zh,
        "outcome_en": None if code is None else code.en,
        "until": None if until is None else until.isoformat(),
        "not_begun_because": record.reason,
        "content": records.note_of(unit, record.id),
        "recording": None
        if recording is None
        else {"reference": recording.reference, "sha256": recording.sha256, "seconds": recording.seconds},
        "first_outcome": record.outcome,
        "corrections": [
            {
                "at": _told(unit, stop, one.corrected_at),
                "outcome": one.outcome,
                "until": None if one.until is None else one.until.isoformat(),
                "replaces": one.replaces,
                "reason": one.reason,
                "corrected_by": one.corrected_by,
            }
            for one in record.corrections
        ],
    }


def _refusals(unit: Unit, found: tuple[PlannedStop, ...]) -> list[Document]:
    codes = {stop.visit_code for stop in found}
    told = events.of_plans(unit, sorted({stop.plan_id for stop in found}), EventKind.VISIT_REFUSED)
    return [
        {"at": one.at.isoformat(), "crew": one.facts.get("shift"), "rules": one.facts.get("rules")}
        for one in told
        if one.facts.get("visit") in codes
    ]


def _person(code: str, names: Mapping[str, str]) -> Document:
    return {"id": code, "name": names.get(code)}


def _told(unit: Unit, stop: PlannedStop, moment: Any) -> str | None:
    return None if moment is None else moment.astimezone(plans.zone_of(unit, stop.plan_id)).isoformat()
