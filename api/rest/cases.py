"""`/api/v1/cases`: overdue debts, and whether their borrowers may be visited."""

from datetime import date
from http import HTTPStatus

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api import current
from api.access import allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.desk.cases import LIFTERS, WRITERS, block_of, case_of
from api.desk.days import today
from api.errors import ProblemDetails
from api.importing.records import Records
from api.rest.answers import TOKEN, answer, scope_of_case
from api.rest.case_models import BlockIn, CaseChange, CaseFields, CaseIn, CaseItem, CaseList, CaseOut, ConsentIn
from api.rest.cursors import USUAL_ON_A_PAGE, Cursor, CursorText, PageQuery, PageSize, page_of
from api.rest.preconditions import require_match
from api.rest.responses import (
    CHANGED,
    ONE,
    REFUSALS,
    DayText,
    Exact,
    Line,
    missing,
    parsed_day,
    scope_of_branch,
    there,
    without_nothing,
)
from api.store import Unit, cases
from api.store.case_decisions import decisions_of
from api.store.cases import CaseFilter, KnownCase
from api.store.imports import ImportMode
from api.visiting.cancelling import call_off_unlawful
from scheduler.domain.case import Consent


class CasePath(BaseModel):
    """Where one case stands."""

    case_id: str = Field(description="The case's id, not the lender's number.")


class BlockPath(CasePath):
    """Where one circumstance stands."""

    block_id: str = Field(description="The block's id.")


class DayQuery(Exact):
    """On which day."""

    day: DayText | None = Field(default=None, description="The local day to judge; today unless given.")


class CaseQuery(PageQuery):
    """Which cases."""

    state: str | None = Field(default=None, pattern="^(open|closed)$", description="open or closed; both unless given.")
    branch: Line | None = Field(default=None, description="A branch's code.", max_length=64)
    q: Line | None = Field(default=None, description="The lender's number.", min_length=1, max_length=100)
    day: DayText | None = Field(default=None, description="On which days past due are counted; today unless given.")


class CaseSearch(Exact):
    """For whom; what says something about a person stands in no address."""

    words: Line = Field(description="The whole name or phone, or the lender's number.", min_length=1, max_length=100)
    day: DayText | None = Field(default=None, description="On which days past due are counted; today unless given.")
    cursor: CursorText | None = None
    limit: PageSize = USUAL_ON_A_PAGE


