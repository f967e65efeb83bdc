"""Files with what concerns people: counted by user and day, and handed out to be kept.

Exports are for machines and hold much at once: tables of a whole day, the records of a case, the audit trail.
Papers are what crews and visits need on the day: letters, notices, cards, route sheets, one crew's route.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass

from flask import Response

from api import current
from api.access.policy import actor
from api.errors import ProblemError, Refusal
from api.rest.daily_limits import day_of
from api.settings import Settings
from api.store import Unit, audit, events
from api.store.audit import Fact
from api.store.events import EventKind

PLAN_EXPORTED, CASE_EXPORTED, AUDIT_EXPORTED = "plan.exported", "case.exported", "audit.exported"
PRINTED, ROUTE_EXPORTED = "papers.printed", "route.exported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How many files of a kind a user gets on one day.

    Attributes:
        code: What a refusal is called.
        actions: Of the audit trail, counted together.
        most: The operator's number.
        message: What is said in English, with the number.
        message_zh: The same in Chinese.
    """

    code: str
    actions: Collection[str]
    most: Callable[[Settings], int]
    message: str
    message_zh: str


EXPORTS = Limit(
    code="export_limit",
    actions=(PLAN_EXPORTED, CASE_EXPORTED, AUDIT_EXPORTED),
    most=lambda settings: settings.exports_a_day,
    message="{most} exports with what concerns people are given out a day to one user.",
    message_zh="每个用户每天最多导出 {most} 份涉及个人信息的文件。",
)
PAPERS = Limit(
    code="paper_limit",
    actions=(PRINTED, ROUTE_EXPORTED),
    most=lambda settings: settings.papers_a_day,
    message="{most} papers and routes of crews are given out a day to one user.",
    message_zh="每个用户每天最多打印或下载 {most} 份文书和路线。",
)


def give(unit: Unit, limit: Limit, action: str, subject: str, **facts: Fact) -> None:
    """Write down that a file is given out; of the last one of a day the compliance officers hear.

    The same once more on one day, also in another format, tells nobody anything new: it is written down and does not
    count.

    Args:
        unit: Whose day it is.
        limit: What is counted.
        action: Of the audit trail, one of the limit's.
        subject: What the file is about.
        facts: By which, but for a `format`, the content is known to be the same.

    Raises:
        Refusal: 429, till the next midnight.
    """
    most = limit.most(current.settings())
    midnight, next_midnight = day_of(unit)
    taken = {_content(one) for one in audit.done_since(unit.session, actor().user_id, limit.actions, midnight)}
    if _content(audit.Done(action=action, subject=subject, facts=facts)) not in taken:
        if len(taken) >= most:
            message, message_zh = limit.message.format(most=most), limit.message_zh.format(most=most)
            told = ProblemError(pointer="", code=limit.code, detail=message, detail_zh=message_zh)
            raise Refusal(429, limit.code, message, [told], retry_after=next_midnight)
        if len(taken) + 1 == most:
            user = f"user:{actor().user_id}"
            events.append(unit, EventKind.EXPORT_LIMITED, user, files=most, limit=limit.code)
            unit.note("export.limited", user, files=most, limit=limit.code)
    unit.note(action, subject, **facts)


def _content(done: audit.Done) -> str:
    known_by = {name: value for name, value in done.facts.items() if name != "format"}
    return json.dumps([done.action, done.subject, known_by], sort_keys=True)


def download(content: bytes, mimetype: str, name: str) -> Response:
    """A file to be kept."""
    response = Response(content, content_type=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
