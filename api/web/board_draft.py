"""The changes that stand on the plan board and are not saved: they travel with its form, and nothing is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from pydantic import ValidationError
from werkzeug.exceptions import BadRequest

from api.rest.plan_models import Edits
from api.store import StoredPlan
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.plan_difference import planned_visits
from scheduler.domain.problem import Problem
from scheduler.editing import Edit, Exclude, PinVisit, Place
from scheduler.judging import Judge, Verdict

type Form = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a move made of the draft.

    Attributes:
        edits: The changes that stand; lawful together.
        verdict: On them.
        refused: On them and the move, where it was not taken because it breaks a rule.
        faults: Why the move makes no sense, where it does not.
        visit_id: Which visit the move was about, or was chosen.
    """

    edits: tuple[Edit, ...]
    verdict: Verdict
    refused: Verdict | None = None
    faults: tuple[Fault, ...] = ()
    visit_id: str | None = None

    @classmethod
    def at_rest(cls, stored: StoredPlan) -> "Turn":
        """No change; nobody needs to be asked about that."""
        nothing = Verdict(violations=(), problem=stored.problem, plan=stored.plan, difference=None, touched=frozenset())
        return cls(edits=(), verdict=nothing)


def edits_in(form: Form) -> tuple[Edit, ...]:
    """The changes that a form of the board carries.

    Raises:
        BadRequest: They are not as the board wrote them.
    """
    written = form.get("edits") or "[]"
    if written == "[]":
        return ()
    try:
        return tuple(Edits.model_validate_json(f'{{"edits": {written}}}').read())
    except ValidationError:
        raise BadRequest("The changes are not as the board wrote them.") from None


def written(edits: Sequence[Edit]) -> str:
    """The changes for the next form."""
    return Edits.written(edits)


def turn_of(form: Form, judge: Judge, problem: Problem) -> Turn:
    """Take a move into the draft when it breaks nothing.

    Args:
        form: What the board sent.
        judge: Of its plan.
        problem: Of its plan, with the shifts formed.
    """
    edits, visit_id = edits_in(form), form.get("visit") or form.get("chosen") or None
    if form.get("act") == "undo":
        edits = edits[:-1]
    if form.get("act") == "discard":
        edits = ()
    before = judge.of(edits)
    try:
        move = _move(form, visit_id, before, problem)
        if move is None:
            return Turn(edits=edits, verdict=before, visit_id=visit_id)
        after = judge.of([*edits, move])
    except InvalidInput as bad:
        return Turn(edits=edits, verdict=before, faults=bad.faults, visit_id=visit_id)
    if after.violations:
        return Turn(edits=edits, verdict=before, refused=after, visit_id=visit_id)
    return Turn(edits=(*edits, move), verdict=after, visit_id=visit_id)


def _move(form: Form, visit_id: str | None, before: Verdict, problem: Problem) -> Edit | None:
    if visit_id is None:
        return None
    match form.get("act"):
        case "move":
            return _placed(form, visit_id, problem)
        case "pin":
            return _pinned(visit_id, before)
        case "unpin":
            return PinVisit(visit_id=visit_id, pinned=False)
        case "leave_out":
            return Exclude(visit_id=visit_id)
    return None


def _placed(form: Form, visit_id: str, problem: Problem) -> Place:
    shift_id, position = form.get("crew", ""), form.get("position", "")
    if position and not (position.isascii() and position.isdigit()):
        raise _fault("position", "A position is a number.", "顺序必须是数字。")
    return Place(
        visit_id=visit_id,
        shift_id=shift_id,
        place_id=form.get("place") or None,
        position=int(position) if position else None,
        service_start_time=_moment(form.get("time", ""), shift_id, problem),
    )


def _pinned(visit_id: str, before: Verdict) -> Edit:
    """Where the draft has it, which may not be where the plan has it."""
    planned = None if before.plan is None else planned_visits(before.plan).get(visit_id)
    if planned is None:
        return PinVisit(visit_id=visit_id)
    return Place(
        visit_id=visit_id,
        shift_id=planned.shift_id,
        place_id=planned.place_id,
        position=planned.position,
        service_start_time=planned.service_start_time,
    )


def _moment(text: str, shift_id: str, problem: Problem) -> datetime | None:
    if not text:
        return None
    shift = next((one for one in problem.shifts if one.id == shift_id), None)
    if shift is None:
        return None
    try:
        at = time.fromisoformat(text)
    except ValueError:
        raise _fault("time", "A time is written as 09:30.", "时间请写成 09:30。") from None
    return datetime.combine(problem.local_date(shift.earliest_start), at.replace(tzinfo=None), problem.time_zone)


def _fault(where: str, message: str, message_zh: str) -> InvalidInput:
    return InvalidInput([Fault(where=where, code="not_understood", message=message, message_zh=message_zh)])
