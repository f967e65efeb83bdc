"""Check-ins that were refused stay on record, with the rules that said no, though nothing else of them does."""

from api.store import Unit, events, stops
from api.store.events import EventKind
from scheduler.domain.errors import NotNow, RulesBroken


def reasons_of(refused: RulesBroken | NotNow) -> list[str]:
    """The ids of the rules that said no, or codes where no rule did."""
    if isinstance(refused, NotNow):
        return [refused.code]
    return list(dict.fromkeys(one.rule_id or one.code for one in refused.violations))


def note_refusal(unit: Unit, plan_id: str, visit_code: str, refused: RulesBroken | NotNow, key: str | None) -> None:
    """Keep that a check-in was refused; the same sending is one refusal.

    Args:
        unit: Of the branch; another one than that in which it was refused.
        plan_id: The plan.
        visit_code: The visit.
        refused: Why.
        key: Which sending this is; None counts as another one.
    """
    stop = stops.one(unit, plan_id, visit_code)
    if stop is None:
        return
    subject = f"plan:{plan_id}"
    known = events.of_day(unit, plan_id, EventKind.VISIT_REFUSED) if key is not None else ()
    if any((one.facts.get("key"), one.facts.get("visit")) == (key, visit_code) for one in known):
        return
    rules = reasons_of(refused)
    unit.note("visit.refused", subject, visit=visit_code, rules=rules)
    events.append(unit, EventKind.VISIT_REFUSED, subject, visit=visit_code, shift=stop.shift_code, rules=rules, key=key)
