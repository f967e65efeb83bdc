"""How much of a stored plan somebody sees."""

from collections.abc import Mapping
from dataclasses import replace

from api import current
from api.access import Actor, Role
from api.masking import masked
from api.store import StoredPlan, plans
from api.store.own_routes import OwnRoute, own_routes
from scheduler.domain.texts import Text

# Who sends crews to addresses, and who goes there. The others see masked names and no address.
_NEEDS_TEXTS = frozenset({Role.DISPATCHER, Role.COLLECTOR})


def plan_for(asking: Actor, plan_id: str, shift_id: str | None = None) -> StoredPlan | None:
    """A plan as somebody may see it; None where there is none for them.

    Args:
        asking: Who.
        plan_id: Which plan.
        shift_id: Whose route is asked for; a collector sees those of the own crew alone, and no whole plan.
    """
    with current.database().reading(asking.scope, current.now()) as unit:
        if asking.role is Role.COLLECTOR and not any(
            (route.plan_id, route.shift_code) == (plan_id, shift_id) for route in own_routes(unit, asking.collector_id)
        ):
            return None
        stored = plans.get(unit, plan_id)
    if stored is None or asking.role in _NEEDS_TEXTS:
        return stored
    return replace(stored, texts=_masked_texts(stored))


def routes_for(asking: Actor) -> tuple[OwnRoute, ...]:
    """The routes of a collector."""
    with current.database().reading(asking.scope, current.now()) as unit:
        return own_routes(unit, asking.collector_id)


def _masked_texts(stored: StoredPlan) -> Mapping[str, Text]:
    """Collectors and offices as they are, nothing but the first sign of any other name."""
    problem = stored.problem
    ours = {collector.id for collector in problem.collectors} | {location.id for location in problem.locations}
    return {key: text if key in ours else Text(name=masked(text.name)) for key, text in stored.texts.items()}
