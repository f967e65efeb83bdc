"""Calling visits off: the letter is void, the notice is called back, and the crew's page says so at once."""

from collections.abc import Iterable

from api.store import StoredPlan, Unit, events, letters, notices, plans, stops
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
    return tuple(_called_off(unit, stops.still_to_come(unit, case_id)))


def _called_off(unit: Unit, coming: Iterable[PlannedStop]) -> Iterable[str]:
    opened: dict[str, StoredPlan] = {}
    for stop in coming:
        if stop.plan_id not in opened:
            stored = plans.get(unit, stop.plan_id)
            if stored is None:
                continue
            opened[stop.plan_id] = stored
        reason = _objection(unit, opened[stop.plan_id], stop)
        if reason is not None:
            call_off(unit, stop, reason)
            yield stop.visit_code


def _objection(unit: Unit, stored: StoredPlan, stop: PlannedStop) -> str | None:
    """The first rule that forbids a visit that is still to come."""
    door = AtTheDoor.of(unit, stored, stop)
    if door.known is not None and door.known.is_closed:
        return "case_closed"
    if door.known is not None and stop.place_code in door.known.removed_places:
        return "place_removed"
    decision = door.decided(door.planned, stop.collector_codes, documents=None, notices_from=unit.now)
    return next((reason.rule_id for reason in decision.reasons if reason.kind != _NOT_YET), None)
