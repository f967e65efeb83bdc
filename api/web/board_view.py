"""What the plan board shows of a plan and of the changes that stand on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from api.store import StoredPlan
from api.web.board_draft import Turn, written
from api.web.catalogue import ENGLISH, clock
from api.web.day_view import UnassignedRow, unassigned_row
from api.web.forms import FaultLine, fault_lines
from api.web.timeline import Lane, Ruler, Timeline, lawful_hours
from scheduler.domain.plan_difference import planned_visits
from scheduler.domain.texts import Text
from scheduler.domain.violation import Violation
from scheduler.domain.visit import Visit
from scheduler.editing import Edit, Exclude, PinVisit, Place
from scheduler.judging import Verdict
from scheduler.violation_wording import violation_sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenLine:
    """A rule that a move would break; `about` names the visit and the crew, where there are such."""

    sentence: str
    about: str
    rule_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingEdit:
    """A change that stands: the name of its sentence, and what fills it."""

    key: str
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The visit that the form for moving is about.

    Attributes:
        shift_id: Its crew; None while it is left out.
        number: Its position; None while it is left out.
        places: Each with its kind, and whether it is the one.
    """

    visit_id: str
    name: str
    shift_id: str | None
    number: int | None
    begins: str | None
    places: tuple[tuple[str, str, bool], ...]
    is_pinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnView:
    """The draft after a move.

    Attributes:
        edits: For the next form.
        cost_change_seconds: Of all changes together.
        lanes: Those to draw: all of them, or those that may look otherwise than before.
        changed: The shifts whose lanes are not as stored.
        crews: All shifts.
    """

    edits: str
    pending: tuple[PendingEdit, ...]
    cost_change_seconds: int
    refused: tuple[BrokenLine, ...]
    faults: tuple[FaultLine, ...]
    chosen: Chosen | None
    lanes: tuple[Lane, ...]
    changed: tuple[str, ...]
    left_out: tuple[UnassignedRow, ...]
    ruler: Ruler
    crews: tuple[str, ...]


def turn_view(stored: StoredPlan, turn: Turn, language: str, shown_as_changed: Iterable[str] | None) -> TurnView:
    """The draft in words and spans.

    Args:
        stored: The plan.
        turn: The last move.
        language: Of the words.
        shown_as_changed: The shifts that the page shows as changed, for a page that only needs what is new; None for
            one that needs all lanes.
    """
    verdict = turn.verdict
    plan = verdict.plan or stored.plan
    problem = verdict.problem.with_formed(stored.plan.shifts)
    ruler = Ruler.of(stored.staffed, stored.plan)
    changed = verdict.touched | _pinned_otherwise(stored, verdict) if turn.edits else frozenset[str]()
    timeline = Timeline(
        problem=problem,
        plan=plan if turn.edits else stored.plan,
        texts=stored.texts,
        lawful=lawful_hours(stored.plan),
        ruler=ruler,
        language=language,
        changed=changed,
    )
    wanted = None
    if shown_as_changed is not None:
        known = {shift.id for shift in problem.shifts}
        wanted = sorted((changed | set(shown_as_changed)) & known)
    return TurnView(
        edits=written(turn.edits),
        pending=tuple(_pending(edit, stored.texts) for edit in turn.edits),
        cost_change_seconds=verdict.difference.cost_change_seconds if verdict.difference and turn.edits else 0,
        refused=broken_lines(turn.refused.violations if turn.refused else (), stored.texts, language),
        faults=fault_lines(turn.faults, language),
        chosen=_chosen(stored, turn),
        lanes=timeline.lanes(wanted),
        changed=tuple(sorted(changed)),
        left_out=tuple(unassigned_row(one, stored.texts, language) for one in timeline.plan.unassigned),
        ruler=ruler,
        crews=tuple(shift.id for shift in problem.shifts),
    )


def broken_lines(found: Iterable[Violation], texts: Mapping[str, Text], language: str) -> tuple[BrokenLine, ...]:
    """Broken rules in words, each once."""
    lines = (
        BrokenLine(
            sentence=violation_sentence(one, language),
            about=_about(one, texts, language),
            rule_id=one.rule_id,
        )
        for one in found
    )
    return tuple(dict.fromkeys(lines))


def _about(found: Violation, texts: Mapping[str, Text], language: str) -> str:
    names = [texts.get(found.visit_id, Text()).name or found.visit_id] if found.visit_id else []
    names += [found.shift_id] if found.shift_id else []
    return (", " if language == ENGLISH else "，").join(names)


def _pinned_otherwise(stored: StoredPlan, verdict: Verdict) -> frozenset[str]:
    """The shifts with a visit that is pinned, or free, and was not before."""
    pairs = zip(stored.problem.visits, verdict.problem.visits, strict=True)
    visits = {new.id for old, new in pairs if (old.pinned is None) != (new.pinned is None)}
    routes = verdict.plan.routes if verdict.plan else ()
    return frozenset(route.shift_id for route in routes if not visits.isdisjoint(route.visit_ids))


def _pending(edit: Edit, texts: Mapping[str, Text]) -> PendingEdit:
    name = texts.get(edit.visit_id, Text()).name or edit.visit_id
    match edit:
        case Place(service_start_time=None):
            position = "" if edit.position is None else str(edit.position)
            key = "edit_moved" if edit.position is None else "edit_moved_to"
            return PendingEdit(key=key, parts={"visit": name, "crew": edit.shift_id, "position": position})
        case Place(service_start_time=moment) if moment is not None:
            return PendingEdit(key="edit_timed", parts={"visit": name, "crew": edit.shift_id})
        case PinVisit():
            return PendingEdit(key="edit_pinned" if edit.pinned else "edit_unpinned", parts={"visit": name})
        case Exclude():
            return PendingEdit(key="edit_left_out", parts={"visit": name})
    raise AssertionError("these are all kinds of changes")


def _chosen(stored: StoredPlan, turn: Turn) -> Chosen | None:
    visit = next((one for one in turn.verdict.problem.visits if one.id == turn.visit_id), None)
    if visit is None:
        return None
    plan = turn.verdict.plan if turn.edits and turn.verdict.plan else stored.plan
    planned = planned_visits(plan).get(visit.id)
    place_id = visit.places[0].id if planned is None else planned.place_id
    begins = None if planned is None else planned.service_start_time.astimezone(stored.problem.time_zone)
    return Chosen(
        visit_id=visit.id,
        name=_name(visit, stored.texts),
        shift_id=None if planned is None else planned.shift_id,
        number=None if planned is None else planned.position,
        begins=None if begins is None else clock(begins),
        places=tuple((place.id, place.kind.value, place.id == place_id) for place in visit.places),
        is_pinned=visit.pinned is not None,
    )


def _name(visit: Visit, texts: Mapping[str, Text]) -> str:
    named = (texts.get(one, Text()).name for one in (visit.id, *(place.id for place in visit.places)))
    return next((name for name in named if name), visit.id)
