"""For whom a unit of work is done: nothing outside of it can be seen or written."""

from dataclasses import dataclass

SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose rows a unit of work may touch.

    Attributes:
        tenant_id: The lender.
        branch_id: The only branch; None for all of the lender's.
        actor: Who stands in the audit trail: a user's id, `link:ID`, or `system`.
    """

    tenant_id: str
    branch_id: str | None
    actor: str

    def covers(self, *, tenant_id: str, branch_id: str | None) -> bool:
        """Whether a row of this lender and branch may be touched; None for a row of no branch."""
        if tenant_id != self.tenant_id:
            return False
        return branch_id is None or self.branch_id is None or branch_id == self.branch_id
