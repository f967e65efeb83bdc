"""Who asks."""

from dataclasses import dataclass

from api.access.roles import Role
from api.store.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The user of a request.

    Attributes:
        user_id: Who.
        role: What for.
        tenant_id: Of which lender.
        branch_id: Of which branch; None for all of the lender's.
        collector_id: The row of the collector that this user is; None for who visits nobody.
    """

    user_id: str
    role: Role
    tenant_id: str
    branch_id: str | None
    collector_id: str | None

    @property
    def scope(self) -> Scope:
        """What units of work for this user may touch."""
        return Scope(tenant_id=self.tenant_id, branch_id=self.branch_id, actor=self.user_id)
