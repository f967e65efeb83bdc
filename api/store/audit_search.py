"""Looking for rows of the audit trail: who did what to what, when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select

from api.store.database import Unit
from api.store.tables.organisation import UserRow
from api.store.tables.service import AuditRow

_WILD = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSearch:
    """What rows must have; None for anything.

    Attributes:
        actor: Who: a user's id, `system`, or `link:ID`.
        action: What was done, `plan.published`; with a dot at its end everything of that kind.
        subject: To what, `plan:ID`.
        since: The earliest moment.
        until: From then on no more.
    """

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """A row; see `AuditRow`."""

    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str
    facts: Mapping[str, object]
    sha256: str


def found_rows(
    unit: Unit, search: AuditSearch, *, limit: int, before: int | None = None, oldest_first: bool = False
) -> tuple[AuditEntry, ...]:
    """The rows of the scope's lender and of the installation that a search finds.

    Who may see one branch is shown what the people of that branch did: rows have no branch of their own.

    Args:
        unit: Of a lender.
        search: What for.
        limit: At most so many.
        before: Only rows with a smaller number.
        oldest_first: The other way round than usual.
    """
    order = AuditRow.sequence if oldest_first else AuditRow.sequence.desc()
    query = _query(unit, search).order_by(order).limit(limit)
    if before is not None:
        query = query.where(AuditRow.sequence < before)
    return tuple(_entry(row) for row in unit.session.scalars(query))


def about(unit: Unit, subjects: tuple[str, ...]) -> tuple[AuditEntry, ...]:
    """All that was done to some things of the scope's lender, in its order; the caller may see them."""
    scope = unit.scope
    query = select(AuditRow).where(AuditRow.subject.in_(subjects)).order_by(AuditRow.sequence)
    if scope is not None:
        query = query.where(AuditRow.tenant_id == scope.tenant_id)
    return tuple(_entry(row) for row in unit.session.scalars(query))


def last_of(unit: Unit, action: str) -> AuditEntry | None:
    """When something was last done to the installation; None for never."""
    query = select(AuditRow).where(AuditRow.action == action, AuditRow.subject == "installation")
    row = unit.session.scalars(query.order_by(AuditRow.sequence.desc()).limit(1)).one_or_none()
    return None if row is None else _entry(row)


def began_at(unit: Unit) -> datetime | None:
    """When the trail begins, which is when the first key came into use; None for an empty one."""
    return unit.session.scalars(select(AuditRow.at).order_by(AuditRow.sequence).limit(1)).one_or_none()


def _query(unit: Unit, search: AuditSearch) -> Select[AuditRow]:
    given: list[ColumnElement[bool]] = []
    if search.actor is not None:
        given.append(AuditRow.actor == search.actor)
    if search.action is not None:
        starts = search.action.endswith(".")
        given.append(
            AuditRow.action.like(search.action.translate(_WILD) + "%", escape="\\")
            if starts
            else AuditRow.action == search.action
        )
    if search.subject is not None:
        given.append(AuditRow.subject == search.subject)
    if search.since is not None:
        given.append(AuditRow.at >= search.since)
    if search.until is not None:
        given.append(AuditRow.at < search.until)
    return select(AuditRow).where(*given, *_visible(unit))


def _visible(unit: Unit) -> list[ColumnElement[bool]]:
    scope = unit.scope
    if scope is None:
        return []
    own = AuditRow.tenant_id == scope.tenant_id
    if scope.branch_id is None:
        return [or_(own, AuditRow.tenant_id.is_(None))]
    people = select(UserRow.id).where(UserRow.branch_id == scope.branch_id).scalar_subquery()
    return [own, AuditRow.actor.in_(people)]


def _entry(row: AuditRow) -> AuditEntry:
    facts: dict[str, object] = dict(row.facts)
    return AuditEntry(
        sequence=row.sequence,
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        facts=facts,
        sha256=row.sha256,
    )
