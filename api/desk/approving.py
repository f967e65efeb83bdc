"""What two people must want: asking for it, and what follows when the second one says yes."""

from collections.abc import Sequence

from werkzeug.exceptions import Forbidden

from api.access.actor import Actor
from api.store import Unit, approvals, keeping, tenants
from api.store.approvals import Approval
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.rules.load import load_rule_set

MOST_REASON = 2000


def ask_for_packs(unit: Unit, asking: Actor, names: Sequence[str], reason: str) -> str:
    """Ask that the lender's plans be judged by other packs from now on.

    Args:
        unit: Of the whole lender.
        asking: Who asks.
        names: Of the packs, which may come in any order.
        reason: Why, in words.

    Returns:
        The request's id.

    Raises:
        InvalidInput: There is no such pack, they do not fit together, no reason is given, or nothing would change.
        Forbidden: The one who asks sees only one branch.
    """
    _refuse_branch(asking)
    present = tenants.rule_packs_of(unit, asking.tenant_id)
    wanted = tuple(dict.fromkeys(names))
    faults = [*_reason_faults(reason), *_pack_faults(wanted, present)]
    if faults:
        raise InvalidInput(faults)
    load_rule_set(wanted)
    return approvals.ask(
        unit,
        asking.user_id,
        kind=approvals.RULE_PACKS,
        subject=f"tenant:{asking.tenant_id}",
        facts={"packs": list(wanted), "before": list(present)},
        reason=reason,
        branch_id=None,
    )


def decide(unit: Unit, asking: Actor, approval_id: str, *, is_granted: bool, reason: str = "") -> Approval | None:
    """Say yes or no, once, and let what was granted hold at once; None when the scope has no such request.

    Args:
        unit: Of the one who decides.
        asking: Who decides.
        approval_id: The request.
        is_granted: Yes or no.
        reason: Why, in words.

    Raises:
        OwnRequest: The one who asked decides.
        AlreadyDecided: Somebody did.
        InvalidInput: What was asked for cannot be any more.
    """
    decided = approvals.decide(unit, approval_id, asking.user_id, is_granted=is_granted, reason=reason)
    if decided is not None and decided.is_granted:
        _let_hold(unit, asking, decided)
    return decided


def _let_hold(unit: Unit, asking: Actor, granted: Approval) -> None:
    match granted.kind:
        case approvals.KEEPING:
            keeping.set_keep_days(unit, granted.facts["kept"], granted.facts["days"])
        case approvals.RULE_PACKS:
            names = packs_asked(granted)
            load_rule_set(names)
            tenants.set_rule_packs(unit, asking.tenant_id, names)


def packs_asked(found: Approval) -> tuple[str, ...]:
    """The packs that a request asks for; none for another kind of request."""
    return tuple(str(name) for name in found.facts.get("packs", ()))


def _refuse_branch(asking: Actor) -> None:
    if asking.branch_id is not None:
        raise Forbidden("What holds for the whole lender is not changed by one branch.")


def _reason_faults(reason: str) -> list[Fault]:
    if 1 <= len(reason.strip()) <= MOST_REASON:
        return []
    return [
        Fault(
            where="/reason",
            code="missing",
            message=f"A reason has 1 to {MOST_REASON} signs.",
            message_zh=f"理由为 1 至 {MOST_REASON} 个字符。",
        )
    ]


def _pack_faults(wanted: Sequence[str], present: Sequence[str]) -> list[Fault]:
    if not wanted:
        message, message_zh = "No pack is chosen.", "没有选择规则包。"
        return [Fault(where="/packs", code="missing", message=message, message_zh=message_zh)]
    if set(wanted) == set(present):
        message, message_zh = "These packs are in use already.", "这些规则包已在使用。"
        return [Fault(where="/packs", code="no_change", message=message, message_zh=message_zh)]
    return []
