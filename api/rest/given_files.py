"""Files with what concerns people: counted by user and day, and handed out to be kept."""

from flask import Response

from api.access.policy import actor
from api.rest.daily_limits import refuse_beyond
from api.store import Unit, events
from api.store.events import EventKind

PLAN_EXPORTED, PRINTED, CASE_EXPORTED = "plan.exported", "papers.printed", "case.exported"
# Enough for a dispatcher's day with a file of each kind and papers printed again, too few to take all cases along.
FILES_A_DAY = 30


def count_file(unit: Unit) -> None:
    """Refuse files beyond a day's number; of the last one the compliance officers hear."""
    message = f"{FILES_A_DAY} files with what concerns people are given out a day to one user."
    before = refuse_beyond(unit, FILES_A_DAY, message, PLAN_EXPORTED, PRINTED, CASE_EXPORTED)
    if before + 1 == FILES_A_DAY:
        user = f"user:{actor().user_id}"
        events.append(unit, EventKind.EXPORT_LIMITED, user, files=FILES_A_DAY)
        unit.note("export.limited", user, files=FILES_A_DAY)


def download(content: bytes, mimetype: str, name: str) -> Response:
    """A file to be kept."""
    response = Response(content, content_type=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