cases_api = APIBlueprint("cases_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="cases")])


@cases_api.get(
    "/cases",
    operation_id="listCases",
    summary="List cases",
    responses=REFUSALS | {200: CaseList},
    security=TOKEN,
)
@allow(*STAFF)
def list_cases(query: CaseQuery) -> Response:
    """Names are masked. By what says something about a person they are found with `POST /cases:search`."""
    is_open = None if query.state is None else query.state == "open"
    return _page(CaseFilter(is_open=is_open, branch_code=query.branch, code=query.q), query)


@cases_api.post(
    "/cases:search",
    operation_id="searchCases",
    summary="Find the cases of a person",
    responses=REFUSALS | {200: CaseList},
    security=TOKEN,
)
@allow(*STAFF)
def search_cases(body: CaseSearch) -> Response:
    """By the whole name or phone; nothing less finds anybody. Names are masked, nothing is kept."""
    return _page(CaseFilter(words=body.words), body)


@cases_api.post(
    "/cases",
    operation_id="createCase",
    summary="Add a case",
    responses=REFUSALS | {201: CaseOut, 409: ProblemDetails},
    security=TOKEN,
)
@allow(*WRITERS)
def create_case(body: CaseIn) -> Response:
    """The checks are those of an import."""
    scope = scope_of_branch(body.branch)
    with current.writing(scope) as unit:
        cells = body.cells(body.id) | {"borrower_id": body.borrower_id}
        records = _records(unit, body, cells, ImportMode.CREATE)
        case_id = cases.add(unit, records, _day(None))
        return _shown(unit, case_id, _day(None), HTTPStatus.CREATED)


@cases_api.get(
    "/cases/<case_id>",
    operation_id="getCase",
    summary="Get one case, judged on a day",
    responses=ONE | {200: CaseOut},
    security=TOKEN,
)
@allow(*STAFF)
def get_case(path: CasePath, query: DayQuery) -> Response:
    """With every rule that was asked, and why it says no where it does, in both languages."""
    with current.database().reading(actor().scope, current.now()) as unit:
        return _shown(unit, path.case_id, _day(query.day))


@cases_api.patch(
    "/cases/<case_id>",
    operation_id="changeCase",
    summary="Change a case",
    responses=CHANGED | {200: CaseOut},
    security=TOKEN,
)
@allow(*WRITERS)
def change_case(path: CasePath, body: CaseChange) -> Response:
    """What is left out stays as it is. Places are given all together. Visits that it forbids are called off at once."""
    with current.writing(scope_of_case(path.case_id)) as unit:
        known = _matched(unit, path.case_id)
        records = _records(unit, body, body.cells(known.entry.code), ImportMode.UPDATE)
        is_open = None if body.state is None else body.state == "open"
        cases.change(unit, path.case_id, records, _day(None), is_open=is_open)
        call_off_unlawful(unit, path.case_id)
        return _shown(unit, path.case_id, _day(None))


@cases_api.post(
    "/cases/<case_id>/blocks",
    operation_id="addBlock",
    summary="Put a circumstance upon a case",
    responses=CHANGED | {201: CaseOut},
    security=TOKEN,
)
@allow(*LIFTERS)
def add_block(path: CasePath, body: BlockIn) -> Response:
    """Rules that name it forbid visits from now on, and those that were announced are called off at once."""
    with current.writing(scope_of_case(path.case_id)) as unit:
        known = _matched(unit, path.case_id)
        cases.add_block(unit, path.case_id, block_of(unit, known.entry.code, body.cell))
        call_off_unlawful(unit, path.case_id)
        return _shown(unit, path.case_id, _day(None), HTTPStatus.CREATED)


@cases_api.delete(
    "/cases/<case_id>/blocks/<block_id>",
    operation_id="liftBlock",
    summary="Lift a circumstance",
    responses=CHANGED | {200: CaseOut},
    security=TOKEN,
)
@allow(*LIFTERS)
def lift_block(path: BlockPath) -> Response:
    """It stays on record."""
    with current.writing() as unit:
        _matched(unit, path.case_id)
        if not cases.lift_block(unit, path.case_id, path.block_id):
            raise missing("circumstance that holds")
        return _shown(unit, path.case_id, _day(None))


@cases_api.post(
    "/cases/<case_id>/consents",
    operation_id="addConsent",
    summary="Keep what the borrower said about a kind of place",
    responses=CHANGED | {201: CaseOut},
    security=TOKEN,
)
@allow(*LIFTERS)
def add_consent(path: CasePath, body: ConsentIn) -> Response:
    """The newest of a kind counts; a refusal lifts a consent, and calls off what rested on it."""
    with current.writing(scope_of_case(path.case_id)) as unit:
        _matched(unit, path.case_id)
        consent = Consent(place_kind=body.place_kind, given=body.given, at=body.at)
        cases.add_consent(unit, path.case_id, consent)
        call_off_unlawful(unit, path.case_id)
        return _shown(unit, path.case_id, _day(None), HTTPStatus.CREATED)


def _day(text: str | None) -> date:
    return today() if text is None else parsed_day(text)


def _page(wanted: CaseFilter, asked: CaseQuery | CaseSearch) -> Response:
    cursor = Cursor.read(asked.cursor, 2)
    after = None if cursor is None else (cursor.number(0), cursor.parts[1])
    with current.database().reading(actor().scope, current.now()) as unit:
        found = cases.listed(unit, wanted, after=after, most=asked.limit + 1)
    shown, last = page_of(found, asked.limit)
    following = None if last is None else Cursor((str(last.position), last.code)).written
    day = _day(asked.day)
    return answer(CaseList(cases=[CaseItem.of(entry, day) for entry in shown], next_cursor=following))


def _records(unit: Unit, body: CaseFields, cells: dict[str, str | None], mode: ImportMode) -> Records:
    """The body as an import of one case.

    Raises:
        InvalidInput: With every mistake, as JSON pointers.
    """
    case = without_nothing(cells)
    places = None if body.places is None else [without_nothing(one.cells(case["case_id"])) for one in body.places]
    records = case_of(unit, case, places, mode)
    return records if body.phone is None else cases.with_phone(records, body.phone)


def _matched(unit: Unit, case_id: str) -> KnownCase:
    """The case in the revision that the caller wants to change."""
    known = there(cases.get(unit, case_id, _day(None)), "case")
    require_match(known.entry.rev, lambda: _whole(unit, known, _day(None)).model_dump())
    return known


def _whole(unit: Unit, known: KnownCase, day: date) -> CaseOut:
    return CaseOut.whole(known, decisions_of(unit, known.entry.id, known.entry.code, day), day)


def _shown(unit: Unit, case_id: str, day: date, status: int = HTTPStatus.OK) -> Response:
    unit.session.flush()
    known = there(cases.get(unit, case_id, day), "case")
    return answer(_whole(unit, known, day), status, rev=known.entry.rev)
