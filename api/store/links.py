"""Links that open one thing for one purpose: the database keeps hashes of their secrets."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, select, update

from api.store.database import Unit
from api.store.scope import LINK, Scope
from api.store.tables.plans import RouteRow
from api.store.tables.visiting import LinkRow
from api.store.users import hash_of


class LinkKind(StrEnum):
    """Whom a link is for."""

    ROUTE = "route"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link; see `LinkRow`.

    Attributes:
        scope: What its holder's units of work may touch.
        is_bound: Whether a browser came already.
    """

    id: str
    kind: LinkKind
    plan_id: str
    shift_code: str | None
    notice_id: str | None
    valid_from: datetime
    expires_at: datetime
    revoked_at: datetime | None
    is_bound: bool
    scope: Scope
    rev: int


def make(
    unit: Unit,
    kind: LinkKind,
    *,
    plan_id: str,
    valid_from: datetime,
    expires_at: datetime,
    shift_code: str | None = None,
    notice_id: str | None = None,
) -> tuple[str, str]:
    """Make one.

    Returns:
        Its id and its secret; that of a crew's link is not kept and cannot be shown again.
    """
    secret = secrets.token_urlsafe(32)
    row = LinkRow(
        kind=kind,
        secret_sha256=hash_of(secret),
        # The message with a borrower's link may have to be tried for days.
        sealed_secret=unit.seal(secret) if kind is LinkKind.NOTICE else None,
        plan_id=plan_id,
        shift_code=shift_code,
        notice_id=notice_id,
        created_by=None if unit.scope is None else unit.scope.user_id,
        created_at=unit.now,
        valid_from=valid_from,
        expires_at=expires_at,
        revoked_at=None,
        browser_sha256=None,
        bound_at=None,
        epoch=unit.epoch(),
    )
    unit.session.add(row)
    unit.session.flush()
    unit.note("link.made", f"link:{row.id}", kind=kind.value)
    return row.id, secret


def open_by_secret(unit: Unit, kind: LinkKind, secret: str) -> Link | None:
    """The link that a secret opens now; None for an unknown, early, old, revoked one, or one of before a restore."""
    query = select(LinkRow).where(LinkRow.secret_sha256 == hash_of(secret), LinkRow.kind == kind, *_is_open(unit))
    row = unit.session.scalars(query).one_or_none()
    return None if row is None else _link(row)


def open_by_browser(unit: Unit, link_id: str, browser: str) -> Link | None:
    """The crew's link that this browser is bound to, while it is open."""
    query = select(LinkRow).where(LinkRow.id == link_id, LinkRow.kind == LinkKind.ROUTE, *_is_open(unit))
    row = unit.session.scalars(query).one_or_none()
    if row is None or row.browser_sha256 is None or not hmac.compare_digest(row.browser_sha256, hash_of(browser)):
        return None
    return _link(row)


def bind(unit: Unit, link_id: str) -> str:
    """Bind a link to a browser, in place of any other.

    Returns:
        The secret for the browser to keep.
    """
    browser = secrets.token_urlsafe(32)
    row = _row(unit, link_id)
    row.browser_sha256, row.bound_at = hash_of(browser), unit.now
    unit.session.flush()
    unit.note("link.bound", f"link:{link_id}")
    return browser


def release(unit: Unit, link_id: str) -> None:
    """Let the next browser be the first."""
    row = _row(unit, link_id)
    row.browser_sha256 = row.bound_at = None
    unit.session.flush()
    unit.note("link.released", f"link:{link_id}")


def revoke(unit: Unit, link_id: str) -> None:
    """End it; the next request of whoever holds it is refused."""
    row = _row(unit, link_id)
    if row.revoked_at is None:
        row.revoked_at, row.sealed_secret = unit.now, None
        unit.session.flush()
        unit.note("link.revoked", f"link:{link_id}")


def revoke_of_collector(unit: Unit, collector_code: str) -> None:
    """End every open link of a route that a collector is on, as when the person leaves."""
    query = (
        select(LinkRow.id, RouteRow.collector_codes)
        .join(RouteRow, and_(RouteRow.plan_id == LinkRow.plan_id, RouteRow.shift_code == LinkRow.shift_code))
        .where(LinkRow.kind == LinkKind.ROUTE, LinkRow.revoked_at.is_(None))
    )
    for link_id, codes in unit.session.execute(query):
        if collector_code in codes:
            revoke(unit, link_id)


def forget_secret(unit: Unit, notice_id: str) -> None:
    """The message was handed over, so nobody needs the secret here any more."""
    statement = update(LinkRow).where(LinkRow.notice_id == notice_id, LinkRow.sealed_secret.is_not(None))
    unit.session.execute(statement.values(sealed_secret=None, rev=LinkRow.rev + 1))


def get(unit: Unit, link_id: str) -> Link | None:
    """One of them, open or not."""
    row = unit.session.scalars(select(LinkRow).where(LinkRow.id == link_id)).one_or_none()
    return None if row is None else _link(row)


def of_plan(unit: Unit, plan_id: str) -> tuple[Link, ...]:
    """All links of a plan that were not ended."""
    query = select(LinkRow).where(LinkRow.plan_id == plan_id, LinkRow.revoked_at.is_(None)).order_by(LinkRow.id)
    return tuple(_link(row) for row in unit.session.scalars(query))


def take_over(unit: Unit, link_id: str, plan_id: str, expires_at: datetime) -> None:
    """Let a link belong to the plan that was published in place of its own."""
    row = _row(unit, link_id)
    row.plan_id, row.expires_at = plan_id, expires_at


def lead_to(unit: Unit, notice_id: str, new_notice_id: str, plan_id: str) -> None:
    """Let all links of a notice lead to the one that was issued in its place, as long as that one's own link lives.

    The new notice has a link of its own for its message; what the old ones were sent with is needed no more.
    """
    of_notice = select(LinkRow).where(LinkRow.revoked_at.is_(None))
    expires_at = max(
        row.expires_at for row in unit.session.scalars(of_notice.where(LinkRow.notice_id == new_notice_id))
    )
    for row in unit.session.scalars(of_notice.where(LinkRow.notice_id == notice_id)):
        row.notice_id, row.plan_id, row.expires_at, row.sealed_secret = new_notice_id, plan_id, expires_at, None
        unit.note("link.led_on", f"link:{row.id}", notice=new_notice_id)
    unit.session.flush()


def _is_open(unit: Unit) -> tuple[ColumnElement[bool], ...]:
    return (
        LinkRow.revoked_at.is_(None),
        LinkRow.valid_from <= unit.now,
        LinkRow.expires_at > unit.now,
        LinkRow.epoch == unit.epoch(),
    )


def _row(unit: Unit, link_id: str) -> LinkRow:
    return unit.session.scalars(select(LinkRow).where(LinkRow.id == link_id)).one()


def _link(row: LinkRow) -> Link:
    return Link(
        id=row.id,
        kind=LinkKind(row.kind),
        plan_id=row.plan_id,
        shift_code=row.shift_code,
        notice_id=row.notice_id,
        valid_from=row.valid_from,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        is_bound=row.browser_sha256 is not None,
        scope=Scope(tenant_id=row.tenant_id, branch_id=row.branch_id, actor=f"{LINK}{row.id}"),
        rev=row.rev,
    )
