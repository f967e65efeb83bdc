"""The branches of a lender."""

from sqlalchemy import select

from api.store.database import Unit
from api.store.tables.organisation import BranchRow


def only_branch(unit: Unit) -> str | None:
    """The branch that a unit is about: its scope's, or the lender's only one; None where several come into question."""
    if unit.scope is not None and unit.scope.branch_id is not None:
        return unit.scope.branch_id
    found = list(unit.session.scalars(select(BranchRow.id).limit(2)))
    return found[0] if len(found) == 1 else None


def has_branch(unit: Unit, branch_id: str) -> bool:
    """Whether the scope has a branch of this id."""
    return unit.session.get(BranchRow, branch_id) is not None
