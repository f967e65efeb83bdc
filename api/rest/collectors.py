"""`/api/v1/collectors`: trained people, their certificates and photos."""

from http import HTTPStatus

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from api import current
from api.access import allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.desk.collectors import MOST_PHOTO_BYTES, PHOTO_TYPES, WRITERS, collector_of, photo_type
from api.desk.days import today
from api.errors import ProblemDetails
from api.importing.records import Records
from api.rest.answers import TOKEN, answer
from api.rest.bodies import takes
from api.rest.cursors import Cursor, PageQuery, page_of
from api.rest.people_models import CollectorChange, CollectorFields, CollectorIn, CollectorList, CollectorOut
from api.rest.preconditions import require_match
from api.rest.responses import CHANGED, ONE, REFUSALS, missing, scope_of_branch, there, without_nothing
from api.store import Unit, people
from api.store.imports import ImportMode
from api.store.people import KnownCollector


class CollectorPath(BaseModel):
    """Where one collector stands."""

    collector_id: str = Field(description="The collector's id, not the one in documents.")


class CollectorQuery(PageQuery):
    """Which collectors."""

    state: str | None = Field(default=None, pattern="^(here|left)$", description="here or left; both unless given.")


collectors_api = APIBlueprint("collectors_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="collectors")])


@collectors_api.get(
    "/collectors",
    operation_id="listCollectors",
    summary="List collectors",
    responses=REFUSALS | {200: CollectorList},
    security=TOKEN,
)
@allow(*STAFF)
def list_collectors(query: CollectorQuery) -> Response:
    """Names are masked."""
    cursor = Cursor.read(query.cursor, 2)
    after = None if cursor is None else (cursor.number(0), cursor.parts[1])
    is_here = None if query.state is None else query.state == "here"
    with current.database().reading(actor().scope, current.now()) as unit:
        found = people.collectors(unit, is_here=is_here, after=after, most=query.limit + 1)
    shown, last = page_of(found, query.limit)
    following = None if last is None else Cursor((str(last.position), last.id)).written
    return answer(CollectorList(collectors=[CollectorOut.of(one) for one in shown], next_cursor=following))


@collectors_api.post(
    "/collectors",
    operation_id="createCollector",
    summary="Add a collector",
    responses=REFUSALS | {201: CollectorOut, 409: ProblemDetails},
    security=TOKEN,
)
@allow(*WRITERS)
def create_collector(body: CollectorIn) -> Response:
    """The checks are those of an import."""
    with current.writing(scope_of_branch(body.branch)) as unit:
        records = _records(unit, body, body.id, ImportMode.CREATE)
        collector_id = people.add_collector(unit, records, today(), badge=body.badge)
        return _shown(unit, collector_id, HTTPStatus.CREATED)


@collectors_api.get(
    "/collectors/<collector_id>",
    operation_id="getCollector",
    summary="Get one collector",
    responses=ONE | {200: CollectorOut},
    security=TOKEN,
)
@allow(*STAFF)
def get_collector(path: CollectorPath) -> Response:
    """The name is masked."""
    with current.database().reading(actor().scope, current.now()) as unit:
        return _shown(unit, path.collector_id)


@collectors_api.patch(
    "/collectors/<collector_id>",
    operation_id="changeCollector",
    summary="Change a collector",
    responses=CHANGED | {200: CollectorOut},
    security=TOKEN,
)
@allow(*WRITERS)
def change_collector(path: CollectorPath, body: CollectorChange) -> Response:
    """What is left out stays as it is; qualifications are given all together."""
    with current.writing() as unit:
        known = _matched(unit, path.collector_id)
        records = _records(unit, body, known.code, ImportMode.UPDATE)
        is_here = None if body.state is None else body.state == "here"
        people.change_collector(unit, known.id, records, today(), is_here=is_here, badge=body.badge)
        return _shown(unit, known.id)


@collectors_api.put(
    "/collectors/<collector_id>/photo",
    operation_id="setPhoto",
    summary="Keep a photo",
    responses=CHANGED | {204: None, 411: ProblemDetails, 413: ProblemDetails, 415: ProblemDetails},
    security=TOKEN,
)
@allow(*WRITERS)
@takes("image/png", "image/jpeg", most_bytes=MOST_PHOTO_BYTES)
def set_photo(path: CollectorPath) -> Response:
    """The body is a PNG or a JPEG of at most 512 KiB; its first bytes decide, not what it is called."""
    content = _photo()
    with current.writing() as unit:
        known = _matched(unit, path.collector_id)
        people.set_photo(unit, known.id, content)
    return Response(status=HTTPStatus.NO_CONTENT)


@collectors_api.get(
    "/collectors/<collector_id>/photo",
    operation_id="getPhoto",
    summary="Get a collector's photo",
    responses=ONE | {200: {"content": {kind: {} for kind in PHOTO_TYPES.values()}}},
    security=TOKEN,
)
@allow(*STAFF)
def get_photo(path: CollectorPath) -> Response:
    """As it was kept."""
    with current.database().reading(actor().scope, current.now()) as unit:
        photo = people.photo_of(unit, path.collector_id)
    if photo is None:
        raise missing("photo of a collector")
    return Response(photo, content_type=photo_type(photo))


def _photo() -> bytes:
    content = request.get_data()  # kept: an Idempotency-Key is compared with it
    if len(content) > MOST_PHOTO_BYTES:
        raise RequestEntityTooLarge
    if photo_type(content) is None:
        raise UnsupportedMediaType("Send a PNG or a JPEG.")
    return content


def _records(unit: Unit, body: CollectorFields, code: str, mode: ImportMode) -> Records:
    return collector_of(unit, without_nothing(body.cells(code)), mode)


def _matched(unit: Unit, collector_id: str) -> KnownCollector:
    known = there(people.collector(unit, collector_id), "collector")
    require_match(known.rev, CollectorOut.of(known).model_dump)
    return known


def _shown(unit: Unit, collector_id: str, status: int = HTTPStatus.OK) -> Response:
    unit.session.flush()
    known = there(people.collector(unit, collector_id), "collector")
    return answer(CollectorOut.of(known), status, rev=known.rev)
