"""Exceptions from rules of the house on the page of a case: asked for by one person, ended by an officer."""

from http import HTTPStatus

from flask import Blueprint, Response, abort, request

from api import current
from api.access import allow
from api.access.policy import actor
from api.desk import approving
from api.desk.days import named_day
from api.store import approvals
from api.web.cases import case_page
from api.web.forms import done, fault_lines
from api.web.language import page_language
from scheduler.domain.errors import InvalidInput, NotNow

_SHOW = "case_pages.show_case"
_FIELDS = {"rule_id": "exception_rule", "until": "exception_until", "reason": "exception_reason"}
case_exceptions = Blueprint("case_exceptions", __name__, url_prefix="/cases/<case_id>/exceptions")


@case_exceptions.post("")
@allow(*approving.ASKERS)
def ask(case_id: str) -> Response:
    """Ask for an exception; nothing changes until an officer grants it."""
    try:
        with current.writing() as unit:
            made = approving.ask_for_override(
                unit,
                actor(),
                case_id,
                rule_id=request.form.get("rule_id", ""),
                until=named_day(request.form.get("until")),
                reason=request.form.get("reason", "").strip(),
            )
    except InvalidInput as refused:
        lines = fault_lines(refused.faults, page_language(), _FIELDS)
        return case_page(case_id, HTTPStatus.UNPROCESSABLE_ENTITY, faults=lines)
    if made is None:
        abort(HTTPStatus.NOT_FOUND)
    return done(_SHOW, "exception_asked", case_id=case_id)


@case_exceptions.post("/<approval_id>/withdraw")
@allow(*approving.WITHDRAWERS)
def withdraw(case_id: str, approval_id: str) -> Response:
    """End an exception before its last day."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = approvals.get(unit, approval_id)
    if found is None or found.subject != approvals.subject_of(case_id):
        abort(HTTPStatus.NOT_FOUND)
    try:
        with current.writing(approving.scope_of(actor(), approval_id)) as unit:
            approving.withdraw(unit, actor(), approval_id)
    except NotNow:
        abort(HTTPStatus.CONFLICT)
    return done(_SHOW, "exception_withdrawn", case_id=case_id)
