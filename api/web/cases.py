"""The pages of cases: the list with what each comes to on a day, the search, and one case with every rule's word."""

from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, render_template, request

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.desk import eligibility
from api.desk.approving import ASKERS, MOST_REASON, WITHDRAWERS, rules_with_exceptions
from api.desk.cases import LIFTERS, WRITERS
from api.desk.days import day_or_today, today
from api.desk.eligibility import JudgedCase, JudgedPage, Standing
from api.desk.revealing import REVEALERS, RevealReason, reveal
from api.importing.records import ZONE
from api.rest.cursors import Cursor
from api.store import branches, case_places, cases
from api.store.cases import CaseFilter
from api.store.reveals import Revealed
from api.web.case_view import SEE_WISHES, CaseView, case_view
from api.web.case_words import BLOCK_CODES, block_word
from api.web.forms import FaultLine
from api.web.language import page_language
from api.web.revisions import Changes, revision_fields
from api.web.rule_view import rule_title, rule_titles
from scheduler.domain.visit import PlaceKind
from scheduler.rules.kinds.kind import CaseParams
from scheduler.rules.kinds.time_window import TimeWindowParams
from scheduler.rules.rule_pack import RuleSet

_MOST_WORDS = 100
_KINDS = tuple(str(kind) for kind in PlaceKind)
case_pages = Blueprint("case_pages", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A line of the list: a case, its days past due on the day, and the titles of the rules that say no."""

    judged: JudgedCase
    past_due: int | None
    rules: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the list is about.

    Attributes:
        day: On which the cases are judged.
        state: `open`, `closed` or `all`.
        branch: A code; empty for all.
        fits: A standing or a rule's id; empty for all.
    """

    day: date
    state: str
    branch: str
    fits: str

    @classmethod
    def of_address(cls) -> "Asked":
        """From the query; a day that is none is today."""
        given = request.args
        state = given.get("state", "open")
        return cls(
            day=day_or_today(given.get("day")),
            state=state if state in ("closed", "all") else "open",
            branch=given.get("branch", "")[:64],
            fits=given.get("fits", "")[:64],
        )

    @property
    def wanted(self) -> CaseFilter:
        """For the store."""
        is_open = None if self.state == "all" else self.state == "open"
        return CaseFilter(is_open=is_open, branch_code=self.branch or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A text about a person that somebody asked for; it stands in one answer and nowhere else."""

    subject: str
    text: Revealed


@case_pages.get("/cases")
@allow(*STAFF)
def list_cases() -> str:
    """Names are masked."""
    asked = Asked.of_address()
    cursor = Cursor.read(request.args.get("cursor"), 2)
    after = None if cursor is None else (cursor.number(0), cursor.parts[1])
    with current.database().reading(actor().scope, current.now()) as unit:
        page = eligibility.page(unit, asked.wanted, asked.day, fits=asked.fits or None, after=after)
        codes = branches.codes(unit)
    return _list_page(asked, page, codes, words=None)


@case_pages.post("/cases")
@allow(*STAFF)
def search_cases() -> str:
    """By number, whole name or whole phone, which stand in no address."""
    asked = replace(Asked.of_address(), state="all", day=day_or_today(request.form.get("day")))
    words = request.form.get("words", "").strip()[:_MOST_WORDS]
    wanted = CaseFilter(words=words)
    with current.database().reading(actor().scope, current.now()) as unit:
        page = eligibility.page(unit, wanted, asked.day, fits=None, after=None)
        codes = branches.codes(unit)
    return _list_page(asked, page, codes, words=words)


@case_pages.get("/cases/<case_id>")
@allow(*STAFF)
def show_case(case_id: str) -> Response:
    """One case on a day."""
    return case_page(case_id)


@case_pages.post("/cases/<case_id>/reveal")
@allow(*REVEALERS)
def reveal_text(case_id: str) -> Response:
    """A text in full, once, with a line in the audit trail."""
    subject, reason = request.form.get("subject", ""), request.form.get("reason", "")
    if reason not in set(RevealReason):
        abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    with current.writing() as unit:
        known = cases.get(unit, case_id, today())
        if known is None:
            abort(HTTPStatus.NOT_FOUND)
        places = case_places.places_of(unit, case_id, known.entry.code)
        allowed = {f"case:{case_id}", *(f"place:{one.id}" for one in places)}
        text = reveal(unit, subject, RevealReason(reason)) if subject in allowed else None
    if text is None:
        abort(HTTPStatus.NOT_FOUND)
    return case_page(case_id, shown=Shown(subject=subject, text=text))


def case_page(
    case_id: str,
    status: int = HTTPStatus.OK,
    *,
    shown: Shown | None = None,
    changes: Changes | None = None,
    faults: tuple[FaultLine, ...] = (),
) -> Response:
    """The page of a case.

    Args:
        case_id: Of the row.
        status: Of the answer.
        shown: A text in full.
        changes: What has changed since the page that somebody wrote on.
        faults: What was wrong with what they wrote, which stands in the forms again.
    """
    page = render_template(
        "case.html",
        case=_view(case_id, day_or_today(request.args.get("day"))),
        shown=shown,
        changes=changes,
        faults=faults,
        typed=request.form,
        may_write=actor().role in WRITERS,
        may_lift=actor().role in LIFTERS,
        may_reveal=actor().role in REVEALERS,
        may_see_wishes=actor().role in SEE_WISHES,
        may_book=actor().role is Role.DISPATCHER,
        may_ask=actor().role in ASKERS,
        may_withdraw=actor().role in WITHDRAWERS,
        soft_rules=_soft_rules() if actor().role in ASKERS else (),
        most_reason=MOST_REASON,
        reasons=[str(reason) for reason in RevealReason],
        block_choices=[(code, block_word(code, page_language())) for code in BLOCK_CODES],
        kinds=_KINDS,
        revision=revision_fields,
        now=current.now().astimezone(ZONE).strftime("%Y-%m-%dT%H:%M"),
        today=today(),
    )
    return make_response(page, status)


def _soft_rules() -> list[tuple[str, str]]:
    """The rules that an exception may set aside, with their titles."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = rules_with_exceptions(unit, actor().tenant_id)
    return [(rule.id, rule_title(rule, page_language())) for rule in found]


def _view(case_id: str, day: date) -> CaseView:
    with current.database().reading(actor().scope, current.now()) as unit:
        known = cases.get(unit, case_id, day)
        if known is None:
            abort(HTTPStatus.NOT_FOUND)
        return case_view(unit, actor(), known, day, page_language())


def _list_page(asked: Asked, page: JudgedPage, codes: tuple[str, ...], *, words: str | None) -> str:
    titles = rule_titles(page.rules, page_language())
    last = page.last
    return render_template(
        "cases.html",
        lines=[_line(one, asked.day, titles) for one in page.cases],
        asked=asked,
        words=words,
        following=None if last is None else Cursor((str(last.position), last.code)).written,
        branches=codes if len(codes) > 1 else (),
        standings=[str(one) for one in Standing if one is not Standing.CLOSED],
        rules=_rules_that_say_no(page.rules),
        may_import=actor().role in WRITERS,
        today=today(),
    )


def _line(one: JudgedCase, day: date, titles: dict[str, str]) -> CaseLine:
    since = one.entry.due_since
    return CaseLine(
        judged=one,
        past_due=None if since is None else max(0, (day - since).days),
        rules=tuple((rule_id, titles.get(rule_id, rule_id)) for rule_id in one.rule_ids),
    )


def _rules_that_say_no(rules: RuleSet) -> list[tuple[str, str]]:
    """Those that may keep a borrower from being visited, with their titles."""
    return [
        (placed.rule.id, rule_title(placed.rule, page_language()))
        for placed in rules.rules
        if isinstance(placed.rule.params, CaseParams | TimeWindowParams)
    ]
