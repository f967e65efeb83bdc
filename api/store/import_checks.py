"""What an import says that cannot be on the days ahead, or is odd: what tables by themselves do not show."""

import difflib
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from sqlalchemy import select

from api.importing.fault_list import FaultList
from api.importing.records import ZONE, ClockSpan, PlaceRecord, Records, ShiftRecord
from api.store.database import Unit
from api.store.day_records import rule_packs
from api.store.tables.people import CollectorRow
from scheduler.domain.case import Channel
from scheduler.domain.visit import PlaceKind
from scheduler.rules.applies import Topic
from scheduler.rules.hours import lawful_hours
from scheduler.rules.load import load_rule_set
from scheduler.rules.rule_pack import RuleSet

MOST_DAYS_AHEAD = 90
CLUSTER = 20
_DAYS_LOOKED_AT = 30


def note_days(shifts: Iterable[ShiftRecord], today: date, faults: FaultList) -> None:
    """Note each shift of a day that is over, or farther ahead than anybody plans."""
    for shift in shifts:
        if shift.day < today:
            faults.add(shift.position.where("date"), "date_past", day=shift.day)
        elif shift.day > today + timedelta(days=MOST_DAYS_AHEAD):
            faults.add(shift.position.where("date"), "date_far", day=shift.day, most=MOST_DAYS_AHEAD)


def warn_of_oddities(unit: Unit, records: Records, today: date, faults: FaultList) -> None:
    """Warn of what is let in and keeps visits from being made."""
    _warn_of_skills(unit, records, faults)
    _warn_of_clusters(records.places, faults)
    rules = load_rule_set(rule_packs(unit))
    minutes = {case.case_id: case.service_minutes for case in records.cases}
    hours_of_kind: dict[PlaceKind, tuple[ClockSpan, ...] | None] = {}
    for place in records.places:
        if place.kind not in hours_of_kind:
            hours_of_kind[place.kind] = _on_a_usual_day(rules, place.kind, today)
        _warn_of_hours(place, minutes.get(place.case_id, 0), hours_of_kind[place.kind], faults)
    said: set[date] = set()
    for shift in records.shifts:
        if shift.day not in said and _lawful(rules, PlaceKind.HOME, shift.day) == ():
            said.add(shift.day)
            faults.warn(shift.position.where("date"), "date_holiday", day=shift.day)


def _warn_of_skills(unit: Unit, records: Records, faults: FaultList) -> None:
    wanted = {skill for case in records.cases for skill in case.required_skills}
    if not wanted:
        return
    kept = unit.session.scalars(select(CollectorRow.skills).where(CollectorRow.left_at.is_(None)))
    known = {str(skill) for skills in kept for skill in skills}
    known |= {skill for one in records.collectors for skill in one.collector.skills}
    for case in records.cases:
        for skill in sorted(case.required_skills - known):
            where = case.position.where("required_skills")
            faults.warn(where, "skill_unknown", value=skill, **_closest(skill, known))


def _closest(skill: str, known: Collection[str]) -> dict[str, str]:
    found = difflib.get_close_matches(skill, sorted(known), n=1)
    return {
        "closest": f"Perhaps {found[0]} was meant. " if found else "",
        "closest_zh": f"也许是 {found[0]}。" if found else "",
    }


def _warn_of_clusters(places: Collection[PlaceRecord], faults: FaultList) -> None:
    counted = Counter(place.coordinates for place in places if place.coordinates is not None)
    for place in places:
        count = 0 if place.coordinates is None else counted.pop(place.coordinates, 0)
        if count >= CLUSTER:
            faults.warn(place.position.where("latitude"), "coord_cluster", count=count)


def _warn_of_hours(place: PlaceRecord, minutes: int, lawful: tuple[ClockSpan, ...] | None, faults: FaultList) -> None:
    if not place.hours:
        return
    where, given = place.position.where("time_windows"), ";".join(map(str, place.hours))
    if all(span.end_minute - span.start_minute < minutes for span in place.hours):
        faults.warn(where, "window_too_short", minutes=minutes)
    if lawful is None:
        return
    common = [shared for span in place.hours for one in lawful if (shared := _shared(span, one))]
    if not common:
        faults.warn(where, "window_unlawful", given=given)
    elif sum(map(_length, common)) < sum(map(_length, place.hours)):
        faults.warn(where, "window_outside_lawful_hours", given=given, lawful=";".join(map(str, common)))


def _lawful(rules: RuleSet, kind: PlaceKind, day: date) -> tuple[ClockSpan, ...] | None:
    """The clock times of a day at which the rules let anybody be visited; None when no rule is about hours."""
    windows = lawful_hours(rules, Topic(place_kind=kind, channel=Channel.VISIT), ZONE, (day,)).windows
    if windows is None:
        return None
    spans = []
    for window in windows:
        start, end = window.earliest_start.astimezone(ZONE), window.latest_end.astimezone(ZONE)
        minutes_of_end = end.hour * 60 + end.minute + (24 * 60 if end.date() > day else 0)
        spans.append(ClockSpan(start.hour * 60 + start.minute, minutes_of_end))
    return tuple(spans)


def _on_a_usual_day(rules: RuleSet, kind: PlaceKind, today: date) -> tuple[ClockSpan, ...] | None:
    """Of the next day on which anybody may be visited; a holiday says nothing about other days."""
    days = (today + timedelta(days=offset) for offset in range(_DAYS_LOOKED_AT))
    return next((hours for day in days if (hours := _lawful(rules, kind, day)) != ()), ())


def _shared(one: ClockSpan, other: ClockSpan) -> ClockSpan | None:
    start, end = max(one.start_minute, other.start_minute), min(one.end_minute, other.end_minute)
    return ClockSpan(start, end) if start < end else None


def _length(span: ClockSpan) -> int:
    return span.end_minute - span.start_minute
