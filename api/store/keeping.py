"""How long each kind of data is kept: by law where a pack says so, else by the house, and as a lender decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from api.store.database import Unit
from api.store.tables.organisation import TenantRow
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.rules.kinds.requirement import RetentionParams
from scheduler.rules.load import load_rule_set

# A year of a rule may have 366 days.
_YEAR_DAYS = 366
_LONGEST_DAYS = 20 * _YEAR_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepRule:
    """How long one kind of data is kept.

    Attributes:
        kind: Its name, as in certificates.
        days: Unless a pack or the lender says otherwise.
        records: The name of the kind in the packs' rules of retention; empty where they have none.
    """

    kind: str
    days: int
    records: str = ""


# The reasons for the numbers stand in docs/operations.md.
KEEP_RULES = (
    KeepRule(kind="case_texts", days=730),
    KeepRule(kind="contacts", days=5 * _YEAR_DAYS, records="contacts"),
    KeepRule(kind="visit_records", days=5 * _YEAR_DAYS, records="visits"),
    KeepRule(kind="wishes", days=730),
    KeepRule(kind="plans", days=90),
    KeepRule(kind="reports", days=730),
    KeepRule(kind="experiments", days=365),
    KeepRule(kind="links", days=30),
    KeepRule(kind="sessions", days=30),
    KeepRule(kind="tokens", days=30),
    KeepRule(kind="answered", days=7),
    KeepRule(kind="job_inputs", days=7),
    KeepRule(kind="job_results", days=30),
)


def keep_days(tenant: TenantRow, day: date) -> Mapping[str, int]:
    """For each kind, how long a lender keeps it; never shorter than the packs in force on a day ask for."""
    given: dict[str, int] = dict(tenant.keep_days)
    packs = [str(name) for name in tenant.rule_packs]
    found = {}
    for rule in KEEP_RULES:
        least, most = _bounds(packs, rule.records, day)
        usual = rule.days if most is None else most
        found[rule.kind] = max(least, given.get(rule.kind, usual))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long the scope's lender keeps a kind of data: now, and between which bounds that can be changed."""

    kind: str
    days: int
    least_days: int
    most_days: int


def keepings(unit: Unit) -> tuple[Keeping, ...]:
    """Every kind of data, in the order of `KEEP_RULES`."""
    tenant = unit.session.scalars(select(TenantRow)).one()
    days = keep_days(tenant, unit.now.date())
    return tuple(
        Keeping(kind=rule.kind, days=days[rule.kind], least_days=_least(tenant, rule, unit), most_days=_LONGEST_DAYS)
        for rule in KEEP_RULES
    )


def refuse_unfit(unit: Unit, kind: str, days: int, *, where_kind: str = "KIND", where_days: str = "DAYS") -> None:
    """Refuse what cannot be set.

    Raises:
        InvalidInput: There is no such kind, or a pack asks for longer.
    """
    keeping = next((one for one in keepings(unit) if one.kind == kind), None)
    if keeping is None:
        hint = f"Known kinds: {', '.join(one.kind for one in KEEP_RULES)}."
        message = f"There is no kind {kind}."
        raise InvalidInput([Fault(where=where_kind, code="unknown_kind", message=message, hint=hint)])
    if not keeping.least_days <= days <= keeping.most_days:
        message = f"{kind} is kept for {keeping.least_days} to {keeping.most_days} days, not for {days}."
        raise InvalidInput([Fault(where=where_days, code="number_range", message=message)])


def set_keep_days(unit: Unit, kind: str, days: int) -> None:
    """Let the scope's lender keep a kind of data for other than the usual time.

    Raises:
        InvalidInput: There is no such kind, or a pack asks for longer.
    """
    refuse_unfit(unit, kind, days)
    tenant = unit.session.scalars(select(TenantRow)).one()
    tenant.keep_days = {**dict(tenant.keep_days), kind: days}
    unit.note("keeping.changed", f"tenant:{tenant.id}", kind=kind, days=days)


def _least(tenant: TenantRow, rule: KeepRule, unit: Unit) -> int:
    least, _ = _bounds([str(name) for name in tenant.rule_packs], rule.records, unit.now.date())
    return max(1, least)


def _bounds(packs: list[str], records: str, day: date) -> tuple[int, int | None]:
    """The longest time that a rule wants records kept, and the shortest after which one wants them gone."""
    if not records:
        return 0, None
    rules = [
        placed.rule.params
        for placed in load_rule_set(packs).rules
        if placed.in_force(day) and isinstance(placed.rule.params, RetentionParams)
    ]
    asked = [params for params in rules if records in params.records]
    least = max((params.keep_min_years for params in asked), default=0) * _YEAR_DAYS
    ends = [params.delete_after_years * _YEAR_DAYS for params in asked if params.delete_after_years is not None]
    return least, max(least, min(ends)) if ends else None
