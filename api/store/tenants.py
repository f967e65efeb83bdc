"""What holds for a whole lender."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import select

from api.store.database import Unit
from api.store.tables.organisation import TenantRow


def zone_of(unit: Unit, tenant_id: str) -> str:
    """The time zone of a lender's days."""
    return unit.session.scalars(select(TenantRow.time_zone).where(TenantRow.id == tenant_id)).one()


def every_tenant(unit: Unit) -> dict[str, ZoneInfo]:
    """The time zone of each lender by its id."""
    query = select(TenantRow.id, TenantRow.time_zone).order_by(TenantRow.id)
    return {tenant_id: ZoneInfo(zone) for tenant_id, zone in unit.session.execute(query)}


def lock_tenant(unit: Unit) -> None:
    """Let no other unit of work pass here for this lender before this one is kept."""
    unit.session.scalars(select(TenantRow.id).with_for_update()).all()


def rule_packs_of(unit: Unit, tenant_id: str) -> tuple[str, ...]:
    """The names of the packs that a lender's plans are judged by."""
    names: list[str] = list(unit.session.scalars(select(TenantRow.rule_packs).where(TenantRow.id == tenant_id)).one())
    return tuple(names)


def set_rule_packs(unit: Unit, tenant_id: str, names: Sequence[str]) -> None:
    """Have a lender's plans judged by other packs from now on; plans that are there keep those of their problem."""
    row = unit.session.scalars(select(TenantRow).where(TenantRow.id == tenant_id)).one()
    before = [str(name) for name in row.rule_packs]
    row.rule_packs = list(names)
    unit.session.flush()
    unit.note("rule_packs.changed", f"tenant:{tenant_id}", before=before, packs=list(names))
