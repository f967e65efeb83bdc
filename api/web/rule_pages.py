"""The rules in words, what changes between two packs, and asking that plans be judged by others."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, render_template, request

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.desk import approving, rule_effects
from api.importing.records import ZONE
from api.web.forms import FaultLine, done, fault_lines
from api.web.language import page_language
from scheduler.domain.errors import InvalidInput
from scheduler.rules.describe import PackWords, pack_in_words
from scheduler.rules.difference import changes, kind_in_words
from scheduler.rules.load import available_packs, read_version, versions_of
from scheduler.rules.rule_pack import RulePack

NOT_FOUND = 404
_UNPROCESSABLE = 422
rule_pages = Blueprint("rule_pages", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """A rule that two packs have in different words, or only one of them."""

    rule_id: str
    kind: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@rule_pages.get("/rules")
@allow(*STAFF)
def list_packs() -> str:
    """Every pack, and which of them judge the lender's plans."""
    return _list(())


@rule_pages.get("/rules/packs/<name>")
@allow(*STAFF)
def show_pack(name: str) -> str:
    """The rules of a pack, the newest version first."""
    if name not in available_packs():
        abort(NOT_FOUND)
    return render_template("rules_pack.html", name=name, versions=_versions(name)[::-1], in_use=name in _in_use())


@rule_pages.post("/rules/packs")
@allow(Role.COMPLIANCE)
def ask_for_packs() -> Response:
    """Ask that the lender's plans be judged by other packs; nothing changes before another person says yes."""
    try:
        with current.writing() as unit:
            approving.ask_for_packs(unit, actor(), request.form.getlist("packs"), request.form.get("reason", ""))
    except InvalidInput as refused:
        return make_response(_list(fault_lines(refused.faults, page_language())), _UNPROCESSABLE)
    return done("approval_pages.list_approvals", "packs_asked")


@rule_pages.get("/rules/diff")
@allow(*STAFF)
def compare() -> str:
    """What another pack or version says that this one does not."""
    choices = [_choice(words.pack) for name in available_packs() for words in _versions(name)]
    old, new = _chosen("old", choices), _chosen("new", choices)
    lines: tuple[ChangeLine, ...] = ()
    if old is not None and new is not None:
        language = page_language()
        lines = tuple(
            ChangeLine(
                rule_id=one.rule_id,
                kind=kind_in_words(one.kind, language),
                before=one.before,
                after=one.after,
            )
            for one in changes(old, new, language)
        )
    return render_template("rules_diff.html", choices=choices, old=old, new=new, lines=lines, choice=_choice)


@rule_pages.get("/rules/diff/effect")
@allow(*STAFF)
def show_effect() -> str:
    """The part of that page that judges plans, which takes longer."""
    choices = [_choice(words.pack) for name in available_packs() for words in _versions(name)]
    old, new = _chosen("old", choices), _chosen("new", choices)
    if old is None or new is None:
        abort(NOT_FOUND)
    return effect_part(rule_effects.by_version(old, new))


def effect_part(change: rule_effects.Change) -> str:
    """What the open plans would break, as a part of a page."""
    with current.database().reading(actor().scope, current.now()) as unit:
        today = current.now().astimezone(ZONE).date()
        found = rule_effects.effects(unit, today, change, current.settings().road_networks)
    return render_template("rules_effect.html", effects=found, most=rule_effects.MOST_PLANS)


def _list(faults: tuple[FaultLine, ...]) -> str:
    packs = [words for name in available_packs() for words in _versions(name)]
    chosen = request.form.getlist("packs") if faults else list(_in_use())
    return render_template(
        "rules.html",
        packs=packs,
        names=available_packs(),
        in_use=_in_use(),
        chosen=chosen,
        reason=request.form.get("reason", ""),
        faults=faults,
        may_ask=actor().role is Role.COMPLIANCE and actor().branch_id is None,
        most_reason=approving.MOST_REASON,
    )


def _in_use() -> tuple[str, ...]:
    with current.database().reading(actor().scope, current.now()) as unit:
        return approving.packs_in_use(unit, actor().tenant_id)


def _versions(name: str) -> tuple[PackWords, ...]:
    language = page_language()
    return tuple(pack_in_words(pack, language) for pack in versions_of(name))


def _choice(pack: RulePack) -> str:
    return f"{pack.name}@{pack.version}"


def _chosen(field: str, choices: list[str]) -> RulePack | None:
    """The pack that a field names; only those on offer, for any other word could be the path of a file."""
    wish = request.args.get(field)
    if not wish:
        return None
    if wish not in choices:
        abort(NOT_FOUND)
    return read_version(wish)
