"""What holds for a whole lender."""

from sqlalchemy import select

from api.store.database import Unit
from api.store.tables.organisation import TenantRow


def zone_of(unit: Unit, tenant_id: str) -> str:
    """The time zone of a lender's days."""
    return unit.session.scalars(select(TenantRow.time_zone).where(TenantRow.id == tenant_id)).one()


def rule_packs_of(unit: Unit, tenant_id: str) -> tuple[str, ...]:
    """The names of the packs that a lender's plans are judged by."""
    names: list[str] = list(unit.session.scalars(select(TenantRow.rule_packs).where(TenantRow.id == tenant_id)).one())
    return tuple(names)
