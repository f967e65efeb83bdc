"""Refused check-ins of this request stay on record, whichever way they came."""

import contextlib
from collections.abc import Iterator

from api import current
from api.store import Scope
from api.visiting.refusing import note_refusal
from scheduler.domain.errors import NotNow, RulesBroken


@contextlib.contextmanager
def keeping_refusals(scope: Scope, plan_id: str, visit_code: str, key: str | None) -> Iterator[None]:
    """Keep that a check-in in this block is refused; the refusal goes on to the caller.

    Args:
        scope: Of the branch.
        plan_id: The plan.
        visit_code: The visit.
        key: Which sending this is.
    """
    try:
        yield
    except (RulesBroken, NotNow) as refused:
        why = refused
        current.write_anyway(scope, lambda unit: note_refusal(unit, plan_id, visit_code, why, key))
        raise
