"""`/api/v1/audit`: the audit trail, row by row."""

from datetime import datetime

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field, JsonValue

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.rest.answers import TOKEN, Moment, answer, responses
from api.rest.cursors import Cursor, PageQuery, page_of
from api.rest.responses import Line
from api.store.audit_search import AuditEntry, AuditSearch, found_rows

audit_api = APIBlueprint("audit_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="operation")])


class AuditQuery(PageQuery):
    """Which rows; ids and codes only, for addresses are kept by whoever passes them on."""

    actor: Line | None = Field(default=None, description="Who: a user's id, or `system`.", max_length=64)
    action: Line | None = Field(
        default=None, description="What was done; with a dot at its end everything of that kind.", max_length=64
    )
    subject: Line | None = Field(default=None, description="To what, as `plan:ID`.", max_length=100)
    since: Moment | None = Field(default=None, description="The earliest moment.")
    until: Moment | None = Field(default=None, description="From then on no more.")


class AuditRowAnswer(BaseModel):
    """A row of the trail; each holds the hash of the one before."""

    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str
    facts: dict[str, JsonValue]
    sha256: str

    @classmethod
    def of(cls, row: AuditEntry) -> "AuditRowAnswer":
        """From the store's."""
        return cls(
            sequence=row.sequence,
            at=row.at,
            actor=row.actor,
            action=row.action,
            subject=row.subject,
            facts=dict(row.facts),  # type: ignore[arg-type]  # facts are JSON
            sha256=row.sha256,
        )


class AuditList(BaseModel):
    """A page of the trail, the newest row first."""

    rows: list[AuditRowAnswer]
    next_cursor: str | None


@audit_api.get(
    "/audit",
    operation_id="listAudit",
    summary="Read the audit trail",
    responses=responses(AuditList),
    security=TOKEN,
)
@allow(Role.COMPLIANCE)
def list_audit(query: AuditQuery) -> Response:
    """Who may see one branch is shown what the people of that branch did."""
    cursor = Cursor.read(query.cursor, 1)
    wanted = AuditSearch(
        actor=query.actor, action=query.action, subject=query.subject, since=query.since, until=query.until
    )
    with current.database().reading(actor().scope, current.now()) as unit:
        before = None if cursor is None else cursor.number(0)
        found = found_rows(unit, wanted, limit=query.limit + 1, before=before)
    shown, last = page_of(found, query.limit)
    following = None if last is None else Cursor((str(last.sequence),)).written
    return answer(AuditList(rows=[AuditRowAnswer.of(row) for row in shown], next_cursor=following))
