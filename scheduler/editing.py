"""What a dispatcher changes in a plan by hand: each change is timed by the planner and judged by the checker."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.plan import Plan, ReasonCode, StopType
from scheduler.domain.plan_difference import PlanDifference, plan_difference, planned_visits
from scheduler.domain.problem import Problem
from scheduler.domain.visit import Pin, Visit
from scheduler.planning import plan_by_hand
from scheduler.travel import RoadNetworks


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Put a visit on a route, wherever it is now; a visit that stays on its route may get another position.

    Attributes:
        visit_id: The visit.
        shift_id: The route.
        place_id: Where; None for where it is planned now, or its first place.
        position: Counts the visits of the route from 1; None for the last.
        service_start_time: When it begins; given, it is pinned there. None for as the route allows.
    """

    visit_id: str
    shift_id: str
    place_id: str | None = None
    position: int | None = None
    service_start_time: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PinVisit:
    """Let no planning move a visit from its crew, place and time; `pinned` False lets it move again."""

    visit_id: str
    pinned: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclude:
    """Leave a visit out of the plan."""

    visit_id: str


type Edit = Place | PinVisit | Exclude


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedPlan:
    """The new plan, the problem that it answers (a pin stands there), and what is different."""

    problem: Problem
    plan: Plan
    difference: PlanDifference


def edited_plan(
    problem: Problem, plan: Plan, edits: Sequence[Edit], networks: RoadNetworks | None = None
) -> EditedPlan:
    """The plan with changes made in order.

    Args:
        problem: What the plan answers.
        plan: A lawful plan of it.
        edits: The changes.
        networks: Where road networks are; None has none.

    Raises:
        InvalidInput: A change names what is not there.
        RulesBroken: The changed plan would break a rule.
    """
    draft = Draft(problem, plan)
    for number, edit in enumerate(edits):
        draft.make(edit, f"/edits/{number}")
    changed = draft.problem
    made = plan_by_hand(
        changed, draft.orders, excluded=frozenset(draft.excluded), shifts=plan.shifts, networks=networks
    )
    return EditedPlan(problem=changed, plan=made, difference=plan_difference(plan, made))


class Draft:
    """The orders of a plan in the making; `orders` has visits and places by shift, `excluded` who stays out."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        """Begin with a plan as it is."""
        self.orders: dict[str, list[tuple[str, str]]] = {
            route.shift_id: [
                (stop.visit_id or "", stop.place_id or "") for stop in route.stops if stop.type is StopType.VISIT
            ]
            for route in plan.routes
        }
        self.excluded = {one.visit_id for one in plan.unassigned if one.reasons[0].code is ReasonCode.LEFT_OUT_BY_HAND}
        self._problem = problem
        self._planned = planned_visits(plan)
        self._visits = {visit.id: visit for visit in problem.visits}
        self._shifts = {shift.id for shift in (*problem.shifts, *plan.shifts)}

    @property
    def problem(self) -> Problem:
        """With the pins as they are now; the same object where none changed."""
        visits = tuple(self._visits[visit.id] for visit in self._problem.visits)
        if visits == self._problem.visits:
            return self._problem
        return replace(self._problem, visits=visits, document_sha256=None)

    def make(self, edit: Edit, where: str) -> None:
        """Make one change."""
        if edit.visit_id not in self._visits:
            raise _unknown(f"{where}/visit_id", "visit", edit.visit_id)
        match edit:
            case Place():
                self._place(edit, where)
            case PinVisit():
                self._pin(edit, where)
            case Exclude():
                self._take_out(edit.visit_id)
                self.excluded.add(edit.visit_id)
                self._set_pin(edit.visit_id, None)

    def _place(self, edit: Place, where: str) -> None:
        if edit.shift_id not in self._shifts:
            raise _unknown(f"{where}/shift_id", "shift", edit.shift_id)
        visit = self._visits[edit.visit_id]
        place_id = edit.place_id or self._place_of(visit)
        if place_id not in {place.id for place in visit.places}:
            raise _unknown(f"{where}/place_id", "place of the visit", place_id)
        self._take_out(edit.visit_id)
        order = self.orders.setdefault(edit.shift_id, [])
        at = len(order) if edit.position is None else edit.position - 1
        if not 0 <= at <= len(order):
            message = f"The route has {len(order)} other visits, so there is no position {edit.position}."
            raise InvalidInput([Fault(where=f"{where}/position", code="no_such_position", message=message)])
        order.insert(at, (edit.visit_id, place_id))
        self.excluded.discard(edit.visit_id)
        wants_time = edit.service_start_time is not None
        pin = Pin(shift_id=edit.shift_id, place_id=place_id, service_start_time=edit.service_start_time)
        self._set_pin(edit.visit_id, pin if wants_time or visit.pinned is not None else None)

    def _pin(self, edit: PinVisit, where: str) -> None:
        if not edit.pinned:
            self._set_pin(edit.visit_id, None)
            return
        planned = self._planned.get(edit.visit_id)
        if planned is None or (edit.visit_id, planned.place_id) not in self.orders.get(planned.shift_id, ()):
            message = "A visit can be pinned where the plan has it, and not in the same change as it is moved."
            raise InvalidInput([Fault(where=f"{where}/visit_id", code="not_planned", message=message)])
        pin = Pin(shift_id=planned.shift_id, place_id=planned.place_id, service_start_time=planned.service_start_time)
        self._set_pin(edit.visit_id, pin)

    def _place_of(self, visit: Visit) -> str:
        stops: Iterable[tuple[str, str]] = (stop for order in self.orders.values() for stop in order)
        return next((place_id for visit_id, place_id in stops if visit_id == visit.id), visit.places[0].id)

    def _take_out(self, visit_id: str) -> None:
        self.orders = {
            shift_id: [stop for stop in order if stop[0] != visit_id] for shift_id, order in self.orders.items()
        }

    def _set_pin(self, visit_id: str, pin: Pin | None) -> None:
        self._visits[visit_id] = replace(self._visits[visit_id], pinned=pin)


def _unknown(where: str, what: str, name: str) -> InvalidInput:
    return InvalidInput([Fault(where=where, code="unknown_id", message=f"There is no {what} '{name[:64]}'.")])
