"""A scenario's changes, from the tables of an experiment."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from scheduler.rules.clock import END_OF_DAY, MIDNIGHT, parse_clock
from scheduler.rules.fields import Fields
from scheduler.simulation.behaviour import Behaviour
from scheduler.simulation.behaviour_reader import read_behaviour
from scheduler.simulation.changes import (
    BehaviourChange,
    Change,
    ContactHours,
    Crews,
    CrewSize,
    Demand,
    FoundFactor,
    FrequencyCap,
    PlanBuffer,
    Planner,
    Relocation,
    Replanning,
    ShiftHours,
    Training,
    TravelFactor,
    VisitLimit,
)
from scheduler.simulation.world import ReplanPolicy

_MOST_FACTOR = 20.0
_SUNDAY = 7


def read_change(fields: Fields, known: Behaviour) -> Change | None:
    """One change; None, with a fault noted, where there is no such kind.

    Args:
        fields: Its table.
        known: The experiment's behaviour, see `read_behaviour`.
    """
    kind = fields.text("kind")
    if kind == "behaviour":
        change: Change = BehaviourChange(values=read_behaviour(fields, known))
    elif kind in _READERS:
        change = _READERS[kind](fields)
    else:
        fields.fault("kind", "unknown_value", f"there is no change '{kind}'", f"Choose one of: {', '.join(KINDS)}.")
        return None
    fields.finish()
    return change


def _training(fields: Fields) -> Training:
    skill, certificate = fields.optional_text("skill"), fields.optional_text("certificate")
    if skill is None and certificate is None:
        fields.fault("", "missing", "a training gives a skill or a certificate", "Give `skill` or `certificate`.")
    return Training(people=fields.whole("people", 1), skill=skill, certificate=certificate)


def _relocation(fields: Fields) -> Relocation:
    return Relocation(
        from_district=fields.text("from_district"),
        to_district=fields.text("to_district"),
        share=fields.number("share", least=0.0, most=1.0) or 1.0,
    )


def _contact_hours(fields: Fields) -> ContactHours:
    weekdays = fields.wholes("closed_weekdays", 1, _SUNDAY) if fields.has("closed_weekdays") else ()
    return ContactHours(
        earliest=fields.clock("earliest") if fields.has("earliest") else MIDNIGHT,
        latest=fields.clock("latest") if fields.has("latest") else END_OF_DAY,
        closed_weekdays=frozenset(weekdays),
    )


def _planner(fields: Fields) -> Planner:
    full = fields.flag("full_engine") if fields.has("full_engine") else False
    return Planner(iterations=fields.whole("iterations", 1), full_engine=full)


def _replanning(fields: Fields) -> Replanning:
    clocks = [parse_clock(text) for text in fields.texts("at")] if fields.has("at") else []
    if any(clock is None for clock in clocks):
        fields.fault("at", "wrong_value", "a time is no clock time", 'Give clock times "HH:MM".')
    late = timedelta(minutes=fields.whole("late_minutes", 1)) if fields.has("late_minutes") else None
    if late is None and not clocks:
        fields.fault("", "missing", "new orders need a time or a lateness", "Give `at` or `late_minutes`.")
    policy = ReplanPolicy(
        at=tuple(clock for clock in clocks if clock is not None),
        late=late,
        keeps_crews=fields.flag("keeps_crews") if fields.has("keeps_crews") else False,
    )
    return Replanning(policy=policy)


def _shift_hours(fields: Fields) -> ShiftHours:
    return ShiftHours(
        start_minutes=fields.whole("start_minutes", -720) if fields.has("start_minutes") else 0,
        end_minutes=fields.whole("end_minutes", -720) if fields.has("end_minutes") else 0,
    )


_READERS: Mapping[str, Callable[[Fields], Change]] = {
    "contact_hours": _contact_hours,
    "crew_size": lambda fields: CrewSize(people=fields.whole("people", 1)),
    "crews": lambda fields: Crews(count=fields.whole("count", 1)),
    "demand": lambda fields: Demand(factor=fields.number("factor", least=0.0, most=_MOST_FACTOR)),
    "found_factor": lambda fields: FoundFactor(factor=fields.number("factor", least=0.0, most=_MOST_FACTOR)),
    "frequency_cap": lambda fields: FrequencyCap(most=fields.whole("most", 1), days=fields.whole("days", 1)),
    "plan_buffer": lambda fields: PlanBuffer(minutes=fields.whole("minutes", 0)),
    "planner": _planner,
    "relocation": _relocation,
    "replanning": _replanning,
    "shift_hours": _shift_hours,
    "training": _training,
    "travel_factor": lambda fields: TravelFactor(factor=fields.number("factor", least=0.1, most=_MOST_FACTOR)),
    "visit_limit": lambda fields: VisitLimit(most=fields.whole("most", 1)),
}
KINDS = tuple(sorted({*_READERS, "behaviour"}))
