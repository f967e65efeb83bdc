"""A laptop's installation: nobody has a password, and one user of each role tries the program out."""

import json

from sqlalchemy import select

from api.store import users
from api.store.database import Unit
from api.store.plans import get, listed
from api.store.scope import Scope
from api.store.tables.organisation import UserRow
from api.store.tables.people import CollectorRow

_LOGIN = "demo-{role}"


def demo_users(unit: Unit, scope: Scope, roles: tuple[str, ...], collector_role: str) -> dict[str, str]:
    """The users who try the program out, made where they are missing.

    Args:
        unit: Of the first branch.
        scope: The first branch.
        roles: One user each.
        collector_role: The role of the one who is the first collector of the newest plan.

    Returns:
        The users' ids by role, without those who were disabled.
    """
    found: dict[str, str] = {}
    for role in roles:
        login = _LOGIN.format(role=role)
        row = unit.session.scalars(select(UserRow).where(UserRow.login == login)).one_or_none()
        if row is None:
            added = users.add(unit, login=login, role=role, name=login, branch_id=scope.branch_id)
            row = unit.session.get_one(UserRow, added)
        if role == collector_role and row.collector_id is None:
            row.collector_id = _first_collector(unit)
        if row.disabled_at is None:
            found[role] = row.id
    return found


def _first_collector(unit: Unit) -> str | None:
    """The first collector on the newest plan, who gets a row where the store has none."""
    entry = next(iter(listed(unit)), None)
    stored = None if entry is None else get(unit, entry.id)
    code = next((code for route in stored.plan.routes for code in route.collector_ids), None) if stored else None
    if stored is None or code is None:
        return None
    row = unit.session.scalars(select(CollectorRow).where(CollectorRow.code == code)).one_or_none()
    if row is None:
        name = stored.texts[code].name if code in stored.texts else ""
        row = CollectorRow(
            code=code,
            skills=[],
            is_new=False,
            prohibited_partners=[],
            sealed_text=unit.seal(json.dumps({"name": name}, ensure_ascii=False)),
            name_index=unit.index(name),
        )
        unit.session.add(row)
        unit.session.flush()
    return row.id
