"""The form by which a dispatcher says what happened on a running day: what it shows, and what it says."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from werkzeug.datastructures import MultiDict

from api.jobs.replan_wire import CrewNow, HeldUp, ReplanWire
from api.store import StoredPlan, Unit, records, stops
from api.visiting import replanning
from api.visiting.day_log import day_log
from api.visiting.told import crews_as_told
from api.web.catalogue import clock
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.plan import Route
from scheduler.domain.texts import Text

MOST_MINUTES = 600
_MOST_TYPED = 4_000
_BETWEEN = re.compile(r"[\s,;，；、]+")

type Typed = MultiDict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A box that can be ticked."""

    id: str
    name: str
    is_ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewRow:
    """A crew on the form.

    Attributes:
        shift_id: Its shift.
        names: Who is on it.
        free_at: A clock time; None while it has not left.
        made: Visits behind it.
        left: Visits ahead of it.
        minutes: For which it is held up, as typed.
        is_over: Whether it makes no more visits.
        members: Who goes on.
        substitutes: Codes of others who go with it, as typed.
        visits: Those ahead of it, ticked where they are called off.
    """

    shift_id: str
    names: tuple[str, ...]
    free_at: str | None
    made: int
    left: int
    minutes: str
    is_over: bool
    members: tuple[Tick, ...]
    substitutes: str
    visits: tuple[Tick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanForm:
    """The form.

    Attributes:
        rows: In the order of the plan's routes.
        people: Whom a crew can be given, by code.
        added: Numbers of cases to be visited as well, as typed.
        urgent: Numbers of cases that were told to be urgent, and are put in without being typed.
    """

    rows: tuple[CrewRow, ...]
    people: Mapping[str, str]
    added: str
    urgent: tuple[str, ...]


def replan_form(unit: Unit, stored: StoredPlan, typed: Typed | None) -> ReplanForm:
    """The form of a plan that people follow.

    Args:
        unit: Of the plan.
        stored: The plan.
        typed: What was sent and is shown again; None shows what was told of the day.
    """
    planned, log = stops.of_plan(unit, stored.id), day_log(unit, stored.id)
    told = replanning.progress_of(stored.plan, planned, records.of_plan(unit, stored.id), unit.second)
    behind, zone = {one.shift_id: one for one in told}, stored.problem.time_zone
    ahead = {
        one.visit_code: clock(one.service_start_time.astimezone(zone))
        for one in planned
        if one.record_id is None and one.cancelled_at is None
    }
    now = _now(unit, stored)
    rows = []
    for route in stored.plan.routes:
        progress = behind.get(route.shift_id)
        coming = [code for code in route.visit_ids if code in ahead]
        known = now.get(route.shift_id, route.collector_ids)
        going = known if typed is None else typed.getlist(f"who-{route.shift_id}")
        off = () if typed is None else typed.getlist("off")
        rows.append(
            CrewRow(
                shift_id=route.shift_id,
                names=tuple(_name(stored, name) for name in route.collector_ids),
                free_at=None if progress is None else clock(progress.free_at.astimezone(zone)),
                made=0 if progress is None else len(progress.visit_ids),
                left=len(coming),
                minutes=_said(typed, f"late-{route.shift_id}"),
                is_over=not known if typed is None else f"out-{route.shift_id}" in typed,
                members=tuple(
                    Tick(id=name, name=_name(stored, name), is_ticked=name in going) for name in route.collector_ids
                ),
                substitutes=_said(typed, f"plus-{route.shift_id}"),
                visits=tuple(
                    Tick(id=code, name=f"{ahead[code]} {_name(stored, code)}", is_ticked=code in off) for code in coming
                ),
            )
        )
    return ReplanForm(
        rows=tuple(rows),
        people={one.id: _name(stored, one.id) for one in stored.problem.collectors},
        added=_said(typed, "added"),
        urgent=tuple(sorted(log.urgent.keys() - {visit.id for visit in stored.problem.visits})),
    )


def said_by_form(unit: Unit, stored: StoredPlan, typed: Typed) -> ReplanWire | None:
    """What the form says; None where it says what no form of ours does.

    Raises:
        InvalidInput: It says of a crew that nobody, or somebody whom the day does not have, goes with it.
    """
    open_visits = {
        one.visit_code for one in stops.of_plan(unit, stored.id) if one.record_id is None and one.cancelled_at is None
    }
    cancelled = typed.getlist("off")
    if not open_visits.issuperset(cancelled):
        return None
    late: list[HeldUp] = []
    for route in stored.plan.routes:
        minutes = _said(typed, f"late-{route.shift_id}") or "0"
        if not minutes.isascii() or not minutes.isdigit() or int(minutes) > MOST_MINUTES:
            return None
        if int(minutes):
            late.append(HeldUp(shift_id=route.shift_id, free_at=unit.second + timedelta(minutes=int(minutes))))
    faults: list[Fault] = []
    crews = list(_crews(stored, typed, _now(unit, stored), faults))
    if faults:
        raise InvalidInput(faults)
    return ReplanWire(held_up=late, crews=crews, cancelled=cancelled, added=_codes(_said(typed, "added")))


def _crews(
    stored: StoredPlan, typed: Typed, now: Mapping[str, tuple[str, ...]], faults: list[Fault]
) -> Iterator[CrewNow]:
    """The crews of whom the form says something else than is known."""
    people = {one.id for one in stored.problem.collectors}
    for route in stored.plan.routes:
        wanted = _people(route, typed)
        faults += [_unknown(code) for code in wanted if code not in people]
        if not wanted and f"out-{route.shift_id}" not in typed:
            faults.append(_nobody(route.shift_id))
        elif tuple(wanted) != now.get(route.shift_id, route.collector_ids):
            yield CrewNow(shift_id=route.shift_id, collector_ids=[code for code in wanted if code in people])


def _people(route: Route, typed: Typed) -> list[str]:
    if f"out-{route.shift_id}" in typed:
        return []
    ticked = typed.getlist(f"who-{route.shift_id}")
    going = [name for name in route.collector_ids if name in ticked]
    return list(dict.fromkeys((*going, *_codes(_said(typed, f"plus-{route.shift_id}")))))


def _now(unit: Unit, stored: StoredPlan) -> dict[str, tuple[str, ...]]:
    """Who is on a shift by what was told and planned, where that is not who the plan has on it."""
    over: dict[str, tuple[str, ...]] = {one.shift_id: () for one in stored.problem.progress if one.is_over}
    return {**over, **crews_as_told(stored.plan, day_log(unit, stored.id))}


def _codes(typed: str) -> list[str]:
    return list(dict.fromkeys(filter(None, _BETWEEN.split(typed))))


def _said(typed: Typed | None, name: str) -> str:
    return "" if typed is None else typed.get(name, "").strip()[:_MOST_TYPED]


def _name(stored: StoredPlan, code: str) -> str:
    return stored.texts.get(code, Text()).name or code


def _unknown(code: str) -> Fault:
    return Fault(
        where="/crews",
        code="ref_unknown",
        message=f"Nobody of this day has the number '{code[:64]}'.",
        message_zh=f"当天没有编号为“{code[:64]}”的外访人员。",
    )


def _nobody(shift_id: str) -> Fault:
    return Fault(
        where="/crews",
        code="nobody_goes",
        message=f"{shift_id}: say who goes with it, or that it makes no more visits.",
        message_zh=f"{shift_id}：请选择谁继续外访，或勾选今天不再外访。",
    )
