"""Programs sign in with a token in the Authorization header."""

from flask import request

from api import current
from api.access.actor import Actor
from api.access.roles import Role
from api.store import users
from api.store.users import KnownUser


def by_token() -> Actor | None:
    """Who sends this request's token, None without a valid one."""
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        return None
    with current.database().reading(None, current.now()) as unit:
        found = users.by_token(unit, given.token)
    return None if found is None else actor_of(found)


def actor_of(user: KnownUser) -> Actor:
    """The user as the one who asks."""
    return Actor(
        user_id=user.id,
        role=Role(user.role),
        tenant_id=user.tenant_id,
        branch_id=user.branch_id,
        collector_id=user.collector_id,
    )
