"""Calling visits off: the letter is void, the notice is called back, and the crew's page says so at once."""

from collections.abc import Iterable

from api.store import Unit, events, letters, notices, plans, stops
from api.store.case_facts import known_cases
from api.store.events import EventKind
from api.store.stops import PlannedStop
from api.visiting.judging import AtTheDoor

# At the door the notice is asked for anyway; before, its receipt may still be on its way.
_NOT_YET = "prior_notice"


def call_off(unit: Unit, stop: PlannedStop, reason: str) -> int | None:
    """Nobody goes there; calling off what is called off changes nothing.

    Args:
        unit: Of the branch.
        stop: A visit of a published plan that nobody began.
        reason: A rule's id or a code.

    Returns:
        The number of the event that tells it; None where it was called off before.
    """
    if stop.cancelled_at is not None:
        return None
    stops.call_off(unit, stop.id, reason)
    drop_papers(unit, stop, reason)
    unit.note("visit.cancelled", f"plan:{stop.plan_id}", visit=stop.visit_code, reason=reason)
    return events.append(
        unit,
        EventKind.VISIT_CANCELLED,
        f"plan:{stop.plan_id}",
        visit=stop.visit_code,
        shift=stop.shift_code,
        reason=reason,
    )


def drop_papers(unit: Unit, stop: PlannedStop, reason: str) -> None:
    """The letter of a visit is void and its notices are called back."""
    letters.revoke(unit, stop.plan_id, stop.visit_code)
    for notice in notices.standing(unit, stop.case_id, stop.day) if stop.case_id else ():
        if notice.plan_id == stop.plan_id:
            notices.withdraw(unit, notice, reason)


def call_off_unlawful(unit: Unit, case_id: str) -> tuple[str, ...]:
    """Ask the rules again about every visit that is still to come to the borrower of a case.

    Returns:
        The codes of the visits that were called off.
    """
    unit.session.flush()
    return tuple(_called_off(unit, stops.still_to_come(unit, case_id)))


def call_off_all_unlawful(unit: Unit) -> tuple[str, ...]:
    """Ask the rules again about every visit of the branch that is still to come, as after many changes at once.

    Returns:
        The codes of the visits that were called off.
    """
    unit.session.flush()
    return tuple(_called_off(unit, stops.all_to_come(unit)))


def _called_off(unit: Unit, coming: Iterable[PlannedStop]) -> Iterable[str]:
    by_plan: dict[str, list[PlannedStop]] = {}
    for stop in coming:
        by_plan.setdefault(stop.plan_id, []).append(stop)
    for plan_id, found in by_plan.items():
        stored = plans.get(unit, plan_id)
        if stored is None:
            continue
        cases = known_cases(unit, [stop.visit_code for stop in found], stored.day)
        for stop in found:
            reason = _objection(unit, AtTheDoor.joined(stored, stop, cases.get(stop.visit_code)))
            if reason is not None:
                call_off(unit, stop, reason)
                yield stop.visit_code


def _objection(unit: Unit, door: AtTheDoor) -> str | None:
    """The first rule that forbids a visit that is still to come."""
    if door.known is not None and door.known.is_closed:
        return "case_closed"
    if door.known is not None and door.stop.place_code in door.known.removed_places:
        return "place_removed"
    decision = door.decided(door.planned, door.stop.collector_codes, documents=None, notices_from=unit.now)
    return next((reason.rule_id for reason in decision.reasons if reason.kind != _NOT_YET), None)
