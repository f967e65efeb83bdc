"""The branches of a lender, and units of work that are narrowed to one."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from api.store.database import Unit
from api.store.scope import Scope
from api.store.tables.organisation import BranchRow


def only_branch(unit: Unit) -> str | None:
    """The branch that a unit is about: its scope's, or the lender's only one; None where several come into question."""
    if unit.scope is not None and unit.scope.branch_id is not None:
        return unit.scope.branch_id
    found = list(unit.session.scalars(select(BranchRow.id).limit(2)))
    return found[0] if len(found) == 1 else None


def some_branch(unit: Unit) -> str | None:
    """A branch for what concerns the whole lender and has to stand somewhere: the first one; None without any."""
    return unit.session.scalars(select(BranchRow.id).order_by(BranchRow.code).limit(1)).one_or_none()


def codes(unit: Unit) -> tuple[str, ...]:
    """Of all branches of the scope."""
    query = select(BranchRow.code).order_by(BranchRow.code)
    if unit.scope is not None and unit.scope.branch_id is not None:
        query = query.where(BranchRow.id == unit.scope.branch_id)
    return tuple(unit.session.scalars(query))


def has_branch(unit: Unit, branch_id: str) -> bool:
    """Whether the scope has a branch of this id."""
    return unit.session.get(BranchRow, branch_id) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A branch; see `BranchRow`."""

    id: str
    code: str
    name: str
    road_network: str | None


def listed(unit: Unit) -> tuple[Branch, ...]:
    """The branches of the scope, by code."""
    return tuple(
        Branch(id=row.id, code=row.code, name=row.name, road_network=row.road_network)
        for row in unit.session.scalars(select(BranchRow).order_by(BranchRow.code))
    )


def scope_of(unit: Unit, code: str | None) -> Scope | None:
    """The unit's scope, narrowed to a branch by its code.

    Args:
        unit: Of a lender.
        code: None for the scope's own branch, or the only one that there is.

    Returns:
        None when there is no such branch in the scope, or more than one to choose from.
    """
    query = select(BranchRow.id) if code is None else select(BranchRow.id).where(BranchRow.code == code)
    found = unit.session.scalars(query.limit(2)).all()
    if len(found) != 1 or unit.scope is None:
        return None
    return replace(unit.scope, branch_id=found[0])


def road_network(unit: Unit) -> str | None:
    """The roads that a branch's crews drive on; None for straight lines, or where no one branch is meant."""
    branch_id = only_branch(unit)
    return None if branch_id is None else unit.session.get_one(BranchRow, branch_id).road_network


def set_road_network(unit: Unit, branch_id: str, network: str | None) -> None:
    """Plan a branch's days on a network from now on; None for straight lines."""
    unit.session.get_one(BranchRow, branch_id).road_network = network
    unit.session.flush()
    unit.note("branch.roads_chosen", f"branch:{branch_id}", network=network)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRatesSwitch:
    """Whether a branch's plans weigh how often visits met somebody; see `BranchRow`."""

    is_on: bool | None = None
    chosen_at: datetime | None = None

    def is_on_or(self, by_default: bool) -> bool:  # noqa: FBT001 - read as a sentence
        """Whether they do; where nobody chose, what the installation says."""
        return by_default if self.is_on is None else self.is_on


def found_rates_switch(unit: Unit) -> FoundRatesSwitch:
    """Of the one branch that is meant; where there is none, nobody chose."""
    branch_id = only_branch(unit)
    if branch_id is None:
        return FoundRatesSwitch()
    row = unit.session.get_one(BranchRow, branch_id)
    return FoundRatesSwitch(is_on=row.weighs_found_rates, chosen_at=row.found_rates_chosen_at)


def switch_found_rates(unit: Unit, branch_id: str, *, is_on: bool) -> None:
    """Weigh in a branch's plans, from now on, how often visits met somebody, or do not."""
    row = unit.session.get_one(BranchRow, branch_id)
    if row.weighs_found_rates == is_on:
        return
    row.weighs_found_rates, row.found_rates_chosen_at = is_on, unit.now
    unit.session.flush()
    unit.note("branch.found_rates_switched", f"branch:{branch_id}", on=is_on)
