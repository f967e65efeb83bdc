"""A second judge: reads the packs' TOML tables by itself and shares no code with `scheduler.rules`.

It answers which rules of some kinds (`JUDGED`) say no to one planned visit. It is written table by table, slowly and
plainly, so that it can be compared with `evaluate()`.
"""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.domain.case import Case, Contact
from scheduler.domain.collector import Collector
from scheduler.domain.time_window import TimeWindow

FOLDER = Path(__file__).parent.parent / "scheduler" / "rules"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MAY_BE_EXCEPTED = ("time_window", "frequency_cap", "quiet_period", "ladder", "crew", "qualification")
Table = dict[str, Any]


@dataclass(frozen=True)
class Visit:
    """What is judged: a planned visit to a place, by a crew, about a case."""

    planned: TimeWindow
    place_kind: str
    place_id: str
    crew: Sequence[Collector]
    case: Case
    zone: ZoneInfo

    def day(self, zone: ZoneInfo) -> date:
        return self.planned.earliest_start.astimezone(zone).date()


def says_no(packs: Sequence[str], visit: Visit) -> set[str]:
    """The ids of the rules of the kinds judged here that forbid the visit; only rules about visits, for everybody."""
    found: set[str] = set()
    for name in packs:
        pack = pack_table(name)
        zone = visit.zone if pack["time_zone"] == "address" else ZoneInfo(pack["time_zone"])
        for rule in pack["rules"]:
            judge = JUDGED.get(rule["kind"])
            in_force = visit.day(zone) >= max(rule["effective_from"], pack["effective_from"])
            if rule["basis"] == "policy" and rule["kind"] in MAY_BE_EXCEPTED:
                in_force = in_force and not excepted(rule["id"], visit, zone)
            if judge and in_force and "applies" not in rule and judge(rule["params"], visit, zone, pack):
                found.add(rule["id"])
    return found


def excepted(rule_id: str, visit: Visit, zone: ZoneInfo) -> bool:
    return any(one.rule_id == rule_id and visit.day(zone) <= one.valid_until for one in visit.case.overrides)


@cache
def pack_table(name: str) -> Table:
    return tomllib.loads((FOLDER / "packs" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def holidays(name: str) -> dict[int, set[date]]:
    years = tomllib.loads((FOLDER / "calendars" / f"{name}.toml").read_text(encoding="utf-8"))["years"]
    return {year["year"]: {*year["holidays"], *year["joined_rest_days"]} for year in years}


def works(name: str, day: date) -> bool:
    years = tomllib.loads((FOLDER / "calendars" / f"{name}.toml").read_text(encoding="utf-8"))["years"]
    (year,) = (year for year in years if year["year"] == day.year)
    if day in year["make_up_workdays"]:
        return True
    return WEEKDAYS[day.weekday()] not in ("sat", "sun") and day not in holidays(name)[day.year]


def hours(params: Table, visit: Visit, zone: ZoneInfo, pack: Table) -> bool:
    begin, end = (moment.astimezone(zone) for moment in (visit.planned.earliest_start, visit.planned.latest_end))
    day = begin.date()
    if params.get("on", "all") != "all":
        if day.year not in holidays(pack["calendar"]):
            return True
        if works(pack["calendar"], day) is not (params["on"] == "workdays"):
            return False
    if params["holiday"] == "deny":
        known = holidays(pack["calendar"])
        if day.year not in known or day in known[day.year]:
            return True
    if WEEKDAYS[day.weekday()] not in params["days"]:
        return True
    earliest, latest = (clock(day, params[key], zone) for key in ("start", "end"))
    return begin < earliest or end > latest


def clock(day: date, text: str, zone: ZoneInfo) -> datetime:
    hour, minute = int(text[:2]), int(text[3:])
    return datetime(day.year, day.month, day.day, 0, 0, tzinfo=zone) + timedelta(hours=hour, minutes=minute)


def crew(params: Table, visit: Visit, _zone: ZoneInfo, _pack: Table) -> bool:
    return bool(len({member.id for member in visit.crew}) < params["crew_min_count"])


def qualification(params: Table, visit: Visit, zone: ZoneInfo, _pack: Table) -> bool:
    day = visit.day(zone)
    for member in visit.crew:
        dates = [held.valid_until for held in member.qualifications if held.code == params["certificate"]]
        if not any(day <= last for last in dates):
            return True
    return False


def block(params: Table, visit: Visit, zone: ZoneInfo, _pack: Table) -> bool:
    if visit.case.blocks is None:
        return True
    day = visit.day(zone)
    return any(one.code in params["reasons"] and (one.until is None or one.until >= day) for one in visit.case.blocks)


def cap(params: Table, visit: Visit, zone: ZoneInfo, _pack: Table) -> bool:
    if visit.case.contacts is None:
        return True
    day, count = visit.day(zone), 0
    for contact in valid_entries(visit.case.contacts):
        if contact.channel.value not in params["channels"]:
            continue
        if params["counts"] == "contact" and contact.reached is False:
            continue
        if params["scope"] == "person" and not may_be(contact.person, visit.case.person):
            continue
        when = contact.at.astimezone(zone).date()
        if day - when < timedelta(days=params["window_days"]):
            count += 1
    return bool(count >= params["max_count"])


def valid_entries(log: Sequence[Contact]) -> list[Contact]:
    return [one for one in log if one.record is None or all(other.corrects != one.record for other in log)]


def may_be(one: str | None, other: str | None) -> bool:
    return None in (one, other) or one == other


def person(params: Table, visit: Visit, _zone: ZoneInfo, _pack: Table) -> bool:
    return visit.case.subject not in params["may_talk_to"]


def place(params: Table, visit: Visit, _zone: ZoneInfo, _pack: Table) -> bool:
    said = sorted(
        (one.at.timestamp(), not one.given) for one in visit.case.consents if one.place_kind == visit.place_kind
    )
    allow = params[visit.place_kind]
    if said and said[-1][1]:
        return True
    return allow == "never" or (allow == "on_consent" and not said)


def ladder(params: Table, visit: Visit, zone: ZoneInfo, _pack: Table) -> bool:
    case, day = visit.case, visit.day(zone)
    if case.days_past_due is None or case.days_past_due < params["min_past_due_days"] or case.contacts is None:
        return True
    for step in params["steps"]:
        tried = [
            one.at.astimezone(zone).date()
            for one in valid_entries(case.contacts)
            if one.channel.value in step["channels"] and one.at.astimezone(zone).date() < day
        ]
        if len(tried) < step["min_attempts_count"] or len(set(tried)) < step["min_separate_days"]:
            return True
    return False


JUDGED: dict[str, Callable[[Table, Visit, ZoneInfo, Table], bool]] = {
    "time_window": hours,
    "crew": crew,
    "qualification": qualification,
    "subject_block": block,
    "frequency_cap": cap,
    "person": person,
    "place": place,
    "ladder": ladder,
}
