"""Records that were wrong, and visits that nobody could begin."""

from datetime import date

from api.store import Unit, events, letters, outcome_effects, plans, records, stops
from api.store.events import EventKind
from api.store.records import VisitRecord
from api.visiting.cancelling import call_off_unlawful
from api.visiting.following_up import ask_for_followup
from api.visiting.judging import AtTheDoor
from api.visiting.publishing import opened, run
from api.visiting.visits import Ended, outcome_code
from scheduler.domain.errors import Fault, InvalidInput, NotNow, UnknownId

# What a visit ends with that a rule, or a vehicle, the weather or a device, kept from beginning.
NOT_BEGUN = ("ABORT_RULE", "ABORT_OPS")


def correct(unit: Unit, record_id: str, *, outcome: str, until: date | None, reason: str) -> Ended:
    """Say what an ended visit really ended with: the effects of the mistake are undone, and those of the truth hold.

    Visits that the mistake called off are not taken up again by themselves.

    Args:
        unit: Of the branch.
        record_id: Of a visit that ended.
        outcome: A code of the closed list.
        until: The local day that some codes name.
        reason: Why, for people's eyes.

    Raises:
        UnknownId: No such record.
        NotNow: The visit goes on, or nobody began it.
        InvalidInput: The code is not on the list, or it is the one that stands.
    """
    record = records.get(unit, record_id)
    if record is None:
        raise UnknownId("There is no such visit record.")
    if record.checked_in_at is None:
        raise NotNow("visit_not_begun", "Nobody began this visit, so nothing else can have happened there.")
    before, told_at = record.present_outcome, record.told_at
    if before[0] is None or told_at is None:
        raise NotNow("visit_goes_on", "This visit has not ended.")
    stop = stops.by_id(unit, record.stop_id)
    door = AtTheDoor.of(unit, opened(unit, record.plan_id), stop)
    code = outcome_code(door, outcome, until)
    if before == (outcome, until):
        raise InvalidInput([Fault(where="/outcome", code="unchanged", message="This is what stands already.")])
    corrected = records.correct(unit, record, outcome=outcome, until=until, reason=reason)
    mistaken = outcome_code(door, before[0], before[1])
    outcome_effects.take_back(unit, record, stop, mistaken, told_at)
    outcome_effects.tell_case(unit, corrected, stop, door.place.kind, code, corrects=record.log_entry)
    cancelled = () if corrected.case_id is None else call_off_unlawful(unit, corrected.case_id)
    unit.note("visit.corrected", f"record:{record_id}", outcome=outcome, replaces=before[0], cancelled=list(cancelled))
    events.append(
        unit,
        EventKind.VISIT_CORRECTED,
        f"record:{record_id}",
        visit=stop.visit_code,
        plan=stop.plan_id,
        outcome=outcome,
        replaces=before[0],
        next_step=code.next_step,
        needs_approval=code.needs_approval,
        cancelled=list(cancelled),
    )
    ask_for_followup(unit, corrected, stop, code, replaces=mistaken)
    return Ended(record=corrected, code=code, cancelled=cancelled)


def give_up(unit: Unit, plan_id: str, visit_code: str, *, outcome: str, reason: str, note: str = "") -> VisitRecord:
    """Keep that nobody began a visit, because a rule or operations forbade it; telling it twice is telling it once.

    It counts as no attempt: nobody was at the door.

    Args:
        unit: Of the branch.
        plan_id: The plan that the crew follows.
        visit_code: The visit.
        outcome: One of `NOT_BEGUN`.
        reason: A rule's id or a code.
        note: For people's eyes.

    Raises:
        UnknownId: No such plan or visit.
        InvalidInput: The outcome is one of a visit that was begun.
        NotNow: The plan is not followed, or the visit was begun or called off.
    """
    entry = plans.entry(unit, plan_id)
    stop = None if entry is None else stops.one(unit, plan_id, visit_code)
    if entry is None or stop is None:
        raise UnknownId("There is no such visit.")
    if outcome not in NOT_BEGUN:
        hint = f"Known: {', '.join(NOT_BEGUN)}."
        message = "A visit that nobody began cannot end with this."
        raise InvalidInput([Fault(where="/outcome", code="unknown_outcome", message=message, hint=hint)])
    if stop.record_id is not None:
        found = records.get(unit, stop.record_id)
        if found is not None and (found.outcome, found.reason) == (outcome, reason):
            return found
        raise NotNow("visit_begun", "This visit has a record already.")
    if not entry.state.is_followed:
        raise NotNow("plan_not_followed", "This plan is not, or no longer, the one to follow.")
    if stop.cancelled_at is not None:
        raise NotNow("visit_cancelled", "This visit was called off before.")
    record = records.give_up(unit, stop, outcome=outcome, reason=reason, note=note)
    letters.revoke(unit, stop.plan_id, stop.visit_code)
    run(unit, plan_id)
    unit.note("visit.given_up", f"record:{record.id}", visit=visit_code, plan=plan_id, outcome=outcome, reason=reason)
    events.append(
        unit,
        EventKind.VISIT_ENDED,
        f"record:{record.id}",
        visit=visit_code,
        plan=plan_id,
        outcome=outcome,
        reason=reason,
        next_step="replan",
        needs_approval=False,
        cancelled=[],
    )
    return record
