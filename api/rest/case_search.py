"""`/api/v1/cases:search`: cases by what says something about a person, which stands in no address."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from api.access import allow
from api.access.roles import STAFF
from api.rest.answers import TOKEN
from api.rest.case_lists import page_of_cases
from api.rest.case_models import CaseList
from api.rest.cursors import USUAL_ON_A_PAGE, CursorText, PageSize
from api.rest.responses import REFUSALS, DayText, Exact, Line
from api.store.cases import CaseFilter

case_search_api = APIBlueprint("case_search_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="cases")])


class CaseSearch(Exact):
    """For whom."""

    words: Line = Field(description="The whole name or phone, or the lender's number.", min_length=1, max_length=100)
    day: DayText | None = Field(default=None, description="On which days past due are counted; today unless given.")
    cursor: CursorText | None = None
    limit: PageSize = USUAL_ON_A_PAGE


@case_search_api.post(
    "/cases:search",
    operation_id="searchCases",
    summary="Find the cases of a person",
    responses=REFUSALS | {200: CaseList},
    security=TOKEN,
)
@allow(*STAFF)
def search_cases(body: CaseSearch) -> Response:
    """By the whole name or phone; nothing less finds anybody. Names are masked, nothing is kept."""
    return page_of_cases(CaseFilter(words=body.words), cursor=body.cursor, limit=body.limit, day=body.day)
