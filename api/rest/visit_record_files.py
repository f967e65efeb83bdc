"""`/api/v1/cases/ID/visit-record-export`: all visits of a case on record, for a regulator who asks."""

import json
from hashlib import sha256
from typing import Literal

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.papers.fonts import paper_font
from api.papers.visit_record import visit_record_paper
from api.rest.answers import TOKEN, Language, Strict, responses
from api.rest.cases import CasePath
from api.rest.given_files import CASE_EXPORTED, EXPORTS, download, give
from api.rest.responses import missing, scope_of_branch
from api.store import cases
from api.visiting.record_export import record_export

visit_record_files_api = APIBlueprint(
    "visit_record_files_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="visits")]
)
_A_FILE = {"description": "The file.", "content": {"application/octet-stream": {"schema": {"type": "string"}}}}


class RecordExportQuery(Strict):
    """Which file."""

    format: Literal["json", "pdf"] = "json"
    language: Language = Field(default="zh-CN", description="Of the PDF.")


@visit_record_files_api.get(
    "/cases/<case_id>/visit-record-export",
    operation_id="exportVisitRecords",
    summary="Get all that is on record about the visits of a case",
    responses=responses(_A_FILE, 404, 429, 503),
    security=TOKEN,
)
@allow(Role.COMPLIANCE)
def export_visit_records(path: CasePath, query: RecordExportQuery) -> Response:
    """Names, addresses and notes in full; who took it, and the hash of what was given out, are written down."""
    with current.database().reading(actor().scope, current.now()) as unit:
        known = cases.get(unit, path.case_id, current.now().date())
    if known is None:
        raise missing("case")
    with current.writing(scope_of_branch(known.entry.branch_code)) as unit:
        document = record_export(unit, path.case_id)
        content = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        digest = sha256(content).hexdigest()
        give(unit, EXPORTS, CASE_EXPORTED, f"case:{path.case_id}", format=query.format, sha256=digest)
        if query.format == "pdf":
            given = visit_record_paper(
                document, digest, font=paper_font(current.settings().font), language=query.language
            )
        else:
            given = content
    mimetype = "application/pdf" if query.format == "pdf" else "application/json"
    return download(given, mimetype, f"{known.entry.code}-visits.{query.format}")
