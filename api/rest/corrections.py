"""`/api/v1/visit-records/ID/corrections`, and visits that nobody could begin."""

from datetime import datetime
from http import HTTPStatus
from typing import Literal

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.rest.answers import ID_PATTERN, TOKEN, NoQuery, Strict, answer, responses, scope_of_plan
from api.rest.plan_models import PlanPath
from api.rest.preconditions import require_match
from api.rest.responses import missing, there
from api.rest.visits import EndedAnswer, RecordAnswer, RecordPath, ToldOutcome, ended_answer, may_see, record_answer
from api.store import Unit, records, stops
from api.store.records import VisitRecord
from api.visiting import correcting

corrections_api = APIBlueprint("corrections_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="visits")])


class NewCorrection(ToldOutcome):
    """What a visit really ended with."""

    reason: str = Field(min_length=1, max_length=2000, description="Why; it is kept encrypted.")


class CorrectionItem(BaseModel):
    """A correction that was made."""

    outcome: str
    until: str | None = None
    replaces: str = Field(description="The outcome that stood before.")
    reason: str = Field(description="Why.")
    corrected_by: str | None = Field(description="The user.")
    corrected_at: datetime


class CorrectionList(BaseModel):
    """In the order in which they were made; the last one counts."""

    first_outcome: str | None = Field(description="What the crew said.")
    corrections: list[CorrectionItem]


class VisitPath(PlanPath):
    """Where one visit of a plan stands."""

    visit_id: str = Field(description="The visit's id in documents.")


class NotBegun(Strict):
    """Why nobody began a visit."""

    outcome: Literal["ABORT_RULE", "ABORT_OPS"] = Field(description="A rule forbade it, or operations.")
    reason: str = Field(pattern=ID_PATTERN, description="The rule's id, or a code such as `weather`.")
    note: str = Field(default="", max_length=4000)


@corrections_api.post(
    "/visit-records/<record_id>/corrections",
    operation_id="correctVisitRecord",
    summary="Correct what a visit ended with",
    responses=responses(EndedAnswer, 404, 409, 412, 428, status=201),
    security=TOKEN,
)
@allow(Role.DISPATCHER, Role.COMPLIANCE)
def correct_record(path: RecordPath, body: NewCorrection) -> Response:
    """What was said before stays readable; what may follow is judged anew at once, by the corrected facts."""
    with current.database().reading(actor().scope, current.now()) as unit:
        plan_id = _known(unit, path.record_id).plan_id
    with current.writing(scope_of_plan(plan_id)) as unit:
        known = _known(unit, path.record_id)
        require_match(known.rev, lambda: record_answer(unit, known).model_dump(mode="json"))
        corrected = correcting.correct(
            unit,
            path.record_id,
            outcome=body.outcome,
            until=body.until_day,
            reason=body.reason,
        )
        told = ended_answer(unit, corrected)
    return answer(told, HTTPStatus.CREATED, rev=corrected.record.rev)


@corrections_api.get(
    "/visit-records/<record_id>/corrections",
    operation_id="listCorrections",
    summary="List the corrections of a record",
    responses=responses(CorrectionList, 404),
    security=TOKEN,
)
@allow(Role.DISPATCHER, Role.COMPLIANCE)
def list_corrections(path: RecordPath, query: NoQuery) -> Response:
    """Who, when, why, and what stood before."""
    with current.database().reading(actor().scope, current.now()) as unit:
        known = _known(unit, path.record_id)
    told = [
        CorrectionItem(
            outcome=one.outcome,
            until=None if one.until is None else one.until.isoformat(),
            replaces=one.replaces,
            reason=one.reason,
            corrected_by=one.corrected_by,
            corrected_at=one.corrected_at,
        )
        for one in known.corrections
    ]
    return answer(CorrectionList(first_outcome=known.outcome, corrections=told), rev=known.rev)


@corrections_api.post(
    "/plans/<plan_id>/visits/<visit_id>/not-begun",
    operation_id="giveUpVisit",
    summary="Say that a rule or operations kept a visit from beginning",
    responses=responses(RecordAnswer, 404, 409, status=201),
    security=TOKEN,
)
@allow(Role.DISPATCHER, Role.COLLECTOR)
def give_up_visit(path: VisitPath, body: NotBegun) -> Response:
    """It counts as no attempt, because nobody was at the door. Twice is once."""
    with current.writing(scope_of_plan(path.plan_id)) as unit:
        stop = stops.one(unit, path.plan_id, path.visit_id)
        if stop is None or not may_see(unit, stop.collector_codes):
            raise missing("visit")
        kept = correcting.give_up(
            unit, path.plan_id, path.visit_id, outcome=body.outcome, reason=body.reason, note=body.note
        )
        told = record_answer(unit, kept)
    return answer(told, HTTPStatus.CREATED, rev=kept.rev)


def _known(unit: Unit, record_id: str) -> VisitRecord:
    return there(records.get(unit, record_id), "visit record")
