"""A crew's link: made for a route of the plan that people follow, and told once."""

from api.store import Unit, links, plans
from api.store.links import Link, LinkKind
from api.visiting.publishing import opened
from api.visiting.succession import route_hours
from scheduler.domain.errors import NotNow, UnknownId


def make_route_link(unit: Unit, plan_id: str, shift_id: str) -> tuple[Link, str]:
    """Make the link of a route, valid on its day to the end of its lawful hours; the crew's earlier link ends.

    Returns:
        The link, and its secret, which nobody can be told again.

    Raises:
        UnknownId: There is no such plan or route.
        NotNow: Nobody follows the plan.
    """
    stored = opened(unit, plan_id)
    entry = plans.entry(unit, plan_id)
    if entry is None or not entry.state.is_followed:
        raise NotNow("plan_not_published", "A link opens a route of the plan that people follow.")
    hours = route_hours(stored, shift_id)
    for earlier in links.of_plan(unit, plan_id):
        if earlier.shift_code == shift_id:
            links.revoke(unit, earlier.id)
    link_id, secret = links.make(
        unit,
        LinkKind.ROUTE,
        plan_id=plan_id,
        shift_code=shift_id,
        valid_from=hours.earliest_start,
        expires_at=hours.latest_end,
    )
    made = links.get(unit, link_id)
    if made is None:
        raise UnknownId("There is no such link.")
    return made, secret


def address_of(origin: str, secret: str) -> str:
    """What a crew opens; what stands behind # is never sent to a server by itself."""
    return f"{origin}/go#{secret}"
