"""Ending everything that lets a user in, in one unit of work: the next request already finds it ended."""

from typing import Any

from sqlalchemy import CursorResult, Update, and_, or_, select, update

from api.store.database import Unit
from api.store.tables.organisation import SessionRow, SignInRow, TokenRow, UserRow
from api.store.tables.people import CollectorRow
from api.store.tables.plans import RouteRow
from api.store.tables.visiting import LinkRow


def disable(unit: Unit, user_id: str) -> bool:
    """Let a user in no more: no session, token or sign-in address, no link to the crew's routes; False for no user."""
    row = _row(unit, user_id)
    if row is None:
        return False
    if row.disabled_at is None:
        row.disabled_at = unit.now
        ended = {"sessions": end_sessions(unit, user_id), "tokens": _end_tokens(unit, user_id)}
        unit.note("user.disabled", f"user:{user_id}", **ended, links=_end_links(unit, row))
    return True


def enable(unit: Unit, user_id: str) -> bool:
    """Let a disabled user in again; what was ended stays ended. False for no user."""
    row = _row(unit, user_id)
    if row is None:
        return False
    if row.disabled_at is not None:
        row.disabled_at = None
        unit.note("user.enabled", f"user:{user_id}")
    return True


def end_sessions(unit: Unit, user_id: str) -> int:
    """Sign all of a user's browsers out and make unused sign-in addresses useless; how many browsers there were."""
    _changed(unit, update(SignInRow).where(SignInRow.user_id == user_id).values(used_at=unit.now))
    open_ones = (SessionRow.user_id == user_id, SessionRow.revoked_at.is_(None), SessionRow.expires_at > unit.now)
    return _changed(unit, update(SessionRow).where(*open_ones).values(revoked_at=unit.now))


def _end_tokens(unit: Unit, user_id: str) -> int:
    valid = (TokenRow.user_id == user_id, TokenRow.revoked_at.is_(None), TokenRow.expires_at > unit.now)
    return _changed(unit, update(TokenRow).where(*valid).values(revoked_at=unit.now))


def _end_links(unit: Unit, user: UserRow) -> int:
    """Links to the routes of the user's crews, and those that the user made and nobody has opened yet."""
    which = [and_(LinkRow.created_by == user.id, LinkRow.browser_sha256.is_(None))]
    if user.collector_id is not None:
        which += [
            and_(LinkRow.plan_id == plan_id, LinkRow.shift_code == shift_code)
            for plan_id, shift_code in _routes_with_links(unit, user.collector_id)
        ]
    live = (LinkRow.revoked_at.is_(None), LinkRow.expires_at > unit.now)
    return _changed(unit, update(LinkRow).where(*live, or_(*which)).values(revoked_at=unit.now, rev=LinkRow.rev + 1))


def _routes_with_links(unit: Unit, collector_id: str) -> list[tuple[str, str]]:
    collector = unit.session.get(CollectorRow, collector_id)
    code = None if collector is None else collector.code
    query = (
        select(RouteRow.plan_id, RouteRow.shift_code, RouteRow.collector_codes)
        .join(LinkRow, and_(LinkRow.plan_id == RouteRow.plan_id, LinkRow.shift_code == RouteRow.shift_code))
        .where(LinkRow.revoked_at.is_(None), LinkRow.expires_at > unit.now)
    )
    found = unit.session.execute(query)
    return [(row.plan_id, row.shift_code) for row in found if code in row.collector_codes]


def _row(unit: Unit, user_id: str) -> UserRow | None:
    return unit.session.scalars(select(UserRow).where(UserRow.id == user_id)).one_or_none()


def _changed(unit: Unit, statement: Update) -> int:
    done: CursorResult[Any] = unit.session.execute(statement)  # type: ignore[assignment]  # updates give this kind
    return done.rowcount
