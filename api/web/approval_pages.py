"""What waits for a second person, and what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, render_template, request

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.desk import approving, rule_effects
from api.store import approvals, users
from api.store.approvals import AlreadyDecided, Approval, OwnRequest
from api.web.forms import done
from api.web.language import page_language
from api.web.moments import moment_in_words
from api.web.rule_pages import effect_part
from scheduler.domain.errors import InvalidInput

NOT_FOUND, _CONFLICT, _FORBIDDEN, _UNPROCESSABLE = 404, 409, 403, 422
_MOST = 200
approval_pages = Blueprint("approval_pages", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalView:
    """A request in words.

    Attributes:
        found: As it is stored.
        packs: That plans shall be judged by; empty for another kind of request.
        facts: What else is asked for, as code and value.
        asked_by: The login of the first person.
        asked_at: When.
        decided_by: The login of the second one; empty before.
        decided_at: When; empty before.
        is_own: Whether the reader asked.
    """

    found: Approval
    packs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    asked_by: str
    asked_at: str
    decided_by: str
    decided_at: str
    is_own: bool


@approval_pages.get("/approvals")
@allow(Role.COMPLIANCE)
def list_approvals() -> str:
    """What waits first, then what was decided."""
    return _list()


@approval_pages.get("/approvals/<approval_id>/effect")
@allow(Role.COMPLIANCE)
def show_effect(approval_id: str) -> str:
    """What the packs that are asked for would do to open plans."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = approvals.get(unit, approval_id)
    packs = () if found is None else approving.packs_asked(found)
    if not packs:
        abort(NOT_FOUND)
    return effect_part(rule_effects.by_packs(packs))


@approval_pages.post("/approvals/<approval_id>/decision")
@allow(Role.COMPLIANCE)
def decide(approval_id: str) -> Response:
    """Grant or refuse, with a reason; never what oneself asked for."""
    wish, reason = request.form.get("decision"), request.form.get("reason", "").strip()
    if wish not in ("grant", "refuse") or not 1 <= len(reason) <= approving.MOST_REASON:
        return make_response(_list("approval_needs_reason"), _UNPROCESSABLE)
    try:
        with current.writing() as unit:
            decided = approving.decide(unit, actor(), approval_id, is_granted=wish == "grant", reason=reason)
    except OwnRequest:
        return make_response(_list("approval_own"), _FORBIDDEN)
    except AlreadyDecided:
        return make_response(_list("approval_decided_before"), _CONFLICT)
    except InvalidInput:
        return make_response(_list("approval_unfit"), _UNPROCESSABLE)
    if decided is None:
        abort(NOT_FOUND)
    if wish == "grant":
        return done("approval_pages.list_approvals", "granted")
    return done("approval_pages.list_approvals", "refused")


def _list(trouble: str | None = None) -> str:
    with current.database().reading(actor().scope, current.now()) as unit:
        found = approvals.pending_first(unit, limit=_MOST)
        people = {one.asked_by for one in found} | {one.decided_by for one in found if one.decided_by}
        logins = users.logins(unit, people)
    views = [_view(one, logins) for one in found]
    return render_template(
        "approvals.html",
        waiting=[one for one in views if one.found.decided_at is None],
        decided=[one for one in views if one.found.decided_at is not None],
        trouble=trouble,
        most_reason=approving.MOST_REASON,
        language=page_language(),
    )


def _view(found: Approval, logins: Mapping[str, str]) -> ApprovalView:
    packs = approving.packs_asked(found)
    shown = {} if packs else found.facts
    return ApprovalView(
        found=found,
        packs=packs,
        facts=tuple((name, str(value)) for name, value in shown.items()),
        asked_by=logins.get(found.asked_by, found.asked_by),
        asked_at=moment_in_words(found.asked_at),
        decided_by="" if found.decided_by is None else logins.get(found.decided_by, found.decided_by),
        decided_at="" if found.decided_at is None else moment_in_words(found.decided_at),
        is_own=found.asked_by == actor().user_id,
    )
