"""A dispatcher's changes: each makes a new draft, based on the plan that was changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.store import PlanEntry, StoredPlan, Unit, plans
from api.store.opened import OpenedThings
from api.visiting.publishing import opened
from scheduler.domain.errors import NotNow, UnknownId
from scheduler.domain.plan_difference import PlanDifference
from scheduler.editing import Edit, edited_plan
from scheduler.judging import Judge, Verdict
from scheduler.travel import RoadNetworks

_MOST_JUDGES = 8  # each holds a day's travel times and what the law says of all of its visits


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The new draft, and what is different."""

    entry: PlanEntry
    difference: PlanDifference


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


def change(unit: Unit, plan_id: str, edits: Sequence[Edit], networks: RoadNetworks) -> Changed:
    """Make changes in order; all of them, or none.

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
    made = edited_plan(stored.problem, stored.plan, edits, networks)
    next_id = plans.save(unit, made.problem, made.plan, stored.texts, based_on=plan_id)
    if next_id != plan_id:
        plans.mark_changed(unit, plan_id, next_id)
    entry = plans.entry(unit, next_id)
    if entry is None:
        raise AssertionError("what was saved is there")
    return Changed(entry=entry, difference=made.difference)
