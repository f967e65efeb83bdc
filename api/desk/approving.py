"""What two people must want: asking for it, and what follows when the second one says yes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from werkzeug.exceptions import Forbidden

from api import current
from api.access import Role
from api.access.actor import Actor
from api.store import Scope, Unit, approvals, keeping, reveals, tenants
from api.store.approvals import Approval
from api.visiting.cancelling import call_off_unlawful
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.rules.load import load_rule_set
from scheduler.rules.rule_pack import Basis, Rule

ASKERS = (Role.DISPATCHER, Role.COMPLIANCE)
WITHDRAWERS = (Role.COMPLIANCE,)

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


def packs_in_use(unit: Unit, tenant_id: str) -> tuple[str, ...]:
    """The packs that judge a lender's plans, those that they extend with them."""
    return tuple(dict.fromkeys(pack.name for pack in load_rule_set(tenants.rule_packs_of(unit, tenant_id)).packs))


def ask_for_override(
    unit: Unit, asking: Actor, case_id: str, *, rule_id: str, until: date | None, reason: str
) -> str | None:
    """Ask for an exception from a rule of the house for one case.

    Args:
        unit: Of the one who asks.
        asking: Who asks.
        case_id: Of the row.
        rule_id: The rule.
        until: The last local day on which the exception would hold; None where none was named.
        reason: Why, in words.

    Returns:
        The request's id; None when the scope has no such case.

    Raises:
        InvalidInput: There is no such rule, it has no exceptions, no day or no reason is given.
    """
    branch_id = reveals.branch_of_case(unit, case_id)
    if branch_id is None:
        return None
    faults = [*_rule_faults(unit, asking, rule_id), *_reason_faults(reason)]
    if until is None:
        message, message_zh = "A last day is needed.", "请填写最后一天。"
        faults.append(Fault(where="/until", code="missing", message=message, message_zh=message_zh))
    if faults or until is None:
        raise InvalidInput(faults)
    return approvals.ask(
        unit,
        asking.user_id,
        kind=approvals.OVERRIDE,
        subject=approvals.subject_of(case_id),
        facts={"rule_id": rule_id, "until": until.isoformat()},
        reason=reason,
        branch_id=branch_id,
    )


def rules_with_exceptions(unit: Unit, tenant_id: str) -> tuple[Rule, ...]:
    """The rules of the lender's packs that an exception may set aside, each once."""
    by_id: dict[str, list[Rule]] = {}
    for placed in load_rule_set(tenants.rule_packs_of(unit, tenant_id)).rules:
        by_id.setdefault(placed.rule.id, []).append(placed.rule)
    return tuple(rules[0] for rules in by_id.values() if all(rule.has_exceptions for rule in rules))


def withdraw(unit: Unit, asking: Actor, approval_id: str) -> Approval | None:
    """End an exception before its last day, and call off the visits that the rules forbid without it.

    Plans that nobody follows yet are judged by what holds now when they are published. Withdrawing twice is once.

    Args:
        unit: Of the branch of the case; see `scope_of`.
        asking: Who withdraws; one person is enough, since the rule holds again.
        approval_id: The request.

    Returns:
        The exception; None when the scope has no request of this id.

    Raises:
        NotNow: It was not granted, or is no exception.
    """
    withdrawn = approvals.withdraw(unit, approval_id, asking.user_id)
    if withdrawn is not None:
        call_off_unlawful(unit, approvals.case_of(withdrawn))
    return withdrawn


def scope_of(asking: Actor, approval_id: str) -> Scope:
    """What a change of a request may touch: its branch, also for who sees all of them."""
    scope = asking.scope
    if scope.branch_id is not None:
        return scope
    with current.database().reading(scope, current.now()) as unit:
        return replace(scope, branch_id=approvals.branch_of(unit, approval_id))


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


def _rule_faults(unit: Unit, asking: Actor, rule_id: str) -> list[Fault]:
    rules = load_rule_set(tenants.rule_packs_of(unit, asking.tenant_id)).rules
    named = [placed.rule for placed in rules if placed.rule.id == rule_id]
    if not named:
        return [_rule_fault("unknown_rule", "No rule pack of yours has this rule.", "贵机构的规则包中没有这条规则。")]
    if any(rule.basis is not Basis.POLICY for rule in named):
        message = "Only rules of the house have exceptions; this one rests on more than its policy."
        return [_rule_fault("no_exception", message, "只有内部规定可以有例外；这条规则不只是内部规定。")]
    if not all(rule.has_exceptions for rule in named):
        message = "What a borrower said, what protects them, and notice have no exceptions."
        return [_rule_fault("no_exception", message, "借款人的表态、对借款人的保护以及事先通知没有例外。")]
    return []


def _rule_fault(code: str, message: str, message_zh: str) -> Fault:
    return Fault(where="/rule_id", code=code, message=message, message_zh=message_zh)


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
