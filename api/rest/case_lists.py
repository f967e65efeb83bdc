"""A page of a list of cases."""

from flask import Response

from api import current
from api.access.policy import actor
from api.desk.days import today
from api.rest.answers import answer
from api.rest.case_models import CaseItem, CaseList
from api.rest.cursors import Cursor, page_of
from api.rest.responses import parsed_day
from api.store import cases
from api.store.cases import CaseFilter


def page_of_cases(wanted: CaseFilter, *, cursor: str | None, limit: int, day: str | None) -> Response:
    """Names are masked.

    Args:
        wanted: Which cases.
        cursor: `next_cursor` of the page before.
        limit: Rows on the page.
        day: On which days past due are counted; today unless given.
    """
    last_shown = Cursor.read(cursor, 2)
    after = None if last_shown is None else (last_shown.number(0), last_shown.parts[1])
    with current.database().reading(actor().scope, current.now()) as unit:
        found = cases.listed(unit, wanted, after=after, most=limit + 1)
    shown, last = page_of(found, limit)
    following = None if last is None else Cursor((str(last.position), last.code)).written
    counted_on = today() if day is None else parsed_day(day)
    return answer(CaseList(cases=[CaseItem.of(entry, counted_on) for entry in shown], next_cursor=following))
