"""What somebody has to do after a visit, told to the systems around as a task."""

from api.store import Unit, events
from api.store.events import EventKind
from api.store.records import VisitRecord
from api.store.stops import PlannedStop
from scheduler.rules.outcomes import OutcomeCode

# The planner itself sees to these, by the facts of the case.
_OWN = frozenset({"replan", "other_time"})


def ask_for_followup(
    unit: Unit, record: VisitRecord, stop: PlannedStop, code: OutcomeCode, *, replaces: OutcomeCode | None = None
) -> None:
    """Tell the task that follows from an outcome; a correction also tells which task is void.

    Args:
        unit: Of the branch.
        record: What happened.
        stop: Where.
        code: What its outcome means.
        replaces: What the outcome meant that stood before.
    """
    void = None if replaces is None or replaces.next_step in _OWN else replaces.next_step
    task = None if code.next_step in _OWN else code.next_step
    if task is None and void is None:
        return
    until = record.present_outcome[1]
    events.append(
        unit,
        EventKind.FOLLOWUP_DUE,
        f"record:{record.id}",
        case=stop.visit_code,
        task=task,
        until=None if until is None else until.isoformat(),
        needs_approval=code.needs_approval,
        replaces=void,
    )
