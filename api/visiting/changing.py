"""A dispatcher's changes: each makes a new draft, based on the plan that was changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.store import PlanEntry, StoredPlan, Unit, plans
from api.store.opened import OpenedThings
from api.visiting.publishing import opened
from scheduler.domain.errors import InvalidInput, NotNow, RulesBroken, UnknownId
from scheduler.domain.plan_difference import PlanDifference
from scheduler.editing import Edit, EditedPlan, edited_plan
from scheduler.judging import Judge, Verdict
from scheduler.travel import RoadNetworks

_MOST_JUDGES = 8  # each holds a day's travel times and what the law says of all of its visits


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The new draft, and what is different."""

    entry: PlanEntry
    difference: PlanDifference


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeAhead:
    """What changes make of a plan, worked out before the unit that keeps it: nobody who writes waits for the planner.

    A plan's documents never change, so this stays true however long the unit takes to begin.

    Attributes:
        plan_id: The plan that is changed.
        edits: The changes.
        result: The changed plan; or why there is none, which the unit says, because a request that was sent before
            gets its first answer.
    """

    plan_id: str
    edits: tuple[Edit, ...]
    result: EditedPlan | InvalidInput | RulesBroken

    def is_of(self, plan_id: str, edits: Sequence[Edit]) -> bool:
        """Whether these are the changes, and this is the plan."""
        return (self.plan_id, self.edits) == (plan_id, tuple(edits))


class Judges:
    """Judges of the plans that were changed last: what a first verdict works out serves the next ones."""

    def __init__(self) -> None:
        """Begin with none."""
        self._judges = OpenedThings(_MOST_JUDGES)

    def of(self, stored: StoredPlan, networks: RoadNetworks) -> Judge:
        """The one of a plan; another one when it was opened anew."""
        known = self._judges.get(stored.id)
        if isinstance(known, tuple) and known[0] is stored:
            judge: Judge = known[1]
            return judge
        judge = Judge(stored.problem, stored.plan, networks)
        self._judges.keep(stored.id, (stored, judge))
        return judge


def judged(stored: StoredPlan, edits: Sequence[Edit], networks: RoadNetworks, judges: Judges) -> Verdict:
    """What `change` would say of changes, without keeping any.

    Raises:
        InvalidInput: A change names what is not there.
    """
    return judges.of(stored, networks).of(edits)


def made_ahead(stored: StoredPlan, edits: Sequence[Edit], networks: RoadNetworks) -> MadeAhead:
    """Make changes in order without keeping them; it takes seconds for a large day.

    Raises:
        MissingResource: A road network that is not here or cannot be used.
    """
    return MadeAhead(plan_id=stored.id, edits=tuple(edits), result=_result(stored, edits, networks))


def change(
    unit: Unit, plan_id: str, edits: Sequence[Edit], networks: RoadNetworks, ahead: MadeAhead | None = None
) -> Changed:
    """Make changes in order; all of them, or none.

    Args:
        unit: Of the branch.
        plan_id: The plan.
        edits: The changes.
        networks: Where road networks are.
        ahead: What was made before this unit; it counts when it is of this plan and these changes. Else, and without
            one, they are made here.

    Raises:
        UnknownId: There is no such plan.
        NotNow: The plan is closed.
        InvalidInput: A change names what is not there.
        RulesBroken: The changed plan would break a rule.
    """
    stored = opened(unit, plan_id)
    before = plans.entry(unit, plan_id)
    if before is None:
        raise UnknownId("There is no plan of this id.")
    if before.state is plans.PlanState.CLOSED:
        raise NotNow("plan_closed", "This plan is closed; change the one that took its place.")
    made = ahead.result if ahead is not None and ahead.is_of(plan_id, edits) else _result(stored, edits, networks)
    if not isinstance(made, EditedPlan):
        raise made
    next_id = plans.save(unit, made.problem, made.plan, stored.texts, based_on=plan_id)
    if next_id != plan_id:
        plans.mark_changed(unit, plan_id, next_id)
    entry = plans.entry(unit, next_id)
    if entry is None:
        raise AssertionError("what was saved is there")
    return Changed(entry=entry, difference=made.difference)


def _result(
    stored: StoredPlan, edits: Sequence[Edit], networks: RoadNetworks
) -> EditedPlan | InvalidInput | RulesBroken:
    try:
        return edited_plan(stored.problem, stored.plan, edits, networks)
    except (InvalidInput, RulesBroken) as refusal:
        return refusal
